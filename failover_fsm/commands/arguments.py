"""The types of options that several subcommands share."""

from __future__ import annotations

import argparse

__all__ = ["positive", "seconds"]


def positive(text: str) -> int:
    """A number of states.  Raises ArgumentTypeError."""
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of states; allowed: 1, 2, 3, ...")
    return int(text)


def seconds(text: str) -> float:
    """A number of seconds above zero.  Raises ArgumentTypeError."""
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds; allowed: more than 0")
    return value
