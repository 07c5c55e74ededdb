"""Physical ports: what one port carries falls together, in one step and as one fault, in both explorers."""

from __future__ import annotations

import json
from argparse import Namespace
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Literal

import attrs
import pytest

from failover_fsm.analysis.cut_sets import CutSetSearch, possible_faults
from failover_fsm.analysis.goals import goal
from failover_fsm.analysis.verify import check
from failover_fsm.checker import Checker, Verdict
from failover_fsm.checker.compiled import CompiledChecker
from failover_fsm.cli import main
from failover_fsm.commands.scenarios import scenario_from, scenario_of
from failover_fsm.config.asa.files import read_config
from failover_fsm.config.asa.running_config import read_asa
from failover_fsm.config.records.pair_config import InterfacePolicy, PairConfig, StatefulLink
from failover_fsm.model.pair_model import PairModel
from failover_fsm.model.pair_rules import PairRules
from failover_fsm.model.places import bare_environment, explored_environment
from failover_fsm.model.scenario import Scenario, shared_ports
from failover_fsm.model.search_environment import DEFAULT_ENVIRONMENT, Environment
from failover_fsm.pair import events as e
from failover_fsm.pair.environment import stateful_works
from failover_fsm.pair.errors import NotPossible, StepError
from failover_fsm.pair.health import Status, failed_interfaces, failover_link_works, status
from failover_fsm.pair.pair import Pair, cold
from failover_fsm.pair.ports import Carrier
from failover_fsm.pair.reach import ports_to_fail
from failover_fsm.pair.settings import Port, Settings
from failover_fsm.pair.states import LinkState, State
from failover_fsm.pair.step import next_state
from failover_fsm.trace.language import parse_trace
from failover_fsm.trace.lines import TraceError
from failover_fsm.trace.player import play
from tests.pairs import PRIMARY, SECONDARY, active_active, remembered
from tests.patience import PATIENT

LINK = """failover
failover lan unit primary
failover lan interface FO {port}
failover key *****
failover interface ip FO 10.0.0.1 255.255.255.252 standby 10.0.0.2
"""


def vlans(port: str, *names: str, monitored: bool = True) -> str:
    """Subinterfaces of a port, one per name."""
    lines = []
    for name in names:
        vlan = 10 + sum(map(ord, name)) % 200
        lines += [f"interface {port}.{vlan}", f" vlan {vlan}", f" nameif {name}"]
        lines += [f" ip address 10.{vlan}.0.1 255.255.255.0 standby 10.{vlan}.0.2"]
    return "\n".join([*lines, *(f"monitor-interface {name}" for name in names if monitored), ""])


def own(port: str, name: str, net: int) -> str:
    """An interface with a port of its own."""
    address = f" ip address 172.16.{net}.1 255.255.255.0 standby 172.16.{net}.2"
    return f"interface {port}\n nameif {name}\n{address}\n"


G = "GigabitEthernet0"
CHANNEL = f"interface {G}/4\n channel-group 1 mode active\ninterface {G}/5\n channel-group 1 mode active\n"
REDUNDANT = f"interface Redundant1\n member-interface {G}/4\n member-interface {G}/5\n"

