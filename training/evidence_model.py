"""The reader's model: an encoder with three logits a token, that an answer starts or ends there, and of evidence.

The evidence of a sentence is the mean of its tokens': the log-odds that it helps to answer. One reading of a window so
gives both a short answer and how well each of its sentences answers (as of supporting facts in Yang et al., "HotpotQA",
2018).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch.nn import functional
from transformers import BertConfig, BertModel

from retrieval.models.files import packaged_folder

if TYPE_CHECKING:
    from torch import Tensor

_LOGITS = 3  # start, end, evidence


class EvidenceModel(torch.nn.Module):
    """MiniLM with those heads. The word embeddings stay as they are."""

    def __init__(self) -> None:
        super().__init__()
        config = BertConfig.from_pretrained(
            packaged_folder(), hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0, attn_implementation="eager"
        )  # eager is the fastest on a CPU: the fused one is slow backwards
        self.bert = BertModel.from_pretrained(packaged_folder(), config=config, add_pooling_layer=False)
        self.qa_outputs = torch.nn.Linear(config.hidden_size, _LOGITS)
        bert: Any = self.bert  # transformers leaves its parts untyped
        for layer in bert.encoder.layer:
            layer.attention.output.dropout, layer.output.dropout = TokensAlike(), TokensAlike()
        bert.embeddings.word_embeddings.weight.requires_grad_(requires_grad=False)
        self.train()

    def forward(self, **inputs: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Returns the logits, (rows, tokens) each."""
        starts, ends, evidence = self.qa_outputs(self.bert(**inputs).last_hidden_state).unbind(dim=-1)
        return starts, ends, evidence

    def restore(self, state: dict[str, Tensor]) -> None:
        """Takes the weights of a reader; one without evidence begins with what starts and ends say together."""
        for name in ("qa_outputs.weight", "qa_outputs.bias"):
            if len(head := state[name]) < _LOGITS:
                state = {**state, name: torch.cat([head, head.mean(dim=0, keepdim=True)])}
        self.load_state_dict(state)


class TokensAlike(torch.nn.Module):
    """Dropout of the same numbers of every token of a row, so that few are drawn.

    Gal and Ghahramani, "A theoretically grounded application of dropout in recurrent neural networks", 2016.
    """

    share = 0.0

    def forward(self, rows: Tensor) -> Tensor:
        if not self.share:
            return rows
        kept = torch.rand(len(rows), 1, rows.shape[-1], device=rows.device) >= self.share
        return rows * (kept / (1 - self.share)).to(rows.dtype)


def loss_of(model: EvidenceModel, batch: dict[str, Tensor]) -> Tensor:
    """Returns the loss of a padded batch: that of the spans, and that of the sentences of a window."""
    starts, ends, evidence = model(**{name: batch[name] for name in ("input_ids", "attention_mask", "token_type_ids")})
    padding = batch["attention_mask"] == 0
    first, last = (
        functional.cross_entropy(logits.float().masked_fill(padding, -1e4), batch[positions], reduction="sum")
        for logits, positions in ((starts, "start_positions"), (ends, "end_positions"))
    )
    sums = functional.pad(evidence.float().cumsum(dim=1), (1, 0))
    rows, firsts, lasts = (batch[f"sentence_{name}"] for name in ("rows", "firsts", "lasts"))
    means = (sums[rows, lasts + 1] - sums[rows, firsts]) / (lasts + 1 - firsts)
    helps = functional.binary_cross_entropy_with_logits(means, batch["sentence_helps"].float(), reduction="sum")
    return ((first + last) / 2 + helps) / len(padding)
