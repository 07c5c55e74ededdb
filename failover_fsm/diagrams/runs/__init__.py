"""Sequence diagrams and role charts of runs."""
