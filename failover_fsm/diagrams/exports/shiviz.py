"""Runs as logs for ShiViz: one event of one host per entry, with the vector clock of that host.

The hosts are the lifelines of the sequence diagram. A message is two events, and only messages carry knowledge of
another host's past, which is what ShiViz draws.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

import attrs

from failover_fsm.diagrams.runs.lifelines import Glyph, Lifeline, MessageArrow
from failover_fsm.diagrams.runs.sequence import SequenceDiagram, StateChange

__all__ = ["PARSER", "to_shiviz"]

PARSER = r"(?<event>.*)\n(?<host>\S*) (?<clock>{.*})"
"""The regular expression to enter in ShiViz; it is its default."""

Clock = dict[str, int]


def to_shiviz(diagram: SequenceDiagram) -> str:
    """The log: two lines per event, in the form of `PARSER`."""
    log = _Log()
    for row in diagram.rows:
        for item in row.cause:
            log.take(item, f"{row.number}: ", f", {row.refused}" if row.refused else "")
        for change in row.changes:
            log.change(change, f"{row.number}: ")
        for item in row.effects:
            log.take(item, f"{row.number}: ")
    return "\n".join(log.lines) + "\n"


def _host(lifeline: Lifeline) -> str:
    return lifeline.value.replace(" ", "-")


@attrs.define
class _Log:
    """The lines so far, and the clock of each host."""

    lines: list[str] = attrs.field(factory=list)
    clocks: dict[Lifeline, Clock] = attrs.field(factory=dict)

    def event(self, lifeline: Lifeline, text: str, heard: Clock | None = None) -> Clock:
        """Writes one event of a host; `heard` is the clock that came with a message."""
        mine = dict(self.clocks.get(lifeline, {}))
        for host, count in (heard or {}).items():
            mine[host] = max(count, mine.get(host, 0))
        mine[_host(lifeline)] = mine.get(_host(lifeline), 0) + 1
        self.clocks[lifeline] = mine
        self.lines += [" ".join(text.split()), f"{_host(lifeline)} {json.dumps(mine, sort_keys=True)}"]
        return mine

    def take(self, item: Glyph, before: str, behind: str = "") -> None:
        """Writes an arrow or a mark as events; `behind` is appended to the last of them."""
        if not isinstance(item, MessageArrow):
            self.event(item.lifeline, f"{before}{item.text}{behind}")
            return
        clock: Clock | None = None
        for lifeline, verb in _stops(item):
            last = behind if lifeline is item.target else ""
            clock = self.event(lifeline, f"{before}{verb} {item.text}{last}", clock)

    def change(self, change: StateChange, before: str) -> None:
        """Writes a change of state."""
        reasons = f" ({'; '.join(change.reasons)})" if change.reasons else ""
        self.event(change.lifeline, f"{before}{change.text}{reasons}")


def _stops(arrow: MessageArrow) -> Iterator[tuple[Lifeline, str]]:
    """The hosts that a message passes, in order, and the verb for each; a lost message ends on the link."""
    links = (Lifeline.LINK, Lifeline.DATA)
    if arrow.source in links:
        yield arrow.source, "loses" if arrow.lost else "delivers"
    else:
        yield arrow.source, "enters" if arrow.source is Lifeline.OPERATOR else "sends"
    if arrow.via is not None:
        yield arrow.via, "carries"
    if arrow.target in links:
        yield arrow.target, "loses" if arrow.lost else "takes"
    elif not arrow.lost:
        yield arrow.target, "receives"
