"""Starts one contender: `python -m benchmarks.peers_adapters NAME`; its imports are timed."""

import importlib
import sys
import time

from benchmarks.peers_adapters.protocol import serve

if __name__ == "__main__":
    began = time.perf_counter()
    module = importlib.import_module(f"benchmarks.peers_adapters.{sys.argv[1]}")
    serve(module.CONTENDER(), time.perf_counter() - began)
