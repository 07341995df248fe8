"""A sentence says yes or no to a question only where it says so."""

from __future__ import annotations

import pytest

from retrieval.text.yes_no import decision, says_opposite


@pytest.mark.parametrize(
    ("question", "sentence", "decided"),
    [
        ("Did the harbour crew sign the deal?", "The harbour crew signed the deal on Friday.", "yes"),
        ("Did the harbour crew sign the deal?", "The harbour crew did not sign the deal.", "no"),
        ("Did the harbour crew sign the deal?", "The harbour crew refused to sign the deal.", "no"),
        ("Did the harbour crew not sign the deal?", "The harbour crew did not sign the deal.", "yes"),
        ("Did the harbour crew sign the deal?", "The harbour crew may sign the deal.", None),
        ("Did the harbour crew sign the deal?", "Did the harbour crew sign the deal?", None),
        ("Did the harbour crew sign the deal?", "The mayor signed the deal.", None),
        ("Did Orne beat Holm at chess?", "Orne beat Holm at chess.", "yes"),
        ("Is 4, 5 or 6 so?", "4, 5 and 6.", None),
        ("Is it 1 1 1 1 so?", "1 1 1 1", None),
        ("Is Orne a criminal?", "Orne’s visit comes after the Criminal Court issued a warrant for Holm.", None),
        (
            "Did the crew sign the deal?",
            "The crew went home in the rain after a long day on which two mayors signed a letter and no deal.",
            None,
        ),
        ("Did Orne beat Holm?", "Holm beat Orne 3-1.", None),
        ("Was the bridge banned?", "A bridge ban is discussed.", None),
        ("Will the crew sail again?", "The crew will sail on Monday.", None),
        ("Will the crew sail again?", "The crew will sail again on Monday.", "yes"),
        ("Did the cooks win more than 4 percent?", "The cooks won 5.5 percent.", "yes"),
        ("Did the cooks win more than 4 percent?", "The cooks won 3 percent.", "no"),
        ("Did the cooks win less than 4 percent?", "The cooks won 3 percent.", "yes"),
        ("Did the cooks win more than 4 percent?", "The cooks won 3 percent now and 2 percent later.", None),
        ("Did the cooks win 4 percent?", "The cooks won 3 percent.", None),
        ("Is the pier older than the quay?", "The old pier is by the quay.", None),
        ("Is the ferry line still closed?", "The ferry line was closed.", None),
        ("Is the ferry line still closed?", "The ferry line remains closed.", "yes"),
        ("Is the ferry line still closed?", "The ferry line reopened on Monday.", "no"),
        ("Is Orne still a suspect?", "Orne is no longer a suspect.", "no"),
        ("Is the ferry line still closed?", "The ferry line remains closed until Friday.", "yes"),
        ("Is the ferry line still closed?", "The ferry line was still closed when it rained.", None),
        ("Is the ferry line still closed?", "The ferry line will reopen on Monday.", None),
        ("Is the ferry line still closed?", "The ferry line reopens on Monday.", None),
        ("Is the ferry line still closed?", "Sailors demand that the ferry line be reopened.", None),
        ("Is the ferry line still closed?", "The ferry line was opened in 1932.", None),
        ("Is Orne still mayor of Holm?", "Orne was mayor of Holm and remains popular.", None),
        ("Did the crew accept the deal?", "The crew rejected the deal.", "no"),
        ("Is the strike at the quarry over?", "The strike at the quarry ended on Friday.", "yes"),
        ("Is the strike at the quarry still going on?", "The strike at the quarry ended on Friday.", "no"),
        ("Is the strike at the quarry still under way?", "The strike at the quarry continues.", "yes"),
        ("Is the strike at the quarry over?", "The strike at the quarry will end on Friday.", None),
        ("Is the ferry line open?", "The ferry line will open on 12 July.", None),
        ("Will the ferry line open?", "The ferry line will open on 12 July.", "yes"),
        ("Is Ida Orne still mayor of Holm?", "Ida Orne, the mayor of Holm, resigned on Friday.", "no"),
        ("Is Ida Orne still mayor of Holm?", "Ida Orne resigned as mayor of Holm.", "no"),
        ("Is Ida Orne still mayor of Holm?", "Ida Orne, the mayor of Holm, will have resigned by May.", None),
        ("Is Ida Orne still mayor of Holm?", "Ida Orne, the mayor of Holm, has not resigned.", None),
        ("Who signed the deal?", "The crew signed the deal.", None),
        ("Did it?", "It did.", None),
    ],
)
def test_a_sentence_decides_only_what_it_says(question: str, sentence: str, decided: str | None) -> None:
    assert decision(question, sentence) == decided


def test_an_opposite_turns_the_answer() -> None:
    assert decision("Is the ferry line open?", "The ferry line is closed.") == "no"


def test_what_turns_a_claim_round_says_the_opposite_of_it() -> None:
    assert says_opposite("the dam was not safe", "Lee said the dam was safe.")
    assert says_opposite("the dam was safe", "The dam is not safe.")
    assert not says_opposite("the dam was safe", "Lee said the dam was safe.")
    assert not says_opposite("the dam was safe", "The bridge is not safe.")
