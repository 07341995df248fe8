from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from retrieval.quotes.coreference import who
from retrieval.quotes.extraction import quotes
from retrieval.text.document import Document
from retrieval.text.name_matching import matching_names
from retrieval.text.names import core_name, names
from retrieval.types import Article, Quote, Span


def article(text: str, byline: str | None = None) -> Article:
    return Article(id="a", title="Title", text=text, byline=byline)


def said(text: str) -> list[tuple[str, str, str]]:
    """Name, kind and words of every quote that is not denied; "..." where its parts stand apart."""
    return [(q.name, q.kind, words(text, q)) for q in quotes(article(text)) if not q.denied]


def words(text: str, quote: Quote) -> str:
    return " ... ".join(text[part.start : part.end] for part in quote.content)


PATTERNS = {
    "a block that is marked": (
        "Ida Moe, 15, said:\n\n> I would put mine off.\n\n> So may Bo.\n\n„My eldest slept for hours,“ said Lena Hoff.",
        [
            ("Ida Moe", "direct", "I would put mine off. ... So may Bo."),
            ("Lena Hoff", "direct", "„My eldest slept for hours,“"),
        ],
    ),
    "cue behind the quotation": (
        "“We will rebuild the bridge,” Mayor Ruth Adler said on Friday.",
        [("Ruth Adler", "direct", "“We will rebuild the bridge,”")],
    ),
    "cue before its speaker": (
        '"We will rebuild the bridge," said Ruth Adler, the mayor of Lowmoor.',
        [("Ruth Adler", "direct", '"We will rebuild the bridge,"')],
    ),
    "cue before the quotation": (
        "Ruth Adler told reporters in Lowmoor: “We will rebuild the bridge.”",
        [("Ruth Adler", "direct", "“We will rebuild the bridge.”")],
    ),
    "cue inside the quotation": (
        "“The bridge,” Ruth Adler said, “will stand again.”",
        [("Ruth Adler", "direct", "“The bridge,” ... “will stand again.”")],
    ),
    "a question asked": (
        "“Who pays for it?” Ruth Adler asked.",
        [("Ruth Adler", "direct", "“Who pays for it?”")],
    ),
    "more after the cue's sentence": (
        "“The bridge is safe,” Ruth Adler said. “Nobody should worry.”",
        [("Ruth Adler", "direct", "“The bridge is safe,”"), ("Ruth Adler", "direct", "“Nobody should worry.”")],
    ),
    "a subject whose clause ends in a preposition": (
        "Councillor Tom Bauer, who voted against, said that shops would close.",
        [("Tom Bauer", "indirect", "that shops would close")],
    ),
    "a verb shared behind a participle": (
        "Asked whether she would stay, Ruth Adler laughed and said: “Only for the bridge.”",
        [("Ruth Adler", "direct", "“Only for the bridge.”")],
    ),
    "he who was named once, behind what he is": (
        "“They are ugly,” Ruth Adler said.\n\nHotel owner Anton Pell cannot wait. “Build it tomorrow,” he said.",
        [
            ("Ruth Adler", "direct", "“They are ugly,”"),
            ("Anton Pell", "direct", "“Build it tomorrow,”"),
        ],
    ),
    "a name behind a role of its own": (
        "The bridge is safe, its keeper, Tom Bauer, said. “It stands,” said the Norish prime minister, Ruth Adler.",
        [("Tom Bauer", "indirect", "The bridge is safe"), ("Ruth Adler", "direct", "“It stands,”")],
    ),
    "words below one verb": (
        "Engineer Ruth Adler disagreed:\n\nThe figures are old. We measured in July.",
        [("Ruth Adler", "direct", "The figures are old. We measured in July.")],
    ),
    "a title that a relative clause follows": (
        "“The Salt Road”, which cost nine million, won.",
        [],
    ),
    "doubled single marks": (
        "''The bridge is safe,'' Ms. Adler said.",
        [("Adler", "direct", "''The bridge is safe,''")],
    ),
    "single marks beside apostrophes": (
        "'The bridge isn't safe,' Ruth Adler said of the engineers' report.",
        [("Ruth Adler", "direct", "'The bridge isn't safe,'")],
    ),
    "a curly mark closed by a straight one": (
        '“The bridge is safe," Ruth Adler said. Work goes on.',
        [("Ruth Adler", "direct", '“The bridge is safe,"')],
    ),
    "reported with that": (
        "Ruth Adler said on Friday that the bridge would stand again.",
        [("Ruth Adler", "indirect", "that the bridge would stand again")],
    ),
    "reported without that, the speaker last": (
        "The bridge will stand again by May, officials said.",
        [("officials", "indirect", "The bridge will stand again by May")],
    ),
    "a source between commas": (
        "Time, Ruth Adler said, is running out.",
        [("Ruth Adler", "indirect", "Time ... is running out")],
    ),
    "told somebody that": (
        "Ruth Adler told the council that the works had made “splendid progress” this year.",
        [("Ruth Adler", "mixed", "that the works had made “splendid progress” this year")],
    ),
    "told an outlet, without that": (
        "Ruth Adler told CNN efforts to mend the bridge had failed.",
        [("Ruth Adler", "indirect", "efforts to mend the bridge had failed")],
    ),
    "told somebody to do something": (
        "Ruth Adler told Tom Bauer to mend the bridge.",
        [("Ruth Adler", "indirect", "to mend the bridge")],
    ),
    "called something a name": (
        "The Castle ignored the ruling and called it “null and void.”",
        [("Castle", "mixed", "it “null and void.”")],
    ),
    "a place speaks": (
        "Paris has called for a truce, but London rejected the idea.",
        [("Paris", "indirect", "a truce"), ("London", "attitude", "the idea")],
    ),
    "a body speaks, with the day between": (
        "Norway's foreign ministry on Monday called on the court to “respect the law.”",
        [("Norway's foreign ministry", "mixed", "the court to “respect the law.”")],
    ),
    "urged somebody to act": (
        "Ruth Adler urged parliament to pay for the bridge.",
        [("Ruth Adler", "indirect", "parliament to pay for the bridge")],
    ),
    "according to, behind": (
        "The bridge will cost four million, according to the audit office.",
        [("the audit office", "indirect", "The bridge will cost four million")],
    ),
    "according to, before": (
        "According to Ruth Adler, the bridge will cost four million.",
        [("Ruth Adler", "indirect", "the bridge will cost four million")],
    ),
    "a description between speaker and cue": (
        "Ruth Adler, who has governed Lowmoor for nine years, said the bridge was safe.",
        [("Ruth Adler", "indirect", "the bridge was safe")],
    ),
    "one speaker, two cues": (
        "Ruth Adler said the bridge was safe, adding that tolls would fall.",
        [("Ruth Adler", "indirect", "the bridge was safe"), ("Ruth Adler", "indirect", "that tolls would fall")],
    ),
    "two speakers in a sentence": (
        "Ruth Adler said “we did our best,” while Tom Bauer said he considered her “a good friend.”",
        [("Ruth Adler", "direct", "“we did our best,”"), ("Tom Bauer", "mixed", "he considered her “a good friend.”")],
    ),
    "one reports what another said": (
        "Ruth Adler said “the bridge is safe,” The Lowmoor Post reported.",
        [
            ("Lowmoor Post", "mixed", "Ruth Adler said “the bridge is safe,”"),
            ("Ruth Adler", "direct", "“the bridge is safe,”"),
        ],
    ),
    "whoever the relative clause is about": (
        "Ruth Adler was heckled by a woman who shouted: “It is all lies, all for show.”",
        [("a woman", "direct", "“It is all lies, all for show.”")],
    ),
    "a colon leads into the next paragraph": (
        "Ruth Adler continued:\n\n“The bridge is safe and will stay safe.”",
        [("Ruth Adler", "direct", "“The bridge is safe and will stay safe.”")],
    ),
    "an opening mark repeated": (
        "“The bridge is safe,” Ruth Adler said. “It was always safe.\n\n“And it will be.”",
        [
            ("Ruth Adler", "direct", "“The bridge is safe,”"),
            ("Ruth Adler", "direct", "“It was always safe. ... “And it will be.”"),
        ],
    ),
    "a quotation that runs on over two paragraphs": (
        "Ruth Adler said: “We built it.\n\n“We kept it.\n\n“We own it.”\n\nTom Bauer laughed.",
        [("Ruth Adler", "direct", "“We built it. ... “We kept it. ... “We own it.”")],
    ),
    "the next paragraph's quotation is another's": (
        "Ruth Adler said: “We built it.\n\n“It leaks,” Tom Bauer said.",
        [("Ruth Adler", "direct", "“We built it."), ("Tom Bauer", "direct", "“It leaks,”")],
    ),
    "a mark that nothing closes": (
        "Ruth Adler said “the bridge is safe and sound.\n\nWork goes on.",
        [("Ruth Adler", "direct", "“the bridge is safe and sound.")],
    ),
    "marks of one kind within each other": (
        "Ruth Adler said, “You care even when “your team” fails, and you pay.” Work goes on.",
        [("Ruth Adler", "direct", "“You care even when “your team” fails, and you pay.”")],
    ),
    "a quotation in a quotation": (
        "“My mother told me, ‘Never quit,’ and I said, ‘I will not,’” Ruth Adler said.",
        [
            ("Ruth Adler", "direct", "“My mother told me, ‘Never quit,’ and I said, ‘I will not,’”"),
            ("My mother", "direct", "‘Never quit,’"),
            ("Ruth Adler", "direct", "‘I will not,’"),
        ],
    ),
    "another's words within one's own": (
        "“He told the council, ‘It leaks,’” Ruth Adler said.",
        [("Ruth Adler", "direct", "“He told the council, ‘It leaks,’”"), ("He", "direct", "‘It leaks,’")],
    ),
    "signed behind a dash": (
        "“We waited nine years for it” – Ruth Adler",
        [("Ruth Adler", "direct", "“We waited nine years for it”")],
    ),
    "a name before a colon": (
        "Ruth Adler: “Nobody asked us about it.”",
        [("Ruth Adler", "direct", "“Nobody asked us about it.”")],
    ),
    "said of something": (
        "“It will hold,” Ruth Adler said of the old bridge.",
        [("Ruth Adler", "direct", "“It will hold,”")],
    ),
    "a nickname is no quotation": (
        "“It will hold,” said Robert “Bob” Bauer, a welder.",
        [("Robert “Bob” Bauer", "direct", "“It will hold,”")],
    ),
    "reported with an adverbial before it": (
        "In a year when money is short, nobody will mend the bridge, said Ruth Adler.",
        [("Ruth Adler", "indirect", "In a year when money is short, nobody will mend the bridge")],
    ),
    "reported, a role before the name": (
        "The old bridge in Orva reopened on 4 April, said senior engineer Ruth Adler: “At last.”",
        [("Ruth Adler", "mixed", "The old bridge in Orva reopened on 4 April ... “At last.”")],
    ),
    "according to, inside": (
        "Other bridges, according to the audit office, rust just as fast.",
        [("the audit office", "indirect", "Other bridges ... rust just as fast")],
    ),
    "according to, behind an opening word": (
        "In addition, according to the audit office, nine bridges rust.",
        [("the audit office", "indirect", "nine bridges rust")],
    ),
    "a share of people": (
        "47% say the bridge should close.",
        [("47%", "indirect", "the bridge should close")],
    ),
    "an attitude": (
        "Ruth Adler is confident that the bridge will hold.",
        [("Ruth Adler", "attitude", "that the bridge will hold")],
    ),
    "a noun of saying": (
        "Engineers laughed at Ruth Adler’s repeated claim that the bridge was safe.",
        [("Ruth Adler", "indirect", "that the bridge was safe")],
    ),
    "a passive": (
        "The new toll was criticised by Tom Bauer.",
        [("Tom Bauer", "attitude", "The new toll")],
    ),
    "dashes around a description": (
        "Ruth Adler -- the mayor who closed the bridge -- said it would open again.",
        [("Ruth Adler", "indirect", "it would open again")],
    ),
    "a bare quotation goes on with the paragraph before": (
        (
            "Tom Bauer told Ruth Adler that she had made a “giant leap forward” this year.\n\n"
            "“We met here ten years ago. Much was done.”"
        ),
        [
            ("Tom Bauer", "mixed", "that she had made a “giant leap forward” this year"),
            ("Tom Bauer", "direct", "“We met here ten years ago. Much was done.”"),
        ],
    ),
    "a speaker described twice": (
        "“It leaks,” Ruth Adler, 42, a welder from Oslo, Norway, said on Friday.",
        [("Ruth Adler", "direct", "“It leaks,”")],
    ),
    "a speaker in brackets": (
        "As Senator Ruth Adler (I-Norland) has called the toll a scandal, talks stopped.",
        [("Ruth Adler", "attitude", "the toll a scandal")],
    ),
    "another asks before it": (
        "A woman asked for a photo and Ruth Adler said, “As long as it is quick.”",
        [("Ruth Adler", "direct", "“As long as it is quick.”")],
    ),
    "a clause before the main one": (
        "After Tom Bauer criticised the toll, Ruth Adler shot back, “Pay it.”",
        [("Tom Bauer", "attitude", "the toll"), ("Ruth Adler", "direct", "“Pay it.”")],
    ),
    "a role behind its verb": (
        "Tolls will rise in May, warned the harbour's director, Ruth Adler.",
        [("Ruth Adler", "indirect", "Tolls will rise in May")],
    ),
    "an agency's dateline": (
        "Lowmoor (AFP) – The mayor left early, saying that all was well.",
        [("the mayor", "indirect", "that all was well")],
    ),
    "whom a sentence presents by title and full name": (
        "Defense Secretary Ruth Adler fumed at “the liars” on Friday.",
        [("Ruth Adler", "direct", "“the liars”")],
    ),
    "verbs that only look like saying": ("The report states lie far apart. A demand for steel fell in ten states.", []),
    "scare quotes": ("The so-called “smart bridge” opened in Lowmoor on Friday.", []),
}


