"""Trains the heads that read moods, and writes them into the package.

    python -m benchmarks.train_signals --data ../shared/data --xed XED/AnnotatedData [--vectors FILE] [--limit N]

Only sets that allow it are learnt from (`benchmarks.mood_sets`); the heads are measured by `benchmarks.signals`.
`--vectors` keeps the vectors of the texts, which take the longest. The same data give the same weights.
"""

import argparse
import json
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from assistant.embedders import open_embedder
from assistant.embedders.packaged import SHA256
from assistant.settings import Settings
from assistant.signals import mood
from assistant.signals.mood import VECTOR_SCALE
from assistant.signals.sentiment import VaderSentiment
from assistant.signals.wording import buckets_of, measures_of, normalised
from benchmarks.mood_networks import BUCKETS, Batch, MoodNetwork, averaged
from benchmarks.mood_sets import MoodExample, emotion_names, examples

EMBEDDER = "onnx:all-MiniLM-L6-v2-int8"
"""The fastest form of the model that the package names as its default; its vectors are those of the others."""

NETWORKS, EPOCHS, BATCH = 3, 3, 256
RATE, RATE_KEPT, DECAY = 2e-3, 0.5, 0.02
WORDS_LEFT_OUT = 0.25
WITHOUT_VECTOR = 0.3
"""This share of texts is learnt from without its vector, so that the heads can do without."""

EMOTION_WEIGHT = 10.0
HELD_OUT = 20
"""Every so many-th text is kept for the temperature and for what each emotion needs."""

FOLDER = Path(mood.__file__).parent


