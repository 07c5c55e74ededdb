"""The plain checker: explicit-state breadth-first search, one state at a time."""