@pytest.mark.parametrize(("text", "expected"), PATTERNS.values(), ids=PATTERNS.keys())
def test_a_pattern_of_speech_is_read(text: str, expected: list[tuple[str, str, str]]) -> None:
    assert said(text) == expected


NOT_WORDS = [
    "Ruth Adler expects to win.",
    "Ruth Adler hopes that the bridge holds.",
    "Engineers found that the bridge was cracked.",
    "Ruth Adler decided to stay.",
    "Ruth Adler is seeking to sell the bridge.",
    "Ruth Adler declined to comment on the bridge.",
    "Ruth Adler announced a new toll after the bridge had closed.",
    "Ruth Adler added three points to her lead.",
    "The floods threatened to carry the bridge away.",
    "The cracks suggest that the bridge is old.",
    "Critics should argue that the bridge is old.",
    "The agency asked to be left alone.",
    "Ruth Adler opposes the toll.",
    "Ruth Adler said goodbye to the crew.",
    "Ruth Adler said nothing.",
    "It is important to note that the bridge is old.",
    "The engineer asked not to be named.",
    "Ruth Adler added the first medal to her family's decorated shelf.",
    "The mission revealed that the bridge is old.",
    "The step of closing a bridge suggests that it is old.",
    "The theft was one that Ruth Adler blamed on a guard.",
    "Engineers will tell you the bridge is old.",
    "Ruth Adler's fear that the bridge might fall is old.",
]


