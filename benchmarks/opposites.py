"""Words of the opposite sense, for questions and sentences that are altered so as to be wrong."""

from __future__ import annotations

_OPPOSITES = (
    ("first", "last"), ("before", "after"), ("largest", "smallest"), ("highest", "lowest"), ("most", "least"),
    ("more", "fewer"), ("north", "south"), ("northern", "southern"), ("east", "west"), ("eastern", "western"),
    ("oldest", "youngest"), ("older", "younger"), ("began", "ended"), ("begin", "end"), ("start", "stop"),
    ("won", "lost"), ("win", "lose"), ("increase", "decrease"), ("increased", "decreased"), ("rise", "fall"),
    ("support", "oppose"), ("supported", "opposed"), ("accepted", "rejected"), ("accept", "reject"),
    ("allowed", "forbidden"), ("male", "female"), ("best", "worst"), ("early", "late"), ("earliest", "latest"),
    ("born", "buried"), ("built", "demolished"), ("founded", "dissolved"), ("joined", "left"), ("join", "leave"),
    ("high", "low"), ("large", "small"), ("long", "short"), ("same", "opposite"), ("always", "never"),
    ("minimum", "maximum"), ("buy", "sell"), ("bought", "sold"), ("father", "mother"), ("son", "daughter"),
    ("husband", "wife"), ("brother", "sister"), ("king", "queen"), ("above", "below"), ("strong", "weak"),
    ("men", "women"), ("man", "woman"), ("boys", "girls"), ("rich", "poor"), ("richest", "poorest"), ("new", "old"),
    ("higher", "lower"), ("larger", "smaller"), ("longer", "shorter"), ("longest", "shortest"), ("stronger", "weaker"),
    ("faster", "slower"), ("fast", "slow"), ("fastest", "slowest"), ("earlier", "later"), ("major", "minor"),
    ("majority", "minority"), ("inside", "outside"), ("public", "private"), ("modern", "ancient"), ("good", "bad"),
    ("better", "worse"), ("positive", "negative"), ("success", "failure"), ("failed", "succeeded"),
    ("advantage", "disadvantage"), ("advantages", "disadvantages"), ("benefit", "harm"), ("possible", "impossible"),
    ("legal", "illegal"), ("common", "rare"), ("popular", "unpopular"), ("important", "unimportant"),
    ("able", "unable"), ("arrived", "departed"), ("opened", "closed"), ("added", "removed"), ("appointed", "dismissed"),
    ("hired", "fired"), ("elected", "ousted"), ("rose", "fell"), ("grew", "shrank"), ("created", "destroyed"),
    ("create", "destroy"), ("started", "stopped"), ("caused", "prevented"), ("cause", "prevent"),
    ("attacked", "defended"), ("attack", "defend"), ("include", "exclude"), ("gave", "took"), ("included", "excluded"),
    ("praised", "criticised"), ("agreed", "refused"), ("approved", "vetoed"), ("loved", "hated"), ("raised", "lowered"),
    ("using", "avoiding"), ("used", "avoided"), ("discovered", "overlooked"), ("remembered", "forgotten"),
    ("connected", "separated"),
)  # fmt: skip
OPPOSITE = {a: b for one, other in _OPPOSITES for a, b in ((one, other), (other, one))}
