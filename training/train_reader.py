"""Trains the span reader: `python -m training.train_reader DATA_DIR --run RUN_DIR`.

Starts from the weights of the default encoder, all-MiniLM-L6-v2, and learns to find the span that answers, or that none
does (the first token). What it made lies in RUN_DIR: a checkpoint every few minutes, from which the same command goes
on, and the model's weights at last. On a GPU it takes minutes, on two cores some four hours.
`--refine GRAPH` goes on from a shipped reader instead, with the last stage alone.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from tokenizers import Tokenizer

from benchmarks.rows import read_rows
from retrieval.models.encoder import load_encoder
from retrieval.models.files import packaged_folder
from training.evidence_model import EvidenceModel, TokensAlike, loss_of
from training.examples import (
    ALTERED,
    BROAD,
    CLOSE,
    LACKING,
    REMEMBERED,
    SEED,
    Mix,
    divided,
    epoch,
    wrong_paragraphs,
)
from training.natural import natural_epoch, searched
from training.shipped import restored
from training.spans import batches, encode, padded

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from training.examples import Row
    from training.spans import Encoded

    State = dict[str, Any]
    Epoch = tuple[list[Encoded], list[list[int]]]  # examples, and which of them each step takes


@dataclass(frozen=True, slots=True)
class Stage:
    """Epochs of one mix, or a share of each, over which the learning rate falls from `rate` to 0.

    It ends with the mean of the weights with which it began and ended, in which the latter count for `ended`.
    """

    mix: Mix
    epochs: int
    rate: float
    dropout: float
    share: float = 1.0
    ended: float = 1.0


# Without dropout it learns more in few epochs; what comes again and again is learned by heart without.
STAGES = (
    Stage(BROAD, epochs=2, rate=1e-4, dropout=0.0),
    Stage(CLOSE, epochs=1, rate=7e-5, dropout=0.1, share=0.8),
    Stage(LACKING, epochs=2, rate=7e-5, dropout=0.1, share=0.85, ended=0.65),
    Stage(ALTERED, epochs=2, rate=7e-5, dropout=0.1, share=0.75, ended=0.8),
    Stage(REMEMBERED, epochs=1, rate=7e-5, dropout=0.1, share=0.8),
)
HEAD_RATE = 10.0  # times that of the encoder: the logits of evidence are new
WARMUP = 0.06  # of a stage's steps
DECAY = 0.01
CLIP = 1.0
CHECKPOINT_S = 180.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--run", type=Path, required=True, help="where the checkpoint and the model lie")
    parser.add_argument("--refine", type=Path, metavar="GRAPH", help="a shipped reader to go on from")
    options = parser.parse_args()
    options.run.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(SEED)
    stages = STAGES[-1:] if options.refine else STAGES
    wrong, paragraphs, learn = prepared(options.data, options.run, stages)
    natural = searched(options.data, options.run)
    tokenizer = Tokenizer.from_file(str(packaged_folder() / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    epochs: list[Epoch] = []
    begun = sum(stage.epochs for stage in STAGES[: -len(stages)])
    for number, stage in enumerate((each for each in stages for _ in range(each.epochs)), start=begun):
        rng = random.Random(SEED * 100 + number)  # noqa: S311  (reproducible, no secret)
        examples = epoch(learn, wrong, paragraphs, stage.mix, number)
        if stage.mix.natural:
            examples += natural_epoch(natural, number)
        encoded = encode(examples, tokenizer, rng)
        order = batches(encoded, rng)
        epochs.append((encoded, order[: round(stage.share * len(order))]))
        tokens = sum(len(row.ids) for row in encoded)
        print(f"epoch {number}: {len(encoded)} examples, {tokens} tokens, {len(epochs[-1][1])} steps", flush=True)
    train(epochs, stages, options.run, options.refine)


def prepared(data: Path, run: Path, stages: Sequence[Stage]) -> tuple[dict[str, list[int]], list[Row], list[Row]]:
    """The wrong paragraphs, if any are asked for, kept in the run's folder once found, and the rows to learn from."""
    learn, _ = divided(read_rows(data / "reader" / "train.jsonl.gz"))
    if not any(stage.mix.searched for stage in stages):
        return {}, [], learn
    kept = run / "wrong.json"
    if kept.exists():
        known = json.loads(kept.read_text(encoding="utf-8"))
        return known["wrong"], known["paragraphs"], learn
    with tempfile.TemporaryDirectory() as cache:
        wrong, paragraphs = wrong_paragraphs(learn, load_encoder("all-MiniLM-L6-v2", cache_dir=Path(cache)))
    kept.write_text(json.dumps({"wrong": wrong, "paragraphs": paragraphs}), encoding="utf-8")
    return wrong, paragraphs, learn


