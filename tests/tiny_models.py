"""Models with random weights, small enough to be made for one test run."""

import warnings
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from transformers import BertConfig


def make_tiny_bert(folder: Path) -> None:
    """Write a BERT with random weights and a WordPiece vocabulary of single letters."""
    import torch
    from transformers import BertModel

    torch.manual_seed(1)
    BertModel(_bert_config(folder)).save_pretrained(folder)


def make_tiny_cross_encoder(folder: Path, labels: int = 1) -> None:
    """Write a BERT that gives so many scores for a pair of texts, with random weights."""
    import torch
    from transformers import BertForSequenceClassification

    torch.manual_seed(1)
    BertForSequenceClassification(_bert_config(folder, labels)).save_pretrained(folder)


def export_cross_encoder(folder: Path, target: Path) -> None:
    """Write a cross-encoder as ONNX beside its tokenizer and configuration."""
    import shutil

    import torch
    from transformers import AutoModelForSequenceClassification

    target.mkdir()
    for name in ("tokenizer.json", "config.json"):
        shutil.copy(folder / name, target / name)
    model = AutoModelForSequenceClassification.from_pretrained(folder).eval()
    names = ["input_ids", "attention_mask", "token_type_ids"]
    axes = {name: {0: "pairs", 1: "tokens"} for name in names}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            model,
            tuple(torch.ones((1, 8), dtype=torch.long) for _ in names),
            str(target / "model.onnx"),
            input_names=names,
            output_names=["logits"],
            dynamic_axes=axes,
            dynamo=False,
        )


def _bert_config(folder: Path, labels: int = 1) -> "BertConfig":
    """Make the folder, write a vocabulary into it, and return the configuration that goes with that."""
    from transformers import BertConfig, BertTokenizer

    folder.mkdir()
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *"abcdefghijklmnopqrstuvwxyz0123456789.,%"]
    pieces += [f"##{piece}" for piece in pieces[5:]]
    (folder / "vocab.txt").write_text("\n".join(pieces), encoding="utf-8")
    BertTokenizer(vocab=str(folder / "vocab.txt"), model_max_length=64).save_pretrained(folder)
    config = BertConfig(
        vocab_size=len(pieces),
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=64,
    )
    config.num_labels = labels
    return config


def make_tiny_gpt2(folder: Path) -> None:
    """Write a GPT-2 with random weights and a byte-level vocabulary; it has no padding token, as the real one."""
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import GPT2Config, GPT2Model, PreTrainedTokenizerFast

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=300, special_tokens=["<|endoftext|>"], initial_alphabet=alphabet, show_progress=False
    )
    tokenizer.train_from_iterator(["Returns are free within 30 days."], trainer)
    wrapped = PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=tokenizer, eos_token="<|endoftext|>", model_max_length=64
    )
    wrapped.save_pretrained(folder)
    torch.manual_seed(1)
    GPT2Model(
        GPT2Config(vocab_size=tokenizer.get_vocab_size(), n_positions=64, n_embd=16, n_layer=2, n_head=2)
    ).save_pretrained(folder)
