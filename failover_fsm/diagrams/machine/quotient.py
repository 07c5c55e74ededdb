"""Quotient graphs: the explored graph of a pair, folded until it can be drawn.

A *fold* maps each state to a label; states with equal labels are merged. There is an arrow between two labels if some
step of the search leads from a state of one to a state of the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from failover_fsm.diagrams.machine.machine import Diagram, Edge, LegendEntry, Node, causes
from failover_fsm.diagrams.style.kinds import Kind, kind_of
from failover_fsm.model.pair_model import PairModel
from failover_fsm.pair.events import Event
from failover_fsm.pair.states import State, Unit
from failover_fsm.text import words
from failover_fsm.text.words import groups_of, unit_word

__all__ = ["FOLDS", "MOST_DRAWN", "TooMany", "pair_diagram"]

MOST_DRAWN = 60
"""The most states of a picture; more cannot be read."""


PROGRESS_EVERY = 2000
"""The number of explored states between two calls of `progress`."""


class TooMany(ValueError):
    """The graph, or its quotient, has too many states to be drawn."""


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


FOLDS: Mapping[str, tuple[str, Callable[[State], str]]] = {
    "roles": ("primary / secondary, all states before the first role as one", _roles),
    "link": ("the same, and whether the failover link is cut", _link),
    "phases": ("primary / secondary, in the words of the trace language", _phases),
    "active": ("which unit is active", _active),
}
"""Name of a fold: its meaning, and the function from a state to its label."""


def pair_diagram(
    model: PairModel,
    *,
    fold: str = "roles",
    kinds: Iterable[Kind] = tuple(Kind),
    title: str = "",
    most: int = 200_000,
    progress: Callable[[int], object] | None = None,
) -> Diagram:
    """The quotient graph of a pair.

    Steps between states with equal labels are not drawn.

    Args:
        model: The pair in its environment.
        fold: One of FOLDS.
        kinds: The causes of steps to draw; the set of states does not depend on it.
        title: The title of the picture.
        most: The most states to explore.
        progress: Called now and then with the number of explored states.

    Raises:
        TooMany: If more states are reached, or more than MOST_DRAWN labels are left.
        KeyError: If the fold is unknown.
    """
    meaning, label_of = FOLDS[fold]
    wanted = tuple(kinds)
    names: dict[str, int] = {}
    steps: dict[tuple[str, str, Kind, str], int] = {}
    reached = list(model.initial_states())
    known = {state: label_of(state) for state in reached}
    for number, state in enumerate(reached, 1):
        if progress is not None and number % PROGRESS_EVERY == 0:
            progress(number)
        here = known[state]
        names[here] = names.get(here, 0) + 1
        for event, after in model.successors(state):
            if after not in known:
                if len(reached) == most:
                    raise TooMany(f"more than {most:,} states; allowed: a smaller scenario")
                known[after] = label_of(after)
                reached.append(after)
            kind = kind_of(type(event))
            if known[after] != here and kind in wanted:
                key = (here, known[after], kind, _label(event))
                steps[key] = steps.get(key, 0) + 1
    if len(names) > MOST_DRAWN:
        what = f"{len(names)} states are left, more than {MOST_DRAWN}"
        raise TooMany(f"{what}; allowed: another --fold: {', '.join(FOLDS)}")
    edges = tuple(
        Edge((source,), target, label, "", (), f"{count:,} steps of the search", (), kind)
        for (source, target, kind, label), count in steps.items()
    )
    used = [kind for kind in Kind if any(edge.kind is kind for edge in edges)]
    notes = (
        f"a state is {meaning}",
        f"{len(reached):,} explored states, folded",
        "steps that change nothing of this are not drawn",
    )
    legend = (*causes(used), *(LegendEntry(None, note) for note in notes))
    nodes = tuple(Node(name) for name in names)
    return Diagram("pair", title or "The pair", nodes, (), edges, legend, origin="the explored graph")


def _label(event: Event) -> str:
    """The event's word with unit and group, without the interface."""
    unit, group = getattr(event, "unit", None), getattr(event, "group", None)
    return " ".join(filter(None, (event.word(), unit and unit.value, group and f"group {group}")))
