"""Trains the small reader, and writes its weights into the package.

    python -m benchmarks.train_reader --squad-shifts DIR --covid DIR [--minutes 60]

The packaged embedder learns to read a question and a text together: which words of the text answer it, and whether any
do. Only thin additions to its matrices are learnt (LoRA), with biases, norms and positions. What it learns from stands
in `benchmarks.reader_sets`; it is measured by `benchmarks.answerability`. The rate falls to zero within the minutes
given, so a faster machine reads more examples, and weights differ from run to run.
"""

import argparse
import math
import random
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional

from assistant.embedders.onnx_export import eager_model
from assistant.embedders.packaged import packaged_folder
from assistant.readers import weights as reader_weights
from assistant.readers.small import LONGEST, QUESTION_TOKENS
from assistant.readers.weights import ANSWER, FILE, SPAN, ReaderWeights, packed
from benchmarks.reader_sets import ReadingExample, examples

RANK, SCALE = 32, 2.0
RATE, WARM_UP, DECAY, CLIPPED = 7e-4, 0.03, 0.01, 1.0
BATCH_TOKENS, SORTED_TOGETHER = 3600, 1024
SPAN_WEIGHT, SMOOTHED = 0.6, 0.02
TITLE_TOKENS = 16
SEED = 1
LIKE_FROM, LIKE_TO = 4, 60
"""The nearest words mean too much the same; those after them are of the same kind."""

WORDS = "embeddings.word_embeddings.weight"
LEARNT = ("attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense")
FORWARD = ("intermediate.dense", "output.dense")


class Tokens(NamedTuple):
    """An example as the model reads it: ids, where the text begins, and the answer's first and last token or 0, 0."""

    ids: list[int]
    text_at: int
    first: int
    last: int


class Added(nn.Module):
    """A linear layer whose matrix stays, with an addition of low rank that is learnt."""

    def __init__(self, layer: nn.Linear) -> None:
        """Start with an addition of zero."""
        super().__init__()
        self.layer = layer
        layer.weight.requires_grad_(False)
        self.right = nn.Parameter(torch.randn(RANK, layer.in_features) / math.sqrt(layer.in_features))
        self.left = nn.Parameter(torch.zeros(layer.out_features, RANK))

    def forward(self, given: Tensor) -> Tensor:
        """Return what the changed layer would."""
        added: Tensor = functional.linear(functional.linear(given, self.right), self.left)
        plain: Tensor = self.layer(given)
        return plain + SCALE * added


