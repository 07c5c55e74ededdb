"""The types of options that several subcommands share."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable

__all__ = ["as_seconds", "positive", "seconds"]


def positive(noun: str) -> Callable[[str], int]:
    """The type of a whole number above zero of what `noun` names; it raises ArgumentTypeError."""

    def number(text: str) -> int:
        if not re.fullmatch("[0-9]{1,18}", text) or int(text) == 0:
            raise argparse.ArgumentTypeError(f"{text[:40]!r} is not a number of {noun}; allowed: 1, 2, 3, ...")
        return int(text)

    return number


def seconds(text: str) -> float:
    """A number of seconds above zero.  Raises ArgumentTypeError."""
    value = as_seconds(text)
    if value is None:
        raise argparse.ArgumentTypeError(f"{text[:40]!r} is not a number of seconds; allowed: more than 0")
    return value


def as_seconds(text: str) -> float | None:
    """A number of seconds above zero, as in 90, 0.5 and 1e3; None for any other text."""
    if not re.fullmatch(r"(?:[0-9]{1,9}(?:\.[0-9]{0,9})?|\.[0-9]{1,9})(?:[eE][0-9]{1,2})?", text):
        return None
    return float(text) or None
