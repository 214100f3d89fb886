"""What every chat-model responder owes, against a server that misbehaves in each way seen in the field."""

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import cast

import pytest
from pydantic import SecretStr

from assistant.condensing import RuleRewriter, coloured
from assistant.errors import (
    AssistantError,
    BackendError,
    BackendTimeout,
    BadResponse,
    BudgetSpent,
    Cancelled,
    MissingDependency,
    MissingSecret,
    RateLimited,
)
from assistant.ports import Preparing, Responder, Rewriter, Warmable
from assistant.prompting import Prompts
from assistant.responders import open_responders
from assistant.responders.circuit_breaker import FAILURES
from assistant.responders.extractive import ExtractiveResponder
from assistant.responders.llama_cpp import PACKAGED_MODEL
from assistant.settings import Settings
from assistant.shipped import shipped_folder
from assistant.types import Allowance, Message, PromptMessage, ResponseRequest, ScoredPassage
from tests.fakes import passage
from tests.wire import Answer, Ending, Page, Refusal, Reply, Silence, WireServer
from tests.wire_fixtures import wire

__all__ = ["wire"]

FIRST_TOKEN_SECONDS = 0.6
PATIENT = 30.0
BETWEEN_TOKENS_SECONDS = 0.4
ANSWER_SECONDS = 1.2
CANCEL_SECONDS = 1.0
"""A closed answer must be gone from the service by then."""

HOSTED = ("openai:gpt-test", "cohere:command-test")
REQUEST = ResponseRequest(
    question="How long may I return it?",
    weights={},
    passages=(),
    messages=(
        PromptMessage(role="system", text="Answer from the passages."),
        PromptMessage(role="user", text="How long may I return it?"),
    ),
)


def condense(question: str, history: Sequence[Message]) -> list[PromptMessage]:
    said = "\n".join(message.text for message in history)
    text = f"{said}\nStand alone: {question}"
    return [PromptMessage(role="user", text=text, template="condense.user", checksum="0a1b2c")]


def settings_for(wire: WireServer, name: str, home: Path, **limits: float) -> Settings:
    values: dict[str, float] = {
        "first_token_seconds": FIRST_TOKEN_SECONDS,
        "between_tokens_seconds": BETWEEN_TOKENS_SECONDS,
        "answer_seconds": ANSWER_SECONDS,
        **limits,
    }
    return Settings(
        home=home,
        responders=(name,),
        openai_api_key=SecretStr("sk-test"),
        cohere_api_key=SecretStr("co-test"),
        openai_base_url=wire.openai_url,
        cohere_base_url=wire.cohere_url,
        **values,
    )


@pytest.fixture(params=HOSTED)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def responder(wire: WireServer, name: str, tmp_path: Path) -> Responder:
    return warmed(settings_for(wire, name, tmp_path), wire)


@pytest.fixture
def patient(wire: WireServer, name: str, tmp_path: Path) -> Responder:
    """One whose limits a busy machine does not reach."""
    limits = dict.fromkeys(("first_token_seconds", "between_tokens_seconds", "answer_seconds"), PATIENT)
    return warmed(settings_for(wire, name, tmp_path, **limits), wire)


def warmed(settings: Settings, wire: WireServer) -> Responder:
    """Return the first responder. Its first call imports the vendor's packages, which must not count against limits."""
    first = open_responders(settings, condense=condense)[0]
    assert "".join(first.stream(REQUEST))
    wire.requests.clear()
    return first


def test_pieces_concatenate_to_the_answer(responder: Responder, wire: WireServer, name: str) -> None:
    wire.enqueue(Answer(pieces=("Yes, ", "within ", "30 days – gratis 👍.")))
    pieces = list(responder.stream(REQUEST))
    assert responder.name == name
    assert pieces == ["Yes, ", "within ", "30 days – gratis 👍."]
    sent = wire.requests[0]
    assert [message["role"] for message in sent.body["messages"]] == ["system", "user"]
    assert sent.body["temperature"] == 0
    assert sent.headers["authorization"].removeprefix("Bearer ") in ("sk-test", "co-test")