@pytest.mark.parametrize("text", NOT_WORDS)
def test_what_somebody_wants_does_or_finds_is_no_report_of_words(text: str) -> None:
    assert {quote.kind for quote in quotes(article(text))} <= {"attitude"}


REPORTED = [
    "Ruth Adler promised to mend the bridge.",
    "Ruth Adler urged drivers to slow down.",
    "Voters say the toll is too high.",
    "Ruth Adler accused Tom Bauer of lying.",
    "Ruth Adler announced that the bridge would close.",
    "Ruth Adler suggested the bridge was old.",
    "Ruth Adler's claim that the bridge is safe is old.",
    "The bridge is old, Ruth Adler noted.",
]


@pytest.mark.parametrize("text", REPORTED)
def test_words_that_are_reported_are_indirect(text: str) -> None:
    assert [quote.kind for quote in quotes(article(text))] == ["indirect"]


NO_SPEAKERS = [
    "We believe in luck. You said that it would rain. I say it will.",
    "His statements suggest that the crew was tired.",
    "A boy called Nils was found.",
    "Which tells you all. For those who say it matters, the vote is close. Who says it matters?",
]


@pytest.mark.parametrize("text", NO_SPEAKERS)
def test_pronouns_of_talk_and_statements_are_no_speakers(text: str) -> None:
    assert quotes(article(text)) == []


