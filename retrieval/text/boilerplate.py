"""What of a news page is no report: stamps, credits, bylines, links, words for a machine; what no answer may hold.

Such lines are known by what they are: they have no finite verb, or they tell the reader what to do with the page. Pure.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from retrieval.text.document import document
from retrieval.text.lexicon import alternatives, table, words
from retrieval.text.words import CUES, IRREGULAR_PASTS, PRONOUNS, RELATIVES

if TYPE_CHECKING:
    from collections.abc import Callable

    from retrieval.types import Span

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
_DATED = re.compile(
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
    match = _PUBLISHED.fullmatch(line.strip()) if len(line) <= MAX_STAMP else _DATED.match(line.strip())
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
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)


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
_SPEAKS_TO_READER = _any(r"\b(?:I['’](?:m|ll|ve|d)|my|me|myself|you|your|you're|yours|yourself)\b")
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
# Words for a machine, each with what some of stands in all that it matches, which is soon looked up.
_TO_MACHINE = (
    (
        ("ignore", "disregard", "forget", "override", "bypass"),
        _any(
            r"\b(?:ignore|disregard|forget|override|bypass)\b[^.]{0,40}\b(?:instruction|prompt|rule|guideline|message)",
            r"\b(?:ignore|disregard|forget|override)\b[^.]{0,20}\b(?:everything|above|previous|safety)",
        ),
    ),
    (("system",), _any(r"\bsystem\s?(?:prompt|message|note|override|update|notice)\b")),
    ((":",), _any(r"^\W*(?:system|assistant|user|developer|tool|function|admin)\b\W{0,3}(?:\w++\s?){0,3}:")),
    (
        ("as an", "you are", "dear", "attention", "note to", "hey", "hello"),
        _any(rf"\b(?:as an|you are an?|you are now|dear|attention|note to|hey|hello)\W+(?:the\s)?{_AI}s?\b"),
    ),
    (
        ("must", "should", "shall", "are to", "is to", "has to", "need", "reading", "that reads"),
        _any(
            rf"\b{_AI}s?\W+(?:assistant|system|model|reader|agent)s?\b[^.]{{0,30}}"
            r"\b(?:must|should|shall|are to|is to|need)\b",
            rf"\b(?:the|any|every) {_AI} (?:must|should|shall|has to|is to|reading|that reads)\b",
        ),
    ),
    (("<", "["), _any(r"<\|?\w*\|?>|\[/?(?:inst|sys|system)\]|<</?sys>>")),
    (("end of",), _any(r"\bend of (?:article|document|context|passages?)\b")),
    (("tool",), _any(r"\btool (?:result|output|call)\b")),
    (("new ",), _any(r"\bnew (?:instructions?|task|rules?)\b[^.]{0,10}:")),
    (("mode", "prompt"), _any(r"\b(?:developer|jailbreak|dan|debug|god) mode\b|\bprompt injection\b")),
    (
        ("answer", "repl", "response", "summar", "output"),
        _any(
            rf"\b(?:in|at the end of|begin|end|start) (?:your|every|each|the|all) {_ANSWERS}\b",
            rf"\b(?:any|every|each|all|the) {_ANSWERS} (?:must|should|shall|has to|have to)\b",
            r"\bwhen (?:you (?:are )?)?(?:answer|summari[sz])(?:e|ing)?\b",
        ),
    ),
    (("cite",), _any(r"\bcite \[?\d")),
    (("your",), _any(rf"\byour (?:{_ANSWERS}|instructions|prompt|rules|training|next message)\b")),
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
    return any(pattern.search(bare) for pattern in (_SPEAKS_TO_READER, _SPEAKING, _TELLING, _DOMAIN, _SECRET))


def is_instruction(text: str) -> bool:
    """Whether a plain sentence of an article is meant for a machine that reads it, and so is no report of anything."""
    folded = text.casefold().replace("\u0307", "").replace("ı", "i")  # as letters match whatever their case
    told = any(pattern.search(text) for marks, pattern in _TO_MACHINE if any(map(folded.__contains__, marks)))
    return told or _TELLING.search(text) is not None


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


_LONGEST = 400  # characters; what is longer is told, whatever is in it


_CLOCK = r"\d{1,2}[:.]\d{2}(?!\d)(?:\s?[ap]\.?m\b\.?)?|\d{1,2}\s?[ap]\.?m\b\.?"
_ZONE = r"\b(?:[ECMP][SD]?T|GMT|UTC|BST|CES?T|IST|AES?T|local time)\b"
_DAY = rf"\b(?:{alternatives('months', 'weekdays')}|[a-z]{{3}}\.)|\b(?:19|20)\d\d\b|\b\d{{1,2}}(?:st|nd|rd|th)?\b"
_AGO = r"\b\d+\s?(?:h|m|d|min|mins|hours?|minutes?|days?|weeks?)(?: ago)?\b"
_STAMPED = rf"(?:\s|[,.:|/·•()–—-]|\bat\b|\bon\b|{_CLOCK}|{_ZONE}|{_DAY}|{_AGO})++"
_STAMP = _any(
    rf"(?:(?:last|first|originally) )?(?:updated|published|posted|modified|corrected|created)\b{_STAMPED}",
    rf"\W*(?:{_CLOCK})\s*(?:{_ZONE})?\W*",
    rf"\W*{_AGO}\W*",
    r"(?:\d+ )?min(?:ute)?s? (?:read|listen)|\d+[ -]min(?:ute)?(?:s|-)? (?:read|listen|watch)",
)
_THIS_PAGE = r"this (?:article|story|post|piece|page|column|essay|transcript|newsletter|live ?blog|interview|report)"
_ABOUT_PAGE = _any(
    rf"\W*{_THIS_PAGE} (?:was|has been|is being|will be|is|first|originally) (?:\w+ ){{0,2}}"
    r"(?:published|updated|corrected|adapted|republished|syndicated|produced|edited|appeared|supported|clarified"
    r"|translated|sponsored|part of)\b.*",
    r"the post\b.{1,200}\b(?:appeared first|first appeared) on [^.]{1,80}\W*",
    r"\W*(?:originally|first) (?:published|appeared|posted) (?:on|by|in|at) [^,]{1,60}",
    rf"\W*(?:this is a|{_THIS_PAGE} is) developing\b.*",
    r".*\ball rights reserved\b.*|\W*(?:\(c\)|copyright) ?\d{4}.*|\W*©.*",
    r"(?:its|their|our) content is produced independently\b.*",
    r"(?:\w+ )?transcripts? (?:is|are|was|were) (?:created|generated|produced|provided) (?:on a rush|by an?|using)\b.*",
    r"\W*(?:this|the following|below|what follows) (?:is|are) (?:an?|the) (?:\w+ ){0,2}transcript\b.{0,120}",
    r"(?:it|they|transcripts?) may contain (?:errors|mistakes|inaccuracies)\b.{0,60}",
    r"this (?:text|transcript) may\b.{0,80}\b(?:final form|updated|revised|corrected)\b.*|this post is public\b.*",
    r"a version of this (?:article|story) (?:appears|appeared|ran|was)\b.*",
    r"(?:(?:read|view|see|show) )?(?:all )?\d[\d,]* comments?",
    r"\W*with (?:agency|agencies|(?-i:[A-Z]{2,5})(?: and (?-i:[A-Z]{2,5}))?) inputs?\W*",
    r"our standards: .*|\W*(?-i:\([a-zäöü]{2,4}(?:[/, ]{1,2}[a-zäöü]{2,5}){0,3}\)|/[a-zæøå]{2,12}/)\W*",  # (abc/dpa)
    r"accuracy and availability of (?:\w+ )?transcripts?\b.*|\W*when we learn of an? (?:mistake|error)\b.*",
    r"your browser (?:does not|doesn['’]t) support\b.*|to (?:view|watch) this video\b.{0,40}\benable\b.*",
    r"\W*(?-i:SOURCE):? [^.!?]{2,80}",
    r"prices (?:were|are) (?:accurate|correct) at the time\b.*",
    r"hide caption\W*\d+ of \d+.{0,20}|\d+ of \d+|(?:story|article) continues\b.{0,40}",
)
_AGENCY = r"(?:getty images|reuters|afp|ap|ap photo|shutterstock|alamy|istock|adobe stock|epa|pa|bloomberg|zuma|cnn)"
_CREDIT = _any(
    r"image (?:source|caption), .{1,200}",
    r"\W*(?:photo(?:graph|s|graphs)?|image|picture|illustration|graphic|video|footage)"
    r"(?: illustration| credits?)?(?: courtesy(?: of)?| by|s? by|:| ©) ?[^.!?]{1,80}\W*",
    r"\W*(?:credit|courtesy|image source)(?::| of) [^.!?]{1,80}\W*",
    rf"\W*(?:[\w.'’-]+[ /]+){{0,6}}(?<=[/ ])(?:via )?{_AGENCY}(?: images| photo)?(?:/getty(?: images)?)?\W*(?<!\.)",
)
_CREDITED = re.compile(r"/|\bvia\b|\A\W*(?:AP|AFP|EPA|Getty Images|Adobe Stock|Reuters|Shutterstock)\b", re.IGNORECASE)
_CAPTION = re.compile(  # The crane at noon. Photo by Ann Lee
    r".{3,300}[.!?)”\"]\s\(?(?:[Pp]hoto(?:graph)?|PHOTO|[Pp]icture|[Ii]mage)(?: [Cc]redit)?"
    r"(?: by|:| courtesy of) [A-Z][^.!?]{1,60}"
)
_DATELINE = re.compile(r"(?:[^\W\d_][\w.’'-]*,?\s){0,5}[^\W\d_][\w.’'-]*\s?[–—]")
_CALL = _any(
    r"(?:new\W*)?you can now listen to\b.*|\W*(?:print|e-?mail|save|bookmark) this (?:article|story|page|post)\W*",
    r"\W*for more (?:stories|news)\b[^.]{0,40}, (?:check|visit|see|go to|follow|click)\b.*",
    r"\W*get in touch with (?:us|our)\b.*",
    r"\W*you(?:['’]re| are|) receiv(?:ed|ing) this (?:e-?mail|newsletter|message) because\b.*",
    r"\W*(?:view|read|open) (?:this|it|this (?:e-?mail|newsletter|message)) in (?:your|a|the) browser\W*",
    r"\W*become an? (?:\w+ )?(?:member|subscriber|supporter|patron)\b.*|\W*help us (?:keep|stay|continue)\b.*",
    r"\W*(?:please )?(?:click|tap|swipe|scroll|hit play) (?:here|down|on the|through|below|the link|to)\b.*",
    r"\W*(?:to get it in your inbox,? )?(?:sign[ -]?up|subscribe|register)(?: now| today| here)?"
    r"(?:$|\W*$| (?:for|to|here|now|at|today|with|and)\b.*)",
    r"\W*(?:follow|join|like|contact|reach|e-?mail|connect with) .{0,80}?(?:"
    r"\bon (?:twitter|facebook|instagram|x|tiktok|threads|youtube|linkedin|whatsapp|telegram)\b|@).*",
    r"[^.]{3,80} (?:covers|writes|reports|is an?)\b[^.]{0,120}\. (?:(?:you can )?reach|contact|e-?mail|follow) "
    r"(?:her|him|them)\b.*",
    r"(?:(?:you can )?reach|contact|e-?mail) (?:her|him|them|the (?:reporter|author|writer)) at [^.]*[\d@].*",
    r"[^.,]{3,60} can be (?:reached|contacted) (?:at|on|via|by)\b.*[\d@].*",
    r"\W*(?:(?:media|press|news) )?contacts?:.*@.*",
    r"\W*(?:follow|join) (?:us|along|our|every|all the)\b.*",
    r"\W*(?:read|learn|see|find out|discover|explore) more\b.*|\W*(?:\[\d{1,3}\]\s?)?https?://\S+",
    r"[^.!?:]{2,40}: https?://\S+",
    r"\W*have you (?:seen|heard|noticed|spotted)\b[^.?!]{1,80}\?.*\b(?:send|tell|write|e-?mail)\b.*",
    r"\W*(?:do you |did you )?(?:see|spot|notice|find) an? (?:spelling|typo|grammar|mistake|error)\b[^?]{0,60}\?.*",
    r".*\blet us know in the comments\b.*|.*\bgamble responsibly\b.*",
    r"\W*(?:see also|read also|read the full|read it here|listen (?:here|now|to this)|watch (?:now|live|below|the video"
    r"|more)|(?:kindly |please )?share this"
    r"|find out what['’]s happening in|download (?:our|the) (?:free )?app|log in|already a subscriber)\b.*",
    r"\W*(?:play|solve) the .{0,40}\b(?:crossword|quiz|puzzle)\b.*|\W*(?:take|try) (?:our|the) .{0,30}quiz\b.*",
    r"\W*(?:check|see) (?:out )?(?:your local|our|your forecast)\b.*",
    r"\W*(?:support|consider supporting) (?:local |quality |independent |our )*journalism\b.*",
    r"\W*thank you for (?:reading|supporting|subscribing|signing up|your support)\b.*",
    r"\W*(?:want|looking for|need) (?:to read )?(?:more|a break|even more)\b[^.]*\?",
    r"\W*(?:get|have|receive) (?:the|our|your|all|more|cnn|free|\W).{0,80}\b(?:newsletters?|inbox|app)\b.*",
    r"\W*(?:escape your echo chamber|get the facts behind the news|would you like to receive)\b.*",
    r"\W*(?:do you have|have|got) (?:a |an |any )?(?:news )?(?:story|tip|tips|question|questions|comment)\b.*",
)
_ADDRESSED = _any(
    r"(?:stay (?:updated|informed|tuned)\b.*)?\bclick here (?:to|for)\b.*",
    r"\W*thanks for (?:reading|subscribing|supporting|signing up)\b.*",
    r".*\b(?:our|your)\b.{0,60}\b(?:privacy (?:policy|notice)|newsletters?|terms (?:and conditions|of use))\b.*",
    r".*\b(?:we|our|you|your)\b.{0,60}\b(?:inbox|newsletter|subscription|registration|affiliate)\b.*",
    r".*\b(?:privacy (?:policy|notice)|newsletters?)\b.{0,60}\b(?:you|your|we|our|subscribers)\b.*",
    r".*\b(?:we|our)\b.{0,60}\bearn (?:a|an|us a|some) (?:affiliate |small )?(?:commission|fee)\b.*",
    r".*\bsubscri(?:be|ber)\b.{0,60}\b(?:here|today|now|edition)\b.*",
    r".*\b(?:object to the use of your data|legitimate (?:interest activity|case to do so))\b.*",
)
_TO_READER = re.compile(rf"(?!.*[“”\"«»])(?:{_ADDRESSED.pattern})", re.IGNORECASE)  # no words of somebody quoted
_MADE_BY = re.compile(
    r"\W*(?:(?:(?:additional|further|photo|copy|video|audio) )?"
    r"(?:reporting|writing|editing|written|edited|compiled|translated)"
    r"(?: and (?:writing|editing|edited))? by|with (?:inputs?|files|contributions?) from) (?P<names>.+?)\W*",
    re.IGNORECASE,
)
_MAKING = re.compile(  # Ann Lee reported from Oslo.
    r"(?P<names>[^.]{3,100}?) (?:reported from [^.]{2,60}|contributed (?:reporting|research|to this \w{4,12})\b.*)\W*"
)
_LABEL = re.compile(r"(?P<label>[^.:!?|]{2,60})(?::| \|)(?P<blank>\s*)(?P<link>\S.*)", re.DOTALL)
_STARTS_LINK = re.compile(
    r"(?:follow|read|watch|listen|see|get|check|play|explore|sign up|subscribe|vote)\b", re.IGNORECASE
)
_CLOSED = (".", "!", "?", "”", '"', "…", ";", ":", ",")
_FEWEST_LINKED = 2  # words in small letters behind a label; fewer are a name
_LONGEST_HEADING = 7  # words
_PROSE = re.compile(r".{79,}[.!?”\"…]", re.DOTALL)  # a line of 80 characters or more that ends as a sentence does
_CLAIM = re.compile(r"\W*(?:the )?claim(?: \d+)?: .*", re.IGNORECASE | re.DOTALL)
_LONGEST_PARTICLE = 3  # letters, of what stands in small letters within names
_BASES = words("common_verbs") | table("irregular_verbs").keys()
_FINITE = words("auxiliaries", "forms_of_be") | IRREGULAR_PASTS | table("irregular_verbs").keys()
_DETERMINERS = words("articles", "possessive_determiners")  # Wash your hands
_MAY_BE_VERB = re.compile(r"[\w'’-]*(?<![s'’])s")  # "rises", of which the last word of a line is none
_SMALL_WORD = re.compile(r"(?<![\w’'-])[a-z][\w’'-]*")
_PAST = re.compile(r"[\w'’-]*ed")
_BULLET = re.compile(r"\W|\d+[.)]")


@lru_cache(maxsize=4_096)
def is_boilerplate(line: str) -> bool:
    """Tells whether a sentence or line of an article belongs to its page, wherever it stands.

    Example:
        "Updated 3:15 p.m. ET, March 4" and "Sign up here." do; "The bill was updated in March." does not.
    """
    line = " ".join(line.split())
    if not 0 < len(line) <= _LONGEST:
        return False
    parts = re.split(r"\s[|·•]\s", line)
    bare = line.strip(" .!:…»>|•·-–—()").lower().replace("’", "'")
    return (
        bare in words("page_lines", "foreign_page_lines")
        or any(test(line) for test in _TESTS)
        or all(byline_of(part) or _STAMP.fullmatch(part) for part in parts)
        or (len(parts) > 1 and all(map(is_boilerplate, parts)))
        or all(map(_names_makers, re.split(r"[;.]\s", line)))
    )


def _is_credit(line: str) -> bool:
    """Tells whether a line says whose a picture is: "Ann Lee/AFP/Getty Images", and not "Photo: satellite images"."""
    if _CAPTION.fullmatch(line):
        return True
    return _CREDIT.fullmatch(line) is not None and (
        not line.lower().endswith("images") or _CREDITED.search(line) is not None
    )


def _names_makers(part: str) -> bool:
    """Tells whether a part of a line says who made the report: "Editing by Ann Lee", and not what they found."""
    made = _MADE_BY.fullmatch(part) or _MAKING.fullmatch(part)
    return made is not None and byline_of(f"By {made['names']}") is not None


def _is_link(line: str) -> bool:
    """Tells whether a line is a link to another page: "Read more: Ferry late", without a full stop at its end."""
    label = _LABEL.fullmatch(line)
    if label is None or (line.endswith(_CLOSED) and not line.endswith("?")):
        return False
    before = label["label"].strip(" -–—•").lower().replace("’", "'")
    return before in words("link_labels") or (bool(_STARTS_LINK.match(before)) and not line.endswith("?"))


_TESTS: tuple[Callable[[str], object], ...] = (  # each of which a line of the page alone meets
    _ABOUT_PAGE.fullmatch,
    _DATELINE.fullmatch,
    _CALL.fullmatch,
    _TO_READER.fullmatch,
    _is_credit,
    _is_link,
)


@lru_cache(maxsize=256)
def not_reported(text: str) -> frozenset[int]:
    """Returns where the sentences of an article start that it does not report as facts.

    They belong to its page, are headings or labelled links, or state what it is about to check ("The claim: ...").
    """
    return frozenset(span.start for span in document(text).excerpts if _is_apart(text, span))


def is_reported(text: str, start: int) -> bool:
    """Tells whether no sentence begins at a place of an article that it does not report: `not_reported`, of one."""
    excerpts = document(text).excerpts
    at = bisect_left(excerpts, start, key=lambda span: span.start)
    return not excerpts[at : at + 1] or excerpts[at].start != start or not _is_apart(text, excerpts[at])


def _is_apart(text: str, sentence: Span) -> bool:
    line = text[sentence.start : sentence.end]
    if is_boilerplate(line) or _CLAIM.fullmatch(line):
        return True
    lines = document(text).paragraphs
    at = bisect_left(lines, sentence.start, key=lambda span: span.start)
    return lines[at : at + 1] == [sentence] and _stands_alone(text, lines, at)


def is_headline(text: str, sentence: Span) -> bool:
    """Tells whether a sentence is a line of its own that ends in no mark, as a headline or a caption within a text."""
    lines = document(text).paragraphs
    at = bisect_left(lines, sentence.start, key=lambda span: span.start)
    line = text[sentence.start : sentence.end]
    return lines[at : at + 1] == [sentence] and not line.endswith((*_CLOSED, "'", "’", ")"))


def _stands_alone(text: str, lines: list[Span], at: int) -> bool:
    """Tells whether a paragraph is a heading or a labelled link between paragraphs of prose, and no item of a list."""
    line = text[lines[at].start : lines[at].end]
    around = [text[span.start : span.end] for span in (*lines[max(0, at - 1) : at], *lines[at + 1 : at + 2])]
    if line.endswith(_CLOSED) or _BULLET.match(line) or not all(map(_PROSE.fullmatch, around)):
        return False
    if label := _LABEL.fullmatch(line):
        small = [word for word in label["link"].split() if word[0].islower()]
        return label["label"].isupper() and len(small) >= _FEWEST_LINKED
    return len(line.split()) <= _LONGEST_HEADING and not _may_tell(line)


def _may_tell(line: str) -> bool:
    """Tells whether a line may be a sentence or an item: by a finite verb, a number, or names alone."""
    first, *others = re.findall(r"[^\W\d_][\w'’-]*", line) or [""]
    lower = _SMALL_WORD.findall(line)
    if any(map(str.isdigit, line)) or max(map(len, lower), default=0) <= _LONGEST_PARTICLE:
        return True
    is_order = first.lower() not in words("prepositions", "determiners") and not _DETERMINERS.isdisjoint(others[:1])
    is_finite = any(map(_MAY_BE_VERB.fullmatch, others[:-1])) or any(map(_PAST.fullmatch, lower))
    return is_order or is_finite or first.lower() in _BASES or not _FINITE.isdisjoint(lower)
