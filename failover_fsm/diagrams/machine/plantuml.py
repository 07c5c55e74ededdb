"""State diagrams in the language of PlantUML."""

from __future__ import annotations

import re
from collections.abc import Iterator

from failover_fsm.diagrams.machine.machine import Arrow, Box, Diagram, Passage, spoken
from failover_fsm.diagrams.machine.nested_states import identifier, nested_states
from failover_fsm.diagrams.style.kinds import STROKES, Kind
from failover_fsm.diagrams.style.theme import color

__all__ = ["to_plantuml"]

_LINES = {Kind.FAULT: "bold", Kind.REPAIR: "dotted", Kind.OPERATOR: "dashed", Kind.PROTOCOL: ""}


def to_plantuml(diagram: Diagram) -> str:
    """The diagram as PlantUML text, ASCII, the same bytes for the same diagram.

    Unnamed boxes are left out: an edge from such a box is drawn from each of its states. The legend explains the line
    styles. PlantUML has no tooltips for arrows, so reasons and rules are comments; it draws the arrows from a state to
    itself over each other, so what leaves a state as it is stands in the state, in the colour of its cause.
    """
    drawn = diagram.with_named_boxes()
    lines = [
        f"@startuml {identifier(diagram.name)}",
        f"' Generated from {diagram.origin} by failover_fsm.diagrams; do not edit.",
        f"title {_escaped(diagram.title)}",
        "hide empty description",
        *(["left to right direction"] if diagram.direction == "across" else []),
        *nested_states(drawn, _escaped, lambda box: _states(drawn, box)),
        *(line for arrow in drawn.arrows() for line in _arrow(arrow)),
        *(line for each in drawn.passages for line in _passage(each)),
        "legend",
        *(f"  {_key(entry.kind)}{_escaped(entry.text)}" for entry in drawn.legend),
        *(["  in a state: an event that leaves it there"] if any(map(_stays, drawn.arrows())) else []),
        "endlegend",
        "@enduml",
    ]
    return "\n".join(lines) + "\n"


def _escaped(text: str) -> str:
    """The text with every possible markup character as `<U+005B>`, which PlantUML reads as a character."""
    return re.sub(r"[^A-Za-z0-9_ ,./()\[\]:;-]", lambda found: f"<U+{ord(found[0]):04X}>", text)


def _states(diagram: Diagram, box: Box | None) -> Iterator[str]:
    """The states that lie in a box directly."""
    for node in diagram.nodes:
        if diagram.home([node.id]) is box:
            yield f'state "{_escaped(node.id)}" as {identifier(node.id)}'
            if node.note:
                yield f"{identifier(node.id)} : {_escaped(node.note)}"


def _stays(arrow: Arrow) -> bool:
    """Whether an arrow leads from a state to itself too."""
    return arrow.target in arrow.sources


def _arrow(arrow: Arrow) -> Iterator[str]:
    stroke, target = STROKES[arrow.kind], identifier(arrow.target)
    line = ",".join(filter(None, (stroke.color, _LINES[arrow.kind])))
    label = "\\n".join(
        _escaped(edge.trigger) + (f"\\n/ {_escaped(edge.does)}" if edge.does else "") for edge in arrow.edges
    )
    for edge in arrow.edges:
        yield f"' {edge.tooltip}"
    for source in arrow.sources:
        if source != arrow.target:
            yield f"{identifier(source)} -[{line}]-> {target} : {label}"
    for edge in arrow.edges if _stays(arrow) else ():
        text = _escaped(" / ".join(filter(None, (edge.trigger, edge.does))))
        yield f"{target} : <color:{stroke.color}>{text}</color>"


def _passage(passage: Passage) -> Iterator[str]:
    """A way that another table leads, in grey."""
    label = "\\n".join(map(_escaped, map(spoken, passage.events)))
    for source in passage.sources:
        yield f"{identifier(source)} -[{color('soft')}]-> {identifier(passage.target)} : {label}"


def _key(kind: Kind | None) -> str:
    return "" if kind is None else f"{STROKES[kind].words}: "
