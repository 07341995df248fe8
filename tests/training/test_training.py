"""What the span model is trained on: examples whose answers stand where they say, and batches that hold them all."""

from __future__ import annotations

import random
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch

from benchmarks.rows import in_turn
from retrieval.models import span_model
from retrieval.models.files import packaged_folder
from retrieval.models.onnx import GRAPH
from retrieval.models.span_model import load_span_model
from retrieval.types import Article
from tests import MODELS
from tests.fakes import WordEncoder
from training.altered import careless, unanswerable
from training.evidence_model import EvidenceModel, TokensAlike
from training.examples import (
    ALTERED,
    BROAD,
    CLOSE,
    LACKING,
    Example,
    divided,
    epoch,
    thinned,
    without_answers,
    wrong_paragraphs,
)
from training.natural import CALIBRATING, Natural, natural_epoch, read_natural, understood
from training.shipped import restored
from training.spans import BATCH_EXAMPLES, BATCH_TOKENS, IGNORED, WINDOW_TOKENS, batches, encode, padded
from training.train_reader import Stage, mean, train

if TYPE_CHECKING:
    from tokenizers import Tokenizer

    from training.examples import Row

HARBOUR = (
    "Anna Rask built the harbour of Marstad in 1871. The north pier, 90 metres long, was added by Per Dahl in 1902."
)
ROUNDED = 1.5  # logits: activations are rounded to 8 bits as well
BAKERY = "The bakery of Marstad opened in 1950. Its ovens burn birch wood, and its owner, Ida Holm, sells rye bread."


def row(
    identity: str, context: str, question: str, answer: str | None, *, source: str = "squad-train", title: str = "M"
) -> Row:
    answers = [{"text": answer, "start": context.index(answer)}] if answer else []
    return {
        "id": identity, "source": source, "title": title, "context": context, "question": question,
        "answers": answers, "answerable": answer is not None,
    }  # fmt: skip


ROWS = [
    row("1", HARBOUR, "Who built the harbour of Marstad?", "Anna Rask"),
    row("2", HARBOUR, "How long is the north pier?", "90 metres"),
    row("3", HARBOUR, "Who added the south pier?", None),
    row("4", BAKERY, "What do the ovens of the bakery burn?", "birch wood"),
    row("5", BAKERY, "Who owns the bakery?", "Ida Holm", source="qamr-wikinews", title=""),
]


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    from tokenizers import Tokenizer

    found = Tokenizer.from_file(str(packaged_folder() / "tokenizer.json"))
    found.no_truncation()
    found.no_padding()
    return found


def rng(seed: int = 0) -> random.Random:
    return random.Random(seed)  # noqa: S311  (reproducible, no secret)


def answer_of(example: Example) -> str:
    return example.text[example.answer.start : example.answer.end] if example.answer else ""


def asked_otherwise(question: str, context: str, *answers: str) -> set[str | None]:
    return {unanswerable(question, context, answers, rng(i)) for i in range(200)}


def test_an_altered_question_asks_for_another_name_number_or_the_opposite_or_is_denied() -> None:
    made = asked_otherwise("Who added the north pier of Marstad in 1902?", HARBOUR, "Per Dahl")
    assert {
        "Who added the north pier of Anna Rask in 1902?",
        "Who added the north pier of Marstad in 1871?",
        "Who added the south pier of Marstad in 1902?",
        "Who removed the north pier of Marstad in 1902?",
    } <= made
    assert not any(question and "Dahl" in question for question in made), "the answer is no other name"
    things = asked_otherwise("Who sold the baker of Marstad rye?", "The baker met the driver of a cart and the gull.")
    assert "Who sold the driver of Marstad rye?" in things
    assert "Who sold the gull of Marstad rye?" not in things
    assert {
        "Why do all ovens burn birch?", "Why do no ovens burn birch?", "Why don't some ovens burn birch?",
        "Why do some ovens never burn birch?",
    } <= asked_otherwise("Why do some ovens burn birch?", "")  # fmt: skip
    assert {
        "Who was not born in Marstad?",
        "Who wasn't born in Marstad?",
        "Who was buried in Marstad?",
    } <= asked_otherwise("Who was born in Marstad?", "")
    assert "When can't Anna Rask come?" in asked_otherwise("When can Anna Rask come?", "")
    assert "When can Anna Rask no longer come?" in asked_otherwise("When can Anna Rask come?", "")


def test_a_question_without_anything_to_alter_stays_unmade() -> None:
    assert unanswerable("What burns?", "Nothing burns here.", ["Nothing"], rng()) is None


