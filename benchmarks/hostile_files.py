"""Feeds files that were made to break a parser to the parser pool; each must end in time, in memory, with a verdict.

    python -m benchmarks.hostile_files [--only NAME]

Prints the verdict, the seconds, and the peak memory of the parser process. Exits with 1 where a file took more than
30 seconds or 1 GB, or ended otherwise than with a document or a reason.
"""

import argparse
import os
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from assistant.errors import DocumentError
from assistant.ingestion.files import content_digest, discover
from assistant.ingestion.sandbox import ParserPool
from benchmarks import hostile_builders as make
from benchmarks.machine import report

MAX_SECONDS, MAX_MEGABYTES = 30.0, 1024.0
_MANY = 200_000
_ZEROS = bytes(150_000_000)
_RUN = "<w:p><w:r><w:t>x</w:t></w:r></w:p>"
_ROW = '<row r="1"><c r="A1" t="inlineStr"><is><t>x</t></is></c></row>'
_ITEM = '<manifest><item id="a" href="a.html" media-type="text/html"/></manifest>'

QUICK: dict[str, make.Builder] = {
    "empty.md": make.text(""),
    "blank.txt": make.text(" \n\t\n"),
    "nul.txt": make.text("Open\x00 from nine to five." + "\x00" * 400),
    "stray-nul.md": make.text("Open from nine\x00 to five."),
    "surrogates.md": make.text(b"We \xed\xa0\x80 deliver \xff\xfe to you."),
    "not-a-number.csv": make.text("a,b\nNaN,inf\n-Infinity,1e999\n"),
    "not-a-number.jsonl": make.text('{"a": NaN, "b": Infinity, "c": 1e999, "d": "\\ud800"}\n'),
    "huge-integer.jsonl": make.text(f'{{"a": {"9" * 100_000}}}\n'),
    "deep.jsonl": make.text('{"a":' + "[" * 100_000 + "]" * 100_000 + "}\n"),
    "bad-date.md": make.text("---\nvalid_from: soon\n---\nText"),
    "yaml-aliases.md": make.text(
        "---\na0: &a0 [x]\n"
        + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 40))
        + "---\nT"
    ),
    "yaml-object.md": make.text("---\ntitle: !!python/object/apply:os.system ['touch pwned']\n---\nText"),
    "word-entities.docx": make.word_body("<w:p><w:r><w:t>&l11;</w:t></w:r></w:p>", make.LAUGHS),
    "word-external.docx": make.word_body("<w:p><w:r><w:t>&x;&y;</w:t></w:r></w:p>", make.EXTERNAL),
    "sheet-entities.xlsx": make.workbook(_ROW.replace("x<", "&l11;<"), make.LAUGHS),
    "odt-entities.odt": make.open_document("<text:p>&l11;</text:p>", make.LAUGHS),
    "odt-external.odt": make.open_document("<text:p>before &x;&y;</text:p>", make.EXTERNAL),
    "epub-entities.epub": make.book(f"{make.LAUGHS}<package>&l11;</package>"),
    "epub-outside.epub": make.book(
        '<package><manifest><item id="a" href="../../../etc/passwd" media-type="text/html"/></manifest>'
        '<spine><itemref idref="a"/></spine></package>'
    ),
    "odt-deep.odt": make.open_document("<text:section>" * 5_000 + "x" + "</text:section>" * 5_000),
    "word-deep.docx": make.word_body("<w:tbl><w:tr><w:tc>" * 2_000 + _RUN + "</w:tc></w:tr></w:tbl>" * 2_000),
    "bomb.docx": make.zipped(("word/document.xml", b" " * 30_000_000)),
    "two-thousand-and-one.docx": make.zipped(*((f"{n}.xml", "<a/>") for n in range(2_001))),
    "locked.docx": make.zipped(("word/document.xml", "<a/>"), password=True),
    "old-inside-new.docx": make.text(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4_000)),
    "no-sheet.xls": make.text(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4_000)),
    "no-word.doc": make.text(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 4_000),
    "locked.pdf": make.locked_pdf,
    "ten-thousand-pages.pdf": make.text(make.pdf_pages(10_000)),
    "looping.pdf": make.text(make.looping_pdf()),
    "pdf-in-name-only.pdf": make.text("no pdf"),
    "pdf.md": make.text(make.pdf_pages(1)),
    "zip.docx.txt": make.zipped(("a", "b")),
    "picture.html": make.text(b"\x89PNG\r\n\x1a\n" + bytes(500)),
    "program.csv": make.text(b"\x7fELF" + bytes(500)),
    "polyglot.pdf": make.text(make.pdf_pages(1) + b"PK\x03\x04<html><script>x</script>"),
    "polyglot.html": make.text(b"<html><p>Hello</p><!-- %PDF-1.7 PK\x03\x04 -->"),
    "deep.html": make.text("<div>" * 5_000 + "x"),
    "unclosed.html": make.text("<p" * 100_000),
    "attributes.html": make.text("<p " + " ".join(f'a{n}="{n}"' for n in range(50_000)) + ">x</p>"),
    "spans.html": make.text('<table><tr><td colspan="999999" rowspan="999999">x</td></tr><tr><td>y</td></tr></table>'),
    "charset.html": make.text(b'<meta charset="utf-7"><p>+ADw-script+AD4-</p>'),
    "deep.eml": make.text(
        "".join(f'Content-Type: multipart/mixed; boundary="{n}"\n\n--{n}\n' for n in range(1_000)) + "\nx"
    ),
    "no-body.eml": make.text("Subject: x\nContent-Type: application/pdf\n\nx"),
    "charset.eml": make.text("Subject: x\nContent-Type: text/plain; charset=nonsense\n\nHello there"),
    "deep.rtf": make.text("{\\rtf1 " + "{" * 100_000 + "x" + "}" * 100_000 + "}"),
    "unclosed.rtf": make.text("{\\rtf1 {\\field{\\*\\fldinst{HYPERLINK " * 2_000),
    "binary.rtf": make.text("{\\rtf1 {\\pict\\bin99999999999 x"),
    "\u05e9\u05dc\u05d5\u05dd \u0639\u0631\u0628\u064a.md": make.text(
        "# \u05e9\u05dc\u05d5\u05dd\n\n\u0645\u0631\u062d\u0628\u0627"
    ),
    "invoice\u202efdp.md": make.text("Text"),
    "new\nline.md": make.text("Text"),
    os.fsdecode(b"bad-\xff-name.md"): make.text("Text"),
    "pipe.md": make.pipe,
    "device.md": make.link("/dev/zero"),
    "outside.md": make.link("/etc/passwd"),
    "circle.md": make.link("circle.md"),
    "nested.zip": make.text(make.nested_zip()),
    "outside.zip": make.zipped(("../../evil.md", "x")),
    "absolute.zip": make.zipped(("/etc/evil.md", "x")),
    "backslash.zip": make.zipped(("..\\..\\evil.md", "x")),
    "drive.zip": make.zipped(("C:\\evil.md", "x")),
    "links.zip": make.zipped(("evil.md", "/etc/passwd"), symlink=True),
    "locked.zip": make.zipped(("a.md", "Text"), password=True),
    "bomb.zip": make.zipped(("a.txt", bytes(60_000_000))),
    "overlapping.zip": make.overlapping_zip,
    "lying.zip": make.lying_zip,
    "truncated.zip": make.truncated(make.zipped(("a.md", "Text" * 1_000))),
    "empty.zip": make.zipped(),
    "text.zip": make.text("no zip"),
    "truncated.docx": make.truncated(make.word_body(_RUN * 500)),
    "truncated.odt": make.truncated(make.open_document("<text:p>x</text:p>" * 500)),
    "truncated.xlsx": make.truncated(make.workbook(_ROW)),
    "truncated.epub": make.truncated(make.book(f"<package>{_ITEM}</package>", ("a.html", "<p>x</p>" * 500))),
    "truncated.pdf": make.truncated(make.text(make.pdf_pages(9))),
    "truncated.eml": make.text('Content-Type: multipart/mixed; boundary="a"\n\n--a\nContent-Type: text/html\n\n<p>Hel'),
    "flipped.docx": make.flipped(make.word_body(_RUN * 500)),
    "flipped.pdf": make.flipped(make.text(make.flate_bomb(1, 1))),
}
"""What ends at once; the tests use these too."""

