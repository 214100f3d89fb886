"""Writes the packaged model as an ONNX file, once. The only part of the ONNX backend that needs torch."""

import logging
import os
import shutil
import warnings
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.embedders.loading import loading
from assistant.embedders.packaged import packaged_folder

if TYPE_CHECKING:
    from torch.nn import Module
    from transformers import PreTrainedModel

logger = logging.getLogger(__name__)

OPSET = 17
INPUTS = ("input_ids", "attention_mask", "token_type_ids")
OUTPUT = "last_hidden_state"
COPIED = ("tokenizer.json", "sentence_bert_config.json", "config.json")


def export_packaged_model(target: Path) -> None:
    """Fill `target` with model.onnx and what is needed to use it. model.onnx comes last and whole, or not at all."""
    logger.info("exporting the packaged model to %s", target)
    source = packaged_folder()
    target.mkdir(parents=True, exist_ok=True)
    for name in COPIED:
        shutil.copyfile(source / name, target / name)
    # Another process may export at the same time; whoever renames last wins with the same content.
    unfinished = target / f"model.onnx.{os.getpid()}.unfinished"
    try:
        _export(source, unfinished)
        unfinished.replace(target / "model.onnx")
    finally:
        unfinished.unlink(missing_ok=True)


def _export(source: Path, target: Path) -> None:
    import torch
    from transformers import AutoModel

    with loading(str(source)):
        # Eager attention is the plain matrix form, which the exporter can follow.
        model = AutoModel.from_pretrained(source, local_files_only=True, attn_implementation="eager").eval()
    ids = torch.ones((2, 8), dtype=torch.long)
    mask = ids.clone()
    # The example must hold padding, else tracing would leave the mask out.
    mask[0, 5:] = 0
    axes = {0: "texts", 1: "tokens"}
    with warnings.catch_warnings(), redirect_stdout(StringIO()), redirect_stderr(StringIO()):
        # The tracing exporter is deprecated; the newer one needs the onnxscript package.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            _taking_positions(model),
            (ids, mask, torch.zeros_like(ids)),
            str(target),
            dynamo=False,
            opset_version=OPSET,
            input_names=list(INPUTS),
            output_names=[OUTPUT],
            dynamic_axes=dict.fromkeys((*INPUTS, OUTPUT), axes),
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