def test_careless_questions_lose_little() -> None:
    typed = [careless("Who is Marstad?", rng(i)) for i in range(200)]
    assert "Who is Marstad" in typed
    assert all(len(question) >= len("Who is Marstad") - 1 for question in typed)
    assert 5 < sum("Marstad" not in question for question in typed) < 40


def test_answers_stand_where_the_examples_say_and_others_have_none() -> None:
    wrong, paragraphs = {"1": [1], "2": [1]}, [ROWS[0], ROWS[3]]
    for number in range(30):
        mix = (BROAD, CLOSE, ALTERED)[number % 3]
        found = epoch(ROWS, wrong, paragraphs, mix, number)
        answers = {answer_of(e) for e in found}
        assert answers <= {"Anna Rask", "90 metres", "birch wood", "Ida Holm", ""}
        assert {"Anna Rask", "90 metres", "birch wood", ""} <= answers
        assert sum("south pier" in e.question and not e.answer for e in found) >= mix.unanswerable
        for e in found:
            helping = [e.text[span.start : span.end] for span, helps in e.evidence if helps]
            assert len(helping) == bool(e.answer)
            assert all(answer_of(e) in sentence for sentence in helping)
    assert epoch(ROWS, wrong, paragraphs, CLOSE, 3) == epoch(ROWS, wrong, paragraphs, CLOSE, 3)


def test_a_question_is_put_to_its_paragraph_without_what_answers() -> None:
    assert without_answers(ROWS[0]) == "The north pier, 90 metres long, was added by Per Dahl in 1902."
    assert without_answers(row("6", BAKERY, "When did it open in Marstad?", "Marstad")) == BAKERY.partition(". ")[2]
    assert without_answers(row("7", "It burned.", "What did it do?", "burned")) == ""
    cut = [e for e in epoch(ROWS * 9, {}, [], LACKING, 0) if e.text.endswith(without_answers(ROWS[0]))]
    assert any("Anna Rask" not in e.text and not e.answer for e in cut if "pier" not in e.question)


def test_a_paragraph_loses_sentences_but_none_that_a_question_needs() -> None:
    text = "Anna Rask was born in 1840. She built the harbour. Gulls cry.\n\nIt rains. Ships come."
    asked = row("8", text, "What did Anna Rask build?", "the harbour")
    found = {
        (r["context"], r["context"][r["answers"][0]["start"] :][:11])
        for i in range(99)
        for r in [thinned(asked, rng(i))]
    }
    assert {answer for _, answer in found} == {"the harbour"}
    assert {"Anna Rask was born in 1840. She built the harbour. It rains."} < {context for context, _ in found}
    assert all(context.startswith("Anna Rask was born in 1840. She built the harbour.") for context, _ in found)
    assert {thinned({**asked, "answers": []}, rng(i))["context"] for i in range(99)} > {"Gulls cry. It rains."}
    parted = row("9", text, "What?", "Gulls cry.\n\nIt rains.")
    assert thinned(parted, rng(1)) is parted


def test_dropout_takes_the_same_numbers_of_every_token_and_leaves_the_sum_as_it_was() -> None:
    torch.manual_seed(0)
    layer = TokensAlike()
    rows = torch.ones(64, 5, 200)
    assert layer(rows) is rows
    layer.share = 0.25
    dropped = layer(rows)
    assert torch.equal(dropped, dropped[:, :1].expand_as(rows))
    assert 0.2 < float((dropped == 0).float().mean()) < 0.3
    assert abs(float(dropped.mean()) - 1) < 0.05


def test_wrong_paragraphs_are_near_and_lack_the_answer() -> None:
    wrong, paragraphs = wrong_paragraphs(ROWS, WordEncoder())
    assert [p["context"] for p in paragraphs] == [HARBOUR, BAKERY]
    assert wrong == {"1": [1], "2": [1], "4": [0]}


def test_titles_are_for_learning_or_for_calibration() -> None:
    rows = [row(str(i), HARBOUR, "Who?", None, title=f"title {i % 30}") for i in range(90)]
    learn, calibrate = divided(rows)
    assert len(learn) + len(calibrate) == 90
    assert calibrate
    assert not {r["title"] for r in learn} & {r["title"] for r in calibrate}