def train(epochs: list[Epoch], stages: Sequence[Stage], run: Path, refine: Path | None) -> None:
    device = "cuda" if torch.cuda.is_available() else "cpu"
    model = EvidenceModel().to(device)
    if refine:
        model.restore(restored(refine))
    encoder = [p for p in model.bert.parameters() if p.requires_grad]
    learned = [*encoder, *model.qa_outputs.parameters()]
    plan = planned(epochs, stages)
    steps = len(plan)
    rates = [{"params": encoder, "lr": 1.0}, {"params": model.qa_outputs.parameters(), "lr": HEAD_RATE}]
    optimizer = torch.optim.AdamW(rates, weight_decay=DECAY, fused=True)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: plan[min(step, steps - 1)][0])
    done = resume(run, model, optimizer, schedule)
    started, loss_sum, saved = time.monotonic(), 0.0, time.monotonic()
    for step, batch in enumerate(in_order(epochs)):
        if step < done:
            continue
        stage, before = plan[step][1], plan[step - 1][1] if step else None
        if before and stage is not before:
            settle(model, run, before)
        if stage is not before:
            keep(run / "begun.pt", model.state_dict())
        drop(model, stage.dropout)
        inputs = {name: torch.from_numpy(values).to(device) for name, values in padded(batch).items()}
        with torch.autocast(device, torch.bfloat16):
            loss = loss_of(model, inputs)
        loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it so
        torch.nn.utils.clip_grad_norm_(learned, CLIP)
        optimizer.step()
        schedule.step()
        optimizer.zero_grad()
        loss_sum += float(loss.detach())
        if (step + 1) % 100 == 0:
            left = (time.monotonic() - started) / (step + 1 - done) * (steps - step - 1)
            print(f"step {step + 1} of {steps}, loss {loss_sum / 100:.3f}, {left / 60:.0f} min left", flush=True)
            loss_sum = 0.0
        if time.monotonic() - saved > CHECKPOINT_S:
            save(run, step + 1, model, optimizer, schedule)
            saved = time.monotonic()
    save(run, steps, model, optimizer, schedule)
    settle(model, run, stages[-1])
    keep(run / "model.pt", model.state_dict())


def settle(model: torch.nn.Module, run: Path, stage: Stage) -> None:
    """End a stage: the mean forgets less of what was known before it and is surer of what it taught than either.

    Wortsman et al., "Robust fine-tuning of zero-shot models", 2022.
    """
    begun: State = torch.load(run / "begun.pt", weights_only=True)
    model.load_state_dict(mean(begun, model.state_dict(), stage.ended))


def mean(begun: State, ended: State, share: float) -> State:
    return {name: begun[name].lerp(value, share) for name, value in ended.items()}


def drop(model: torch.nn.Module, share: float) -> None:
    """Drop a share of what each layer puts out."""
    for part in model.modules():
        if isinstance(part, TokensAlike):
            part.share = share


def planned(epochs: Sequence[Epoch], stages: Sequence[Stage]) -> list[tuple[float, Stage]]:
    """The learning rate and the stage of every step."""
    plan: list[tuple[float, Stage]] = []
    number = 0
    for stage in stages:
        steps = sum(len(order) for _, order in epochs[number : number + stage.epochs])
        plan += [(stage.rate * factor_at(step / steps), stage) for step in range(steps)]
        number += stage.epochs
    return plan


def factor_at(progress: float) -> float:
    return progress / WARMUP if progress < WARMUP else (1 - progress) / (1 - WARMUP)


def in_order(epochs: Sequence[Epoch]) -> Iterator[list[Encoded]]:
    for encoded, order in epochs:
        for rows in order:
            yield [encoded[i] for i in rows]


def save(run: Path, step: int, *parts: Any) -> None:  # noqa: ANN401  (whatever has a state)
    keep(run / "checkpoint.pt", {"step": step, "states": [part.state_dict() for part in parts]})


def keep(path: Path, state: State) -> None:
    fresh = path.with_suffix(".new")
    torch.save(state, fresh)
    fresh.replace(path)


def resume(run: Path, *parts: Any) -> int:  # noqa: ANN401  (whatever has a state)
    """Put the parts where the checkpoint left them, if there is one; the steps that are done."""
    if not (run / "checkpoint.pt").exists():
        return 0
    kept = torch.load(run / "checkpoint.pt", weights_only=True)
    for part, state in zip(parts, kept["states"], strict=True):
        part.load_state_dict(state)
    return int(kept["step"])


if __name__ == "__main__":
    main()
