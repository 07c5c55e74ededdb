"""The ports of a pair as they were understood, as svg: both units, and between them every link and data interface."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

import attrs

from failover_fsm.config.records.pair_config import PairConfig
from failover_fsm.diagrams.style import svg
from failover_fsm.diagrams.style.palette import FAULT
from failover_fsm.diagrams.style.theme import color
from failover_fsm.pair.settings import Port, Settings

__all__ = ["MOST_ROWS", "ports_svg"]

MOST_ROWS = 40
"""The most lines that a picture shows; the others are counted."""

MANY = 4
"""So many subinterfaces of one port that are alike become one line."""

UNIT_WIDTH, TOP, GAP = 176.0, 66.0, 12.0
LEFT, RIGHT = 8.0 + UNIT_WIDTH, svg.PAGE_WIDTH - 8.0 - UNIT_WIDTH
MIDDLE = (LEFT + RIGHT) / 2
ROOM = RIGHT - LEFT - 16
"""Pixels: of a unit, above the first row, between two rows; and the room for text between the units."""


@attrs.frozen(kw_only=True)
class _Row:
    """A line between the units.

    Attributes:
        name: What it is.
        port: The port on both units.
        remark: What is special about it.
        is_link: True for a failover or stateful link, False for a data interface.
        is_heard: Whether the units hear each other there.
        counts: Whether its failure counts.
    """

    name: str
    port: str
    remark: str
    is_link: bool
    is_heard: bool = True
    counts: bool = True


def ports_svg(config: PairConfig, settings: Settings) -> str:
    """The picture; a link is thick, an interface that never counts is dashed.

    Args:
        config: The configuration.
        settings: What the protocol reads of it.
    """
    rows = [*_links(config), *_joined(_interfaces(config, settings))]
    shown, y = [], TOP
    for row in rows[:MOST_ROWS]:
        drawn, y = _drawn(row, y)
        shown += drawn
    if len(rows) > MOST_ROWS:
        shown.append(
            svg.text(MIDDLE, y + svg.SIZE, f"and {len(rows) - MOST_ROWS} more interfaces", text_anchor="middle")
        )
        y += svg.LINE_HEIGHT
    heads, below = _units(config, y)
    described = "; ".join(f"{row.name} on {row.port}, {row.remark}" for row in rows)
    return svg.document(below, "Ports of the pair", described, [*heads, *shown], in_page=True)


def _links(config: PairConfig) -> Iterator[_Row]:
    if config.lan is None:
        return
    addresses = {each.name.lower(): f"{each.address} and {each.standby}" for each in config.interface_ips}
    link, shared = config.link, False
    if link is not None:
        shared = link.name.lower() == config.lan.name.lower()
    name = "failover and stateful link" if shared else "failover link"
    key = "encrypted" if config.key is not None else "in clear text"
    remark = f"{addresses.get(config.lan.name.lower(), 'no addresses')}, {key}"
    yield _Row(name=f"{name}: {config.lan.name}", port=config.lan.port.name, remark=remark, is_link=True)
    if link is not None and not shared:
        port = "on a data interface" if link.port is None else link.port.name
        remark = addresses.get(link.name.lower(), "")
        yield _Row(name=f"stateful link: {link.name}", port=port, remark=remark, is_link=True)


def _joined(rows: Iterable[_Row]) -> Iterator[_Row]:
    """The rows, with subinterfaces of one port that differ in name alone as one."""
    for (port, *_), alike in groupby(rows, lambda row: (row.port.partition(".")[0], row.remark)):
        same = list(alike)
        if len(same) < MANY or "." not in same[0].port:
            yield from same
            continue
        name = f"{len(same)} interfaces, {same[0].name} to {same[-1].name}"
        yield attrs.evolve(same[0], name=name, port=f"{port}, {len(same)} subinterfaces")


def _interfaces(config: PairConfig, settings: Settings) -> Iterator[_Row]:
    ports = {config.name_of(each): each.port.name for each in config.interfaces if each.nameif}
    for port in settings.ports:
        counts = port.monitored and port.addressed and not port.shutdown
        yield _Row(
            name=port.name,
            port=ports.get(port.name, ""),
            remark=_remark(port, settings),
            is_link=False,
            is_heard=port.addressed and not port.shutdown,
            counts=counts,
        )


def _remark(port: Port, settings: Settings) -> str:
    group = [f"failover group {port.group + 1}"] if settings.groups else []
    if port.shutdown:
        return ", ".join([*group, "shut down"])
    watched = "monitored" if port.monitored else "not monitored"
    heard = [] if port.addressed else ["no standby address, so the units do not hear each other here"]
    return ", ".join([*group, watched, *heard])


def _units(config: PairConfig, bottom: float) -> tuple[list[str], float]:
    """The boxes of the two units around the rows, and where the picture ends."""
    whose, shapes = config.unit.value, []
    for name, x in (("primary", 8.0), ("secondary", RIGHT)):
        middle = x + UNIT_WIDTH / 2
        size = {"x": x, "y": 8, "width": UNIT_WIDTH, "height": bottom - 8}
        shapes.append(svg.element("rect", **size, rx=4, fill=color("unit"), stroke=svg.INK))
        shapes.append(svg.text(middle, 28, name.upper(), text_anchor="middle", font_weight="bold"))
        said = svg.wrap(config.hostname if name == whose else "its peer", UNIT_WIDTH - 12)
        shapes += svg.text_lines(middle, 34, said[:2], text_anchor="middle")
    return shapes, bottom + 8


def _drawn(row: _Row, y: float) -> tuple[list[str], float]:
    """A line between the units with its words, all of them, and where the next row begins."""
    name = svg.wrap(row.name, ROOM, bold=True)
    remark = svg.wrap(row.remark, ROOM)
    port = svg.wrap(row.port, UNIT_WIDTH - 12)
    line = y + max(len(name) * svg.LINE_HEIGHT + 3, len(port) * svg.LINE_HEIGHT / 2)
    style: dict[str, str | float] = {"stroke": svg.INK, "stroke_width": 3 if row.is_link else 1.4}
    if not row.counts:
        style = {"stroke": color("disabled-edge"), "stroke_width": 1.4, "stroke_dasharray": "6 4"}
    ends = ((LEFT, RIGHT),) if row.is_heard else ((LEFT, MIDDLE - 16), (MIDDLE + 16, RIGHT))
    parts = [svg.element("line", x1=x, y1=line, x2=end, y2=line, **style) for x, end in ends]
    above = line - 3 - len(name) * svg.LINE_HEIGHT
    parts += svg.text_lines(MIDDLE, above, name, text_anchor="middle", font_weight="bold")
    parts += svg.text_lines(MIDDLE, line + 4, remark, text_anchor="middle", fill=svg.INK if row.counts else FAULT)
    for x, anchor in ((LEFT - 6, "end"), (RIGHT + 6, "start")):
        parts += svg.text_lines(x, line - len(port) * svg.LINE_HEIGHT / 2 + 1, port, text_anchor=anchor)
    below = line + max(4 + len(remark) * svg.LINE_HEIGHT, len(port) * svg.LINE_HEIGHT / 2)
    return [svg.group(f"{row.name}, {row.port}: {row.remark}", parts)], below + GAP