FAULTS: list[tuple[str, tuple[Reply, ...], type[BackendError], int]] = [
    ("key refused", (Refusal(401),), BadResponse, 1),
    ("forbidden", (Refusal(403),), BadResponse, 1),
    ("no such model", (Refusal(404),), BadResponse, 1),
    ("bad request", (Refusal(400),), BadResponse, 1),
    ("429, 429", (Refusal(429), Refusal(429)), RateLimited, 2),
    ("429, come back later", (Refusal(429, {"Retry-After": "60"}),), RateLimited, 1),
    ("500, 500", (Refusal(500), Refusal(500)), BackendError, 2),
    ("503, 503", (Refusal(503), Refusal(503)), BackendError, 2),
    ("silence", (Silence(),), BackendTimeout, 1),
    ("stall midway", (Answer(ending="stall"),), BackendTimeout, 1),
    ("drip", (Answer(pieces=("a ",) * 40, drip_seconds=0.2),), BackendTimeout, 1),
    ("page instead of a stream", (Page(),), BadResponse, 1),
    ("JSON instead of a stream", (Page('{"hello": 1}', "application/json"),), BadResponse, 1),
    ("connection reset midway", (Answer(ending="reset"),), BadResponse, 1),
    ("end without a finish reason", (Answer(ending="unfinished"),), BadResponse, 1),
    ("cut off at the length limit", (Answer(ending="length"),), BadResponse, 1),
    ("malformed JSON midway", (Answer(ending="malformed"),), BadResponse, 1),
    ("error event midway", (Answer(ending="error_event"),), BadResponse, 1),
    ("no choices", (Answer(ending="no_choices"),), BadResponse, 1),
    ("no text", (Answer(pieces=()),), BadResponse, 1),
]


@pytest.mark.parametrize(("replies", "expected", "calls"), [fault[1:] for fault in FAULTS], ids=[f[0] for f in FAULTS])
def test_every_fault_is_an_error_within_the_deadline(
    responder: Responder, wire: WireServer, replies: tuple[Reply, ...], expected: type[BackendError], calls: int
) -> None:
    wire.enqueue(*replies)
    started = time.monotonic()
    with pytest.raises(BackendError) as caught:
        list(responder.stream(REQUEST))
    assert type(caught.value) is expected
    assert caught.value.backend == responder.name
    assert time.monotonic() - started < ANSWER_SECONDS + 0.5
    assert len(wire.requests) == calls


@pytest.mark.parametrize("ending", ["reset", "unfinished", "length", "malformed", "error_event", "stall"])
def test_what_came_before_a_fault_is_kept(responder: Responder, wire: WireServer, ending: Ending) -> None:
    wire.enqueue(Answer(pieces=("Half of ",), ending=ending))
    stream = responder.stream(REQUEST)
    assert next(stream) == "Half of "
    with pytest.raises(BackendError):
        next(stream)
    assert len(wire.requests) == 1, "an answer that has begun must not be asked for again"


@pytest.mark.parametrize("status", [429, 500, 503])
def test_one_more_try_when_nothing_was_said(patient: Responder, wire: WireServer, status: int) -> None:
    wire.enqueue(Refusal(status, {"Retry-After": "0.2"} if status == 429 else {}), Answer(pieces=("Yes.",)))
    assert list(patient.stream(REQUEST)) == ["Yes."]
    assert len(wire.requests) == 2


def test_retry_after_is_honoured_within_the_budget(patient: Responder, wire: WireServer) -> None:
    wire.enqueue(Refusal(429, {"Retry-After": "0.4"}), Answer(pieces=("Yes.",)))
    started = time.monotonic()
    assert list(patient.stream(REQUEST)) == ["Yes."]
    assert time.monotonic() - started >= 0.4


def test_retry_after_is_reported(responder: Responder, wire: WireServer) -> None:
    wire.enqueue(Refusal(429, {"Retry-After": "60"}))
    with pytest.raises(RateLimited) as caught:
        list(responder.stream(REQUEST))
    assert caught.value.retry_after_seconds == 60


def test_closing_hangs_up(responder: Responder, wire: WireServer) -> None:
    wire.enqueue(Answer(pieces=("One ",) * 100, drip_seconds=0.1))
    stream = responder.stream(REQUEST)
    next(stream)
    close = cast("Callable[[], None]", getattr(stream, "close"))  # noqa: B009 - the port promises an iterator only
    close()
    assert wire.hung_up.wait(CANCEL_SECONDS)


def test_a_timeout_hangs_up_too(responder: Responder, wire: WireServer) -> None:
    wire.enqueue(Silence())
    with pytest.raises(BackendTimeout):
        list(responder.stream(REQUEST))
    assert wire.hung_up.wait(CANCEL_SECONDS)


def test_a_model_that_has_begun_may_not_pause_for_long(responder: Responder, wire: WireServer) -> None:
    wire.enqueue(Answer(pieces=("Half of ",), ending="stall"))
    stream = responder.stream(REQUEST)
    next(stream)
    started = time.monotonic()
    with pytest.raises(BackendTimeout):
        next(stream)
    assert time.monotonic() - started < FIRST_TOKEN_SECONDS