SLOW: dict[str, make.Builder] = {
    "flate-bomb.pdf": make.text(make.flate_bomb(2, 300)),
    "flate-long.pdf": make.text(make.flate_bomb(1, 40)),
    "one-line.txt": make.text("word " * 2_000_000),
    "one-line.md": make.text("word " * 1_000_000),
    "no-space.md": make.text("x" * 4_900_000),
    "too-long.txt": make.text("a line of text\n" * 1_000_000),
    "stars.md": make.text("*a_ " * _MANY),
    "brackets.md": make.text("[" * _MANY),
    "links.md": make.text("[a](" * _MANY),
    "fences.md": make.text("```\n~~~~\n" * _MANY),
    "backticks.md": make.text("`" * _MANY + "a" + "``a" * _MANY),
    "tags.md": make.text("{% " * _MANY + "<a " * _MANY),
    "quotes.md": make.text("> " * _MANY),
    "underlines.txt": make.text(("a" * 100 + "\n" + "=" * 100 + "\n\n") * 20_000),
    "huge-field.csv": make.text('a,b\n"' + "x" * 4_000_000 + '",y\n'),
    "unclosed-quote.csv": make.text('a,b\n"' + "x,y\n" * 1_000_000),
    "many-columns.csv": make.text(",".join("a" * 100_000) + "\n" + "\n".join("1,2" for _ in range(1_000))),
    "wide.xlsx": make.workbook('<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row>'),
    "many-rows.xlsx": make.workbook(_ROW * 200_000),
    "many-paragraphs.docx": make.word_body(_RUN * 200_000),
    "repeated.odt": make.open_document("<text:p>x</text:p>" * 300_000),
    "zeros.txt": make.sparse(40_000_000),
    "endless.md": make.sparse(10**12),
    "many.html": make.text("<p>x<b>" * 300_000),
    "tables.html": make.text("<table><tr><td>" * 3_000),
    "links.rtf": make.text("{\\rtf1 " + '{\\field{\\*\\fldinst{HYPERLINK "x"}}{y}}' * 20_000 + "}"),
    "long-directory.zip": make.long_directory_zip,
    "zeros.zip": make.zipped(("a.txt", _ZEROS), ("b.txt", _ZEROS)),
}
"""What takes its time."""


