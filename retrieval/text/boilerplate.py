"""What of a news page belongs to the page and not to the report: stamps, credits, links, calls to the reader, headings.

Such lines are known by what they are: they have no finite verb, or they tell the reader what to do with the page. Pure.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from retrieval.text.document import document
from retrieval.text.furniture import byline_of
from retrieval.text.lexicon import alternatives, table, words
from retrieval.text.words import IRREGULAR_PASTS

if TYPE_CHECKING:
    from retrieval.types import Span

_LONGEST = 400  # characters; what is longer is told, whatever is in it


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)


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
        or any(pattern.fullmatch(line) for pattern in (_ABOUT_PAGE, _DATELINE, _CALL, _TO_READER))
        or all(byline_of(part) or _STAMP.fullmatch(part) for part in parts)
        or (len(parts) > 1 and all(map(is_boilerplate, parts)))
        or all(map(_names_makers, re.split(r"[;.]\s", line)))
        or _is_credit(line)
        or _is_link(line)
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


@lru_cache(maxsize=256)
def not_reported(text: str) -> frozenset[int]:
    """Returns where the sentences of an article start that it does not report as facts.

    They belong to its page, are headings or labelled links, or state what it is about to check ("The claim: ...").
    """
    read = document(text)
    lines = read.paragraphs
    starts = {span.start: at for at, span in enumerate(lines)}
    found = set()
    for span in read.excerpts:
        line, at = text[span.start : span.end], starts.get(span.start)
        is_paragraph = at is not None and lines[at] == span
        if (
            is_boilerplate(line)
            or _CLAIM.fullmatch(line)
            or (at is not None and is_paragraph and _stands_alone(text, lines, at))
        ):
            found.add(span.start)
    return frozenset(found)


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
