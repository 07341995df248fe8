"""What a message is when it asks nothing new of the articles: chatter, a task, or what was told, once more. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, StrEnum, auto
from functools import cache

from retrieval.text.lexicon import alternatives, table, words


class SmallTalk(StrEnum):
    """What is said, or has to be; the value is also the name of the prompt that replies, where one does."""

    GREETING = "greeting"
    THANKS = "thanks"
    SURPRISE = "surprise"
    CONFUSION = "confusion"
    UNCLEAR = "unclear"
    FAREWELL = "farewell"
    HELP = "help"
    UNABLE = "unable"
    UNSOURCED = "unsourced"
    ABOUT = "about"
    NEWS = "news"


_YOU = r"(?:you|u)"
_LANGUAGE = rf"(?:{alternatives('language_names')}|(?:another|my|a different) language)"
_SAY = "(?:say|write|put|give|tell|answer|repeat|speak)"
_OWN = "(?:own |personal |honest )?"
_JUDGED = "(?:a lot|lots|much|many|normal|unusual|good|bad|fair|unfair|expensive|cheap|long|big|high|old|far)"
_HESITATION = r"(?:oh|wait|ok|okay|hey|um+|uh+|so|well)"
_OH = rf"(?:{_HESITATION}|but|and)"
_WHOM = r"(?: (?:there|all|again|everyone|everybody|folks|friends?|you|mate|guys|chat|bro|dude|y'all))*"
_FINE = f"(?:{alternatives('words_of_assent')})"
_EXCLAIMED = f"(?:{alternatives('exclamations')})"
_THANKS = (
    r"(?:many thanks|thanks|thank you|thank u|thx|tysm|ty|ta|cheers|much (?:appreciated|obliged)|appreciate it"
    r"|merci|gracias|danke)"
)
_VERY = r"(?:a lot|so much|very much|again|a bunch|a ton|for (?:your|the|that)(?: \w+)?)"
_KINDS = r"(?:articles?|news|stor(?:y|ies)|texts?|topics?|headlines?)"
_ARTICLES = rf"(?:this|these|everything|(?:(?:all )?(?:of )?(?:the|these|this|those|your) )?{_KINDS})"
_ASK_FIRST = (
    r"(?:(?:i (?:have|got) )?(?:an? )?(?:(?:quick|serious|stupid) )?question"
    r"|(?:can|may|could) i ask(?: you)?(?: (?:something|a question))?)"
)
_NEWEST = r"(?:latest|newest|most recent|recent|new|top)"
_OCCASION = rf"(?:{alternatives('weekdays')}|new year|birthday|easter|christmas|holidays|weekend)"
_PRESENT = "(?:here|there|home|awake|around|online|up)"
_PLEASE_DO = r"(?:(?:can|could|would|will) you )?"
_REMARK = (
    r"(?:(?:good|great|nice|happy|sorry|(?:too )?bad) for (?:him|her|them|it|us|you)"
    r"|(?:way )?too (?:much|many|expensive)(?: for (?:me|us))?"
    r"|(?:that's|that is) (?:a lot|too much|so sad|sad|expensive|cheap|nice|great|good|bad)"
    r"|what an? (?:shame|pity|mess|joke|story|day|relief|waste|hero|legend|idiot)|fingers crossed"
    r"|poor (?:man|woman|guy|bloke|thing|kid|girl|boy|lad|soul|dog|cat|him|her|them))"
)
_SINCE = r"since (?:yesterday|last (?:week|night)|(?:i|we) (?:last )?asked(?: last)?)"
_NOWADAYS = rf"(?:today|tonight|now|right now|this (?:morning|afternoon|evening|week|month)|in the news|{_SINCE})"

# What a whole message must look like, once `bare_words` has brought it down to its words.
_SAID: dict[SmallTalk, tuple[str, ...]] = {
    SmallTalk.GREETING: (
        rf"(?:hi|hiya|hello|hey|howdy|yo|w?as+up|sup|gm|greetings|hola|bonjour|salut){_WHOM}|(?:hey )?(?:bot|byline)",
        rf"(?:(?:good )?(?:morning|afternoon|evening)|good day|welcome back|merry christmas|happy {_OCCASION}){_WHOM}",
        rf"(?:(?:hi|hello|hey){_WHOM} )?how (?:are|r) (?:{_YOU}|things)(?: doing)?(?: today)?|hbu|wyd",
        rf"(?:(?:hi|hello|hey){_WHOM} )?how is (?:it going|your day)(?: today)?",
        rf"(?:(?:hi|hello|hey|yo){_WHOM} )?(?:how's (?:it going|your day)|what's (?:up|good))(?: today)?{_WHOM}",
        rf"(?:anyone|anybody|somebody|someone)(?: {_PRESENT})?|(?:are )?{_YOU} {_PRESENT}|ping|pong",
        rf"test(?:ing)?[\d ]*|is this (?:thing|bot) (?:on|working)|does (?:this|it) work|can {_YOU} hear me",
    ),
    SmallTalk.THANKS: (
        rf"(?:(?:{_FINE}|{_EXCLAIMED}) )*{_THANKS}(?: {_VERY})*{_WHOM}",
        r"(?:that|this|it)(?:'s| is| was)? (?:(?:very|really|so) )?(?:helpful|useful|good|great|nice|cool|interesting)",
        r"that (?:helps|helped)(?: a lot)?",
        rf"{_FINE}(?: {_FINE})*{_WHOM}|(?:(?:good|great|nice) (?:job|bot|work|one)|i (?:like|love) (?:it|you)){_WHOM}",
    ),
    SmallTalk.SURPRISE: (
        rf"(?:{_OH} )*(?:{_EXCLAIMED} )*(?:(?:that|this|it|so)(?: is|'?s)? )?(?:so )?{_EXCLAIMED}(?: {_FINE})*",
        rf"(?:{_OH} )*(?:{_EXCLAIMED} )*(?:{_FINE} )*{_REMARK}(?: (?:{_EXCLAIMED}|{_FINE}))*",
        rf"(?:{_OH} )*(?:you sure|are you (?:sure|certain|serious|kidding(?: me)?)|is that (?:so|true|right))",
    ),
    SmallTalk.CONFUSION: (
        rf"(?:{_OH} )*(?:{_EXCLAIMED} )*(?:what(?: the (?:hell|heck|fuck))?|wh?[au]t|huh|eh)",
        rf"(?:{_OH} )*(?:sorry|pardon(?: me)?|come again|say (?:what|that again)|excuse me)",
        rf"(?:sorry )?what do {_YOU} mean(?: by that)?|i (?:do not|don't|dont) (?:understand|get it)|i'm lost",
        r"(?:that|this|it) (?:makes no sense|is confusing)|(?:that's|you're|you are) (?:wrong|not right)|that is wrong",
    ),
    SmallTalk.FAREWELL: (
        rf"(?:{_FINE} )*(?:gn|brb|afk|bye|bye bye|goodbye|good bye|farewell|good night|ciao|take care){_WHOM}",
        r"(?:see (?:you|ya)|cya)(?: (?:later|soon|tomorrow|around))?|have a (?:nice|good|great) \w+",
        r"that(?:'s| is| was| will be) all(?: for (?:now|today))?",
    ),
    SmallTalk.HELP: (
        rf"(?:(?:can|could) {_YOU} )?help(?: me)?|i need help|{_ASK_FIRST}",
        rf"(?:who|what) (?:are|r) {_YOU}|introduce yourself|who (?:made|built|created) {_YOU}",
        r"(?:what's|what is|whats) (?:your|ur) name|do you have a name|how old are you|where are you from",
        rf"{_YOU} there",
        rf"are {_YOU} (?:an? )?(?:bot|robot|human|person|real(?: person)?|ai|machine|alive|there|chat ?gpt)",
        rf"what can {_YOU} do(?: for me)?|how can {_YOU} help(?: me)?|how do {_YOU} work|what is byline",
        rf"what (?:can|may|should) i (?:ask|do)(?: {_YOU})?(?: about| here)?|how do i use (?:you|this)",
        r"(?:what does|how does) (?:this|the) bot (?:do|work)|what is this bot(?: for)?|what bot is this",
        r"who (?:made|built|created|runs) (?:this|the) bot|(?:i )?(?:love|like|hate) (?:this|the) bot",
        r"(?:this|the) bot is (?:(?:so|very|really) )?\w+",
        r"(?:tell|sing|write|give) (?:me|us) (?:an? )?(?:(?:\w+ )?(?:joke|story|song|poem)|something (?:funny|nice))",
        r"do you (?:like|love) (?:me|this|that|it|\w+)|shut up|stfu|go away|stop(?: it)?|leave me alone",
        r"(?:you're|you are|you) (?:suck|stupid|dumb|useless|funny|cute)|(?:stupid|dumb|bad|useless|silly) bot",
    ),
    SmallTalk.UNABLE: (
        rf"{_PLEASE_DO}translate(?: .*)?|(?:do|can) {_YOU} speak {_LANGUAGE}",
        rf"{_PLEASE_DO}(?:{_SAY}(?: me)?(?: (?:it|that|this|the answer))? )?(?:in|into|to|auf) {_LANGUAGE}",
        rf"{_PLEASE_DO}(?:(?:remind|wake|call) (?:me|us)|(?:email|text|sms) (?:me|it|this|that|him|her|them))\b.*",
        rf"{_PLEASE_DO}set (?:me )?(?:an? )?(?:\w+ )?(?:alarm|timer|reminder)\b.*|what(?:'s| is) today's date",
        rf"{_PLEASE_DO}(?:book|order|reserve|buy|draw|play) (?:me|us|an?|some)\b.*|{_PLEASE_DO}google (?:it|that|this)",
        rf"{_PLEASE_DO}(?:search (?:the )?(?:web|internet|online)|look (?:it|that|this) up)\b.*",
        rf"what (?:do|would) {_YOU} (?:think|recommend|suggest|do)(?: (?:about|of|to|on) .*)?|whose side are {_YOU} on",
        rf"(?:(?:what(?:'s| is)|and|in) )?your {_OWN}(?:opinion|view|take|guess)(?: (?:about|of|on) .*)?",
        rf"(?:(?:who|what|which) (?:\w+ )?)?(?:do|would) {_YOU} (?:agree|disagree|think|believe|support|vote)\b.*",
        rf"(?:is|was|isn't) (?:that|this) (?:\w+ )?{_JUDGED}",
        r"what(?:'s the time| time is it)(?: right)? now|what day is (?:it )?today",
        r"(?:(?:what|how)(?:'s| is) the )?weather(?: like)?(?: (?:today|tomorrow|now|outside|there|forecast))?",
    ),
    SmallTalk.ABOUT: (
        rf"what(?:'s| is| are) {_ARTICLES}(?: all)? about|what do you (?:know|have)(?: about)?",
        rf"(?:what|which|how many) {_KINDS} (?:do you (?:have|know|cover)|have you got|are there|are here)(?: about)?",
        rf"(?:list|show|show me|give me|name)(?: all)? {_ARTICLES}|what can you tell me(?: about)?",
        rf"{_PLEASE_DO}(?:summari[sz]e|sum up|recap)(?: (?:it|that|{_ARTICLES}))?(?: for me)?|tl;?dr",
        rf"{_PLEASE_DO}(?:give me |write )?(?:an? |the )?(?:(?:short|brief) )?(?:summary|overview)(?: of {_ARTICLES})?",
    ),
    SmallTalk.NEWS: (
        rf"what(?:'s|s) (?:new|the latest|the news)(?: {_NOWADAYS})?",
        rf"what(?:'s| has| have)? (?:came|come) in(?: {_NOWADAYS})?",
        rf"what(?:'s| is) (?:happening|going on|in the news) {_NOWADAYS}",
        rf"(?:is there |have you (?:got )?)?(?:any|anything) (?:news|new)(?: {_NOWADAYS})?|what's in the news",
        rf"what(?:'s| is| are) the {_NEWEST} {_KINDS}(?: {_NOWADAYS})?|what(?:'s| is) the latest",
        rf"(?:(?:show|tell|give)(?: me)? )?(?:the )?(?:{_NEWEST} {_KINDS}|news|headlines)(?: {_NOWADAYS})?",
    ),
}
_SAID_COMPILED = {kind: re.compile("|".join(f"(?:{said})" for said in rows)) for kind, rows in _SAID.items()}
_PARTS = re.compile(r"[,.!?]+\s+(?=\w)")
_NOT_WORDS = re.compile(r"[^\w';]+")
_ADDRESS = re.compile(
    r"^(?:(?:please|pl[sz]|hey|hi|hello|so|well|and|ok) )+(?=\S+ \S)|(?: please| pl[sz]| byline| bot)+$"
)
_LAUGHTER = re.compile(r"\b(?:a?(?:h[aei]|ja){2,}h?|l(?:[ou]l){2,}|l+m+f?a+o+|x+d+)\b")
_FACE = r"(?:[:;=][-^']?[DdPpOo03)(|/]|</?3+|\\?o/|¯\\?_\S{0,9}|:\w+:)"
_SMILEY = re.compile(rf"(?<!\S){_FACE}(?!\S)")
_DRAWN_OUT = re.compile(r"([^\W\d_])\1{2,}")  # "nooo", "thanksss"


def small_talk(text: str) -> SmallTalk | None:
    """Returns what kind of small talk a message is as a whole; None for what may be a question about the news."""
    plain = bare_words(text)
    if not plain or all(map(_CALLED.match, text.split())):
        return SmallTalk.HELP  # signs, links or names of others alone: nothing to search for
    forms = (plain, _ADDRESS.sub("", plain))
    if whole := next((kind for kind, said in _SAID_COMPILED.items() if any(map(said.fullmatch, forms))), None):
        return whole
    parts = _PARTS.split(text) if len(text) <= _LOOKED_AT else []
    kinds = [small_talk(part) for part in parts] if len(parts) > 1 else [None]  # "great, thanks. bye!"
    return kinds[-1] if all(kinds) else None


_ASKED = rf"(?:{alternatives('question_words')}|how (?:many|much|long|old|often|come|so))"
_OF_WHAT = "(?:it|that|this|him|her|them|those)"
_WHOEVER = "(?:he|she|it|they|that|this|those|these)"
_DOES = "(?:is|was|are|were|do|does|did|has|have|had|can|could|will|would)"
_POINTING = re.compile(
    rf"(?:{_OH} )*(?:{_ASKED}(?: (?:not|so|though|then|exactly|else|now|of|from|for|to|with|by|about))?"
    r"|(?:about|by|for|from|of|since|to|until|with) (?:whom?|what|when|where|which)"
    rf"|{_WHOEVER} (?:said|says|say|did|does|was|is|has|had|told {_OF_WHAT})(?: (?:{_ASKED}|that|so|it))?"
    rf"|{_DOES} {_WHOEVER}(?: (?:true|so|real|really|say (?:that|so|it)|do (?:that|so|it)))?"
    rf"|{_ASKED} {_DOES} {_WHOEVER}(?: (?:say|do|mean|happen|go|think)(?: (?:that|so|it|this))?)?"
    rf"|what about {_OF_WHAT}|(?:{_DOES} )?(?:{_WHOEVER} )?still (?:true|the case)|says who|and|so|who said so"
    rf"|(?:tell me |say |give me )?more(?: about {_OF_WHAT})?|go on|continue|and then|then what|now what|what next)"
)


def points_back(text: str) -> bool:
    """Tells whether a message means nothing but for what was said before it: "why?", "he said what?", "more"."""
    return _POINTING.fullmatch(bare_words(text)) is not None


_TELLING = re.compile(r"[^\W_]|[?”\"’'»]")  # what may belong to a question: no emoji or smiley
_CALLED = re.compile(
    rf"^(?:<@[!&]?\d+>|<#\d+>|@\w+|<?https?://\S+|{_FACE}|[/!.?](?:ask|byline))[,:]?$"
)  # who or what is linked to, a smiley, a command that was typed as text
_INVISIBLE = re.compile(
    "[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)  # of no width, or turning the direction of writing
_MARKED = re.compile(
    r"^(?:>\s*|\*\*|__|\d{1,2}[.)]\s+)+|(?:\*\*|__)+$"
)  # a question in bold, or as what somebody else wrote
_CONTRACTED_DID = re.compile(r"\b(what|where|when|why|how)[’']?d\b", re.IGNORECASE)
_CONTRACTED = {word.replace("'", ""): word.index("'") for word in words("contractions")}
_UNMARKED = re.compile(rf"\b(?:{'|'.join(_CONTRACTED)})\b", re.IGNORECASE)
_LEAD_IN = re.compile(
    rf"(?:(?:{_HESITATION}|hi(?: there)?|hiya|hello(?: there)?|gm|yo|lo+l|lmao+|omg|(?:ha){{2,}}|hmm+|but|btw"
    r"|by the way|actually|anyways?|please|pl[sz]|just|like|bot|byline|dude|guys|folks|eli5|q"
    r"|(?:one )?(?:quick|last|more|serious|stupid) (?:q|question|one)|no|yes|yeah"
    r"|(?:sorry|sry)(?: to bother(?: you)?)?)[,.!:]*\s+(?:[–-]\s+)?)+"
    r"(?=(?P<first>\w+)\s+\S)",
    re.IGNORECASE,
)
_THANKED = re.compile(
    r"(?<=\w)[\s,;?!.–-]+(?:please and )?(?:many thanks|thanks|thank you|thank u|cheers)"
    r"(?: (?:a lot|so much|very much|again|in advance|bot|byline|all|everyone|guys|mate|man))*[\s.!?]*$",
    re.IGNORECASE,
)
_POLITE = (SmallTalk.GREETING, SmallTalk.THANKS, SmallTalk.SURPRISE)
_COMMA = re.compile(r"(?<=,)\s")
_NEW_TOPIC = re.compile(
    rf"(?:(?:{_HESITATION}|and|now)[,.!]*\s)*(?:(?:on )?(?:an? )?(?:different|new|another|next|other|separate)"
    r" (?:topic|question|subject|note|thing)|change of (?:topic|subject)|something else|unrelated|moving on)"
    r"(?: (?:now|please|entirely))?\s?[:,.!–-]+\s*(?=\S)",
    re.IGNORECASE,
)
_LOOKED_AT = 500  # characters of a question: what it asks for stands there, and the patterns stay quick
_SHORTEST_QUESTION = 3  # words
_BEHIND = re.compile(r"(?<=[?!])[^\w?!“”\"']*(?:\d{1,3})?\W*$")  # "say? 7"
_OPENS_QUESTION = words("question_words", "auxiliaries") | {"and", "tell", "give", "show", "list", "name"}
_INITIAL = 2  # characters: "J. K. Lind" is no "K."
_SENTENCE_END = re.compile(r"(?<=[.!?])\s")


def without_chatter(text: str) -> str:
    """Returns a message without what accompanies its question: mentions, greetings, thanks, "lol", code marks.

    A message without such things, or of nothing else, is returned as it is. Apostrophes that were not typed are.

    Example:
        "@everyone hi! What'd Putin say? thanks" becomes "What did Putin say?", "whos Ann Lee" "who's Ann Lee".
    """
    bare = _MARKED.sub("", _INVISIBLE.sub("", text).strip("` \n"))
    said = _UNMARKED.sub(_with_apostrophe, _CONTRACTED_DID.sub(r"\1 did", bare)).split()
    said = [word for word in said if not _CALLED.match(word)]
    while said and (_chats(said[-1]) or not _TELLING.search(said[-1])):
        said.pop()
    sentences = _SENTENCE_END.split(_without_ends(" ".join(said)))
    asked = " ".join(filter(None, (s if len(s) <= _INITIAL else _without_small_talk(s) for s in sentences)))
    return text if asked in ("", " ".join(text.split())) else asked


def _chats(word: str) -> bool:
    """Tells whether a word at the end of a question only goes with it; laughter is as long as one likes."""
    typed = word.strip(".,!").lower()
    return typed in words("chatter") or bare_words(typed) in words("chatter")


def _with_apostrophe(match: re.Match[str]) -> str:
    at = _CONTRACTED[match[0].lower()]
    return f"{match[0][:at]}'{match[0][at:]}"


def _without_small_talk(sentence: str) -> str:
    """Returns a sentence without the thanks and greetings it begins with; "" where it is nothing but small talk."""
    if small_talk(sentence) is not None:
        return ""
    parts = _COMMA.split(sentence)
    at = next(at for at, part in enumerate([*parts, ""]) if small_talk(part) not in _POLITE)
    return " ".join(parts[at:])


def changes_topic(text: str) -> str | None:
    """Returns what a message asks that leaves the conversation's topic ("Different question: ..."); None for others."""
    opened = _NEW_TOPIC.match(text)
    return text[opened.end() :] if opened else None