CONFIGS = {
    "two vlans": vlans(f"{G}/0", "inside", "dmz") + LINK.format(port=f"{G}/1"),
    "two trunks": vlans(f"{G}/0", "a", "b") + vlans(f"{G}/2", "c", "d") + LINK.format(port=f"{G}/1"),
    "vlans on a port-channel": CHANNEL + vlans("Port-channel1", "inside", "dmz") + LINK.format(port=f"{G}/1"),
    "vlans on a redundant interface": REDUNDANT + vlans("Redundant1", "inside", "dmz") + LINK.format(port=f"{G}/1"),
    "failover link on a data trunk": own(f"{G}/0", "outside", 1)
    + vlans(f"{G}/1", "inside")
    + f"interface {G}/1.777\n vlan 777\n"
    + LINK.format(port=f"{G}/1.777"),
    "failover link on a port-channel with data": own(f"{G}/0", "outside", 1)
    + CHANNEL
    + vlans("Port-channel1", "inside")
    + "interface Port-channel1.777\n vlan 777\n"
    + LINK.format(port="Port-channel1.777"),
    "failover link on a redundant interface with data": own(f"{G}/0", "outside", 1)
    + REDUNDANT
    + vlans("Redundant1", "inside")
    + "interface Redundant1.777\n vlan 777\n"
    + LINK.format(port="Redundant1.777"),
    "failover link beside two vlans": own(f"{G}/0", "outside", 1)
    + vlans(f"{G}/1", "inside", "dmz")
    + f"interface {G}/1.777\n vlan 777\n"
    + LINK.format(port=f"{G}/1.777"),
    "both links on one port": own(f"{G}/0", "outside", 1)
    + f"interface {G}/1.7\n vlan 7\ninterface {G}/1.8\n vlan 8\n"
    + LINK.format(port=f"{G}/1.7")
    + f"failover link STATE {G}/1.8\nfailover interface ip STATE 10.0.1.1 255.255.255.252 standby 10.0.1.2\n",
    "both links on a data trunk": own(f"{G}/0", "outside", 1)
    + vlans(f"{G}/1", "inside")
    + f"interface {G}/1.7\n vlan 7\ninterface {G}/1.8\n vlan 8\n"
    + LINK.format(port=f"{G}/1.7")
    + f"failover link STATE {G}/1.8\nfailover interface ip STATE 10.0.1.1 255.255.255.252 standby 10.0.1.2\n",
    "an unmonitored vlan": own(f"{G}/0", "outside", 1)
    + vlans(f"{G}/2", "inside")
    + vlans(f"{G}/2", "guests", monitored=False)
    + LINK.format(port=f"{G}/1"),
}
EACH = pytest.mark.parametrize("name", CONFIGS)


def config(name: str) -> PairConfig:
    """The configuration of that name."""
    return read_asa(CONFIGS[name])


def settings(name: str) -> Settings:
    """Its settings."""
    return Settings.of(config(name))


def ready(name: str) -> Pair:
    """The pair, booted and settled."""
    pair = Pair.cold(config(name))
    for unit in (PRIMARY, SECONDARY):
        pair = pair.step(e.UnitRestored(unit=unit))[0]
    return pair.settle()[0]


# -- one event ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "port", "fallen"),
    [
        ("two vlans", f"{G}/0", "inside dmz"),
        ("two vlans", "gi0/0", "inside dmz"),
        ("two trunks", f"{G}/2", "c d"),
        ("vlans on a port-channel", "Port-channel1", "inside dmz"),
        ("vlans on a redundant interface", "Redundant1", "inside dmz"),
        ("failover link on a data trunk", f"{G}/1", "inside"),
        ("failover link on a data trunk", f"{G}/0", "outside"),
        ("an unmonitored vlan", f"{G}/2", "inside guests"),
    ],
)
def test_a_port_takes_down_all_that_it_carries_and_nothing_else(name: str, port: str, fallen: str) -> None:
    before = ready(name)
    after = before.step(e.PortFailed(unit=PRIMARY, port=port))[0]
    down = [
        each.name
        for index, each in enumerate(after.settings.ports)
        if status(after.state, after.settings, PRIMARY, index) is Status.NO_LINK
    ]
    assert down == fallen.split()
    assert after.step(e.PortRestored(unit=PRIMARY, port=port))[0].state.interfaces == before.state.interfaces
    with pytest.raises(NotPossible, match="it is so already"):
        after.step(e.PortFailed(unit=PRIMARY, port=port))


@pytest.mark.parametrize("interface", ["inside", "dmz"])
def test_a_link_that_goes_down_under_an_interface_is_its_port_that_goes_down(interface: str) -> None:
    pair = ready("two vlans")
    by_name = pair.step(e.InterfaceLinkFailed(unit=PRIMARY, interface=interface))[0]
    assert by_name == pair.step(e.PortFailed(unit=PRIMARY, port=f"{G}/0"))[0]


def test_a_policy_counts_the_interfaces_of_a_port() -> None:
    pair = ready("two vlans").step(e.PortFailed(unit=SECONDARY, port=f"{G}/0"))[0]
    assert failed_interfaces(pair.state, pair.settings, SECONDARY) == 2
    assert failed_interfaces(pair.state, pair.settings, PRIMARY) == 0