class LearningReader(nn.Module):
    """The packaged embedder with additions to learn, and two heads."""

    def __init__(self) -> None:
        """Load the embedder."""
        super().__init__()
        self.model = eager_model(packaged_folder())
        self.started = {name: one.detach().clone() for name, one in self.model.named_parameters()}
        self.model.get_parameter(WORDS).requires_grad_(False)
        blocks: Any = self.model.get_submodule("encoder.layer")
        for block in blocks:
            for name in (*LEARNT, *FORWARD):
                parent, _, last = name.rpartition(".")
                owner = block.get_submodule(parent)
                setattr(owner, last, Added(getattr(owner, last)))
        width = self.model.config.hidden_size
        self.span, self.answer = nn.Linear(width, 2), nn.Linear(width, 1)

    def forward(self, ids: Tensor, kinds: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """Return logits of each token as first and last, outside the text none but the very first, and log odds."""
        states = self.model(input_ids=ids, token_type_ids=kinds, attention_mask=mask).last_hidden_state
        possible = (kinds == 1) & (mask == 1)
        possible[:, 0] = True
        spans = self.span(states).float().masked_fill(~possible[..., None], -1e4)
        return spans, self.answer(states[:, 0]).float()[:, 0]

    def weights(self) -> ReaderWeights:
        """Return what was learnt."""
        products, added = {}, {}
        for name, module in self.model.named_modules():
            if isinstance(module, Added):
                products[f"{name}.weight"] = (_array(SCALE * module.left), _array(module.right))
        for name, one in self.model.named_parameters():
            plain = name.replace(".layer.weight", ".weight").replace(".layer.bias", ".bias")
            if one.requires_grad and plain in self.started and not torch.equal(one, self.started[plain]):
                added[plain] = _array(one - self.started[plain])
        heads = {SPAN: self.span, ANSWER: self.answer}
        return ReaderWeights(
            products, added, {name: (_array(one.weight), _array(one.bias)) for name, one in heads.items()}
        )


def _array(tensor: Tensor) -> NDArray[np.float32]:
    array: NDArray[np.float32] = tensor.detach().float().numpy()
    return array


def tokens_of(one: ReadingExample, tokenizer: Tokenizer, rng: random.Random) -> Tokens | None:
    """Cut a long text to a part that holds the answer; None where the answer has no token."""

    def ids(text: str, most: int) -> list[int]:
        return list(tokenizer.encode(text, add_special_tokens=False).ids[:most])

    begin, stop = tokenizer.encode("").ids
    question = ids(one.question, QUESTION_TOKENS)
    title = ids(f"{one.title}. ", TITLE_TOKENS) if one.title else []
    text = tokenizer.encode(one.text, add_special_tokens=False)
    room = LONGEST - 3 - len(question) - len(title)
    held = [place for place, (start, end) in enumerate(text.offsets) if start < one.end and end > one.start]
    if one.start >= 0 and not held:
        return None
    first, last = (held[0], min(held[-1], held[0] + room - 1)) if held else (0, 0)
    latest = max(0, len(text.ids) - room)
    cut = rng.randint(max(0, last - room + 1), min(first, latest)) if held and latest else rng.randint(0, latest)
    at = 2 + len(question) + len(title) - cut
    return Tokens(
        [begin, *question, stop, *title, *text.ids[cut : cut + room], stop],
        len(question) + 2,
        first + at if held else 0,
        last + at if held else 0,
    )


def batches(rows: Sequence[Tokens], rng: random.Random) -> Iterator[list[Tokens]]:
    """Yield all rows once, those of like length together."""
    order = rng.sample(range(len(rows)), len(rows))
    found: list[list[Tokens]] = []
    for start in range(0, len(order), SORTED_TOGETHER):
        batch: list[Tokens] = []
        for one in sorted(
            (rows[place] for place in order[start : start + SORTED_TOGETHER]), key=lambda row: len(row.ids)
        ):
            if (len(batch) + 1) * len(one.ids) > BATCH_TOKENS:
                found.append(batch)
                batch = []
            batch.append(one)
        found.append(batch)
    rng.shuffle(found)
    yield from found


def loss_of(model: LearningReader, rows: Sequence[Tokens]) -> Tensor:
    longest = max(len(one.ids) for one in rows)
    ids, kinds, mask = (torch.zeros(len(rows), longest, dtype=torch.long) for _ in range(3))
    for place, one in enumerate(rows):
        ids[place, : len(one.ids)] = torch.tensor(one.ids)
        kinds[place, one.text_at : len(one.ids)] = 1
        mask[place, : len(one.ids)] = 1
    with torch.autocast("cpu", dtype=torch.bfloat16):
        spans, odds = model(ids, kinds, mask)
    first, last = torch.tensor([one.first for one in rows]), torch.tensor([one.last for one in rows])
    answered = (first > 0).float() * (1 - 2 * SMOOTHED) + SMOOTHED
    where = functional.cross_entropy(spans[..., 0], first) + functional.cross_entropy(spans[..., 1], last)
    return SPAN_WEIGHT * where / 2 + functional.binary_cross_entropy_with_logits(odds, answered)


def train(model: LearningReader, rows: Sequence[Tokens], seconds: float, rng: random.Random) -> None:
    learnt = [one for one in model.parameters() if one.requires_grad]
    groups = [
        {"params": [one for one in learnt if one.ndim > 1], "weight_decay": DECAY},
        {"params": [one for one in learnt if one.ndim < 2], "weight_decay": 0.0},
    ]
    optimizer = torch.optim.AdamW(groups, lr=RATE, betas=(0.9, 0.98))
    began, seen = time.monotonic(), 0
    while True:
        for number, batch in enumerate(batches(rows, rng)):
            share = (time.monotonic() - began) / seconds
            if share >= 1:
                return
            for group in optimizer.param_groups:
                group["lr"] = RATE * min(1.0, share / WARM_UP) * (1 - share)
            loss = loss_of(model, batch)
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call] # torch's own
            nn.utils.clip_grad_norm_(learnt, CLIPPED)
            optimizer.step()
            seen += len(batch)
            if number % 50 == 0:
                print(f"{share:.0%}: {seen} examples, loss {loss.item():.2f}", flush=True)


def like_words(tokenizer: Tokenizer, units: NDArray[np.float32], word: str) -> list[str]:
    """Return words of the vocabulary with like embeddings, given as unit vectors; the nearest are left out."""
    known = tokenizer.token_to_id(word)
    if known is None:
        return []
    order = np.argsort(-(units @ units[known]))[LIKE_FROM:LIKE_TO]
    return [one for place in order if (one := str(tokenizer.id_to_token(int(place)))).isalpha()]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--squad-shifts", type=Path, required=True, help="folder with the files of SQuADShifts")
    parser.add_argument("--covid", type=Path, required=True, help="folder with the file of COVID-QA")
    parser.add_argument("--minutes", type=float, default=60.0)
    arguments = parser.parse_args()
    torch.manual_seed(SEED)
    rng = random.Random(SEED)
    tokenizer = Tokenizer.from_file(str(packaged_folder() / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    model = LearningReader()
    embeddings = model.started[WORDS].numpy()
    units = embeddings / np.linalg.norm(embeddings, axis=1, keepdims=True)
    known: dict[str, list[str]] = {}

    def like(word: str) -> list[str]:
        return known.setdefault(word, like_words(tokenizer, units, word))

    found = (tokens_of(one, tokenizer, rng) for one in examples(arguments.squad_shifts, arguments.covid, like))
    rows = [one for one in found if one is not None]
    print(f"{len(rows)} examples, {sum(one.first > 0 for one in rows)} of them with an answer")
    train(model, rows, arguments.minutes * 60, rng)
    kept: dict[str, Any] = packed(model.weights())
    np.savez_compressed(Path(reader_weights.__file__).with_name(FILE), **kept)


if __name__ == "__main__":
    main()