def test_the_clock_of_a_live_page_is_no_part_of_a_name() -> None:
    text = "14.29 Rescue crews say the sea is calm.\n\n12:55pm ET Ruth Adler said that all was well."
    assert [quote.name for quote in quotes(article(text))] == ["Rescue crews", "Ruth Adler"]


DENIED = {
    "did not say": ("Ruth Adler did not say that the bridge was safe.", ["that the bridge was safe"]),
    "nobody said": ("No one said the bridge was safe.", ["the bridge was safe"]),
    "neither": ("Ruth Adler neither confirmed the report nor denied it.", ["the report", "it"]),
    "has yet to": ("Ruth Adler has yet to say that the bridge is safe.", ["that the bridge is safe"]),
    "did not come out and say": ("Ruth Adler did not come out and say she would stay.", ["she would stay"]),
    "is not sure": ("Ruth Adler is not sure that the bridge is safe.", ["that the bridge is safe"]),
}


@pytest.mark.parametrize(("text", "contents"), DENIED.values(), ids=DENIED.keys())
def test_what_was_not_said_is_kept_and_marked(text: str, contents: list[str]) -> None:
    assert [words(text, quote) for quote in quotes(article(text)) if quote.denied] == contents
    assert said(text) == []


def test_a_speaker_who_denies_something_says_so() -> None:
    assert said("Ruth Adler denied that the bridge was safe.") == [
        ("Ruth Adler", "indirect", "that the bridge was safe")
    ]


