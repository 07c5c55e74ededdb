"""The files that evidence is taken from, and what is gathered while they are read."""

from __future__ import annotations

from collections import Counter

import attrs

from failover_fsm.pair.states import Unit
from failover_fsm.postmortem.calendar import Calendar
from failover_fsm.postmortem.evidence import Note, Observation

__all__ = ["EvidenceError", "Gathered", "Source"]


class EvidenceError(Exception):
    """A file from which no evidence can be taken; `str` is the line for the user."""


@attrs.frozen(kw_only=True)
class Source:
    """One file.

    Attributes:
        kind: `log`, `history` or `state`.
        name: Its name, for people.
        text: What is in it.
        unit: The unit that it is from, None where the text has to tell.
    """

    kind: str
    name: str
    text: str
    unit: Unit | None = None


@attrs.define
class Gathered:
    """What is found while files are read, by unit."""

    calendar: Calendar
    seen: dict[Unit, list[Observation]] = attrs.field(factory=lambda: {unit: [] for unit in Unit})
    logs: dict[Unit, int] = attrs.field(factory=dict)
    notes: list[Note] = attrs.field(factory=list)
    counts: Counter[str] = attrs.field(factory=Counter)
