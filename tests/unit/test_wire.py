"""The scripted server itself: what it sends must be what the providers' own clients understand."""

import json
import time
import urllib.error
import urllib.request
from typing import Any

import pytest

from tests.wire import WIDTH, Answer, Page, Refusal, Rows, WireServer, embedding
from tests.wire_fixtures import wire

__all__ = ["wire"]


def post(url: str, body: dict[str, Any]) -> str:
    request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=5) as response:
        text: str = response.read().decode()
    return text


def test_openai_client_reads_answers_and_streams(wire: WireServer) -> None:
    from openai import OpenAI

    with OpenAI(base_url=wire.openai_url, api_key="k", max_retries=0) as client:
        wire.enqueue(Answer(pieces=("Hello ", "there")))
        answer = client.chat.completions.create(model="m", messages=[{"role": "user", "content": "hi"}])
        assert answer.choices[0].message.content == "Hello there"
        stream = client.chat.completions.create(model="m", messages=[{"role": "user", "content": "hi"}], stream=True)
        chunks = list(stream)
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks) == "No source says any such thing."
    assert chunks[-1].choices[0].finish_reason == "stop"
    assert [one.path for one in wire.requests] == ["/v1/chat/completions"] * 2


def test_cohere_client_reads_answers_embeddings_and_rankings(wire: WireServer) -> None:
    import httpx
    from cohere import ClientV2, UserChatMessageV2

    with httpx.Client(timeout=5) as connections:
        client = ClientV2(api_key="k", base_url=wire.cohere_url, httpx_client=connections)
        answer = client.chat(model="m", messages=[UserChatMessageV2(content="hi")])
        assert answer.finish_reason == "COMPLETE"
        found = client.embed(model="m", texts=["a"], input_type="search_query", embedding_types=["float"])
        assert found.embeddings.float_ == [embedding("a", "search_query")]
        ranked = client.rerank(model="m", query="red lamp", documents=["blue chair", "red lamp"], top_n=1)
    assert [one.index for one in ranked.results] == [1]


def test_replies_come_in_the_order_enqueued_then_the_default(wire: WireServer) -> None:
    wire.enqueue(Page("first", "text/plain"), Rows(vectors=((1.0,),)))
    url = f"{wire.openai_url}/embeddings"
    assert post(url, {"model": "m", "input": ["a"]}) == "first"
    assert json.loads(post(url, {"model": "m", "input": ["a"]}))["data"][0]["embedding"] == [1.0]
    default = json.loads(post(url, {"model": "m", "input": ["a"]}))["data"][0]["embedding"]
    assert default == embedding("a")
    assert len(default) == WIDTH


def test_refusals_carry_status_and_headers(wire: WireServer) -> None:
    wire.enqueue(Refusal(429, {"Retry-After": "7"}))
    with pytest.raises(urllib.error.HTTPError) as caught:
        post(f"{wire.openai_url}/chat/completions", {})
    assert caught.value.code == 429
    assert caught.value.headers["Retry-After"] == "7"
    caught.value.close()


def test_unknown_paths_are_told(wire: WireServer) -> None:
    with pytest.raises(urllib.error.HTTPError) as caught:
        post(f"{wire.cohere_url}/v9/nothing", {})
    assert caught.value.code == 404
    caught.value.close()


def test_embeddings_differ_by_text_and_kind() -> None:
    assert embedding("a") == embedding("a")
    assert embedding("a") != embedding("b")
    assert embedding("a", "search_query") != embedding("a", "search_document")


def test_leaving_the_block_does_not_wait_for_stalled_clients() -> None:
    started = time.monotonic()
    with WireServer() as server:
        server.enqueue(Answer(ending="stall"))
        request = urllib.request.Request(
            f"{server.openai_url}/chat/completions", b'{"stream": true}', {"Content-Type": "application/json"}
        )
        response = urllib.request.urlopen(request, timeout=5)
        assert response.readline()
    response.close()
    assert time.monotonic() - started < 2
