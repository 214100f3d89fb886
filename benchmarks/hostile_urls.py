"""Crawls hostile URLs against a trap server on loopback; each must end in 30 s and 1 GB with a verdict.

    python -m benchmarks.hostile_urls [--only WORD]

The proxy variables of the environment point at the trap meanwhile. Exit status 1 where a trap was reached, a form took
longer, or its verdict is another than the expected one.
"""

import argparse
import os
import resource
import sys
import time
from typing import Any

from benchmarks.machine import report
from tests.hostile_web import Form, HostileWeb, hostile_web

MAX_SECONDS = 30.0
MAX_MEGABYTES = 1_024


def one_row(web: HostileWeb, form: Form) -> dict[str, Any]:
    trapped = web.trapped
    started = time.perf_counter()
    pages = web.verdict(form)
    seconds = time.perf_counter() - started
    verdict = "; ".join(f"{page.status}: {page.reason}" for page in pages)
    return {
        "form": ascii(form.name)[1:-1],
        "seconds": round(seconds, 2),
        "trapped": web.trapped - trapped,
        "peak MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1_024,
        "as expected": bool(pages) and form.says in verdict,
        "verdict": ascii(verdict)[1:150],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="a word in the names of the forms to crawl")
    arguments = parser.parse_args()
    with hostile_web() as web:
        for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            os.environ[name] = f"http://127.0.0.1:{web.traps[0].port}"
        rows = [one_row(web, form) for form in web.forms() if arguments.only in form.name]
    report("hostile-urls", rows)
    slowest, largest = max(row["seconds"] for row in rows), max(row["peak MB"] for row in rows)
    print(f"{len(rows)} forms, {sum(row['trapped'] for row in rows)} connections trapped, slowest {slowest} s")
    unexpected = [row["form"] for row in rows if not row["as expected"]]
    if web.trapped or unexpected or slowest > MAX_SECONDS or largest > MAX_MEGABYTES:
        sys.exit(f"failed: {web.trapped} trapped, unexpected {unexpected}")


if __name__ == "__main__":
    main()
