"""Learns from what could not be answered: questions become gaps, agents' words drafts, and those documents."""
