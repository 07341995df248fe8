"""What of a news page is no report: headings, bylines, notices, words for a machine; what no answer may hold. Pure."""

from __future__ import annotations

import re
from typing import Literal

from retrieval.text.lexicon import alternatives, words
from retrieval.text.verbs import CUES
from retrieval.text.words import PRONOUNS, RELATIVES

MAX_BYLINE = 100
MAX_STAMP = 60

_BYLINE = re.compile(
    r"(?:(?:(?:text|words|story|report|reporting|interview|written)\s)?by\s+|(?:text|words):\s+)(?P<names>\S.*)",
    re.IGNORECASE,
)
_OTHER_WORK = re.compile(
    r"(?<!\s)(?:\s*[|/,;.])?\s+(?:photo(?:graph|graphy|s|graphs)?|pictures?|illustrations?|video|graphics|edited) by\s",
    re.IGNORECASE,
)
_ROLES = "reporter|correspondent|editor|writer|contributor|columnist|journalist"
_ROLE = re.compile(rf"(?:[\w-]+\s){{0,3}}(?:{_ROLES}|staff)", re.IGNORECASE)
_ROLE_BEHIND = re.compile(rf"(?:\s(?:senior|staff|chief|political|special))?\s(?:{_ROLES})\Z", re.IGNORECASE)
_STAMP_BEHIND = re.compile(r"(?<=\w)\W*\s(?:posted|(?:last )?updated|published|created)\b", re.IGNORECASE)
_PLACE_BEHIND = re.compile(r"\s(?:in|from|at)\s[A-Z].*\Z")
_BETWEEN_NAMES = re.compile(rf",?\sand\s|,\s(?!(?:{alternatives('name_suffixes')})\b)|;\s?|\s[/|]\s", re.IGNORECASE)
# What bylines hold in lower case; any other such word makes the line a sentence.
_JOINING = re.compile(rf"{alternatives('byline_words')}|[dl]['’].+")
_CHARACTERS = re.compile("[\u3005\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7a3]{2,6}")  # of names that need no capitals
_FEWEST_OF_NAME, _MOST_OF_NAME = 2, 5  # words
_ABBREVIATION = re.compile(r".*(?:\b\w{1,3}|\.\w+)\.")  # "Jr.", "Inc.", "Ph.D."


_PUBLISHED = re.compile(
    r"(?:(?:(?:first|originally)\s+)?(?:published|posted)\b(?:\s+on\b|\s+at\b)?\W*)?(?P<when>\w.*?)(?:\sby\s.*)?",
    re.IGNORECASE,
)
# "LONDON, March 5, 2026 (Reuters) -", before the first sentence of a report.
_DATELINE = re.compile(
    r"[A-Z][\w.’' -]{1,40}(?:,\s|\s\()(?P<when>[A-Z][a-z]{2,8}\.?\s\d{1,2},\s\d{4}|\d{1,2}\s[A-Z][a-z]{2,8}\.?\s\d{4})"
    r"(?:(?:,\s\d[^()]{2,18})?\))?,?(?:\s\([\w. /-]{2,30}\))?\s?[–—-]{1,2}\s"
)
_HEADING = re.compile(r"#{1,6}\s+")
_MARK = re.compile(r"(?:#{1,6}|by)\s+", re.IGNORECASE)


_NAME = r"(?P<name>[A-Z][\w’'-]+(?:\s[A-Z][\w.’'-]*){1,3})"
_SIGNED = (
    re.compile(rf"{_NAME}\s(?:covers|writes\s(?:about|for)|reports\s(?:on|for))\s"),
    re.compile(rf"{_NAME}(?:\sis|,)\san?\s[^.,]{{0,60}}?\b(?:{_ROLES})\b"),
    re.compile(rf"(?:Follow|Contact|Reach|E-?mail)\s(?:(?:the\s)?(?:{_ROLES})\s)?{_NAME}\s(?:(?:on|at|via)\s|@)"),
    re.compile(rf"(?:Reporting|Writing|Written|Words)\sby\s{_NAME}"),
)


def is_heading(line: str) -> bool:
    """Tells whether a line is marked as a heading, as Markdown does ("## Ferry late")."""
    return _HEADING.match(line) is not None


def without_marks(line: str) -> str:
    """Returns a title or byline without what marks it as one ("# Ferry late #", "By Ida Lund")."""
    line = line.strip()
    mark = _MARK.match(line)
    words = line[mark.end() :] if mark else line
    bare = words.rstrip("#")  # a pattern for this would take time quadratic in a run of blanks
    return bare.rstrip() if bare[-1:].isspace() else words


