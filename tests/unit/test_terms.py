"""Words as comparable terms."""

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from assistant.terms import stem

STARTS = ("relation", "general", "hope", "deliver", "warrant")
ENDINGS = ("izing", "ness", "ational", "fulness", "ies", "edly", "ements", "ing", "s", "")
WORDS = [start + end for start in STARTS for end in ENDINGS]


@pytest.fixture
def hasty_threads() -> Iterator[None]:
    """Let threads take turns after every few steps."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def test_threads_do_not_mix_their_words(hasty_threads: None) -> None:
    expected = {word: stem.__wrapped__(word) for word in WORDS}

    def all_stems(_turn: int) -> dict[str, str]:
        return {word: stem.__wrapped__(word) for word in WORDS}

    with ThreadPoolExecutor(4) as threads:
        for found in threads.map(all_stems, range(80)):
            assert found == expected