RESOLVED = {
    "a body that is written as a pronoun": ("The virus spreads. WHO said that masks help.", "WHO"),
    "two small words in a name": ("Ada van der Vik came. Vik said that pipes leak.", "Ada van der Vik"),
    "those of a kind, at the start of a sentence": ("Ruth Adler left. Critics said that pipes leak.", "critics"),
    "somebody of a body": ("Ruth Adler of the Water Board came. Adler said that pipes leak.", "Ruth Adler"),
    "a surname": ("Senator Ruth Adler came. Adler said she would stay.", "Ruth Adler"),
    "a family name that stands first": (
        "Chinese leader Wu Haoran arrived. Wu said that trade would grow.",
        "Wu Haoran",
    ),
    "he, the last subject": ("Tom Bauer met Ruth Adler. “It went well,” he said.", "Tom Bauer"),
    "she, past a man named later": ("Ruth Adler met Tom Bauer. “It went well,” she said.", "Ruth Adler"),
    "she, past the man who acts": ("Ruth Adler spoke first. Tom Bauer left early. “Odd,” she said.", "Ruth Adler"),
    "an office": ("Norwegian President Tom Bauer left. “Goodbye,” the Norwegian president said.", "Tom Bauer"),
    "another's spokesman stays a role": ("Tom Bauer left. Bauer's spokesman said he was ill.", "Bauer's spokesman"),
    "people who share a surname": ("Tom Bauer met Ruth Bauer. “Thanks,” Ms. Bauer said.", "Ruth Bauer"),
    "she, whoever spoke before": (
        "Ann Lee praised the plan. Jo-Renee Farr said rents rose when Ann Lee came. “It hurts,” she said.",
        "Jo-Renee Farr",
    ),
    "she, the mayor of no given name": ("“It leaks,” said Adler, the mayor. “I know,” she said.", "Adler"),
    "he, with Mrs. Adler": ("Mrs. Adler met a man on Monday. “It leaks,” he said.", "he"),
    "he, with Ms. Adler, called Sasha before": ("Sasha Adler came. Ms. Adler met a man. “It leaks,” he said.", "he"),
    "he, with a ferry": ("The ferry MS Torhild stopped, a man told the Times. “It leaks,” he said.", "he"),
    "he, again and again": (
        "Tom Bauer sat down. “I am tired,” he said. He said that Bob Lee had left. “I stay,” he said.",
        "Tom Bauer",
    ),
    "he, not whose spokesman he is": ("Bauer's spokesman Al Farr came. “He is ill,” he said.", "Al Farr"),
    "he, the spokesman": ("Tom Bauer’s spokesman said so. He added that rain fell.", "Tom Bauer’s spokesman"),
    "a description in place of the name": (
        "Ruth Adler came by train. “I walked,” the 40-year-old mother of three said.",
        "Ruth Adler",
    ),
    "somebody's niece before the name": ("Bauer's niece, state Senator Ruth Adler, said pipes leak.", "Ruth Adler"),
    "a spokesman, by name": ("“It leaks,” said Bauer's spokesman, Ned Hall.", "Ned Hall"),
    "a role before the name": ("Another critic, Lars H. Tribe, said pipes leak.", "Lars H. Tribe"),
    "a nickname": ("Robert “Bob” Bauer spoke. “I stay,” Bob Bauer said.", "Robert “Bob” Bauer"),
    "two surnames": ("Ana Ruiz Prado came. “I stay,” Ms. Ruiz Prado said.", "Ana Ruiz Prado"),
    "a president, not the vice president": (
        "President Tom Bauer met Vice President Al Farr. “Thanks,” the president said.",
        "Tom Bauer",
    ),
    "Mr. Lee, who is not Ann Lee": ("Ann Lee left. Mr. Lee stayed. “Well,” Lee said.", "Lee"),
    "a city that begins with New": ("The New York Gazette said: “All is well in the city.”", "New York Gazette"),
    "Charlie King, who is no king": ("“I stay,” said Charlie King, a welder.", "Charlie King"),
    "a title before the name": ("US Secretary of State Ruth Adler said that talks failed.", "Ruth Adler"),
}


