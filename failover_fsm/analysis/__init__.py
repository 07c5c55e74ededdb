"""Analyses of a pair: verdicts, minimal cut sets, goals, what-if, the chapter's policy tables."""