def test_a_port_that_does_not_carry_anything_is_refused_with_those_that_do() -> None:
    pair = ready("vlans on a port-channel")
    with pytest.raises(NotPossible, match=r"no port GigabitEthernet0/9 .* allowed: GigabitEthernet0/1, Port-channel1"):
        pair.step(e.PortFailed(unit=PRIMARY, port=f"{G}/9"))
    with pytest.raises(NotPossible, match="member of Port-channel1, which falls with its last member"):
        pair.step(e.PortFailed(unit=PRIMARY, port=f"{G}/4"))


def test_the_failover_link_falls_with_a_port_of_either_unit_and_keeps_its_own_fault() -> None:
    pair = ready("failover link on a data trunk")
    works = [failover_link_works(pair.state, pair.settings)]
    for event in (
        e.PortFailed(unit=SECONDARY, port=f"{G}/1"),
        e.FailoverLinkFailed(),
        e.PortRestored(unit=SECONDARY, port=f"{G}/1"),
        e.FailoverLinkRestored(),
    ):
        pair = pair.step(event)[0]
        works.append(failover_link_works(pair.state, pair.settings))
    assert works == [True, False, False, False, True]


def test_a_port_that_carries_only_the_link_is_the_link() -> None:
    pair = ready("two vlans")
    by_port = pair.step(e.PortFailed(unit=PRIMARY, port=f"{G}/1"))[0]
    assert by_port == pair.step(e.FailoverLinkFailed())[0]
    assert by_port.step(e.PortRestored(unit=PRIMARY, port=f"{G}/1"))[0] == pair


def test_a_bvi_falls_with_the_last_of_its_ports() -> None:
    text = "".join(f"interface {G}/{n}\n bridge-group 1\n nameif m{n}\n" for n in (2, 3))
    text += "interface BVI1\n nameif lan\n ip address 10.5.0.1 255.255.255.0 standby 10.5.0.2\n"
    pair = Pair.cold(read_asa("ASA Version 9.16(4)\n" + text + LINK.format(port=f"{G}/1")))
    lan, found = pair.settings.index_of("lan"), []
    for event in (
        e.PortFailed(unit=PRIMARY, port=f"{G}/2"),
        e.PortFailed(unit=PRIMARY, port=f"{G}/3"),
        e.PortRestored(unit=PRIMARY, port=f"{G}/2"),
    ):
        pair = pair.step(event)[0]
        found.append(status(pair.state, pair.settings, PRIMARY, lan) is Status.NO_LINK)
    assert found == [False, True, False]
    with pytest.raises(NotPossible, match=f"port_failed for {G}/2, {G}/3"):
        pair.step(e.InterfaceLinkFailed(unit=PRIMARY, interface="lan"))


SWITCH = (
    "".join(
        f"interface Ethernet0/{number}\n switchport access vlan {vlan}\n" for number, vlan in enumerate((2, 1, 1, 9))
    )
    + "interface Vlan1\n nameif inside\n ip address 10.0.1.1 255.255.255.0 standby 10.0.1.2\n"
    + ("interface Vlan2\n nameif outside\n ip address 10.0.2.1 255.255.255.0 standby 10.0.2.2\ninterface Vlan9\n")
)


def test_the_vlans_of_a_5505_run_over_their_switch_ports() -> None:
    carriers = {each.name: each for each in Settings.of(read_asa(SWITCH + LINK.format(port="Vlan9"))).carriers}
    assert {name: each.interfaces for name, each in carriers.items() if each.interfaces} == {
        "Vlan1": (0,), "Ethernet0/0": (1,),
    }  # fmt: skip
    assert carriers["Vlan1"].members == ("Ethernet0/1", "Ethernet0/2")
    assert carriers["Ethernet0/3"].failover


