"""What promises say of health, asked of pairs made by hand."""

from __future__ import annotations

from typing import Any

import attrs

from failover_fsm.config.records.pair_config import InterfacePolicy
from failover_fsm.pair.obstacles import Hindrance
from failover_fsm.pair.settings import GroupSettings, Options, Port, Settings
from failover_fsm.pair.states import LinkState, PeerContact, PortState, Role, UnitState
from failover_fsm.promises import health
from tests.promises.looks import (
    ACTIVE,
    CUT_LINK,
    DEAD_MODULES,
    PRIMARY,
    READY,
    SECONDARY,
    Differing,
    look,
    port,
    unit,
)

GOOD, SILENT, BLOCKED, DOWN = PortState.GOOD, PortState.SILENT, PortState.BLOCKED, PortState.DOWN
UNMONITORED, SHUT = Port(name="b", monitored=False), Port(name="c", shutdown=True)
NO_ADDRESS, OF_GROUP_2 = Port(name="d", addressed=False), Port(name="e", group=1)
PORTS = Settings(ports=(Port(name="a"), UNMONITORED, SHUT, NO_ADDRESS, OF_GROUP_2))


def test_which_interfaces_are_monitored_can_fail_and_are_asked_on() -> None:
    only_monitored = attrs.evolve(PORTS, options=Options(probe="monitored"))
    assert [health.monitored(PORTS, index) for index in (0, 1)] == [(0, 2, 3), (4,)]
    assert [health.able_to_fail(PORTS, index) for index in (0, 1)] == [(0,), (4,)]
    assert (health.asked(PORTS), health.asked(only_monitored)) == ((0, 1, 4), (0, 4))


def test_a_unit_is_deaf_where_it_receives_nothing_and_its_peer_does() -> None:
    pairs = {
        (SILENT, GOOD): 1, (BLOCKED, GOOD): 1, (GOOD, GOOD): 0, (DOWN, GOOD): 0,
        (SILENT, SILENT): 0, (BLOCKED, DOWN): 0, (GOOD, SILENT): 0,
    }  # fmt: skip
    assert {lines: health.deaf((port(*lines),), (0,), PRIMARY) for lines in pairs} == pairs


def test_a_unit_is_worse_with_more_dead_and_deaf_interfaces_each_where_it_counts() -> None:
    def worse(*interfaces: tuple[PortState, PortState], own: health.Tested, peer: health.Tested) -> bool:
        return health.worse(tuple(port(*lines) for lines in interfaces), own, peer, PRIMARY)

    both, watched = ((0, 1), (0, 1)), ((0, 1), ())
    assert worse((DOWN, GOOD), (GOOD, GOOD), own=both, peer=both)
    assert worse((SILENT, GOOD), (GOOD, GOOD), own=both, peer=both)
    assert worse((DOWN, GOOD), (SILENT, GOOD), own=both, peer=both)
    assert worse((DOWN, DOWN), (SILENT, GOOD), own=both, peer=both)
    assert not worse((GOOD, DOWN), (GOOD, GOOD), own=both, peer=both)
    assert not worse((GOOD, GOOD), (GOOD, GOOD), own=both, peer=both)
    assert not worse((DOWN, GOOD), (GOOD, DOWN), own=both, peer=both), "as many are not more"
    assert not worse((DOWN, GOOD), (GOOD, SILENT), own=both, peer=both)
    assert worse((DOWN, GOOD), (GOOD, SILENT), own=both, peer=watched), "who cannot tell is not deaf"
    assert not worse((SILENT, GOOD), (GOOD, GOOD), own=watched, peer=both)
    assert worse((DOWN, GOOD), (GOOD, DOWN), own=both, peer=((0,), ()))
    assert not worse((DOWN, GOOD), (GOOD, GOOD), own=((1,), ()), peer=both)
    assert worse((DOWN, GOOD), (GOOD, GOOD), own=watched, peer=watched)
    assert not worse((DOWN, DOWN), (GOOD, GOOD), own=watched, peer=watched)


def test_all_receive_if_every_port_of_both_units_does() -> None:
    rows = {(): True, (SILENT,): False, (DOWN,): False, (GOOD, SILENT): False, (GOOD, BLOCKED): False}
    assert {lines: health.all_receive((port(*lines), port())) for lines in rows} == rows


def test_an_interface_connects_where_the_peer_sends_the_path_carries_and_the_unit_receives() -> None:
    def connected(primary: PortState, secondary: PortState, **path: object) -> bool:
        return health.connected((port(primary, secondary, **path), port(DOWN, DOWN)), (1, 0), PRIMARY)

    assert connected(GOOD, GOOD) and connected(GOOD, SILENT), "a silent port still sends"
    assert not connected(GOOD, DOWN) and not connected(GOOD, BLOCKED)
    assert not connected(SILENT, GOOD) and not connected(DOWN, GOOD) and not connected(BLOCKED, GOOD)
    assert connected(GOOD, GOOD, deaf=SECONDARY) and not connected(GOOD, GOOD, deaf=PRIMARY)
    assert not connected(GOOD, GOOD, path=LinkState.CUT)
    assert not health.connected((port(), port(DOWN)), (1,), PRIMARY), "on one of these only"


Looked = UnitState | Role
ONE = Settings(ports=(Port(name="a"),))
TWO = Settings(ports=(Port(name="a"), Port(name="b")))
STRANGER = unit(READY, contact=PeerContact.NEVER)


