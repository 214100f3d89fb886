"""Passing a conversation from the assistant to a person and back: never in silence, never twice, never in a circle."""
