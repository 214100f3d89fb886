"""Has the scripted conversations and lists what goes wrong in them: by kind of customer, then one by one.

    python -m benchmarks.conversations [--home DIR] [--out FILE]

Without `--home` the sample company is ingested into a folder that is removed again.
"""

import argparse
import json
import tempfile
import time
from collections import Counter
from pathlib import Path

from assistant import Settings, open_assistant
from assistant.shipped import shipped_folder
from tests.conversations import ScriptedConversation, read_conversations


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, help="a state folder that holds the sample company already")
    parser.add_argument("--embedder", default="onnx:all-MiniLM-L6-v2")
    parser.add_argument("--out", type=Path, help="write the faults as JSON")
    options = parser.parse_args()
    scripted = read_conversations()
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        faults = have(scripted, options.home or Path(folder), options.embedder, ingest=options.home is None)
    report(scripted, faults, time.perf_counter() - started)
    if options.out is not None:
        options.out.write_text(json.dumps(faults, ensure_ascii=False, indent=1), encoding="utf-8")


def have(scripted: list[ScriptedConversation], home: Path, embedder: str, *, ingest: bool) -> dict[str, list[str]]:
    settings = Settings(home=home, embedder=embedder, responders=("extractive",))
    with open_assistant(settings) as bot:
        if ingest:
            bot.ingest(shipped_folder("knowledge_base"))
        return {title(one): one.faults(bot) for one in scripted}


def title(one: ScriptedConversation) -> str:
    return f"{one.persona}: {one.name}"


def report(scripted: list[ScriptedConversation], faults: dict[str, list[str]], seconds: float) -> None:
    total = Counter(one.persona for one in scripted)
    right = Counter(one.persona for one in scripted if not faults[title(one)])
    for one in scripted:
        if faults[title(one)]:
            print(f"{title(one)}{'  (known gap)' if one.known_gap else ''}")
            for fault in faults[title(one)]:
                print(f"    {fault}")
        elif one.known_gap:
            print(f"{title(one)}  goes right, though it is listed as a known gap")
    for persona, count in total.items():
        print(f"{persona:18} {right[persona]:3} of {count}")
    turns = sum(len(one.turns) for one in scripted)
    print(f"{'all':18} {right.total():3} of {total.total()}, {turns} turns, {seconds:.0f} s")


if __name__ == "__main__":
    main()
