"""Tables in SCXML, the state machine language of the W3C.

SCXML takes the first transition in document order whose condition holds, as a table takes its first matching row, so
the order of the rows is kept. Guards and effects are names: `cond` names a guard, which the host must define, and each
effect is a `log` element. All other columns of a row are attributes in a separate namespace.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from failover_fsm.diagrams.machine.machine import Diagram, Edge
from failover_fsm.diagrams.style.svg import element, escaped, holding

__all__ = ["NAMESPACE", "to_scxml"]

NAMESPACE = "urn:failover-fsm"
SCXML = "http://www.w3.org/2005/07/scxml"


def to_scxml(diagram: Diagram) -> str:
    """The machine of a single table, ASCII, the same bytes for the same diagram.

    A row that starts in several states is a transition in each of them. A row that keeps the state has no target,
    unless it re-enters the state. The first state of the table is the initial one.
    """
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f"<!-- Generated from {escaped(diagram.origin)} by failover_fsm.diagrams; do not edit. -->",
        f'<scxml xmlns="{SCXML}" xmlns:f="{NAMESPACE}" version="1.0" name="{escaped(diagram.name)}"'
        f' initial="{_id(diagram.nodes[0].id)}" datamodel="ecmascript">',
    ]
    for node in diagram.nodes:
        inside = list(_transitions(diagram, node.id))
        start = f'  <state id="{_id(node.id)}"' + (f' f:note="{escaped(node.note)}"' if node.note else "")
        lines += [f"{start}>", *inside, "  </state>"] if inside else [f"{start}/>"]
    return "\n".join([*lines, "</scxml>"]) + "\n"


def _id(name: str) -> str:
    return re.sub(r"[^\w.-]", "_", name)


def _transitions(diagram: Diagram, state: str) -> Iterator[str]:
    for edge in diagram.edges:
        if any(state in diagram.members(source) for source in edge.sources):
            yield f"    {_transition(edge, state)}"


def _transition(edge: Edge, state: str) -> str:
    attributes = {"event": edge.event, **({"cond": edge.guard} if edge.guard else {})}
    if edge.target != state:
        attributes["target"] = _id(edge.target)
    attributes |= {"f:because": edge.reason, "f:rules": " ".join(edge.rules), "f:cause": edge.kind.value}
    effects = [element("log", label="effect", expr=f"'{effect}'") for effect in edge.effects]
    return holding(effects, "transition", **attributes) if effects else element("transition", **attributes)
