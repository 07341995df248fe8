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


MILL = Article(
    "mill",
    "Mill report",
    "Inspector Ada Frost said the mill was safe. Engineer Otto Brand said it was not.\n\n"
    "Millers fear for their jobs. Clara Wu thanked Frost “for her patience” but would not say who paid for it.\n\n"
    "The Holm Harbour Board called the report a disgrace. Nina Reyes has not commented.\n\n"
    "Brand denied that the mill would be sold to the bank. “We sell flour,” Brand said. "
    "“The wheel turns,” Lea Brand said.",
)


def test_who_said_so_is_nobody_who_said_the_opposite(ask: Ask) -> None:
    assert "Otto Brand" in (ask("Who said the mill was not safe?", MILL).short or "")
    assert "Ada Frost" in (ask("Who said the mill was safe?", MILL).short or "")


@pytest.mark.parametrize(
    ("asked", "note"),
    [
        ("Did Otto Brand say the mill was safe?", "No quotation of Otto Brand has these words; Ada Frost said them"),
        ("Did Otto Brand say the mill would be sold to the bank?", "No: by the article, Otto Brand denied it."),
        ("Did Ada Frost claim the wheel was too dear?", "No article here quotes Ada Frost as saying"),
    ],
)
def test_whether_somebody_said_so_may_be_asked_without_that(ask: Ask, asked: str, note: str) -> None:
    assert (ask(asked, MILL).note or "").startswith(note)


def test_what_is_said_in_one_sentence_with_what_is_left_unsaid_is_shown(ask: Ask) -> None:
    answer = ask("What did Clara Wu say about Frost?", MILL)
    assert answer.statements[0].text.startswith("Clara Wu thanked Frost")


def test_what_others_say_is_not_said_by_a_group_that_is_only_told_of(ask: Ask) -> None:
    answer = ask("What do millers say about the mill?", MILL)
    assert "safe" not in answer.text


def test_who_is_told_to_have_said_nothing_is_shown_so(ask: Ask) -> None:
    assert [s.text for s in ask("What did Nina Reyes say?", MILL).statements] == ["Nina Reyes has not commented."]


def test_who_did_not_respond_on_the_topic_is_shown_so(ask: Ask, article: Callable[..., Article]) -> None:
    text = "“The pool will close,” said mayor Ida Marr. Marr did not respond to a question about the museum."
    answer = ask("What did Marr say about the museum?", article("pool", text))
    assert "did not respond" in answer.text


def test_an_abbreviation_means_the_body_that_is_written_out(ask: Ask) -> None:
    answer = ask("What did the HHB say?", MILL)
    assert [s.text for s in answer.statements] == ["The Holm Harbour Board called the report a disgrace."]


def test_who_disagreed_with_somebody_is_somebody_else(ask: Ask) -> None:
    answer = ask("Who disagreed with Ada Frost?", MILL)
    assert answer.short != "Ada Frost"
    assert "Inspector" not in answer.text


def test_of_two_of_a_surname_who_spoke_on_the_topic_is_meant(ask: Ask) -> None:
    answer = ask("What did Brand say about the wheel?", MILL)
    assert answer.note == "Lea Brand is meant; Otto Brand is also quoted by this name."
    assert "The wheel turns" in answer.text
