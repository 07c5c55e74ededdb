"""State diagrams in the language of Mermaid, as a `stateDiagram-v2` that GitHub draws in Markdown.

Mermaid overlays the labels of lines and has one line style, so as in dot the label of an arrow is a node; its colour
and border show the cause. Only named boxes become composite states: Mermaid routes lines around nested ones badly.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from failover_fsm.diagrams.machine.machine import Arrow, Box, Diagram, spoken
from failover_fsm.diagrams.machine.nested_states import identifier, nested_states
from failover_fsm.diagrams.style.kinds import STROKES
from failover_fsm.diagrams.style.theme import color

_CONFIG = "config: {state: {nodeSpacing: 15, rankSpacing: 20}, themeVariables: {fontSize: 12px}}"
_STATE = f"fill:{color('state')},stroke:{color('ink')},color:{color('ink')},font-weight:bold"
_DASHES = {"solid": "0", "dashed": "6 3", "dotted": "2 3"}


def to_mermaid(diagram: Diagram) -> str:
    """The diagram as Mermaid text, ASCII, the same bytes for the same diagram.

    Reasons and rules are left out, since Mermaid has no tooltips for states. The legend is in the title, in short, and
    in comments.
    """
    drawn = diagram.with_named_boxes()
    arrows = list(enumerate(drawn.arrows(), 1))
    lines = [
        "---",
        f"title: {_title(diagram)}",
        _CONFIG,
        "---",
        f"%% Generated from {diagram.origin} by failover_fsm.diagrams; do not edit.",
        *(f"%% {entry.text}" for entry in drawn.legend),
        "stateDiagram-v2",
        "  direction LR",
        *_body(drawn, arrows),
        *_passages(drawn),
        *_styles(drawn, arrows),
    ]
    return "\n".join(lines) + "\n"


def _escaped(text: str) -> str:
    """The text with every special character as `#58;`, which Mermaid reads as a character."""
    return re.sub(r"[^A-Za-z0-9_ ,./()\[\]-]", lambda match: f"#{ord(match[0])};", text)


def _body(diagram: Diagram, arrows: list[tuple[int, Arrow]]) -> Iterator[str]:
    """States and lines. If some states have no lines, all others form one composite state, which no line crosses."""
    idle = [node for node in diagram.nodes if node.note and not diagram.passages]
    for node in idle:
        yield f'  state "{_escaped(node.id)}<br/>({_escaped(node.note)})" as {identifier(node.id)}'
    indent = "    " if idle else "  "
    if idle:
        yield f'  state "{_escaped(diagram.name)}" as all_others {{'
        yield "    direction LR"
    yield from nested_states(diagram, _escaped, lambda box: _states(diagram, box, arrows), indent=indent)
    yield from (f"{indent}{line}" for number, arrow in arrows for line in _lines(number, arrow))
    if idle:
        yield "  }"


def _states(diagram: Diagram, box: Box | None, arrows: list[tuple[int, Arrow]]) -> Iterator[str]:
    """The states that lie in a box directly, and the labels of its arrows."""
    for node in diagram.nodes:
        if diagram.home([node.id]) is box and (not node.note or diagram.passages):
            note = f"<br/>({_escaped(node.note)})" if node.note else ""
            yield f'state "{_escaped(node.id)}{note}" as {identifier(node.id)}'
    for number, arrow in arrows:
        if diagram.home_of(arrow) is box:
            yield f'state "{_label(arrow)}" as row{number}'


def _label(arrow: Arrow) -> str:
    lines = []
    for edge in arrow.edges:
        lines.append(edge.trigger)
        if edge.does:
            lines.append(f"/ {edge.does}")
    return "<br/>".join(map(_escaped, lines))


def _lines(number: int, arrow: Arrow) -> Iterator[str]:
    for source in arrow.sources:
        yield f"{identifier(source)} --> row{number}"
    yield f"row{number} --> {identifier(arrow.target)}"


def _passages(diagram: Diagram) -> Iterator[str]:
    """The ways that another table leads, with their labels as nodes in grey."""
    for number, passage in enumerate(diagram.passages, 1):
        label = "<br/>".join(map(_escaped, map(spoken, passage.events)))
        yield f'  state "{label}" as passage{number}'
        yield from (f"  {identifier(source)} --> passage{number}" for source in passage.sources)
        yield f"  passage{number} --> {identifier(passage.target)}"
    if diagram.passages:
        yield f"  classDef passage fill:{color('paper')},color:{color('soft')},stroke:{color('line')}"
        yield f"  class {','.join(f'passage{number + 1}' for number in range(len(diagram.passages)))} passage"


def _title(diagram: Diagram) -> str:
    """The title with the legend; as a node the legend would overlap lines."""
    kinds = [f"{STROKES[entry.kind].words}: {entry.kind.value}" for entry in diagram.legend if entry.kind is not None]
    text = f"{diagram.title} ({', '.join(kinds)})"
    return "'" + text.replace("'", "''") + "'"


def _styles(diagram: Diagram, arrows: list[tuple[int, Arrow]]) -> Iterator[str]:
    yield f"  classDef status {_STATE}"
    yield f"  class {','.join(identifier(node.id) for node in diagram.nodes)} status"
    for kind in (entry.kind for entry in diagram.legend if entry.kind is not None):
        stroke = STROKES[kind]
        yield (
            f"  classDef {kind.value} fill:{color('paper')},color:{stroke.color},stroke:{stroke.color},"
            f"stroke-width:{stroke.width}px,stroke-dasharray:{_DASHES[stroke.style]}"
        )
        mine = [f"row{number}" for number, arrow in arrows if arrow.kind is kind]
        yield f"  class {','.join(mine)} {kind.value}"
