"""Times how long a customer waits for the first sentence beyond the time that the model takes to write it.

    python -m benchmarks.first_token [--samples 200] [--token-ms 10] [--turns 6]

First table: a scripted model on the loopback sends a token every `--token-ms`, and notes when. `overhead` runs from the
last token of its first sentence to the moment at which that sentence may be shown; a sentence has ended only when the
next one begins, so that one token more is always waited for (`after next token` runs from that one). The checks are
those of a turn with the default embedder. Second table: the model of this machine, asked through the responder as in a
chat, beside the same prompts without what it keeps of earlier ones; the tokens are its own counts.
"""

import argparse
import json
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

import httpx
from pydantic import SecretStr

from assistant.bootstrap import open_prompts
from assistant.condensing import RuleRewriter
from assistant.dialogue import Dialogue, House
from assistant.embedders import open_embedder
from assistant.embedders.packaged import SHA256
from assistant.evaluation.metrics import percentile
from assistant.handoff.desk import Handoff
from assistant.output_checks import OutputChecks
from assistant.ports import Preparing
from assistant.responders import open_responders
from assistant.responders.extractive import ExtractiveResponder
from assistant.responders.llama_cpp import PACKAGED_MODEL, find_model, running_server
from assistant.settings import Settings
from assistant.signals import open_signal_reader
from assistant.signals.vectors import SharedVectors
from assistant.types import Allowance, PromptMessage, ResponseRequest, SearchResult, TextDelta
from assistant.writing import Writer
from benchmarks.machine import report
from tests.fakes import found, passage
from tests.fakes_stores import MemoryConversations
from tests.policies import shipped_policy
from tests.wire import Answer, WireServer

FACTS = {
    "How long can I return products?": "You can return most products within 30 days of delivery. Sale items are final.",
    "What does delivery to Switzerland cost?": "Delivery to Switzerland costs CHF 12. It takes 3 to 5 working days.",
    "How long does a refund take?": "A refund takes 5 to 7 working days. It goes to the card that you paid with.",
    "Does the warranty cover the battery?": "The warranty covers the battery for one year. Wear is not covered.",
    "Can I pay by invoice?": "Business customers can pay by invoice within 14 days. Others pay by card or PayPal.",
    "How do I reset the headphones?": "To reset the headphones, hold the button for 10 seconds. The light blinks.",
}


def result_for(question: str) -> SearchResult:
    """Return what a search would find: the fact, among four passages about something else."""
    others = [fact for other, fact in FACTS.items() if other != question][:4]
    texts = [FACTS[question], *others]
    return found(*(passage(text, document=f"{row}.md") for row, text in enumerate(texts)), weights={"return": 1.0})


