"""What the wording of questions and sentences tells."""

from __future__ import annotations

import pytest

from retrieval.text.pronouns import may_tell_whom, needs_antecedent
from retrieval.text.questions import (
    LONGEST,
    SpeechQuestion,
    article_field,
    asks_yes_or_no,
    speech_question,
    subjects,
    without_by,
)


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("Did Mayor Ann Lee sell Bo Wu's boat?", ["Ann Lee", "Bo Wu"]),
        ("Who met Ann Lee?", []),
        ("Has the Kremlin answered Ann Lee?", ["Kremlin"]),
        ("Who is the mayor of Holm?", ["Holm"]),
        ("Who lives south of Holm?", []),
    ],
)
def test_subjects_and_owners_are_read_from_a_question(question: str, names: list[str]) -> None:
    assert subjects(question) == names


@pytest.mark.parametrize(
    ("question", "wants"),
    [("Is it hot?", True), ("Is it hot or cold?", False), ("Who is it?", False), ("island?", False)],
)
def test_a_question_that_yes_or_no_would_answer(question: str, wants: bool) -> None:
    assert asks_yes_or_no(question) == wants


def test_a_message_that_is_too_long_asks_for_no_field() -> None:
    assert article_field("Who wrote this?") == "byline"
    assert article_field("Who wrote this article" + " of old" * LONGEST + "?") is None


def test_a_byline_without_by_is_names() -> None:
    assert without_by("By Ann Lee") == without_by("BY  Ann Lee") == "Ann Lee"


@pytest.mark.parametrize("sentence", ["He agreed.", "“They sang.", "The move was praised.", "This move was praised."])
def test_a_sentence_that_points_back_needs_the_one_before(sentence: str) -> None:
    assert needs_antecedent(sentence, "Who knew?")


@pytest.mark.parametrize("sentence", ["Ann agreed.", "The move by Lee was praised.", "This is Oslo.", "Theft rose."])
def test_a_sentence_that_names_what_it_is_about_stands_alone(sentence: str) -> None:
    assert not needs_antecedent(sentence, "Who knew?")


def test_what_names_nobody_does_not_tell_who_she_is() -> None:
    assert not may_tell_whom("«When the bay does.»", "Her brother sits in the kitchen.")
    assert may_tell_whom("Lux opens the door.", "Her brother sits in the kitchen.")
    assert may_tell_whom("the painter opens the door.", "Her brother sits in the kitchen.")
    assert may_tell_whom("«When the bay does.»", "The move was praised.")


def test_what_the_question_names_needs_nothing_before_it() -> None:
    assert not needs_antecedent("The move was praised.", "Who praised the move?")
    assert not needs_antecedent("The strike ended.", "When did the strikes end?")
    assert needs_antecedent("They praised the move.", "Who praised the move?")
    assert needs_antecedent("The move was praised.", "Who was removed?")


@pytest.mark.parametrize(
    ("text", "who", "topic"),
    [
        ("What did Stone say?", "Stone", ""),
        ("what has Clara Stone said about barley?", "Clara Stone", "barley"),
        ("What does Stone think of the farmers", "Stone", "the farmers"),
        ("What did Stone tell reporters?", "Stone", "reporters"),
        ("What is Stone’s view on barley?", "Stone", "barley"),
        ("What was the reaction of Stone to the plan?", "Stone", "the plan"),
        ("what did the secretary of state say about barley?", "the secretary of state", "barley"),
        ("Did Stone comment on barley?", "Stone", "barley"),
        ("stone reaction barley", "stone", "barley"),
        ("How did Stone react to the plan?", "Stone", "the plan"),
        ("Tell me what Stone said about barley.", "Stone", "barley"),
        ("please, can you tell me what Clara Stone has promised?", "Clara Stone", ""),
        ("Who said that farmers have waited?", "", "farmers have waited"),
        ("Who called the plan a mistake?", "", "the plan a mistake"),
        ("What did Stone make of the barley?", "Stone", "the barley"),
        ("What do the critics of the barley law say?", "the critics", "the barley law"),
        ("When did Stone say that barley is dear?", "Stone", "barley is dear"),
        ("What did Stone criticise about the barley?", "Stone", "the barley"),
        ("How does Stone feel about the barley?", "Stone", "the barley"),
        ("What was Stone's argument against the plan?", "Stone", "the plan"),
        ("Which economist said that farmers have waited?", "", "farmers have waited"),
        ("At the hearing, what did Clara Stone say about barley?", "Clara Stone", "barley"),
    ],
)
def test_speaker_and_topic_are_read_from_the_question(text: str, who: str, topic: str) -> None:
    found = speech_question(text)
    assert isinstance(found, SpeechQuestion)
    assert (found.who, found.topic) == (who, topic)


