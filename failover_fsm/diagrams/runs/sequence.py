"""Sequence diagrams as plain data.

There are five lifelines: the primary, the failover link, the data network, the secondary, the operator. The links have
lifelines of their own because a hand-over message is in transit while other events happen: it leaves its sender in one
step and arrives, or is lost, in a later one.

Everything is derived from the steps of the run; `glyphs` has the drawing of each event class.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Protocol

import attrs

from failover_fsm.diagrams.runs.glyphs import glyphs_of
from failover_fsm.diagrams.runs.lifelines import LIFELINES, Glyph, Lifeline, LifelineMark, MessageArrow, lifeline_of
from failover_fsm.diagrams.style.kinds import Kind, kind_of
from failover_fsm.pair import events as e
from failover_fsm.pair.health import failover_link_works
from failover_fsm.pair.impairments import LOSSY, is_impaired
from failover_fsm.pair.outputs import Output, PhaseChanged, RoleChanged
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import State, Unit
from failover_fsm.text import words
from failover_fsm.text.headings import heading
from failover_fsm.text.words import groups_of, unit_word

__all__ = [
    "LIFELINES",
    "Lifeline",
    "LifelineMark",
    "MessageArrow",
    "RunStep",
    "SequenceDiagram",
    "SequenceRow",
    "StateChange",
    "banner",
    "check_marks",
    "group_words",
    "sequence_diagram",
    "standing",
]


class RunStep(Protocol):
    """One step of a run, such as `text.story.RecordedStep` or `model.pair_model.NamedStep`; `refused` is optional."""

    @property
    def event(self) -> e.Event:
        """The event."""

    @property
    def before(self) -> State:
        """The state before the step."""

    @property
    def after(self) -> State:
        """The state after the step."""

    @property
    def outputs(self) -> tuple[Output, ...]:
        """The units' outputs."""


@attrs.frozen
class StateChange:
    """The states that one unit passes through in a row, in the words of an ASA.

    Attributes:
        lifeline: The lifeline of the unit.
        group: The failover group, None in an Active/Standby pair.
        states: The states, the first one before the row.
        reasons: The reasons that the ASA prints.
    """

    lifeline: Lifeline
    group: int | None
    states: tuple[str, ...]
    reasons: tuple[str, ...]

    @property
    def text(self) -> str:
        """`Cold Standby -> Standby Ready`; of a long chain only both ends."""
        chain = self.states if len(self.states) <= 2 else (self.states[0], self.states[-1])
        return ("" if self.group is None else f"group {self.group}: ") + " -> ".join(chain)


@attrs.frozen
class SequenceRow:
    """Steps drawn together: one step, or those of one synchronisation.

    Attributes:
        first: The number of the first step, from 1.
        last: The number of the last step.
        sentence: The event as a sentence.
        kind: The kind of cause.
        cause: The glyphs of the event.
        changes: The resulting state changes.
        effects: The glyphs of the messages sent then.
        standing: For each lifeline the words of its state afterwards; for a unit one per group.
        banner: An alarm that both units or none became active, empty if that did not change.
        refused: The reason why a command was refused, or why nothing happened.
    """

    first: int
    last: int
    kind: Kind
    sentence: str
    cause: tuple[Glyph, ...]
    changes: tuple[StateChange, ...]
    effects: tuple[Glyph, ...]
    standing: dict[Lifeline, tuple[str, ...]] = attrs.field(hash=False)
    banner: str = ""
    refused: str = ""

    @property
    def number(self) -> str:
        """`5`, or `8-11`."""
        return str(self.first) if self.first == self.last else f"{self.first}-{self.last}"


@attrs.frozen(kw_only=True)
class SequenceDiagram:
    """A sequence diagram as plain data; see `sequence_diagram`.

    Attributes:
        title: The title.
        about: A sentence below the title.
        lifelines: From left to right; the operator's only if a command is entered.
        start: For each lifeline the words of its state at the start.
        rows: The rows.
        violating: The position in `rows` of the step that violates a promise.
        reason: That promise.
        loop: The position in `rows` at which the loop begins.
    """

    title: str
    lifelines: tuple[Lifeline, ...]
    start: dict[Lifeline, tuple[str, ...]] = attrs.field(hash=False)
    rows: tuple[SequenceRow, ...]
    about: str = ""
    violating: int | None = None
    reason: str = ""
    loop: int | None = None

    @property
    def loop_words(self) -> str:
        """The label of the loop's frame."""
        if self.loop is None:
            return ""
        first, last = self.rows[self.loop].first, self.rows[-1].last
        return f"step {first} repeats for ever" if first == last else f"steps {first} to {last} repeat for ever"

    @property
    def violation_words(self) -> str:
        """The label of the violating row."""
        return "HERE THE PROMISE BREAKS" + (f": {self.reason}" if self.reason else "")


def sequence_diagram(
    steps: Sequence[RunStep],
    settings: Settings,
    *,
    title: str = "",
    about: str = "",
    violating: int | None = None,
    reason: str = "",
    loop: int | None = None,
) -> SequenceDiagram:
    """The sequence diagram of a run.

    Args:
        steps: The run.
        settings: The pair.
        title: The title above the picture.
        about: A sentence below the title.
        violating: The number, from 1, of the step that violates a promise.
        reason: That promise.
        loop: The number of steps before the loop in which the run ends.

    Raises:
        ValueError: If the run has no steps, or `violating` or `loop` is no step of it.
    """
    check_marks(steps, violating, loop)
    starts = {loop, None if violating is None else violating - 1, violating}
    rows = tuple(_row(first, list(block), settings) for first, block in _blocks(steps, starts))
    lifelines = tuple(
        lifeline for lifeline in LIFELINES if lifeline is not Lifeline.OPERATOR or any(map(_is_entered, rows))
    )
    return SequenceDiagram(
        title=title,
        about=about,
        lifelines=lifelines,
        start=standing(steps[0].before, settings),
        rows=rows,
        violating=_position(rows, violating),
        reason=reason,
        loop=_position(rows, None if loop is None else loop + 1),
    )


