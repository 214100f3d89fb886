"""Writes the small reader as an ONNX file, once: the packaged embedder, changed by its weights, with two heads."""

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.embedders.calibration import questions_with_texts
from assistant.embedders.onnx_export import TEXTS, TOKENS, eager_model, write_traced, write_whole
from assistant.embedders.onnx_quantise import write_in_8_bits
from assistant.embedders.packaged import packaged_folder
from assistant.embedders.tokens import read_tokenizer
from assistant.readers.weights import ANSWER, SPAN, ReaderWeights, shipped_weights

if TYPE_CHECKING:
    from torch.nn import Module
    from transformers import PreTrainedModel

logger = logging.getLogger(__name__)

SPANS, ANSWERS = "spans", "answers"
"""Outputs: (texts, tokens, 2), the logits of each token as the answer's first and last, and (texts,), the log odds that
a text holds an answer."""


def export_small_reader(target: Path) -> None:
    """Write the model in 8 bits to `target`, whole or not at all.

    Raises:
        MissingDependency: The packaged embedder is not installed.
    """
    logger.info("making the reader in %s", target)
    target.parent.mkdir(parents=True, exist_ok=True)

    def write(unfinished: Path) -> None:
        plain = unfinished.with_name(f"{unfinished.name}.fp32")
        try:
            model = eager_model(packaged_folder())
            write_traced(reading(model, shipped_weights()), plain, outputs={SPANS: TOKENS, ANSWERS: TEXTS})
            samples = questions_with_texts(read_tokenizer(packaged_folder() / "tokenizer.json"))
            write_in_8_bits(plain, unfinished, samples)
        finally:
            plain.unlink(missing_ok=True)

    write_whole(target, write)


def reading(model: "PreTrainedModel", weights: ReaderWeights) -> "Module":
    """Change a loaded encoder into a reader, in place; it takes ids, mask and token types by position."""
    import torch
    from torch import Tensor
    from torch.nn import Linear, Module

    parameters = dict(model.named_parameters())
    with torch.no_grad():
        for name, (left, right) in weights.products.items():
            parameters[name].add_(torch.from_numpy(left @ right))
        for name, added in weights.added.items():
            parameters[name].add_(torch.from_numpy(added))

    def head(name: str) -> Linear:
        matrix, bias = weights.heads[name]
        linear = Linear(matrix.shape[1], matrix.shape[0])
        linear.load_state_dict({"weight": torch.from_numpy(matrix), "bias": torch.from_numpy(bias)})
        return linear

    class Reading(Module):
        def __init__(self) -> None:
            super().__init__()
            self.model, self.span, self.answer = model, head(SPAN), head(ANSWER)

        def forward(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor) -> tuple[Tensor, Tensor]:
            states = self.model(
                input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
            ).last_hidden_state
            return self.span(states), self.answer(states[:, 0])[:, 0]

    return Reading().eval()
