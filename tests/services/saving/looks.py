"""Records of saving that are made by hand, beside a pair with two contexts that are active on different units."""

from __future__ import annotations

from typing import Any

from failover_fsm.pair.settings import GroupSettings, Settings
from failover_fsm.pair.states import ConfigSync, Group, Phase, Role, State, Unit, UnitState
from failover_fsm.services.machine import Joint
from failover_fsm.services.saving.machine import SavingMachine
from failover_fsm.services.saving.records import Copy, Saving, Space, Spaces
from tests.promises.looks import ACTIVE, FAILED, NONE, READY, unit

__all__ = [
    "ACTIVE", "COPIED", "FAILED", "MACHINE", "NONE", "OFF", "PRIMARY", "READY", "SECONDARY", "STARTS", "at", "of_roles",
    "pair", "space",
]  # fmt: skip

PRIMARY, SECONDARY = Unit

SETTINGS = Settings(
    groups=tuple(GroupSettings(preferred=each, preempt=True) for each in Unit), contexts=(("a", 0), ("b", 1))
)

MACHINE = SavingMachine(settings=SETTINGS, spaces=(None, "a", "b"), external=("b",))
"""The system space, a context of group 1 on disk, a context of group 2 whose file is on a server."""


def of_roles(first: Role, second: Role, **fields: Any) -> UnitState:
    """A unit with these roles for group 1 and group 2."""
    return unit(first, Group(role=second), **fields)


OFF, STARTS, COPIED = (of_roles(NONE, NONE, phase=phase) for phase in (Phase.OFF, Phase.NEGOTIATION, Phase.SYNC_CONFIG))
"""A unit without power, one that negotiates, one that receives its configuration."""


def pair(primary: UnitState | None = None, secondary: UnitState | None = None, **fields: Any) -> State:
    """A pair; if nothing is said, group 1 is active on the primary and group 2 on the secondary."""
    own, peer = of_roles(ACTIVE, READY), of_roles(READY, ACTIVE)
    return State(primary=primary or own, secondary=secondary or peer, **fields)


def space(primary: str = "s", secondary: str = "s", saving: Saving = Saving.NONE) -> Space:
    """A space on both units.

    Args:
        primary: `r` if what runs has the newest change, `s` if the startup configuration has it, `m` if it is marked.
        secondary: Likewise.
        saving: How the newest change was saved.
    """
    copies = [
        Copy(
            running="r" in each,
            startup="s" in each,
            mark=ConfigSync.OUT_OF_SYNC if "m" in each else ConfigSync.SYNCHRONIZED,
        )
        for each in (primary, secondary)
    ]
    return Space(primary=copies[0], secondary=copies[1], saving=saving)


def at(
    system: Space | None = None,
    a: Space | None = None,
    b: Space | None = None,
    *,
    state: State | None = None,
    **own: Any,
) -> Joint[Spaces]:
    """A pair with its spaces, which run and have saved the newest change if nothing is said."""
    spaces = tuple(each or space("rs", "rs") for each in (system, a, b))
    return Joint(pair=state or pair(), own=Spaces(spaces=spaces, **own))
