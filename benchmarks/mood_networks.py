"""The small network that reads a mood, as it is trained; `assistant.signals.mood` is how it is read."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from assistant.signals.wording import MEASURES

BUCKETS, NUMBERS, HIDDEN, WIDTH = 8192, 16, 64, 384
TABLE_RATE = 1.5
"""The table learns so many times as fast as the rest, and does not decay: most of its rows are seen seldom."""

LEFT_OUT = 0.3
KEPT_OF_MEAN = 0.995


@dataclass(frozen=True)
class Batch:
    """Several texts: the buckets of all in one row, where each text starts and how many it has."""

    buckets: torch.Tensor
    starts: torch.Tensor
    counts: torch.Tensor
    measures: torch.Tensor
    vectors: torch.Tensor


class MoodNetwork(nn.Module):
    """Hashed words, measures and a vector, one hidden layer, and logits of three labels and of emotions."""

    def __init__(self, emotions: int) -> None:
        """Begin with random weights."""
        super().__init__()
        self.table = nn.EmbeddingBag(BUCKETS, NUMBERS, mode="sum")
        nn.init.normal_(self.table.weight, 0, 0.05)
        self.vector = nn.Linear(WIDTH, HIDDEN)
        self.text = nn.Linear(NUMBERS + MEASURES, HIDDEN, bias=False)
        self.out = nn.Linear(HIDDEN, 3 + emotions)
        self.measures = nn.Linear(MEASURES, 3 + emotions, bias=False)
        self.left_out = nn.Dropout(LEFT_OUT)

    def forward(self, batch: Batch) -> torch.Tensor:
        """Return logits, shape (texts, 3 + emotions)."""
        words = self.table(batch.buckets, batch.starts) / batch.counts[:, None].sqrt()
        wording = torch.cat([self.left_out(words), batch.measures], dim=1)
        hidden = torch.relu(self.vector(batch.vectors) + self.text(wording))
        logits: torch.Tensor = self.out(self.left_out(hidden)) + self.measures(batch.measures)
        return logits

    def groups(self, rate: float, decay: float) -> list[dict[str, Any]]:
        """Return what is learnt and how fast, for an optimizer."""
        rest = [weights for name, weights in self.named_parameters() if not name.startswith("table")]
        return [
            {"params": list(self.table.parameters()), "lr": rate * TABLE_RATE, "weight_decay": 0.0},
            {"params": rest, "lr": rate, "weight_decay": decay},
        ]

    def arrays(self) -> dict[str, NDArray[np.float32]]:
        """Return the weights as they are multiplied: rows are what goes in."""
        return {
            "table": self.table.weight.detach().numpy(),
            "vector": self.vector.weight.detach().numpy().T,
            "hidden_bias": self.vector.bias.detach().numpy(),
            "text": self.text.weight.detach().numpy().T,
            "out": self.out.weight.detach().numpy().T,
            "measures": self.measures.weight.detach().numpy().T,
            "bias": self.out.bias.detach().numpy(),
        }


def averaged(mean: MoodNetwork, network: MoodNetwork, step: int) -> None:
    """Move the mean of the weights towards those of a step; the first steps count less and less."""
    kept = min(KEPT_OF_MEAN, (1 + step) / (10 + step))
    with torch.no_grad():
        for slow, fast in zip(mean.parameters(), network.parameters(), strict=True):
            slow.mul_(kept).add_(fast, alpha=1 - kept)
