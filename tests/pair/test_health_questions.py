"""Questions about health where the two units do not run by the same configuration, and numbers that are compared."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import attrs
import pytest

from failover_fsm.config.records.pair_config import PairConfig, StatefulLink, Unit
from failover_fsm.pair import Pair
from failover_fsm.pair import events as e
from failover_fsm.pair.environment import inputs_for
from failover_fsm.pair.health import (
    FailedCount,
    Status,
    common,
    enough_failed,
    failed_interfaces,
    failover_link_works,
    more_failed,
    probed,
    stateful_link_works,
    status,
)
from failover_fsm.pair.obstacles import Obstacles
from failover_fsm.pair.outputs import SessionsTakenOver
from failover_fsm.pair.pair import cold
from failover_fsm.pair.ports import Carrier
from failover_fsm.pair.sessions import takeovers
from failover_fsm.pair.settings import Port, Settings
from failover_fsm.pair.states import Group, Interface, Links, LinkState, PeerContact, Phase, PortState, Role, UnitState
from tests.pairs import PRIMARY, SECONDARY, settings

CONFIG = Path(__file__).parents[1] / "traces" / "pair.cfg"
DOWN, SILENT, BLOCKED, CUT = PortState.DOWN, PortState.SILENT, PortState.BLOCKED, LinkState.CUT
WHOLE = Interface()


@cache
def booted(*typed_on_secondary: str) -> Pair:
    pair = Pair.cold(PairConfig.from_asa(CONFIG.read_text(encoding="utf-8")))
    for unit in Unit:
        pair = pair.step(e.UnitRestored(unit=unit))[0].settle()[0]
    for text in typed_on_secondary:
        pair = pair.step(e.CommandEntered(unit=SECONDARY, text=text))[0]
    return pair


# -- the links ---------------------------------------------------------------------------------------------

SHARED = Settings(
    ports=(Port(name="a"), Port(name="b"), Port(name="c")),
    carriers=(
        Carrier(name="G0/0", interfaces=(0,), failover=True),
        Carrier(name="G0/1", interfaces=(1,), stateful=True),
    ),
    stateful=StatefulLink.DEDICATED,
)
"""The failover link runs over the port of `a`, the stateful link over that of `b`."""


@pytest.mark.parametrize(
    ("interfaces", "links", "obstacles", "works"),
    [
        ((WHOLE, WHOLE, WHOLE), Links(), Obstacles(), (True, True)),
        ((Interface(primary=DOWN), WHOLE, WHOLE), Links(), Obstacles(), (False, True)),
        ((Interface(secondary=BLOCKED), WHOLE, WHOLE), Links(), Obstacles(), (False, True)),
        ((Interface(secondary=SILENT, path=CUT), WHOLE, WHOLE), Links(), Obstacles(), (True, True)),
        ((WHOLE, Interface(secondary=DOWN), WHOLE), Links(), Obstacles(), (True, False)),
        ((WHOLE, Interface(primary=BLOCKED), WHOLE), Links(), Obstacles(), (True, False)),
        ((WHOLE, WHOLE, Interface(primary=DOWN)), Links(), Obstacles(), (True, True)),
        ((WHOLE, WHOLE, WHOLE), Links(failover=CUT), Obstacles(), (False, True)),
        ((WHOLE, WHOLE, WHOLE), Links(stateful=CUT), Obstacles(), (True, False)),
        ((WHOLE, WHOLE, WHOLE), Links(), Obstacles(keys_differ=True), (False, False)),
    ],
)
def test_a_link_works_while_it_is_whole_and_so_are_its_ports_and_the_keys(
    interfaces: tuple[Interface, ...], links: Links, obstacles: Obstacles, works: tuple[bool, bool]
) -> None:
    """KEY-3 for the keys."""
    state = attrs.evolve(cold(SHARED), interfaces=interfaces, links=links, obstacles=obstacles)
    assert (failover_link_works(state, SHARED), stateful_link_works(state, SHARED)) == works
    own_ports = settings(3)
    state = attrs.evolve(cold(own_ports), interfaces=(Interface(primary=DOWN),) * 3)
    assert failover_link_works(state, own_ports) and stateful_link_works(state, own_ports)


# -- what one unit has configured and the other has not -----------------------------------------------------

INSIDE = "interface GigabitEthernet0/1; "


@pytest.mark.parametrize(
    ("line", "asks", "takes"),
    [
        ("hostname x", [(0, 1), (0, 1)], [(0, 1), (0, 1)]),
        ("no monitor-interface inside", [(0, 1), (0, 1)], [(0,), (0,)]),
        (INSIDE + "shutdown", [(0,), (0,)], [(0,), (0,)]),
        (INSIDE + "ip address 10.0.0.1 255.255.255.0", [(0,), (0,)], [(0,), (0,)]),
    ],
)
def test_units_hear_each_other_where_both_are_configured_to(
    line: str, asks: list[tuple[int, ...]], takes: list[tuple[int, ...]]
) -> None:
    """UHM-2, IFM-19, IFM-21, CFG-5: by positions, `outside` and `inside`."""
    pair = booted(line)
    assert [probed(pair.state, pair.settings, unit) for unit in Unit] == asks
    assert [common(pair.state, pair.settings, unit) for unit in Unit] == takes


def test_a_peer_that_monitors_nothing_is_heard_on_unmonitored_interfaces_alone() -> None:
    """SPL-3."""
    pair = booted("no monitor-interface inside", "no monitor-interface outside")
    state = attrs.evolve(pair.state, links=Links(failover=CUT))
    assert inputs_for(state, pair.settings, e.PeerAnsweredOnData(unit=PRIMARY), PRIMARY).unmonitored
    whole = attrs.evolve(booted().state, links=Links(failover=CUT))
    assert not inputs_for(whole, pair.settings, e.PeerAnsweredOnData(unit=PRIMARY), PRIMARY).unmonitored


@pytest.mark.parametrize(
    ("line", "interface", "own", "failed"),
    [
        ("hostname x", Interface(), Status.NORMAL, 0),
        ("hostname x", Interface(primary=SILENT), Status.FAILED, 1),
        ("hostname x", Interface(primary=SILENT, secondary=SILENT), Status.UNKNOWN, 0),
        ("hostname x", Interface(primary=DOWN), Status.NO_LINK, 1),
        (INSIDE + "shutdown", Interface(), Status.WAITING, 0),
        (INSIDE + "shutdown", Interface(primary=SILENT), Status.UNKNOWN, 0),
        (INSIDE + "shutdown", Interface(primary=DOWN), Status.NO_LINK, 1),
        (INSIDE + "ip address 10.0.0.1 255.255.255.0", Interface(), Status.WAITING, 0),
    ],
)
def test_what_an_interface_is_beside_a_peer_that_has_it_configured_otherwise(
    line: str, interface: Interface, own: Status, failed: int
) -> None:
    """IFM-14, IFM-16, IFM-23: silence counts where the peer's interface passes traffic meanwhile."""
    pair = booted(line)
    state = attrs.evolve(pair.state, interfaces=(WHOLE, interface))
    assert status(state, pair.settings, PRIMARY, 1) is own
    assert failed_interfaces(state, pair.settings, PRIMARY) == failed


