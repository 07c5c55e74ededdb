"""Service after single faults: against plain enumeration, and by name for configurations that differ in one thing."""

from __future__ import annotations

from collections.abc import Iterator

import attrs
import pytest

from failover_fsm.analysis.service import every_fault, lost_for_good, outcomes_of, ready_starts, single_faults
from failover_fsm.config.asa.running_config import read_asa
from failover_fsm.model.interleavings import Explorer, ReachSet, replayed
from failover_fsm.model.scenario import Scenario
from failover_fsm.model.search_environment import Environment
from failover_fsm.pair import changing_steps
from failover_fsm.pair import events as e
from failover_fsm.pair.errors import NotPossible
from failover_fsm.pair.service import Loss, dual_groups, loss_in
from failover_fsm.pair.settings import Port, Settings, StatefulLink
from failover_fsm.pair.states import PortState, Role, State, Unit
from failover_fsm.pair.step import next_state
from failover_fsm.trace.language import parse_trace
from failover_fsm.trace.player import play
from tests.pairs import active_active, settings

LINK = """\
interface GigabitEthernet0/3
failover
failover lan unit primary
failover lan interface folink GigabitEthernet0/3
failover interface ip folink 172.27.48.1 255.255.255.0 standby 172.27.48.2
"""


def interface(name: str, number: int, port: str = "", *, standby: bool = True) -> str:
    peer = f" standby 10.{number}.0.2" if standby else ""
    where = port or f"GigabitEthernet0/{number}"
    return f"interface {where}\n nameif {name}\n security-level 50\n ip address 10.{number}.0.1 255.255.255.0{peer}\n"


def scenario(*parts: str) -> Scenario:
    config = read_asa("".join((*parts, LINK)))
    return Scenario(title="a pair", config=config)


SHUT = (
    'expect interface=inside served=yes\ncommand_entered unit=primary text="interface GigabitEthernet0/1; shutdown"\n'
    "settle\nexpect interface=inside served=no\nexpect interface=outside served=yes\n"
)
TWO = interface("outside", 0) + interface("inside", 1)


def lost(*parts: str) -> dict[str, tuple[str, ...]]:
    """The faults that take service away for good, each with the interfaces."""
    return {found.name: found.lost for found in single_faults(scenario(*parts)) if found.lost}


BRIDGED = "".join(
    (
        interface("outside", 0),
        *(f"interface GigabitEthernet0/{n}\n bridge-group 1\n nameif in{n}\n" for n in (1, 2)),
        "interface BVI1\n nameif inside\n ip address 10.1.0.1 255.255.255.0 standby 10.1.0.2\n",
    )
)
SOFTWARE = {
    "a BVI": BRIDGED,
    "a BVI that is monitored": BRIDGED + "monitor-interface inside\n",
    "a loopback": TWO + "interface Loopback1\n nameif lo\n ip address 192.0.2.1 255.255.255.255\n",
    "a tunnel": TWO + "interface Tunnel1\n nameif vti\n ip address 192.0.2.1 255.255.255.252\n",
    "a VXLAN segment": TWO + interface("segment", 9, "vni1", standby=False),
}


@pytest.mark.parametrize("what", SOFTWARE)
def test_an_interface_made_of_software_has_no_port_to_fail(what: str) -> None:
    assert lost(SOFTWARE[what]) == {}
    pair = scenario(SOFTWARE[what]).settings
    assert lost_for_good(pair) == (), "so say `faults` and `times`, as `check` does"


# -- the predicate ---------------------------------------------------------------------------------------


def plain_loss(state: State, pair: Settings) -> Loss:
    """The same once more, group by group and interface by interface."""
    groups, interfaces = [], []
    for index in range(pair.group_count):
        if all(state.unit(unit).groups[index].role is not Role.ACTIVE for unit in Unit):
            groups.append(index)
    for index, port in enumerate(pair.ports):
        working = 0
        for unit in Unit:
            line = state.interfaces[index].primary if unit is Unit.PRIMARY else state.interfaces[index].secondary
            is_active = state.unit(unit).groups[port.group].role is Role.ACTIVE
            working += is_active and line not in (PortState.DOWN, PortState.SILENT)
        if not working and not port.shutdown:
            interfaces.append(index)
    return Loss(tuple(groups), tuple(interfaces))


