"""The words of saying: which verbs attribute, what may follow them, and all their forms. Data, and how it inflects."""

from __future__ import annotations

from typing import Literal

from retrieval.text.names import word_set

Frame = Literal["say", "tell", "judge", "think", "find"]
Form = Literal["base", "present", "past", "gerund"]

# say: a clause or quotation follows, or stands before it ("..., she said"; "..., said Lee").
# tell: as say, with the addressee in between.
# judge: an object follows, which is part of what is said ("called the move illegal", "urged Congress to act").
# think: a clause follows; held, not necessarily spoken.
# find: as think, but only where "that" or a quotation follows.
_VERBS: dict[Frame, str] = {
    "say": """say add note announce suggest argue tweet retweet continue explain acknowledge declare respond reply
        insist claim warn state recall conclude admit reveal predict confirm indicate write joke assert stress emphasize
        emphasise remark concede reiterate contend caution observe complain boast lament muse quip testify report vow
        pledge promise shout yell scream chant cry whisper mutter exclaim wonder answer repeat read post agree
        allege maintain estimate propose signal hint imply counter opine recount scoff sigh proclaim profess affirm
        deny swear disclose blog email advise theorize speculate recommend echo request mention specify clarify
        underline underscore fume gush deadpan bellow intone interject retort theorise demand chime think bark boom
        thunder grouse grumble ponder confess demur beam snap growl
        believe hope sing comment decline refuse decide seek plead plan forecast project advocate elaborate""",
    "tell": "tell remind assure inform notify ask convince persuade",
    "judge": """call describe accuse praise criticize criticise condemn denounce reject dismiss defend blame
        blast slam mock endorse urge thank cite tout decry question challenge deride ridicule hail label brand
        dub characterize characterise portray liken express voice applaud attack assail bemoan
        welcome encourage threaten oppose support credit chide scold rebuke disavow disparage
        attribute reference invite implore beg order instruct decry rail quote compliment commend castigate
        excoriate lambaste deem highlight discuss offer back tout promote embrace invoke champion rebut outline unveil
        detail address advocate identify cheer congratulate recognize recognise remember
        articulate critique dispute rebuff dislike""",
    "think": "fear expect want worry doubt consider favor prefer suspect realize understand wish feel assume",
    "find": "show find learn know see",
}
_IRREGULAR: dict[str, tuple[str, str, str]] = {  # present, past, gerund
    "say": ("says", "said", "saying"),
    "tell": ("tells", "told", "telling"),
    "think": ("thinks", "thought", "thinking"),
    "write": ("writes", "wrote", "writing"),
    "know": ("knows", "knew", "knowing"),
    "feel": ("feels", "felt", "feeling"),
    "see": ("sees", "saw", "seeing"),
    "plan": ("plans", "planned", "planning"),
    "forecast": ("forecasts", "forecast", "forecasting"),
    "rebut": ("rebuts", "rebutted", "rebutting"),
    "lay": ("lays", "laid", "laying"),
    "put": ("puts", "put", "putting"),
    "seek": ("seeks", "sought", "seeking"),
    "show": ("shows", "showed", "showing"),
    "find": ("finds", "found", "finding"),
    "read": ("reads", "read", "reading"),
    "sing": ("sings", "sang", "singing"),
    "swear": ("swears", "swore", "swearing"),
    "understand": ("understands", "understood", "understanding"),
    "beg": ("begs", "begged", "begging"),
    "quip": ("quips", "quipped", "quipping"),
    "slam": ("slams", "slammed", "slamming"),
    "admit": ("admits", "admitted", "admitting"),
    "blog": ("blogs", "blogged", "blogging"),
    "dub": ("dubs", "dubbed", "dubbing"),
    "prefer": ("prefers", "preferred", "preferring"),
    "signal": ("signals", "signaled", "signaling"),
    "refer": ("refers", "referred", "referring"),
    "speak": ("speaks", "spoke", "speaking"),
    "go": ("goes", "went", "going"),
    "shoot": ("shoots", "shot", "shooting"),
    "snap": ("snaps", "snapped", "snapping"),
    "demur": ("demurs", "demurred", "demurring"),
    "label": ("labels", "labeled", "labeling"),
}
# Verbs that attribute only with the word after them.
_PHRASAL: dict[Frame, str] = {
    "say": "point_out put_it go_on shoot_back fire_back hit_back",
    "judge": """call_for call_on point_to refer_to speak_of speak_about talk_about lash_out respond_to object_to
        complain_about push_for warn_of warn_about apologize_for vote_for vote_against speak_out talk_of lay_out
        advocate_for comment_on weigh_in rail_against allude_to refer_to focus_on plead_for argue_for argue_against
        side_with care_about worry_about object_to react_to boast_of boast_about joke_about write_about lash_out
        cheer_on approve_of agree_with disagree_with believe_in insist_on complain_of brag_about warn_against""",
}

