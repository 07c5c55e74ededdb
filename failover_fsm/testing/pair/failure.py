"""A run that violates a promise, as a Python program and as a scenario file that replays it."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import attrs

from failover_fsm.pair.events import Event
from failover_fsm.testing.kit.disagreement import write_new
from failover_fsm.testing.kit.pickled import Pickled
from failover_fsm.testing.kit.shorten import shortened
from failover_fsm.testing.pair.monitor import Broken, RuntimeMonitor
from failover_fsm.testing.pair.walk import TransitionSystem
from failover_fsm.trace.writer import trace_from

__all__ = ["CONFIG_NAME", "PromiseBroken", "as_program", "as_python", "replayed", "shortened"]

CONFIG_NAME = "pair.cfg"
"""The file name of the configuration in printed traces and programs."""


class PromiseBroken(Pickled, AssertionError):
    """A promise of the pair is violated in a run; the message has the promise, the program and the trace.

    Attributes:
        transitions: The pair in its environment.
        broken: The violated promise, and what is wrong.
        events: The run from both units off.
    """

    def __init__(self, transitions: TransitionSystem, events: Iterable[Event], broken: Broken) -> None:
        self.transitions = transitions
        self.events = tuple(events)
        self.broken = broken
        super().__init__(f"{broken}\n\nAs a program:\n\n{self.program}\nAs a trace:\n\n{self.trace}")

    @property
    def program(self) -> str:
        """Python that replays the run."""
        return as_program(self.transitions, self.events)

    @property
    def trace(self) -> str:
        """A scenario file that replays the run; its configuration file is `pair.cfg`."""
        return self._trace(CONFIG_NAME)

    def _trace(self, config: str) -> str:
        comments = str(self.broken).splitlines()
        return trace_from(self.events, config=[config], options=self.transitions.options, comments=comments)

    def shortest(self, known: Iterable[str] = ()) -> PromiseBroken:
        """A violation of the same promise by a run from which no event can be left out."""
        monitor = RuntimeMonitor(self.transitions, lambda name: None, known)

        def breaks(events: Sequence[Event]) -> tuple[Event, ...] | None:
            run, broken = replayed(self.transitions, monitor, events, self.broken.promise.id)
            return run if broken else None

        events = shortened(self.events, breaks)
        _, broken = replayed(self.transitions, monitor, events, self.broken.promise.id)
        return PromiseBroken(self.transitions, events, broken or self.broken)

    def save(self, directory: str | Path, name: str = "failure.trace") -> Path:
        """Writes the trace and its configuration into a folder, under names that no file has yet.

        Returns:
            The path of the trace; the configuration is `pair.cfg`, with the same number as the trace.
        """
        stem, config = name.removesuffix(".trace"), self.transitions.config.to_asa()
        return write_new(
            Path(directory),
            lambda mark: {f"{stem}{mark}.trace": self._trace(f"pair{mark}.cfg"), f"pair{mark}.cfg": config},
        )


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


def as_program(transitions: TransitionSystem, events: Iterable[Event]) -> str:
    """Python that replays a run from both units off; it stops at an impossible event."""
    lines = [
        "from failover_fsm import Options, Pair, PairConfig, Unit, events",
        "",
        f'pair = Pair.cold(PairConfig.from_asa(open("{CONFIG_NAME}").read()), {as_python(transitions.options)})',
        *(f"pair, outputs = pair.step({as_python(event)})" for event in events),
    ]
    return "\n".join(lines) + "\n"


def replayed(
    transitions: TransitionSystem, monitor: RuntimeMonitor, events: Iterable[Event], promise: str
) -> tuple[tuple[Event, ...], Broken | None]:
    """Replays a run until a promise is violated, leaving out impossible events.

    Args:
        transitions: The pair in its environment.
        monitor: The monitor that checks the promises.
        events: The run from both units off.
        promise: The id of the promise.

    Returns:
        The events that happened, and the violation of that promise, None if it is not violated.
    """
    state = transitions.start
    run: list[Event] = []
    broken = monitor.of_state(state)
    for event in events:
        if broken and broken.promise.id == promise:
            return tuple(run), broken
        choice = transitions.take(state, event)
        if choice is None or choice.after == state:
            continue
        run.append(event)
        broken = monitor.of_step(state, event, choice.after) or monitor.of_state(choice.after)
        state = choice.after
    broken = broken or monitor.of_end(state)
    return tuple(run), broken if broken and broken.promise.id == promise else None
