"""State diagrams as plain data: states, boxes around states, and one edge per table row.

A row may start in many states. One line per state would clutter the picture, so the diagram looks for the sets of
states that rows share and puts a *box* around each; a row that starts in all states of a box is drawn once, from the
box. The rows determine the boxes: a box must save at least two lines, and boxes are nested or disjoint.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator, Mapping
from typing import Literal, TypeVar

import attrs

from failover_fsm.diagrams.style.kinds import BASES, Kind, kind_of
from failover_fsm.pair.events import Event
from failover_fsm.pair.tables import Otherwise, Row, Table, name_of

S = TypeVar("S", bound=enum.Enum)


def spoken(name: str) -> str:
    """The name of an event, a guard or an effect as words."""
    return name.replace("_", " ")


@attrs.frozen
class Box:
    """A set of states that rows share as their source.

    Attributes:
        id: The id of the box.
        states: The ids of its states, in table order.
        label: Its name, or empty.
    """

    id: str
    label: str
    states: tuple[str, ...]


@attrs.frozen
class Node:
    """A state.

    Attributes:
        id: The name of the state.
        note: The table's reason why no event changes it; empty if some event does.
    """

    id: str
    note: str = ""


@attrs.frozen
class Edge:
    """One row of the table.

    Attributes:
        sources: Ids of the source states and boxes.
        target: Id of the target state.
        event: The event, in the words of the trace language.
        guard: The name of the guard, empty if there is none.
        effects: The names of the effects, in order.
        reason: The reason that an ASA prints.
        rules: Ids of the rules that the row implements.
        kind: The kind of cause.
    """

    sources: tuple[str, ...]
    target: str
    event: str
    guard: str
    effects: tuple[str, ...]
    reason: str
    rules: tuple[str, ...]
    kind: Kind

    @property
    def trigger(self) -> str:
        """`event [guard]` in words."""
        return spoken(self.event) + (f" [{spoken(self.guard)}]" if self.guard else "")

    @property
    def does(self) -> str:
        """The effects in words, with commas between; empty if there are none."""
        return ", ".join(map(spoken, self.effects))

    @property
    def tooltip(self) -> str:
        """The row's reason and rules in one line."""
        return f"{self.trigger}: {self.reason}" + (f" ({', '.join(self.rules)})" if self.rules else "")


@attrs.frozen
class Arrow:
    """Edges with the same sources, target and kind, drawn as one line with one label line each."""

    sources: tuple[str, ...]
    target: str
    kind: Kind
    edges: tuple[Edge, ...]


@attrs.frozen
class Passage:
    """A way that another table leads: drawn in grey, so that a state without rows of its own is no island.

    Attributes:
        sources: Ids of the source states.
        target: Id of the target state.
        events: The events, in the words of the trace language.
    """

    sources: tuple[str, ...]
    target: str
    events: tuple[str, ...]

    @property
    def text(self) -> str:
        """The events in words."""
        return ", ".join(map(spoken, self.events))


@attrs.frozen
class LegendEntry:
    """A kind of cause and its meaning; without a kind, a note on how to read the picture."""

    kind: Kind | None
    text: str


@attrs.frozen
class Diagram:
    """A state diagram as plain data; see `state_diagram`.

    Attributes:
        name: An identifier for the picture.
        title: The title.
        nodes: The states.
        boxes: Larger before smaller.
        edges: One per row.
        legend: The entries of the legend.
        direction: The direction of the order of states.
        passages: The ways that another table leads.
        label_width: The characters in a line of a label; None for as many as let it stand in a page of text.
        origin: The source of the diagram, for the comment at the top of a file.
    """

    name: str
    title: str
    nodes: tuple[Node, ...]
    boxes: tuple[Box, ...]
    edges: tuple[Edge, ...]
    legend: tuple[LegendEntry, ...]
    direction: Literal["down", "across"] = "down"
    passages: tuple[Passage, ...] = attrs.field(default=(), kw_only=True)
    label_width: int | None = attrs.field(default=None, kw_only=True)
    origin: str = attrs.field(kw_only=True)

    @origin.default
    def _table(self) -> str:
        return f"the {self.name} table"

    def members(self, source: str) -> tuple[str, ...]:
        """The states that `source`, a state or a box, stands for."""
        return next((box.states for box in self.boxes if box.id == source), (source,))

    def arrows(self) -> tuple[Arrow, ...]:
        """The merged edges, in the order of each one's first row."""
        merged: dict[tuple[tuple[str, ...], str, Kind], list[Edge]] = {}
        for edge in self.edges:
            merged.setdefault((edge.sources, edge.target, edge.kind), []).append(edge)
        return tuple(Arrow(*key, tuple(edges)) for key, edges in merged.items())

    def home(self, states: Iterable[str]) -> Box | None:
        """The smallest box around all of `states`, or None."""
        wanted = frozenset(states)
        return next((box for box in reversed(self.boxes) if wanted <= frozenset(box.states)), None)

    def home_of(self, arrow: Arrow) -> Box | None:
        """The smallest box around all states that `arrow` connects, or None."""
        return self.home([arrow.target, *(state for source in arrow.sources for state in self.members(source))])

    def inner(self, box: Box | None) -> tuple[Box, ...]:
        """The boxes directly inside `box`; for None, the outermost ones."""
        return tuple(
            other
            for number, other in enumerate(self.boxes)
            if attrs.evolve(self, boxes=self.boxes[:number]).home(other.states) is box
        )

    def with_named_boxes(self) -> Diagram:
        """The diagram without its unnamed boxes; their edges start in the contents of the box."""
        boxes = tuple(box for box in self.boxes if box.label)
        edges = []
        for edge in self.edges:
            states = [state for source in edge.sources for state in self.members(source)]
            edges.append(attrs.evolve(edge, sources=_starts(states, edge.target, boxes)))
        return attrs.evolve(self, boxes=boxes, edges=tuple(edges))


