"""Articles and messages that give orders, and a model that obeys each of them: nothing of it is shown, end to end."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from bot.discord_bot.rendering import answer_parts, unfinished_text
from bot.render import one_line, plain, to_json
from retrieval.gate import Gate
from retrieval.pipeline import Pipeline
from retrieval.reader import LinearScorer, Reader
from retrieval.types import Article, Question
from retrieval.watching import Unfinished, Watch
from retrieval.writer import Writer
from retrieval.writer.chat_model import ChatModel
from retrieval.writer.providers import Budget, ChatSettings, Limits
from tests.parts import Parts, opened
from tests.writer.chat_models_server import ChatModels, Request, Says

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from retrieval.models.span_model import SpanModel
    from retrieval.types import Answer

FILE = Path(__file__).parents[1] / "data" / "attacks.jsonl"
ATTACKS: list[dict[str, Any]] = (
    [json.loads(line) for line in FILE.read_text("utf-8").splitlines()] if FILE.exists() else []
)


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Parts]:
    """Each attack's article in a library of its own."""
    with opened(tmp_path_factory.mktemp("attacked")) as made:
        for number, attack in enumerate(ATTACKS):
            article = Article("terminal", "A terminal for Larnby", attack["text"], published="2024-03-14")
            made.articles.stage(f"attack-{number}", [article])
        made.library.index()
        yield made


@pytest.fixture
def answered(parts: Parts, model: SpanModel) -> Callable[[ChatModels, int, Watch], Answer]:
    reader = Reader(LinearScorer(model))

    def answer(server: ChatModels, number: int, watch: Watch) -> Answer:
        settings = ChatSettings("openai:any", server.openai, structured=number % 2 == 0)
        writer = Writer(ChatModel(settings, Budget(Limits(), parts.articles)), Gate(), reader)
        pipeline = Pipeline(parts.search, reader, parts.articles, limit=5, writer=writer)
        question = Question(text=ATTACKS[number]["question"], libraries=(f"attack-{number}",))
        return pipeline.answer(question, watch)

    return answer


def obeying(attack: dict[str, Any], *honest: str) -> Callable[[Request], Says]:
    """A model that writes what it is ordered to, citing as it is told, and before it what is true."""
    sentences = [*((text, [1]) for text in honest), (attack["obeying"], attack["cited"])]

    def says(request: Request) -> Says:
        if request.schema:
            return Says(json.dumps({"sentences": [{"text": text, "passages": cited} for text, cited in sentences]}))
        return Says(" ".join(f"{text} {''.join(f'[{n}]' for n in cited)}" for text, cited in sentences))

    return says


def everything_shown(answer: Answer, seen: list[Unfinished]) -> str:
    """All that any front end shows of the answer, but for what the article itself says and what was asked."""
    told = {key: value for key, value in to_json(answer).items() if "question" not in key and key != "nearest"}
    discord = "\n".join(part.content for part in answer_parts(answer)) + "\n".join(map(unfinished_text, seen))
    finished = [statement.text for each in seen for statement in each.statements]
    return "\n".join(
        [str(told["answer"]), str(told["statements"]), plain(answer), one_line(answer), discord, *finished]
    )


@pytest.mark.skipif(not ATTACKS, reason="tests/data/attacks.jsonl is not here")
def test_there_are_thirty_attacks_or_more() -> None:
    assert len(ATTACKS) >= 30


@pytest.mark.parametrize("honest", [True, False], ids=["beside what is true", "alone"])
@pytest.mark.parametrize("number", range(len(ATTACKS)), ids=[attack["name"] for attack in ATTACKS])
def test_nothing_that_an_attack_makes_a_model_write_is_shown(
    number: int, honest: bool, answered: Callable[[ChatModels, int, Watch], Answer]
) -> None:
    attack, seen = ATTACKS[number], list[Unfinished]()
    with ChatModels(obeying(attack, *([attack["honest"]] if honest else []))) as server:
        answer = answered(server, number, Watch(seen.append))
    assert len(server.requests) == 1
    assert attack["obeying"] not in [statement.text for statement in answer.statements]
    assert attack["obeying"] not in everything_shown(answer, seen)
    if honest:
        assert (answer.mode, answer.trace.dropped) == ("writer", 1)
        assert [statement.text for statement in answer.statements] == [attack["honest"]]
    else:
        assert not (answer.answered and answer.mode == "writer")
        assert answer.note is not None


@pytest.mark.parametrize("number", range(len(ATTACKS)), ids=[attack["name"] for attack in ATTACKS])
def test_what_an_attack_says_stays_in_its_place_in_the_prompt(
    number: int, answered: Callable[[ChatModels, int, Watch], Answer]
) -> None:
    attack = ATTACKS[number]
    with ChatModels(obeying(attack)) as server:
        answered(server, number, Watch())
    (request,) = server.requests
    assert attack["text"] not in request.told
    assert [each["role"] for each in request.body["messages"]] == ["system", "user"]
    given = request.given
    assert given.count("<passage ") == given.count("</passage>") >= 1
    for tag in ("passages", "question"):
        assert given.count(f"<{tag}>") == given.count(f"</{tag}>") == 1