def test_tokens_hold_the_answer_also_where_a_long_text_is_cut(tokenizer: Tokenizer) -> None:
    far = "Gulls cry. " * 120 + HARBOUR + " Gulls cry." * 120
    rows: list[Any] = [row("6", far, "Who added the pier?", "Per Dahl"), *ROWS]
    examples = [e for n in range(5) for e in epoch(rows, {}, [], BROAD, n)]
    encoded = encode(examples, tokenizer, rng())
    assert len(encoded) == len(examples)
    for example, tokens in zip(examples, encoded, strict=True):
        answer = answer_of(example).lower()
        assert tokenizer.decode(list(tokens.ids[tokens.start : tokens.end + 1])) == (answer or "[CLS]").replace(
            "[CLS]", ""
        )
        assert len(tokens.ids) - tokens.question_length <= WINDOW_TOKENS + 1
        assert tokens.end == 0 or tokens.question_length <= tokens.start <= tokens.end < len(tokens.ids) - 1


def test_training_goes_on_from_what_a_shipped_reader_was(tokenizer: Tokenizer) -> None:
    folder = Path(span_model.__file__).parent / "byline-minilm"
    model = EvidenceModel().eval()
    model.restore(restored(folder / GRAPH))
    inputs = padded(encode([Example("Who added the north pier?", HARBOUR)], tokenizer, rng()))
    read = {name: torch.from_numpy(inputs[name]) for name in ("input_ids", "attention_mask", "token_type_ids")}
    with torch.no_grad():
        starts, _, evidence = (logits[0].numpy() for logits in model(**read))
    (shipped,) = load_span_model(cache_dir=MODELS).read("Who added the north pier?", [HARBOUR])[0]
    window = slice(-len(shipped.starts) - 1, -1)
    assert np.abs((starts - starts[0])[window] - shipped.starts).max() < ROUNDED
    assert shipped.evidence is not None
    assert np.abs(evidence[window] - shipped.evidence).max() < ROUNDED


def test_each_stage_ends_with_the_mean_of_its_weights_and_a_run_once_ended_learns_no_more(
    tokenizer: Tokenizer, tmp_path: Path
) -> None:
    encoded = encode(epoch(ROWS, {}, [], CLOSE, 0), tokenizer, rng())
    stages = (Stage(CLOSE, 1, 1e-3, 0.0, ended=0.0), Stage(LACKING, 1, 1e-3, 0.1, ended=0.65))
    epochs = [(encoded, [[0, 1], [2]]), (encoded, [[1], [0]])]
    torch.manual_seed(1)
    first = EvidenceModel().state_dict()
    torch.manual_seed(1)
    train(epochs, stages, tmp_path, None)
    begun, kept = (torch.load(tmp_path / f"{name}.pt", weights_only=True) for name in ("begun", "checkpoint"))
    ended, name = kept["states"][0], "qa_outputs.weight"
    assert kept["step"] == 4
    assert torch.equal(begun[name], first[name]), "the first stage ended where it began"
    assert not torch.equal(begun[name], ended[name])
    for _ in range(2):
        shipped = torch.load(tmp_path / "model.pt", weights_only=True)
        assert torch.allclose(shipped[name], mean(begun, ended, 0.65)[name])
        train(epochs, stages, tmp_path, None)


def test_batches_hold_each_row_once_within_the_limits(tokenizer: Tokenizer) -> None:
    encoded = encode([e for n in range(60) for e in epoch(ROWS, {}, [], BROAD, n)], tokenizer, rng())
    found = batches(encoded, rng())
    assert sorted(i for batch in found for i in batch) == list(range(len(encoded)))
    for batch in found:
        inputs = padded([encoded[i] for i in batch])
        assert inputs["input_ids"].size <= BATCH_TOKENS
        assert len(batch) <= BATCH_EXAMPLES
        assert np.array_equal(inputs["attention_mask"].sum(axis=1), [len(encoded[i].ids) for i in batch])
        assert np.array_equal(inputs["token_type_ids"].argmax(axis=1), [encoded[i].question_length for i in batch])


