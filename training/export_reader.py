"""Ships a trained reader: `python -m training.export_reader RUN_DIR` writes retrieval/models/byline-minilm.

The weights become 8-bit integers, one scale a column. Their range is reduced by one bit, because processors without
VNNI add up pairs of products in 16 bits and would overflow.
"""

from __future__ import annotations

import argparse
import tempfile
import warnings
from pathlib import Path

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic  # type: ignore[import-untyped]  # it has none
from transformers import AutoTokenizer

from retrieval.models.export import load_question_answering, optimize, trace_span_model, write_about
from retrieval.models.files import packaged_folder
from retrieval.models.onnx import GRAPH
from retrieval.models.span_model import SHIPPED, AboutSpanModel
from training.train_reader import new_model

MAX_TOKENS = 320  # longer windows are read in parts; training saw no more than 260
MODEL = Path(__file__).parent.parent / "retrieval" / "models" / "byline-minilm"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path, help="as given to training.train_reader")
    parser.add_argument("--output", type=Path, default=MODEL)
    parser.add_argument("--unfinished", action="store_true", help="take the checkpoint, for an early look")
    options = parser.parse_args()
    export(unfinished(options.run) if options.unfinished else options.run / "model", options.output)


def unfinished(run: Path) -> Path:
    """The model as the checkpoint has it, in a folder like that of a finished one."""
    kept = torch.load(run / "checkpoint.pt", weights_only=True)
    model = new_model()
    model.load_state_dict(kept["states"][0])
    model.save_pretrained(run / "unfinished")
    AutoTokenizer.from_pretrained(packaged_folder()).save_pretrained(run / "unfinished")
    return run / "unfinished"


def export(trained: Path, output: Path) -> None:
    output.mkdir(parents=True, exist_ok=True)
    model, tokenizer = load_question_answering(trained)
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the tracer's
        raw, small = Path(folder) / "raw.onnx", Path(folder) / "small.onnx"
        trace_span_model(model, tokenizer, raw)
        quantize_dynamic(raw, small, weight_type=QuantType.QInt8, per_channel=True, reduce_range=True)
        optimize(small, output / GRAPH, weights_apart=False)
    write_about(AboutSpanModel(SHIPPED, "int8", MAX_TOKENS), tokenizer, output)
    print(f"{output / GRAPH}: {(output / GRAPH).stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