class Texts:
    """What is read of all texts, ready to be learnt from."""

    def __init__(self, rows: Sequence[MoodExample], vectors: NDArray[np.float32], emotions: int) -> None:
        """Read the wording of every text; `vectors` has a row for each."""
        vader = VaderSentiment()
        normal = [normalised(row.text) for row in rows]
        self.buckets = [buckets_of(one, BUCKETS) for one in normal]
        self.measures = np.stack([measures_of(one, vader.polarity(one)) for one in normal])
        self.vectors = vectors * VECTOR_SCALE
        self.shares = np.array([row.shares for row in rows], dtype=np.float32)
        self.weights = np.array([row.weight for row in rows], dtype=np.float32)
        self.has_emotions = np.array([row.emotions is not None for row in rows])
        self.emotions = np.zeros((len(rows), emotions), dtype=np.float32)
        for place, row in enumerate(rows):
            self.emotions[place, list(row.emotions or ())] = 1

    def batch(self, places: NDArray[np.int64], dice: np.random.Generator | None = None) -> Batch:
        """Return the texts at `places`; with `dice`, some words and vectors are left out."""
        chosen = [self.buckets[place] for place in places]
        vectors = self.vectors[places]
        if dice is not None:
            kept = [one[dice.random(len(one)) >= WORDS_LEFT_OUT] for one in chosen]
            chosen = [some if len(some) else every for some, every in zip(kept, chosen, strict=True)]
            vectors = vectors * (dice.random(len(places)) >= WITHOUT_VECTOR)[:, None]
        counts = np.array([len(one) for one in chosen])
        return Batch(
            buckets=torch.from_numpy(np.concatenate(chosen)),
            starts=torch.from_numpy(np.concatenate([[0], np.cumsum(counts)[:-1]])),
            counts=torch.from_numpy(counts.astype(np.float32)),
            measures=torch.from_numpy(self.measures[places]),
            vectors=torch.from_numpy(vectors.astype(np.float32)),
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--xed", type=Path, required=True)
    parser.add_argument("--vectors", type=Path, default=None)
    parser.add_argument("--limit", type=int, default=None, help="learn from so many texts only, to try it out")
    parser.add_argument("--out", type=Path, default=FOLDER)
    options = parser.parse_args()
    torch.set_num_threads(1)
    rows = examples(options.data, options.xed, Path(__file__).with_name("service_moods.jsonl"))[: options.limit]
    names = emotion_names(options.data)
    texts = Texts(rows, _vectors([row.text for row in rows], options.vectors), len(names))
    everything = np.arange(len(rows))
    held_out, learnt = everything[::HELD_OUT], everything[everything % HELD_OUT != 0]
    networks = [train(texts, learnt, seed, len(names)) for seed in range(NETWORKS)]
    _write(options.out, networks, names, *_fitted(texts, held_out, networks))
    print(f"learnt from {len(learnt)} texts; {(options.out / 'mood.npz').stat().st_size / 1e3:.0f} kB of weights")


def train(texts: Texts, places: NDArray[np.int64], seed: int, emotions: int) -> MoodNetwork:
    """Return a network, each weight of which is a mean over the last steps of its training."""
    torch.manual_seed(seed)
    dice = np.random.default_rng(seed)
    network, mean = MoodNetwork(emotions), MoodNetwork(emotions)
    optimizer = torch.optim.AdamW(network.groups(RATE, DECAY))
    masses = (texts.shares[places] * texts.weights[places][:, None]).sum(axis=0)
    balance = torch.from_numpy((masses.sum() / len(masses) / masses).astype(np.float32))
    step = 0
    for _ in range(EPOCHS):
        network.train()
        order = dice.permutation(places)
        for start in range(0, len(order), BATCH):
            chosen = order[start : start + BATCH]
            loss = _loss(network(texts.batch(chosen, dice)), texts, chosen, balance)
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            step += 1
            averaged(mean, network, step)
        for group in optimizer.param_groups:
            group["lr"] *= RATE_KEPT
    return mean.eval()


def _loss(logits: torch.Tensor, texts: Texts, places: NDArray[np.int64], balance: torch.Tensor) -> torch.Tensor:
    shares, weights = torch.from_numpy(texts.shares[places]), torch.from_numpy(texts.weights[places])
    told = -(functional.log_softmax(logits[:, :3], dim=1) * shares * balance).sum(dim=1)
    loss = (told * weights).mean()
    known = torch.from_numpy(texts.has_emotions[places])
    if known.any():
        felt = torch.from_numpy(texts.emotions[places])[known]
        loss = loss + EMOTION_WEIGHT * functional.binary_cross_entropy_with_logits(logits[known][:, 3:], felt)
    return loss


def _fitted(texts: Texts, places: NDArray[np.int64], networks: list[MoodNetwork]) -> tuple[float, list[float]]:
    """Return the temperature of the labels, and the probability that each emotion needs, by texts held out."""
    with torch.no_grad():
        logits = torch.stack([network(texts.batch(places)) for network in networks]).mean(dim=0).numpy()
    shares = texts.shares[places]
    balance = shares.sum() / 3 / shares.sum(axis=0)

    def told(temperature: float) -> float:
        scaled = logits[:, :3] / temperature
        logs = scaled - np.log(np.exp(scaled).sum(axis=1, keepdims=True))
        return float(-(logs * shares * balance).sum())

    temperature = min(np.arange(0.5, 2.01, 0.05), key=told)
    known = texts.has_emotions[places]
    probable = 1 / (1 + np.exp(-logits[known][:, 3:]))
    felt = texts.emotions[places][known] > 0
    needed = [_best_threshold(probable[:, one], felt[:, one]) for one in range(felt.shape[1])]
    return round(float(temperature), 2), needed


def _best_threshold(probable: NDArray[np.float32], felt: NDArray[np.bool_]) -> float:
    """Return the threshold of the best F1, at least a tenth: rare emotions are not guessed from a few texts."""

    def f1(threshold: float) -> float:
        told = probable >= threshold
        return float(2 * (told & felt).sum() / max(1, told.sum() + felt.sum()))

    return round(float(max(np.arange(0.1, 0.71, 0.05), key=f1)), 2)


def _write(
    folder: Path, networks: list[MoodNetwork], names: list[str], temperature: float, needed: list[float]
) -> None:
    """Write the weights; the last output, which is no emotion, is left out."""
    arrays = [network.arrays() for network in networks]
    table, table_scale = _small(np.concatenate([one["table"] for one in arrays], axis=1))
    vector, vector_scale = _small(np.concatenate([one["vector"] for one in arrays], axis=1))
    np.savez_compressed(
        folder / "mood.npz",
        table=table,
        table_scale=table_scale,
        vector=vector,
        vector_scale=vector_scale,
        hidden_bias=np.stack([one["hidden_bias"] for one in arrays]).astype(np.float32),
        text=np.stack([one["text"] for one in arrays]).astype(np.float16),
        out=np.stack([one["out"][:, :-1] for one in arrays]).astype(np.float16),
        measures=np.mean([one["measures"][:, :-1] for one in arrays], axis=0).astype(np.float32),
        bias=np.mean([one["bias"][:-1] for one in arrays], axis=0).astype(np.float32),
    )
    emotions = dict(zip(names[:-1], needed[:-1], strict=True))
    settings = {"model": SHA256, "temperature": temperature, "emotions": emotions}
    (folder / "mood.json").write_text(json.dumps(settings, indent=1) + "\n", encoding="utf-8")


def _small(matrix: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Return a matrix as int8, and the scale of each column."""
    scale = np.maximum(np.abs(matrix).max(axis=0), 1e-8) / 127
    return np.round(matrix / scale).astype(np.int8), scale.astype(np.float32)


def _vectors(texts: list[str], kept: Path | None) -> NDArray[np.float32]:
    """Return the vectors of texts, a row for each; `kept` holds those of earlier runs."""
    known: dict[bytes, NDArray[np.float16]] = {}
    if kept is not None and kept.exists():
        with np.load(kept) as arrays:
            known = dict(zip(arrays["digests"].tolist(), arrays["vectors"], strict=True))
    missing = sorted({text for text in texts if _digest(text) not in known}, key=len)
    embedder = open_embedder(Settings(embedder=EMBEDDER))
    for start in range(0, len(missing), BATCH):
        some = missing[start : start + BATCH]
        rows = embedder.embed_documents([text or " " for text in some]).astype(np.float16)
        known |= dict(zip(map(_digest, some), rows, strict=True))
    if kept is not None and missing:
        np.savez(kept, digests=np.array(list(known)), vectors=np.stack(list(known.values())))
    return np.stack([known[_digest(text)] for text in texts]).astype(np.float32)


def _digest(text: str) -> bytes:
    return sha256(text.encode()).hexdigest().encode()


if __name__ == "__main__":
    main()