def _without_ends(text: str) -> str:
    """Returns a question without thanks and numbers behind it, and without greetings and hesitation before it."""
    if len(text) > _LOOKED_AT:
        return text
    thanked = _THANKED.search(text)
    is_thanks = thanked and ("?" not in thanked[0] or thanked[0].startswith(","))  # "What did she say about thanks?"
    if thanked and is_thanks and len(text[: thanked.start()].split()) >= _SHORTEST_QUESTION:
        text = text[: thanked.start()] + "?" * ("?" in thanked[0])
    text = _BEHIND.sub("", text)
    lead = _LEAD_IN.match(text)
    return text[lead.end() :] if lead and lead["first"].lower() in _OPENS_QUESTION else text


def looks_like_question(text: str) -> bool:
    """Tells whether a message that is addressed to nobody asks something that articles could answer.

    Example:
        "what did Xi say" and "Rain tomorrow?" do; "lol ok", "hi there!" and "I was there" do not.
    """
    own = without_chatter(text).strip()
    return bool(own) and small_talk(own) is None and (own.endswith("?") or opens_question(own))


def opens_question(text: str) -> bool:
    """Tells whether a message begins as a question does."""
    return text.split(maxsplit=1)[0].lower().rstrip(",:") in words("question_words", "auxiliaries")


