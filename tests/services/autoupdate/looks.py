"""States of a pair with its process that are made by hand: what formulas and conditions are asked of."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from failover_fsm.pair.states import Phase, Role, State, UnitState
from failover_fsm.services.autoupdate import events as u
from failover_fsm.services.autoupdate.promises import UpdatePromise, update_promises
from failover_fsm.services.autoupdate.states import Content, Files, Offered, Process, Step
from failover_fsm.services.machine import Joint
from tests.promises.looks import ACTIVE, CUT_LINK, DEAD_MODULES, FAILED, NONE, READY, port, unit
from tests.services.autoupdate.kit import NEW, OLD, PRIMARY, SECONDARY, machine

__all__ = [
    "ACTIVE", "BOOTS", "CUT_LINK", "DEAD_MODULES", "DOWN", "FAILED", "FLASHED", "JOINS", "LOADED", "NEW", "NEW_FILES",
    "NONE", "OFF", "OLD", "PRIMARY", "READY", "SECONDARY", "STARTS", "Joint", "Process", "Step", "at", "kept", "pair",
    "port", "premise_of", "promise", "steps_tested", "unit",
]  # fmt: skip

OFF, DOWN, BOOTS, STARTS = (unit(phase=phase) for phase in (Phase.OFF, Phase.DOWN, Phase.RESTARTING, Phase.NEGOTIATION))
"""A unit without power, one that stays down, one that restarts, one that negotiates."""

JOINS = unit(phase=Phase.SYNC_CONFIG)
"""A unit that receives its configuration."""

FLASHED = Files(flash=Content.NEW)
"""The files of a unit that has the new image and has not booted it."""

LOADED = Files(flash=Content.NEW, running=Content.NEW)
"""The files of a unit that runs the new image."""

NEW_FILES = Offered()
"""What the server offers unless something else is said: everything new."""


def pair(primary: UnitState | Role = ACTIVE, secondary: UnitState | Role = READY, **fields: Any) -> State:
    """A pair with two interfaces.

    Args:
        primary: The primary, or the role of one that is up.
        secondary: The secondary likewise.
        fields: More fields of the state.
    """
    first, second = (unit(each) if isinstance(each, Role) else each for each in (primary, secondary))
    return State(primary=first, secondary=second, **{"interfaces": (port(), port()), **fields})


def at(
    step: Step = Step.REST,
    primary: UnitState | Role = ACTIVE,
    secondary: UnitState | Role = READY,
    *,
    files: tuple[Files, Files] = (OLD, OLD),
    **fields: Any,
) -> Joint[Process]:
    """A pair with its process at a step.

    Args:
        step: Where the process is.
        primary: The primary, or the role of one that is up.
        secondary: The secondary likewise.
        files: What primary and secondary have.
        fields: More fields of the record, or of the state of the pair.
    """
    of_pair = {name: fields.pop(name) for name in ("links", "modules", "interfaces") if name in fields}
    own = Process(step=step, primary=files[0], secondary=files[1], **fields)
    return Joint(pair=pair(primary, secondary, **of_pair), own=own)


def promise(name: str, **settings: Any) -> UpdatePromise:
    """A promise by its id; `settings` as in `kit.machine`."""
    return next(each for each in update_promises(machine(**settings)) if each.id == name)


def kept(name: str, **settings: Any) -> Callable[..., bool]:
    """The formula of a promise, of a state or of two states around an event."""
    found = promise(name, **settings)
    if found.kind != "step":
        return found.holds
    event = found.events[0]() if found.events else u.PollTimeReached()
    return lambda before, after, happens=event: found.holds(before, happens, after)


def premise_of(name: str) -> Callable[..., bool]:
    """The premise of a promise, likewise."""
    found = promise(name)
    assert found.premise is not None
    premise = found.premise
    return premise if found.kind != "step" else lambda before, after: premise(before, None, after)


def steps_tested(name: str) -> list[Step]:
    """The steps in which a promise about states, or about what a step leaves, is put to the test."""
    return [step for step in Step if premise_of(name)(at(step))]