def test_a_unit_learns_of_its_peer_over_the_link_or_where_both_ask() -> None:
    def learns(
        primary: UnitState | Role = ACTIVE, secondary: Looked = READY, pair: Settings = ONE, **fields: Any
    ) -> bool:
        fields = {"interfaces": (port(),) * len(pair.ports), "links": CUT_LINK, **fields}
        return health.learns_of_peer(look(primary, secondary, pair, **fields), SECONDARY)

    off = unit(ACTIVE, enabled=False)
    assert learns() and not learns(interfaces=(port(GOOD, SILENT),)) and learns(interfaces=(port(SILENT, GOOD),))
    assert not learns(ACTIVE, STRANGER), "it does not know its peer yet"
    assert learns(ACTIVE, STRANGER, links=look().state.links)
    assert not learns(off) and not learns(ACTIVE, off)
    common, other = Port(name="a"), Port(name="b")
    no_address, no_other = attrs.evolve(common, addressed=False), attrs.evolve(other, addressed=False)
    second = Settings(ports=(common, no_other))
    apart = Differing(ports=(no_address, other), secondary=second)
    assert not learns(pair=apart), "each asks where the other does not answer"
    assert learns(pair=Differing(ports=(common, other), secondary=second))
    assert learns(pair=Differing(ports=(common, no_other), secondary=Settings(ports=(common, other))))
    only_first = (port(), port(DOWN, DOWN))
    assert not learns(pair=Differing(ports=(no_address, other), secondary=TWO), interfaces=only_first)
    assert not learns(pair=Differing(ports=(common, other), secondary=Settings(ports=(no_address, other))),
                      interfaces=only_first)  # fmt: skip


def test_who_is_alone_in_its_silence_has_more_failures_if_the_peer_has_not_shut_the_interface() -> None:
    def more(secondary: Looked = READY, pair: Settings = ONE, **fields: Any) -> bool:
        fields = {"interfaces": (port(SILENT, GOOD),), **fields}
        return health.has_more_failures(look(ACTIVE, secondary, pair, **fields), PRIMARY)

    shut = Settings(ports=(attrs.evolve(ONE.ports[0], shutdown=True),))
    assert more()
    assert not more(pair=Differing(ports=ONE.ports, secondary=shut))
    assert not more(pair=Differing(ports=shut.ports, secondary=ONE))
    assert not more(links=CUT_LINK, secondary=STRANGER), "it hears nobody"
    both = (port(DOWN, GOOD), port(GOOD, SILENT))
    assert not more(pair=TWO, interfaces=both)
    assert more(STRANGER, TWO, interfaces=both, links=CUT_LINK), "the peer cannot tell that it is deaf"


def test_a_policy_is_that_of_the_group_and_a_percentage_is_rounded_up() -> None:
    def over(pair: Settings, *downs: int, index: int = 0) -> bool:
        ports = tuple(port(DOWN if place in downs else GOOD) for place in range(len(pair.ports)))
        return health.over_policy(look(pair=pair, interfaces=ports, index=index), PRIMARY)

    def percent(number: int, ports: int) -> Settings:
        policy = InterfacePolicy(percent=number)
        return Settings(ports=tuple(Port(name=str(place)) for place in range(ports)), policy=policy)

    assert over(percent(100, 2), 0, 1) and not over(percent(100, 2), 0)
    assert over(percent(50, 2), 0) and not over(percent(50, 2))
    assert over(percent(51, 2), 0, 1) and not over(percent(51, 2), 0)
    assert over(percent(1, 3), 0) and not over(percent(1, 3))
    assert over(percent(100, 4), 0, 1, 2, 3) and not over(percent(100, 4), 0, 1, 2)
    groups = tuple(GroupSettings(preferred=PRIMARY, policy=InterfacePolicy(count=count)) for count in (1, 2))
    ports = tuple(Port(name=name, group=group) for name, group in (("a", 0), ("b", 1), ("c", 1)))
    pair = Settings(ports=ports, groups=groups, policy=InterfacePolicy(count=3))
    assert over(pair, 0) and not over(pair, 1, 2)
    assert over(pair, 1, 2, index=1) and not over(pair, 0, 1, index=1)


def test_silence_counts_for_the_policy_only_of_a_unit_that_learns_of_its_peer() -> None:
    silent = (port(SILENT, GOOD),)
    assert health.over_policy(look(pair=ONE, interfaces=silent), PRIMARY)
    assert not health.over_policy(look(pair=ONE, interfaces=silent, links=CUT_LINK), PRIMARY)
    assert health.over_policy(look(pair=ONE, interfaces=(port(DOWN),), links=CUT_LINK), PRIMARY)


def test_a_unit_is_unhealthy_for_its_module_its_synchronisation_or_its_interfaces() -> None:
    given_up = unit(READY, hindrance=Hindrance.GAVE_UP)
    assert health.unhealthy(look(modules=DEAD_MODULES[PRIMARY]), PRIMARY)
    assert health.unhealthy(look(ACTIVE, given_up), SECONDARY)
    assert health.unhealthy(look(pair=ONE, interfaces=(port(DOWN),)), PRIMARY)
    assert not health.unhealthy(
        look(ACTIVE, given_up, ONE, modules=DEAD_MODULES[SECONDARY], interfaces=(port(),)), PRIMARY
    )
