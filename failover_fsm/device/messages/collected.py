"""The message in a record of JSON, as some collectors write lines, with the host and the time that the record names."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

__all__ = ["line_in"]

_PRI = re.compile(r"\s*<\d{1,3}>(?:1 (?=\d|-))?")
_HOSTS, _NAMES, _TIMES = ("host", "hostname"), ("name", "hostname"), ("@timestamp", "timestamp", "time")


def line_in(line: str, mark: re.Pattern[str]) -> str:
    """The line as a device would have sent it; a line that is no record of JSON with a message in it stays as it is.

    Args:
        line: The line.
        mark: How a message begins.
    """
    start, stripped = line.find("{"), line.rstrip().rstrip(",")
    if start < 0 or not stripped.endswith("}") or not mark.search(line, start):
        return line
    try:
        record = json.loads(stripped[start:])
    except (ValueError, RecursionError):
        return line
    text = next((each for each in _texts(record) if mark.search(each)), None)
    if text is None:
        return line
    priority = _PRI.match(text)
    before = "" if priority is None else priority[0]
    return f"{before}{line[:start]}{_host(record)} {_time(record)} {line_in(text[len(before) :], mark)}"


def _texts(value: Any) -> Iterator[str]:
    """The texts in a record, those of `message` first."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key in sorted(value, key=lambda key: key != "message"):
            yield from _texts(value[key])
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)


def _host(record: dict[str, Any]) -> str:
    for key in _HOSTS:
        found = record.get(key)
        names = [found.get(name) for name in _NAMES] if isinstance(found, dict) else [found]
        for name in names:
            if isinstance(name, str) and re.fullmatch(r"[\w.:-]+", name):
                return name
    return ""


def _time(record: dict[str, Any]) -> str:
    return next((record[key] for key in _TIMES if isinstance(record.get(key), str)), "")