def bare_words(text: str) -> str:
    """Returns the words of a message in small letters, without what parts them.

    Example:
        "Really?! Whats new?" becomes "really what's new".
    """
    marked = _UNMARKED.sub(_with_apostrophe, text.casefold().replace("’", "'"))
    marked = _SMILEY.sub(" ", marked)
    words = _LAUGHTER.sub("haha", _DRAWN_OUT.sub(r"\1", marked.replace("what is new", "what's new")))
    return _NOT_WORDS.sub(" ", words).strip(" '")


class Intent(StrEnum):
    """The value is also the name of its prompt."""

    ANSWER = "answer"
    COMPARE = "compare"
    SUMMARY = "summary"
    TIMELINE = "timeline"


_PLEASE = (
    r"^(?:(?:please|now|so|and|ok|can you|could you|would you|will you|i want you to|i'd like (?:you to|to))[ ,]+)*"
)
_REPORTS = (
    r"(?:reports?|reporting|coverage|articles?|outlets?|papers?|newspapers?|accounts?|stories|sources?|versions?)"
)
_TASK_PATTERNS = {
    Intent.COMPARE: (
        rf"{_PLEASE}(?:compare|contrast)\b|\bcompared? (?:with|to) (?:each other|one another)\b",
        rf"\bdifferences? (?:between|in|among)\b.*\b{_REPORTS}\b|\bhow (?:do|does|did)\b.*\b{_REPORTS}\b.*\bdiffer\b",
        rf"\b(?:where|do|does|did)\b.*\b{_REPORTS}\b.*\b(?:agree|disagree|differ|contradict)\b",
    ),
    Intent.TIMELINE: (
        r"\b(?:timeline|chronology|time line)\b",
        r"\bin (?:chronological|the) order (?:of|they|in which)\b|\bin chronological order\b",
    ),
    Intent.SUMMARY: (
        rf"{_PLEASE}(?:give me |write )?(?:an? |the )?(?:short |brief )?(?:summari[sz]e|sum up|summary|recap)\b",
    ),
}


