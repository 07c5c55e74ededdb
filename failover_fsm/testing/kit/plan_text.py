"""A plan as text: a trace, which is read again, and a program, which needs the adapter only.

A trace has one line for each event, `do` and the event as Python shows it, and `look` where the system is observed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from failover_fsm.checker.core.model import one_line
from failover_fsm.records.steady import steady
from failover_fsm.testing.kit.adapter import Act
from failover_fsm.testing.kit.python_text import Source

__all__ = ["as_program", "as_trace", "read_trace"]


def as_trace(acts: Iterable[Act], comments: Iterable[str] = ()) -> str:
    """The plan as a trace, with comments above it."""
    lines = [f"# {one_line(comment)}" for comment in comments]
    for act in acts:
        lines += [_do(act.event), *(["look"] if act.look else [])]
    return "\n".join(lines) + "\n"


def _do(event: object) -> str:
    return f"do {one_line(steady(event))}"


def read_trace(text: str, events: Iterable[Any]) -> tuple[Act, ...]:
    """The plan of a trace.

    Args:
        text: The trace.
        events: The events that a tester makes of this model.

    Raises:
        ValueError: With the line that is none of `do EVENT`, `look` and a comment, or whose event is unknown.
    """
    known = {_do(event): event for event in events}
    acts: list[Act] = []
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.strip()
        if words == "look" and acts:
            acts[-1] = Act(acts[-1].event, look=True)
        elif words in known:
            acts.append(Act(known[words], look=False))
        elif words and not words.startswith("#"):
            raise ValueError(f"line {number}: {words!r}; allowed: look, after an event, {', '.join(known)}")
    return tuple(acts)


def as_program(acts: Sequence[Act], allowed: Sequence[object], comments: Iterable[str] = ()) -> str:
    """A Python function that plays the plan on an adapter, and fails if the end shows none of the allowed values."""
    source = Source()
    body = ["adapter.reset()"]
    for number, act in enumerate(acts, start=1):
        body.append(f"adapter.apply({source.expression(act.event)})")
        if act.look:
            body.append("seen = adapter.observe()" if number == len(acts) else "adapter.observe()")
    if not acts:
        body.append("seen = adapter.observe()")
    values = "".join(f"        {source.expression(value)},\n" for value in allowed)
    return (
        "".join(f"{line}\n" for line in source.imports)
        + ("\n\n" if source.imports else "")
        + "def play(adapter):\n"
        + "".join(f"    # {one_line(comment)}\n" for comment in comments)
        + "".join(f"    {line}\n" for line in body)
        + f"    assert seen in [\n{values}    ], seen\n"
    )
