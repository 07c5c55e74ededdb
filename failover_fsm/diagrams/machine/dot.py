"""State diagrams in the dot language of Graphviz.

The label of an arrow is drawn as a borderless node, with a line from each source to it and a line on to the target: dot
keeps nodes apart, so no text overlaps another or a box, and a row that starts in several states has one label. Lines
against the order of the states are written from target to source with `dir=back`, so that the layout follows that
order.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from failover_fsm.diagrams.machine.machine import Arrow, Box, Diagram, Edge, Node, Passage
from failover_fsm.diagrams.style.kinds import STROKES
from failover_fsm.diagrams.style.theme import color

FONT = "Arial"
LABEL_SIZE = 9
BOX_SIZE = 11
STATE_SIZE = 12
TITLE_SIZE = 16
NOTE_WIDTH = 120
KINDS_IN_A_LINE = 2
LABEL_WIDTH = {"down": 16, "across": 32}


def to_dot(diagram: Diagram) -> str:
    """The diagram as dot text, ASCII, the same bytes for the same diagram.

    Reasons and rules become tooltips of labels and lines if dot draws svg.
    """
    arrows = list(enumerate(diagram.arrows(), 1))
    lines = [
        f"// Generated from {diagram.origin} by failover_fsm.diagrams; do not edit.",
        f"digraph {_quoted(diagram.name)} {{",
        *_settings(diagram),
        *_contents(diagram, None, arrows, "  "),
        *(f"  {line}" for number, arrow in arrows for line in _lines(diagram, number, arrow)),
        *(f"  {line}" for number, each in enumerate(diagram.passages, 1) for line in _passage(diagram, number, each)),
        "}",
    ]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _attributes(**attributes: str) -> str:
    return ", ".join(f"{name}={_quoted(value)}" for name, value in attributes.items())


def _settings(diagram: Diagram) -> list[str]:
    direction = "TB" if diagram.direction == "down" else "LR"
    ink, paper = color("ink"), color("paper")
    return [
        f'  graph [rankdir={direction}, compound=true, fontname="{FONT}", fontsize={LABEL_SIZE}, fontcolor="{ink}",'
        f' bgcolor="{paper}", nodesep=0.1, ranksep=0.1, labelloc=t, labeljust=l, label={_heading(diagram)}];',
        f'  node [fontname="{FONT}", shape=box, color="{ink}", fontcolor="{ink}"];',
        f'  edge [fontname="{FONT}", fontsize={LABEL_SIZE}, arrowsize=0.8];',
    ]


def _html(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def _heading(diagram: Diagram) -> str:
    """Title and legend, as a table above the picture."""
    kinds, notes = [], []
    for entry in diagram.legend:
        if entry.kind is None:
            notes.append(_html(entry.text))
            continue
        stroke = STROKES[entry.kind]
        width = str(max(1, round(float(stroke.width))))
        kinds.append(
            '<TD><TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0">'
            f'<TR><TD WIDTH="40" HEIGHT="6" SIDES="B" BORDER="{width}" COLOR="{stroke.color}"'
            f' STYLE="{stroke.style.upper()}"></TD></TR><TR><TD HEIGHT="6"></TD></TR></TABLE></TD>'
            f'<TD ALIGN="LEFT"><FONT COLOR="{stroke.color}">{_html(entry.text)}</FONT></TD>'
        )
    rows = "".join(
        f"<TR>{''.join(kinds[at : at + KINDS_IN_A_LINE])}</TR>" for at in range(0, len(kinds), KINDS_IN_A_LINE)
    )
    lines = [f'<FONT POINT-SIZE="{TITLE_SIZE}"><B>{_html(diagram.title)}</B></FONT>']
    lines += [f'<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="1" CELLPADDING="1">{rows}</TABLE>'] if rows else []
    lines += [_noted(notes)] if notes else []
    return (
        '<<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="1" CELLPADDING="1">'
        + "".join(f'<TR><TD ALIGN="LEFT">{line}</TD></TR>' for line in lines)
        + "</TABLE>>"
    )


def _noted(notes: list[str]) -> str:
    """The notes below the legend, in lines of at most `NOTE_WIDTH` characters where their words allow it."""
    lines: list[str] = []
    for note in notes:
        if lines and len(lines[-1]) + len(note) < NOTE_WIDTH:
            lines[-1] += f"; {note}"
        else:
            lines += textwrap.wrap(note, NOTE_WIDTH, break_long_words=False)
    return '<BR ALIGN="LEFT"/>'.join(lines) + ('<BR ALIGN="LEFT"/>' if len(lines) > 1 else "")


def _contents(diagram: Diagram, box: Box | None, arrows: list[tuple[int, Arrow]], indent: str) -> Iterator[str]:
    """The direct contents of a box, or of the picture outside all boxes: inner boxes, states, labels."""
    for inner in diagram.inner(box):
        yield f"{indent}subgraph {_quoted('cluster_' + inner.id)} {{"
        style = _attributes(label=inner.label, style="rounded", color=color("frame"), fontsize=str(BOX_SIZE))
        yield f"{indent}  graph [{style}];"
        yield from _contents(diagram, inner, arrows, indent + "  ")
        yield f"{indent}}}"
    mine = [node for node in diagram.nodes if diagram.home([node.id]) is box]
    for node in mine:
        yield f"{indent}{_state(node)}"
    if idle := [node.id for node in mine if node.note and not diagram.passages]:
        yield f"{indent}{{ rank=source; {' '.join(f'{_quoted(name)};' for name in idle)} }}"
    for number, arrow in arrows:
        if diagram.home_of(arrow) is box:
            yield f"{indent}{_label(number, arrow, diagram.label_width or LABEL_WIDTH[diagram.direction])}"


def _state(node: Node) -> str:
    text = f"{node.id}\n({node.note})" if node.note else node.id
    style = _attributes(
        style="rounded,filled", fillcolor=color("state"), fontsize=str(STATE_SIZE), height="0.36", margin="0.1,0.04"
    )
    return f"{_quoted(node.id)} [label={_quoted(text)}, {style}];"


def _label(number: int, arrow: Arrow, width: int) -> str:
    lines = [line for edge in arrow.edges for line in _label_lines(edge, width)]
    text = "".join(_quoted(line)[1:-1] + "\\l" for line in lines)
    style = _attributes(
        fontcolor=STROKES[arrow.kind].color,
        fontsize=str(LABEL_SIZE),
        penwidth="0",
        margin="0.04,0.02",
        width="0",
        height="0",
        tooltip=_tooltip(arrow),
    )
    return f'"row{number}" [label="{text}", {style}];'


def _passage(diagram: Diagram, number: int, passage: Passage) -> Iterator[str]:
    """The label and the lines of a way that another table leads."""
    lines = textwrap.wrap(passage.text, LABEL_WIDTH[diagram.direction])
    text, soft = "".join(_quoted(line)[1:-1] + "\\l" for line in lines), color("soft")
    style = _attributes(
        fontcolor=soft, fontsize=str(LABEL_SIZE), penwidth="0", margin="0.04,0.02", width="0", height="0"
    )
    name = f"passage{number}"
    yield f'"{name}" [label="{text}", {style}];'
    order = [node.id for node in diagram.nodes]
    line = {"color": soft, "style": "solid", "penwidth": "1"}
    ahead = order.index(passage.sources[0]) < order.index(passage.target)
    for source in passage.sources:
        start = {"arrowtail" if ahead else "arrowhead": "dot", "arrowsize": "0.5"}
        ends = (source, name) if ahead else (name, source)
        yield _line(*ends, {"dir": "back" if ahead else "forward"} | start | line)
    ends = (name, passage.target) if ahead else (passage.target, name)
    yield _line(*ends, {"dir": "forward" if ahead else "back"} | line)


def _label_lines(edge: Edge, width: int) -> list[str]:
    return _wrapped(edge.trigger, "", width) + (_wrapped(f"/ {edge.does}", "   ", width) if edge.does else [])


def _wrapped(text: str, indent: str, width: int) -> list[str]:
    deeper = indent + "   "
    return textwrap.wrap(text, width, break_long_words=False, initial_indent=indent, subsequent_indent=deeper)


def _tooltip(arrow: Arrow) -> str:
    return "\n".join(edge.tooltip for edge in arrow.edges)


def _lines(diagram: Diagram, number: int, arrow: Arrow) -> Iterator[str]:
    order = [node.id for node in diagram.nodes]
    stroke = STROKES[arrow.kind]
    style = {"color": stroke.color, "style": stroke.style, "penwidth": stroke.width, "tooltip": _tooltip(arrow)}
    label, target = f"row{number}", order.index(arrow.target)
    forward = False
    for source in arrow.sources:
        members = diagram.members(source)
        state = members[len(members) // 2]
        ahead = order.index(state) <= target
        forward = forward or ahead
        tail, head, here = (state, label, "tail") if ahead else (label, state, "head")
        dot = {"dir": "back" if ahead else "forward", f"arrow{here}": "dot", "arrowsize": "0.5"}
        border = {} if members == (source,) else {f"l{here}": f"cluster_{source}"}
        yield _line(tail, head, dot | border | style)
    if forward:
        yield _line(label, arrow.target, {"dir": "forward"} | style)
    else:
        yield _line(arrow.target, label, {"dir": "back"} | style)


def _line(tail: str, head: str, attributes: dict[str, str]) -> str:
    return f"{_quoted(tail)} -> {_quoted(head)} [{_attributes(**attributes)}];"
