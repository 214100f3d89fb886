"""The fixture `wire`: a scripted server of OpenAI's and Cohere's wire, fresh for every test."""

from collections.abc import Iterator

import pytest

from tests.wire import WireServer


@pytest.fixture
def wire() -> Iterator[WireServer]:
    with WireServer() as server:
        yield server
