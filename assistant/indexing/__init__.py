"""Keeps the derived indexes true to the catalog: teaches, builds, checks, mends and erases."""
