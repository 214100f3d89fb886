"""Starts one contender: `python -m benchmarks.peers_adapters NAME`."""

import importlib
import sys

from benchmarks.peers_adapters.protocol import serve

if __name__ == "__main__":
    serve(lambda: importlib.import_module(f"benchmarks.peers_adapters.{sys.argv[1]}").CONTENDER())
