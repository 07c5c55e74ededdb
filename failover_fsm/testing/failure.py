"""A run that broke a promise, as a program and as a scenario file that replays it."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import attrs

from failover_fsm.pair.events import Event
from failover_fsm.testing.monitor import Broken, Judge
from failover_fsm.testing.walk import Ground
from failover_fsm.trace.writer import trace_from

__all__ = ["CONFIG_NAME", "PromiseBroken", "as_program", "as_python", "judged", "shortened"]

T = TypeVar("T")

CONFIG_NAME = "pair.cfg"
"""The name under which a printed trace speaks of its configuration."""


class PromiseBroken(AssertionError):
    """A promise of the pair does not hold in a run.

    broken: the promise, and what is wrong.  events: the run from both units off.  program, trace: the
    run as Python and in the trace language.  The message holds all of it.
    """

    def __init__(self, ground: Ground, events: Iterable[Event], broken: Broken) -> None:
        self.ground = ground
        self.events = tuple(events)
        self.broken = broken
        super().__init__(f"{broken}\n\nAs a program:\n\n{self.program}\nAs a trace:\n\n{self.trace}")

    @property
    def program(self) -> str:
        """Python that takes the same steps."""
        return as_program(self.ground, self.events)

    @property
    def trace(self) -> str:
        """A scenario file that takes the same steps; its configuration is `pair.cfg`."""
        comments = str(self.broken).splitlines()
        return trace_from(self.events, config=[CONFIG_NAME], options=self.ground.options, comments=comments)

    def shortest(self, known: Iterable[str] = ()) -> PromiseBroken:
        """The same promise broken by a run from which nothing can be left out."""
        judge = Judge(self.ground, lambda name: None, known)

        def breaks(events: Sequence[Event]) -> tuple[Event, ...] | None:
            run, broken = judged(self.ground, judge, events, self.broken.promise.id)
            return run if broken else None

        events = shortened(self.events, breaks)
        _, broken = judged(self.ground, judge, events, self.broken.promise.id)
        return PromiseBroken(self.ground, events, broken or self.broken)

    def save(self, directory: str | Path, name: str = "failure.trace") -> Path:
        """Writes the trace and its configuration; returns the path of the trace."""
        folder = Path(directory)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / CONFIG_NAME).write_text(self.ground.config.to_asa(), encoding="utf-8")
        path = folder / name
        path.write_text(self.trace, encoding="utf-8")
        return path


def as_python(value: object) -> str:
    """An event or options as an expression, with `Unit`, `Cause`, `Options` and `events` imported."""
    if isinstance(value, enum.Enum):
        return f"{type(value).__name__}.{value.name}"
    kind: Any = type(value)
    if not attrs.has(kind):
        return repr(value)
    parts = []
    for field in attrs.fields(kind):
        given = getattr(value, field.name)
        if given != field.default:
            parts.append(f"{field.name}={as_python(given)}")
    prefix = "events." if isinstance(value, Event) else ""
    return f"{prefix}{kind.__name__}({', '.join(parts)})".replace("Cause.", "events.Cause.")


def as_program(ground: Ground, events: Iterable[Event]) -> str:
    """Python that takes the steps of a run from both units off, and stops where one cannot be taken."""
    lines = [
        "from failover_fsm import Options, Pair, PairConfig, Unit, events",
        "",
        f'pair = Pair.cold(PairConfig.from_asa(open("{CONFIG_NAME}").read()), {as_python(ground.options)})',
        *(f"pair, outputs = pair.step({as_python(event)})" for event in events),
    ]
    return "\n".join(lines) + "\n"


def judged(
    ground: Ground, judge: Judge, events: Iterable[Event], promise: str
) -> tuple[tuple[Event, ...], Broken | None]:
    """Takes the steps of a run as far as a promise is broken; steps that cannot be taken are left out.

    Returns the steps that were taken, and how that promise is broken, None if it is not.
    """
    state = ground.start
    run: list[Event] = []
    broken = judge.of_state(state)
    for event in events:
        if broken and broken.promise.id == promise:
            return tuple(run), broken
        choice = ground.take(state, event)
        if choice is None or choice.after == state:
            continue
        run.append(event)
        broken = judge.of_step(state, event, choice.after) or judge.of_state(choice.after)
        state = choice.after
    broken = broken or judge.of_end(state)
    return tuple(run), broken if broken and broken.promise.id == promise else None


def shortened(events: Sequence[T], keeps: Callable[[Sequence[T]], Sequence[T] | None]) -> tuple[T, ...]:
    """A part of the events that `keeps` accepts and from which no single event can be left out.

    keeps: returns the part of its argument that is needed, or None if that does not do any more.
    """
    best = tuple(keeps(events) or events)
    size = max(1, len(best) // 2)
    while True:
        start, shrunk = 0, False
        while start < len(best):
            kept = keeps((*best[:start], *best[start + size :]))
            if kept is not None and len(kept) < len(best):
                best, shrunk = tuple(kept), True
            else:
                start += size
        if size == 1 and not shrunk:
            return best
        size = max(1, size // 2)
