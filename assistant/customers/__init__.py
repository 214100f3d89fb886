"""Customers: who they are, what they let us remember, and how they are forgotten."""
