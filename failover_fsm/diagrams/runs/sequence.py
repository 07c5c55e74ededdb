"""A run as a sequence diagram, before it is drawn.

Five lifelines: the primary, the failover link, the data network, the secondary, the operator.
The links have lifelines of their own because a hand-over message is on its way while other
things happen: it leaves its sender in one step and arrives, or is lost, in a later one.

Everything is taken from the steps of the run; what a class of event looks like is in `signals`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Protocol

import attrs

from failover_fsm.diagrams.runs.glyphs import drawn
from failover_fsm.diagrams.runs.lifelines import LANES, Item, Lane, Mark, Signal, lane_of
from failover_fsm.diagrams.style.kinds import Kind, kind_of
from failover_fsm.pair import events as e
from failover_fsm.pair.outputs import Output, PhaseChanged, RoleChanged
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import State, Unit
from failover_fsm.text import words
from failover_fsm.text.headings import heading
from failover_fsm.text.words import groups_of, unit_word

__all__ = [
    "LANES",
    "Change",
    "Happening",
    "Lane",
    "Mark",
    "Row",
    "SequenceDiagram",
    "Signal",
    "banner",
    "check_marks",
    "group_words",
    "sequence_diagram",
    "standing",
]


class Happening(Protocol):
    """One step of a run, such as `show.story.Step` or `search.Told`; `refused` may be missing."""

    @property
    def event(self) -> e.Event:
        """What happened."""

    @property
    def before(self) -> State:
        """The state before it."""

    @property
    def after(self) -> State:
        """The state after it."""

    @property
    def outputs(self) -> tuple[Output, ...]:
        """What the units told."""


@attrs.frozen
class Change:
    """The states one unit passes through in a row, in the words of an ASA.

    group: None in an Active/Standby pair.  reasons: why, as the ASA gives them.
    """

    lane: Lane
    group: int | None
    states: tuple[str, ...]
    reasons: tuple[str, ...]

    @property
    def text(self) -> str:
        """`Cold Standby -> Standby Ready`; of a long chain only the two ends."""
        chain = self.states if len(self.states) <= 2 else (self.states[0], self.states[-1])
        return ("" if self.group is None else f"group {self.group}: ") + " -> ".join(chain)


@attrs.frozen
class Row:
    """What is drawn together: one step, or the steps of one synchronisation.

    first, last: numbers of the steps, from 1.  sentence: what happened.  cause, changes, effects:
    the event, what the units became by it, and what they sent then.  standing: for each lane the
    words of its state afterwards, one a group for a unit.  banner: that both units or none became
    active, empty where that did not change.  refused: why a command was refused, or nothing happened.
    """

    first: int
    last: int
    kind: Kind
    sentence: str
    cause: tuple[Item, ...]
    changes: tuple[Change, ...]
    effects: tuple[Item, ...]
    standing: dict[Lane, tuple[str, ...]] = attrs.field(hash=False)
    banner: str = ""
    refused: str = ""

    @property
    def number(self) -> str:
        """`5`, or `8-11`."""
        return str(self.first) if self.first == self.last else f"{self.first}-{self.last}"


@attrs.frozen(kw_only=True)
class SequenceDiagram:
    """A sequence diagram before it is drawn; see `sequence_diagram`.

    lanes: the lifelines, from the left; the operator has one only where something is entered.  violating, loop:
    positions in `rows`.
    """

    title: str
    lanes: tuple[Lane, ...]
    start: dict[Lane, tuple[str, ...]] = attrs.field(hash=False)
    rows: tuple[Row, ...]
    about: str = ""
    violating: int | None = None
    reason: str = ""
    loop: int | None = None

    @property
    def loop_words(self) -> str:
        """What stands at the frame of the loop."""
        if self.loop is None:
            return ""
        first, last = self.rows[self.loop].first, self.rows[-1].last
        return f"step {first} repeats for ever" if first == last else f"steps {first} to {last} repeat for ever"

    @property
    def violation_words(self) -> str:
        """What stands at the violating row."""
        return "HERE THE PROMISE BREAKS" + (f": {self.reason}" if self.reason else "")


def sequence_diagram(
    steps: Sequence[Happening],
    settings: Settings,
    *,
    title: str = "",
    about: str = "",
    violating: int | None = None,
    reason: str = "",
    loop: int | None = None,
) -> SequenceDiagram:
    """The sequence diagram of a run.

    title, about: for people, above the picture.  violating: the number, from 1, of the step that
    breaks a promise; `because` says which.  loop: how many steps come before the loop in which the
    run ends.  Raises ValueError for a run without steps, and where `violating` or `loop` is no step of it.
    """
    check_marks(steps, violating, loop)
    starts = {loop, None if violating is None else violating - 1, violating}
    rows = tuple(_row(first, list(block), settings) for first, block in _blocks(steps, starts))
    lanes = tuple(lane for lane in LANES if lane is not Lane.OPERATOR or any(map(_is_entered, rows)))
    return SequenceDiagram(
        title=title,
        about=about,
        lanes=lanes,
        start=standing(steps[0].before),
        rows=rows,
        violating=_position(rows, violating),
        reason=reason,
        loop=_position(rows, None if loop is None else loop + 1),
    )


def check_marks(steps: Sequence[Happening], violating: int | None, loop: int | None) -> None:
    """Raises ValueError for a run without steps, and where `violating` or `loop` is no step of it."""
    if not steps:
        raise ValueError("nothing happens in this run, so there is nothing to draw; allowed: at least one step")
    for name, value in (("violating", violating), ("loop", None if loop is None else loop + 1)):
        if value is not None and not 1 <= value <= len(steps):
            raise ValueError(f"{name}: the run has no step {value}; allowed: 1 to {len(steps)}")


def _position(rows: tuple[Row, ...], number: int | None) -> int | None:
    return next((at for at, row in enumerate(rows) if number is not None and row.first <= number <= row.last), None)


def _blocks(steps: Sequence[Happening], starts: set[int | None]) -> Iterator[tuple[int, list[Happening]]]:
    """(index of the first, steps) that share a row; a new row begins at each index in `starts`."""
    first, block = 0, [steps[0]]
    for index, step in enumerate(steps[1:], start=1):
        same = isinstance(step.event, e.SynchronizationAdvanced) and step.event == block[-1].event
        if same and index not in starts:
            block.append(step)
        else:
            yield first, block
            first, block = index, [step]
    yield first, block


def _is_entered(row: Row) -> bool:
    return any(isinstance(item, Signal) and item.source is Lane.OPERATOR for item in row.cause)


def _row(first: int, block: list[Happening], settings: Settings) -> Row:
    last = block[-1]
    cause, effects = drawn(last.event, last.before, last.after, last.outputs, settings)
    return Row(
        first=first + 1,
        last=first + len(block),
        kind=kind_of(type(last.event)),
        sentence=heading(last.event, block[0].before, last.after, settings),
        cause=cause,
        changes=tuple(_changes(block)),
        effects=effects,
        standing=standing(last.after),
        banner=banner(block[0].before, last.after),
        refused=getattr(last, "refused", ""),
    )


def _changes(block: list[Happening]) -> Iterator[Change]:
    states = [block[0].before, *(step.after for step in block)]
    groups = groups_of(states[0])
    for unit in Unit:
        chains: dict[int | None, tuple[str, ...]] = {}
        for index, group in groups:
            chain = [word for word, _ in groupby(unit_word(state, unit, index) for state in states)]
            if len(chain) > 1:
                chains[group] = tuple(map(words.title, chain))
        if len(chains) == len(groups) and len(set(chains.values())) == 1:
            chains = {None: next(iter(chains.values()))}  # what all groups do is told once
        for group, passed in chains.items():
            reasons = _reasons(block, unit, group) if states[-1].unit(unit).powered else ()
            yield Change(lane_of(unit), group, passed, reasons)


def _reasons(block: list[Happening], unit: Unit, group: int | None) -> tuple[str, ...]:
    found = [
        output.reason
        for step in block
        for output in step.outputs
        if isinstance(output, PhaseChanged | RoleChanged)
        and output.unit is unit
        and getattr(output, "group", None) in (None, *((group,) if group else (1, 2)))
    ]
    return tuple(dict.fromkeys(found))


def standing(state: State) -> dict[Lane, tuple[str, ...]]:
    """The words of each lane's state: a state word a group for a unit, good or cut for a link."""
    paths = {interface.path.value for interface in state.interfaces}
    found: dict[Lane, tuple[str, ...]] = {
        lane_of(unit): tuple(unit_word(state, unit, index) for index, _ in groups_of(state)) for unit in Unit
    }
    found[Lane.LINK] = (state.links.failover.value,)
    found[Lane.DATA] = ("partly",) if len(paths) > 1 else tuple(paths) or ("good",)
    found[Lane.OPERATOR] = ("good",)
    return found


def group_words(states: tuple[str, ...]) -> list[str]:
    """How a unit stands, in the words of an ASA: a line a group, numbered where there are two."""
    if len(states) == 1:
        return [words.title(states[0])]
    return [f"{number}: {words.title(word)}" for number, word in enumerate(states, start=1)]


def banner(before: State, after: State) -> str:
    """That both units, or none, are active now, where that is new; of the group it concerns."""
    texts = []
    for index, group in groups_of(after):
        was, now = words.active_word(before, index), words.active_word(after, index)
        if was == now or (now not in ("none", "both") and was != "both"):
            continue
        text = {"none": "no unit is active", "both": "both units are active"}.get(now, f"only the {now} is active")
        texts.append(text if group is None else f"group {group}: {text}")
    return "; ".join(texts)