@cache
def _compiled() -> dict[Intent, re.Pattern[str]]:
    """Compiled when first used, since most questions are answered without a chat model."""
    return {intent: re.compile("|".join(patterns), re.IGNORECASE) for intent, patterns in _TASK_PATTERNS.items()}


def intent_of(text: str) -> Intent:
    """Returns what a question asks for: an answer, unless it says otherwise.

    Example:
        >>> intent_of("Please give me a short summary of the storm")
        <Intent.SUMMARY: 'summary'>
    """
    asked = text.strip()[:_LOOKED_AT].replace("’", "'")
    return next((intent for intent, pattern in _compiled().items() if pattern.search(asked)), Intent.ANSWER)


class Action(Enum):
    OPEN = auto()
    MORE = auto()
    SUMMARY = auto()


@dataclass(frozen=True, slots=True)
class SourceRequest:
    """What is to be done with a source, and its number, None where "that article" is meant."""

    action: Action
    number: int | None


_ORDINALS = {word: int(value) for word, (value,) in table("ordinals").items()}
_NOUN = r"(?:articles?|sources?|reports?|stor(?:y|ies)|pieces?|citations?|texts?)"
_NUMBERED = rf"(?:{_NOUN} |number |no\. ?|#)?\[?(?P<number>\d{{1,2}})\]?"
_WHICH = rf"(?:the )?(?P<ordinal>{'|'.join(_ORDINALS)}) (?:{_NOUN}|one)|{_NUMBERED}"
_THAT = rf"(?:that|this|the|the same) {_NOUN}"
_TARGET = rf"(?:{_WHICH}|{_THAT})"
_ASKED_POLITELY = r"(?:(?:please|and|so|ok|can you|could you|would you|now)[ ,]+)*"
_PATTERNS = {
    Action.OPEN: (rf"(?:open|show(?: me)?|read(?: me)?|display) {_TARGET}",),
    Action.MORE: (
        rf"what (?:else|more) (?:does|did|do) {_TARGET} (?:say|tell|report|mention|state|write|contain)(?: us| me)?",
        rf"what (?:else|more) (?:is|was|stands) (?:said |told |reported |there )?in {_TARGET}",
        rf"(?:(?:tell|show|give) me )?(?:more|the rest) (?:of|from|about|in) {_TARGET}",
    ),
    Action.SUMMARY: (
        rf"(?:summari[sz]e|sum up|recap) {_TARGET}(?: for me)?",
        rf"(?:give me |write )?(?:an? |the )?(?:(?:short|brief) )?(?:summary|recap) of {_TARGET}",
        rf"what (?:is|does) {_TARGET} (?:about|say)",
    ),
}
_COMPILED = {
    action: [re.compile(rf"{_ASKED_POLITELY}{pattern}", re.IGNORECASE) for pattern in patterns]
    for action, patterns in _PATTERNS.items()
}