@pytest.mark.parametrize(("text", "name"), RESOLVED.values(), ids=RESOLVED.keys())
def test_a_mention_is_resolved_to_the_fullest_name(text: str, name: str) -> None:
    assert quotes(article(text))[-1].name == name


DESCRIBED = {
    "a title": ("US Secretary of State Ruth Adler said pipes leak.", "US Secretary of State"),
    "a lower-case title": ("Norwegian foreign minister Ruth Adler said pipes leak.", "Norwegian foreign minister"),
    "an apposition": ("“It leaks,” said Ruth Adler, a teacher from Oslo.", "a teacher from Oslo"),
    "an apposition behind the age": ("Ruth Adler, 42, a teacher from Oslo, said it leaks.", "a teacher from Oslo"),
    "at another mention": ("Ruth Adler, the mayor of Lowmoor, came. Adler said it leaks.", "the mayor of Lowmoor"),
    "a role before the name": ("A neighbour from Oslo, Ruth Adler, said it leaks.", "A neighbour from Oslo"),
    "the fuller one": (
        "President Adler came. Ruth Adler, the president of Norland, said it leaks.",
        "the president of Norland",
    ),
    "a mere honorific": ("Mrs. Adler said it leaks.", None),
    "a clause is none": ("When Ruth Adler, the mayor said, came, it rained. Adler said it leaks.", None),
    "none at all": ("Ruth Adler said it leaks.", None),
}


@pytest.mark.parametrize(("text", "description"), DESCRIBED.values(), ids=DESCRIBED.keys())
def test_a_speaker_is_described_in_the_articles_words(text: str, description: str | None) -> None:
    quote = quotes(article(text))[-1]
    assert quote.description == description
    assert description is None or description in text


HEADLINES = {
    "Adler: ‘We will sue’": [("Ruth Adler", "direct", "‘We will sue’")],
    "Adler: We will sue": [("Ruth Adler", "indirect", "We will sue")],
    "‘Enough’, says Adler": [("Ruth Adler", "direct", "‘Enough’")],
    "'We will sue' – Adler": [("Ruth Adler", "direct", "'We will sue'")],
    "A warning from Adler: ‘We will sue’": [("Ruth Adler", "direct", "‘We will sue’")],
    "Adler says talks failed": [("Ruth Adler", "indirect", "talks failed")],
    "Adler Says Talks With Norland Failed": [("Ruth Adler", "indirect", "Talks With Norland Failed")],
    "Adler calls toll ‘a scandal’": [("Ruth Adler", "mixed", "toll ‘a scandal’")],
    "Tolls will rise, minister warns": [("minister", "indirect", "Tolls will rise")],
    "‘We will sue’": [],
    "Explained: why tolls rise": [],
    "Lowmoor: what we know so far": [],
    "New ‘smart bridge’ opens in Lowmoor": [],
}


@pytest.mark.parametrize(("title", "expected"), HEADLINES.items(), ids=HEADLINES.keys())
def test_a_headline_is_read_with_the_names_of_the_text(title: str, expected: list[tuple[str, str, str]]) -> None:
    text = "Mayor Ruth Adler came to Lowmoor on Friday. The talks with Norland took all day, and Adler left at ten."
    found = [quote for quote in quotes(Article(id="a", title=title, text=text)) if quote.field == "title"]
    assert [(quote.name, quote.kind, words(title, quote)) for quote in found] == expected
    assert all(quote.description == "Mayor" for quote in found if quote.name == "Ruth Adler")


def test_i_outside_quotations_is_the_author() -> None:
    assert [quote.name for quote in quotes(article("I believe the bridge is safe.", byline="Ann Lee"))] == ["Ann Lee"]


@pytest.mark.parametrize("byline", ["Interview by Ann Lee", "As told to Ann Lee"])
def test_i_is_not_whoever_took_it_down(byline: str) -> None:
    assert all(quote.name != "Ann Lee" for quote in quotes(article("I believe the bridge is safe.", byline=byline)))


