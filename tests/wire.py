"""A loopback server that speaks OpenAI's and Cohere's wire format, well or as badly as a test asks for."""

import gzip
import hashlib
import json
import select
import socket
import ssl
import struct
import threading
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Literal, Self

Ending = Literal["complete", "length", "unfinished", "reset", "malformed", "error_event", "stall", "no_choices"]

WIDTH = 32
"""Of the embeddings made up here."""

PROMPT_TOKENS = 7
"""What every prompt is said to have."""

PATIENCE_SECONDS = 30.0
"""How long a stalling reply waits for the client to hang up."""

FLOOD_PARTS = 100_000
"""More than any client takes of a flood."""


@dataclass(frozen=True)
class Answer:
    """A chat answer in pieces; `ending` tells how the stream stops, `drip_seconds` is the pause before each piece."""

    pieces: tuple[str, ...] = ("No source says ", "any such thing.")
    ending: Ending = "complete"
    drip_seconds: float = 0.0


@dataclass(frozen=True)
class Refusal:
    """A status with an error body in the provider's form, and headers such as Retry-After."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    code: str = ""


@dataclass(frozen=True)
class Page:
    """A body that is no answer at all, such as a proxy's HTML, with status 200."""

    body: str = "<html><body>Please sign in.</body></html>"
    content_type: str = "text/html"


@dataclass(frozen=True)
class Silence:
    """Nothing, not even headers, until the client hangs up."""


@dataclass(frozen=True)
class Bomb:
    """A stream that nobody asked to be compressed, and that unpacks to a thousand times its size, without an end."""


@dataclass(frozen=True)
class Flood:
    """Events without an end, as fast as they are read; `line_ends` False sends one line that never ends."""

    line_ends: bool = True


@dataclass(frozen=True)
class Rows:
    """Embeddings that need not fit the request; `shuffled` sends them in reverse with their right index."""

    vectors: tuple[tuple[float, ...], ...] | None = None
    shuffled: bool = False


@dataclass(frozen=True)
class Ranking:
    """Relevance scores, each with the place of its document, that need not fit the request."""

    results: tuple[tuple[int, float], ...]


Reply = Answer | Refusal | Page | Silence | Bomb | Flood | Rows | Ranking


@dataclass(frozen=True)
class Received:
    """One request as it came in; header names are in lower case."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]


class WireServer:
    """Serves scripted replies in the order they were enqueued, and a good default once there are none left."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.requests: list[Received] = []
        self.sent_at: list[float] = []
        """When each event with text was sent, the empty one that opens a stream included; of the monotonic clock."""
        self.hung_up = threading.Event()
        """Set when a client closed its connection while a reply was still being sent."""
        self._replies: deque[Reply] = deque()
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.wire = self
        if tls is not None:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()

    @property
    def cohere_url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def openai_url(self) -> str:
        return f"{self.cohere_url}/v1"

    def enqueue(self, *replies: Reply) -> None:
        with self._lock:
            self._replies.extend(replies)

    def next_reply(self, received: Received) -> Reply | None:
        with self._lock:
            self.requests.append(received)
            return self._replies.popleft() if self._replies else None

    def wait_for_hang_up(self, connection: socket.socket, seconds: float) -> bool:
        """Wait until the client closes the connection, the server stops, or time is over; tell if it was the first."""
        until = time.monotonic() + seconds
        while not self._closing.is_set() and time.monotonic() < until:
            wait = min(0.02, max(0.0, until - time.monotonic()))
            readable, _, _ = select.select([connection], [], [], wait)
            if readable and not _peek(connection):
                self.hung_up.set()
                return True
        return False


def embedding(text: str, kind: str = "") -> list[float]:
    """Make up a vector for a text: always the same, and far from that of any other text or `kind`."""
    digest = hashlib.shake_256(f"{kind}\0{text}".encode()).digest(2 * WIDTH)
    return [value / 32768 - 1 for value in struct.unpack(f">{WIDTH}H", digest)]


