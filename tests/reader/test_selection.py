"""What is shown beside the best sentence: the rest of a list, and nothing that only stands near."""

from __future__ import annotations

from dataclasses import replace

import pytest

from retrieval.reader.candidates import Candidate
from retrieval.reader.scoring import UNLIKELY, ScoredCandidate, Scores
from retrieval.reader.selection import HELPFUL, LISTED, OF_VALUE, antecedent, select
from retrieval.types import Article, Field, Hit, Span

CLOSED = (
    "Mill Lane is closed from seven.\n\nBridge Street also closes, but later. Quay Road follows at noon.\n\n"
    "The runners start at the Corn Exchange."
)
PRIZES = (
    "The first prize went to Ida Lund. The second went to Per Dahl. Karin Falk looked on. Ola Moe won the boat race."
)


def scored(
    words: str, span: str | None = None, text: str = CLOSED, *, beside: float = 0.9, answer: int = 0, title: str = "Run"
) -> ScoredCandidate:
    """A sentence of an article, or its title, with the words in it that answer."""
    hit = Hit("public", Article("a", title, text), 0, len(text), 1.0)
    field: Field = "title" if words == title else "text"
    of = title if field == "title" else text
    at = of.index(words)
    found = Span(of.index(span, at), of.index(span, at) + len(span)) if span else None
    candidate = Candidate(hit, 1, at, at + len(words), field=field)
    return ScoredCandidate(candidate, 1.0, 0.9, beside, "", found, 1.0, answer)


MILL, BRIDGE, QUAY = (
    scored("Mill Lane is closed from seven.", "Mill Lane"),
    scored("Bridge Street also closes, but later.", "Bridge Street", beside=LISTED, answer=1),
    scored("Quay Road follows at noon.", "Quay Road", beside=LISTED, answer=2),
)
RUNNERS = scored("The runners start at the Corn Exchange.", "the Corn Exchange", beside=LISTED, answer=3)


def shown(ranked: list[ScoredCandidate], question: str) -> list[str]:
    return [excerpt.text for excerpt in select(ranked, question).excerpts]


@pytest.mark.parametrize("best", [0, 1, 2])
def test_a_list_that_runs_on_is_shown_whole_and_in_its_order_whichever_sentence_is_best(best: int) -> None:
    ranked = [MILL, BRIDGE, QUAY]
    ranked.insert(0, ranked.pop(best))
    assert shown([*ranked, RUNNERS], "Which streets are closed?") == [
        "Mill Lane is closed from seven.",
        "Bridge Street also closes, but later. Quay Road follows at noon.",
    ]


def test_where_one_thing_is_asked_for_no_list_is_shown() -> None:
    assert shown([BRIDGE, MILL, QUAY, RUNNERS], "Which street will close later?")[0] == BRIDGE.candidate.text
    assert shown([BRIDGE, replace(MILL, beside=LISTED)], "When does Bridge Street close?") == [BRIDGE.candidate.text]


def test_what_hardly_helps_goes_on_with_no_list() -> None:
    hardly = replace(BRIDGE, beside=LISTED - 0.01)
    assert shown([MILL, hardly], "Which streets are closed?") == [MILL.candidate.text]


def test_of_several_sentences_with_an_item_each_none_is_the_short_answer() -> None:
    assert select([MILL, BRIDGE], "Which streets are closed?").short is None
    assert select([MILL], "Which streets are closed?").short == "Mill Lane"


def test_as_many_sentences_are_shown_as_things_are_asked_for() -> None:
    first = scored("The first prize went to Ida Lund.", "Ida Lund", PRIZES)
    other = scored("Ola Moe won the boat race.", "Ola Moe", PRIZES, beside=HELPFUL - 0.1, answer=1)
    assert len(shown([first, other], "Name the two winners.")) == 2
    assert len(shown([first, other], "Name the winners.")) == 1
    both = scored(
        "Ida Lund and Per Dahl won.", "Ida Lund and Per Dahl", "Ida Lund and Per Dahl won. Ola Moe came last."
    )
    third = scored("Ola Moe came last.", "Ola Moe", "Ida Lund and Per Dahl won. Ola Moe came last.", beside=0.2)
    assert shown([both, third], "Name the two winners.") == ["Ida Lund and Per Dahl won."]


def test_a_title_is_not_shown_with_a_sentence_of_its_article_and_goes_behind_one_as_sure() -> None:
    title = scored("Streets close for the run", "Streets", title="Streets close for the run")
    sentence = scored("Mill Lane is closed from seven.", "Mill Lane", title="Streets close for the run")
    for ranked in ([title, sentence], [sentence, title]):
        assert shown(ranked, "Which street is closed?") == [sentence.candidate.text]
    assert shown([title], "Which street is closed?") == ["Streets close for the run"]


def test_a_sentence_beside_the_best_has_to_hold_an_answer_where_a_few_words_are_one() -> None:
    best = scored("Ola Moe won the boat race.", "Ola Moe", PRIZES)
    unlikely = replace(scored("Karin Falk looked on.", "Karin Falk", PRIZES), span_score=UNLIKELY - 1)
    of_no_kind = scored("Karin Falk looked on.", "looked on", PRIZES)
    for idle in (unlikely, of_no_kind):
        assert shown([best, idle], "Who won the boat race?") == [best.candidate.text]
    assert len(shown([best, replace(unlikely, span_score=UNLIKELY)], "Who won the boat race?")) == 1  # one paragraph
    assert len(shown([best, of_no_kind], "Why did Ola Moe win?")[0]) > len(best.candidate.text)


