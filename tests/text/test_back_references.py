"""What is asked of the last answer is told from what is asked of the articles."""

from __future__ import annotations

import pytest

from retrieval.text.messages import Recall, asks_anew, picked, recall

RECALLED = [
    (Recall.SOURCES, ["source?", "Got a link for that?", "how do you know", "where did you read that?", "says who?"]),
    (Recall.SOURCES, ["really??", "wow, are you sure?", "that's not true", "which paper was that in", "prove it"]),
    (Recall.AGAIN, ["can you repeat that please", "say that again", "come again?", "what did you say?", "once more"]),
    (Recall.SHORTER, ["shorter please", "say that in one sentence", "tl;dr", "can you keep it brief", "sum that up"]),
    (Recall.ANOTHER, ["no, I meant the other one", "not that one", "that's not what I asked", "and the other?"]),
    (Recall.ANOTHER, ["that doesn't answer my question", "wrong one", "no thats not it", "try again"]),
]
ASKED = [
    "What is the source of the river?",
    "Who is the source?",
    "What is the link between the two fires?",
    "Is there any evidence?",
    "What's the address?",
    "What did he say?",
    "How do they know?",
    "Where is it from?",
    "How long is it?",
    "Is it shorter than the old one?",
    "When does the other ferry leave?",
    "and the others?",
    "Who was wrong?",
    "sure",
    "",
]


@pytest.mark.parametrize(("kind", "said"), [(kind, said) for kind, row in RECALLED for said in row])
def test_what_is_asked_of_the_last_answer_is_recognised(kind: Recall, said: str) -> None:
    from retrieval.text.messages import without_chatter

    assert recall(without_chatter(said)) is kind
    assert not asks_anew(without_chatter(said))


@pytest.mark.parametrize("said", ASKED)
def test_what_the_articles_may_tell_is_no_such_thing(said: str) -> None:
    assert recall(said) is None


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("the second one", 2),
        ("ok, the first one?", 1),
        ("2", 2),
        ("[3]", 3),
        ("the second goal", None),
        ("20 crowns", None),
    ],
)
def test_one_of_several_is_picked_by_its_place(said: str, number: int | None) -> None:
    assert picked(said) == number
