"""Who is for something, and what several people say: each one's own words, and never those of the other side."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from retrieval.store.articles import Articles, open_engine
from retrieval.store.quotes import Quotations
from retrieval.types import Answer, Article, Hit, Question
from tests.parts import publish
from tests.reader.shipped import shipped_reader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

QUAY = Article(
    "quay",
    "Strand argues about its new quay",
    "The council of Strand met on Monday about the new quay.\n\n"
    "“The quay is a waste of money,” said the baker Olle Hamm.\n\n"
    "Mayor Pia Lund said the quay was badly needed. “Hamm has never seen the harbour at night,” Lund said.\n\n"
    "“Lund listens to nobody,” Hamm said.\n\n"
    "Fishermen watched from the gallery. The meeting ended at nine.",
    published="2031-05-02",
)
WARRANT = Article(
    "warrant",
    "Court acts against general",
    "The court in The Hague issued a warrant for the general on Friday.\n\n"
    "The Kremlin called the warrant a farce and said it would ignore the court.\n\n"
    "Crowds gathered in Moscow on Sunday.",
    published="2031-06-01",
)


@pytest.fixture
def ask(tmp_path: Path) -> Iterator[Callable[[str, Article], Answer]]:
    stored = Articles(open_engine(tmp_path))
    reader = shipped_reader(Quotations(stored.engine))

    def asking(text: str, article: Article) -> Answer:
        publish(stored, article)
        hits = [Hit("public", article, 0, len(article.text), 1.5, dense=0.5, dense_rank=1, lexical=5.0, lexical_rank=1)]
        return reader.answer(Question(text=text, libraries=("public",)), hits)

    yield asking
    stored.close()


def test_who_is_for_something_is_never_answered_with_the_other_side(ask: Callable[[str, Article], Answer]) -> None:
    answer = ask("Who is for the quay?", QUAY)
    assert "badly needed" in answer.text
    assert "waste" not in answer.text


def test_who_is_against_something(ask: Callable[[str, Article], Answer]) -> None:
    answer = ask("Who opposes the quay?", QUAY)
    assert "waste of money" in answer.text
    assert "needed" not in answer.text


def test_where_nobody_is_quoted_on_a_side_it_is_refused(ask: Callable[[str, Article], Answer]) -> None:
    answer = ask("Who is for the warrant?", WARRANT)
    assert (answer.answered, answer.note) == (False, "Nobody is quoted for “the warrant”.")


def test_each_of_several_is_told_with_their_own_words(ask: Callable[[str, Article], Answer]) -> None:
    answer = ask("What did Hamm and Lund say about each other?", QUAY)
    assert answer.note is not None
    assert answer.note.startswith("Olle Hamm [1]")
    assert "Pia Lund [" in answer.note
    assert answer.statements[0].text == "“Lund listens to nobody,” Hamm said."


def test_several_on_one_topic(ask: Callable[[str, Article], Answer]) -> None:
    answer = ask("What did Olle Hamm and Pia Lund say about the quay?", QUAY)
    assert answer.note == "Olle Hamm [1]; Pia Lund [2]:"


def test_critics_are_those_who_are_quoted_against_it(ask: Callable[[str, Article], Answer]) -> None:
    answer = ask("What do critics say about the quay?", QUAY)
    assert "waste of money" in answer.text
    assert "needed" not in answer.text


def test_a_capital_stands_for_its_government(ask: Callable[[str, Article], Answer]) -> None:
    assert "a farce" in ask("How did Moscow react to the warrant?", WARRANT).text


DEPOT = Article(
    "depot",
    "Tarn splits over the bus depot in Mill Lane",
    "The transport secretary Ivo Brandt approved the bus depot in Mill Lane on Tuesday.\n\n"
    "“A depot in Mill Lane makes no sense,” said the surveyor Ada Norrie.\n\n"
    "Olga Pryce condemned interference in the plan for the depot and said it was a model for other towns.\n\n"
    "Tenants of Mill Lane have campaigned against the depot since spring.",
    published="2031-07-02",
)


def test_who_acts_for_something_is_for_it_without_a_word_of_theirs(ask: Callable[[str, Article], Answer]) -> None:
    answer = ask("Who is for the bus depot in Mill Lane?", DEPOT)
    assert "Ivo Brandt approved" in answer.statements[0].text
    assert "no sense" not in answer.text
    assert "campaigned against" not in answer.text


def test_who_condemns_what_stands_in_the_way_is_not_against_the_thing(ask: Callable[[str, Article], Answer]) -> None:
    answer = ask("Who is against the bus depot in Mill Lane?", DEPOT)
    assert "no sense" in answer.text
    assert "campaigned against" in answer.text
    assert "Pryce" not in answer.text
    assert "approved" not in answer.text


STORM = Article(
    "storm",
    "Storm cuts off Lund Bay",
    "A storm cut off Lund Bay on Sunday night.\n\n"
    "“The road is gone,” said Mats Orre, deputy commissioner for roads at the county.\n\n"
    "Governor Ida Falk said Lund Bay would get help within a day.\n\n"
    "“We ate what was in the boat,” said the swimmer Eva Roos.\n\n"
    "The baker Olle Hamm said bread had run out.",
    published="2031-08-02",
)


def test_of_a_group_several_are_shown_by_what_they_are(ask: Callable[[str, Article], Answer]) -> None:
    answer = ask("What did officials say about the storm in Lund Bay?", STORM)
    assert {"road is gone" in answer.text, "help within a day" in answer.text} == {True}
    assert "bread" not in answer.text


def test_groups_may_be_asked_for_together(ask: Callable[[str, Article], Answer]) -> None:
    answer = ask("What did officials and athletes say about the storm?", STORM)
    assert "in the boat" in answer.text
    assert "road is gone" in answer.text or "help within a day" in answer.text


FILM = Article(
    "film",
    "Sequel put off",
    'The star Dan "The Hammer" Abbot wrote to his fans on Tuesday that the sequel is put off.\n\n'
    "“Vera and I have known each other for years,” Abbot wrote.\n\n"
    "“I hope to work with Abbot soon,” said the director Vera Malm.",
    published="2031-09-02",
)


def test_a_nickname_between_the_names_is_of_the_name(ask: Callable[[str, Article], Answer]) -> None:
    answer = ask("What did Dan Abbot and Malm say about working together?", FILM)
    assert answer.note is not None
    assert "Abbot [1]; Vera Malm [2]:" in answer.note
    assert "known each other" in answer.statements[0].text


ARSON = Article(
    "arson",
    "Police rule out arson at the depot",
    "The fire at the depot was no crime, police in Norby told reporters.\n\n"
    "Police chief Ulla Bremer said on Monday that a cable had burnt.\n\n"
    "“There was no arson,” Bremer said.\n\n"
    "“The depot will open again,” said the head of the buses, Finn Osk.",
    published="2026-06-24",
)


@pytest.mark.parametrize("asked", ["When did Bremer say there was no arson?", "When did Bremer say that arson is out?"])
def test_when_something_was_said_may_stand_beside_it(ask: Callable[[str, Article], Answer], asked: str) -> None:
    assert "on Monday" in ask(asked, ARSON).text


def test_when_something_was_said_is_the_articles_day_where_nothing_tells_it(
    ask: Callable[[str, Article], Answer],
) -> None:
    answer = ask("When did Osk say the depot will open again?", ARSON)
    assert [cited.field for cited in answer.citations] == ["text", "published"]