def test_two_vlans_on_one_switch_port_of_a_5505_fall_together() -> None:
    trunk = SWITCH.replace("access vlan 2", "trunk allowed vlan 2,3\n switchport mode trunk", 1)
    trunk += "interface Vlan3\n nameif dmz\n ip address 10.0.3.1 255.255.255.0 standby 10.0.3.2\n"
    pair = Pair.cold(read_asa(trunk + LINK.format(port="Vlan9")))
    pair = pair.step(e.PortFailed(unit=PRIMARY, port="Ethernet0/0"))[0]
    names = [port.name for port in pair.settings.ports]
    down = [status(pair.state, pair.settings, PRIMARY, index) is Status.NO_LINK for index in range(len(names))]
    assert dict(zip(names, down, strict=True)) == {"inside": False, "outside": True, "dmz": True}


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("port_failed unit=primary port=gi0/9", "there is no port gi0/9 that carries anything; allowed: Gig"),
        ("port_failed unit=primary port=gi0/4", "gi0/4 is a member of Port-channel1, which falls with its last member"),
    ],
)
def test_a_trace_that_names_no_port_of_the_pair_is_refused(line: str, what: str) -> None:
    made = config("vlans on a port-channel")
    with pytest.raises(TraceError, match=what):
        play(parse_trace(f"config x.cfg\n{line}\n"), made)


@pytest.mark.slow
def test_the_firepower_pair_is_split_by_its_link_and_both_port_channels_of_one_unit() -> None:
    same = Settings.of(read_config(Path(__file__).parents[2] / "models" / "fpr4150.cfg"))
    search = CutSetSearch(same, DEFAULT_ENVIRONMENT, goal("dual-active"))
    search.run(3)
    found = [set(each.names) for each in search.found]
    for unit in ("primary", "secondary"):
        ports = {f"port_failed unit={unit} port=Port-channel{number}" for number in (10, 20)}
        assert {"failover_link_failed", *ports} in found
    assert {len(each) for each in found} == {3}


@pytest.mark.slow
def test_faults_names_the_three_faults_of_the_firepower_pair(capsys: pytest.CaptureFixture[str]) -> None:
    """The failover link, and both Port-channels of either unit; nothing smaller, and nothing else of three."""
    file = Path(__file__).parents[2] / "models" / "fpr4150.cfg"
    assert main(["faults", str(file), "--goal", "dual-active", "--json", "--time-limit", "600"]) == 0
    found = json.loads(capsys.readouterr().out)
    ports = [f"port_failed unit={{}} port=Port-channel{number}" for number in (10, 20)]
    wanted = [
        ["failover_link_failed", ports[0].format(one), ports[1].format(other)]
        for one in ("primary", "secondary")
        for other in ("primary", "secondary")
    ]
    assert sorted(map(sorted, found["minimal_sets"])) == sorted(map(sorted, wanted))
    assert (found["complete_up_to"], found["single_points"]) == (3, [])


# -- both explorers, and a search without any reduction ---------------------------------------------------------

SMALL = Environment(faults=("failover-link", "ports", "paths"), operator=(), max_faults=2)


def every_event(same: Settings, environment: Environment) -> list[e.Event]:
    """Everything from outside, with the ports written down a second time."""
    found = list(environment.unit_events())
    shared = [carrier for carrier in same.carriers if len(carrier.interfaces) + carrier.failover > 1]
    for carrier in shared:
        for unit in (PRIMARY, SECONDARY):
            found += [e.PortFailed(unit=unit, port=carrier.name), e.PortRestored(unit=unit, port=carrier.name)]
    on_shared = [index for carrier in shared for index in carrier.interfaces]
    for index in sorted({*same.counted, *same.probed}):  # those where units ask their peer matter too (UHM-2)
        for event in environment.interface_events(same.ports[index].name):
            if index not in on_shared or not isinstance(event, e.InterfaceLinkFailed | e.InterfaceLinkRestored):
                found.append(event)
    return found


def things_broken(state: State, same: Settings) -> int:
    """Ports, paths and the failover link, each counted once."""
    ports: dict[object, None] = {}
    count = int(state.links.failover is LinkState.CUT)
    for index, interface in enumerate(state.interfaces):
        count += interface.path is LinkState.CUT
        name = next(carrier.name for carrier in same.carriers if index in carrier.interfaces)
        ports |= {(name, unit): None for unit in (PRIMARY, SECONDARY) if interface.line(unit).value == "down"}
    return count + len(ports)


