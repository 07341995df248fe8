"""Rows, scores and items are told so that they can be read, and what is read leads back to what is written."""

from __future__ import annotations

import time

import pytest

from retrieval.text.document import Document
from retrieval.text.tables import readable, told_line, told_lines, told_lists
from retrieval.types import Span

MARKDOWN = """Catches were small.

| Boat | Cod (t) | Crew |
|:-----|--------:|-----:|
| Ida  | 41      | 3    |
| Maja | 12      | 5    |

It rained.
"""
LEAGUE = """Standings
Team           P  W  L  Pts
Old Harbour    9  8  1  24
Mill Lane      9  2  7   6
"""
LIST = """The board agreed to three changes. It will pay for:

- a new crane
- two buoys. They are red.

It ended at nine.
"""


def told(text: str) -> list[str]:
    return [readable(text, line.start, line.end).text for line in told_lines(text)]


def test_a_row_of_a_markdown_table_is_told_with_its_header() -> None:
    assert told(MARKDOWN) == [
        "Boat: Ida. Ida had the highest Cod (t) 41. Ida had the lowest Crew 3.",
        "Boat: Maja. Maja had the lowest Cod (t) 12. Maja had the highest Crew 5.",
    ]


def test_columns_of_a_league_table_are_spelled_out() -> None:
    assert told(LEAGUE)[0].startswith("Team: Old Harbour, first in the table, at the top. Old Harbour had played 9.")
    assert told(LEAGUE)[1].startswith(
        "Team: Mill Lane, second in the table, at the bottom. Mill Lane had played 9. Mill Lane had the lowest won 2."
    )
    assert told(LEAGUE)[1].endswith("Mill Lane had the lowest points 6.")


def test_a_league_whose_headings_are_whole_words_has_its_standings_too() -> None:
    rows = "| Pos | Team | Played | Won | Lost | Points |", "|---|---|---|---|---|---|", "| 1 | Orva | 9 | 8 | 1 | 16 |"
    lines = told("\n".join((*rows, "| 2 | Gorm | 9 | 1 | 8 | 2 |")))
    assert "Orva, first in the table, at the top" in lines[0]
    assert "Gorm, second in the table, at the bottom" in lines[1]


def test_rows_that_are_in_no_order_of_points_or_begin_further_down_have_no_standings() -> None:
    head = "| Pos | Team | Won | Lost | Points |\n|---|---|---|---|---|\n"
    unsorted = told(f"{head}| 1 | Orva | 1 | 8 | 2 |\n| 2 | Gorm | 8 | 1 | 16 |")
    further_down = told(f"{head}| 5 | Orva | 8 | 1 | 16 |\n| 6 | Gorm | 1 | 8 | 2 |")
    raised = told(f"{head}| 1 | Orva | 8 | 1 | ² |\n| 2 | Gorm | 1 | 8 | ¹ |")
    assert not any("in the table" in line for line in (*unsorted, *further_down, *raised))


def test_the_rows_of_a_race_are_told_with_the_place_in_which_they_came() -> None:
    race = "| Place | Crew | Time |\n|---|---|---|\n| 1 | Ida | 6:41 |\n| 2 | Maja | 6:44 |\n| 3 | Nora | 6:52 |\n"
    first, second, third = told(race)
    assert first.startswith("Crew: Ida, the winner, came first. Ida had Place 1. Ida: Time at 6:41.")
    assert second.startswith("Crew: Maja, came second.")
    assert third.startswith("Crew: Nora, came third, came last.")
    line = told_line(race, race.index("| 1 |"))
    assert line is not None
    assert line.winner is not None
    assert race[line.winner.start : line.winner.end] == "Ida"
    ranks = told(race.replace("Place", "Rank"))
    assert ranks[0].startswith("Crew: Ida, first in the table, at the top. Ida had Rank 1.")
    assert ranks[2].startswith("Crew: Nora, third in the table, at the bottom.")
    assert "came" not in told(race.replace("| 1 |", "| 4 |"))[0]


