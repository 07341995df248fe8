"""Where quotations stand: marks of many countries, dialogue behind a dash, and marks gone wrong."""

from __future__ import annotations

import pytest

from retrieval.quotes.extraction import quotes
from retrieval.text.document import Document
from retrieval.text.quotation_marks import without_open_marks
from retrieval.types import Article, Span

MARKED = {
    "low and high": "„It leaks“, she said. „Badly,” he said.",
    "guillemets": "«It leaks», she said. « Badly », he said.",
    "guillemets turned round": "»It leaks«, she said. ›Badly‹, he said.",
    "low and high single": "‚It leaks‘, she said.",
}


@pytest.mark.parametrize("text", MARKED.values(), ids=MARKED.keys())
def test_marks_of_any_country_open_and_close_a_quotation(text: str) -> None:
    read = Document(text)
    assert [text[q.start : q.end].strip("„“”«»‹›‚‘, ") for q in read.quotations] in (
        ["It leaks", "Badly"],
        ["It leaks"],
    )
    assert "leaks" not in read.narrative


def test_guillemets_of_links_open_nothing() -> None:
    assert Document("Home » News » Harbour\n\nNext page »").quotations == []


def said(text: str) -> list[tuple[str, str]]:
    found = quotes(Article(id="a", title="T", text=text))
    assert {quote.kind for quote in found} <= {"direct"}
    return [(q.name, " ... ".join(text[part.start : part.end] for part in q.content)) for q in found]


@pytest.mark.parametrize("dash", ["— ", "– ", "― ", "-- ", "- "])
@pytest.mark.parametrize("tag", ["says skipper Arne Moe.", "skipper Arne Moe says."])
def test_a_dash_opens_words_that_a_speaker_ends(dash: str, tag: str) -> None:
    assert said(f"{dash}We sail at noon, {tag}\n\nThe quay was full.") == [("Arne Moe", "We sail at noon,")]


@pytest.mark.parametrize(
    ("text", "shown"),
    [("a gift”", "a gift"), ("“a gift”", "“a gift”"), ('"a gift', "a gift"), ("„ein Haus", "ein Haus"), ('6"', '6"')],
)
def test_a_mark_whose_partner_is_elsewhere_is_left_out(text: str, shown: str) -> None:
    kept = without_open_marks(f"x {text} y", Span(2, 2 + len(text)))
    assert f"x {text} y"[kept.start : kept.end] == shown


def test_a_bullet_opens_no_dialogue() -> None:
    assert Document("- Rates rise in May, says the bank").quotations == []


GONE_WRONG = {
    "closed by a single mark": (
        "“It rained,” said Olaf Renn.\n\n\"Never again,' said manager Vera Holm, mixing up her papers.",
        [("Olaf Renn", "“It rained,”"), ("Vera Holm", "\"Never again,'")],
    ),
    "opened by a single mark": ("‘Nobody told me,” said Hans Lie.", [("Hans Lie", "‘Nobody told me,”")]),
    "closed by a single mark without a comma": ("\"It was fair' said Ane Ruud.", [("Ane Ruud", "\"It was fair'")]),
    "doubled, curly": ("“”This is unfair. I am watching,” he said.", [("he", "“”This is unfair. I am watching,”")]),
    "doubled, straight": ('""The well is dry,"" Egil Moen said.', [("Egil Moen", '""The well is dry,""')]),
    "doubled, mixed": ('"“It was blue,” said Tor Myhre.', [("Tor Myhre", "“It was blue,”")]),
    "closed at the text's end, behind an s": ("Petra Falk said: ‘It snows’", [("Petra Falk", "‘It snows’")]),
    "closed by nothing": ("“The road is shut, said Petra Falk. It rained.", [("Petra Falk", "“The road is shut,")]),
    "closed by nothing, another behind": (
        "“The road is shut, said Petra Falk.\n\n“It snows,” Ulf Berg said.",
        [("Petra Falk", "“The road is shut,"), ("Ulf Berg", "“It snows,”")],
    ),
    "left open, the speaker in the next paragraph": (
        "“It rained,” said Olaf Renn.\n\n“We lost the house.\n\n“And the barn, too,” Gro Vik added.",
        [("Olaf Renn", "“It rained,”"), ("Gro Vik", "“We lost the house. ... “And the barn, too,”")],
    ),
    "left open, no speaker named": (
        "Olaf Renn said: “It rained.\n\n“We lost the house.\n\n“And the barn, too.”",
        [("Olaf Renn", "“It rained. ... “We lost the house. ... “And the barn, too.”")],
    ),
}


@pytest.mark.parametrize(("text", "expected"), GONE_WRONG.values(), ids=GONE_WRONG.keys())
def test_marks_gone_wrong_do_no_harm_to_others(text: str, expected: list[tuple[str, str]]) -> None:
    assert said(text) == expected


BLOCKS = {
    "the next line": (
        "Harbour master Ebba Vik said:\n\nThis morning we counted 84 people.\n\nThe ferry was built in 1990.",
        [("Ebba Vik", "This morning we counted 84 people.")],
    ),
    "lines of one who says we": (
        "14:05 Fire chief Bo Rask said in a statement:\n\nThe fire is out.\n\nWe stay all night.\n\nThe mill was new.",
        [("Bo Rask", "The fire is out. ... We stay all night.")],
    ),
    "a block quotation of Markdown": (
        "The mayor, Eva Lind, wrote on Monday:\n\n> Stay at home.\n> I will call at six.",
        [("Eva Lind", "Stay at home. ... I will call at six.")],
    ),
    "a list": ("Mayor Eva Lind said:\n\n- taxes rise.\n- fares fall.", []),
    "a report": ("Mayor Eva Lind said:\n\nGovernor Ann Lee said taxes rise.", None),
    "nobody": ("The rules are these:\n\nWe open at nine.", []),
}


@pytest.mark.parametrize(("text", "expected"), BLOCKS.values(), ids=BLOCKS.keys())
def test_words_below_a_lead_are_its_speakers(text: str, expected: list[tuple[str, str]] | None) -> None:
    if expected is None:
        assert all(quote.kind == "indirect" for quote in quotes(Article(id="a", title="T", text=text)))
    else:
        assert said(text) == expected


def test_a_foreign_verb_behind_a_quotation_names_its_speaker() -> None:
    assert said("»Das ist zu teuer«, kritisierte Jens Rehm.") == [("Jens Rehm", "»Das ist zu teuer«")]


def test_a_work_in_marks_is_said_by_nobody() -> None:
    assert said("“The Long Winter of Tarn,” starring Ann Lee.") == []
