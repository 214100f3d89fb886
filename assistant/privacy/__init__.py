"""Keeps what is personal from those who need not know it: found, masked on the way out, and put back on the way in."""