def test_a_column_may_be_headed_by_a_year_and_hold_times_of_day() -> None:
    years = "| Hall | 2030 | 2031 |\n|---|---|---|\n| Salt | 41 | 38 |\n| Sea | 77 | 80 |\n"
    assert told(years)[0] == "Hall: Salt. Salt had the lowest 41 in 2030. Salt had the lowest 38 in 2031."
    ferry = "| | Holm | Orne |\n|---|---|---|\n| Noon | 12:30 | 13:20 |\n| Evening | 18:00 | - |\n"
    assert told(ferry)[0] == "Noon. Noon: Holm at 12:30. Noon: Orne at 13:20."


@pytest.mark.parametrize(
    "text",
    [
        "Boat\tCod\tCrew\nIda\t41\t3\nMaja\t12\t5\nNora\t30\t5",
        "Boat    Cod   Crew\nIda      41      3\nMaja     12      5\nNora     30      5",
        "Boat Cod Crew Oars\nIda 41 3 1\nMaja 12 5 2\nNora 30 5 2",
        "Boat │ Cod │ Crew\n─────┼─────┼─────\nIda  │  41 │ 3\nMaja │ 12 │ 5\nNora │ 30 │ 5",
        "+-----+---+---+\n| Boat | Cod | Crew |\n+-----+---+---+\n|Ida|41|3|\n|Maja|12|5|\n|Nora|30|5|\n",
    ],
)
def test_a_table_is_known_by_tabs_columns_and_rules(text: str) -> None:
    assert len(told(text)) == 3
    assert told(text)[2].startswith("Boat: Nora. Nora had Cod 30. Nora had Crew 5.")


@pytest.mark.parametrize(
    "text",
    [
        "She came.  He left.\nThey met in 2020.  It rained.\nIt was cold.  It was 1 May.",
        "Ida | Maja | Nora\nby the sea | in the hills | at home",
        "Call 112 or 113.\nCall 114 or 115.\nCall 116.",
        "one\ttwo",
        "| alone |",
        "",
    ],
)
def test_prose_is_no_table(text: str) -> None:
    assert told(text) == []
    assert readable(text, 0, len(text)).text == text


@pytest.mark.parametrize(
    ("score", "sentence"),
    [
        ("Old Harbour 3-1 Mill Lane", "Old Harbour won 3-1 against Mill Lane."),
        ("Old Harbour 0–2 Mill Lane", "Mill Lane won 2-0 against Old Harbour."),
        ("Old Harbour 12, Mill Lane 12", "Old Harbour drew 12-12 with Mill Lane."),
        ("Holm FC 1, Mill Lane 2 (after extra time).", "Mill Lane won 2-1 against Holm FC (after extra time)."),
        (
            "Holm FC 1-2 Mill Lane (Lee; Wu 2)",
            "Mill Lane won 2-1 against Holm FC. Lee scored for Holm FC. Wu 2 scored for Mill Lane.",
        ),
        ("Holm FC 2-0 Mill Lane (Lee, Wu)", "Holm FC won 2-0 against Mill Lane. Lee, Wu scored for Holm FC."),
        ("Holm FC 2-1 Mill Lane (Lee, Wu)", "Holm FC won 2-1 against Mill Lane (Lee, Wu)."),
        ("Game 4: Holm 7, Orne 2", "Game 4: Holm won 7-2 against Orne."),
        ("Halftime: Holm 7, Orne 2", "Halftime: Holm: 7; Orne: 2."),
        ("Most goals: Ida Lund (Holm) 7, Maja Dahl (Orne) 2.", "Most goals: Ida Lund (Holm): 7; Maja Dahl (Orne): 2."),
    ],
)
def test_a_score_is_told_as_a_sentence(score: str, sentence: str) -> None:
    assert told(f"Results\n\n{score}\n") == [sentence]


