"""How probable it is that the passages found hold the answer: features, a small model of them, and its fit."""