def reached(same: Settings, environment: Environment) -> set[State]:
    """Every state, by trying every event on every interface by its own name."""
    model, handler = PairModel(same, Environment(faults=(), operator=())), remembered()
    outside, found = every_event(same, environment), [cold(same)]
    seen = set(found)
    for state in found:
        own_steps = [event for event, _ in model.successors(state) if isinstance(event, e.ProtocolStep)]
        for event in (*own_steps, *outside):
            try:
                after = next_state(state, same, event, handler).state
            except StepError:
                continue
            too_many = isinstance(event, e.Fault) and things_broken(after, same) > (environment.max_faults or 0)
            if after not in seen and not too_many:
                seen.add(after)
                found.append(after)
    return seen


@cache
def with_one_fault(name: str, faults: tuple[str, ...] = SMALL.faults) -> PairModel:
    """The model of a configuration with one fault at a time; its caches serve several tests."""
    return PairModel(settings(name), attrs.evolve(SMALL, faults=faults, max_faults=1))


SEARCHED = {
    "two vlans": SMALL.faults,
    "failover link on a data trunk": SMALL.faults if PATIENT else ("failover-link", "ports"),
    "an unmonitored vlan": SMALL.faults,
}


@pytest.mark.slow
@pytest.mark.parametrize("name", list(SEARCHED)[: 3 if PATIENT else 2])
def test_a_search_loses_and_invents_nothing(name: str) -> None:
    model = with_one_fault(name, SEARCHED[name])
    same, environment = model.settings, model.environment
    found = list(model.initial_states())
    seen = set(found)
    for state in found:
        assert model.faults(state) == things_broken(state, same)
        for event, after in model.successors(state):
            assert model.step(state, event) == after, "the caches agree with a step computed afresh"
            if after not in seen:
                seen.add(after)
                found.append(after)
    assert {model.canonical(state) for state in reached(same, environment)} == seen


def test_messages_on_their_way_are_lost_with_a_port_as_without_the_caches() -> None:
    model = PairModel(
        settings("failover link on a data trunk"),
        Environment(faults=("failover-link", "ports"), max_faults=2)
        if PATIENT
        else Environment(faults=("failover-link", "ports"), operator=("failover-active",), max_faults=2),
    )
    found, travelling = list(model.initial_states()), 0
    seen = set(found)
    for state in found:
        on_its_way = not all(group.quiet for own in (state.primary, state.secondary) for group in own.groups)
        for event, after in model.successors(state):
            if on_its_way and isinstance(event, e.AtPort | e.AtInterface):
                travelling += 1
                assert model.step(state, event) == after
            if after not in seen:
                seen.add(after)
                found.append(after)
    assert travelling > 100


@pytest.mark.parametrize(
    "name", ["failover link on a data trunk", "an unmonitored vlan", *(["two trunks"] if PATIENT else [])]
)
def test_both_explorers_find_the_same(name: str) -> None:
    model = with_one_fault(name)
    plain, compiled = Checker(model).verify(), CompiledChecker(PairRules(model)).verify()
    assert (plain.states, plain.transitions, plain.depth) == (compiled.states, compiled.transitions, compiled.depth)


@pytest.mark.slow
def test_a_port_that_two_failover_groups_share_falls_for_both_in_both_explorers() -> None:
    alone = 1 if PATIENT else 0  # a third interface on a port of its own
    ports = (Port(name="a", group=0), Port(name="b", group=1), Port(name="c", group=1))[: 2 + alone]
    carriers = (Carrier(name=f"{G}/0", interfaces=(0, 1)), Carrier(name=f"{G}/1", interfaces=(2,)))[: 1 + alone]
    same = attrs.evolve(active_active(), ports=ports, carriers=carriers)
    model = PairModel(same, Environment(faults=("ports",), operator=(), max_faults=1))
    (start,) = model.initial_states()
    down = model.step(start, e.PortFailed(unit=SECONDARY, port=f"{G}/0"))
    assert down is not None
    assert [failed_interfaces(down, same, SECONDARY, group) for group in (0, 1)] == [1, 1]
    plain, compiled = Checker(model).verify(), CompiledChecker(PairRules(model)).verify()
    assert (plain.states, plain.transitions, plain.depth) == (compiled.states, compiled.transitions, compiled.depth)