@pytest.mark.parametrize(
    "line", ["May 3-5 Orne", "Lund in the 50-50 Senate", "Route 7-12 closed", "Open: March 3, May 5"]
)
def test_other_numbers_are_no_score(line: str) -> None:
    assert told(line) == []


@pytest.mark.parametrize(
    ("table", "sentence", "winner"),
    [
        ("| Home | Away | Score |\n|---|---|---|\n| Holm | Orne | 19-31 |", "Orne won 31-19 against Holm.", "Orne"),
        ("| Home | Result | Away |\n|---|---|---|\n| Holm | 2:2 | Orne |", "Holm drew 2-2 with Orne.", None),
        ("| Day | Time | Room |\n|---|---|---|\n| Mon | 9-12 | Hall |", "Day: Mon.", None),
    ],
)
def test_a_row_with_a_score_tells_how_the_game_ended(table: str, sentence: str, winner: str | None) -> None:
    row = told_lines(table)[0]
    assert readable(table, row.start, row.end).text.startswith(sentence)
    assert (table[row.winner.start : row.winner.end] if row.winner else None) == winner


@pytest.mark.parametrize(
    ("line", "told", "winner"),
    [
        (
            "Men: 1. Bo Wu 1:01:58; 2. Cy Dahl 1:02:10.",
            "Men: Bo Wu, the winner, came first 1:01:58; Cy Dahl came second 1:02:10.",
            "Bo Wu",
        ),
        (
            "1) A. de Vries, Orne, 30 pts, 2) J.P. Lund (Holm) 28 pts",
            "A. de Vries, the winner, came first, Orne, 30 pts; J.P. Lund came second (Holm) 28 pts.",
            "A. de Vries",
        ),
    ],
)
def test_who_came_in_is_told_by_place(line: str, told: str, winner: str) -> None:
    (ranks,) = told_lines(line)
    assert "".join(piece if isinstance(piece, str) else line[piece.start : piece.end] for piece in ranks.pieces) == told
    assert ranks.winner
    assert line[ranks.winner.start : ranks.winner.end] == winner


@pytest.mark.parametrize("line", ["1. Open the door. 2. Close it.", "1. Bread; 2. Milk", "2. Bo Wu 9; 3. Cy Dahl 8"])
def test_other_numbered_things_are_no_race(line: str) -> None:
    assert not told_lines(line)


def test_an_item_is_told_with_what_introduces_it_unless_that_is_read_anyway() -> None:
    assert told(LIST) == ["It will pay for: - a new crane", "It will pay for: - two buoys. They are red."]
    assert readable(LIST, 0, len(LIST)).text == LIST
    crane = LIST.index("- a new")
    assert readable(LIST, crane, len(LIST)).text == f"It will pay for: {LIST[crane:]}"
    assert readable(LIST, LIST.index("- two"), LIST.index(" They")).text == "It will pay for: - two buoys."


@pytest.mark.parametrize(
    ("text", "begins", "lead"),
    [
        (MARKDOWN, "| Maja", "| Boat | Cod (t) | Crew |"),
        (LIST, "- two", "The board agreed to three changes. It will pay for:"),
        ("Results\nOrne 3-1 Holm", "Orne", None),
    ],
)
def test_a_line_has_a_lead_to_show_beside_it(text: str, begins: str, lead: str | None) -> None:
    line = told_line(text, text.index(begins) + 3)
    assert line is not None
    assert (line.lead and text[line.lead.start : line.lead.end]) == lead


UNMARKED = (
    "Eight boats take part.\n\nThe harbour board named the boats of the race, which {lead}\n\nFreya\n\nSkua\n\n"
    "Puffin of Norby\n\nWhat is the prize?\n\nThe prize is a barrel of herring, as it was last year."
)


@pytest.mark.parametrize("lead", ["include", "are:", "take part, by name:"])
def test_lines_below_what_is_left_open_are_items_without_a_bullet(lead: str) -> None:
    (told,) = told_lists(text := UNMARKED.format(lead=lead))
    assert [text[item.start : item.end] for item in told.items] == ["Freya", "Skua", "Puffin of Norby"]