def without_role(author: str) -> str:
    """Returns the name of an author without what he is, or who made the pictures: "Elin Dahl, Senior Reporter"."""
    author = _OTHER_WORK.split(author)[0]
    name, *others = author.split(",")
    if others and all(_ROLE.fullmatch(other.strip()) for other in others):
        return name.strip()
    bare = _ROLE_BEHIND.sub("", author)
    return bare if len(bare.split()) > 1 else author


def signed_by(sentence: str) -> str | None:
    """Returns who a note below an article says that its author is; None for what is no such note.

    Example:
        "Ida Lund covers schools for the Post." and "Follow Ida Lund on X: @ilund" are notes of Ida Lund's.
    """
    note = next(filter(None, (pattern.match(sentence) for pattern in _SIGNED)), None)
    return note["name"] if note else None


def names_in(byline: str) -> list[str]:
    """Returns the names of a byline, without what each is, where he was, and what else stands in the line.

    Example:
        >>> names_in("Ida Lund, Health Editor, and Bo Aas, Staff Writer / STAFF in Strand Updated 3 March")
        ['Ida Lund', 'Bo Aas']
    """
    line = _STAMP_BEHIND.split(_OTHER_WORK.split(" ".join(byline.split()))[0])[0]
    parts = [_PLACE_BEHIND.sub("", part) for part in _BETWEEN_NAMES.split(line) if "@" not in part]
    return [without_role(part) for part in parts if part and not _ROLE.fullmatch(part)] or parts[:1]


def byline_of(line: str) -> str | None:
    """Returns the words after "By", where the line reads as names: short, capitalized, and no sentence's end."""
    match = _BYLINE.fullmatch(line)
    if not match or len(line) > MAX_BYLINE or not match["names"][0].isalpha():
        return None
    names = _OTHER_WORK.split(match["names"])[0]
    words = re.findall(r"[^\W\d_][\w'’@.-]*", names)
    is_sentence = names.endswith((".", "!", "?", ":")) and not _ABBREVIATION.fullmatch(names)
    is_prose = any(word[0].islower() and "@" not in word and not _JOINING.fullmatch(word) for word in words)
    return None if is_sentence or is_prose else names


def is_name_line(line: str) -> bool:
    """Tells whether a line can be the name of a person: two to five words with capitals, or a few characters."""
    words_of_it = line.split()
    own = [word for word in words_of_it if not _JOINING.fullmatch(word)]
    if len(words_of_it) == 1:
        return _CHARACTERS.fullmatch(line) is not None
    is_written = all(word[0].isupper() and not any(map(str.isdigit, word)) for word in own)
    return is_written and _FEWEST_OF_NAME <= len(own) <= len(words_of_it) <= _MOST_OF_NAME and words_of_it[-1] in own


def publication_stamp(line: str) -> str | None:
    """Returns what a line says of when its text was published.

    That is a bare date or the words after "Published", in a short line, or the day of a dateline.
    """
    match = _PUBLISHED.fullmatch(line.strip()) if len(line) <= MAX_STAMP else _DATELINE.match(line.strip())
    return match["when"] if match else None


Notice = Literal["paywall", "consent", "scripts", "missing"]

_LISTS: dict[Notice, str] = {
    "missing": "unavailable_phrases",
    "scripts": "script_only_phrases",
    "paywall": "paywall_phrases",
    "consent": "consent_phrases",
}
_BEFORE_SITE = re.compile(r"\s+[|–—·-]\s+")


def notice_of(title: str, shown: str) -> Notice | None:
    """Returns which notice stands in the place of an article; `shown` is all that the page shows.

    Only of a page on which little else stands does it tell that the article is not there.

    Example:
        >>> notice_of("Ferry late", "Subscribe to continue reading. Already a subscriber? Log in.")
        'paywall'
    """
    if _BEFORE_SITE.split(title)[0].strip().lower() in words("missing_page_titles"):
        return "missing"
    plain = " ".join(shown.split()).replace("’", "'")
    phrases = ((notice, rf"\b(?:{alternatives(name)})") for notice, name in _LISTS.items())
    return next((notice for notice, pattern in phrases if re.search(pattern, plain, re.IGNORECASE)), None)


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


