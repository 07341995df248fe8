from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.language.names import core_name, matching_names, names
from retrieval.quotes import quotes
from retrieval.quotes.marks import Marked
from retrieval.quotes.people import who
from retrieval.types import Article

SEED = Path(__file__).parent.parent / "seeds" / "000_dbaac4714505962b.txt"


def article(text: str, byline: str | None = None) -> Article:
    return Article(id="a", title="Title", text=text, byline=byline)


def said(text: str) -> list[tuple[str, str, str]]:
    """Name, kind and words of every quote."""
    return [(q.name, q.kind, text[q.start : q.end]) for q in quotes(article(text))]


PATTERNS = {
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
        [("Ruth Adler", "direct", "“The bridge,”"), ("Ruth Adler", "direct", "“will stand again.”")],
    ),
    "a question asked": (
        "“Who pays for it?” Ruth Adler asked.",
        [("Ruth Adler", "direct", "“Who pays for it?”")],
    ),
    "more after the cue's sentence": (
        "“The bridge is safe,” Ruth Adler said. “Nobody should worry.”",
        [("Ruth Adler", "direct", "“The bridge is safe,”"), ("Ruth Adler", "direct", "“Nobody should worry.”")],
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
        [("Ruth Adler", "indirect", "is running out")],
    ),
    "told somebody that": (
        "Ruth Adler told the council that the works had made “splendid progress” this year.",
        [("Ruth Adler", "mixed", "that the works had made “splendid progress” this year")],
    ),
    "called something a name": (
        "The Castle ignored the ruling and called it “null and void.”",
        [("Castle", "mixed", "it “null and void.”")],
    ),
    "a place speaks": (
        "Paris has called for a truce, but London rejected the idea.",
        [("Paris", "indirect", "a truce"), ("London", "indirect", "the idea")],
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
            ("Ruth Adler", "direct", "“It was always safe."),
            ("Ruth Adler", "direct", "“And it will be.”"),
        ],
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
    "a verb was lost": (
        (
            "Bauer arrived early. Adler did not.\n\n"
            "Defense Secretary Ruth Adler Bauer’s visit serves as “moral support” for the rebels."
        ),
        [("Ruth Adler", "mixed", "Bauer’s visit serves as “moral support” for the rebels")],
    ),
    "verbs that only look like saying": ("The report states lie far apart. A demand for steel fell in ten states.", []),
    "scare quotes": ("The so-called “smart bridge” opened in Lowmoor on Friday.", []),
    "denials": ("Ruth Adler did not say that the bridge was safe, or call it “sound.”", []),
}


@pytest.mark.parametrize(("text", "expected"), PATTERNS.values(), ids=PATTERNS.keys())
def test_a_pattern_of_speech_is_read(text: str, expected: list[tuple[str, str, str]]) -> None:
    assert said(text) == expected


RESOLVED = {
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
    "a title before the name": ("US Secretary of State Ruth Adler said that talks failed.", "Ruth Adler"),
}


@pytest.mark.parametrize(("text", "name"), RESOLVED.values(), ids=RESOLVED.keys())
def test_a_mention_is_resolved_to_the_fullest_name(text: str, name: str) -> None:
    assert [quote.name for quote in quotes(article(text))] == [name]


def test_i_outside_quotations_is_the_author() -> None:
    assert [quote.name for quote in quotes(article("I believe the bridge is safe.", byline="Ann Lee"))] == ["Ann Lee"]


def test_the_speaker_and_the_cue_are_spans_of_the_text() -> None:
    text = "“It is safe,” Mayor Ruth Adler later added."
    (quote,) = quotes(article(text))
    assert text[quote.speaker.start : quote.speaker.end] == "Mayor Ruth Adler"
    assert quote.cue is not None
    assert text[quote.cue.start : quote.cue.end] == "later added"


@pytest.fixture(scope="module")
def seed() -> dict[str, list[str]]:
    """The contents of the seed article's quotes, by name."""
    text = SEED.read_text(encoding="utf-8")
    by_name: dict[str, list[str]] = {}
    for quote in quotes(article(text)):
        by_name.setdefault(quote.name, []).append(text[quote.start : quote.end])
    return by_name


SEED_SPEAKERS = {
    "Antony Blinken": ["Xi’s visit serves as “diplomatic", "“That President Xi is traveling", "“And instead of even"],
    "Xi Jinping": ["the strong-armed", "“It is true that", "“I’m very", "“I know that the", "“both countries.."],
    "Vladimir Putin": ["that China has made a “colossal", "“Symbolically, we met", "he considered his"],
    "Kremlin": ["China’s peace plan", "the two leaders would", "the move “legally null and void.”"],
    "Beijing": ["a cease-fire"],
    "Washington": ["the idea as the effective"],
    "China’s foreign ministry": ["the ICC to “respect the jurisdictional immunity”"],
    "a woman": ["“It’s all lies, it’s all just for show.”"],
}


@pytest.mark.parametrize(("name", "beginnings"), SEED_SPEAKERS.items())
def test_the_seed_article_is_read_speaker_by_speaker(
    seed: dict[str, list[str]], name: str, beginnings: list[str]
) -> None:
    contents = seed[name]
    assert len(contents) == len(beginnings)
    assert all(content.startswith(start) for content, start in zip(contents, beginnings, strict=True))


MARKS = ["“", "”", '"', "''", "'", "‘", "’", "\n\n", ". ", ", ", ": ", "–", "?", "\ue000", "\ud800"]
WORDS = " said | told Tom Bauer that | Ruth Adler | he | it is safe | according to | not | and | who |Mr. | adding "
PIECES = st.sampled_from([*MARKS, *WORDS.split("|")])


@given(st.lists(PIECES, max_size=60).map("".join))
def test_spans_slice_and_contents_nest_or_are_disjoint_on_broken_text(text: str) -> None:
    found = quotes(article(text))
    for quote in found:
        for span in (quote.speaker, *quote.content, *([quote.cue] if quote.cue else [])):
            assert 0 <= span.start < span.end <= len(text)
        assert quote.name.strip()
    for one in found:
        for other in found:
            crossing = one.start < other.start < one.end < other.end
            assert not crossing
    assert quotes(article(text)) == found


@given(st.lists(PIECES, max_size=60).map("".join))
def test_the_narrative_keeps_every_offset(text: str) -> None:
    marked = Marked(text)
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