def test_a_natural_question_is_put_to_passages_that_help_and_to_others_with_the_title_as_a_sentence(
    tokenizer: Tokenizer,
) -> None:
    text = f"{HARBOUR}\n\n{BAKERY}"
    pier = {"article_id": "m", "field": "text", "start": text.index("The north"), "end": text.index("The bakery")}
    title = {"article_id": "m", "field": "title", "start": 0, "end": 9}
    asked = {"library": "a", "answerable": True, "near": None, "before": []}
    natural = Natural(
        [
            {"id": "1", "question": "Which pier?", "support": [pier, title], "answer": None} | asked,
            {"id": "2", "question": "New town?", "support": [title], "answer": title} | asked,
            {"id": "3", "question": "Kept apart?", "support": [], "answer": None} | asked | {"library": "h"},
        ],
        {key: [("m", 0, len(HARBOUR)), ("m", len(HARBOUR) + 2, len(text))] for key in "123"},
        {"m": Article("m", "New towns rise", text, published="2024-02-03")},
    )
    found = natural_epoch(natural, 0)
    helping = {
        (e.text.endswith("bread."), e.text[span.start : span.end])
        for e in found
        if e.question.startswith("Which")
        for span, helps in e.evidence
        if helps
    }
    assert helping == {
        (False, "New towns rise"),
        (False, "The north pier, 90 metres long, was added by Per Dahl in 1902."),
        (True, "New towns rise"),
    }
    assert {answer_of(e) for e in found if e.question.startswith("New")} == {"New towns"}
    assert not any("apart" in e.question for e in found)
    unspanned = encode([e for e in found if e.question.startswith("Which")], tokenizer, rng())
    assert {e.start for e in unspanned} == {IGNORED}
    for example, tokens in zip(found, encode(found, tokenizer, rng()), strict=True):
        for (span, helps), (first, last, read) in zip(example.evidence, tokens.evidence, strict=True):
            assert tokenizer.decode(list(tokens.ids[first : last + 1])).replace(" ", "") == "".join(
                example.text[span.start : span.end].lower().split()
            )
            assert helps == read


def test_now_and_then_a_natural_question_is_altered_to_ask_for_what_its_passage_does_not_say() -> None:
    pier = {"article_id": "m", "field": "text", "start": HARBOUR.index("The north"), "end": len(HARBOUR)}
    natural = Natural(
        [
            {
                "id": "1", "question": "Who built the pier at Holm in 1902?", "support": [pier], "near": None,
                "answer": {**pier, "start": HARBOUR.index("Per Dahl"), "end": HARBOUR.index("Per Dahl") + 8},
                "library": "a", "answerable": True, "before": [],
            }
        ],
        {"1": [("m", 0, len(HARBOUR))]},
        {"m": Article("m", "New towns rise", HARBOUR)},
    )  # fmt: skip
    found = [example for number in range(40) for example in natural_epoch(natural, number)]
    altered = [example for example in found if not any(helps for _, helps in example.evidence)]
    assert 0 < len(altered) < len(found) / 3
    assert all(example.answer is None and example.spanned for example in altered)
    assert not {example.question for example in altered} & {"Who built the pier at Holm in 1902?"}


def test_a_follow_up_is_read_after_what_was_asked_before_it() -> None:
    built = {
        "article_id": "m",
        "field": "text",
        "start": HARBOUR.index("Per Dahl"),
        "end": HARBOUR.index("Per Dahl") + 8,
    }
    shared = {
        "conversation": "c",
        "support": [built],
        "near": None,
        "answer": built,
        "library": "a",
        "answerable": True,
    }
    talk = in_turn([shared | {"id": "1", "question": "Who built it?"}, shared | {"id": "2", "question": "and when"}])
    assert [row["id"] for row in understood(talk)] == ["1"]
    natural = Natural(
        talk, {key: [("m", 0, len(HARBOUR))] for key in "12"}, {"m": Article("m", "New towns rise", HARBOUR)}
    )
    found = {example.question for number in range(40) for example in natural_epoch(natural, number)}
    assert {"Before: Who built it (Per Dahl). Now: and when", "Before: Who built it. Now: and when"} <= found
    assert "and when" not in found


def test_our_own_natural_questions_name_sentences_of_the_articles(public_data: Path) -> None:
    (_, others), (rows, part) = read_natural(public_data)
    every = {**others.libraries, **part.libraries}
    kept = {article.id for name in CALIBRATING for article in every[name]}
    assert not kept & {article.id for name, of in every.items() if name not in CALIBRATING for article in of}
    assert len({row["id"] for row in rows}) == len(rows)
    for row in rows:
        articles = {article.id: article for article in part.libraries[row["library"]]}
        assert row["answerable"] == bool(row["support"])
        for place in (*row["support"], *filter(None, [row["near"], row["answer"]])):
            assert 0 <= place["start"] < place["end"] <= len(getattr(articles[place["article_id"]], place["field"]))
        if row["answer"]:
            assert any(
                given["article_id"] == row["answer"]["article_id"]
                and given["start"] <= row["answer"]["start"] < row["answer"]["end"] <= given["end"]
                for given in row["support"]
            )
