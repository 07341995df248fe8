"""Questions on what somebody said are answered from that speaker's own words."""

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

    Ask = Callable[..., Answer]

FARM = Article(
    "farm",
    "Farm plan",
    "Minister Clara Stone said the dairy subsidy would rise in spring. “Farmers have waited too long,” Stone said.\n\n"
    "“Stone never listens to us,” farmer Otto Brand said. Bakers watched Nina Reyes from the gallery.\n\n"
    "“Barley prices are no concern of mine,” Stone told reporters.",
)


@pytest.fixture
def ask(tmp_path: Path) -> Iterator[Ask]:
    """Ask a library that has one article."""
    stored = Articles(open_engine(tmp_path))
    reader = shipped_reader(Quotations(stored.engine))

    def asking(text: str, article: Article = FARM) -> Answer:
        publish(stored, article)
        hits = [Hit("public", article, 0, len(article.text), 0.03)]
        return reader.answer(Question(text=text, libraries=("public",)), hits)

    yield asking
    stored.close()


def test_a_speaker_may_be_asked_for_by_a_role(ask: Ask) -> None:
    assert ask("What did the minister say?").statements == ask("What did Stone say?").statements


def test_all_that_a_speaker_said_comes_in_order_and_nothing_said_of_her(ask: Ask) -> None:
    answer = ask("What did Stone say?")
    assert [s.text.split()[0] for s in answer.statements] == ["Minister", "“Farmers", "“Barley"]
    assert answer.total == 3


def test_a_pronoun_is_no_topic(ask: Ask) -> None:
    assert ask("What did Stone say about it?").statements == ask("What did Stone say?").statements


def test_a_topic_chooses_among_the_quotations(ask: Ask) -> None:
    answer = ask("What did Stone say about barley prices?")
    assert "Barley" in answer.statements[0].text
    assert "never listens" not in answer.text


def test_a_topic_never_spoken_of_is_refused(ask: Ask) -> None:
    answer = ask("What did Stone say about the airport?")
    assert (answer.answered, answer.note) == (False, "Clara Stone is quoted, but not on “the airport”.")


def test_somebody_named_but_not_quoted_is_refused(ask: Ask) -> None:
    answer = ask("What did Nina Reyes say?")
    assert not answer.answered
    assert answer.note == "Nina Reyes is mentioned, not quoted."


def test_who_said_it_is_the_speaker(ask: Ask) -> None:
    answer = ask("Who said that Stone never listens?")
    assert answer.short == "Otto Brand"


def test_a_long_list_is_complete(ask: Ask, article: Callable[..., Article]) -> None:
    text = "\n\n".join(f"“This is promise number {i} to you,” Stone said." for i in range(8))
    answer = ask("What did Stone say?", article("promises", text))
    assert len(answer.statements) == answer.total == 8