@EACH
def test_a_path_has_the_names_of_its_own_ports(name: str) -> None:
    model = PairModel(settings(name), SMALL)
    (state,) = model.initial_states()
    path: list[e.Event] = []
    for turn in range(12):  # a walk with faults on several ports, one of the last choices
        choices = model.successors(state)
        event, state = choices[-1 - turn % min(3, len(choices))]
        path.append(event)
    *_, last = model.named_steps(path)
    assert model.canonical(last.after) == state


# -- faults ------------------------------------------------------------------------------------------------


def smallest(name: str) -> list[set[str]]:
    """The smallest sets of faults that make both units active."""
    same = settings(name)
    search = CutSetSearch(same, attrs.evolve(DEFAULT_ENVIRONMENT, max_faults=None), goal("dual-active"))
    search.run(2)
    return [set(found.names) for found in search.found]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("two vlans", [{"failover_link_failed", f"port_failed unit=primary port={G}/0"}]),
        ("vlans on a port-channel", [{"failover_link_failed", "port_failed unit=secondary port=Port-channel1"}]),
        ("vlans on a redundant interface", [{"failover_link_failed", "port_failed unit=primary port=Redundant1"}]),
        (
            "failover link on a data trunk",
            [
                {f"port_failed unit={unit} port={G}/1", f"interface_link_failed unit={unit} interface=outside"}
                for unit in ("primary", "secondary")
            ],
        ),
        *(
            (
                f"failover link {name}",
                [{f"port_failed unit=primary port={port}", "interface_link_failed unit=primary interface=outside"}],
            )
            for name, port in (
                ("on a port-channel with data", "Port-channel1"),
                ("on a redundant interface with data", "Redundant1"),
                ("beside two vlans", f"{G}/1"),
            )
        ),
    ],
)
def test_two_faults_that_cut_every_path_are_named(name: str, wanted: list[set[str]]) -> None:
    found = smallest(name)
    assert all(each in found for each in wanted)


BOTH_LINKS = ("power", "failover-link", "stateful-link", "ports")


@pytest.mark.parametrize("name", ["both links on one port", "both links on a data trunk"])
def test_one_port_under_both_links_is_one_fault_everywhere(name: str) -> None:
    same = settings(name)
    assert same.stateful is StatefulLink.SHARED_FAILOVER
    listed = [str(fault) for fault in possible_faults(same, Environment(faults=BOTH_LINKS))]
    assert "failover_link_failed" in listed and "stateful_link_failed" not in listed
    search = CutSetSearch(same, Environment(faults=BOTH_LINKS), goal("sessions-lost"))
    search.run(2)
    names = [set(found.names) for found in search.found]
    assert {"unit_failed unit=primary", "failover_link_failed"} in names
    model = PairModel(same, Environment(faults=BOTH_LINKS, operator=(), max_faults=1))
    (start,) = model.initial_states()
    cut = model.step(start, e.FailoverLinkFailed())
    assert cut is not None and model.faults(cut) == 1 and not stateful_works(cut, same)
    assert cut == model.step(start, e.PortFailed(unit=PRIMARY, port=f"{G}/1")) or name != "both links on one port"
    said = [line for line in shared_ports(same) if line.startswith("the failover and the stateful link")]
    assert said == [f"the failover and the stateful link run over one port, {G}/1: one fault for both"]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("both links on one port", "of its own; it shares the port of the failover link, and falls with it"),
        ("two vlans", "has no Stateful Failover link of its own"),
    ],
)
def test_a_fault_of_the_stateful_link_alone_is_pointless_where_it_has_no_port(name: str, said: str) -> None:
    played = play(parse_trace("config x.cfg\nstateful_link_failed\n"), config(name))
    assert [each.what.endswith(said) for each in played.warnings] == [True]


