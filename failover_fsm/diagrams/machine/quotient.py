"""Quotient graphs: the explored graph of a pair, folded until it can be drawn.

A *fold* maps each state to a label; states with equal labels are merged. There is an arrow between two labels if some
step of the search leads from a state of one to a state of the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Literal

from failover_fsm.diagrams.machine.explored import Explored, TooMany, explored
from failover_fsm.diagrams.machine.machine import Diagram, Edge, LegendEntry, Node, causes
from failover_fsm.diagrams.style.kinds import Kind, kind_of
from failover_fsm.model.pair_model import PairModel
from failover_fsm.pair.events import Event
from failover_fsm.pair.states import State, Unit
from failover_fsm.text import words
from failover_fsm.text.words import groups_of, unit_word

__all__ = ["BY_SIZE", "FOLDS", "MOST_ARROWS", "MOST_DRAWN", "TooMany", "pair_diagram"]

MOST_DRAWN = 60
"""The most states of a picture; more cannot be read."""

MOST_ARROWS = 30
"""The most arrows of a picture whose fold is not asked for; it is then at most 1,600 pixels wide."""

FEW = 6
"""So many states stand side by side; more of them below each other."""


def _roles(state: State) -> str:
    return " / ".join(_of_unit(state, unit) for unit in Unit)


def _of_unit(state: State, unit: Unit) -> str:
    """The state word of a unit; "starting" for every state between power-on and the first role."""
    own, found = state.unit(unit), []
    for index, _ in groups_of(state):
        word = unit_word(state, unit, index)
        starting = own.powered and own.enabled and own.groups[index].role.value == "none"
        found.append("starting" if starting else word)
    return found[0] if len(set(found)) == 1 else ", ".join(found)


def _phases(state: State) -> str:
    return " / ".join(", ".join(unit_word(state, unit, index) for index, _ in groups_of(state)) for unit in Unit)


def _active(state: State) -> str:
    names = {"none": "no unit active", "both": "both units active"}
    found = [words.active_word(state, index) for index, _ in groups_of(state)]
    return " / ".join(names.get(word, f"{word} active") for word in found)


def _link(state: State) -> str:
    return f"{_roles(state)}, link {state.links.failover.value}"


def _duty(state: State) -> str:
    """For each unit, by group: active, ready to take over, or neither."""
    return " / ".join(", ".join(dict.fromkeys(_duties(state, unit))) for unit in Unit)


def _duties(state: State, unit: Unit) -> Iterator[str]:
    for index, _ in groups_of(state):
        word = unit_word(state, unit, index)
        yield {"active": "active", "standby-ready": "ready"}.get(word, "neither")


def _served(state: State) -> str:
    """Whether each group is active on one unit."""
    found = [words.active_word(state, index) for index, _ in groups_of(state)]
    parts = [f"{text} active" for word, text in (("none", "no unit"), ("both", "both units")) if word in found]
    return ", ".join(parts) or "one unit active"


FOLDS: Mapping[str, tuple[str, Callable[[State], str]]] = {
    "roles": ("primary / secondary, all states before the first role as one", _roles),
    "link": ("the same, and whether the failover link is cut", _link),
    "phases": ("primary / secondary, in the words of the trace language", _phases),
    "duty": ("primary / secondary: active, ready to take over, or neither", _duty),
    "active": ("which unit is active", _active),
    "served": ("whether one unit is active, for every failover group", _served),
}
"""Name of a fold: its meaning, and the function from a state to its label."""

BY_SIZE = ("roles", "duty", "active", "served")
"""The folds to try where none is asked for: the first that leaves a picture that can be read."""


def pair_diagram(
    model: PairModel,
    *,
    fold: str | None = None,
    kinds: Iterable[Kind] = tuple(Kind),
    title: str = "",
    most: int = 1_000_000,
    progress: Callable[[int], object] | None = None,
) -> Diagram:
    """The quotient graph of a pair.

    Steps between states with equal labels are not drawn.

    Args:
        model: The pair in its environment.
        fold: One of FOLDS; None for the finest of BY_SIZE that leaves at most MOST_ARROWS arrows.
        kinds: The causes of steps to draw; the set of states does not depend on it.
        title: The title of the picture.
        most: The most states to explore.
        progress: Called now and then with the number of explored states.

    Raises:
        TooMany: If more states are reached, or more than MOST_DRAWN labels are left.
        KeyError: If the fold is unknown.
    """
    found = explored(model, most=most, progress=progress)
    quotients = [_Quotient(name, tuple(kinds), found) for name in (BY_SIZE if fold is None else (fold,))]
    legible = (each for each in quotients if len(each.arrows) <= MOST_ARROWS)
    return next(legible, quotients[-1]).drawn(title)


class _Quotient:
    """A quotient graph.

    Args:
        fold: One of FOLDS.
        kinds: The causes of steps to draw.
        found: The explored graph.
    """

    def __init__(self, fold: str, kinds: tuple[Kind, ...], found: Explored) -> None:
        self._fold, self._count = fold, found.count
        self._meaning, label_of = FOLDS[fold]
        labels = [label_of(state) for state in found.cores]
        self._names = dict.fromkeys(labels[way.core] for way in found.ways)
        self._steps: dict[tuple[str, str, Kind, str], int] = {}
        known: dict[Event, tuple[Kind, str]] = {}
        for way in found.ways:
            here = labels[way.core]
            for event, core in way.steps:
                if (there := labels[core]) != here:
                    if event not in known:
                        known[event] = kind_of(type(event)), _label(event)
                    kind, word = known[event]
                    if kind in kinds:
                        key = (here, there, kind, word)
                        self._steps[key] = self._steps.get(key, 0) + way.count

    @property
    def arrows(self) -> dict[tuple[str, str, Kind], None]:
        """Source, target and cause of each arrow of the picture."""
        return {(source, target, kind): None for source, target, kind, _ in self._steps}

    def drawn(self, title: str) -> Diagram:
        """The diagram; raises TooMany if it has more states than can be drawn."""
        if len(self._names) > MOST_DRAWN:
            what = f"{len(self._names)} states are left, more than {MOST_DRAWN}"
            raise TooMany(f"{what}; allowed: another --fold: {', '.join(FOLDS)}")
        edges = tuple(
            Edge((source,), target, label, "", (), f"{count:,} steps of the search", (), kind)
            for (source, target, kind, label), count in self._steps.items()
        )
        used = [kind for kind in Kind if any(edge.kind is kind for edge in edges)]
        notes = (
            f"a state is {self._meaning} (--fold {self._fold})",
            f"{self._count:,} explored states, folded",
            "steps that change nothing of this are not drawn",
        )
        legend = (*causes(used), *(LegendEntry(None, note) for note in notes))
        nodes = tuple(Node(name) for name in self._names)
        direction: Literal["across", "down"] = "across" if len(nodes) <= FEW else "down"
        origin = "the explored graph"
        return Diagram("pair", title or "The pair", nodes, (), edges, legend, direction, origin=origin)


def _label(event: Event) -> str:
    """The event's word with unit and group, without the interface."""
    unit, group = getattr(event, "unit", None), getattr(event, "group", None)
    return " ".join(filter(None, (event.word(), unit and unit.value, group and f"group {group}")))
