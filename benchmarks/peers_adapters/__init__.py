"""One contender a file. All but `ours` run in their own environment, where the assistant is not installed."""