def _peek(connection: socket.socket) -> bytes:
    try:
        return connection.recv(1, socket.MSG_PEEK)
    except OSError:
        return b""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    wire: WireServer

    def handle_error(self, request: object, client_address: object) -> None:
        """Stay silent: clients that hang up are part of the tests."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers.get("content-length", "0"))) or b"{}")
        headers = {name.lower(): value for name, value in self.headers.items()}
        received = Received(path=self.path, headers=headers, body=body)
        reply = self.server.wire.next_reply(received)
        match reply:
            case Refusal():
                problem = {"message": "refused", "code": reply.code}
                self._send_json({"error": problem, "message": "refused"}, reply.status, reply.headers)
            case Page():
                self._send(reply.body.encode(), reply.content_type)
            case Silence():
                self._stall()
            case Bomb():
                self._flood(gzip.compress(bytes(1_000_000)), {"Content-Encoding": "gzip"})
            case Flood():
                self._flood((b"data: " + bytes(b" " * 100_000)) + b"\n\n" * reply.line_ends, {})
            case _:
                self._answer(received, reply)

    def log_message(self, *parts: object) -> None:
        """Keep the test output clean."""

    def _answer(self, received: Received, reply: Answer | Rows | Ranking | None) -> None:
        chosen = reply if isinstance(reply, Answer) else Answer()
        rows = reply if isinstance(reply, Rows) else Rows()
        match received.path:
            case "/v1/chat/completions" if received.body.get("stream"):
                self._stream(chosen, _openai_events(chosen, received.body))
            case "/v1/chat/completions":
                self._send_json(_openai_answer(chosen))
            case "/v1/embeddings":
                self._send_json(_openai_embeddings(received.body, rows))
            case "/v2/chat" if received.body.get("stream"):
                self._stream(chosen, _cohere_events(chosen))
            case "/v2/chat":
                self._send_json(_cohere_answer(chosen))
            case "/v2/embed":
                self._send_json(_cohere_embeddings(received.body, rows))
            case "/v2/rerank" | "/v1/rerank":
                self._send_json(_cohere_ranking(received.body, reply.results if isinstance(reply, Ranking) else None))
            case _:
                self._send_json({"message": f"no such path: {received.path}"}, 404)

    def _stream(self, answer: Answer, events: Sequence[str]) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for event in events:
            if answer.drip_seconds and self.server.wire.wait_for_hang_up(self.connection, answer.drip_seconds):
                self.close_connection = True
                return
            if '"content"' in event or '"text"' in event:
                self.server.wire.sent_at.append(time.monotonic())
            self._send_chunk(event.encode())
        if answer.ending == "stall":
            self._stall()
        elif answer.ending == "reset":
            self._reset()
        else:
            self._send_chunk(b"")

    def _flood(self, part: bytes, headers: dict[str, str]) -> None:
        self.send_response(200)
        for name, value in {"Content-Type": "text/event-stream", "Transfer-Encoding": "chunked", **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.close_connection = True
        try:
            for _ in range(FLOOD_PARTS):
                self._send_chunk(part)
        except OSError:
            self.server.wire.hung_up.set()

    def _send_chunk(self, payload: bytes) -> None:
        self.wfile.write(b"%x\r\n%s\r\n" % (len(payload), payload))
        self.wfile.flush()

    def _stall(self) -> None:
        self.server.wire.wait_for_hang_up(self.connection, PATIENCE_SECONDS)
        self.close_connection = True

    def _reset(self) -> None:
        # A reset also drops what the client has not read yet, which here is meant to arrive.
        time.sleep(0.1)
        # A linger time of zero makes the kernel send RST instead of FIN.
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        self.close_connection = True

    def _send_json(self, body: dict[str, Any], status: int = 200, headers: dict[str, str] | None = None) -> None:
        self._send(json.dumps(body).encode(), "application/json", status, headers or {})

    def _send(
        self, payload: bytes, content_type: str, status: int = 200, headers: dict[str, str] | None = None
    ) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload)


# --- OpenAI --------------------------------------------------------------------------------------------------------


def _openai_events(answer: Answer, asked: dict[str, Any]) -> list[str]:
    events = [_openai_chunk({"role": "assistant", "content": ""})]
    events += [_openai_chunk({"content": piece}) for piece in answer.pieces]
    match answer.ending:
        case "complete" | "length":
            events += [_openai_chunk({}, "stop" if answer.ending == "complete" else "length")]
            # Told of the whole call, in a frame of its own without choices, to those who ask for it.
            if (asked.get("stream_options") or {}).get("include_usage"):
                told = _openai_frame([]) | {"usage": _openai_usage(answer)}
                events.append(f"data: {json.dumps(told)}\n\n")
            events.append("data: [DONE]\n\n")
        case "malformed":
            events += ['data: {"choices": [{"delta": {"cont\n\n']
        case "error_event":
            events += ['data: {"error": {"message": "overloaded", "type": "server_error"}}\n\n']
        case "no_choices":
            events = [f"data: {json.dumps(_openai_frame([]))}\n\n", "data: [DONE]\n\n"]
    return events


def _openai_chunk(delta: dict[str, str], finish: str | None = None) -> str:
    return f"data: {json.dumps(_openai_frame([{'index': 0, 'delta': delta, 'finish_reason': finish}]))}\n\n"


def _openai_frame(choices: list[dict[str, Any]]) -> dict[str, Any]:
    return {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 0, "model": "wire", "choices": choices}


def _openai_answer(answer: Answer) -> dict[str, Any]:
    message = {"role": "assistant", "content": "".join(answer.pieces)}
    finish = "length" if answer.ending == "length" else "stop"
    choices = [] if answer.ending == "no_choices" else [{"index": 0, "message": message, "finish_reason": finish}]
    return {**_openai_frame(choices), "object": "chat.completion", "usage": _openai_usage(answer)}


def _openai_usage(answer: Answer) -> dict[str, int]:
    written = len(answer.pieces)
    return {"prompt_tokens": PROMPT_TOKENS, "completion_tokens": written, "total_tokens": PROMPT_TOKENS + written}


def _openai_embeddings(body: dict[str, Any], rows: Rows) -> dict[str, Any]:
    texts = [body["input"]] if isinstance(body["input"], str) else body["input"]
    vectors = rows.vectors if rows.vectors is not None else [embedding(text) for text in texts]
    found = [{"object": "embedding", "index": row, "embedding": list(one)} for row, one in enumerate(vectors)]
    usage = {"prompt_tokens": len(texts), "total_tokens": len(texts)}
    return {"object": "list", "model": body["model"], "data": found[::-1] if rows.shuffled else found, "usage": usage}


# --- Cohere --------------------------------------------------------------------------------------------------------


def _cohere_events(answer: Answer) -> list[str]:
    start = {"role": "assistant", "content": [], "tool_plan": "", "tool_calls": [], "citations": []}
    events = [
        _cohere_event("message-start", id="1", delta={"message": start}),
        _cohere_event("content-start", index=0, delta={"message": {"content": {"type": "text", "text": ""}}}),
    ]
    for piece in answer.pieces:
        events.append(_cohere_event("content-delta", index=0, delta={"message": {"content": {"text": piece}}}))
    match answer.ending:
        case "complete" | "length":
            reason = "COMPLETE" if answer.ending == "complete" else "MAX_TOKENS"
            events.append(_cohere_event("content-end", index=0))
            events.append(
                _cohere_event("message-end", id="1", delta={"finish_reason": reason, "usage": _usage(answer)})
            )
        case "malformed":
            events.append('event: content-delta\ndata: {"type": "content-delta", "delta\n\n')
        case "error_event":
            events.append(
                _cohere_event("message-end", id="1", delta={"finish_reason": "ERROR", "usage": _usage(answer)})
            )
        case "no_choices":
            events = events[:1]
    return events


def _cohere_event(kind: str, **values: object) -> str:
    return f"event: {kind}\ndata: {json.dumps({'type': kind, **values})}\n\n"


def _usage(answer: Answer) -> dict[str, Any]:
    counts = {"input_tokens": PROMPT_TOKENS, "output_tokens": len(answer.pieces)}
    return {"billed_units": counts, "tokens": counts}


def _cohere_answer(answer: Answer) -> dict[str, Any]:
    message = {"role": "assistant", "content": [{"type": "text", "text": "".join(answer.pieces)}]}
    finish = "MAX_TOKENS" if answer.ending == "length" else "COMPLETE"
    return {"id": "1", "finish_reason": finish, "message": message, "usage": _usage(answer)}


def _cohere_embeddings(body: dict[str, Any], rows: Rows) -> dict[str, Any]:
    vectors = rows.vectors if rows.vectors is not None else [embedding(t, body["input_type"]) for t in body["texts"]]
    floats = [list(one) for one in vectors]
    return {"id": "1", "embeddings": {"float": floats}, "texts": body["texts"], "response_type": "embeddings_by_type"}


def _cohere_ranking(body: dict[str, Any], scripted: Sequence[tuple[int, float]] | None) -> dict[str, Any]:
    """Rank by the share of the query's words that a document holds, unless a test says otherwise."""
    if scripted is not None:
        return {"id": "1", "results": [{"index": row, "relevance_score": score} for row, score in scripted]}
    words = set(str(body["query"]).lower().split())
    shares = [len(words & set(str(one).lower().split())) / max(1, len(words)) for one in body["documents"]]
    order = sorted(range(len(shares)), key=lambda row: -shares[row])[: body.get("top_n") or None]
    return {"id": "1", "results": [{"index": row, "relevance_score": shares[row]} for row in order]}
