"""A run as a log for ShiViz: one event of one host each, with the vector clock of that host.

Hosts are the lifelines of the sequence diagram.  A message is two events, and only it lets one
host know of another's past; that is what ShiViz draws.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

import attrs

from failover_fsm.diagrams.runs.lifelines import Item, Lane, Signal
from failover_fsm.diagrams.runs.sequence import Change, SequenceDiagram

__all__ = ["PARSER", "to_shiviz"]

PARSER = r"(?<event>.*)\n(?<host>\S*) (?<clock>{.*})"
"""The regular expression that ShiViz asks for; it is the one it proposes."""

Clock = dict[str, int]


def to_shiviz(diagram: SequenceDiagram) -> str:
    """The log: two lines an event, in the form of `PARSER`."""
    log = _Log()
    for row in diagram.rows:
        for item in row.cause:
            log.take(item, f"{row.number}: ", f", {row.refused}" if row.refused else "")
        for change in row.changes:
            log.change(change, f"{row.number}: ")
        for item in row.effects:
            log.take(item, f"{row.number}: ")
    return "\n".join(log.lines) + "\n"


def _host(lane: Lane) -> str:
    return lane.value.replace(" ", "-")


@attrs.define
class _Log:
    """The lines so far, and the clock of each host."""

    lines: list[str] = attrs.field(factory=list)
    clocks: dict[Lane, Clock] = attrs.field(factory=dict)

    def event(self, lane: Lane, text: str, heard: Clock | None = None) -> Clock:
        """Writes one event of a host; `heard` is the clock that came with a message."""
        mine = dict(self.clocks.get(lane, {}))
        for host, count in (heard or {}).items():
            mine[host] = max(count, mine.get(host, 0))
        mine[_host(lane)] = mine.get(_host(lane), 0) + 1
        self.clocks[lane] = mine
        self.lines += [" ".join(text.split()), f"{_host(lane)} {json.dumps(mine, sort_keys=True)}"]
        return mine

    def take(self, item: Item, before: str, behind: str = "") -> None:
        """Writes what is drawn as an arrow or a mark; what is `behind` belongs to the last event of it."""
        if not isinstance(item, Signal):
            self.event(item.lane, f"{before}{item.text}{behind}")
            return
        clock: Clock | None = None
        for lane, verb in _stops(item):
            last = behind if lane is item.target else ""
            clock = self.event(lane, f"{before}{verb} {item.text}{last}", clock)

    def change(self, change: Change, before: str) -> None:
        """Writes a change of state."""
        reasons = f" ({'; '.join(change.reasons)})" if change.reasons else ""
        self.event(change.lane, f"{before}{change.text}{reasons}")


def _stops(signal: Signal) -> Iterator[tuple[Lane, str]]:
    """Where a message comes by, in order, and what it does there; a lost one ends on the link."""
    links = (Lane.LINK, Lane.DATA)
    if signal.source in links:
        yield signal.source, "loses" if signal.lost else "delivers"
    else:
        yield signal.source, "enters" if signal.source is Lane.OPERATOR else "sends"
    if signal.via is not None:
        yield signal.via, "carries"
    if signal.target in links:
        yield signal.target, "loses" if signal.lost else "takes"
    elif not signal.lost:
        yield signal.target, "receives"
