"""What promises say of units that cannot be a pair, asked of pairs made by hand."""

from __future__ import annotations

from typing import Any

from failover_fsm.pair import events as e
from failover_fsm.pair.obstacles import Hindrance, Mismatch, Obstacles
from failover_fsm.pair.settings import Port, Settings
from failover_fsm.pair.states import Phase
from failover_fsm.promises import obstacles
from tests.promises.looks import ACTIVE, CUT_LINK, FAILED, PRIMARY, READY, SECONDARY, Differing, look, unit

HELLO = e.HelloHeard(unit=PRIMARY)
UNLIKE = Obstacles(mismatch=Mismatch.VERSION)
OFF, OLD = unit(phase=Phase.OFF), unit(READY, newest=False)


def test_of_two_units_that_do_not_match_and_meet_one_does_without_failover() -> None:
    def meets(secondary: Any = READY, primary: Any = ACTIVE, **fields: Any) -> tuple[bool, bool]:
        obs = look(primary, secondary, **{"obstacles": UNLIKE, **fields})
        return obstacles.unlike_units_meet(obs), obstacles.one_does_without_failover(obs)

    without = unit(READY, enabled=False)
    assert meets() == (True, False) and meets(without) == meets(READY, without) == (True, True)
    assert meets(OFF) == meets(READY, OFF) == meets(links=CUT_LINK) == meets(obstacles=Obstacles()) == (False, True)


def test_without_a_heartbeat_failover_stays_off() -> None:
    def stays(before: Any, after: Any, missing: Any = PRIMARY) -> tuple[bool, bool]:
        step = (look(before, obstacles=Obstacles(no_heartbeat=(missing,))), e.UnitRestored(unit=PRIMARY), look(after))
        return obstacles.begins_without_heartbeat(*step), obstacles.stays_off_without_heartbeat(*step)

    assert stays(OFF, READY) == (True, False) and stays(OFF, unit(enabled=False)) == (True, True)
    assert stays(READY, READY) == stays(OFF, READY, SECONDARY) == (False, True)


def test_who_has_given_up_is_not_ready() -> None:
    def stays(before: Any, after: Any) -> tuple[bool, bool]:
        step = (look(before), HELLO, look(after))
        return obstacles.some_unit_has_given_up(*step), obstacles.stays_failed(*step)

    given_up = unit(FAILED, hindrance=Hindrance.GAVE_UP)
    assert stays(given_up, READY) == (True, False) and stays(given_up, FAILED) == (True, True)
    assert stays(unit(FAILED, hindrance=Hindrance.LOCKED), READY) == (False, True)


def test_a_join_without_room_does_not_end_ready() -> None:
    def ends(before: Any, after: Any, full: Any = PRIMARY) -> tuple[bool, bool]:
        step = (look(before, obstacles=Obstacles(flash_full=(full,))), HELLO, look(after))
        return obstacles.joins_without_room(*step), obstacles.is_not_ready(*step)

    joins = unit(phase=Phase.BULK_SYNC)
    assert ends(joins, READY) == (True, False) and ends(joins, FAILED) == (True, True)
    assert ends(READY, READY) == ends(joins, READY, SECONDARY) == (False, True)


def shut(*places: int) -> Settings:
    """Two interfaces, of which these are shut down."""
    return Settings(ports=tuple(Port(name=str(place), shutdown=place in places) for place in (0, 1)))


def served(on_primary: Settings, on_secondary: Settings, *units: Any, **fields: Any) -> tuple[bool, bool]:
    """Whether an interface is shut down on one unit of a pair in contact, and whether the standby can serve."""
    primary, secondary = units or (ACTIVE, READY)
    obs = look(primary, secondary, Differing(ports=on_primary.ports, secondary=on_secondary), **fields)
    return obstacles.some_interface_is_shut(obs), obstacles.ready_can_serve(obs)


def test_a_ready_standby_has_nothing_shut_down_that_its_active_peer_has_not() -> None:
    assert served(shut(), shut(1)) == (True, False) and served(shut(1), shut(), READY, ACTIVE) == (True, False)
    assert served(shut(1), shut()) == served(shut(), shut(1), READY, ACTIVE) == (True, True)
    assert served(shut(1), shut(1)) == (True, True) and served(shut(), shut()) == (False, True)
    assert served(shut(0), shut(1)) == (True, False) and served(shut(), shut(0, 1)) == (True, False)
    for units in ((ACTIVE, FAILED), (READY, READY), (ACTIVE, ACTIVE), (FAILED, ACTIVE)):
        assert served(shut(), shut(1), *units) == served(shut(1), shut(), *units) == (False, True)
    assert served(shut(), shut(1), links=CUT_LINK) == (False, True), "it does not hear its peer"


def test_who_boots_with_the_newest_configuration_in_flash_runs_no_older_one() -> None:
    def keeps(before: Any, after: Any, peer: Any = OLD) -> tuple[bool, bool]:
        step = (look(before, peer), HELLO, look(after, peer))
        return obstacles.joins_with_the_newest(*step), obstacles.keeps_the_newest(*step)

    for phase in (Phase.NEGOTIATION, Phase.BULK_SYNC):
        assert keeps(unit(phase=phase), READY) == (True, True) and keeps(unit(phase=phase), OLD) == (True, False)
        assert keeps(unit(phase=phase, saved=False), OLD) == (False, True)
        assert keeps(unit(phase=phase, newest=False), OLD) == keeps(unit(phase=phase), OLD, READY) == (False, True)
        assert keeps(unit(phase=phase), unit(phase=Phase.OFF, newest=False)) == (False, True), "it does not run on"
    assert keeps(READY, OLD) == (False, True)
