"""The promises about the failover key, over the pair and the keys of its units together."""

from __future__ import annotations

from typing import Any

from failover_fsm.config.records.pair_config import Unit
from failover_fsm.pair import events as e
from failover_fsm.pair.health import hears_on_link
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import ConfigSync, LinkState, PeerContact, Phase, Role
from failover_fsm.services.keys.records import KeyEntered, KeyRemoved, Keys, Talk
from failover_fsm.services.machine import Joint, MachinePromise

__all__ = ["key_promises"]

At = Joint[Keys]
_ENTERED: tuple[type[e.Event], ...] = (KeyEntered,)
_EITHER: tuple[type[e.Event], ...] = (KeyEntered, KeyRemoved)


def _active(joint: At, unit: Unit) -> bool:
    return joint.pair.unit(unit).groups[0].role is Role.ACTIVE


def newly_exposed(before: At, after: At) -> bool:
    """A key has crossed in clear text in this step."""
    return before.own.exposed != after.own.exposed


def unseen_while_off(before: At, event: Any, after: At) -> bool:
    """A key that is entered where failover is off does not cross."""
    return not entered_while_off(before, event, after) or not newly_exposed(before, after)


def entered_while_off(before: At, event: Any, after: At) -> bool:
    """The key is entered on a unit with failover off, and it takes it."""
    own = before.pair.unit(event.unit)
    return own.powered and not own.enabled and after.own.of(event.unit) == event.key


def unseen_behind_a_key(before: At, event: Any, after: At) -> bool:
    """A key that replaces another one on both units does not cross in clear text."""
    return not replaces_a_key(before, event, after) or not newly_exposed(before, after)


def replaces_a_key(before: At, event: Any, after: At) -> bool:
    """Both units had one key, and both have the new one."""
    both = after.own.primary == after.own.secondary == event.key
    return before.own.talk is Talk.ENCRYPTED and both and before.own != after.own


def unseen(before: At, _event: Any, after: At) -> bool:
    """No key crosses in clear text."""
    return not newly_exposed(before, after)


def seen_by_others(joint: At) -> bool:
    """A key is in use that has crossed in clear text."""
    return joint.own.talk is Talk.ENCRYPTED and joint.own.primary in joint.own.exposed


def standby_keeps_it(before: At, event: Any, after: At) -> bool:
    """A key that is entered on a unit that is not active never gets to the peer, and the unit is out of step."""
    if not on_the_standby(before, event, after):
        return True
    kept = after.own.of(event.unit.peer) == before.own.of(event.unit.peer)
    return kept and after.pair.unit(event.unit).config_sync is not ConfigSync.SYNCHRONIZED


def on_the_standby(before: At, event: Any, after: At) -> bool:
    """The key is entered on a unit that is up with failover on, and not active."""
    own = before.pair.unit(event.unit)
    return own.phase is Phase.UP and own.enabled and not _active(before, event.unit) and before != after


def active_replicates(before: At, event: Any, after: At) -> bool:
    """What is entered on the active unit of a pair in contact is on both units."""
    return not in_contact(before, event, after) or after.own.primary == after.own.secondary


def in_contact(before: At, event: Any, after: At) -> bool:
    """The unit is active, its peer a standby, and both hear each other on the failover link."""
    units = [before.pair.unit(unit) for unit in Unit]
    both = all(each.up and each.enabled and each.contact is PeerContact.LINK for each in units)
    alone = _active(before, event.unit) and not _active(before, event.unit.peer)
    return both and alone and before.pair.links.failover is LinkState.GOOD and before != after


def different_never_meet(settings: Settings, joint: At) -> bool:
    """Units with different keys hear nothing of each other on the failover link."""
    return joint.own.talk is not Talk.NONE or not any(hears_on_link(joint.pair, settings, unit) for unit in Unit)


def are_different(joint: At) -> bool:
    """Both units run with failover on, and their keys differ."""
    return joint.own.talk is Talk.NONE and all(joint.pair.unit(unit).listening for unit in Unit)


def two_active(joint: At) -> bool:
    """Both units are active, and nothing but their keys is in the way."""
    return are_different(joint) and all(_active(joint, unit) for unit in Unit)


def encrypted_and_unseen(joint: At) -> bool:
    """A pair in service whose talk is encrypted with a key that has never crossed in clear text."""
    units = [joint.pair.unit(unit) for unit in Unit]
    ready = all(each.up and each.enabled and each.contact is PeerContact.LINK for each in units)
    return ready and joint.own.talk is Talk.ENCRYPTED and not seen_by_others(joint)


def key_promises(settings: Settings) -> tuple[MachinePromise, ...]:
    """The promises about the keys of a pair; `key-unseen` is broken by a key that is entered in operation (KEY-8)."""
    return (
        MachinePromise(
            id="key-unseen-while-off", kind="step", holds=unseen_while_off, premise=entered_while_off,
            events=_ENTERED, rules=("KEY-8",),
            says="A key that is entered where failover is off never crosses in clear text.",
        ),
        MachinePromise(
            id="key-unseen-behind-a-key", kind="step", holds=unseen_behind_a_key, premise=replaces_a_key,
            events=_ENTERED, rules=("KEY-8", "KEY-9"),
            says="A key that replaces one which both units have never crosses in clear text.",
        ),
        MachinePromise(
            id="key-standby-keeps-it", kind="step", holds=standby_keeps_it, premise=on_the_standby,
            events=_EITHER, rules=("KEY-4",),
            says="What is entered on a unit that is not active stays there, and the configurations differ.",
        ),
        MachinePromise(
            id="key-active-replicates", kind="step", holds=active_replicates, premise=in_contact,
            events=_EITHER, rules=("KEY-4",),
            says="What is entered on the active unit of a pair in contact is on both units.",
        ),
        MachinePromise(
            id="key-different-never-meet", kind="always", rules=("KEY-3",),
            says="Units with different keys hear nothing of each other on the failover link.",
            holds=lambda joint: different_never_meet(settings, joint), premise=are_different,
        ),
        MachinePromise(
            id="key-different-both-active", kind="sometimes", holds=two_active, rules=("KEY-3",),
            says="Different keys alone can make both units active.",
        ),
        MachinePromise(
            id="key-procedure-works", kind="sometimes", holds=encrypted_and_unseen, rules=("KEY-8",),
            says="A pair can come to talk encrypted with a key that never crossed in clear text.",
        ),
        MachinePromise(
            id="key-can-always-be-mended", kind="can-recover", holds=encrypted_and_unseen, rules=("KEY-3", "KEY-8"),
            says="From everywhere a pair can come to talk encrypted with a key that never crossed in clear text.",
        ),
        MachinePromise(
            id="key-unseen", kind="step", holds=unseen, events=_ENTERED, rules=("KEY-1", "KEY-8"),
            says="No key ever crosses the failover link in clear text.",
        ),
    )  # fmt: skip