def test_a_stateful_link_with_a_port_of_its_own_stays_a_fault_of_its_own() -> None:
    same = Settings.of(read_asa(CONFIGS["both links on one port"].replace(f"STATE {G}/1.8", f"STATE {G}/3")))
    assert same.stateful is StatefulLink.DEDICATED
    listed = [str(fault) for fault in possible_faults(same, Environment(faults=BOTH_LINKS))]
    assert "stateful_link_failed" in listed
    assert not [line for line in shared_ports(same) if "stateful" in line]
    nowhere = CONFIGS["both links on one port"].replace(f"{G}/1.7", "Vlan7").replace(f"{G}/1.8", "Vlan8")
    assert Settings.of(read_asa(nowhere)).stateful is StatefulLink.DEDICATED, "what nothing carries shares no port"


def test_ports_of_two_vlans_each_need_three_faults_and_are_named_in_every_combination() -> None:
    same = settings("two trunks")
    search = CutSetSearch(
        same, attrs.evolve(DEFAULT_ENVIRONMENT, faults=("failover-link", "ports")), goal("dual-active")
    )
    search.run(3)
    ports = Counter(tuple(sorted(name for name in found.names if "port" in name)) for found in search.found)
    assert len(ports) == len(search.found) == 4
    assert all(len(found.faults) == 3 and "failover_link_failed" in found.names for found in search.found)
    for found in search.found:
        assert search.steps(found)[-1].after is not None, "the run replays with the names of the set"


# -- the bound of a bare configuration ----------------------------------------------------------------------


def of_ports(count: int, policy: str) -> PairConfig:
    """A pair whose interfaces have a port each."""
    text = "".join(own(f"{G}/{number + 2}", f"net{number}", number) for number in range(count))
    return read_asa(f"{text}failover interface-policy {policy}\n" + LINK.format(port=f"{G}/1"))


DEFAULT_ENVIRONMENT_WITHOUT_BOUND = attrs.evolve(DEFAULT_ENVIRONMENT, max_faults=None)


@pytest.mark.parametrize(
    ("count", "policy", "bound"),
    [
        (4, "1", 2),
        (4, "2", 2),
        (4, "3", 3),
        (4, "50%", 2),
        (4, "100%", 4),
        (4, "9", 2),
        (5, "5", 5),
        (64, "50%", 32),
        (64, "33", 2),
    ],
)
def test_the_least_bound_of_a_bare_configuration_reaches_the_policy_where_that_can_be(
    count: int, policy: str, bound: int
) -> None:
    assert explored_environment(of_ports(count, policy)) == DEFAULT_ENVIRONMENT_WITHOUT_BOUND
    found = explored_environment(of_ports(count, policy), "least")
    assert found.max_faults == bound
    assert found.faults == (DEFAULT_ENVIRONMENT.faults if bound < 5 else ("power", "failover-link", "ports"))
    bare = bare_environment(of_ports(count, policy))  # for `faults` and `whatif`
    assert (bare.faults, bare.max_faults) == (DEFAULT_ENVIRONMENT.faults, bound if bound < 5 else 2)


def test_the_bound_of_groups_reaches_the_policy_of_each() -> None:
    text = """mode multiple
failover group 1
 interface-policy 2
failover group 2
 interface-policy 3
context one
 allocate-interface g1/0-g1/3
context two
 allocate-interface g2/0-g2/3
 join-failover-group 2
"""
    for name, card in (("one", 1), ("two", 2)):
        text += f"changeto context {name}\n" + "".join(
            own(f"GigabitEthernet{card}/{number}", f"net{number}", 10 * card + number) for number in range(4)
        )
    for policy, bound in (("3", 3), ("9", 2), ("50%", 2), ("100%", 4)):
        made = read_asa(text.replace("policy 3", f"policy {policy}") + "changeto system\n" + LINK.format(port=f"{G}/1"))
        assert made.active_active and bare_environment(made).max_faults == bound


@pytest.mark.slow
def test_the_function_explores_what_the_command_line_does(tmp_path: Path) -> None:
    for count, policy in ((2, "1"), (3, "3"), (6, "6")):
        made = of_ports(count, policy)
        file = tmp_path / "t.cfg"
        file.write_text(made.to_asa())
        args = Namespace(file=str(file), secondary=None, faults=None, promise=None)
        assert check(made, max_states=1).scenario.environment == scenario_from(args).environment
        assert check(made, faults=None, max_states=1).scenario.environment.max_faults is None
        assert check(made, faults=1, max_states=1).scenario.environment.max_faults == 1


