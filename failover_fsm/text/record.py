"""States and outputs as plain data: the JSON of `run --json`."""

from __future__ import annotations

import enum
from typing import Any

import attrs

from failover_fsm.pair.environment import group_number
from failover_fsm.pair.outputs import Output, SystemLog
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import State, Unit
from failover_fsm.text import words

__all__ = ["output_record", "state_record"]


def state_record(state: State, settings: Settings) -> dict[str, Any]:
    """Both units in the words of the trace language.

    `groups` has one entry per failover group; Active/Standby has one, whose `group` is null.
    """
    return {unit.value: _unit(state, settings, unit) for unit in Unit}


def _unit(state: State, settings: Settings, unit: Unit) -> dict[str, Any]:
    own = state.unit(unit)
    groups = [
        {
            "group": group_number(settings, index),
            "state": words.state_word(own, index),
            "role": words.role_word(own, index),
            "sees": words.seen_word(own, index),
        }
        for index in range(len(own.groups))
    ]
    return {
        "groups": groups,
        "power": own.powered,
        "failover": own.enabled,
        "failover_link": words.link_word(own),
        "config": words.config_word(own),
        "interfaces": {
            port.name: words.status_word(state, settings, unit, index) for index, port in enumerate(settings.ports)
        },
    }


_KEYS = {"reason": "because"}
"""Keys that keep their name in JSON although the field was renamed."""


def output_record(output: Output) -> dict[str, Any]:
    """An output by its kind and fields; a system log message also has the text that a device sends."""
    fields = {_KEYS.get(name, name): _plain(value) for name, value in attrs.asdict(output, recurse=False).items()}
    record = {"kind": type(output).__name__, **fields}
    return {**record, "message": str(output)} if isinstance(output, SystemLog) else record


def _plain(value: Any) -> Any:
    return value.value if isinstance(value, enum.Enum) else value
