"""Runs in the Informal Trace Format of Apalache, which Apalache, Quint and their viewers read.

The variables are the fields of the model's state and two more: `mbt::actionTaken`, as in Quint, names the event that
led to a state, and `arguments` holds the arguments of that event.
"""

from __future__ import annotations

import enum
import json
from collections.abc import Sequence
from typing import Any

import attrs

from failover_fsm.diagrams.runs.sequence import RunStep
from failover_fsm.pair.events import Event
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import State

__all__ = ["to_itf"]

ACTION, ARGUMENTS = "mbt::actionTaken", "arguments"


def to_itf(steps: Sequence[RunStep], settings: Settings, *, loop: int | None = None, description: str = "") -> str:
    """The run as ITF JSON, ASCII, the same bytes for the same run.

    Args:
        steps: The run.
        settings: The pair.
        loop: The number of steps before the loop in which the run ends. ITF names the state that follows the last one,
            which is the state after the first step of the loop.
        description: A description for the header.

    Raises:
        ValueError: If the run has no steps.
    """
    if not steps:
        raise ValueError("a trace of no steps has no states; allowed: at least one step")
    states = [_state(0, steps[0].before, None, settings)]
    states += [_state(number, step.after, step.event, settings) for number, step in enumerate(steps, start=1)]
    document: dict[str, Any] = {
        "#meta": {"format": "ITF", "source": "failover_fsm", "description": description},
        "params": [],
        "vars": [*(field.name for field in attrs.fields(State)), ACTION, ARGUMENTS],
        "states": states,
    }
    if loop is not None:
        document["loop"] = loop + 1
    return json.dumps(document, indent=1) + "\n"


def _state(index: int, state: State, event: Event | None, settings: Settings) -> dict[str, Any]:
    fields = {field.name: _value(getattr(state, field.name)) for field in attrs.fields(State)}
    names = [port.name for port in settings.ports]
    fields["interfaces"] = {"#map": list(map(list, zip(names, fields["interfaces"], strict=True)))}
    given = [(field.name, getattr(event, field.name)) for field in attrs.fields(type(event))] if event else []
    arguments = {"#map": [[name, _value(value)] for name, value in given if value is not None]}
    return {"#meta": {"index": index}, **fields, ACTION: event.word() if event else "init", ARGUMENTS: arguments}


def _value(value: Any) -> Any:
    """A value in ITF: enums and None as strings, records as records, tuples as lists, numbers as big integers."""
    if attrs.has(type(value)):
        return {field.name: _value(getattr(value, field.name)) for field in attrs.fields(type(value))}
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, tuple | list):
        return [_value(each) for each in value]
    if isinstance(value, bool):
        return value
    return {"#bigint": str(value)} if isinstance(value, int) else "none" if value is None else str(value)