_HIDDEN = re.compile("[\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f\u0000-\u0008\u001b]")
_LINK = _any(
    r"https?:",
    r"\bwww\.",
    r"\]\(",
    r"\bdiscord\.gg\b",
    r"\A(?:[^<]|<(?![@#!/a-z]))*+<[^>]*>",
    r"\bjavascript:",
    r"\bdata:\w+/",
    r"(?<![\w-])[\w-]+\.[a-z]{2,}/\S",
)
_MAIL = _any(r"(?<![\w.+-])[\w.+-]+@[\w-]+\.\w+")
_PING = _any(r"@\s?(?:everyone|here)\b")
_MARKUP = re.compile(r"!\[|```|<\||\|>|\[/?INST\]|^\s*#{1,6}\s|\{\{|\}\}|[{\[]\s?\"\w+\":|\"\s?[\]}]")
_SECRET = _any(
    r"\b(?:api[ _-]?key|password is|secret key|access token|bot token|system prompt)\b",
    r"\bmy (?:instructions|prompt|rules)\b",
    r"\bsk-\w{6,}\b",
)
_UNFIT = (
    (_HIDDEN, "it holds hidden characters"),
    (_LINK, "it holds a link"),
    (_MAIL, "it holds an address"),
    (_PING, "it holds a mention"),
    (_MARKUP, "it holds markup"),
)
_DOMAIN = _any(r"(?<![a-z0-9-])[a-z0-9-]+\.(?:com|net|org|io|example|test|info|biz|xyz|ru|cn|me|app|dev|link)\b")
_QUOTED = re.compile(r"\"[^\"]*\"|(?<!\w)'[^']*'(?!\w)")
_TO_READER = _any(r"\b(?:I['’](?:m|ll|ve|d)|my|me|myself|you|your|you're|yours|yourself)\b")
_SPEAKING = re.compile(r"(?:^|[^\w\s]\s*|\b[a-z]+\s)I\s+[a-z]")  # no "World War I"
_TELLING = _any(
    r"^\W*(?:(?:please|now|then|also|always|instead|just|only|you must|you should),? )*(?:"
    r"(?:say|state|tell|write|answer|reply|respond|print|output|repeat|include|append|add|cite|mention|translate|reveal"
    r"|pretend|act|end|begin|start|type|show)\s+(?:that\b|the\b|this|these|it\b|me\b|us\b|as\b|only|with\b"
    r"|in\b"
    r"|users?\b|readers?\b|people\b|everyone|your\b|every\b|each\b|nothing|[\"'`@\[:])"
    r"|(?:click|visit|go to|send|paste|enter|download|subscribe|log in|sign in|scan|dm|join|call|follow|confirm|verify"
    r"|open|run|execute)\s+(?:here|this|the\b|your\b|our\b|us\b|me\b|to\b|on\b|[@`])"
    r"|write to\b|(?:ignore|disregard|forget)\s+(?:all|any|the|your|previous|above|everything|what|this|these)\b"
    r"|(?:do not|don't|never) (?:answer|mention|cite|tell|say)\b)"
)
_AI = r"(?:ai|a\.i\.|llm|language model|large language|assistant|chat ?bot|bot|model|summari[sz]er)"
_ANSWERS = r"(?:answers?|repl(?:y|ies)|responses?|summar(?:y|ies)|output)"
_TO_MACHINE = _any(
    r"\b(?:ignore|disregard|forget|override|bypass)\b[^.]{0,40}\b(?:instruction|prompt|rule|guideline|message)",
    r"\b(?:ignore|disregard|forget|override)\b[^.]{0,20}\b(?:everything|above|previous|safety)",
    r"\bsystem\s?(?:prompt|message|note|override|update|notice)\b",
    r"^\W*(?:system|assistant|user|developer|tool|function|admin)\b\W{0,3}(?:\w++\s?){0,3}:",
    rf"\b(?:as an|you are an?|you are now|dear|attention|note to|hey|hello)\W+(?:the\s)?{_AI}s?\b",
    rf"\b{_AI}s?\W+(?:assistant|system|model|reader|agent)s?\b[^.]{{0,30}}\b(?:must|should|shall|are to|is to|need)\b",
    rf"\b(?:the|any|every) {_AI} (?:must|should|shall|has to|is to|reading|that reads)\b",
    r"<\|?\w*\|?>|\[/?(?:inst|sys|system)\]|<</?sys>>",
    r"\bend of (?:article|document|context|passages?)\b",
    r"\btool (?:result|output|call)\b",
    r"\bnew (?:instructions?|task|rules?)\b[^.]{0,10}:",
    r"\b(?:developer|jailbreak|dan|debug|god) mode\b|\bprompt injection\b",
    rf"\b(?:in|at the end of|begin|end|start) (?:your|every|each|the|all) {_ANSWERS}\b",
    rf"\b(?:any|every|each|all|the) {_ANSWERS} (?:must|should|shall|has to|have to)\b",
    r"\bwhen (?:you (?:are )?)?(?:answer|summari[sz])(?:e|ing)?\b|\bcite \[?\d",
    rf"\byour (?:{_ANSWERS}|instructions|prompt|rules|training|next message)\b",
)
_SHORTEST = 2  # words
_LISTED = r"[^\s,]+(?:\s[^\s,]+){0,3}"
_LISTING = re.compile(rf"(?:[^:]*:\s*)?(?:{_LISTED},\s){{2,}}{_LISTED}")
_ROUNDUP = _any(
    r"\bthings to (?:know|watch) (?:for|on|this)\b", r"\bnews from around\b", r"\bquiz of the week\b",
    r"\b(?:daily|morning|evening|weekly) (?:briefing|roundup|digest)\b", r"\b(?:week|month|year) in review\b",
)  # fmt: skip
_ANNOUNCES = re.compile(
    r"(?:\A|:\s)(?:here[’']s\s)?(?:what|which)\b(?!.*\?)|:\s(?:when|where)\b"
    rf"|\A(?:{alternatives('numerals')}|\d+)\s(?:\w+\s)?(?:things|facts|questions|takeaways|ways|reasons)\b",
    re.IGNORECASE,
)