@pytest.mark.parametrize(
    "text",
    [
        "Ida Lund said:\n\nWe sail at dawn\n\nNobody stays\n\nThe sea is calm",  # a speaker's words
        "For more:\n\nFerry late\n\nBoats burn\n\nQuay shut",  # links
        "The boats are:\n\nFreya\n\nSkua.",  # too few
        "The crew were:\nasleep in the boat when the\nwind turned and the\nmast broke",  # a wrapped sentence
    ],
)
def test_other_lines_are_no_items(text: str) -> None:
    assert told_lists(text) == ()


def test_items_may_be_sentences_below_what_says_that_a_list_follows() -> None:
    dishes = (
        "Here's a list of dishes:\n\nCod, fried or boiled.\n\nHerring.\n\nSoup.\n\nThe feast began at six. It was long."
    )
    (told,) = told_lists(dishes)
    assert [dishes[item.start : item.end] for item in told.items] == ["Cod, fried or boiled.", "Herring.", "Soup."]


def test_lines_without_a_colon_among_lines_with_one_are_headings_of_those_below() -> None:
    text = (
        "All results:\n\nIn time\n\nFreya: 2\n\nSkua: 3\n\nToo late\n\nPuffin: 9\n\nEider: 11\n\nTern: 12\n\nGull: 14\n"
    )
    lists = {text[told.lead.start : told.lead.end]: len(told.items) for told in told_lists(text) if told.lead}
    assert lists == {"In time": 2, "Too late": 4}


def test_a_long_line_below_bare_items_is_the_heading_of_what_follows() -> None:
    text = "The towns include:\n\nHolm\n\nNorby\n\nOrne\n\nStorm moves to the east of the island\n\nIt rained."
    assert len(told_lists(text)[0].items) == 3


def test_prose_beside_a_table_is_no_line_of_it() -> None:
    assert told_line(MARKDOWN, 0) is None
    assert told_line(MARKDOWN, MARKDOWN.index("It rained")) is None


def test_what_is_read_leads_back_to_the_article() -> None:
    whole = readable(MARKDOWN, 0, len(MARKDOWN))
    at = whole.text.index("12")
    span = whole.to_article(Span(at, at + 2))
    assert span == Span(MARKDOWN.index("12"), MARKDOWN.index("12") + 2)
    inserted = whole.text.index("had")
    assert whole.to_article(Span(inserted, inserted + 3)) is None
    row = told_lines(MARKDOWN)[1]
    read = whole.of_article(Span(row.start, row.end))
    assert whole.text[read.start : read.end].startswith("Maja. Maja had the lowest")
    rain = MARKDOWN.index("It rained")
    assert whole.text[whole.of_article(Span(rain, rain + 9)).start :].startswith("It rained")


def test_the_winner_of_a_score_leads_back_to_where_it_stands() -> None:
    score = "Orne 0-2 Holm"
    read = readable(score, 0, len(score))
    assert read.to_article(Span(0, 4)) == Span(9, 13)
    assert read.of_article(Span(0, len(score))) == Span(0, len(read.text) - 1)


def test_a_row_is_one_sentence_and_no_line_of_a_wrapped_text() -> None:
    table = "Item              Length         Boat\n" + "a rope, approx.   3.5 m         No. 4\n" * 3
    sentences = Document(table).sentences
    assert [table[span.start : span.end] for span in sentences] == table.splitlines()


@pytest.mark.parametrize("unit", ["| a | 1 |\n", "a\t1\n", "a    1\n", "A 1-2 B\n"])
def test_a_long_table_is_told_row_by_row_in_little_time(unit: str) -> None:
    text = unit.replace("a", "Name").replace("1", "Goals") + unit * 10_000
    start = time.thread_time()
    lines = told_lines(text)
    for line in lines:
        readable(text, line.start, line.end)
    assert len(lines) >= 10_000
    assert time.thread_time() - start < 5