class Watch:
    """Follows the peak memory of the pool's processes from a thread, in megabytes."""

    def __init__(self, pool: ParserPool) -> None:
        self.peak = 0.0
        self._pool = pool
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._follow, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread."""
        self._ended.set()
        self._thread.join()

    def _follow(self) -> None:
        while not self._ended.wait(0.005):
            for process_id in self._pool.process_ids():
                try:
                    status = Path(f"/proc/{process_id}/status").read_text()
                except OSError:
                    continue
                kilobytes = [int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")]
                self.peak = max(self.peak, *(one / 1024 for one in kilobytes), 0.0)


def verdicts(pool: ParserPool, folder: Path) -> list[str]:
    """Take in a folder as an ingest does: find, digest, parse; return what came of each file in it."""
    found = []
    for file in discover([folder]):
        try:
            content_digest(file)
        except DocumentError as error:
            found.append(f"refused: {error.reason}")
            continue
        for _, outcome in pool.load_all([file]):
            if isinstance(outcome, DocumentError):
                found.append(f"refused: {outcome.reason}")
            else:
                found.append(f"read: {len(outcome.text)} characters" if outcome is not None else "opted out")
    return found or ["passed over"]


def tried(name: str, build: make.Builder) -> dict[str, Any]:
    """Try one file with a pool of its own."""
    with tempfile.TemporaryDirectory() as folder, ParserPool(workers=1) as pool:
        build(Path(folder, name))
        watch = Watch(pool)
        began = time.perf_counter()
        said = verdicts(pool, Path(folder))
        seconds = time.perf_counter() - began
        watch.stop()
    is_good = seconds <= MAX_SECONDS + 1 and watch.peak <= MAX_MEGABYTES
    return {
        "file": ascii(name)[1:-1][:30],
        "seconds": seconds,
        "peak MB": round(watch.peak),
        "ok": "yes" if is_good else "NO",
        "verdict": ascii("; ".join(sorted(set(said))))[1:120],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="only files whose name contains this")
    arguments = parser.parse_args()
    rows = []
    for name, build in (QUICK | SLOW).items():
        if arguments.only in name:
            rows.append(tried(name, build))
            print(*rows[-1].values(), flush=True)
    report("hostile-files", rows)
    bad = [row["file"] for row in rows if row["ok"] != "yes"]
    print(f"{len(rows)} files, {len(bad)} beyond the limits: {bad}")
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
