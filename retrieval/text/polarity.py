"""What a sentence denies, and words that say the opposite of others. English, by lists. Pure."""

from __future__ import annotations

from retrieval.text.words import stem, word_set

NEGATIONS = word_set("not no never none neither nor nobody nothing nowhere without cannot hardly barely")
# Words that deny as well; they answer for a "not" but do not call for one.
DENYING = word_set(
    """fail fails failed failing refuse refuses refused refusing decline declines declined declining unable deny denies
    denied denying lack lacks lacked lacking avoid avoided stop stopped unlikely false untrue stopped prevent
    prevented unless against reject rejected rejects dismissed dismiss"""
)
_OPPOSITES = """
rise/fall rose/fell risen/fallen increase/decrease increase/decline increase/drop rise/drop rise/decline gain/lose
grow/shrink grew/shrank climb/fall jump/drop soar/plunge surge/plunge surge/slump surge/fall up/down higher/lower
high/low highest/lowest more/less more/fewer most/least above/below over/under win/lose won/lost winner/loser
victory/defeat beat/lose support/oppose back/oppose approve/reject accept/reject accept/refuse allow/ban allow/forbid
allow/block permit/ban agree/refuse agree/disagree confirm/deny admit/deny open/close open/shut start/stop start/end
begin/end began/ended first/last before/after early/late earlier/later arrive/leave join/leave enter/leave buy/sell
bought/sold hire/fire guilty/innocent acquit/convict convict/clear free/jail release/arrest legal/illegal
lawful/unlawful safe/dangerous strong/weak stronger/weaker strengthen/weaken improve/worsen better/worse best/worst
good/bad large/small larger/smaller largest/smallest big/small bigger/smaller biggest/smallest old/young older/younger
oldest/youngest long/short longer/shorter fast/slow faster/slower hot/cold warm/cool warmer/cooler rich/poor
north/south east/west northern/southern eastern/western northeast/southwest left/right male/female man/woman men/women
boy/girl son/daughter brother/sister father/mother husband/wife king/queen prince/princess success/failure
succeed/fail succeeded/failed pass/fail praise/criticize praise/condemn welcome/condemn positive/negative
advance/retreat attack/defend include/exclude public/private peace/war alive/dead born/died live/die survive/die
survived/died love/hate raise/cut raise/lower expand/shrink expand/cut major/minor majority/minority maximum/minimum
import/export possible/impossible likely/unlikely known/unknown able/unable ally/enemy friend/enemy remember/forget
same/different true/false always/never all/none many/few continue/stop keep/abandon present/absent inside/outside
optimistic/pessimistic happy/unhappy deadliest/safest accelerate/slow offensive/defensive liberal/conservative
"""


def _table() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for pair in _OPPOSITES.split():
        one, other = map(stem, pair.split("/"))
        found.setdefault(one, set()).add(other)
        found.setdefault(other, set()).add(one)
    return {word: frozenset(others) for word, others in found.items()}


OPPOSITES = _table()  # by stem