def test_where_one_value_is_asked_for_no_other_row_is_shown() -> None:
    table = "| Boat | Cod |\n|---|---|\n| Ida | 41 |\n| Maja | 12 |\n"
    ida, maja = scored("| Ida | 41 |", "41", table), scored("| Maja | 12 |", "12", table, answer=1)
    assert shown([ida, maja], "How much cod did Ida land?") == ["| Boat | Cod |", "| Ida | 41 |"]
    assert shown([ida, maja], "Which boats landed cod?")[-1] == "| Maja | 12 |"


def test_beside_one_value_another_sentence_has_to_be_likelier_to_help() -> None:
    text = "The run is on 4 May. It was put off from 1 May because of rain."
    best = scored("The run is on 4 May.", "4 May", text)
    other = scored("It was put off from 1 May because of rain.", "1 May", text, answer=1, beside=OF_VALUE)
    assert len(shown([best, other], "When is the run?")[0]) == len(text)
    assert shown([best, replace(other, beside=OF_VALUE - 0.01)], "When is the run?") == [best.candidate.text]


FAIR = "Fair\n\n**Friday, 4 July**\n- 18:00 Opening\n\n**Saturday, 5 July**\n- 15:00 Boat race\n- 21:00 Fireworks\n"


def test_when_is_answered_by_an_item_below_its_day_and_not_by_the_day_above_others() -> None:
    day = scored("**Friday, 4 July**", "Friday, 4 July", FAIR)
    race = scored("- 15:00 Boat race", "15:00", FAIR, answer=1)
    assert shown([day, race], "When is the boat race?") == ["**Saturday, 5 July**", "- 15:00 Boat race"]


def test_numbered_lines_are_a_list_without_an_introduction() -> None:
    minutes = (
        "Present: Ann Lee.\n\n1. The roof is to be repaired.\n2. A skate park was turned down.\n3. The band gets 600."
    )
    item = scored("2. A skate park was turned down.", "A skate park", minutes, title="Minutes of the council")
    lines = minutes.splitlines()[2:]
    assert shown([item], "What did the council decide?") == lines
    assert shown([item], "What happened to the skate park?") == lines[1:2]
    assert shown([item], "Which parks were turned down?") == lines[1:2]


def test_a_title_that_says_all_that_is_asked_introduces_the_one_list_of_its_article() -> None:
    chart = "What Wick read:\n\n1. The Salt Orchard\n2. Night Bus\n3. Seven Keys\n"
    title = scored("Most borrowed books of October", "October", chart, title="Most borrowed books of October")
    assert (
        shown([title], "Which books were borrowed most in October?") == chart.split("\n\n")[:1] + chart.splitlines()[2:]
    )
    assert shown([title], "Which books were stolen?") == ["Most borrowed books of October"]


def test_the_items_of_a_list_have_all_their_votes_together() -> None:
    one, two = replace(MILL, votes=0.4), replace(BRIDGE, votes=0.4)
    scores = Scores((one, two), 0.3, vote_weight=3.0)
    assert scores.confidence_in([one]) == pytest.approx(0.3)
    assert scores.confidence_in([one, two]) == pytest.approx(0.587, abs=0.001)
    assert scores.confidence_in([]) == 0.3


ENTRANTS = "Eight crews enter. The board named those that include\n\nFreya\n\nSkua\n\nPuffin\n\nEider\n\nIt rains."


def entrants(best: float) -> list[ScoredCandidate]:
    """The boats of a race, each as likely as the next, behind another sentence with the probability `best`."""
    boats = [scored(boat, boat, ENTRANTS, answer=n) for n, boat in enumerate(("Freya", "Skua", "Puffin", "Eider"), 2)]
    return [
        replace(scored("Eight crews enter.", "Eight crews", ENTRANTS), probability=best),
        *(replace(boat, probability=0.1) for boat in boats),
    ]


def test_items_that_are_likely_together_are_shown_as_the_list_that_they_are() -> None:
    named = ["The board named those that include", "Freya\n\nSkua\n\nPuffin\n\nEider"]
    assert shown(entrants(0.5), "Which boats take part?") == named
    assert shown(entrants(0.5), "Who is taking part?") == named


@pytest.mark.parametrize(
    ("question", "best"),
    [("Which boats take part?", 0.9), ("Does Freya take part?", 0.5), ("Who won?", 0.5), ("Who is Skua?", 0.5)],
)
def test_no_list_is_shown_that_is_less_likely_or_of_which_one_is_asked_for(question: str, best: float) -> None:
    assert shown(entrants(best), question)[0] == "Eight crews enter."


HEADED = "Boats of the world\n\nThe Freya sailed to Norby on Monday with a crew of four and came back on Friday."


def test_a_headline_within_a_text_stands_beside_no_sentence_of_it() -> None:
    headline = scored("Boats of the world", None, HEADED)
    sentence = scored(HEADED.split("\n\n")[1], "Norby", HEADED)
    assert shown([sentence, headline], "How did the Freya sail?") == [sentence.candidate.text]
    assert shown([replace(headline, beside=1.0), sentence], "How did the Freya sail?") == [sentence.candidate.text]


def test_a_heading_that_asks_no_more_than_the_question_is_not_shown_before_what_answers_it() -> None:
    asked = "What is Harbour Day?\n\nThis feast marks the first catch of the year in the town."
    candidate = scored("This feast marks the first catch of the year in the town.", None, asked).candidate
    assert antecedent(replace(candidate, before="What is Harbour Day?"), "What is Harbour Day?") is None
    assert antecedent(replace(candidate, before="What is Harbour Day?"), "When is the feast?") is not None