def state_diagram(
    table: Table[S],
    *,
    title: str = "",
    names: Mapping[str, Iterable[S]] | None = None,
    direction: Literal["down", "across"] = "down",
    kinds: Iterable[Kind] = tuple(Kind),
) -> Diagram:
    """The diagram of a table.

    An event without rows is not drawn; the legend mentions it.

    Args:
        table: The rows to draw.
        title: The title, by default the table's name.
        names: Names for boxes that hold exactly these states; a name does not create a box.
        direction: The direction of the order of states.
        kinds: The causes of rows to draw.

    Raises:
        ValueError: If an event class is a subclass of none of the four kinds.
    """
    wanted = tuple(kinds)
    rows = tuple(row for row in table.rows if kind_of(row.event) in wanted)
    boxes = _boxes(table, rows, names or {})
    edges = tuple(edge for row in rows for edge in _edges(row, boxes))
    nodes = tuple(Node(state.value, _note(table, state)) for state in table.states)
    legend = (*_legend(edges, boxes, all_kinds=len(rows) == len(table.rows)), *_after(table, wanted))
    return Diagram(table.name, title or table.name, nodes, boxes, edges, legend, direction)


def _leaves(row: Row[S]) -> bool:
    return row.to is not None and row.to not in row.states


def _boxes(table: Table[S], rows: Iterable[Row[S]], names: Mapping[str, Iterable[S]]) -> tuple[Box, ...]:
    shared: dict[tuple[S, ...], int] = {}
    for row in rows:
        if _leaves(row) and len(row.states) > 1:
            states = tuple(state for state in table.states if state in row.states)
            shared[states] = shared.get(states, 0) + len(states) - 1
    labels = {frozenset(states): name for name, states in names.items()}
    taken: list[tuple[S, ...]] = []
    for states in sorted((states for states, saved in shared.items() if saved > 1), key=len, reverse=True):
        mine = frozenset(states)
        if all(mine <= frozenset(other) or mine.isdisjoint(other) for other in taken):
            taken.append(states)
    return tuple(
        Box(f"box{number}", labels.get(frozenset(states), ""), tuple(state.value for state in states))
        for number, states in enumerate(taken, 1)
    )


def _starts(states: Iterable[str], target: str, boxes: tuple[Box, ...]) -> tuple[str, ...]:
    """Boxes, the largest first, and single states whose union is `states`; no box contains the target."""
    rest, sources = list(states), []
    for box in boxes:
        if target not in box.states and all(state in rest for state in box.states):
            sources.append(box.id)
            rest = [state for state in rest if state not in box.states]
    return (*sources, *rest)


def _edges(row: Row[S], boxes: tuple[Box, ...]) -> list[Edge]:
    """One edge; for a row that keeps its state, one per state."""
    states = [state.value for state in row.states]
    ends: list[tuple[tuple[str, ...], str]] = [((state,), state) for state in states]
    if row.to is not None:
        ends = [(_starts(states, row.to.value, boxes), row.to.value)]
    return [
        Edge(
            sources=sources,
            target=target,
            event=row.event.word(),
            guard=name_of(row.when),
            effects=tuple(name_of(effect) for effect in row.do),
            reason=row.reason,
            rules=row.rules,
            kind=kind_of(row.event),
        )
        for sources, target in ends
    ]


def _note(table: Table[S], state: S) -> str:
    cells = [table.cell(state, event) for event in table.events]
    reasons = {cell.default.reason if cell.default and not cell.rows else "" for cell in cells}
    return reasons.pop() if len(reasons) == 1 else ""


def _legend(edges: tuple[Edge, ...], boxes: tuple[Box, ...], *, all_kinds: bool) -> tuple[LegendEntry, ...]:
    used = [kind for kind in Kind if any(edge.kind is kind for edge in edges)]
    outcomes = [outcome.value for outcome in Otherwise]
    unseen = f"an event without an arrow is {', '.join(outcomes[:-1])} or {outcomes[-1]}"
    notes = [
        "label: event [guard] / effects",
        "an arrow starts at a dot" + (", and from a box in each state in the box" if boxes else ""),
        unseen if all_kinds else "events of other causes are not drawn",
    ]
    return (
        *causes(used),
        *(LegendEntry(None, note) for note in notes),
    )


def _after(table: Table[S], kinds: tuple[Kind, ...]) -> Iterator[LegendEntry]:
    """The effects that follow events whatever the table answers: they change what the unit knows, and no state."""
    by_effect: dict[str, list[str]] = {}
    for event, effect in table.after.items():
        if kind_of(event) in kinds:
            by_effect.setdefault(name_of(effect), []).append(spoken(event.word()))
    for name, words in by_effect.items():
        yield LegendEntry(None, f"{spoken(name)} follows, also where the event is ignored: {', '.join(words)}")


def causes(kinds: Iterable[Kind]) -> tuple[LegendEntry, ...]:
    """The legend entries of these kinds of cause."""
    return tuple(LegendEntry(kind, f"{kind.value}: {_meaning(BASES[kind])}") for kind in kinds)


def _meaning(base: type[Event]) -> str:
    text = (base.__doc__ or base.__name__).strip().splitlines()[0].rstrip(".")
    return text[:1].lower() + text[1:]
