"""Trains a sentence-transformers model further on pairs of a question and a text that answers it."""

import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.embedders.loading import computing, loading, local_folder
from assistant.errors import MissingDependency

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer
    from torch import Tensor

EPOCHS = 1
BATCH = 32
STEP_SIZE = 3e-5
WARM_UP_SHARE = 0.1
SCALE = 20.0
"""Of cosines before the softmax, as the authors of the model trained it."""


def fine_tune(name: str, pairs: Sequence[tuple[str, str]], folder: Path, seed: int = 0) -> None:
    """Train the model that `name` means on pairs, and write it to a folder that `sentence-transformers:` takes.

    Each question is to be nearer to its text than to the texts of all other pairs of its batch (multiple negatives
    ranking: Henderson et al., 2017); a text that is there twice is no negative of itself.

    Raises:
        MissingDependency: The model's files are not on this machine.
        BackendError: The model failed, for example for want of memory.
    """
    source = local_folder(name)
    if source is None:
        raise MissingDependency(f"{name} has to be a folder on this machine, or the packaged model, to be trained")
    from sentence_transformers import SentenceTransformer

    with loading(f"sentence-transformers:{name}"):
        model = SentenceTransformer(str(source), local_files_only=True)
    with computing(f"sentence-transformers:{name}"):
        _train(model, pairs, seed)
    model.save(str(folder), create_model_card=False)


def _train(model: "SentenceTransformer", pairs: Sequence[tuple[str, str]], seed: int) -> None:
    import torch

    torch.manual_seed(seed)
    optimizer = torch.optim.AdamW(model.parameters(), lr=STEP_SIZE)
    batches = list(_batches(pairs, seed))
    warm_up = max(1, int(WARM_UP_SHARE * len(batches)))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / warm_up, (len(batches) - step) / max(1, len(batches) - warm_up))
    )
    model.train()
    for batch in batches:
        loss = _loss(model, batch)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        optimizer.zero_grad()
    model.eval()


def _batches(pairs: Sequence[tuple[str, str]], seed: int) -> Iterator[list[tuple[str, str]]]:
    draw = random.Random(seed)
    for _ in range(EPOCHS):
        order = draw.sample(list(pairs), len(pairs))
        yield from (order[start : start + BATCH] for start in range(0, len(order), BATCH))


def _loss(model: "SentenceTransformer", batch: Sequence[tuple[str, str]]) -> "Tensor":
    import torch

    questions = _embedded(model, [question for question, _ in batch])
    texts = _embedded(model, [text for _, text in batch])
    scores = SCALE * questions @ texts.T
    same = torch.tensor([[one == other for _, other in batch] for _, one in batch], device=scores.device)
    itself = torch.eye(len(batch), dtype=torch.bool, device=scores.device)
    scores = scores.masked_fill(same & ~itself, float("-inf"))
    return torch.nn.functional.cross_entropy(scores, torch.arange(len(batch), device=scores.device))


def _embedded(model: "SentenceTransformer", texts: Sequence[str]) -> "Tensor":
    import torch

    features = {
        name: value.to(model.device) for name, value in model.preprocess(list(texts)).items() if torch.is_tensor(value)
    }
    embedded: Tensor = model(features)["sentence_embedding"]
    return torch.nn.functional.normalize(embedded, dim=-1)
