"""What chat models write around an answer."""

from __future__ import annotations

import pytest

from retrieval.text.chat_replies import citation_markers, is_refusal, source_opening

WORDING = "The articles do not say."


@pytest.mark.parametrize(
    "text",
    [
        "None of the passages mention the ferry.",
        "There is no information in the passages.",
        "There was no mention of a ferry.",
        "It is not stated.",
        "It is not specified in the articles.",
        "It is unclear from the passages.",
        "No passage mentions the mayor.",
        "The passages contain no information on the ferry.",
        "The information is not available.",
        "I don’t know.",
        "The articles do not say",
        "I’m sorry, but the articles don’t mention the ferry’s owner.",
        "Unfortunately, the provided passages do not contain the answer.",
        "Based on the given passages, it is not possible to tell.",
        "There’s nothing on the ferry in these articles.",
        "Who owns the ferry is not stated.",
        "The name of its owner is not given in any of the passages [1][3].",
        "The question cannot be answered from the passages.",
        "Not mentioned in the passages.",
        "No information about the owner was given in the articles.",
        "I do not have enough information to answer.",
        "The articles make no mention of it.",
        "N/A",
        "The provided passages are about other ferries and do not answer it.",
        "The articles given do not include details on the owner.",
        "No answer can be found in the passages.",
        "The passages only discuss the storm, not the owner.",
        "The answer to this question is not in the passages [1].",
        "I’m unable to answer from the passages provided.",
        "We are not told who owns the ferry.",
        "No information is given about the owner.",
        "The given reports do not mention the owner.",
    ],
)
def test_a_refusal_is_told_in_many_words(text: str) -> None:
    assert is_refusal(text, WORDING)


@pytest.mark.parametrize(
    "text",
    [
        "The report that the ferry had sunk is not true.",
        "There are no reports of injuries.",
        "There is no evidence of a leak, the owner said.",
        "It was not clear who won the race.",
        "The harbour report does not say that Blair lied.",
        "Blair said that it was not known when the road would open.",
        "The text of the charter does not mention ferries.",
        "There is no information desk at the harbour.",
        "There are no details on the crew yet, the owner said.",
        "There was no mention of the ferry in Blair’s speech.",
        "No source of water was found on the island.",
        "This source of income is not available to skippers.",
        "I do not know where it is, Blair said.",
        "The reason for the delay was not given to the crew.",
        "It is not clear who will pay, Blair said.",
        "The report does not mention the ferry’s captain, Blair said.",
        "The documents do not mention Blair by name.",
        "The documents do not show that he knew of the leak.",
    ],
)
def test_news_of_what_is_not_so_is_no_refusal(text: str) -> None:
    assert not is_refusal(text, WORDING)


def test_numbers_in_round_brackets_at_the_end_are_markers_and_others_are_not() -> None:
    assert [marker.numbers for marker in citation_markers("It sank (1). It rose (2, 3).")] == [[1], [2, 3]]
    assert citation_markers("Blair (41) sailed in (2019).") == []


def test_an_opening_that_names_its_passage_is_told() -> None:
    for text, numbers in (
        ("According to passage 2, ", [2]),
        ("As passages 1 and 2 report, ", [1, 2]),
        ("Passage 3: ", [3]),
        ("Based on the given passages, ", []),
    ):
        opening = source_opening(f"{text}it sank.")
        assert opening is not None
        assert (opening.end, opening.numbers) == (len(text), numbers)
    assert source_opening("According to Blair, it sank.") is None
    assert source_opening("According to the report, it sank.") is None
