"""The types of options that several subcommands share."""

from __future__ import annotations

import argparse
from collections.abc import Callable

__all__ = ["positive", "seconds"]


def positive(noun: str) -> Callable[[str], int]:
    """The type of a whole number above zero of what `noun` names; it raises ArgumentTypeError."""

    def number(text: str) -> int:
        if not text.isdecimal() or int(text) == 0:
            raise argparse.ArgumentTypeError(f"{text!r} is not a number of {noun}; allowed: 1, 2, 3, ...")
        return int(text)

    return number


def seconds(text: str) -> float:
    """A number of seconds above zero.  Raises ArgumentTypeError."""
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds; allowed: more than 0")
    return value
