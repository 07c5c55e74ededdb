"""System messages of one unit: of a peer that is unlike, of the copy of a configuration, of itself and its peer."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from failover_fsm.config.records.pair_config import StatefulLink
from failover_fsm.pair import events as e
from failover_fsm.pair.hindering import NO_HEARTBEAT
from failover_fsm.pair.obstacle_logs import obstacle_outputs, worded
from failover_fsm.pair.obstacles import Hindrance, Mismatch, Obstacles
from failover_fsm.pair.outputs import ConsoleLine, SystemLog
from failover_fsm.pair.pair import cold
from failover_fsm.pair.settings import Port, Settings
from failover_fsm.pair.states import (
    AnnouncedRole,
    Group,
    Links,
    LinkState,
    Modules,
    PeerContact,
    Phase,
    Role,
    State,
    UnitState,
)
from failover_fsm.pair.syslog import Moment, sending_outputs, system_logs
from tests.pairs import SECONDARY, active_active, settings

PLAIN = Settings(ports=(Port(name="outside"), Port(name="inside"), Port(name="idle", shutdown=True, monitored=False)))
OFF = UnitState(phase=Phase.DOWN)
CUT = LinkState.CUT


def unit(role: Role = Role.STANDBY_READY, phase: Phase = Phase.UP, **more: Any) -> UnitState:
    contact = more.pop("contact", PeerContact.LINK)
    return UnitState(phase=phase, contact=contact, groups=(Group(role=role),), **more)


BOTH = attrs.evolve(cold(PLAIN), primary=unit(Role.ACTIVE), secondary=unit())


def said(outputs: Any) -> list[tuple[str, int]]:
    """Who logged which message."""
    return [(each.unit.value, each.number) for each in outputs if isinstance(each, SystemLog)]


# -- a peer that is unlike -----------------------------------------------------------------------------------------

DIFFERS = "Other unit has different software version"


@pytest.mark.parametrize(
    ("reason", "what", "words"),
    [
        (DIFFERS, None, DIFFERS),
        (DIFFERS, Mismatch.VERSION, DIFFERS),
        (DIFFERS, Mismatch.MODE, "Other unit operating mode is different"),
        ("Interface check", Mismatch.MODE, "Interface check"),
        ("Interface check", None, "Interface check"),
    ],
)
def test_a_reason_is_worded_by_what_differs(reason: str, what: Mismatch | None, words: str) -> None:
    assert worded(reason, attrs.evolve(BOTH, obstacles=Obstacles(mismatch=what))) == words


UNLIKE = attrs.evolve(BOTH, obstacles=Obstacles(mismatch=Mismatch.CHASSIS))
HELLO = e.HelloHeard(unit=SECONDARY)


def moment(event: e.Event | None, before: State, old: UnitState, new: UnitState, of: Settings = PLAIN) -> Moment:
    """A step as the secondary lives it."""
    was, now = attrs.evolve(before, secondary=old), attrs.evolve(before, secondary=new)
    return Moment(unit=SECONDARY, event=event, before=was, after=now, settings=of, reasons=("Interface check",) * 2)


STRANGER = unit(contact=PeerContact.NEVER)
SWITCHED_OFF = unit(enabled=False)


@pytest.mark.parametrize(
    ("event", "before", "old", "new", "found"),
    [
        (HELLO, UNLIKE, STRANGER, unit(), [105046]),
        (HELLO, UNLIKE, unit(), SWITCHED_OFF, [105046]),
        (HELLO, UNLIKE, unit(), unit(), []),
        (HELLO, UNLIKE, SWITCHED_OFF, SWITCHED_OFF, []),
        (HELLO, BOTH, STRANGER, unit(), []),
        (HELLO, attrs.evolve(UNLIKE, links=Links(failover=CUT)), STRANGER, unit(), []),
        (e.InterfacesChecked(unit=SECONDARY), UNLIKE, STRANGER, unit(), []),
    ],
)
def test_the_first_hello_of_an_unlike_peer_is_logged(
    event: e.Event, before: State, old: UnitState, new: UnitState, found: list[int]
) -> None:
    assert [number for _, number in said(obstacle_outputs(moment(event, before, old, new)))] == found


LOCKED = unit(Role.NONE, Phase.SYNC_CONFIG, hindrance=Hindrance.LOCKED)
REFUSED = unit(enabled=False, hindrance=Hindrance.REFUSED)
FULL = attrs.evolve(BOTH, obstacles=Obstacles(flash_full=(SECONDARY,)))


@pytest.mark.parametrize(
    ("event", "before", "new", "found"),
    [
        (e.SynchronizationFailed(unit=SECONDARY), BOTH, LOCKED, [105021]),
        (e.SynchronizationFailed(unit=SECONDARY), FULL, unit(Role.NONE, Phase.SYNC_CONFIG), []),
        (e.SynchronizationFailed(unit=SECONDARY), BOTH, unit(Role.NONE, Phase.SYNC_CONFIG), []),
        (e.UnitFailed(unit=SECONDARY), BOTH, LOCKED, []),
        (e.UnitRestored(unit=SECONDARY), BOTH, REFUSED, [NO_HEARTBEAT]),
        (e.Restarted(unit=SECONDARY), BOTH, REFUSED, [NO_HEARTBEAT]),
        (e.UnitRestored(unit=SECONDARY), BOTH, unit(), []),
        (e.FailoverDisabled(unit=SECONDARY), BOTH, REFUSED, []),
    ],
)
def test_a_locked_configuration_and_a_boot_without_a_heartbeat_are_told(
    event: e.Event, before: State, new: UnitState, found: list[object]
) -> None:
    shown = list(obstacle_outputs(moment(event, before, new, new)))
    assert [each.text if isinstance(each, ConsoleLine) else getattr(each, "number", None) for each in shown] == found
    assert all("system~" not in str(each) for each in shown)


# -- a unit and its peer -----------------------------------------------------------------------------------------------

COLD, BULK = unit(Role.NONE, Phase.COLD_STANDBY), unit(Role.NONE, Phase.BULK_SYNC)
STATEFUL = settings(1, stateful=StatefulLink.SHARED_DATA)


@pytest.mark.parametrize(
    ("old", "new", "of", "found"),
    [
        (unit(Role.NONE, Phase.NEGOTIATION), COLD, PLAIN, [709003]),
        (COLD, COLD, PLAIN, []),
        (BULK, COLD, PLAIN, []),
        (COLD, unit(Role.NONE, Phase.SYNC_FILE_SYSTEM), PLAIN, [709004]),
        (COLD, unit(), PLAIN, [709004]),
        (COLD, unit(), STATEFUL, [709004, 311001, 311002]),
        (COLD, SWITCHED_OFF, STATEFUL, []),
        (COLD, BULK, STATEFUL, [709004, 311001]),
        (BULK, unit(), STATEFUL, [311002]),
        (BULK, SWITCHED_OFF, STATEFUL, []),
        (BULK, unit(Role.NONE, Phase.DOWN), STATEFUL, []),
        (BULK, BULK, STATEFUL, []),
    ],
)
def test_what_the_sender_of_a_configuration_logs(
    old: UnitState, new: UnitState, of: Settings, found: list[int]
) -> None:
    """SYN-3, SYN-4, STF-1; a sender that does not run logs nothing."""
    before = attrs.evolve(cold(of), primary=unit(Role.ACTIVE))
    step = moment(e.SynchronizationAdvanced(unit=SECONDARY), before, old, new, of)
    assert said(sending_outputs(step)) == [("primary", number) for number in found]
    dead = moment(None, attrs.evolve(before, primary=OFF), old, new, of)
    assert list(sending_outputs(dead)) == []


FAILED = unit(Role.FAILED)


@pytest.mark.parametrize(
    ("event", "primary", "old", "new", "found"),
    [
        (None, unit(Role.ACTIVE), unit(), SWITCHED_OFF, [105001]),
        (None, unit(Role.ACTIVE), SWITCHED_OFF, unit(), [105002]),
        (None, unit(Role.ACTIVE), OFF, unit(Role.NONE, Phase.NEGOTIATION, enabled=False), []),
        (None, unit(Role.ACTIVE), unit(), unit(contact=PeerContact.DATA), [105043]),
        (None, unit(Role.ACTIVE), unit(contact=PeerContact.DATA), unit(), [105042]),
        (None, unit(Role.ACTIVE, contact=PeerContact.LOST), unit(contact=PeerContact.LOST), unit(), [105042, 103004]),
        (None, unit(Role.ACTIVE, contact=PeerContact.LOST), unit(Role.NONE, Phase.NEGOTIATION,
         contact=PeerContact.NEVER), unit(Role.NONE, Phase.NEGOTIATION), [105042]),
        (None, unit(Role.ACTIVE), unit(contact=PeerContact.LOST), unit(), [105042]),
        (None, unit(Role.ACTIVE), SWITCHED_OFF, unit(enabled=False, contact=PeerContact.DATA), []),
        (None, unit(Role.ACTIVE), OFF, unit(Role.NONE, Phase.NEGOTIATION), []),
        (e.NegotiationExpired(unit=SECONDARY), unit(Role.ACTIVE, enabled=False), unit(), unit(), [105039]),
        (e.HoldTimeExpired(unit=SECONDARY), unit(Role.ACTIVE, enabled=False), unit(), unit(), [105039]),
        (e.InterfacesChecked(unit=SECONDARY), unit(Role.ACTIVE, enabled=False), unit(), unit(), []),
        (e.HoldTimeExpired(unit=SECONDARY), OFF, unit(), unit(), []),
        (None, unit(Role.ACTIVE), FAILED, unit(), [104004]),
        (None, unit(Role.ACTIVE), FAILED, unit(Role.NONE, Phase.DOWN), []),
        (None, unit(Role.ACTIVE), FAILED, unit(Role.NONE, Phase.NEGOTIATION), []),
        (None, unit(Role.ACTIVE), unit(), FAILED, [104003]),
        (None, unit(Role.ACTIVE), unit(Role.NONE), unit(Role.ACTIVE), [104001]),
        (None, unit(Role.ACTIVE), unit(), unit(Role.ACTIVE), [104001, *[411002, 411001] * 2]),
        (None, unit(Role.ACTIVE), unit(Role.NONE, Phase.NEGOTIATION), COLD, [709005]),
        (None, unit(Role.ACTIVE), BULK, COLD, []),
        (None, unit(Role.ACTIVE), COLD, unit(), [709006]),
        (None, unit(Role.ACTIVE), COLD, SWITCHED_OFF, [105001]),
    ],
)  # fmt: skip
def test_what_a_unit_logs_of_itself_and_its_peer(
    event: e.Event | None, primary: UnitState, old: UnitState, new: UnitState, found: list[int]
) -> None:
    """MON-1, MON-3, UHM-5, UHM-8, SYN-3."""
    assert said(system_logs(moment(event, attrs.evolve(BOTH, primary=primary), old, new))) == [
        ("secondary", number) for number in found
    ]
    cut = attrs.evolve(BOTH, primary=primary, links=Links(failover=CUT))
    assert 105039 not in {number for _, number in said(system_logs(moment(event, cut, old, new)))}


# -- of several groups, of a service module, of VPN failover ---------------------------------------------

NEGOTIATES, JOINS, SEEN, BROKEN = (
    AnnouncedRole.NEGOTIATION, AnnouncedRole.JOINING, AnnouncedRole.STANDBY_READY, AnnouncedRole.FAILED
)  # fmt: skip
VPN = attrs.evolve(PLAIN, passed=(("VPN sessions, without logging in again",),))
NO_VPN = attrs.evolve(PLAIN, passed=(("TCP connections",),))


def sees(*views: AnnouncedRole, contact: PeerContact = PeerContact.LINK, **more: Any) -> UnitState:
    """A unit that is up and sees its peer so, group by group."""
    groups = tuple(Group(role=Role.STANDBY_READY, peer_role=view) for view in views)
    return UnitState(phase=more.pop("phase", Phase.UP), contact=contact, groups=groups, **more)


def logged(old: UnitState, new: UnitState, of: Settings = PLAIN, **more: Any) -> list[SystemLog]:
    """What the secondary logs between two records."""
    found = system_logs(moment(None, attrs.evolve(BOTH, **more), old, new, of))
    return [each for each in found if isinstance(each, SystemLog)]


@pytest.mark.parametrize(
    ("old", "new", "is_first"),
    [
        (sees(SEEN, SEEN), sees(NEGOTIATES, SEEN), True),
        (sees(SEEN, SEEN), sees(NEGOTIATES, NEGOTIATES), True),
        (sees(NEGOTIATES, SEEN), sees(NEGOTIATES, NEGOTIATES), False),
        (sees(NEGOTIATES, SEEN), sees(SEEN, SEEN), False),
    ],
)
def test_the_first_message_of_a_peer_that_boots_is_logged(old: UnitState, new: UnitState, is_first: bool) -> None:
    assert (105034 in [each.number for each in logged(old, new)]) is is_first


@pytest.mark.parametrize(
    ("old", "of", "code"),
    [
        (sees(SEEN, phase=Phase.SYNC_CONFIG), PLAIN, 6),
        (sees(JOINS, SEEN), PLAIN, 5),
        (sees(SEEN, SEEN), PLAIN, 4),
        (sees(SEEN, SEEN), Settings(), 1),
    ],
)
def test_the_code_of_a_silence_says_during_what_it_came(old: UnitState, of: Settings, code: int) -> None:
    """UHM-8: 5 and 6 while a configuration is copied, 1 if there is nowhere else to ask."""
    before = attrs.evolve(BOTH, interfaces=cold(of).interfaces)
    lost = attrs.evolve(old, contact=PeerContact.LOST)
    found = system_logs(moment(None, before, old, lost, of))
    (silence,) = (each for each in found if isinstance(each, SystemLog) and each.number == 103001)
    assert f"code {code}" in str(silence) or f"reason code = {code}" in str(silence)


DEAD_MODULE = Modules(primary=CUT)


@pytest.mark.parametrize(
    ("old", "new", "modules", "said_so"),
    [
        (sees(SEEN, SEEN), sees(BROKEN, SEEN), DEAD_MODULE, True),
        (sees(SEEN, SEEN), sees(BROKEN, SEEN), Modules(), False),
        (sees(BROKEN, SEEN), sees(BROKEN, BROKEN), DEAD_MODULE, False),
        (sees(SEEN, SEEN), sees(SEEN, SEEN, contact=PeerContact.DATA), DEAD_MODULE, False),
    ],
)
def test_a_peer_that_is_failed_for_its_service_module_is_logged_once(
    old: UnitState, new: UnitState, modules: Modules, said_so: bool
) -> None:
    """TRG-2."""
    assert (103005 in [each.number for each in logged(old, new, modules=modules)]) is said_so


LOST = PeerContact.LOST
NOBODY = AnnouncedRole.NONE


@pytest.mark.parametrize(
    ("old", "new", "peer", "of", "word"),
    [
        (sees(NOBODY), sees(SEEN), unit(), VPN, "Standby Ready"),
        (sees(NOBODY), sees(SEEN), unit(), NO_VPN, None),
        (sees(NOBODY), sees(SEEN), unit(), attrs.evolve(VPN, groups=active_active().groups), None),
        (sees(NOBODY), sees(SEEN), unit(), PLAIN, None),
        (sees(SEEN), sees(SEEN, enabled=False), unit(), VPN, None),
        (sees(NOBODY), sees(SEEN, enabled=False), unit(), VPN, None),
        (sees(NOBODY), sees(AnnouncedRole.UNCHECKED), unit(), VPN, "Standby Ready"),
        (sees(NOBODY), sees(AnnouncedRole.ACTIVE), unit(), VPN, "Active"),
        (sees(NOBODY), sees(JOINS), unit(phase=Phase.SYNC_CONFIG), VPN, "Sync Config"),
        (sees(NOBODY), sees(JOINS), unit(), VPN, "Cold Standby"),
        (sees(SEEN), sees(NOBODY, contact=LOST), unit(), VPN, "Failed"),
        (sees(SEEN), sees(NOBODY), unit(), VPN, None),
        (sees(SEEN), sees(SEEN), unit(), VPN, None),
        (sees(NOBODY, contact=LOST, enabled=False), sees(NOBODY, contact=LOST), unit(), VPN, "Failed"),
    ],
)
def test_the_view_of_the_peer_is_reported_by_what_passes_vpn_sessions_on(
    old: UnitState, new: UnitState, peer: UnitState, of: Settings, word: str | None
) -> None:
    """STF-24, LIM-1."""
    found = [str(each) for each in logged(old, new, of, primary=peer) if each.number == 720028]
    assert [each.partition("Peer state ")[2] for each in found] == ([] if word is None else [f"{word}."])