def source_request(text: str) -> SourceRequest | None:
    """Returns what a message as a whole asks of a source; None where it asks nothing of the kind.

    Example:
        "Please show me the second article" asks to open number 2.
    """
    plain = " ".join(text.split()).strip(" ?!.")
    for action, patterns in _COMPILED.items():
        for pattern in patterns:
            if match := pattern.fullmatch(plain):
                return SourceRequest(action, _number(match))
    return None


def _number(match: re.Match[str]) -> int | None:
    ordinal, number = match["ordinal"], match["number"]
    return _ORDINALS[ordinal.lower()] if ordinal else int(number) if number else None


class Recall(Enum):
    """What is asked of the last answer: where it stands, itself again, the least of it, or another in its place."""

    SOURCES = auto()
    AGAIN = auto()
    SHORTER = auto()
    ANOTHER = auto()


_IT = r"(?:that|this|it)"
_BEFORE = (  # no two of these match the same words, or a long row of them could be read in countless ways
    r"(?:(?:oh|ok|okay|wait|um+|well|so|and|but|yes|yeah|no|nope|nah|sorry|please|hey|not really"
    rf"|{alternatives('exclamations')}) )*"
)
_CHATTER_BEHIND = rf"(?: (?:thanks|thank you|bot|byline|then|though|now|for me|{alternatives('chatter')}))*"
_CAN_YOU = rf"(?:(?:can|could|will|would) {_YOU} )?(?:please |just )*"
_ASK_FOR = (
    r"(?:(?:what|where)(?:'s| is| are| was| were)|got|any|i (?:want|need)|have you(?: got)?|do you have|is there"
    r"|(?:(?:can|could|may) (?:i|we|you) )?(?:have|get|see|give|show|send)(?: me)?)"
)
_PROOF = r"(?:(?:original )?sources?|(?:article )?(?:links?|urls?)|references?|citations?|proof)"
_OUTLET = r"(?:article|newspaper|paper|outlet|source)"
_WRONG = r"(?:wrong|incorrect|not (?:true|right|correct)|false|nonsense|made up)"
_SAY_IT = r"(?:say|put|tell(?: me)?|give(?: me)?|make|keep|sum up|write|explain|show(?: me)?)"
_WHOLE = rf"(?:{_IT}|me|me that|the (?:last )?(?:answer|one)|your (?:last )?answer)"
_ONE = r"(?:ones?|answer|article|story|report|place|thing|person)"
_NOT = r"(?:(?:'s| is| was)? not|isn't|wasn't)"
_DID_NOT = r"(?:doesn't|does not|didn't|did not|haven't|have not)"
_OF_ANSWER = rf"(?: (?:for|of|to|on) (?:{_IT}|(?:the|this|that) (?:answer|news|article|story|claim|quote)))?"
_OF_IT = rf"(?: (?:(?:is|was) {_IT}(?: (?:from|in))?|(?:says|said|wrote) (?:{_IT}|so)))?"
_SURE = r"(?:sure|certain|serious)"
_FEW = (
    r"(?:(?:just |only )?(?:one|1|an?|a single|fewer|less|two|a few) (?:short )?(?:sentences?|lines?|words?|nutshell))"
)
_ASKED_FOR = r"(?:(?:what|the one|who) i (?:asked|meant|mean|want|wanted)(?: (?:for|about))?)"
_RECALLED = {
    Recall.SOURCES: (
        rf"(?:{_ASK_FOR} )?(?:(?:the|a|your|its|some|any) )?{_PROOF}{_OF_ANSWER}",
        rf"how (?:do|did|would|can|could) {_YOU} know(?: (?:{_IT}|so))?|how (?:can|could) {_YOU} be (?:so )?sure",
        rf"where (?:(?:did|do|have) )?{_YOU} (?:read|get|got|see|seen|hear|heard|find|found|take|have) {_IT}(?: from)?",
        r"where(?:'s| is| was| does| did) (?:that|this) (?:from|come from|taken from|written|said|stand)",
        r"where does it (?:say|stand)(?: (?:that|so|this))?|(?:says|according to) whom?",
        rf"(?:from |in )?(?:which|what) {_OUTLET}{_OF_IT}",
        r"really|seriously|for real|is (?:that|it) (?:so|true|right|correct)|prove (?:it|that)|citation needed",
        rf"(?:are )?{_YOU} (?:\w+ )?{_SURE}(?: (?:about|of) {_IT})?",
        r"i (?:don't|do not) believe (?:you|it|that)|(?:that|it) (?:can't|cannot) be (?:right|true)",
        rf"(?:(?:{_IT}(?:'s| is)|you(?:'re| are)) (?:\w+ )?)?{_WRONG}",
    ),
    Recall.AGAIN: (
        rf"{_CAN_YOU}{_SAY_IT} {_WHOLE} (?:again|once (?:more|again)|one more time)",
        rf"{_CAN_YOU}repeat(?: (?:yourself|{_WHOLE}))?(?: again)?|(?:come |say |once )?again|once more|pardon(?: me)?",
        rf"what (?:was that|was {_IT} again|did {_YOU} (?:just )?say|was (?:the|your) (?:last )?answer)(?: again)?",
        rf"i (?:missed|forgot) {_IT}|i (?:didn't|did not) (?:catch|hear|read) (?:{_IT}|the answer)",
    ),
    Recall.SHORTER: (
        rf"{_CAN_YOU}(?:{_SAY_IT} )?(?:{_WHOLE} )?(?:(?:a )?(?:bit|lot|much|more) )?(?:short|brief|concise)(?:er|ly)?",
        rf"{_CAN_YOU}(?:(?:shorten|condense|sum up|summari[sz]e) {_IT}|sum {_IT} up)",
        rf"{_CAN_YOU}(?:{_SAY_IT} )?(?:{_WHOLE} )?in (?:short|brief|{_FEW})",
        r"(?:(?:give me |just )?the )?(?:short|brief) (?:version|answer)|tl ?;? ?dr|too long(?: didn't read)?",
        r"(?:just|only) (?:the (?:answer|number|name|date)|one sentence)|the gist|bottom line|too much text",
    ),
    Recall.ANOTHER: (
        rf"(?:(?:i (?:mean|meant)|what about|how about|tell me(?: about)?|show me) )?the other(?: {_ONE})?",
        rf"not (?:that|this) {_ONE}|(?:the )?(?:wrong|next) {_ONE}|another (?:one|answer)|next|try again",
        rf"{_IT} ?{_NOT} (?:(?:really|quite|exactly) )?(?:it|(?:an|the|my) (?:answer|question)|{_ASKED_FOR})",
        rf"(?:{_IT} {_DID_NOT} answer|you {_DID_NOT} answer(?:ed)?)(?: (?:my question|it|that|me|what i asked))?",
        r"not (?:what|who) i (?:asked|meant|wanted)(?: for)?|you (?:misunderstood|misread)(?: me)?",
        rf"i (?:didn't|did not) (?:ask|mean) {_IT}(?: {_ONE})?",
    ),
}
_RECALL_COMPILED = {
    kind: re.compile(f"{_BEFORE}(?:{'|'.join(rows)}){_CHATTER_BEHIND}") for kind, rows in _RECALLED.items()
}
_PICKED = re.compile(
    rf"{_BEFORE}(?:(?:i (?:mean|meant)|what about|how about|tell me about) )?(?:{_WHICH}){_CHATTER_BEHIND}"
)


def recall(text: str) -> Recall | None:
    """Returns what a message as a whole asks of the last answer; None where it asks nothing of the kind.

    Example:
        "source?" and "are you sure?" ask where it stands, "no, I meant the other one" asks for another.
    """
    said = bare_words(text)
    return next((kind for kind, pattern in _RECALL_COMPILED.items() if pattern.fullmatch(said)), None)


def picked(text: str) -> int | None:
    """Returns which of several a message as a whole names by its place or number: "the second one?", "2"."""
    match = _PICKED.fullmatch(bare_words(text))
    return _number(match) if match else None


def asks_anew(text: str) -> bool:
    """Tells whether a message asks something of the articles: it is no small talk, nor does it ask what was told."""
    return small_talk(text) is None and recall(text) is None
