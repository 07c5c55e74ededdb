"""Promises in real time: "the standby takes over within 15 s".

A model file states them under `[promises.within]`: a condition with the longest time to its takeover, or "never" if it
must not lead to a takeover; `hellos-lost`, the number of hellos in a row that may be lost; and `pause`, the time for
which the active unit may hang.
"""

from __future__ import annotations

import re

import attrs

from failover_fsm.config.values.suggestions import listed, nearest
from failover_fsm.timing.conditions import CONDITIONS, TWO_FAULTS
from failover_fsm.timing.times import seconds

__all__ = ["BY_ID", "HELLOS_LOST", "PROMISED", "Limit", "limit_of"]

HELLOS_LOST = "hellos-lost"
BY_ID = {condition.id: condition for condition in (*CONDITIONS, *TWO_FAULTS)}
PAUSE = "pause"
PROMISED = (*BY_ID, HELLOS_LOST, PAUSE)
"""The names that can be promised."""


@attrs.frozen
class Limit:
    """One promise.

    Attributes:
        id: A condition, or `hellos-lost`.
        most: Milliseconds, or a number of hellos for `hellos-lost`; None for "never".
    """

    id: str
    most: int | None

    @property
    def description(self) -> str:
        """The promise in words."""
        if self.id == HELLOS_LOST:
            return f"{self.most} hellos in a row may get lost on every channel without a takeover"
        if self.id == PAUSE:
            return f"the active unit may hang for {seconds(self.most or 0)} s without a takeover"
        if self.most is None:
            return f"{BY_ID[self.id].description}: no takeover"
        return f"{BY_ID[self.id].description}: takeover within {seconds(self.most)} s"

    @property
    def rules(self) -> tuple[str, ...]:
        """The rules of the chapter that it is about."""
        return ("UHM-6",) if self.id in (HELLOS_LOST, PAUSE) else BY_ID[self.id].rules


def limit_of(name: str, value: object) -> Limit:
    """The promise that a model file states.

    Raises:
        ValueError: With `what; allowed: ...`, if it is no promise.
    """
    if name not in PROMISED:
        raise ValueError(f"unknown condition {name!r}{nearest(name, PROMISED)}; allowed: {listed(name, PROMISED)}")
    text = value if isinstance(value, str) else ""
    found = re.fullmatch(r"([0-9]{1,6})(?:\.([0-9]{1,3}))? ?(s|ms|hellos)", text)
    if name == HELLOS_LOST:
        if found is None or found[3] != "hellos" or found[2]:
            raise ValueError(f'{name} cannot be {value!r}; allowed: "13 hellos"')
        return Limit(name, int(found[1]))
    if text == "never" and name != PAUSE:
        return Limit(name, None)
    if found is None or found[3] == "hellos" or (found[2] and found[3] == "ms"):
        never = "" if name == PAUSE else ', "never"'
        raise ValueError(f'{name} cannot be {value!r}; allowed: "15 s", "800 ms"{never}')
    if found[3] == "ms":
        return Limit(name, int(found[1]))
    return Limit(name, int(found[1]) * 1000 + int((found[2] or "").ljust(3, "0")))