def test_an_interface_serves_while_its_active_unit_receives_there() -> None:
    pair = settings(2)
    state = ready_starts(pair)[0].state
    assert loss_in(state, pair) == Loss() and not loss_in(state, pair)
    for fault, missing in (
        (e.InterfaceLinkFailed(unit=Unit.PRIMARY, interface="inside"), (1,)),
        (e.InterfaceTrafficFailed(unit=Unit.PRIMARY, interface="outside"), (0,)),
        (e.InterfaceLinkFailed(unit=Unit.SECONDARY, interface="inside"), ()),
        (e.InterfacePathFailed(interface="inside"), ()),
    ):
        assert loss_in(next_state(state, pair, fault).state, pair) == Loss((), missing), fault
    dead = next_state(state, pair, e.UnitFailed(unit=Unit.PRIMARY)).state
    assert loss_in(dead, pair) == Loss((0,), (0, 1))


def test_an_interface_that_is_shut_down_has_no_service_to_lose() -> None:
    pair = attrs.evolve(settings(1), ports=(Port(name="outside"), Port(name="spare", shutdown=True)))
    state = next_state(ready_starts(pair)[0].state, pair, e.UnitFailed(unit=Unit.PRIMARY)).state
    assert loss_in(state, pair).interfaces == (0,)


def test_an_interface_that_is_shut_down_in_operation_serves_nobody() -> None:
    config = f"config pair.cfg\nunit_restored unit=primary\nunit_restored unit=secondary\nsettle\n{SHUT}"
    played = play(parse_trace(config), read_asa(TWO + LINK))
    assert [str(failure) for failure in played.failures] == []
    assert loss_in(played.pair.state, played.pair.settings) == Loss(), "it is shut down on both units: nothing is lost"


def test_a_group_is_served_by_its_own_active_unit() -> None:
    ports = (Port(name="a/inside", group=0), Port(name="b/inside", group=1))
    pair = attrs.evolve(active_active(), ports=ports)
    state = ready_starts(pair)[0].state
    assert [group.active for group in state.primary.groups] == [True, False]
    dead = next_state(state, pair, e.UnitFailed(unit=Unit.PRIMARY)).state
    assert loss_in(dead, pair) == Loss((0,), (0,))
    broken = next_state(state, pair, e.InterfaceLinkFailed(unit=Unit.PRIMARY, interface="b/inside")).state
    assert loss_in(broken, pair) == Loss()


# -- against plain enumeration -----------------------------------------------------------------------------


def plain_ends(pair: Settings, state: State) -> Iterator[State]:
    """The settled states after every order of the units' own steps, without any reduction."""
    queue = [state]
    seen = set(queue)
    for each in queue:
        following = [after for _, after in changing_steps(each, pair)]
        if not following:
            yield each
        for after in following:
            if after not in seen:
                seen.add(after)
                queue.append(after)


@pytest.mark.parametrize(
    "pair",
    [
        settings(0),
        settings(1),
        settings(2),
        settings(2, policy=2),
        settings(2, no_active_unit_seen=False),
        settings(1, suspension_ignores_silence=True),
        attrs.evolve(settings(2), ports=(Port(name="outside"), Port(name="inside", monitored=False))),
        attrs.evolve(active_active(), ports=(Port(name="a/in", group=0), Port(name="b/in", group=1))),
    ],
)
def test_outcomes_are_those_of_plain_enumeration(pair: Settings) -> None:
    found = {each.fault: each for each in outcomes_of(pair, every_fault(pair, Environment()))}
    assert found
    for fault, each in found.items():
        missing, groups, dual, taken = set[str](), set[int](), False, False
        for start in ready_starts(pair):
            for end in plain_ends(pair, next_state(start.state, pair, fault).state):
                loss = plain_loss(end, pair)
                missing |= {pair.ports[index].name for index in loss.interfaces}
                groups |= set(loss.groups)
                dual = dual or bool(dual_groups(end, pair))
                roles = [
                    (start.state.unit(unit).groups[i].active, end.unit(unit).groups[i].active)
                    for unit in Unit for i in range(pair.group_count)
                ]  # fmt: skip
                taken = taken or (False, True) in roles
        assert (set(each.lost), set(each.lost_groups)) == (missing, groups), fault
        assert (each.dual_active, each.taken_over) == (dual, taken), fault


# -- by name -----------------------------------------------------------------------------------------------