def test_a_turn_that_has_little_time_left_is_not_waited_beyond(responder: Responder, wire: WireServer) -> None:
    wire.enqueue(Silence())
    started = time.monotonic()
    with pytest.raises(BackendTimeout):
        list(responder.stream(REQUEST.model_copy(update={"allowance": Allowance(0.2)})))
    assert time.monotonic() - started < FIRST_TOKEN_SECONDS


def test_cancelling_from_another_thread_hangs_up(responder: Responder, wire: WireServer) -> None:
    wire.enqueue(Silence())
    allowance = Allowance()
    threading.Timer(0.1, allowance.cancel).start()
    with pytest.raises(Cancelled):
        list(responder.stream(REQUEST.model_copy(update={"allowance": allowance})))
    assert wire.hung_up.wait(CANCEL_SECONDS)


def test_usage_is_told_by_the_provider(responder: Responder, wire: WireServer, name: str) -> None:
    allowance = Allowance()
    wire.enqueue(Answer(pieces=("Yes, ", "30 days.")), Answer(ending="length"))
    list(responder.stream(REQUEST.model_copy(update={"allowance": allowance})))
    once = allowance.used
    assert (once.prompt_tokens, once.completion_tokens, once.providers) == (7, 2, (name,))
    with pytest.raises(BadResponse):
        list(responder.stream(REQUEST.model_copy(update={"allowance": allowance})))
    assert allowance.used.prompt_tokens == 14, "what failed is paid for too"


def test_what_costs_money_is_not_asked_against_a_refusal(responder: Responder, wire: WireServer) -> None:
    allowance = Allowance()
    allowance.forbid("The budget of the day is spent.")
    with pytest.raises(BudgetSpent, match="of the day"):
        list(responder.stream(REQUEST.model_copy(update={"allowance": allowance})))
    assert isinstance(responder, Rewriter)
    query = responder.standalone("And the warranty?", HISTORY, allowance)
    assert query == RuleRewriter().standalone("And the warranty?", HISTORY)
    assert wire.requests == []


def test_answers_of_many_threads_do_not_mix(patient: Responder, wire: WireServer) -> None:
    answers: list[str] = []
    wire.enqueue(*(Answer(pieces=(f"{row}-",) * 5, drip_seconds=0.01) for row in range(8)))
    threads = [threading.Thread(target=lambda: answers.append("".join(patient.stream(REQUEST)))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [f"{row}-" * 5 for row in range(8)]


def test_a_service_that_keeps_failing_is_left_alone(responder: Responder, wire: WireServer) -> None:
    wire.enqueue(*[Refusal(401)] * FAILURES)
    for _ in range(FAILURES):
        with pytest.raises(BadResponse):
            list(responder.stream(REQUEST))
    with pytest.raises(BackendError, match="left alone"):
        list(responder.stream(REQUEST))
    assert len(wire.requests) == FAILURES


def test_an_unreachable_service_is_a_backend_error(name: str, tmp_path: Path) -> None:
    with WireServer() as gone:
        settings = settings_for(gone, name, tmp_path, first_token_seconds=30.0, answer_seconds=30.0)
    with pytest.raises(BackendError, match="cannot be reached"):
        list(open_responders(settings)[0].stream(REQUEST))


# --- Rewriting -----------------------------------------------------------------------------------------------------

HISTORY = (Message(speaker="customer", text="Do you sell lamps?"), Message(speaker="assistant", text="Yes."))


SPELT_OUT_WITH = (("condense.user", "0a1b2c"),)


def test_standalone_returns_what_the_model_wrote(responder: Responder, wire: WireServer) -> None:
    wire.enqueue(Answer(pieces=('"How long is the warranty ', 'on lamps?"')))
    assert isinstance(responder, Rewriter)
    query = responder.standalone("And the warranty?", HISTORY)
    spelt_out = coloured("How long is the warranty on lamps?", HISTORY)
    assert query == spelt_out.model_copy(update={"prompts": SPELT_OUT_WITH})
    assert query.shown == "How long is the warranty on lamps?"
    assert "Do you sell lamps?" in wire.requests[0].body["messages"][0]["content"]


@pytest.mark.parametrize(
    "reply",
    [
        Refusal(401),
        Answer(pieces=("Lamps last for ten years.",)),
        Answer(ending="unfinished"),
        Answer(pieces=("Sure!\n", "Here is it.")),
        Answer(pieces=("How long is the warranty, see https://evil.example/x?",)),
        Answer(pieces=("How long is the <img src=x> warranty?",)),
        Silence(),
    ],
)
def test_standalone_falls_back_to_the_rule(responder: Responder, wire: WireServer, reply: Reply) -> None:
    wire.enqueue(reply)
    assert isinstance(responder, Rewriter)
    query = responder.standalone("And the warranty?", HISTORY)
    by_rule = RuleRewriter().standalone("And the warranty?", HISTORY)
    assert query == by_rule.model_copy(update={"prompts": SPELT_OUT_WITH})
    assert query.shown == "Do you sell lamps? | And the warranty?"


def test_a_first_question_is_not_sent_anywhere(responder: Responder, wire: WireServer) -> None:
    assert isinstance(responder, Rewriter)
    assert responder.standalone("Do you sell lamps?", ()).text == "Do you sell lamps?"
    assert wire.requests == []


def test_without_a_prompt_for_it_nothing_is_rewritten(wire: WireServer, name: str, tmp_path: Path) -> None:
    assert not isinstance(open_responders(settings_for(wire, name, tmp_path))[0], Rewriter)


# --- Choosing ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, ["extractive"]),
        ({"openai_api_key": "k"}, ["openai:gpt-4o-mini", "extractive"]),
        ({"cohere_api_key": "k"}, ["cohere:command-a-03-2025", "extractive"]),
        ({"openai_base_url": "http://127.0.0.1:1/v1"}, ["extractive"]),
        ({"openai_base_url": "http://127.0.0.1:1/v1", "responders": ("openai:local",)}, ["openai:local", "extractive"]),
        ({"responders": ("extractive",), "openai_api_key": "k"}, ["extractive"]),
    ],
)
def test_responders_are_chosen_by_what_is_available(
    values: dict[str, str], expected: list[str], tmp_path: Path
) -> None:
    found = open_responders(Settings(home=tmp_path, **values))
    assert [one.name for one in found] == expected
    assert isinstance(found[-1], ExtractiveResponder)


