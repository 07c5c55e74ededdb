"""The trace language: lines, claims, players for untimed and timed traces, and the writer."""
