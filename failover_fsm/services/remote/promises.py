"""The promises about remote commands, over the pair and the terminal sessions together.

The formulas read the words of the typed line by themselves, and know nothing of the tables. They speak of pairs with
one failover group, and of the lines in `OFFERS`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from failover_fsm.config.records.pair_config import Unit
from failover_fsm.pair import events as e
from failover_fsm.pair.environment import message_in_flight
from failover_fsm.pair.registry import COMMAND_TEXT
from failover_fsm.pair.states import ConfigSync, LinkState, Role, State
from failover_fsm.services.machine import Joint, MachinePromise
from failover_fsm.services.remote.records import CommandMode, Mode, Session, Sessions
from failover_fsm.services.remote.typed import Typed

__all__ = ["BY_ID", "OFFERS", "PROMISES"]

PORT = "interface GigabitEthernet0/1"

OFFERS: tuple[str, ...] = (
    "configure terminal",
    "end",
    f"failover exec active {COMMAND_TEXT}",
    f"failover exec standby {COMMAND_TEXT}",
    f"failover exec mate {COMMAND_TEXT}",
    f"failover exec active {PORT}",
    f"failover exec standby {PORT}",
    "failover exec mate exit",
    "failover exec standby failover active",
)
"""The lines that a search types: each keyword with a configuration command, modes opened and left, and roles moved."""

At = Joint[Sessions]
Step = Callable[[At, Any, At], bool]


# -- what a line means, from its words -----------------------------------------------------------------------


def _words(event: Any) -> tuple[str, ...]:
    """The words of a line `failover exec ...`; none for other events."""
    words = tuple(event.text.split()) if isinstance(event, Typed) else ()
    return words if words[:2] == ("failover", "exec") else ()


def is_sent(event: Any) -> bool:
    """The line is sent by `failover exec`."""
    return bool(_words(event))


def configures(event: Any) -> bool:
    """The line sends a configuration command."""
    return _words(event)[3:4] in (("access-list",), ("interface",))


def _has(pair: State, unit: Unit, *roles: Role) -> bool:
    return pair.unit(unit).groups[0].role in roles


def meant(before: At, event: Any) -> Unit | None:
    """The unit that the keyword means at this moment; None for none (EXE-7, EXE-8)."""
    own = event.unit
    wanted = {"active": (Role.ACTIVE,), "standby": (Role.STANDBY_READY, Role.FAILED)}.get(_words(event)[2])
    if wanted is None:
        peer: Unit = own.peer
        return peer
    return next((unit for unit in (own, own.peer) if _has(before.pair, unit, *wanted)), None)


def _modes(joint: At, device: Unit) -> tuple[CommandMode, CommandMode]:
    """The modes of `failover exec` for a device, in both sessions."""
    return joint.own.primary.mode_on(device), joint.own.secondary.mode_on(device)


def _places(joint: At) -> tuple[CommandMode, CommandMode]:
    """The modes of the two sessions."""
    return joint.own.primary.at, joint.own.secondary.at


# -- formulas ------------------------------------------------------------------------------------------------


def runs_where_it_is_meant(before: At, event: Any, after: At) -> bool:
    """The command took place at the unit that was meant, and no mode of another unit moved."""
    if not is_sent(event):
        return True
    unit = meant(before, event)
    if unit is None:
        return after == before
    if _modes(after, unit.peer) != _modes(before, unit.peer):
        return False
    return after == before or after.own.ran in (unit, None)


def configured_something(before: At, event: Any, after: At) -> bool:
    """A configuration command was sent and took place somewhere."""
    return configures(event) and after != before and after.own.ran is not None


def while_roles_move(before: At, event: Any, after: At) -> bool:
    """The same while a hand-over message is on its way."""
    return configured_something(before, event, after) and message_in_flight(before.pair)


def standby_command_stays(before: At, event: Any, after: At) -> bool:
    """What is sent to the standby unit changes nothing of the active one."""
    if not _to_standby(before, event, after):
        return True
    unit = meant(before, event)
    assert unit is not None, "the premise says that a unit was meant"
    kept = after.pair.unit(unit.peer) == before.pair.unit(unit.peer)
    return kept and after.own.ran is unit and after.pair.unit(unit).config_sync is not ConfigSync.SYNCHRONIZED


def _to_standby(before: At, event: Any, after: At) -> bool:
    if not configured_something(before, event, after):
        return False
    unit = meant(before, event)
    return unit is not None and not _has(before.pair, unit, Role.ACTIVE)


def replicates_from_active(before: At, event: Any, after: At) -> bool:
    """What is sent to the active unit from a standby in contact leaves two configurations that agree."""
    return not _from_standby(before, event, after) or after.pair == before.pair


def _from_standby(before: At, event: Any, _after: At) -> bool:
    if not configures(event) or before.own.of(event.unit).at.mode is Mode.PRIVILEGED:
        return False
    own, mate = before.pair.unit(event.unit), before.pair.unit(event.unit.peer)
    contact = before.pair.links.failover is LinkState.GOOD and own.up and own.enabled and mate.enabled
    standby = not _has(before.pair, event.unit, Role.ACTIVE) and _has(before.pair, event.unit.peer, Role.ACTIVE)
    return contact and standby and meant(before, event) is event.unit.peer


def leaves_the_session(before: At, event: Any, after: At) -> bool:
    """A command that is sent leaves the modes of both sessions, and so the prompts."""
    restarted = not before.pair.unit(event.unit).powered if isinstance(event, Typed) else True
    return restarted or not is_sent(event) or _places(after) == _places(before)


def changed_a_mode(before: At, event: Any, after: At) -> bool:
    """A command that was sent changed a mode of `failover exec`."""
    return is_sent(event) and any(_modes(after, unit) != _modes(before, unit) for unit in Unit)


def leaves_the_modes(before: At, event: Any, after: At) -> bool:
    """A line of the session leaves every mode of `failover exec`."""
    if not isinstance(event, Typed) or is_sent(event):
        return True
    return all(_modes(after, unit) == _modes(before, unit) for unit in Unit)


def changed_the_session(before: At, event: Any, after: At) -> bool:
    """A line changed the mode of its session."""
    return isinstance(event, Typed) and _places(after) != _places(before)


def does_nothing_without_link(before: At, event: Any, after: At) -> bool:
    """A command for the mate does nothing while the failover link is cut."""
    return not _for_mate_without_link(before, event, after) or after == before


def _for_mate_without_link(before: At, event: Any, _after: At) -> bool:
    cut = before.pair.links.failover is LinkState.CUT
    return is_sent(event) and cut and meant(before, event) is event.unit.peer


def waits_for_the_session(before: At, event: Any, after: At) -> bool:
    """A configuration command does nothing while the session is in privileged EXEC."""
    return not _from_privileged(before, event, after) or after == before


def _from_privileged(before: At, event: Any, _after: At) -> bool:
    return configures(event) and before.own.of(event.unit).at.mode is Mode.PRIVILEGED


def begins_anew(joint: At) -> bool:
    """A unit that does not run has no session, and every mode for it is global configuration."""
    return all(
        joint.own.of(unit) == Session() and joint.own.of(unit.peer).mode_on(unit) == CommandMode(Mode.CONFIG)
        for unit in Unit
        if not joint.pair.unit(unit).powered
    )


def one_stopped_beside_a_session(joint: At) -> bool:
    """A unit does not run while the other's session is in use."""
    return any(not joint.pair.unit(unit).powered and joint.own.of(unit.peer) != Session() for unit in Unit)