@pytest.mark.parametrize(
    ("responder_name", "error", "remedy"),
    [
        ("openai:gpt-test", MissingSecret, "OPENAI_API_KEY"),
        ("cohere:command-test", MissingSecret, "COHERE_API_KEY"),
        ("llama-cpp:/nowhere/model.gguf", MissingDependency, "no such .gguf file"),
    ],
)
def test_what_is_missing_is_told_when_opening(
    responder_name: str,
    error: type[AssistantError],
    remedy: str,
    tmp_path: Path,
) -> None:
    with pytest.raises(error, match=remedy):
        open_responders(Settings(home=tmp_path, responders=(responder_name,)))


# --- The local model -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Responder:
    settings = Settings(home=tmp_path_factory.mktemp("home"), responders=(f"llama-cpp:{PACKAGED_MODEL}",))
    return open_responders(settings)[0]


def test_the_packaged_local_model_answers(local: Responder) -> None:
    answer = "".join(local.stream(REQUEST))
    assert len(answer.split()) >= 2


def test_the_packaged_local_model_reads_only_what_is_new(tmp_path: Path) -> None:
    """Its own counters tell how much of a prompt it had kept: the long beginning that all prompts share."""
    prompts = Prompts([shipped_folder("prompts")], assistant_name="Help desk")
    settings = Settings(home=tmp_path, responders=(f"llama-cpp:{PACKAGED_MODEL}",))
    responder = open_responders(settings, briefly=prompts.answer_briefly)[0]
    assert isinstance(responder, Warmable)
    responder.warm_up()
    allowance = Allowance()
    found = (ScoredPassage(rank=1, score=1.0, passage=passage("You can return lamps within 30 days.")),)
    assert isinstance(responder, Preparing)
    asked = responder.prepared(REQUEST.model_copy(update={"passages": found, "allowance": allowance}))
    assert set(asked.prompts) == {"answer_local.system", "answer_local.user"}
    with suppress(BadResponse):  # a model as small as this one may go on and on
        list(responder.stream(asked))
    used = allowance.used
    assert used.prompt_tokens > used.cached_tokens > 0.75 * used.prompt_tokens
    assert used.cost_dollars == 0


def test_the_packaged_local_model_is_no_rewriter(local: Responder) -> None:
    assert not isinstance(local, Rewriter)


def test_closing_frees_the_local_model(local: Responder) -> None:
    story = PromptMessage(role="user", text="Tell a very long story about a lighthouse.")
    stream = local.stream(REQUEST.model_copy(update={"messages": (story,)}))
    next(stream)
    cast("Callable[[], None]", getattr(stream, "close"))()  # noqa: B009 - the port promises an iterator only
    started = time.monotonic()
    # Only one answer is computed at a time, so this one would have to wait for the story's end.
    next(local.stream(REQUEST))
    assert time.monotonic() - started < 5


def test_a_damaged_local_model_is_a_backend_error(tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.gguf"
    damaged.write_bytes(b"GGUF" + bytes(500))
    responder = open_responders(Settings(home=tmp_path, responders=(f"llama-cpp:{damaged}",)))[0]
    with pytest.raises(BackendError, match="cannot be loaded"):
        list(responder.stream(REQUEST))
