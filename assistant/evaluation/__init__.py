"""Measures an assistant on sets of questions with known answers."""
