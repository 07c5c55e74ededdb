"""The explored graph of any model as a picture: all its states, or those that differ in a few chosen fields."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import attrs

from failover_fsm.checker.core.model import expander, initial_states
from failover_fsm.checker.core.trace_text import event_text, fields_of
from failover_fsm.diagrams.style.theme import color

__all__ = ["MOST_DRAWN", "MOST_EXPLORED", "GraphTooLarge", "ModelGraph", "UnknownField", "check_fields", "model_graph"]

MOST_DRAWN = 60
"""The most states of a picture; more cannot be read."""

MOST_EXPLORED = 200_000
"""The most states that are explored for a picture."""

MOST_EVENTS = 6
"""The most events that an arrow names; the others are counted."""


class GraphTooLarge(ValueError):
    """There are too many states for a picture."""


class UnknownField(ValueError):
    """No state has a field of this name."""


@attrs.frozen
class ModelGraph:
    """A graph to be drawn.

    Attributes:
        title: above the picture.
        nodes: a text for each state, a line for each field.
        starts: the numbers of the initial states.
        edges: (source, target, events), by numbers, in the order in which they were found.
        note: what was merged, and how much was explored.
    """

    title: str
    nodes: tuple[str, ...]
    starts: tuple[int, ...]
    edges: tuple[tuple[int, int, tuple[str, ...]], ...]
    note: str

    def dot(self) -> str:
        """The graph in the language of Graphviz."""
        text = f'fontcolor="{color("ink")}"'
        lines = [
            "digraph model {",
            f'  graph [fontname="Arial", {text}, bgcolor="{color("paper")}", labelloc=t,'
            f" label={_dot(f'{self.title}{chr(10)}{self.note}')}];",
            f'  node [fontname="Arial", {text}, color="{color("ink")}", shape=box, style=rounded];',
            f'  edge [fontname="Arial", {text}, color="{color("ink")}", fontsize=9];',
        ]
        for number, text in enumerate(self.nodes):
            bold = ", penwidth=2.5" if number in self.starts else ""
            lines.append(f"  s{number} [label={_dot(text)}{bold}];")
        for source, target, events in self.edges:
            lines.append(f"  s{source} -> s{target} [label={_dot(chr(10).join(_few(events)))}];")
        return "\n".join([*lines, "}"]) + "\n"

    def mermaid(self) -> str:
        """The graph as a Mermaid state diagram."""
        lines = ["---", f"title: {_quoted(f'{self.title} ({self.note})')}", "---", "stateDiagram-v2"]
        lines += [f'  state "{_mermaid(text)}" as s{number}' for number, text in enumerate(self.nodes)]
        lines += [f"  [*] --> s{number}" for number in self.starts]
        for source, target, events in self.edges:
            lines.append(f"  s{source} --> s{target}: {_mermaid(', '.join(_few(events)))}")
        return "\n".join(lines) + "\n"


def model_graph(
    model: Any,
    *,
    title: str,
    fields: Sequence[str] = (),
    most: int = MOST_EXPLORED,
    before_state: Callable[[], object] = lambda: None,
) -> ModelGraph:
    """Explores a model of three methods and merges its states.

    Args:
        model: the model; of rules, its `PlainModel`.
        title: of the picture.
        fields: names of fields as written in Python, `routers[0].state`: states that agree in them become one, and
            steps between those are left out. Without any, each state is drawn, and so are its steps to itself.
        most: the most states to explore.
        before_state: called before each state is explored; what it raises, as when time is over, passes unchanged.

    Raises:
        GraphTooLarge: there are more, or more than `MOST_DRAWN` are left.
        UnknownField: a state has no field of such a name.
        ModelError: the model fails.
    """
    expand = expander(model)
    numbers: dict[tuple[str, ...], int] = {}
    steps: dict[tuple[int, int], dict[str, None]] = {}
    starts = list(dict.fromkeys(initial_states(model)))
    node_of = {state: numbers.setdefault(_label(state, fields), len(numbers)) for state in starts}
    reached = list(starts)
    for state in reached:
        before_state()
        for event, after in expand(state):
            if after not in node_of:
                if len(reached) == most:
                    raise GraphTooLarge(f"the model has more than {most:,} states")
                node_of[after] = numbers.setdefault(_label(after, fields), len(numbers))
                reached.append(after)
            if not fields or node_of[after] != node_of[state]:
                steps.setdefault((node_of[state], node_of[after]), {})[event_text(event)] = None
    if len(numbers) > MOST_DRAWN:
        raise GraphTooLarge(f"{len(numbers):,} states are left, more than {MOST_DRAWN}")
    explored = f"{len(reached):,} state{'s' if len(reached) > 1 else ''}"
    return ModelGraph(
        title=title,
        nodes=tuple("\n".join(label) for label in numbers),
        starts=tuple(dict.fromkeys(node_of[state] for state in starts)),
        edges=tuple((source, target, tuple(events)) for (source, target), events in steps.items()),
        note=f"{explored}, by {', '.join(fields)}" if fields else explored,
    )


def check_fields(state: Any, fields: Sequence[str]) -> None:
    """Raises UnknownField if a state lacks one of these fields."""
    known = fields_of(state)
    for name in fields:
        if _value(known, name) is None:
            raise UnknownField(f"a state has no field {name}; it has: {', '.join(known)}")


def _value(known: Mapping[str, str], name: str) -> str | None:
    """The text of a field, or of all fields of a record or tuple of this name; None if there is none."""
    if name in known:
        return known[name]
    inside = {leaf: text for leaf, text in known.items() if leaf.startswith((f"{name}.", f"{name}["))}
    return ", ".join(f"{leaf[len(name) :].lstrip('.')}={text}" for leaf, text in inside.items()) or None


def _label(state: Any, fields: Sequence[str]) -> tuple[str, ...]:
    known = fields_of(state)
    if not fields:
        return tuple(f"{name} = {value}" for name, value in known.items())
    check_fields(state, fields)
    values = [str(_value(known, name)) for name in fields]
    return (values[0],) if len(fields) == 1 else tuple(map(" = ".join, zip(fields, values, strict=True)))


def _few(events: Iterable[str]) -> list[str]:
    listed = list(events)
    rest = len(listed) - MOST_EVENTS
    return listed if rest <= 1 else [*listed[:MOST_EVENTS], f"and {rest} more"]


def _dot(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


_MERMAID = {"#": "#35;", '"': "#34;", ":": "#58;", ";": "#59;", "<": "#60;", ">": "#62;", "{": "#123;", "}": "#125;"}


def _mermaid(text: str) -> str:
    return "<br/>".join("".join(_MERMAID.get(char, char) for char in line) for line in text.split("\n"))
