"""Parses untrusted files in processes of their own, which are limited, watched, and replaced when they die."""

from assistant.ingestion.sandbox.pool import ParserPool

__all__ = ["ParserPool"]
