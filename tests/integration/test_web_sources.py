"""A web site as a source: pages become documents, only changed ones are read again, gone ones are removed."""

from pathlib import Path

import pytest

from assistant.ingestion.sync import Ingestor
from assistant.ingestion.web import WebOptions
from assistant.settings import Settings
from assistant.stores import Stores, open_stores
from tests.fakes import HashingEmbedder
