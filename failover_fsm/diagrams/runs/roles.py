"""Role charts as plain data: the role of each unit from step to step, and the faults present."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Sequence

import attrs

from failover_fsm.diagrams.runs.sequence import RunStep, check_marks
from failover_fsm.diagrams.style.kinds import Kind, kind_of
from failover_fsm.pair import events as e
from failover_fsm.pair.health import failover_link_works, stateful_link_works
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import State, Unit
from failover_fsm.text import words
from failover_fsm.text.headings import heading
from failover_fsm.text.words import groups_of, impairment_words, unit_word

__all__ = ["STARTING", "CommandMark", "Note", "RoleChart", "Span", "Track", "TrackKind", "broken", "role_chart"]


MANY = 4
"""So many ports of one unit that break alike have a track each; more have one together."""

STARTING = "starting"
"""The word for all states between power-on and the first role."""


class TrackKind(enum.Enum):
    """The subject of a track."""

    FAULT = "fault"
    ROLE = "role"
    ACTIVE = "active"


@attrs.frozen
class Span:
    """An interval of steps with one word.

    Attributes:
        first: The step at which it begins; 0 is the start.
        last: The step at which the next interval begins.
        word: The word.
        open: True if it lasts until the end of the run.
    """

    first: int
    last: int
    word: str
    open: bool = False


@attrs.frozen
class Track:
    """A line of the chart: its subject, its label, and its spans."""

    about: TrackKind
    label: str
    spans: tuple[Span, ...]


@attrs.frozen
class CommandMark:
    """A command at a step."""

    step: int
    text: str
    refused: bool


@attrs.frozen
class Note:
    """A step that is described below the chart."""

    step: int
    kind: Kind
    text: str


@attrs.frozen(kw_only=True)
class RoleChart:
    """A role chart as plain data; see `role_chart`.

    Attributes:
        title: The title.
        about: A sentence below the title.
        steps: The number of steps.
        faults: One track per broken component.
        commands: The commands.
        roles: One track per unit, or per unit and group.
        active: The active unit, one track per group.
        notes: The steps described below the chart.
        violating: The number of the step that violates a promise.
        reason: That promise.
        loop: The number of steps before the loop.
        times: When each step happened, in milliseconds; empty in a run in which no time passes.
    """

    title: str
    about: str
    steps: int
    faults: tuple[Track, ...]
    commands: tuple[CommandMark, ...]
    roles: tuple[Track, ...]
    active: tuple[Track, ...]
    notes: tuple[Note, ...]
    violating: int | None = None
    reason: str = ""
    loop: int | None = None
    times: tuple[int, ...] = ()


def role_chart(
    steps: Sequence[RunStep],
    settings: Settings,
    *,
    title: str = "",
    about: str = "",
    violating: int | None = None,
    reason: str = "",
    loop: int | None = None,
) -> RoleChart:
    """The role chart of a run; the arguments are those of `sequence_diagram`.

    Raises:
        ValueError: If the run has no steps, or `violating` or `loop` is no step of it.
    """
    check_marks(steps, violating, loop)
    states = (steps[0].before, *(step.after for step in steps))
    groups = groups_of(states[0])
    return RoleChart(
        title=title,
        about=about,
        steps=len(steps),
        faults=tuple(_faults(states, settings)),
        commands=tuple(_commands(steps, settings)),
        roles=tuple(
            Track(TrackKind.ROLE, _label(unit.value, group), _spans([_role(state, unit, index) for state in states]))
            for index, group in groups
            for unit in Unit
        ),
        active=tuple(
            Track(
                TrackKind.ACTIVE,
                _label("active unit", group),
                _spans([words.active_word(state, index) for state in states]),
            )
            for index, group in groups
        ),
        notes=tuple(_notes(steps, settings, violating)),
        violating=violating,
        reason=reason,
        loop=loop,
        times=_times(steps),
    )


def _times(steps: Sequence[RunStep]) -> tuple[int, ...]:
    found = [getattr(step, "at", None) for step in steps]
    return tuple(at for at in found if at is not None) if None not in found else ()


def _label(name: str, group: int | None) -> str:
    return name if group is None else f"{name}, group {group}"


def _role(state: State, unit: Unit, index: int) -> str:
    word = unit_word(state, unit, index)
    own = state.unit(unit)
    return STARTING if own.enabled and own.powered and own.groups[index].role.value == "none" else word


def _spans(sequence: Sequence[str]) -> tuple[Span, ...]:
    """The maximal intervals of equal words; the last one ends after the last step."""
    starts = [index for index, word in enumerate(sequence) if index == 0 or word != sequence[index - 1]]
    ends = [*starts[1:], len(sequence)]
    return tuple(
        Span(first, last, sequence[first], last == len(sequence)) for first, last in zip(starts, ends, strict=True)
    )


# -- faults ---------------------------------------------------------------------------------------


def _faults(states: Sequence[State], settings: Settings) -> Iterator[Track]:
    """The components that are broken at some time, in the order in which they first break."""
    found = [dict(broken(state, settings)) for state in states]
    alike: dict[tuple[str, tuple[Span, ...]], list[str]] = {}
    for label in dict.fromkeys(label for each in found for label in each):
        spans = tuple(span for span in _spans([each.get(label, "") for each in found]) if span.word)
        before, port, name = label.rpartition("port ")
        alike.setdefault((before + port if port else label, spans), []).append(name)
    for (label, spans), names in alike.items():
        if len(names) > MANY:
            several = f"{len(names)} ports: {names[0]} to {names[-1]}"
            yield Track(TrackKind.FAULT, label.removesuffix("port ") + several, spans)
        else:
            yield from (
                Track(TrackKind.FAULT, label + name if label.endswith("port ") else label, spans) for name in names
            )


def broken(state: State, settings: Settings) -> Iterator[tuple[str, str]]:
    """(Component, condition) for everything broken in a state; a unit that was never started does not count."""
    for unit in Unit:
        phase = state.unit(unit).phase.value
        if phase in ("down", "restarting"):
            yield f"{unit.value} unit", {"down": "stopped"}.get(phase, phase)
        if not state.module_works(unit):
            yield f"{unit.value}, service module", "dead"
        yield from ((f"{unit.value} unit", what) for what in impairment_words(state, unit))
    for name, works in (("failover link", failover_link_works), ("Stateful Failover link", stateful_link_works)):
        if not works(state, settings):
            yield name, "cut"
    for port, interface in zip(settings.ports, state.interfaces, strict=True):
        if interface.path.value == "cut":
            yield f"path on {port.name}", "cut"
        if interface.deaf is not None:
            yield f"path on {port.name}", f"{interface.deaf.value} does not hear"
        for unit in Unit:
            if (line := interface.line(unit).value) != "good":
                yield f"{unit.value}, port {port.name}", {"down": "link down"}.get(line, line)


# -- commands and notes ----------------------------------------------------------------------------


def _commands(steps: Sequence[RunStep], settings: Settings) -> Iterator[CommandMark]:
    for number, step in enumerate(steps, start=1):
        if isinstance(step.event, e.Command):
            unit = getattr(step.event, "unit", None)
            parts = heading(step.event, step.before, step.after, settings).split("`")
            text = parts[1] if len(parts) > 1 else step.event.word()
            yield CommandMark(number, f"{text} ({unit.value})" if unit else text, bool(getattr(step, "refused", "")))


def _notes(steps: Sequence[RunStep], settings: Settings, violating: int | None) -> Iterator[Note]:
    """Faults, repairs, commands, role changes, and the step that violates a promise."""
    for number, step in enumerate(steps, start=1):
        kind = kind_of(type(step.event))
        if kind is Kind.PROTOCOL and number != violating and _roles(step.before) == _roles(step.after):
            continue
        text = heading(step.event, step.before, step.after, settings)
        refused = getattr(step, "refused", "")
        yield Note(number, kind, f"{text}; {refused}" if refused else text)


def _roles(state: State) -> tuple[str, ...]:
    return tuple(_role(state, unit, index) for unit in Unit for index, _ in groups_of(state))