# -- numbers that are compared ---------------------------------------------------------------------------------

MIXED = (Interface(primary=DOWN), Interface(primary=SILENT), Interface(secondary=DOWN))
PLACES = (0, 1, 2)


def test_ports_that_are_down_and_silence_count_together() -> None:
    assert [enough_failed(MIXED, PLACES, PLACES, PRIMARY, least) for least in (1, 2, 3)] == [True, True, False]
    assert not enough_failed(MIXED, PLACES, (0, 2), PRIMARY, 2), "silence does not count there"


@pytest.mark.parametrize(
    ("interfaces", "more"),
    [
        ((WHOLE, WHOLE, WHOLE), False),
        (MIXED, True),
        ((Interface(primary=DOWN), Interface(secondary=DOWN), WHOLE), False),
        ((Interface(primary=DOWN), Interface(secondary=SILENT), WHOLE), False),
        ((Interface(secondary=DOWN), Interface(primary=SILENT), Interface(primary=DOWN)), True),
        ((Interface(secondary=DOWN), Interface(secondary=SILENT), Interface(primary=DOWN)), False),
    ],
)
def test_a_unit_has_more_failed_interfaces_than_its_peer(interfaces: tuple[Interface, ...], more: bool) -> None:
    both = (PLACES, PLACES)
    assert more_failed(interfaces, both, both, PRIMARY) is more
    two = attrs.evolve(booted().state, interfaces=interfaces[:2])
    deaf = attrs.evolve(two, links=Links(failover=CUT), interfaces=(Interface(path=CUT, primary=SILENT),) * 2)
    counts = [FailedCount(deaf, booted().settings, unit, 0) for unit in Unit]
    assert not counts[0] >= 1 and not counts[0] > counts[1], "without contact silence does not count"