def keeps_synchronisation(before: At, event: Any, after: At) -> bool:
    """No command that is sent takes two configurations that agree out of synchronisation, of units in contact."""
    contact = before.pair.links.failover is LinkState.GOOD and all(before.pair.unit(unit).up for unit in Unit)
    lost = any(
        before.pair.unit(unit).config_sync is ConfigSync.SYNCHRONIZED
        and after.pair.unit(unit).config_sync is ConfigSync.OUT_OF_SYNC
        for unit in Unit
    )
    return not (is_sent(event) and contact and lost)


def mode_follows_its_unit(joint: At) -> bool:
    """A session on the active unit has a block open for the standby, and none for itself."""
    return any(
        _has(joint.pair, unit, Role.ACTIVE)
        and joint.own.of(unit).mode_on(unit.peer).mode is Mode.INTERFACE
        and joint.own.of(unit).mode_on(unit).mode is Mode.CONFIG
        for unit in Unit
    )


_TYPED: tuple[type[e.Event], ...] = (Typed,)

PROMISES: tuple[MachinePromise, ...] = (
    MachinePromise(
        id="exec-runs-where-it-is-meant", kind="step", holds=runs_where_it_is_meant, premise=configured_something,
        events=_TYPED, rules=("EXE-1", "EXE-7", "EXE-8", "EXE-10"),
        says="A command of failover exec runs on exactly the unit that its keyword means at that moment.",
    ),
    MachinePromise(
        id="exec-follows-moving-roles", kind="step", holds=runs_where_it_is_meant, premise=while_roles_move,
        events=_TYPED, rules=("EXE-1", "EXE-7"),
        says="It does so also while a hand-over of the active role is under way.",
    ),
    MachinePromise(
        id="exec-standby-stays", kind="step", holds=standby_command_stays, premise=_to_standby,
        events=_TYPED, rules=("EXE-2",),
        says="Nothing that failover exec sends to the standby unit changes the active unit.",
    ),
    MachinePromise(
        id="exec-active-replicates", kind="step", holds=replicates_from_active, premise=_from_standby,
        events=_TYPED, rules=("EXE-1",),
        says="What a standby unit sends to the active one keeps the configurations in step.",
    ),
    MachinePromise(
        id="exec-leaves-the-session", kind="step", holds=leaves_the_session, premise=changed_a_mode,
        events=_TYPED, rules=("EXE-9", "EXE-12"),
        says="Commands that failover exec sends leave the mode and the prompt of every session.",
    ),
    MachinePromise(
        id="session-leaves-exec", kind="step", holds=leaves_the_modes, premise=changed_the_session,
        events=_TYPED, rules=("EXE-10", "EXE-13"),
        says="Lines of a session leave every mode of failover exec.",
    ),
    MachinePromise(
        id="exec-needs-the-link", kind="step", holds=does_nothing_without_link, premise=_for_mate_without_link,
        events=_TYPED, rules=("EXE-16",),
        says="Without the failover link nothing runs on the mate.",
    ),
    MachinePromise(
        id="exec-waits-for-the-session", kind="step", holds=waits_for_the_session, premise=_from_privileged,
        events=_TYPED, rules=("EXE-22",),
        says="From privileged EXEC no configuration command is carried out.",
    ),
    MachinePromise(
        id="exec-begins-anew", kind="always", holds=begins_anew, premise=one_stopped_beside_a_session,
        rules=("EXE-11",),
        says="After a restart of a unit the modes for it begin as global configuration, and its session is over.",
    ),
    MachinePromise(
        id="exec-mode-follows-its-unit", kind="sometimes", holds=mode_follows_its_unit, rules=("EXE-10", "EXE-15"),
        says="A mode can be left open for a unit that is standby now.",
    ),
    MachinePromise(
        id="exec-keeps-synchronisation", kind="step", holds=keeps_synchronisation,
        events=_TYPED, rules=("EXE-2",),
        says="No command that failover exec sends takes the configurations of units in contact out of synchronisation.",
    ),
)  # fmt: skip
"""The promises; the last is broken by a configuration command for the standby unit (EXE-2)."""

BY_ID = {promise.id: promise for promise in PROMISES}
"""The promises by id."""
