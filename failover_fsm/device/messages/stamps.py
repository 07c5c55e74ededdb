"""Time stamps before a system message, in the forms that devices and collectors write."""

from __future__ import annotations

import re
from collections.abc import Iterator

import attrs

__all__ = ["Stamp", "find_stamps", "read_stamp"]

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTH = rf"(?P<name>{'|'.join(_MONTHS)})[a-z]*"
_HALF = r"(?: ?(?P<half>[AaPp][Mm])(?![\w.-]))?"
_CLOCK = rf"(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d):(?P<second>[0-5]\d|60)(?:[.,](?P<part>\d{{1,9}}))?{_HALF}"
_TWELVE_HOURS = "(?<=[AaPp][Mm])"
"""After a clock of twelve hours; there the month is the first number of a date with slashes."""
_YEAR = r"(?P<year>[12]\d{3})"
_DAY = r"(?P<day>0?[1-9]|[12]\d|3[01])"
_ZONE = r"(?P<zone>Z|UTC|GMT(?:/[A-Z]{2,5})?|[A-Z]{3,5}|[+-]\d\d:?\d\d)"
_KNOWN_ZONE = r"UTC|GMT|CES?T|[ECMP][SD]T"
_ZONE_AT_END = rf"(?:\s+(?-i:{_ZONE})(?=:)|\s+(?P<known>{_KNOWN_ZONE})(?=\s*:))?"
"""A zone before the colon of a message. A device has a blank between its name and the colon, so capital letters there
may be its name, unless they are a zone that is known."""
_FORMS = tuple(
    re.compile(form, re.IGNORECASE | re.ASCII if "name" in form else re.ASCII)
    for form in (
        rf"\b{_YEAR}-(?P<month>0[1-9]|1[0-2])-{_DAY}[T ]{_CLOCK}(?: ?(?P<zone>Z|{_KNOWN_ZONE}|[+-]\d\d:?\d\d)(?!\w))?",
        rf"\b{_YEAR}/(?P<month>0[1-9]|1[0-2])/{_DAY} {_CLOCK}",
        rf"\b{_CLOCK}(?:\s+{_ZONE})?\s+(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\s+)?{_MONTH}\s+{_DAY}\s+{_YEAR}\b",
        rf"\b{_MONTH}\s+{_DAY}\s+{_YEAR}\s+{_CLOCK}{_ZONE_AT_END}",
        rf"\b{_MONTH}\s+{_DAY}\s+{_CLOCK}(?:\s+{_YEAR}(?![\w.:-]*\w))?{_ZONE_AT_END}",
        rf"\b{_DAY}\s+{_MONTH}\s+{_YEAR}\s+{_CLOCK}",
        rf"\b{_YEAR}\s+{_MONTH}\s+{_DAY}\s+{_CLOCK}",
        rf"\b(?P<month>0?[1-9]|1[0-2])/{_DAY}/{_YEAR},? {_CLOCK}{_TWELVE_HOURS}",
        rf"(?<![\d:.]){_CLOCK}(?!\d|:[\w:])",
    )
)
_BEFORE_MONTH = (0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334)


@attrs.frozen(kw_only=True)
class Stamp:
    """A time as it is written; clocks of two units need not agree.

    Attributes:
        text: The characters of the line.
        year: None where none is written, as in older collectors.
        month: 1 to 12, None where only the time of day is written.
        day: 1 to 31, None with the month.
        hour: 0 to 23.
        minute: 0 to 59.
        second: 0 to 60, with its fraction.
        zone: As written; empty where none is.
    """

    text: str = attrs.field(eq=False)
    year: int | None = None
    month: int | None = None
    day: int | None = None
    hour: int
    minute: int
    second: float
    zone: str = ""

    @property
    def seconds(self) -> float:
        """Seconds since the beginning of 1970 by the written time, the zone aside.

        Only differences mean something: without a year it is that of 1972, without a date 1 January 1970.
        """
        if self.month is None or self.day is None:
            days = 0
        else:
            days = _days(1972 if self.year is None else self.year, self.month, self.day)
        return days * 86400 + self.hour * 3600 + self.minute * 60 + self.second


def _days(year: int, month: int, day: int) -> int:
    """Days from 1 January 1970 to a day of the Gregorian calendar, negative before it."""
    is_leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    past = year - 1
    before = past * 365 + past // 4 - past // 100 + past // 400 - 719162
    return before + _BEFORE_MONTH[month - 1] + (is_leap and month > 2) + day - 1


def _stamp(found: re.Match[str]) -> Stamp:
    said = found.groupdict()
    month = said.get("month")
    if said.get("name"):
        month = str(_MONTHS.index(said["name"].capitalize()) + 1)
    return Stamp(
        text=found[0],
        year=int(said["year"]) if said.get("year") else None,
        month=int(month) if month else None,
        day=int(said["day"]) if said.get("day") else None,
        hour=_hour(int(said["hour"]), said.get("half")),
        minute=int(said["minute"]),
        second=int(said["second"]) + (float(f"0.{said['part']}") if said.get("part") else 0.0),
        zone=said.get("zone") or said.get("known") or "",
    )


def _hour(written: int, half: str | None) -> int:
    """The hour of the day: 12 AM is midnight, 12 PM is noon."""
    if half is None or not 1 <= written <= 12:
        return written
    return written % 12 + (12 if half.upper() == "PM" else 0)


def find_stamps(text: str) -> Iterator[tuple[int, int, Stamp]]:
    """The time stamps in a text, in their order, each with where it begins and ends."""
    at = 0
    while at < len(text):
        matches = [found for form in _FORMS if (found := form.search(text, at)) is not None]
        if not matches:
            return
        best = min(matches, key=lambda found: (found.start(), -found.end()))
        yield best.start(), best.end(), _stamp(best)
        at = best.end()


def read_stamp(text: str) -> Stamp | None:
    """The first time stamp in a text, None where there is none."""
    return next((stamp for _, _, stamp in find_stamps(text)), None)
