"""Ships a trained reader: `python -m training.export_reader RUN_DIR` writes retrieval/models/byline-minilm, in int8."""

from __future__ import annotations

import argparse
import tempfile
import warnings
from pathlib import Path

import torch
from transformers import AutoTokenizer

from retrieval.models.export import optimize, quantize, trace, write_about
from retrieval.models.files import packaged_folder, write_sums
from retrieval.models.onnx import GRAPH
from retrieval.models.span_model import SHIPPED, AboutSpanModel
from training.evidence_model import EvidenceModel

MAX_TOKENS = 320  # longer windows are read in parts; training saw no more than 260
MODEL = Path(__file__).parent.parent / "retrieval" / "models" / "byline-minilm"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path, help="as given to training.train_reader")
    parser.add_argument("--output", type=Path, default=MODEL)
    parser.add_argument("--unfinished", action="store_true", help="take the checkpoint, for an early look")
    options = parser.parse_args()
    state = torch.load(options.run / ("checkpoint.pt" if options.unfinished else "model.pt"), weights_only=True)
    export(state["states"][0] if options.unfinished else state, options.output)


def export(state: dict[str, torch.Tensor], output: Path) -> None:
    """Writes the graph of a model's weights, with its tokenizer, into a folder."""
    output.mkdir(parents=True, exist_ok=True)
    model = EvidenceModel()
    model.load_state_dict(state)
    tokenizer = AutoTokenizer.from_pretrained(packaged_folder())
    inputs = dict(tokenizer("A question?", "A text that answers.", return_tensors="pt"))
    axes = {0: "text", 1: "token"}
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the tracer's
        raw, small = Path(folder) / "raw.onnx", Path(folder) / "small.onnx"
        outputs = {"starts": axes, "ends": axes, "evidence": axes}
        trace(model.eval(), lambda given: model(**given), inputs, outputs, raw)
        quantize(raw, small)
        optimize(small, output / GRAPH, weights_apart=False)
    write_about(AboutSpanModel(SHIPPED, "int8", MAX_TOKENS, reads_turns=True), tokenizer, output)
    write_sums(output)
    print(f"{output / GRAPH}: {(output / GRAPH).stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
