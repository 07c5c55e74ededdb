"""The clock of a device: milliseconds of a run, and the stamps that are printed for them."""

from __future__ import annotations

from datetime import datetime, timedelta

__all__ = ["MONTHS", "START", "stamp"]

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

START = datetime(2026, 1, 1)
"""The time of day and the date at which a run begins, where nothing else is said."""


def stamp(milliseconds: int, start: datetime = START) -> str:
    """The stamp of an instant of a run, `22:44:03 UTC Dec 8 2004`: to the second, the day unpadded (SHW-11)."""
    at = start + timedelta(milliseconds=milliseconds)
    return f"{at:%H:%M:%S} UTC {MONTHS[at.month - 1]} {at.day} {at.year}"
