"""What the wording of a question tells: on the article itself, on what somebody said, on what happened or is new.

Pure, by rules.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from retrieval.text.lexicon import alternatives, any_of, table, words
from retrieval.text.mentions import mentions
from retrieval.text.names import core_name, names
from retrieval.text.periods import timed
from retrieval.text.words import AGENT, CUES, content_stems, has_verb, stem

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from retrieval.text.periods import Period
    from retrieval.types import Field

LONGEST = 2_000  # characters; a longer message is no question, and the patterns take time quadratic in it

_THIS = r"(?:this|it|(?:this|the|that) (?:\w+ )?(?:article|story|piece|report|text|news)\b.*)"
_FIELD_FORMS: tuple[tuple[Field, str], ...] = (
    ("byline", rf"(?:and )?who (?:wrote|reported|authored) (?:{_THIS}|that)"),
    ("byline", r"who (?:wrote|writes|reported|reports) (?:about|on) \S.*"),
    ("byline", rf"who(?: i|’|'|wa| wa)s the (?:author|writer|reporter|journalist)(?: (?:of|behind) {_THIS})?"),
    ("byline", rf"(?:what is the byline|(?:who|by whom) (?:was|is) {_THIS} (?:written )?by)\b.*"),
    (
        "published",
        rf"(?:when|(?:on )?what (?:day|date)) (?:was|is) (?:{_THIS}|that)\s*(?:published|written|posted|released).*",
    ),
    ("published", rf"what is the (?:publication )?date(?: of {_THIS})?"),
    ("title", rf"what(?: i|'|’| wa)s the (?:title|headline)(?: (?:of|for) {_THIS})?"),
    ("title", rf"what is {_THIS} (?:called|titled|headlined)"),
)
_FIELDS = tuple((field, re.compile(rf"(?:{pattern})\W*", re.IGNORECASE)) for field, pattern in _FIELD_FORMS)
_YES_OR_NO = re.compile(
    r"\W*(?:did|do|does|is|are|was|were|has|have|had|can|could|will|would|should)\b(?!.*\bor\b)", re.IGNORECASE
)  # "Is it hot or cold?" asks for one of them
_BEFORE_SUBJECT = re.compile(
    r"\b(?:do|does|did|has|have|had|is|was|will|would|can|could|should)\s+(?:the )?\Z", re.IGNORECASE
)
_BEFORE_OWNER = re.compile(rf"\b(?:{alternatives('titles')}) of (?:the )?$", re.IGNORECASE)  # "the mayor of | Holm"
_REACH = 40  # characters before a name that tell whether it is the subject
_POSSESSIVE = re.compile(r"[’'](?:s\b|\s)")
_BY = re.compile(r"^by\s+", re.IGNORECASE)


def article_field(question: str) -> Field | None:
    """Returns the field that a question about an article itself asks for; None for any other question.

    Example:
        `article_field("Who wrote this?") == "byline"`
    """
    asked = question.strip()
    if len(asked) > LONGEST:
        return None
    return next((field for field, pattern in _FIELDS if pattern.fullmatch(asked)), None)


def without_by(byline: str) -> str:
    """Returns the names of a byline: "By Ann Lee" gives "Ann Lee"."""
    return _BY.sub("", byline)


def asks_yes_or_no(question: str) -> bool:
    """Tells whether yes or no would answer a question."""
    return bool(_YES_OR_NO.match(question))


def subjects(question: str) -> list[str]:
    """Returns the names, without titles, that are subject or owner in a question, or have an office, in order.

    Example:
        `subjects("Did Mayor Ann Lee sell Bo Wu's boat?") == ["Ann Lee", "Bo Wu"]`
    """
    return [
        core_name(question[span.start : span.end])
        for span in names(question)
        for before in [question[max(0, span.start - _REACH) : span.start]]
        if _BEFORE_SUBJECT.search(before)
        or _BEFORE_OWNER.search(before)
        or _POSSESSIVE.match(question[span.end : span.end + 3])
    ]


_DEEDS = words("verbs_of_deeds_too")
_PASTS = frozenset(form for form, (_, shape) in CUES.items() if shape == "past") - _DEEDS
_ACTS = (
    words("speech_act_verbs")
    | frozenset(form for form, (frame, shape) in CUES.items() if frame in ("say", "tell") and shape in ("base", "past"))
    - _DEEDS
)
_MANNERS = tuple(frozenset(map(stem, (verb, *others))) for verb, others in table("manners_of_speaking").items())


_SPOKEN = words("speaking_verbs")
_JUDGING = frozenset(each for verb, others in table("manners_of_speaking").items() for each in (verb, *others))
_WORDING = rf"(?P<verb>{any_of(_SPOKEN | _ACTS | words('verbs_of_wording'))})\b"
# No verb of saying is "state" in "the Secretary of State say", nor "counter" in "use to counter".
_WHO = r"(?P<who>.+?)(?<! of)(?<! the)(?<! and)(?<! to)"
_LINK = r"(?: (?P<link>about|on|of|regarding|concerning|to|for|towards?|over|against))?\b"
_DO = "(?:did|does|do|has|have|had|was|is|will|would)"
_WHEN = f"(?P<when>when )?{_DO}"
_QUOTED = r"[“\"‘'«](?P<quoted>.{3,}?)(?:[”\"’'»](?:,?\s.+)?)?"  # and what stands behind
_PEOPLE = "(?:people|others|they|everyone|everybody|anyone|anybody|somebody|someone|we|the articles|the news)"
_SURELY = "(?:really |ever |actually |in fact )?"
_WRITTEN_OR_SAID = "(?P<verb>say|said|claim|claimed|comment|post|posted|tweet|write|written)"
_ANYONE = "(?:you|anyone|anybody|someone|somebody)"
_REQUEST = (
    rf"(?:(?:please|(?:can|could|would) {_ANYONE}|do(?:es)? {_ANYONE} know|tell me|show me|give me|list"
    r"|i was (?:just )?wondering|i(?:['’]d like| want) to know),? )+"
)
_BE = r"(?:what (?:is|are|was|were) )?"
_NOUNS = alternatives("utterance_nouns", "stance_nouns", "nouns_of_argument")
_NOUN = f"(?P<verb>{_NOUNS})"
_NAMED = rf"(?!(?:{alternatives('question_auxiliaries', 'determiners', 'articles')})\b)\w+(?: \w+)?"
_TERSE = rf"(?P<verb>{alternatives('stance_nouns')})"  # "lee reaction tunnel"
_HAS = "(?:has |had |also )?"
_OBJECT = r"(?:any|some)\w*|that|so|no|yes|more|if|about|on|regarding|to"
_NO_TOPIC = rf"(?!(?:{alternatives('question_words')}|{_OBJECT})\b)"  # what opens a clause
_ROLE = rf"(?P<role>(?:(?!(?:{alternatives('question_auxiliaries')})\b)[\w.’'-]+ ?){{1,6}}?)"
_FORMS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?:is it true that|{_WHEN}) {_WHO} {_SURELY}(?P<verb>say|said|tell \w+|write|claim)(?: that)?:?,? {_QUOTED}",
        rf"(?P<when>when) (?:did|has) {_WHO} {_SURELY}{_WRITTEN_OR_SAID} (?:that|about|on) (?P<topic>.+)",
        rf"(?P<when>when) (?:did|has) {_WHO} {_SURELY}(?P<verb>say|said|claim|claimed) (?P<clause>{_NO_TOPIC}.+)",
        rf"(?:did|has) {_WHO} {_SURELY}(?P<verb>say|said|claim|claimed) that (?P<claim>.+)",
        rf"(?:did|has) {_WHO} {_SURELY}(?P<verb>say|said|claim|claimed) (?P<clause>{_NO_TOPIC}.+)",
        rf"who {_SURELY}(?:was it (?:who|that) )?(?P<verb>said|claimed)(?: that)?:?,? {_QUOTED}",
        rf"who (?:{_HAS}|was it (?:who|that) )(?P<verb>{any_of(_PASTS)})\b(?: that\b)?(?P<topic>.+)",
        rf"(?:which|who (?:at|from|in|of)) {_ROLE} {_HAS}(?P<verb>{any_of(_PASTS)})\b(?: that\b)?(?P<topic>.+)",
        rf"what (?:else )?(?:has|have|had) been (?P<verb>said|told|written){_LINK}(?P<about>.+)",
        rf"what (?:else )?(?:is|was) (?:being )?(?P<verb>said){_LINK}(?P<about>.+)",
        rf"what (?:else )?{_DO} {_PEOPLE} (?P<verb>say|said|saying|think|thinking)\b{_LINK}(?P<about>.+)",
        rf"what (?:else )?{_DO} {_WHO} (?:be |been )?{_WORDING}{_LINK}(?P<topic>.*)",
        rf"what {_DO} {_WHO} (?P<verb>make) of (?P<topic>.+)",
        rf"what {_DO} {_WHO} (?P<verb>{any_of(_JUDGING)}) about (?P<topic>.+)",
        rf"how {_DO} {_WHO} (?P<verb>feel) about (?P<topic>.+)",
        rf"{_BE}(?P<who>.+?)(?:[’']s|[’']) (?:full |exact |own )?{_NOUN}\b{_LINK}(?P<topic>.*)",
        rf"{_BE}(?:the |all )*{_NOUN} (?:of|by|from) (?P<who>.+?)(?: (?:on|about|to) (?P<topic>.*))?",
        rf"(?P<who>{_NAMED}) {_TERSE}{_LINK}(?P<topic>.+)",
        rf"{_DO} {_WHO} (?P<verb>{any_of(_SPOKEN)})\b(?: anything| something)?{_LINK}(?P<topic>.*)",
        rf"how {_DO} {_WHO} (?P<verb>{any_of(_ACTS | {'react', 'describe'})})\b{_LINK}(?P<topic>.*)",
    )
)
_REQUESTED = re.compile(
    rf"(?:{_REQUEST}(?:what|everything|all)|everything|all)(?: that)? (?P<who>.+?) (?:has |had |have )?"
    rf"(?P<verb>{any_of(_SPOKEN | _PASTS)})\b{_LINK}(?P<topic>.*)",
    re.IGNORECASE,
)
_OCCASIONS = alternatives("occasion_nouns", "weekdays", "months")
_THEN = (
    r"(?:afterwards?|later|then|now|today|tonight|yesterday|earlier|recently|lately|since|next|first|too|so far"
    r"|at the time|in (?:response|reply|return))"
)
_LAST = rf"(?:(?:last|this|earlier this|that) )?(?:{_OCCASIONS})(?: (?:{_OCCASIONS}))*"
_OCCASION = re.compile(  # "when it rained", "at the press conference", "on Tuesday night", "afterwards", "last Tuesday"
    r"(?:^|(?<=\s))(?:(?:after|before|during|following|when|while|once|since|as)\s.+"
    rf"|(?:at|in|on|to|via|from)\s(?:[\w'’-]+\s){{0,5}}?(?:{_OCCASIONS})\b.*)|^(?:{_LAST}|{_THEN})$",
    re.IGNORECASE,
)
_SET_BEFORE = re.compile(
    r"(?:after|at|before|during|in|on)\s[^,?]+,\s+(?=(?:what|who|how|when|which|did)\b)", re.IGNORECASE
)
_EACH_OTHER = re.compile(r"(?:of |about |on )?(?:each other|one another)(?:[’']s)?\b(?-i:[^A-Z]*)", re.IGNORECASE)
_BETWEEN_NAMES = re.compile(r",? and |, ", re.IGNORECASE)
_SHARED_NOUN = re.compile(  # "the Lee and Wu | camp | s"
    r"(?:[Tt]he )?(?P<names>[A-Z][\w’'-]*(?:, [A-Z][\w’'-]*)*,? and [A-Z][\w’'-]*) (?P<noun>[a-z]+[a-rt-z])s"
)
_TAKING_SIDES = re.compile(  # "the loudest critics | of | the toll"
    rf"(?P<group>(?:[\w’'-]+ ){{0,3}}?(?:{any_of(noun for noun, side in table('groups_of_speakers').items() if side)}))"
    r" (?:of|to) (?P<topic>.+)",
    re.IGNORECASE,
)
_ROLES = words("titles", "person_nouns")
_NO_WHO = re.compile(rf"(?:what|who|how|when|where|why|which|{_ANYONE} know)\b", re.IGNORECASE)
_LEAD = re.compile(r"^(?:and|but|so|then),? (?=\S+ \S)", re.IGNORECASE)  # "And what did Lee say?"
_ENDING = " ?!.”\"’'»"


@dataclass(frozen=True, slots=True)
class SpeechQuestion:
    """A question on words.

    Attributes:
        who: the speaker as written in the question, "" where the speaker is asked for, or anybody's words.
        topic: what the words are on, "" where anything said answers.
        verb: how it was said, in the question's word.
        quoted: words that were said, or not: the question is whether, or by whom.
        is_claim: whether `quoted` are reported words, so that others may mean the same.
        asks_who: whether the speaker is asked for.
        asks_when: whether it is asked when they were said.
        role: what the speaker who is asked for is, or where ("economist", "Twitter"); "" where it may be anybody.
    """

    who: str
    topic: str
    verb: str = "say"
    quoted: str = ""
    is_claim: bool = False
    asks_who: bool = False
    asks_when: bool = False
    role: str = ""

    @property
    def subject(self) -> str:
        """The topic without the occasion on which it was spoken of: "taxes" of "taxes at the press conference"."""
        _, about, behind = self.topic.partition(" about ")  # "on Tuesday about taxes"
        return _OCCASION.sub("", behind if about else self.topic).strip()

    @property
    def wording(self) -> str:
        """What was said, where it is asked who said so, without the occasion."""
        return self.quoted or _OCCASION.sub("", self.topic).strip() or self.topic

    @property
    def speakers(self) -> tuple[str, ...]:
        """Those who are asked for together ("Xi and Putin", "the Xi and Putin camps"), or the one speaker."""
        parts = tuple(filter(None, _BETWEEN_NAMES.split(self.who)))
        shared = _SHARED_NOUN.fullmatch(self.who)
        return tuple(f"{part} {shared['noun']}" for part in _BETWEEN_NAMES.split(shared["names"])) if shared else parts

    @property
    def is_mutual(self) -> bool:
        """Whether it asks what several said about each other."""
        return bool(_EACH_OTHER.fullmatch(self.topic))

    @property
    def group(self) -> str:
        """The noun of those who are asked after together ("critics" of "local critics"); "" where it is no such."""
        return group_noun(self.who)

    @property
    def asks_for_words_only(self) -> bool:
        """Whether nothing but words can be meant, and no deed."""
        return self.verb in words("speaking_verbs", "utterance_nouns")

    @property
    def manner(self) -> frozenset[str]:
        """The stems of the verbs that say it in the way asked for; none where any will do."""
        return next((stems for stems in _MANNERS if stem(self.verb) in stems), frozenset())

    @property
    def asks_who_judged(self) -> bool:
        """Whether it asks who called somebody something, so that the object is not the speaker."""
        return self.asks_who and self.verb in words("judging_verbs")


def speech_question(text: str) -> SpeechQuestion | None:
    """Returns what a question on words asks for; None for any other question.

    Example:
        "What did Ann Lee say about cranes?" asks for words of "Ann Lee" on the topic "cranes".
    """
    bare = _LEAD.sub("", text.strip(" ?!."))
    if len(bare) > LONGEST:
        return None
    unasked = re.sub(rf"^{_REQUEST}", "", bare, flags=re.IGNORECASE) or bare
    wordings = dict.fromkeys((bare, unasked, _SET_BEFORE.sub("", bare, count=1)))
    matches = (*(form.fullmatch(wording) for form in _FORMS for wording in wordings), _REQUESTED.fullmatch(bare))
    return next((asked for match in filter(None, matches) if (asked := _read(match))), None)


def group_noun(who: str) -> str:
    """Returns the noun of those who are asked after together ("critics" of "local critics"); "" where it is no such."""
    last = who.rpartition(" ")[2]
    is_role = last.endswith("s") and (last[:-1] in _ROLES or AGENT.fullmatch(last))  # "the two mayors", "skippers"
    return last.lower() if is_role or last.lower() in words("groups_of_speakers") else ""


def leaves_topic_open(text: str) -> bool:
    """Tells whether a question asks what somebody said and tells not on what: "What did Lee say afterwards?"."""
    asked = speech_question(text)
    return asked is not None and bool(asked.who) and not (asked.subject or asked.quoted)


def _read(match: re.Match[str]) -> SpeechQuestion | None:
    """Returns the question that a form matches; None where it names no speaker that could be meant."""
    parts = {name: (part or "").strip() for name, part in match.groupdict().items()}
    who = parts.get("who", "")
    role = parts.get("role", "")
    clause = parts.get("clause", "")
    claim = parts.get("claim", "") or clause
    if not _may_speak(who, role) or (clause and not has_verb(clause)):
        return None
    topic = _topic(parts)
    if not topic and (taking := _TAKING_SIDES.fullmatch(who)):
        who, topic = taking["group"], taking["topic"]
    return SpeechQuestion(
        who,
        topic=topic,
        verb=parts["verb"].lower().split()[0],
        quoted=parts.get("quoted", "").strip(_ENDING) or claim,
        is_claim=bool(claim),
        asks_when=bool(parts.get("when")),
        asks_who=parts.keys().isdisjoint({"who", "about"}),
        role=role,
    )


def _may_speak(who: str, role: str) -> bool:
    """Tells whether somebody may be asked for by a name, and by a role: what a person is, a body, or no words."""
    last = role.rpartition(" ")[2].lower()
    is_role = not role or last in words("titles", "person_nouns") or AGENT.fullmatch(last) or names(role)
    return who.lower() not in words("no_speakers") and not _NO_WHO.match(who) and bool(is_role)


def _topic(parts: dict[str, str]) -> str:
    """Returns what a question is on; of one on an occasion, "on Monday", with the preposition."""
    topic = parts.get("topic", "") or parts.get("about", "")
    placed = f"{parts.get('link', '')} {topic}"
    return placed if placed.startswith("on ") and _OCCASION.fullmatch(placed) else topic


_LONGEST_ON_EVENTS = 200  # characters of such a question
_OPENER = r"(?:(?:so|and|please|tell me|do you know|can you tell me|give me|show me|what about)\s+)*"
_NEWEST = r"(?:latest|newest|most recent|new|recent)"
_NEWS = r"(?:news|updates?|developments?|reports?|headlines?|information|info)"
_ABOUT = r"(?:on|about|of|from|regarding|concerning|with|in|for|around|over|at|to)"
_HAPPENED = re.compile(
    rf"{_OPENER}what(?:['’]s|\s+(?:else|all))?\s+(?:has\s+|have\s+|did\s+|was\s+|is\s+)?(?:been\s+)?"
    r"(?:happen(?:ed|ing)|(?<=did )(?:happen|change|take place)|occurred|going on|went on|(?:took|taken) place"
    r"|changed)\b(?P<rest>.*)",
    re.IGNORECASE,
)
_NEW = re.compile(
    rf"{_OPENER}(?:what(?:['’]s|\s+is|\s+are|\s+was|s)?\s+|(?:is|are) there\s+|any(?:thing)?\s+)?(?:the\s+|any\s+)?"
    rf"(?:{_NEWEST}(?:\s+{_NEWS})?|{_NEWS})\s+{_ABOUT}\s+(?P<rest>.*)",
    re.IGNORECASE,
)
_LATEST_BEHIND = re.compile(
    rf"(?P<rest>(?!(?:{alternatives('question_words', 'question_auxiliaries', 'forms_of_be')})\b)\w.*?)"
    rf"[\s,:-]+(?:{_NEWEST}\s+)?(?:latest|updates?|news)",
    re.IGNORECASE,
)
_SINCE_REPORT = re.compile(r"\bsince (?:then|(?:the |your )?(?:first|last|earlier|previous) \w+)", re.IGNORECASE)
_TO = re.compile(r"\s*to\b", re.IGNORECASE)
# "before the strike ended", "after Ann Lee resigned": another event, and not a day, bounds what is asked for.
_BESIDE = re.compile(r"\b(?P<side>before|after|since|following)\s+(?P<event>(?:the |a |an )?\w.*)", re.IGNORECASE)
_ORDER = re.compile(r"\b(?:in (?:the )?order|chronologically|in chronological order|step by step)\b", re.IGNORECASE)
_AROUND = rf"{_ABOUT}|since|until|during|before|after|by|then|the|there|here|so far|now|again|exactly"
_SMALL = re.compile(
    rf"^(?:(?:{_AROUND})\b[\s,]*)+|(?:[\s,]*\b(?:{_AROUND}|please))+$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class EventQuestion:
    """What is asked about ("" for anything), when, whether in order, and whether for what happened or what is new.

    `bound` is another event, before which it was, or after.
    """

    about: str
    when: Period | None
    in_order: bool
    happened: bool
    bound: str | None = None
    is_before: bool = False

    @property
    def is_of_now(self) -> bool:
        """Whether only what is new is asked for."""
        return not (self.when or self.in_order or self.happened)


def event_question(text: str, asked: dt.date, focus: Sequence[str] = ()) -> EventQuestion | None:
    """Returns what a question on events is about and when; None for another question, and for one that tells neither.

    Where it tells no topic, it is about the names that the conversation is about, its focus. What happened to a person
    is told in any sentence of a report, and asked for as other things are.

    Example:
        "What happened on Monday in Ellby?" is about "Ellby", and the last Monday before the day it is asked.
    """
    plain = " ".join(text.split()).strip(" ?!.")
    if len(plain) > _LONGEST_ON_EVENTS:
        return None
    match = next(filter(None, (form.fullmatch(plain) for form in (_HAPPENED, _NEW, _LATEST_BEHIND))), None)
    if match is None:
        return None
    rest = _SINCE_REPORT.sub(" ", match["rest"])
    when, about = _when_and_what(rest, asked)
    if when is None and (bounded := _beside_event(about)):
        return bounded
    topic = _trimmed(_ORDER.sub(" ", about)) or " ".join(focus)
    if _asks_of_person(rest, topic) or not (topic or when):
        return None
    return EventQuestion(topic, when, _ORDER.search(rest) is not None, "happen" in plain.lower())


def _beside_event(about: str) -> EventQuestion | None:
    """Returns what is asked of before or after another event, "the port before the strike ended"; else None."""
    beside = _BESIDE.search(about)
    if beside is None or not content_stems(beside["event"]):
        return None
    is_before = beside["side"].lower() == "before"
    return EventQuestion(_trimmed(about[: beside.start()]), None, True, True, beside["event"], is_before)


def _asks_of_person(rest: str, topic: str) -> bool:
    """Tells whether what happened to a person is asked for, by more than one name: "to Ann Lee"."""
    people = (mention.text for mention in mentions(topic) if mention.kind == "person")
    return _TO.match(rest) is not None and " " in topic and topic in people


def _when_and_what(words: str, asked: dt.date) -> tuple[Period | None, str]:
    """Returns the first time that words tell, and the words without it: "Sunday 9 February" is one day."""
    times = timed(words, asked)
    if not times:
        return None, words
    same = [each for each in times if each.period == times[0].period]
    return times[0].period, f"{words[: same[0].start]} {words[same[-1].end :]}"


def _trimmed(words: str) -> str:
    """Returns words without the prepositions that a time or an order left at their ends."""
    words = " ".join(words.split()).strip(" ,;:-")
    while (shorter := _SMALL.sub("", words).strip(" ,;:-")) != words:
        words = shorter
    return words
