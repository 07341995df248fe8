"""Questions on what somebody said are answered from that speaker's own words."""

from __future__ import annotations

from dataclasses import replace
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


WELL = Article(
    "well",
    "Holm argues over a new well",
    "Mayor Ada Frost and Councillor Bo Wu of Holm disagreed over the new well on Monday.\n\n"
    "“Every cow in the valley needs it,” Frost said. She said work would begin in May.\n\n"
    "Wu called the well reckless. “The rock is cracked,” he said.\n\n"
    "Farmers welcomed the plan. “My barn is dry,” said Ida Marr, who keeps cows.\n\n"
    "Anglers were less pleased. “The brook will be gone,” said Otto Brand.",
)
BRIDGE = Article(
    "bridge",
    "Tarn closes its bridge",
    "Tarn's mayor, Lea Holst, said the bridge was shut. “The planks are rotten,” the mayor said.",
)


def test_those_of_a_side_are_each_shown_with_their_words(ask: Ask) -> None:
    answer = ask("Who is against the well?", WELL)
    assert [s.text for s in answer.statements] == [
        "Wu called the well reckless.",
        "“The brook will be gone,” said Otto Brand.",
    ]
    assert answer.note == "Bo Wu [1]; Otto Brand [2]:"


def test_who_is_for_something_else_is_not_for_what_is_asked_about(ask: Ask) -> None:
    assert ask("Who is for the tunnel?", WELL).note == "Nobody is quoted for “the tunnel”."


def test_those_of_a_group_are_known_by_what_opens_their_paragraph(ask: Ask) -> None:
    answer = ask("What do farmers say about the well?", WELL)
    assert "My barn is dry" in answer.text
    assert "The brook" not in answer.text


def test_why_somebody_takes_a_side_is_told_in_their_words_and_in_nobody_elses(ask: Ask) -> None:
    answer = ask("Why is Bo Wu against the well?", WELL)
    assert any(words in answer.text for words in ("reckless", "cracked"))
    assert not any(words in answer.text for words in ("cow", "barn", "brook"))


def test_what_somebody_criticises_about_something_is_asked_of_their_words(ask: Ask) -> None:
    assert "reckless" in ask("What does Wu criticise about the well?", WELL).text


def test_a_paragraph_that_opens_with_a_quotation_does_not_need_what_another_said(
    ask: Ask, article: Callable[..., Article]
) -> None:
    text = (
        "“Every town has a toll,” said Ada Frost.\n\n“It robs the nurses of the toll money,” said Bo Wu, a driver.\n\n"
        "“The road is bad,” said Ida Marr."
    )
    assert "Every town" not in ask("What did Bo Wu say about the toll?", article("toll", text)).text


def test_when_somebody_said_so_is_told_in_the_sentence_or_by_the_day_of_its_article(
    ask: Ask, article: Callable[..., Article]
) -> None:
    pool = article("pool", "Ada Frost said on Friday that the pool was too cold. “The sauna leaks,” Frost said.")
    pool = replace(pool, published="2031-05-04")
    assert ask("When did Frost say that the pool was too cold?", pool).text.startswith("Ada Frost said on Friday")
    assert "2031-05-04" in ask("When did Frost say that the sauna leaks?", pool).text


def test_of_those_who_disagree_each_ones_words_are_shown(ask: Ask) -> None:
    answer = ask("What did Frost and Wu disagree on?", WELL)
    assert answer.note == "Ada Frost [1][2]; Bo Wu [3]:"
    assert "The rock is cracked" in answer.text
