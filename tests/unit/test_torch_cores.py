import threading
from collections.abc import Iterator
from typing import Any

import pytest
import torch

from assistant.embedders.sentence_transformers import SentenceTransformersEmbedder
from assistant.embedders.torch_cores import on_one_core


@pytest.fixture
def three_threads() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(3)
    yield
    torch.set_num_threads(before)


@pytest.mark.usefixtures("three_threads")
def test_a_question_is_computed_on_one_core_and_others_go_on_as_they_were(monkeypatch: pytest.MonkeyPatch) -> None:
    embedder = SentenceTransformersEmbedder("all-MiniLM-L6-v2")
    model = embedder._loaded()
    encode, seen = model.encode_query, list[int]()

    def watched(*inputs: Any, **options: Any) -> object:  # noqa: ANN401 - the library's own signature
        seen.append(torch.get_num_threads())
        return encode(*inputs, **options)

    monkeypatch.setattr(model, "encode_query", watched)
    embedder.embed_query("What does delivery cost?")
    assert (seen, torch.get_num_threads()) == ([1], 3)


@pytest.mark.usefixtures("three_threads")
def test_after_a_failure_too_and_in_threads_of_their_own() -> None:
    with pytest.raises(KeyError), on_one_core():
        raise KeyError
    assert torch.get_num_threads() == 3
    seen: list[int] = []
    inside, done = threading.Event(), threading.Event()

    def compute() -> None:
        with on_one_core():
            inside.set()
            done.wait(10)

    thread = threading.Thread(target=compute)
    thread.start()
    inside.wait(10)
    seen.append(torch.get_num_threads())
    done.set()
    thread.join()
    assert seen == [3]
