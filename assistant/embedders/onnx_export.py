"""Writes the packaged model as ONNX files, once. The only part of the ONNX backend that needs torch."""

import logging
import os
import shutil
import warnings
from collections.abc import Callable, Mapping
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from assistant.embedders.loading import loading
from assistant.embedders.packaged import packaged_folder
from assistant.embedders.tokens import read_tokenizer

if TYPE_CHECKING:
    from torch.nn import Module
    from transformers import PreTrainedModel

logger = logging.getLogger(__name__)

OPSET = 17
INPUTS = ("input_ids", "attention_mask", "token_type_ids")
OUTPUT = "last_hidden_state"
Axes = Mapping[int, str]
TEXTS: Axes = {0: "texts"}
TOKENS: Axes = {0: "texts", 1: "tokens"}
Precision = Literal["fp32", "int8"]
FP32, INT8, QUERIES = "model.onnx", "model.int8.onnx", "model.question.onnx"
BEFORE = "model.query.onnx"
"""The model for questions as it was made before, which nothing reads any more."""
COPIED = ("tokenizer.json", "sentence_bert_config.json", "config.json")


def export_packaged_model(target: Path, precision: Precision = "fp32") -> None:
    """Fill `target` with the model and what is needed to use it; the model comes last and whole, or not at all.

    fp32 is model.onnx. int8 is model.int8.onnx, made from it: 8-bit weights of the matrix products, a scale for each
    output channel. On 300 questions of SciFact over 1,183 of its documents nDCG@10 was .779 against .781, 9 of the
    first 10 the same, at twice the speed. Quantising the embedding table too costs quality (.407 for .419 on CISI).
    """
    source = packaged_folder()
    target.mkdir(parents=True, exist_ok=True)
    for name in COPIED:
        shutil.copyfile(source / name, target / name)
    if not (target / FP32).is_file():
        logger.info("exporting the packaged model to %s", target)
        write_whole(target / FP32, lambda unfinished: _export(source, unfinished))
    if precision == "int8":
        logger.info("quantising the packaged model in %s", target)
        write_whole(target / INT8, lambda unfinished: _quantise(target / FP32, unfinished))


def export_query_model(target: Path) -> None:
    """Add model.question.onnx to a folder that holds the packaged model, whole or not at all."""
    from assistant.embedders.calibration import questions
    from assistant.embedders.onnx_quantise import write_in_8_bits

    logger.info("making the model for questions in %s", target)
    samples = questions(read_tokenizer(target / "tokenizer.json"))
    write_whole(target / QUERIES, lambda unfinished: write_in_8_bits(target / FP32, unfinished, samples))
    (target / BEFORE).unlink(missing_ok=True)


def write_whole(file: Path, write: Callable[[Path], None]) -> None:
    """Let `write` fill a file beside `file` that takes its place when it is done; a failure leaves nothing behind."""
    # Another process may write at the same time; whoever renames last wins with the same content.
    unfinished = file.with_name(f"{file.name}.{os.getpid()}.unfinished")
    try:
        write(unfinished)
        unfinished.replace(file)
    finally:
        unfinished.unlink(missing_ok=True)


def _quantise(source: Path, target: Path) -> None:
    import onnx

    from assistant.embedders.onnx_quantise import quantise

    quantise(onnx.load(source), target)


def _export(source: Path, target: Path) -> None:
    write_traced(_taking_positions(eager_model(source)), target, outputs={OUTPUT: TOKENS})


def eager_model(source: Path) -> "PreTrainedModel":
    """Load an encoder with attention in its plain matrix form, which the exporter can follow.

    Raises:
        ConfigurationError: It cannot be loaded.
    """
    from transformers import AutoModel

    with loading(str(source)):
        model: PreTrainedModel = AutoModel.from_pretrained(source, local_files_only=True, attn_implementation="eager")
    model.train(mode=False)
    return model


def write_traced(encoder: "Module", target: Path, *, outputs: Mapping[str, Axes]) -> None:
    """Write a module that takes `INPUTS` by position to an ONNX file; `outputs` names the axes of what it returns."""
    import torch

    ids = torch.ones((2, 8), dtype=torch.long)
    mask = ids.clone()
    # The example must hold padding, else tracing would leave the mask out.
    mask[0, 5:] = 0
    with warnings.catch_warnings(), redirect_stdout(StringIO()), redirect_stderr(StringIO()):
        # The tracing exporter is deprecated; the newer one needs the onnxscript package.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            encoder,
            (ids, mask, torch.zeros_like(ids)),
            str(target),
            dynamo=False,
            opset_version=OPSET,
            input_names=list(INPUTS),
            output_names=list(outputs),
            dynamic_axes=dict.fromkeys(INPUTS, TOKENS) | dict(outputs),
        )


def _taking_positions(model: "PreTrainedModel") -> "Module":
    """Wrap a model so that it takes the three inputs by position and returns one tensor, as the exporter needs."""
    from torch import Tensor
    from torch.nn import Module

    class Encoder(Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor) -> Tensor:
            states: Tensor = self.model(
                input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
            ).last_hidden_state
            return states

    return Encoder().eval()
