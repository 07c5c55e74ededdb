"""The fields in what a device prints: times, states of units and interfaces, addresses."""

from __future__ import annotations

import re
from collections.abc import Iterable

from failover_fsm.templates.template import Field

__all__ = [
    "AGE",
    "DURATION",
    "INTERFACE_STATUSES",
    "NAME",
    "REASON",
    "STAMP",
    "STATE",
    "STATES",
    "STATUS",
    "duration",
    "known",
]

STATES = (
    "Disabled", "Negotiation", "Not Detected", "Cold Standby", "App Sync", "Sync Config", "Sync File System",
    "Bulk Sync", "Standby Ready", "Just Active", "Active Drain", "Active Applying Config", "Active Config Applied",
    "Active", "Failed",
)  # fmt: skip
"""The states of a unit or a failover group, as devices print them; App Sync on a Firepower only."""

INTERFACE_STATUSES = ("Normal", "Waiting", "Failed", "No Link", "Link Down", "Unknown", "Testing")
"""The conditions of an interface (SHW-25 to SHW-30), and Testing, which devices print while they test."""

FAILURES = ("None", "Ifc Failure", "Comm Failure", "Backplane Failure")
"""The last failure reasons in `show failover state`."""


def known(words: Iterable[str], other: str) -> Field:
    """A field that is one of `words` in capital or small letters, else what the expression `other` matches."""
    by_small = {word.lower(): word for word in words}
    listed = "|".join(r"\s+".join(map(re.escape, word.split())) for word in sorted(by_small.values(), key=_longest))

    def read(text: str) -> object:
        plain = " ".join(text.split())
        return by_small.get(plain.lower(), plain)

    return Field(f"(?:(?i:{listed})(?!\\S)|{other})", str, read)


def _longest(word: str) -> tuple[int, str]:
    return -len(word), word


def duration(milliseconds: object) -> str:
    """A time as devices print it: `1 seconds`, or `200 milliseconds` where it is no whole number of seconds."""
    whole, rest = divmod(int(str(milliseconds)), 1000)
    return f"{milliseconds} milliseconds" if rest or not whole else f"{whole} seconds"


def _milliseconds(text: str) -> object:
    number, unit = text.split()
    return int(number) * (1 if unit.lower().startswith("m") else 1000)


DURATION = Field(r"\d+\s+(?i:(?:milli)?seconds?)", duration, _milliseconds)
"""A time in milliseconds."""

_DAY = r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*"
_CLOCK = r"\d{1,2}:\d\d:\d\d(?:\.\d+)?"


def _without_day(text: str) -> object:
    return re.sub(rf"\s+{_DAY}(?=\s)", "", " ".join(text.split()))


STAMP = Field(rf"{_CLOCK}\s+\S+\s+(?:{_DAY}\s+)?[A-Z][a-z]{{2}}\s+\d{{1,2}}\s+\d{{4}}", str, _without_day)
"""A time of day with its zone and date: `22:44:03 UTC Dec 8 2004`. A day of the week is read and left out (SHW-21)."""

AGE = Field(r"\d+:\d\d:\d\d")
"""A time in hours, minutes and seconds."""

NAME = Field(r"[^\s:()]+")
"""The name of an interface, a context or a port."""

STATE = known(STATES, r"\S+(?: \S+)*?")
"""A state; another than those of `STATES` is read too."""

STATUS = known(INTERFACE_STATUSES, r"\S+(?: \S+)*?")
"""The condition of an interface; another than those listed is read too."""

REASON = known(FAILURES, r"\S+(?: \S+)*?")
"""A last failure reason; another than those listed is read too."""
