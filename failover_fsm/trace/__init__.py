"""The trace language: lines, claims, the player of untimed traces and the one of timed traces, the writer."""
