"""Benchmarks: the reference model, the same model for other checkers, and one command that runs them side by side."""
