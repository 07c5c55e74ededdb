"""What promises say of commands and connections, asked of pairs made by hand."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from failover_fsm.checker import Checker, Verdict
from failover_fsm.config.records.pair_config import StatefulLink
from failover_fsm.model.pair_model import PairModel
from failover_fsm.model.search_environment import Environment
from failover_fsm.pair import events as e
from failover_fsm.pair.impairments import Impairments
from failover_fsm.pair.obstacles import Obstacles
from failover_fsm.pair.ports import Carrier
from failover_fsm.pair.settings import Port, Settings
from failover_fsm.pair.states import ConfigSync, Phase
from failover_fsm.promises import BY_ID, as_property, contents
from tests.pairs import settings
from tests.promises.looks import (
    ACTIVE,
    CUT_LINK,
    FAILED,
    NO_STATEFUL,
    PRIMARY,
    READY,
    SECONDARY,
    look,
    port,
    unit,
)

NONE, DEDICATED = StatefulLink.NONE, StatefulLink.DEDICATED
FAILOVER, DATA = StatefulLink.SHARED_FAILOVER, StatefulLink.SHARED_DATA
HELLO = e.HelloHeard(unit=SECONDARY)
OFF = unit(ACTIVE, enabled=False)


def arrives(
    kind: StatefulLink, primary: Any = ACTIVE, secondary: Any = READY, carrier: Carrier | None = None, **fields: Any
) -> bool | None:
    """Whether connections of the primary reach the secondary, by the formula."""
    pair = Settings(stateful=kind, carriers=(carrier,) if carrier else (), ports=(Port(name="a"),))
    return contents.copy_arrives(look(primary, secondary, pair, interfaces=(port(),), **fields), SECONDARY)


def test_without_stateful_failover_nothing_arrives_and_with_it_over_a_good_link() -> None:
    assert [arrives(kind) for kind in (NONE, DEDICATED, FAILOVER, DATA)] == [False, True, True, None]


@pytest.mark.parametrize("kind", [DEDICATED, FAILOVER])
def test_connections_arrive_by_their_own_link_only(kind: StatefulLink) -> None:
    assert arrives(kind, links=CUT_LINK) is (kind is DEDICATED)
    assert arrives(kind, links=NO_STATEFUL) is (kind is FAILOVER)


@pytest.mark.parametrize("kind", [DEDICATED, FAILOVER, DATA])
def test_nothing_arrives_where_a_unit_has_failover_off(kind: StatefulLink) -> None:
    assert arrives(kind, OFF) is False
    assert arrives(kind, ACTIVE, unit(READY, enabled=False)) is False
    assert arrives(kind, unit(phase=Phase.OFF)) is False


def test_a_peer_that_hangs_has_nothing_new_to_send_and_a_unit_that_hangs_receives_nothing() -> None:
    peer_hangs, unit_hangs = Impairments(hangs=(True, False)), Impairments(hangs=(False, True))
    assert [arrives(kind, impairments=peer_hangs) for kind in (NONE, DEDICATED, FAILOVER)] == [None, None, None]
    assert [arrives(kind, impairments=unit_hangs) for kind in (DEDICATED, FAILOVER)] == [False, False]


def test_keys_that_differ_matter_on_links_and_not_on_data_interfaces() -> None:
    differ = Obstacles(keys_differ=True)
    assert [arrives(kind, obstacles=differ) for kind in (DEDICATED, FAILOVER, DATA)] == [False, False, None]


def test_congestion_loses_connections_and_a_one_way_link_those_that_it_carries() -> None:
    for name, wanted in {"congested": [False, False], "one_way": [True, False]}.items():
        at_unit, at_peer = (Impairments(**{name: both}) for both in ((False, True), (True, False)))
        assert [arrives(kind, impairments=at_unit) for kind in (DEDICATED, FAILOVER)] == wanted
        assert [arrives(kind, impairments=at_peer) for kind in (DEDICATED, FAILOVER)] == [True, True]


def test_a_failover_link_that_its_switch_blocks_carries_no_connections() -> None:
    for blocked in ((True, True), (True, False), (False, True)):
        held = Impairments(blocked=blocked)
        assert [arrives(kind, impairments=held) for kind in (DEDICATED, FAILOVER)] == [True, False]


def test_a_failover_link_that_comes_up_blocked_breaks_no_promise_about_its_connections() -> None:
    pair = settings(1, stateful=FAILOVER, forward_delay=30)
    words = Environment(faults=("failover-link", "spanning-tree"), operator=(), max_faults=1, follow=("sessions",))
    model = PairModel(attrs.evolve(pair, follow=("sessions",)), words)
    promise = as_property(BY_ID["copies-follow-the-stateful-link"], model.observers)
    assert Checker(model).verify(promise).findings[0].verdict is Verdict.HOLDS


def test_interfaces_that_take_the_link_down_leave_it_open() -> None:
    with_stateful = Carrier(name="GigabitEthernet0/1", interfaces=(0,), stateful=True)
    with_failover = Carrier(name="GigabitEthernet0/1", interfaces=(0,), failover=True)
    assert arrives(DEDICATED, carrier=with_stateful) is None
    assert arrives(FAILOVER, carrier=with_failover) is None
    assert arrives(DEDICATED, carrier=with_failover) is True, "its own port carries nothing else"
    assert arrives(DEDICATED, carrier=with_stateful, obstacles=Obstacles(keys_differ=True)) is False


def test_a_copy_is_good_exactly_where_the_connections_arrive() -> None:
    def follows(role: Any, kind: StatefulLink, sessions: bool, *, peer: Any = ACTIVE) -> bool:
        return contents.copies_follow_the_link(look(peer, unit(role, sessions=sessions), Settings(stateful=kind)))

    for role in (READY, FAILED):
        assert follows(role, DEDICATED, True) and not follows(role, DEDICATED, False)
        assert follows(role, NONE, False) and not follows(role, NONE, True)
        assert follows(role, DATA, True) and follows(role, DATA, False), "interfaces decide there"
    assert follows(ACTIVE, DEDICATED, False) and follows(READY, DEDICATED, False, peer=READY)


def test_a_copy_is_old_at_a_standby_that_connections_do_not_reach() -> None:
    def old(primary: Any = ACTIVE, secondary: Any = READY, kind: StatefulLink = NONE) -> bool:
        return contents.some_copy_is_old(look(primary, secondary, Settings(stateful=kind)))

    assert old() and old(READY, ACTIVE) and old(ACTIVE, FAILED)
    assert not old(ACTIVE, ACTIVE) and not old(READY, READY)
    assert not old(kind=DEDICATED) and not old(kind=DATA), "it is known there only that it does not arrive"


def test_a_standby_with_failover_on_takes_over_and_has_the_connections() -> None:
    def takes(standby: Any, now: Any = ACTIVE) -> tuple[bool, bool]:
        before, after = look(ACTIVE, standby), look(READY, now)
        return contents.some_unit_takes_over(before, HELLO, after), contents.takeover_keeps_sessions(
            before, HELLO, after
        )

    assert takes(unit(READY, sessions=True)) == (True, True)
    assert takes(unit(READY)) == (True, False) and takes(unit(FAILED)) == (True, False)
    assert takes(unit(READY), READY) == (False, True)
    assert takes(unit(ACTIVE)) == (False, True)
    assert takes(unit(READY, enabled=False)) == (False, True), "failover is off"


def test_in_step_is_a_standby_beside_an_active_unit_with_no_mark_on_either_side() -> None:
    behind, marked = unit(READY, newest=False), unit(READY, newest=False, config_sync=ConfigSync.OUT_OF_SYNC)
    rows: dict[str, tuple[tuple[Any, Any], tuple[bool, bool]]] = {
        "in step": ((ACTIVE, READY), (True, True)),
        "behind": ((ACTIVE, behind), (True, False)),
        "marked": ((ACTIVE, marked), (False, True)),
        "the peer is marked": ((unit(ACTIVE, config_sync=ConfigSync.OVERRUN), behind), (False, True)),
        "nobody has it": ((unit(ACTIVE, newest=False), behind), (False, True)),
        "no active peer": ((READY, behind), (False, True)),
        "no standby": ((ACTIVE, unit(ACTIVE, newest=False)), (False, True)),
        "the other way round": ((behind, ACTIVE), (True, False)),
    }
    found = {
        name: (contents.in_step_with_the_newest(look(*units)), contents.has_what_its_peer_has(look(*units)))
        for name, (units, _) in rows.items()
    }
    assert found == {name: wanted for name, (_, wanted) in rows.items()}


def test_who_alone_has_the_newest_command_keeps_it_while_it_runs_on() -> None:
    def kept(role: Any, event: e.Event = HELLO, **after: Any) -> tuple[bool, bool]:
        before = look(unit(role), unit(READY, newest=False))
        later = look(unit(role, **{"newest": False, **after}), unit(READY, newest=False))
        return (
            contents.active_keeps_commands(before, event, later),
            contents.standby_keeps_commands(before, event, later),
        )

    assert kept(ACTIVE) == (False, True)
    assert kept(READY) == kept(FAILED) == (True, False)
    assert kept(ACTIVE, newest=True) == kept(READY, newest=True) == (True, True)
    assert kept(ACTIVE, phase=Phase.DOWN) == (True, True), "it does not run on"
    assert kept(ACTIVE, e.CommandEntered(unit=PRIMARY, text="hostname b")) == (True, True), "there is a newer one"
    both, nobody = look(ACTIVE, READY), look(unit(ACTIVE, newest=False), unit(READY, newest=False))
    assert contents.active_keeps_commands(both, HELLO, nobody), "its peer had it too"
    hung = look(ACTIVE, unit(READY, newest=False), impairments=Impairments(hangs=(True, False)))
    assert contents.active_keeps_commands(hung, HELLO, nobody), "it did not run"
    assert not contents.only_on_an_active_unit(nobody, HELLO, nobody)
    assert not contents.only_on_an_active_unit(both, HELLO, both)
    alone = look(ACTIVE, unit(READY, newest=False))
    assert contents.only_on_an_active_unit(alone, HELLO, alone) and not contents.only_on_a_standby(alone, HELLO, alone)
    beside = look(unit(ACTIVE, newest=False), READY)
    assert contents.only_on_a_standby(beside, HELLO, beside)
    assert not contents.only_on_an_active_unit(beside, HELLO, beside)
