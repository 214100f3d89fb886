"""What the hygiene checks find, miss and wrongly accuse, and how long they take.

    python -m benchmarks.hygiene [--public-sets DIR] [--passages 10000 100000]

Always: the labelled pairs of `tests/content/contradictions.jsonl`, the sample documents, and near-duplicates planted
in made-up passages. With `--public-sets`, a folder that holds `injection/bipia`, `injection/piguard` and
`documents/...` (BIPIA and PIGuard: MIT; hostile text, only ever read): recall on attacks, false alarms on help pages.
"""

import argparse
import json
import tarfile
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from statistics import quantiles
from typing import Any

from assistant.errors import DocumentError
from assistant.hygiene import contradictions, instructions_in, near_duplicates
from assistant.ingestion.loaders import load
from assistant.shipped import shipped_folder
from assistant.types import LoadedDocument, Passage
from benchmarks.machine import report
from tests.hygiene_texts import cases, folder_documents, made_up_passages, passages_of, score

Row = dict[str, Any]


def archived_documents(archive: Path, suffix: str, scratch: Path) -> Iterator[LoadedDocument]:
    with tarfile.open(archive) as members:
        for member in members:
            content = members.extractfile(member) if member.isfile() and member.name.endswith(suffix) else None
            if content is not None:
                path = scratch / f"page{suffix}"
                path.write_bytes(content.read())
                try:
                    document = load(path, source=member.name, name=member.name)
                except DocumentError:
                    continue
                if document is not None:
                    yield document


def attacks(sets: Path) -> Iterator[tuple[str, str, bool]]:
    """Yield (group, text, whether it is an attack)."""
    for kind, texts in json.loads((sets / "bipia/text_attack_train.json").read_text(encoding="utf-8")).items():
        yield from ((f"bipia: {kind}", text, True) for text in texts)
    for name in ("valid", "NotInject_one", "NotInject_two", "NotInject_three", "wildguard"):
        for entry in json.loads((sets / f"piguard/{name}.json").read_text(encoding="utf-8")):
            group = f"piguard {name}" + (f": {entry['source']}" if "source" in entry else "")
            yield group, entry["prompt"], bool(entry.get("label", 0))
    for name in ("email", "table"):
        for line in (sets / f"bipia/{name}/test.jsonl").read_text(encoding="utf-8").splitlines():
            yield f"bipia: honest {name}", str(json.loads(line)["context"]), False


def attack_rows(sets: Path) -> Iterator[Row]:
    counts: dict[tuple[str, bool], list[bool]] = defaultdict(list)
    for group, text, is_attack in attacks(sets):
        counts[group, is_attack].append(bool(instructions_in(text)))
    for (group, is_attack), found in counts.items():
        yield {"texts": group, "attacks": is_attack, "count": len(found), "found": sum(found)}


def alarm_row(name: str, passages: Iterable[Passage]) -> Row:
    milliseconds, chars, hits = [], 0, 0
    for passage in passages:
        began = time.process_time()
        findings = instructions_in(passage.text)
        milliseconds.append(1000 * (time.process_time() - began))
        chars += len(passage.text)
        hits += bool(findings)
        for finding in findings:
            print(f"  {passage.document}: {finding.kind}: {passage.text[finding.start : finding.end]!r}")
    cuts = quantiles(milliseconds, n=100)
    row = {"pages": name, "passages": len(milliseconds), "chars each": chars // len(milliseconds), "alarms": hits}
    return row | {"CPU ms median": cuts[49], "CPU ms p99": cuts[98]}


def alarm_rows(sets: Path | None, scratch: Path) -> Iterator[Row]:
    yield alarm_row("sample documents", passages_of(folder_documents(shipped_folder("knowledge_base"))))
    if sets is None:
        return
    magento = sets / "documents/docs_magento_merchant/docs.tar.gz"
    office = sets / "documents/formats/libreoffice_help_html.tar.gz"
    yield alarm_row("magento manual", passages_of(archived_documents(magento, ".md", scratch)))
    yield alarm_row("libreoffice help", passages_of(archived_documents(office, ".html", scratch)))
    yield alarm_row("other formats", passages_of(folder_documents(sets / "documents/formats")))


def duplicate_row(count: int) -> Row:
    passages, planted = made_up_passages(count)
    began = time.perf_counter()
    found = near_duplicates(passages)
    return {
        "passages": count,
        "planted": planted,
        "found": len(found),
        "seconds": round(time.perf_counter() - began, 1),
    }


def contradiction_rows(sets: Path | None, scratch: Path) -> Iterator[Row]:
    for name in ("shop", "other trades"):
        chosen = [case for case in cases() if case.set == name]
        yield {"texts": f"labelled pairs: {name}"} | score(chosen)
    yield whole_row("sample documents", list(passages_of(folder_documents(shipped_folder("knowledge_base")))))
    if sets is not None:
        magento = sets / "documents/docs_magento_merchant/docs.tar.gz"
        yield whole_row("magento manual", list(passages_of(archived_documents(magento, ".md", scratch))))


def whole_row(name: str, passages: list[Passage]) -> Row:
    began = time.perf_counter()
    found = contradictions(passages)
    seconds = time.perf_counter() - began
    for one in found:
        print(
            f"  {one.difference}: {one.first.document} {one.first.quote!r} / {one.second.document} {one.second.quote!r}"
        )
    return {"texts": name, "passages": len(passages), "flagged": len(found), "seconds": round(seconds, 1)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--public-sets", type=Path)
    parser.add_argument("--passages", type=int, nargs="*", default=[10_000])
    parser.add_argument("--scratch", type=Path, default=Path("var"))
    arguments = parser.parse_args()
    sets: Path | None = arguments.public_sets
    arguments.scratch.mkdir(exist_ok=True)
    if sets is not None:
        report("hygiene-attacks", list(attack_rows(sets / "injection")))
    report("hygiene-alarms", list(alarm_rows(sets, arguments.scratch)))
    labelled: list[Row] = []
    whole: list[Row] = []
    for row in contradiction_rows(sets, arguments.scratch):
        (labelled if "precision" in row else whole).append(row)
    report("hygiene-contradictions-labelled", labelled)
    report("hygiene-contradictions-found", whole)
    report("hygiene-duplicates", [duplicate_row(count) for count in arguments.passages])


if __name__ == "__main__":
    main()