def check_marks(steps: Sequence[RunStep], violating: int | None, loop: int | None) -> None:
    """Validates the marked steps of a run.

    Raises:
        ValueError: If the run has no steps, or `violating` or `loop` is no step of it.
    """
    if not steps:
        raise ValueError("nothing happens in this run, so there is nothing to draw; allowed: at least one step")
    for name, value in (("violating", violating), ("loop", None if loop is None else loop + 1)):
        if value is not None and not 1 <= value <= len(steps):
            raise ValueError(f"{name}: the run has no step {value}; allowed: 1 to {len(steps)}")


def _position(rows: tuple[SequenceRow, ...], number: int | None) -> int | None:
    return next((at for at, row in enumerate(rows) if number is not None and row.first <= number <= row.last), None)


def _blocks(steps: Sequence[RunStep], starts: set[int | None]) -> Iterator[tuple[int, list[RunStep]]]:
    """(Index of the first, steps) that share a row; a new row begins at each index in `starts`."""
    first, block = 0, [steps[0]]
    for index, step in enumerate(steps[1:], start=1):
        same = isinstance(step.event, e.SynchronizationAdvanced) and step.event == block[-1].event
        if same and index not in starts:
            block.append(step)
        else:
            yield first, block
            first, block = index, [step]
    yield first, block


def _is_entered(row: SequenceRow) -> bool:
    return any(isinstance(item, MessageArrow) and item.source is Lifeline.OPERATOR for item in row.cause)


def _row(first: int, block: list[RunStep], settings: Settings) -> SequenceRow:
    last = block[-1]
    cause, effects = glyphs_of(last.event, last.before, last.after, last.outputs, settings)
    return SequenceRow(
        first=first + 1,
        last=first + len(block),
        kind=kind_of(type(last.event)),
        sentence=heading(last.event, block[0].before, last.after, settings),
        cause=cause,
        changes=tuple(_changes(block)),
        effects=effects,
        standing=standing(last.after, settings),
        banner=banner(block[0].before, last.after),
        refused=getattr(last, "refused", ""),
    )


def _changes(block: list[RunStep]) -> Iterator[StateChange]:
    states = [block[0].before, *(step.after for step in block)]
    groups = groups_of(states[0])
    for unit in Unit:
        chains: dict[int | None, tuple[str, ...]] = {}
        for index, group in groups:
            chain = [word for word, _ in groupby(unit_word(state, unit, index) for state in states)]
            if len(chain) > 1:
                chains[group] = tuple(map(words.title, chain))
        if len(chains) == len(groups) and len(set(chains.values())) == 1:
            chains = {None: next(iter(chains.values()))}  # common to all groups: shown once
        for group, passed in chains.items():
            reasons = _reasons(block, unit, group) if states[-1].unit(unit).powered else ()
            yield StateChange(lifeline_of(unit), group, passed, reasons)


def _reasons(block: list[RunStep], unit: Unit, group: int | None) -> tuple[str, ...]:
    found = [
        output.reason
        for step in block
        for output in step.outputs
        if isinstance(output, PhaseChanged | RoleChanged)
        and output.unit is unit
        and getattr(output, "group", None) in (None, *((group,) if group else (1, 2)))
    ]
    return tuple(dict.fromkeys(found))


def standing(state: State, settings: Settings) -> dict[Lifeline, tuple[str, ...]]:
    """The words of each lifeline's state: for a unit one state word per group, for a link good or cut."""
    paths = {"partly" if interface.deaf else interface.path.value for interface in state.interfaces}
    found: dict[Lifeline, tuple[str, ...]] = {
        lifeline_of(unit): tuple(unit_word(state, unit, index) for index, _ in groups_of(state)) for unit in Unit
    }
    works = failover_link_works(state, settings)
    lossy = any(is_impaired(state.impairments, name, unit) for name in LOSSY for unit in Unit)
    found[Lifeline.LINK] = ("cut" if not works else "partly" if lossy else "good",)
    found[Lifeline.DATA] = ("partly",) if len(paths) > 1 else tuple(paths) or ("good",)
    found[Lifeline.OPERATOR] = ("good",)
    return found


def group_words(states: tuple[str, ...]) -> list[str]:
    """The state of a unit in the words of an ASA: one line per group, numbered if there are two."""
    if len(states) == 1:
        return [words.title(states[0])]
    return [f"{number}: {words.title(word)}" for number, word in enumerate(states, start=1)]


def banner(before: State, after: State) -> str:
    """The alarm that both units, or none, have become active in some group; empty if that is not new."""
    texts = []
    for index, group in groups_of(after):
        was, now = words.active_word(before, index), words.active_word(after, index)
        if was == now or (now not in ("none", "both") and was != "both"):
            continue
        text = {"none": "no unit is active", "both": "both units are active"}.get(now, f"only the {now} is active")
        texts.append(text if group is None else f"group {group}: {text}")
    return "; ".join(texts)