def test_the_speaker_and_the_cue_are_spans_of_the_text() -> None:
    text = "“It is safe,” Mayor Ruth Adler later added."
    (quote,) = quotes(article(text))
    assert text[quote.speaker.start : quote.speaker.end] == "Mayor Ruth Adler"
    assert quote.cue is not None
    assert text[quote.cue.start : quote.cue.end] == "later added"


MARKS = ["“", "”", '"', "''", "'", "‘", "’", "\n\n", ". ", ", ", ": ", "–", "?", "\ue000", "\ud800"]
WORDS = " said | told Tom Bauer that | Ruth Adler | he | it is safe | according to | not | and | who |Mr. | adding "
PIECES = st.sampled_from([*MARKS, *WORDS.split("|")])


BROKEN = st.lists(PIECES, max_size=60).map("".join)


def spans(quote: Quote) -> list[Span]:
    return [quote.speaker, *quote.content, *([quote.cue] if quote.cue else [])]


@given(BROKEN, st.one_of(BROKEN, st.text(max_size=60)))
def test_every_span_slices_the_field_it_is_of(text: str, title: str) -> None:
    written = Article(id="a", title=title, text=text)
    for quote in quotes(written):
        field = getattr(written, quote.field)
        assert all(0 <= span.start < span.end <= len(field) for span in spans(quote))
        assert list(quote.content) == sorted(quote.content, key=lambda span: span.start)
        assert quote.name.strip()


@given(BROKEN, BROKEN)
@example(text="", title="\n\n: “. ")
def test_contents_nest_or_are_disjoint(text: str, title: str) -> None:
    found = quotes(Article(id="a", title=title, text=text))
    for field in ("text", "title"):
        parts = {part for quote in found if quote.field == field for part in quote.content}
        assert not any(one.start < other.start < one.end < other.end for one in parts for other in parts)


@given(BROKEN, BROKEN)
def test_an_article_is_read_the_same_again(text: str, title: str) -> None:
    written = Article(id="a", title=title, text=text)
    assert quotes(written) == quotes(written)


@given(st.text(max_size=200))
def test_any_text_is_read(text: str) -> None:
    assert all(quote.end <= len(text) for quote in quotes(article(text)) if quote.field == "text")


@given(st.lists(PIECES, max_size=60).map("".join))
def test_the_narrative_keeps_every_offset(text: str) -> None:
    marked = Document(text)
    assert len(marked.narrative) == len(text)
    assert [s.start for s in marked.sentences] == sorted(s.start for s in marked.sentences)


@pytest.mark.parametrize(
    "unit", ["“", "' a", '" he said ', "Lee, said and ", "X ‘", "Al of Rome and ", "He said “a b c”. "]
)
def test_a_long_run_of_broken_marks_is_read_to_its_end(unit: str) -> None:
    text = unit * 20_000
    assert all(quote.end <= len(text) for quote in quotes(article(text)))


def written(text: str) -> list[str]:
    return [text[span.start : span.end] for span in names(text)]


def test_names_leave_out_opening_words_days_and_possessives() -> None:
    text = "Over lunch on Monday, Ruth Adler’s team met Paris officials. Later Adler left. Paris agreed; talks end."
    assert written(text) == ["Ruth Adler", "Paris", "Adler", "Paris"]


@pytest.mark.parametrize(
    "name", ["Ludwig van Beethoven", "Mohammed bin Salman", "International Criminal Court", "St. Petersburg", "O’Neill"]
)
def test_a_name_is_found_whole(name: str) -> None:
    assert name in written(f"They spoke of {name} again.")


def test_two_names_with_a_lost_verb_between_them_are_parted() -> None:
    assert "Minister Ruth Adler" in written("Adler spoke. Bauer left. Minister Ruth Adler Bauer’s visit is bad.")


@pytest.mark.parametrize(
    ("name", "core"),
    [
        ("US Secretary of State Ruth Adler", "Ruth Adler"),
        ("Mr. Bauer", "Bauer"),
        ("State Department", "State Department"),
        ("the Norwegian President", ""),
    ],
)
def test_a_title_is_taken_off(name: str, core: str) -> None:
    assert core_name(name) == core


