"""Which questions are on words, whose, on what, and said how. Pure, by rules."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from retrieval.text.cues import CUES
from retrieval.text.words import stem, word_set

if TYPE_CHECKING:
    from collections.abc import Iterator

# Verbs that can only mean words: who is not quoted so has not said it. Others may be deeds as well ("announce").
_PLAIN = word_set(
    """say said saying tell told telling think thought comment commented speak spoken talk talked talking mention
    mentioned"""
)
_DEEDS = word_set("find show see read sing want demand stress support favor signal believe post write")
_ACTS = frozenset(
    form
    for form, (frame, shape) in CUES.items()
    if frame in ("say", "tell") and shape in ("base", "past") and form not in _DEEDS
) | word_set("demand demanded promise promised warn warned deny denied threaten threatened reject rejected")
_PASTS = frozenset(form for form, (_, shape) in CUES.items() if shape == "past")
_JUDGEMENTS = word_set(
    """called described labelled labeled branded dubbed praised hailed condemned criticized criticised denounced accused
    thanked mocked slammed dismissed"""
)
_NOUNS = "views?|opinions?|comments?|message|words|statements?|remarks?|thoughts|quotes?|quotations?"
_DEED_NOUNS = "position|stance|reactions?|response"  # others may tell of these
_MANNERS = tuple(
    frozenset(map(stem, words.split()))
    for words in (
        "deny denied reject refute dismiss dispute",
        "promise vow pledge",
        "warn caution threaten",
        "demand urge call insist",
        "admit acknowledge concede",
        "praise hail applaud welcome",
        "criticize criticise condemn denounce slam blast",
    )
)


def _any(words: frozenset[str]) -> str:
    return "|".join(sorted(words, key=lambda word: (-len(word), word)))


_SAYING = rf"(?P<verb>{_any(_PLAIN | _ACTS)})\b"
_WHO = r"(?P<who>.+?)(?<! of)(?<! the)(?<! and)"  # "the Secretary of State say": "state" is no verb there
_LINK = r"(?: (?:about|on|of|regarding|concerning|to|for|towards?|over))?\b"
_DO = "(?:did|does|do|has|have|had|was|is|will|would)"
_QUOTED = r"[“\"‘'«](?P<quoted>.{3,}?)[”\"’'»]?"
_PEOPLE = "(?:people|others|they|everyone|everybody|anyone|anybody|somebody|someone|we|the articles|the news)"
_SURELY = "(?:really |ever |actually |in fact )?"
_REQUEST = r"(?:(?:please|can you|could you|would you|do you know|tell me|show me|give me|list),? )+"
_BE = r"(?:what (?:is|are|was|were) )?"
_NOUN = f"(?P<verb>{_NOUNS}|{_DEED_NOUNS})"
_FORMS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?:is it true that|{_DO}) {_WHO} {_SURELY}(?P<verb>say|said|tell \w+|write|claim)(?: that)?:?,? {_QUOTED}",
        rf"(?:did|has) {_WHO} {_SURELY}(?P<verb>say|said) that (?P<claim>.+)",
        rf"who {_SURELY}(?:was it (?:who|that) )?(?P<verb>said|claimed)(?: that)?:?,? {_QUOTED}",
        rf"who (?:has |had |also |was it (?:who|that) )?(?P<verb>{_any(_PASTS)})\b(?: that\b)?(?P<topic>.+)",
        rf"what (?:else )?(?:has|have|had) been (?P<verb>said|told|written){_LINK}(?P<about>.+)",
        rf"what (?:else )?(?:is|was) (?:being )?(?P<verb>said){_LINK}(?P<about>.+)",
        rf"what (?:else )?{_DO} {_PEOPLE} (?P<verb>say|said|saying|think|thinking)\b{_LINK}(?P<about>.+)",
        rf"what (?:else )?{_DO} {_WHO} (?:be |been )?{_SAYING}{_LINK}(?P<topic>.*)",
        rf"{_BE}(?P<who>.+?)(?:[’']s|[’']) (?:full |exact |own )?{_NOUN}\b{_LINK}(?P<topic>.*)",
        rf"{_BE}(?:the |all )*{_NOUN} (?:of|by|from) (?P<who>.+?)(?: (?:on|about|to) (?P<topic>.*))?",
        rf"{_DO} {_WHO} (?P<verb>{_any(_PLAIN)})\b(?: anything| something)?{_LINK}(?P<topic>.*)",
        rf"how {_DO} {_WHO} (?P<verb>{_any(_ACTS | {'react', 'describe'})})\b{_LINK}(?P<topic>.*)",
    )
)
_REQUESTED = re.compile(
    rf"(?:{_REQUEST}(?:what|everything|all)|everything|all)(?: that)? (?P<who>.+?) (?:has |had |have )?"
    rf"(?P<verb>{_any(_PLAIN | _PASTS)})\b{_LINK}(?P<topic>.*)",
    re.IGNORECASE,
)
_NOBODY = word_set("he she it they we you i who anyone anybody someone somebody people everyone this that what")
_CLOSING = " ?!.”\"’'»"


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
    """

    who: str
    topic: str
    verb: str = "say"
    quoted: str = ""
    is_claim: bool = False
    asks_who: bool = False

    @property
    def is_plain(self) -> bool:
        """Whether nothing but words can be meant."""
        return self.verb in _PLAIN or bool(re.fullmatch(_NOUNS, self.verb))

    @property
    def manner(self) -> frozenset[str]:
        """The stems of the verbs that say it in the way asked for; none where any will do."""
        return next((some for some in _MANNERS if stem(self.verb) in some), frozenset())

    @property
    def judges(self) -> bool:
        """Whether it asks who called somebody something, so that the object is not the speaker."""
        return self.asks_who and self.verb in _JUDGEMENTS


def speech_question(text: str) -> SpeechQuestion | None:
    return next((found for match in _matches(text) if (found := _question(match))), None)


def _matches(text: str) -> Iterator[re.Match[str]]:
    plain = text.strip(" ?!.")
    asked = re.sub(rf"^{_REQUEST}", "", plain, flags=re.IGNORECASE) or plain
    for form in _FORMS:
        for one in dict.fromkeys((plain, asked)):
            if match := form.fullmatch(one):
                yield match
    if match := _REQUESTED.fullmatch(plain):
        yield match


def _question(match: re.Match[str]) -> SpeechQuestion | None:
    told = {name: (words or "").strip() for name, words in match.groupdict().items()}
    who = told.get("who", "")
    if who.lower() in _NOBODY or re.match(r"(?:what|who|how|when|where|why|which)\b", who, re.IGNORECASE):
        return None
    verb = told["verb"].lower().split()[0]
    quoted = told.get("quoted", "").strip(_CLOSING) or told.get("claim", "")
    topic = told.get("topic", "") or told.get("about", "")
    asks_who = "who" not in told and "about" not in told
    return SpeechQuestion(who, topic, verb, quoted, is_claim=bool(told.get("claim")), asks_who=asks_who)