def overheads(samples: int, token_ms: float) -> dict[str, Any]:
    beyond_sentence, beyond_next = [], []
    questions = list(FACTS)
    with tempfile.TemporaryDirectory() as folder, WireServer() as wire:
        settings = Settings(
            home=Path(folder),
            responders=("openai:gpt-test",),
            openai_api_key=SecretStr("sk-test"),
            openai_base_url=wire.openai_url,
        )
        prompts = open_prompts(settings)
        embedder = open_embedder(settings)
        meanings = SharedVectors(lambda: embedder, SHA256).all_of
        meanings(["what is loaded once", "is loaded"])
        conversations = MemoryConversations()
        responders = (open_responders(settings)[0], ExtractiveResponder())
        dialogue = Dialogue(
            conversations=conversations,
            search=lambda query, *_: result_for(query.text),
            signals=open_signal_reader(),
            rewriter=RuleRewriter(),
            writer=Writer(responders=responders, prompts=prompts, checks=OutputChecks(meanings=meanings)),
            house=House(prompts, shipped_policy(), Handoff(handoffs=conversations, prompts=prompts)),
        )
        hello = ResponseRequest(
            question="", weights={}, passages=(), messages=(PromptMessage(role="user", text="Hello"),)
        )
        list(responders[0].stream(hello))  # what a vendor's package imports takes seconds, once
        for sample in range(samples + 10):
            question = questions[sample % len(questions)]
            tokens = [f"{word} " for word in FACTS[question].split(" ")]
            wire.sent_at.clear()
            wire.enqueue(Answer(tuple(tokens), drip_seconds=token_ms / 1000))
            events = dialogue.stream(question)
            shown = next(time.monotonic() for event in events if isinstance(event, TextDelta))
            sent = list(wire.sent_at)
            events.close()
            last = next(row for row, token in enumerate(tokens) if token.endswith(". "))
            # The first event of a stream holds no text yet.
            if sample >= 10:  # the first ones load what is loaded once
                beyond_sentence.append((shown - sent[last + 1]) * 1000)
                beyond_next.append((shown - sent[last + 2]) * 1000)
    row: dict[str, Any] = {"samples": samples, "token ms": token_ms}
    for name, times in (("overhead", beyond_sentence), ("after next token", beyond_next)):
        row |= {f"{name} p50 ms": round(median(times), 1), f"{name} p95 ms": round(percentile(times, 0.95), 1)}
    return row


def local_turns(turns: int) -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(
            home=Path(folder),
            responders=(f"llama-cpp:{PACKAGED_MODEL}",),
            first_token_seconds=300,
            answer_seconds=600,
        )
        prompts = open_prompts(settings)
        responder = open_responders(settings, briefly=prompts.answer_briefly)[0]
        rows = []
        for turn in range(turns):
            question = list(FACTS)[turn % len(FACTS)]
            allowance = Allowance()
            request = ResponseRequest(
                question=question,
                weights={"return": 1.0},
                passages=result_for(question).passages,
                messages=(),
                allowance=allowance,
            )
            assert isinstance(responder, Preparing)
            started = time.monotonic()
            asked = responder.prepared(request)
            pieces = responder.stream(asked)
            next(pieces)
            first = time.monotonic() - started
            for _ in zip(pieces, range(400), strict=False):
                pass
            cold = _cold(asked.messages)
            used = allowance.used
            rows.append(
                {
                    "turn": turn + 1,
                    "first token s": round(first, 3),
                    "the same without what is kept s": round(cold, 3),
                    "times faster": round(cold / first, 1),
                    "prompt tokens": used.prompt_tokens,
                    "kept tokens": used.cached_tokens,
                }
            )
    return rows


def _cold(messages: tuple[PromptMessage, ...]) -> float:
    """Return the seconds to the first token where nothing is kept of earlier prompts."""
    server = running_server(find_model(PACKAGED_MODEL))
    body = {
        "messages": [{"role": one.role, "content": one.text} for one in messages],
        "stream": True,
        "max_tokens": 2,
        "cache_prompt": False,
    }
    headers = {"Authorization": f"Bearer {server.key}"}
    started = time.monotonic()
    with httpx.stream("POST", f"{server.base_url}/chat/completions", json=body, headers=headers, timeout=600) as answer:
        for line in answer.iter_lines():
            if line.startswith("data: {"):
                choices = json.loads(line[6:])["choices"]
                if choices and choices[0]["delta"].get("content"):
                    return time.monotonic() - started
    raise RuntimeError("the model said nothing")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--samples", type=int, default=200)
    parser.add_argument("--token-ms", type=float, default=10.0)
    parser.add_argument("--turns", type=int, default=6, help="0 leaves the local model out")
    chosen = parser.parse_args()
    report("first-token", [overheads(chosen.samples, chosen.token_ms)])
    if chosen.turns > 1:
        rows = local_turns(chosen.turns)
        report("first-token-local", rows)
        faster = median(row["times faster"] for row in rows[1:])
        print(f"second and later turns: {faster:.1f} times faster to the first token")


if __name__ == "__main__":
    main()
