"""Intents: what a customer wants, learnt from a few examples of each, with "none of these" as an answer."""
