"""The statistics of Stateful Failover at the end of `show failover`: the table, and the rows of the chapter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from failover_fsm.device.fields import NAME
from failover_fsm.device.form import BLANK, Entry, Line, line
from failover_fsm.device.records import ObjectCount, QueueCount, Statistics
from failover_fsm.templates.template import NUMBER, Field

__all__ = ["LINES", "OBJECTS", "QUEUES", "ObjectKind", "entries", "sum_of", "take"]


@attrs.frozen
class ObjectKind:
    """A row of the statistics: its name, what it counts, and where it stands.

    Attributes:
        name: As printed.
        counts: What its packets are about (SHW-34).
        of_unit: In the display of a unit.
        of_context: In that of a context or a group (SHW-18).
        only: Where it depends on something: `transparent` firewalls, or inspection of `gtp`.
        rules: The rules of the chapter.
    """

    name: str
    counts: str
    of_unit: bool = True
    of_context: bool = False
    only: str = ""
    rules: tuple[str, ...] = ()


OBJECTS = (
    ObjectKind("General", "the sum of the other rows", rules=("SHW-14", "SHW-33", "SHW-42")),
    ObjectKind("sys cmd", "commands between the units, such as Stay Alive", rules=("SHW-14", "SHW-34")),
    ObjectKind("up time", "the up time that the active unit passes on", rules=("SHW-14", "SHW-34")),
    ObjectKind("RPC services", "remote procedure calls", of_context=True, rules=("SHW-14", "SHW-18", "SHW-34")),
    ObjectKind("TCP conn", "TCP connections", of_context=True, rules=("SHW-14", "SHW-18", "SHW-34")),
    ObjectKind("UDP conn", "UDP connections", of_context=True, rules=("SHW-14", "SHW-18", "SHW-34")),
    ObjectKind("ARP tbl", "the ARP table", of_context=True, rules=("SHW-14", "SHW-18", "SHW-34")),
    ObjectKind("L2BRIDGE tbl", "the bridge table", of_context=True, only="transparent", rules=("SHW-35",)),
    ObjectKind("Xlate_Timeout", "ends of translations", of_context=True, rules=("SHW-14", "SHW-18", "SHW-34")),
    ObjectKind("VPN IKE upd", "IKE", rules=("SHW-14", "SHW-34", "SHW-43")),
    ObjectKind("VPN IPSEC upd", "IPSec", rules=("SHW-14", "SHW-34", "SHW-43")),
    ObjectKind("VPN CTCP upd", "tunnels over TCP", rules=("SHW-14", "SHW-34")),
    ObjectKind("VPN SDI upd", "logins by tokens", rules=("SHW-14", "SHW-34")),
    ObjectKind("VPN DHCP upd", "tunnelled DHCP", rules=("SHW-14", "SHW-34")),
    ObjectKind("GTP PDP", "GTP contexts", of_unit=False, of_context=True, only="gtp", rules=("SHW-18", "SHW-36")),
    ObjectKind("GTP PDMCB", "GTP control", of_unit=False, of_context=True, only="gtp", rules=("SHW-18", "SHW-36")),
    ObjectKind("SIP Session", "SIP sessions", of_context=True, rules=("SHW-14", "SHW-18")),
)
"""The rows in their order. Later software prints more of them; any row of four numbers is read."""

QUEUES = ("Recv", "Xmit")
"""The queues in their order (SHW-15)."""


def _padded(pattern: str, width: int) -> Field:
    return Field(pattern, lambda value: str(value).ljust(width))


_COUNT = Field(r"\d+", lambda value: str(value).ljust(10), int)
_SHORT = Field(r"\d+", lambda value: str(value).ljust(7), int)
_COLUMN = 8

LINES: tuple[Line, ...] = (
    line("statistics", "Stateful Failover Logical Update Statistics", "SHW-3", "SHW-14"),
    line("stateful_status", "{word}{stop}", "SHW-18", indent=_COLUMN,
         word=Field(r"(?i:Link|Status)\s*:\s*(?i:Un)?[Cc]onfigured", str), stop=Field(r"\.?")),
    line("stateful_link", "Link : {link_name}[[ {link_port}]] ({link_state})", "SHW-14", "SHW-31", indent=_COLUMN,
         also=("Link: {link_name} {link_port} ({link_state})",),
         link_name=NAME, link_port=NAME),
    line("columns", "Stateful Obj    xmit       xerr       rcv        rerr", "SHW-14", "SHW-32", indent=_COLUMN),
    line("object", "{name} {xmit} {xerr} {rcv} {rerr}", "SHW-14", "SHW-32", "SHW-34", indent=_COLUMN,
         name=_padded(r"\S.*?", 15), xmit=_COUNT, xerr=_COUNT, rcv=_COUNT, rerr=_COUNT),
    line("queues", "Logical Update Queue Information", "SHW-3", "SHW-15", indent=_COLUMN),
    line("queue_columns", "Cur     Max     Total", "SHW-15", indent=24),
    line("queue", "{queue} Q:         {current} {most} {total}", "SHW-15", indent=_COLUMN,
         queue=Field(r"\w+"), current=_SHORT, most=_SHORT, total=NUMBER),
)  # fmt: skip
"""The lines. Counters never fall, and in a queue the number now is at most the greatest, which is at most the total."""


def sum_of(objects: tuple[ObjectCount, ...]) -> ObjectCount:
    """The row `General`: the sum of the rows (SHW-33); a printed sample breaks that, and is read as it stands."""
    columns = ("xmit", "xerr", "rcv", "rerr")
    return ObjectCount(name=OBJECTS[0].name, **{each: sum(getattr(row, each) for row in objects) for each in columns})


def entries(found: Statistics) -> Iterator[Entry]:
    """The entries of the block, with the empty line before it."""
    yield BLANK
    yield Entry("statistics")
    if found.link_name is not None:
        names = ("link_name", "link_port", "link_state")
        yield Entry("stateful_link", {name: getattr(found, name) for name in names})
    elif found.status is not None:
        where = "Status" if found.status == "Configured" else "Link"
        colon = ":" if where == "Status" else " :"
        yield Entry("stateful_status", {"word": f"{where}{colon} {found.status}", "stop": "."})
    if found.headed:
        yield Entry("columns")
    yield from (Entry("object", attrs.asdict(row)) for row in found.objects)
    if found.queues:
        yield from (BLANK, Entry("queues"), Entry("queue_columns"))
        yield from (Entry("queue", attrs.asdict(row)) for row in found.queues)


def take(found: Statistics, entry: Entry) -> Statistics:
    """The statistics with one more entry that was read."""
    values: Mapping[str, Any] = entry.values  # the templates have the fields of the records
    if entry.key == "stateful_link":
        return attrs.evolve(found, **values)
    if entry.key == "stateful_status":
        return attrs.evolve(found, status=str(values["word"]).split(":")[1].strip().capitalize())
    if entry.key == "columns":
        return attrs.evolve(found, headed=True)
    if entry.key == "object":
        row = ObjectCount(**values)
        return attrs.evolve(found, objects=(*found.objects, row))
    if entry.key == "queue":
        queue = QueueCount(**values)
        return attrs.evolve(found, queues=(*found.queues, queue))
    return found