def test_each_unit_is_looked_at_on_its_own_interfaces() -> None:
    own, peer = ((0,), (0,)), ((1,), (1,))
    down = Interface(primary=DOWN, secondary=DOWN)
    assert more_failed((down, WHOLE), own, peer, PRIMARY)
    assert not more_failed((WHOLE, down), own, peer, PRIMARY)
    assert more_failed((Interface(primary=SILENT), WHOLE), own, peer, PRIMARY)
    assert not more_failed((Interface(primary=SILENT), WHOLE), ((0,), ()), peer, PRIMARY)
    assert not more_failed((Interface(primary=DOWN), Interface(secondary=SILENT)), own, peer, PRIMARY)
    assert more_failed((Interface(primary=DOWN), Interface(secondary=SILENT)), own, ((1,), ()), PRIMARY)


def test_a_number_that_is_only_compared_is_that_of_the_interfaces() -> None:
    pair = booted()
    state = attrs.evolve(pair.state, interfaces=(Interface(primary=DOWN), Interface(primary=SILENT)))
    own, peer = (FailedCount(state, pair.settings, unit, 0) for unit in Unit)
    assert [own >= least for least in (1, 2, 3)] == [True, True, False]
    assert [own + 1 >= least for least in (2, 3, 4)] == [True, True, False]
    assert [peer >= least for least in (0, 1)] == [True, False]
    assert own > peer and not peer > own
    for wrong in (own, peer + 1):
        with pytest.raises(TypeError, match="is compared with a number of the peer only"):
            _ = own > wrong
    with pytest.raises(TypeError):
        _ = own + 1 > peer


# -- connections ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "enabled", "taken"),
    [
        (Role.STANDBY_READY, Role.ACTIVE, True, 1),
        (Role.FAILED, Role.ACTIVE, True, 1),
        (Role.NONE, Role.ACTIVE, True, 0),
        (Role.STANDBY_READY, Role.FAILED, True, 0),
        (Role.STANDBY_READY, Role.ACTIVE, False, 0),
    ],
)
def test_a_standby_that_becomes_active_takes_connections_over(old: Role, new: Role, enabled: bool, taken: int) -> None:
    def state(role: Role, enabled: bool = True) -> UnitState:
        return UnitState(phase=Phase.UP, contact=PeerContact.LINK, enabled=enabled, groups=(Group(role=role),))

    one = settings()
    before = attrs.evolve(cold(one), secondary=state(old))
    found = list(takeovers(before, attrs.evolve(before, secondary=state(new, enabled)), one))
    assert found == [SessionsTakenOver(unit=SECONDARY, group=None, kept=False, kinds=())] * taken
