"""Keeps libraries from talking over the command line and from calling home."""

import logging
import warnings

LOUD = ("chromadb", "httpx", "httpcore", "sentence_transformers", "transformers", "langchain", "urllib3", "pypdf")


def quiet_libraries() -> None:
    """Send our own warnings to stderr, and of the libraries only what is an error."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    for name in LOUD:
        logging.getLogger(name).setLevel(logging.ERROR)
    warnings.simplefilter("ignore")