def headline_end(title: str) -> int:
    """Returns where the headline of a title ends, before the name of its site: "Fog on the Rava | Holm Post"."""
    return title.rfind(" | ") if " | " in title else len(title)


def is_roundup(headline: str) -> bool:
    """Tells whether a headline is of several events, which it lists: "Today: Strike, Flood, New quay ..."."""
    return _LISTING.fullmatch(headline.strip()) is not None or _ROUNDUP.search(headline) is not None


def is_announcement(headline: str) -> bool:
    """Tells whether a headline only says what its report will tell: "Trains: what changes in May", "Five facts"."""
    return _ANNOUNCES.search(headline) is not None


def unfit(text: str) -> str | None:
    """Why a sentence may not be shown whatever supports it; None where it may."""
    return next((reason for pattern, reason in _UNFIT if pattern.search(text)), None)


def is_addressed(text: str) -> bool:
    """Whether a plain sentence speaks, outside quotation marks, of itself or to its reader, or tells him what to do."""
    bare = _QUOTED.sub(" ", text)
    return any(pattern.search(bare) for pattern in (_TO_READER, _SPEAKING, _TELLING, _DOMAIN, _SECRET))


def is_instruction(text: str) -> bool:
    """Whether a plain sentence of an article is meant for a machine that reads it, and so is no report of anything."""
    return bool(_TO_MACHINE.search(text) or _TELLING.search(text))


def is_fragment(text: str) -> bool:
    return len(text.split()) < _SHORTEST


_FRAME = re.compile(
    r"^(?:(?:The|This) (?:article|report|passage|outlet) (?:reports|says|states|notes|adds)(?: that)? "
    r"|(?:The )?answer(?: (?:to (?:the|this|that|your) question )?is(?: that)?)?\s?:? )",
    re.IGNORECASE,
)
_REPORTS = words("report_nouns") | RELATIVES
_INDEFINITE = words("indefinite_speakers") | PRONOUNS.keys()


def without_frame(sentence: str) -> str:
    """Returns a sentence without the words that only say where it stands.

    Example:
        "The article reports that fares rise." becomes "fares rise."
    """
    return _FRAME.sub("", sentence)


def leaves_speaker_open(mention: frozenset[str]) -> bool:
    """Tells whether the words of a mention, in small letters, name nobody: "they", "who", "the article"."""
    return bool(mention & _REPORTS) or mention <= _INDEFINITE


def is_saying(cue: str) -> bool:
    """Tells whether the words that attribute something mean speech, as "found" and "called" do not."""
    frames = (CUES[word][0] for word in cue.lower().split() if word in CUES)
    return any(frame in {"say", "tell"} for frame in frames) or "according" in cue.lower()