AUXILIARIES = word_set(
    """has have had is are was were be been being do does did will would can could should may might must not n't never
    didn't doesn't don't won't wouldn't hasn't haven't hadn't isn't wasn't also then later often repeatedly once
    again recently still just even further already always previously subsequently initially now soon both
    himself herself themselves itself neither ever yet perhaps 's 'd 'll 're 've 'm first simply only earlier quickly
    """
)
# Forms that are nouns as often as verbs: they attribute only where an object or clause follows.
NOUNS = word_set(
    """state states note notes challenge challenges thanks question questions claim claims report reports call calls
    hope hopes fear fears demand demands answer answers post posts address addresses estimate estimates promise
    promises request requests doubt doubts attack attacks support praise blame credit express label brand voice
    slam order warrant pledge vow signal comment remark worry highlight quote read reads test mention reference
    threat favor wish echo advocate cite reply dismiss oppose contrast cry shout chant joke stress back backs
    plan plans project projects offer offers detail details address outline decline declines
    champion champions forecast forecasts comment comments critique refuse dispute disputes
    """
)
# What verbs of saying may be followed by "to" and what is said: promised to come.
TAKE_TO = frozenset(
    form
    for verb in (
        "promise",
        "vow",
        "pledge",
        "offer",
        "agree",
        "propose",
        "swear",
        "want",
        "hope",
        "expect",
        "demand",
        "threaten",
        "prefer",
        "wish",
        "decline",
        "refuse",
        "decide",
        "seek",
        "plead",
        "plan",
    )
    for form in (verb, verb + "s", verb + "d", verb + "ed", verb[:-1] + "ing", verb + "ing")
) | {"swore", "preferred", "sought", "planned", "planning", "preferring"}
NEGATIONS = word_set(
    "not never neither didn't doesn't don't won't wouldn't hasn't haven't hadn't couldn't can't cannot"
)
# What governs a verb of saying and denies it ("declined to say", "without saying"), and who speaks where nobody does.
REFUSALS = word_set(
    """decline declines declined declining refuse refuses refused refusing fail fails failed failing yet without avoid
    avoids avoided avoiding short stopped refrain refrained neither"""
)
NOBODY = word_set("nobody none neither no")
BE = word_set("is are was were be been being")


def _inflected(lemma: str) -> tuple[str, str, str]:
    if lemma in _IRREGULAR:
        return _IRREGULAR[lemma]
    if lemma.endswith("e"):
        return lemma + "s", lemma + "d", lemma[:-1] + "ing"
    if lemma.endswith("y") and lemma[-2] not in "aeiou":
        return lemma[:-1] + "ies", lemma[:-1] + "ied", lemma + "ing"
    third = lemma + ("es" if lemma.endswith(("s", "sh", "ch", "x", "o")) else "s")
    return third, lemma + "ed", lemma + "ing"


def _forms(lemma: str) -> list[tuple[str, Form]]:
    present, past, gerund = _inflected(lemma)
    return [(lemma, "base"), (present, "present"), (gerund, "gerund"), (past, "past")]


# Every form of every verb, with its frame; a past that equals the base ("read") counts as past.
CUES: dict[str, tuple[Frame, Form]] = {
    form: (frame, kind) for frame, verbs in _VERBS.items() for lemma in verbs.split() for form, kind in _forms(lemma)
}

# Forms that may stand behind what is said, between commas or at the end: "..., records show", "..., Lee warned".
CLOSERS = frozenset(
    form for frame in ("say", "think", "find") for lemma in _VERBS[frame].split() for form, _ in _forms(lemma)
)

# The same for verbs with their particle: ("called", "for").
PHRASES: dict[tuple[str, str], tuple[Frame, Form]] = {
    (form, particle): (frame, kind)
    for frame, phrases in _PHRASAL.items()
    for verb, particle in (phrase.split("_") for phrase in phrases.split())
    for form, kind in _forms(verb)
}


def is_past(word: str) -> bool:
    """Whether a word in lower case is the past form of a verb of saying."""
    known = CUES.get(word)
    return known is not None and known[1] == "past"