def test_a_healthy_pair_survives_every_single_fault() -> None:
    found = single_faults(scenario(TWO))
    assert len(found) == 13 and all(each.survived for each in found)
    taken = [each.name for each in found if each.taken_over]
    assert "unit_failed unit=primary" in taken and "failover_link_failed" not in taken


def test_a_policy_that_one_dead_interface_does_not_reach_loses_its_service() -> None:
    """Policy 2 of 2: the active unit stays active with one dead interface."""
    found = lost(TWO, "failover interface-policy 2\n")
    assert found["interface_link_failed unit=primary interface=inside"] == ("inside",)
    assert found["interface_traffic_failed unit=secondary interface=outside"] == ("outside",)
    assert len(found) == 8


def test_interfaces_that_nobody_watches_lose_their_service() -> None:
    found = lost(TWO, "no monitor-interface inside\n")
    assert set(found.values()) == {("inside",)} and len(found) == 4
    found = lost(interface("outside", 0), interface("dmz", 1, standby=False))
    assert set(found.values()) == {("dmz",)} and len(found) == 4


def test_a_failover_link_with_nothing_beside_it_makes_both_units_active() -> None:
    alone = interface("outside", 0, standby=False)
    only = [each.name for each in single_faults(scenario(alone)) if each.dual_active]
    assert only == ["failover_link_failed"]
    shared = interface("outside", 3, "GigabitEthernet0/3.30").replace(" nameif", " vlan 30\n nameif")
    found = {each.name: each for each in single_faults(scenario(shared, "monitor-interface outside\n"))}
    ports = [f"port_failed unit={unit.value} port=GigabitEthernet0/3" for unit in Unit]
    assert [name for name, each in found.items() if each.dual_active] == ports
    assert found[ports[0]].lost == (), "the other unit is active too, and its port works"


def test_a_port_that_carries_unwatched_interfaces_only_fails_as_one() -> None:
    vlans = "".join(
        interface(name, number, f"GigabitEthernet0/2.{number}").replace(" nameif", f" vlan {number}\n nameif")
        for name, number in (("guest", 20), ("iot", 21))
    )
    found = lost(TWO, "interface GigabitEthernet0/2\n", vlans)
    assert found["port_failed unit=primary port=GigabitEthernet0/2"] == ("guest", "iot")
    assert found["interface_traffic_failed unit=secondary interface=iot"] == ("iot",)
    assert not any("interface_link_failed" in name and "guest" in name for name in found)


def test_what_a_run_shows_is_what_is_said() -> None:
    one = scenario(TWO, "failover interface-policy 2\n")
    for each in single_faults(one):
        end = list(replayed(one.settings, each.trace))[-1].after
        assert not list(changing_steps(end, one.settings))
        names = tuple(one.settings.ports[index].name for index in loss_in(end, one.settings).interfaces)
        assert names == each.lost
        assert [event for event in each.trace if isinstance(event, e.Fault)] == [each.fault]
        assert each.trace[: len(each.start.events)] == each.start.events


def test_every_fault_is_possible_in_a_healthy_pair() -> None:
    pair = attrs.evolve(settings(2, stateful=StatefulLink.DEDICATED),
                        ports=(Port(name="outside"), Port(name="inside", monitored=False)))  # fmt: skip
    found = every_fault(pair, Environment(faults=("modules",)))
    for fault in found:
        try:
            next_state(ready_starts(pair)[0].state, pair, fault)
        except NotPossible:
            pytest.fail(f"{fault} is not possible")
    names = {type(fault) for fault in found}
    assert {e.ServiceModuleFailed, e.StatefulLinkFailed, e.FailoverLinkFailed, e.UnitFailed} < names


# -- where the protocol rests ------------------------------------------------------------------------------


def test_a_round_that_cannot_be_left_is_where_the_protocol_rests() -> None:
    explorer = Explorer(settings(0))
    graph = {1: (2, 5), 2: (3,), 3: (4,), 4: (3,), 5: (6,), 6: ()}  # 3 and 4 go round for ever, 6 is settled
    explorer.steps_of = lambda shared, units: tuple((None, each) for each in graph[units])  # type: ignore
    reach_set = ReachSet(ready_starts(settings(0))[0].state, dict.fromkeys(graph))  # type: ignore
    assert explorer.at_rest(reach_set) == (6, 3, 4)
    graph[4] = (3, 5)
    assert explorer.at_rest(reach_set) == (6,), "a round with a way out comes to rest outside"
