"""Every way in which a service of chat models fails, and every kind of responder that has to live with it.

One turn is asked of a dialogue whose first responder meets the fault; behind it stands the extractive one, or nobody.
"""

import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import trustme
from pydantic import SecretStr

from assistant.condensing import RuleRewriter
from assistant.dialogue import Dialogue, House
from assistant.handoff.desk import Handoff
from assistant.output_checks import OutputChecks
from assistant.ports import Responder
from assistant.prices import FREE, Prices
from assistant.prompting import Prompts
from assistant.responders import open_responders
from assistant.responders.chat_model import Service
from assistant.responders.extractive import ExtractiveResponder
from assistant.responders.hosted import chat_responder, openai_model
from assistant.responders.langchain import open_langchain
from assistant.settings import Settings
from assistant.shipped import shipped_folder
from assistant.signals import open_signal_reader
from assistant.types import Reply, Turn
from assistant.writing import Writer
from tests import wire
from tests.fakes import found, passage
from tests.fakes_stores import MemoryConversations
from tests.policies import shipped_policy
from tests.wire import Answer, Bomb, Flood, Page, Refusal, Silence, WireServer

FIRST = "You can return most products within 30 days of delivery."
SECOND = "A refund takes 5 to 7 working days."
RETURNS = passage(f"{FIRST} {SECOND}")
QUESTION = "How long can I return most products, and how long does a refund take?"
HALF = (f"{FIRST} ", "A refund takes 5 ")
WHOLE = (f"{FIRST} ", SECOND)

Place = str
"""Where the responder looks for its service: `here`, or at an address that fails before any request."""


@dataclass(frozen=True)
class Fault:
    """What happens; `midway` tells that a half answer came before it."""

    replies: tuple[wire.Reply, ...] = ()
    place: Place = "here"
    midway: bool = False


def _midway(ending: wire.Ending) -> Fault:
    return Fault((Answer(HALF, ending),), midway=True)


FAULTS: dict[str, Fault] = {
    "429": Fault((Refusal(429),) * 3),
    "429, come back in a minute": Fault((Refusal(429, {"Retry-After": "60"}),)),
    "503": Fault((Refusal(503),) * 3),
    "401": Fault((Refusal(401),)),
    "silence": Fault((Silence(),)),
    "HTML page": Fault((Page(),)),
    "200 with an error body": Fault((Page('{"error": {"message": "overloaded"}}', "application/json"),)),
    "200 with half a JSON body": Fault((Page('{"choices": [{"mess', "application/json"),)),
    "empty body": Fault((Page("", "text/event-stream"),)),
    "no choices": Fault((Answer(ending="no_choices"),)),
    "no text": Fault((Answer(pieces=()),)),
    "connection cut midway": _midway("reset"),
    "end without a finish reason": _midway("unfinished"),
    "finish reason length": _midway("length"),
    "bad JSON midway": _midway("malformed"),
    "error event midway": _midway("error_event"),
    "stall midway": _midway("stall"),
    "slow drip": Fault((Answer(tuple("word " * 400), drip_seconds=0.05),)),
    "gzip bomb": Fault((Bomb(),)),
    "flood of empty events": Fault((Flood(),)),
    "line without an end": Fault((Flood(line_ends=False),)),
    "connection refused": Fault(place="refused"),
    "DNS failure": Fault(place="unknown host"),
    "TLS failure: no TLS there": Fault(place="no TLS"),
    "TLS failure: untrusted certificate": Fault(place="untrusted"),
}


@dataclass(frozen=True)
class Limits:
    """The time limits of a turn, in seconds."""

    first_token: float
    between_tokens: float
    answer: float

    def settings(self, home: Path, address: str, name: str, key: str = "sk-test") -> Settings:
        """Return settings that know one service, of either wire, at an address."""
        return Settings(
            home=home,
            responders=(name,),
            openai_api_key=SecretStr(key),
            cohere_api_key=SecretStr(key),
            openai_base_url=f"{address}/v1",
            cohere_base_url=address,
            first_token_seconds=self.first_token,
            between_tokens_seconds=self.between_tokens,
            answer_seconds=self.answer,
        )


def _hosted(name: str, key: str, address: str, home: Path, limits: Limits) -> Responder:
    return open_responders(limits.settings(home, address, name, key))[0]


def _langchain_object(address: str, home: Path, limits: Limits) -> Responder:
    """A model with all its defaults: its own retries, its own time limits, and whatever it reads."""
    from langchain_openai import ChatOpenAI

    model = ChatOpenAI(model="gpt-test", api_key=SecretStr("sk-test"), base_url=f"{address}/v1")
    return open_langchain(model, limits.settings(home, address, "extractive"), None, Prices())


def _local_server(address: str, home: Path, limits: Limits) -> Responder:
    """The way in which a GGUF model is asked, with another server in the place of llama.cpp's."""
    settings = limits.settings(home, address, "extractive")
    open_model = partial(openai_model, "model", "key", f"{address}/v1", limits.answer, 256)
    return chat_responder("llama-cpp:model.gguf", open_model, settings, None, Service(price=FREE))


KINDS: dict[str, Callable[[str, Path, Limits], Responder]] = {
    "openai": partial(_hosted, "openai:gpt-test", "sk-test"),
    "cohere": partial(_hosted, "cohere:command-test", "co-test"),
    "openai-compatible": partial(_hosted, "openai:own-model", ""),
    "langchain object": _langchain_object,
    "llama-cpp server": _local_server,
}


@dataclass(frozen=True)
class Outcome:
    """How a turn ended, after how many seconds."""

    reply: Reply
    turns: list[Turn]
    seconds: float


@contextmanager
def service(fault: Fault) -> Iterator[str]:
    """Start what a fault needs; gives the address."""
    with ExitStack() as stack:
        if fault.place == "untrusted":
            tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            trustme.CA().issue_cert("127.0.0.1").configure_cert(tls)
            yield stack.enter_context(WireServer(tls)).cohere_url.replace("http://", "https://")
            return
        server = stack.enter_context(WireServer())
        server.enqueue(*fault.replies)
        address = server.cohere_url
        if fault.place == "refused":
            stack.close()
        yield {
            "no TLS": address.replace("http://", "https://"),
            "unknown host": "http://no-such-service.invalid",
        }.get(fault.place, address)


def turn_with(fault: Fault, kind: str, home: Path, limits: Limits, *, floor: bool) -> Outcome:
    """Ask one question; `floor` puts the extractive responder behind the one that meets the fault."""
    with service(fault) as address:
        responder = KINDS[kind](address, home, limits)
        behind = (ExtractiveResponder(),) if floor else ()
        conversations = MemoryConversations()
        prompts = Prompts([shipped_folder("prompts")], assistant_name="Help desk")
        dialogue = Dialogue(
            conversations=conversations,
            search=lambda query, limit, mode: found(RETURNS, weights={"return": 1.0, "refund": 1.0}),
            signals=open_signal_reader(),
            rewriter=RuleRewriter(),
            writer=Writer(
                responders=(responder, *behind), prompts=prompts, checks=OutputChecks(), answer_seconds=limits.answer
            ),
            house=House(prompts, shipped_policy(), Handoff(handoffs=conversations, prompts=prompts)),
        )
        conversation = conversations.start()
        started = time.monotonic()
        reply = dialogue.reply(QUESTION, conversation.id)
        return Outcome(reply, conversations.turns(conversation.id), time.monotonic() - started)