def test_a_policy_out_of_reach_is_said_under_assumed() -> None:
    def said(made: PairConfig, bound: int | Literal["least", "default"] = "least") -> list[str]:
        scenario = Scenario(title="t", config=made, environment=explored_environment(made, bound))
        return [line for line in scenario.assumptions() if "no takeover for interfaces" in line]

    text = (
        "interface policy {} takes {} failed ports of one unit: no takeover for interfaces within this bound on faults"
    )
    assert said(of_ports(64, "33")) == [text.format(33, 33)]
    assert said(of_ports(64, "50%")) == said(of_ports(4, "9")) == said(of_ports(4, "3")) == []
    assert said(of_ports(4, "3"), 2) == [text.format(3, 3)]
    assert said(of_ports(64, "33"), "default") == []


@pytest.mark.parametrize("count", [3, 8])
def test_a_policy_that_every_port_must_reach_is_reached_within_the_bound_and_not_before(count: int) -> None:
    made = of_ports(count, str(count))
    found = explored_environment(made, "least")
    for bound, reached in ((count, True), (count - 1, False)):
        model = PairModel(Settings.of(made), attrs.evolve(found, max_faults=bound))
        (state,) = model.initial_states()
        for number in range(count):
            after = model.step(state, e.PortFailed(unit=PRIMARY, port=f"{G}/{number + 2}"))
            assert (after is not None) is (reached or number < count - 1)
            state = after or state
        failed = failed_interfaces(state, model.settings, PRIMARY)
        assert model.settings.over_policy(failed) is reached


def test_faults_tries_every_kind_whatever_the_policy(tmp_path: Path) -> None:
    file = tmp_path / "t.cfg"
    file.write_text(of_ports(6, "6").to_asa())
    assert scenario_of(str(file)).environment.faults == DEFAULT_ENVIRONMENT.faults


@pytest.mark.slow
def test_a_policy_of_eight_ports_gets_a_verdict() -> None:
    assert check(of_ports(8, "8")).verdict is Verdict.HOLDS


def test_a_port_reaches_a_policy_with_all_its_interfaces() -> None:
    text = vlans(f"{G}/0", "a", "b", "c") + own(f"{G}/2", "d", 1)
    made = read_asa(text + "failover interface-policy 3\n" + LINK.format(port=f"{G}/1"))
    assert ports_to_fail(Settings.of(made)) == 1
    assert ports_to_fail(Settings.of(attrs.evolve(made, interface_policy=InterfacePolicy(count=4)))) == 2


def test_an_interface_over_several_ports_counts_when_all_of_them_have_fallen() -> None:
    text = "ASA Version 9.16(4)\ninterface BVI1\n nameif lan\n ip address 10.5.0.1 255.255.255.0 standby 10.5.0.2\n"
    text += "".join(f"interface {G}/{n}\n bridge-group 1\n nameif m{n}\n" for n in (2, 3, 4))
    text += "monitor-interface lan\n"
    found = []
    for policy in (1, 2, 3, 4):
        made = read_asa(f"{text}failover interface-policy {policy}\n" + LINK.format(port=f"{G}/1"))
        found.append(ports_to_fail(Settings.of(made)))
    assert found == [1, 2, 3, 3]
    alone = text + "".join(f"no monitor-interface m{n}\n" for n in (2, 3, 4))
    assert ports_to_fail(Settings.of(read_asa(alone + LINK.format(port=f"{G}/1")))) == 3


@pytest.mark.slow
def test_times_where_a_port_carries_the_failover_link_and_data(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A probe that falls due while a hand-over message is on its way comes after the message."""
    file = tmp_path / "t.cfg"
    first = vlans(f"{G}/0", "inside", "dmz") + f"interface {G}/0.777\n vlan 777\n"  # the port that fails
    file.write_text(first + own(f"{G}/2", "outside", 1) + LINK.format(port=f"{G}/0.777"))
    assert main(["times", str(file), "--json"]) == 0
    found = {each["id"]: each for each in json.loads(capsys.readouterr().out)["conditions"]}
    assert found["interface-link-down"]["takeover"] is not None