@pytest.mark.parametrize(
    "text",
    [
        "When did the plan start?",
        "What town said to be the oldest did Stone visit?",
        "What did he say?",
        "Who won?",
        "Was the response good?",
        "What is the plan?",
        "How did Stone plead?",
        "Who attacked the port?",
        "What did Stone add to the mill?",
        "Who wrote the play?",
        "Which states have banned barley?",
        "What did the millers use to counter weevils?",
    ],
)
def test_other_questions_are_no_speech_questions(text: str) -> None:
    assert speech_question(text) is None


def test_a_manner_takes_in_the_verbs_that_mean_the_same() -> None:
    asked = speech_question("What did Stone pledge?")
    assert asked is not None
    assert {"promis", "vow", "pledg"} <= asked.manner
    assert not asked.asks_for_words_only


def test_a_message_that_is_too_long_is_no_question_and_takes_no_time() -> None:
    assert speech_question("did " + "say " * LONGEST + "\n“x") is None


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("What did Stone say at the harvest press conference?", ""),
        ("What did Stone say on Tuesday about barley?", "barley"),
        ("What did Stone say about barley after the match?", "barley"),
        ("What did Stone write on Twitter?", ""),
        ("What did Stone say when it rained?", ""),
        ("What did Stone say last Tuesday?", ""),
        ("And what did Stone say afterwards?", ""),
        ("What did Stone say about the strike?", "the strike"),
    ],
)
def test_an_occasion_is_no_topic(text: str, subject: str) -> None:
    asked = speech_question(text)
    assert asked is not None
    assert asked.subject == subject


def test_several_are_asked_for_together() -> None:
    asked = speech_question("What did Clara Stone and Otto Brand say about each other?")
    assert asked is not None
    assert (asked.speakers, asked.is_mutual) == (("Clara Stone", "Otto Brand"), True)
    camps = speech_question("What do the Stone and Brand campaigns say about barley?")
    assert camps
    assert camps.speakers == ("Stone campaign", "Brand campaign")
    group = speech_question("What do local critics say about barley?")
    assert group is not None
    assert group.group == "critics"


@pytest.mark.parametrize(
    ("text", "wording"),
    [
        ("Who said 'I am not a miller' after the storm?", "I am not a miller"),
        ("Who said “barley's price falls”?", "barley's price falls"),
        ("Who said that barley falls after the storm?", "barley falls"),
    ],
)
def test_who_said_so_is_asked_without_the_occasion(text: str, wording: str) -> None:
    asked = speech_question(text)
    assert asked is not None
    assert asked.asks_who
    assert asked.wording == wording


@pytest.mark.parametrize(
    "lead", ["can anyone tell me", "does anybody know", "I was just wondering", "I'd like to know"]
)
def test_a_question_may_be_led_in_by_another(lead: str) -> None:
    asked = speech_question(f"{lead} what Stone said about barley?")
    assert asked is not None
    assert (asked.who, asked.topic) == ("Stone", "barley")


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("Did Stone say the plan was dead?", "the plan was dead"),
        ("Has Clara Stone claimed that barley is dear?", "barley is dear"),
        ("Did Stone say anything about barley?", ""),
        ("Did Stone say who would pay for barley?", ""),
        ("Did Stone say more about the plan?", ""),
    ],
)
def test_a_clause_that_somebody_may_have_said_is_a_claim(text: str, claim: str) -> None:
    found = speech_question(text)
    assert found is not None
    assert (found.who.endswith("Stone"), found.quoted, found.is_claim) == (True, claim, bool(claim))