@pytest.mark.parametrize(
    ("asked", "name", "same"),
    [
        ("Adler", "Ruth Adler", True),
        ("adler's", "Ruth Adler", True),
        ("Secretary of State Adler", "Ruth Adler", True),
        ("R. Adler", "Ruth Adler", True),
        ("Wu", "Wu Haoran", True),
        ("Zelenskiy", "Volodymyr Zelensky", True),
        ("Addler", "Ruth Adler", True),
        ("the Castle", "Castle", True),
        ("Tom Bauer", "Ruth Bauer", False),
        ("Clifton", "Hillary Clinton", False),
        ("", "Ruth Adler", False),
    ],
)
def test_a_question_means_a_speaker(asked: str, name: str, same: bool) -> None:
    assert bool(matching_names(asked, [name])) is same


def test_a_misspelling_counts_only_where_nothing_is_spelt_so() -> None:
    known = ["Ruth Adler", "Jo Addler"]
    assert matching_names("Adler", known) == ["Ruth Adler"]
    assert matching_names("Adlar", known) == known


@pytest.mark.parametrize(("asked", "name"), [("wu", "Wu Haoran"), ("the Chinese leader", "Wu Haoran"), ("Bauer", None)])
def test_whom_a_question_means_is_looked_up_in_the_article(asked: str, name: str | None) -> None:
    assert who(article("Chinese leader Wu Haoran arrived. Wu said that trade would grow."), asked) == name


def test_a_name_that_is_only_a_title_and_its_place_does_no_harm() -> None:
    text = "The Prince of Norland arrived. Ann Prince met Ruth of Norland. Prince of Norland spoke to Ann of."
    assert who(article(text), "Bauer") is None


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("The nurse of Tarn school said all was well. “Nobody fell,” she said.", ["the nurse of Tarn school"] * 2),
        (
            "Mayor Ida Holm left. A spokeswoman for the mill said it was shut. “We regret it,” she added.",
            ["a spokeswoman for the mill"] * 2,
        ),
        ("The Bank of Tarn met on Monday. The bank said that prices would fall.", ["Bank of Tarn"]),
        ("The Bank of Tarn met. Holm Savings Bank did not. The bank said that prices would fall.", ["the bank"]),
        ("The pilot, a tall woman named Ada Frost, said that the fog was thick.", ["Ada Frost"]),
        ("Diver Ada Frost was wet. “It was deep,” Frost said.", ["Ada Frost"]),
        ("Otto Brand said it was dear. My neighbour Ida was glad. “It is cheap,” she said.", ["Otto Brand", "Ida"]),
        ("No train will run, the rail company said.", ["the rail company"]),
        ("The pilots’ union met. The union said pay was low. They said they would strike.", ["the union", "the union"]),
        ("Tarn Bank said profits fell. “We are ready,” it said in a note.", ["Tarn Bank", "Tarn Bank"]),
        (
            "The police said that the men had read it wrongly. They said they would pay.",
            ["the police", "the men", "the police"],
        ),
        ("Residents said the water was brown. They said nobody came.", ["residents", "residents"]),
        ("The board said it was dear. Ida Holm said it was late. They said no.", ["the board", "Ida Holm", "They"]),
        ("President Bo Wu of Tarn and Prime Minister Ida Holm met. It will snow, the president said.", ["Bo Wu"]),
        ("The mayor of Tarn, Ida Holm, came late. The hall is shut, the mayor said.", ["Ida Holm"]),
        ("Ida Holm, the mayor of Tarn, came late. The hall is shut, the mayor said.", ["Ida Holm"]),
        (
            "Mayor Otto Brand took questions. One questioner claimed that he lied.\n\n“You are wrong,” he said.",
            ["one questioner", "Otto Brand"],
        ),
    ],
)
def test_who_speaks_without_a_full_name(text: str, names: list[str]) -> None:
    assert [quote.name for quote in quotes(Article("a", "T", text))] == names


def test_the_time_of_an_entry_is_not_said() -> None:
    text = "Storm hits Tarn.\n\n14.30 “We stay inside,” says Otto Brand, 40, of Holm."
    (quote,) = quotes(Article("a", "T", text))
    assert (quote.kind, text[quote.start : quote.end]) == ("direct", "“We stay inside,”")


def test_the_title_of_one_is_no_description_of_the_next() -> None:
    text = "Finance Minister Bo Wu and Defence Minister Ida Holm met. Holm said no."
    assert [quote.description for quote in quotes(Article("a", "T", text))] == ["Defence Minister"]


def test_a_role_before_a_name_does_not_reach_into_the_sentence_before() -> None:
    text = "Power is out in Tarn and Holm. Grid spokeswoman Ada Frost said it would be back."
    assert [quote.description for quote in quotes(Article("a", "T", text))] == ["Grid spokeswoman"]
