"""Observations of a pair with a topology beside a walk through every set of broken elements."""

from __future__ import annotations

from itertools import combinations
from random import Random
from typing import Any

import attrs
import pytest

from failover_fsm.analysis import verify as of_verify
from failover_fsm.analysis.verify import Report, verify
from failover_fsm.config.asa.running_config import read_asa
from failover_fsm.model import wired_observations as of_wirings
from failover_fsm.model.conditions import TooManyPorts
from failover_fsm.model.core_steps import core_of
from failover_fsm.model.observations import signature_of
from failover_fsm.model.observed_rules import JUMPS, InterfacesBreak
from failover_fsm.model.observed_runs import concrete
from failover_fsm.model.scenario import Scenario
from failover_fsm.model.search_environment import WITH_TOPOLOGY, Environment
from failover_fsm.model.wired_model import WiredModel
from failover_fsm.model.wired_observations import is_observable, wired_observations
from failover_fsm.model.wired_observed_rules import WiredObservedRules
from failover_fsm.model.wired_rules import LINK_EVENTS
from failover_fsm.pair import events as e
from failover_fsm.pair.pair import cold
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import LinkState, State
from failover_fsm.pair.wiring import is_hosted, together
from failover_fsm.promises.health import QUESTIONS
from failover_fsm.reports.text.topologies import drawn
from failover_fsm.topology import FIGURES, NAMED, Plan, figure, names_for_figures, plan_of, read_topology
from tests.analysis.test_symmetry import RANDOM
from tests.model.test_ports import of_ports
from tests.pairs import UNITS, settings
from tests.patience import PATIENT

NAMES = ("outside", "inside")
ELEMENTS = Environment(faults=WITH_TOPOLOGY, operator=())


def walked(model: WiredModel) -> dict[Any, int]:
    """For each observation with the broken hosts, the least number of broken elements; each set is tried."""
    topology, bound = model.settings.topology, model.scope.max_faults
    assert topology is not None
    healthy = cold(model.settings).wiring
    assert healthy is not None
    found: dict[Any, int] = {}
    for size in range((len(topology.elements) if bound is None else bound) + 1):
        for broken in combinations(topology.elements, size):
            states = tuple(LinkState.CUT if each in broken else LinkState.GOOD for each in topology.elements)
            wiring = attrs.evolve(healthy, elements=states)
            links, interfaces = together(topology, wiring)
            stopped = tuple(unit.value for unit in UNITS if not is_hosted(topology, wiring, unit))
            key = links, signature_of(model.settings, interfaces), stopped
            found.setdefault(key, size)
    return found


def compared(pair: Settings, bound: int | None = None) -> int:
    """The number of observations, which are those of every set of elements."""
    model = WiredModel(pair, attrs.evolve(ELEMENTS, max_faults=bound))
    every = wired_observations(model, QUESTIONS)
    found = {(each.links, each.signature, each.stopped): each.cost for each in every}
    assert found == walked(model) and len(found) == len(every)
    assert every[0].cost == 0 and every[0].is_good and [each.number for each in every] == list(range(len(every)))
    for each in every:
        state = attrs.evolve(cold(pair), wiring=each.wiring)
        assert model.faults(state) == each.cost
    return len(every)


def test_the_observations_of_port_channels_that_need_both_members_are_those_of_every_set_of_elements() -> None:
    """Two Port-channels that are drawn alike, of which one needs both of its members."""
    text = "".join(
        f"interface g0/{first}\n channel-group {first} mode active\n"
        f"interface g0/{first + 1}\n channel-group {first} mode active\n"
        f"interface Port-channel{first}\n nameif n{first}\n ip address 10.{first}.0.1 255.255.255.0 standby "
        f"10.{first}.0.2\n{extra}"
        for first, extra in ((1, ""), (3, " port-channel min-bundle 2\n"))
    )
    link = "failover\nfailover lan unit primary\nfailover lan interface fo g0/8\n"
    config = read_asa(text + link + "failover interface ip fo 172.16.0.1 255.255.255.252 standby 172.16.0.2\n")
    pair = Settings.of(config)
    plan = plan_of({"failover-link": "cable", "data": ["a", "b"]}, "wiring.toml", names_for_figures(pair))
    assert compared(plan.laid(pair)) > 10


@pytest.mark.parametrize("name", [*FIGURES, "direct-cable", "asav-on-one-host"])
def test_the_observations_of_a_figure_are_those_of_every_set_of_elements(name: str) -> None:
    pair = read_topology(name, NAMES).laid(settings(2))
    small = pair.topology is not None and len(pair.topology.elements) <= 12
    assert compared(pair, None if small or PATIENT else 3) > 10


@pytest.mark.slow
def test_the_observations_of_random_topologies_are_those_of_every_set_of_elements() -> None:
    for number, plan in enumerate(RANDOM if PATIENT else RANDOM[:30]):
        compared(plan.laid(settings(2, policy=1 + number % 2)), None if number % 3 else 2)


def test_a_private_element_that_is_taken_for_a_shared_one_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """The comparison is no empty one: with one cable fewer for each interface, costs or observations differ."""
    pair = figure("figure-13-3", NAMES).laid(settings(2))
    right = of_wirings._Networks._subsets
    monkeypatch.setattr(
        of_wirings._Networks, "_subsets", lambda self, names: right(self, names if "switch-2" in names else names[1:])
    )
    with pytest.raises(AssertionError):
        compared(pair)


def test_too_many_shared_elements_are_refused() -> None:
    way = tuple(f"switch-{number}" for number in range(8))
    pair = Plan(name="long", failover=(way,), data=(way,)).laid(settings(2))
    model = WiredModel(pair, ELEMENTS)
    assert not is_observable(model)
    with pytest.raises(TooManyPorts, match="elements that carry several things can be broken in 32,768 ways"):
        wired_observations(model, QUESTIONS)
    assert is_observable(WiredModel(pair, attrs.evolve(ELEMENTS, max_faults=2)))


# -- steps -------------------------------------------------------------------------------------------


MOVING = (e.ElementFailed, e.ElementRestored, e.AtInterface, *LINK_EVENTS)
"""The events that move links and interfaces."""


def in_full(model: WiredModel) -> tuple[set[Any], set[Any]]:
    """The steps of units and hosts, and those of elements, with wirings reduced to what is observed."""
    hosts = dict(model.settings.topology.hosts) if model.settings.topology is not None else {}

    def place(state: State) -> Any:
        stopped = tuple(unit.value for unit in UNITS if not is_hosted(model.settings.topology, state.wiring, unit))
        return core_of(state), signature_of(model.settings, state.interfaces), stopped

    units: set[Any] = set()
    elements: set[Any] = set()
    waiting = list(model.initial_states())
    seen = set(waiting)
    while waiting:
        state = waiting.pop()
        for event, after in model.successors(state):
            is_host = isinstance(event, e.ElementFailed | e.ElementRestored) and event.element in hosts
            if isinstance(event, MOVING) and not is_host:
                elements.add((place(state), place(after)))
            else:
                units.add((place(state), event, place(after)))
            if after not in seen:
                seen.add(after)
                waiting.append(after)
    return units, elements


def on_observations(rules: WiredObservedRules) -> tuple[set[Any], set[Any]]:
    def place(state: Any) -> Any:
        return core_of(state), state.interfaces.signature, state.interfaces.stopped

    units: set[Any] = set()
    jumps: set[Any] = set()
    waiting: list[Any] = list(rules.plain.initial_states())
    seen = set(waiting)
    while waiting:
        state = waiting.pop()
        for event in rules.plain.events(state):
            after = rules.plain.step(state, event)
            if after is None:
                continue
            if isinstance(event, JUMPS):
                jumps.add((place(state), place(after)))
            else:
                units.add((place(state), event, place(after)))
            if after not in seen:
                seen.add(after)
                waiting.append(after)
    return units, jumps


GRAPHS: dict[str, tuple[Plan, int, Environment]] = {
    "a host for both": (read_topology("asav-on-one-host", NAMES), 0, attrs.evolve(ELEMENTS, max_faults=1)),
}
if PATIENT:  # 17 s, 24 s, and some minutes
    GRAPHS |= {
        "one switch": (figure("figure-13-1", NAMES[:1]), 1, attrs.evolve(ELEMENTS, faults=("elements",), max_faults=1)),
        "a cable, and a link that fails by itself": (
            figure("figure-13-4", NAMES[:1]), 1,
            Environment(faults=("elements", "failover-link", "traffic"), operator=(), max_faults=1),
        ),
        "two hosts, two faults": (
            Plan(name="h", failover=((),), data=(("a",),), hosts=(("h1", ("primary",)), ("h2", ("secondary",)))), 1,
            Environment(faults=WITH_TOPOLOGY, operator=("failover-active",), max_faults=2),
        ),
    }  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(("plan", "interfaces", "environment"), GRAPHS.values(), ids=GRAPHS)
def test_the_same_steps_lead_to_the_same_places(plan: Plan, interfaces: int, environment: Environment) -> None:
    pair = plan.laid(settings(interfaces))
    units, elements = in_full(WiredModel(pair, environment))
    same, ways = on_observations(WiredObservedRules(WiredModel(pair, environment), QUESTIONS))
    assert units == same
    two = {(before, last) for before, middle in ways for first, last in ways if middle == first}
    stays = {(place, place) for way in ways for place in way}
    assert elements <= ways | two | stays
    assert {place for step in elements for place in step} == {place for way in ways for place in way}


# -- runs and verdicts ---------------------------------------------------------------------------------


RUNS = {
    "figure 13-8": (figure("figure-13-8", NAMES).laid(settings(2)), ELEMENTS),
    "two hosts": (
        read_topology("asav-on-two-hosts", NAMES).laid(settings(2, policy=2)),
        attrs.evolve(ELEMENTS, max_faults=4),
    ),
    "by themselves too": (
        figure("figure-13-3", NAMES).laid(settings(2)),
        Environment(faults=("elements", "failover-link", "interfaces", "paths"), operator=("failover-active",)),
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize(("pair", "environment"), RUNS.values(), ids=RUNS)
def test_every_run_replays_with_named_elements(pair: Settings, environment: Environment) -> None:
    """`concrete` raises where units, links, observations or the bound are not as in the run on observations."""
    rules = WiredObservedRules(WiredModel(pair, environment), QUESTIONS)
    chance = Random(4)
    for _ in range(10):
        (state,) = rules.plain.initial_states()
        events: list[Any] = []
        for _ in range(25):
            every = [(event, rules.plain.step(state, event)) for event in rules.plain.events(state)]
            ways = [way for way in every if way[1] is not None]
            jumps = [way for way in ways if isinstance(way[0], JUMPS)]
            event, state = chance.choice(jumps if jumps and chance.random() < 0.3 else ways)
            events.append(event)
        run = concrete(rules, events)
        assert not any(isinstance(each.event, JUMPS) for each in run.steps)
        assert any(isinstance(each.event, (*MOVING,)) for each in run.steps)


def test_a_run_whose_walk_is_wrong_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    rules = WiredObservedRules(WiredModel(figure("figure-13-1", NAMES).laid(settings(2)), ELEMENTS), QUESTIONS)
    events: list[Any] = [InterfacesBreak(to=3)]
    assert concrete(rules, events).steps
    monkeypatch.setattr("failover_fsm.model.observed_walks.WiredWalk.to", lambda self, goal: iter(()))
    with pytest.raises(RuntimeError, match="not what its named events do"):
        concrete(rules, events)


def on_both(scenario: Scenario, monkeypatch: pytest.MonkeyPatch) -> tuple[Report, Report]:
    """The report on observations, and that of every wiring."""
    reports = []
    for reason in ("", "every wiring is wanted"):
        monkeypatch.setattr(of_verify, "why_in_full", lambda _, reason=reason: reason)
        reports.append(verify(scenario, engine="compiled"))
    return reports[0], reports[1]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("plan", "bound"),
    [
        (figure("figure-13-1", ("outside",)), 1),
        *([(figure("figure-13-3", NAMES), 3), (read_topology("asav-on-one-host", NAMES), 2)] if PATIENT else []),
        *([(read_topology("asav-on-two-hosts", NAMES), 2), (figure("figure-13-2", NAMES), None)] if PATIENT else []),
    ],
    ids=str,
)
def test_verdicts_are_those_of_every_wiring(plan: Plan, bound: int | None, monkeypatch: pytest.MonkeyPatch) -> None:
    config = of_ports(1 if plan.name == "figure-13-1" else 2, "1")
    names = tuple(port.name for port in Settings.of(config).ports)
    laid = figure(plan.name, names) if plan.name in FIGURES else plan
    environment = Environment(faults=WITH_TOPOLOGY, max_faults=bound)
    scenario = Scenario(title="t", config=config, topology=laid, environment=environment)
    observed, full = on_both(scenario, monkeypatch)
    assert observed.observed and not full.observed and not observed.in_full
    assert [(each.promise.id, each.verdict, each.vacuous) for each in observed.answers] == [
        (each.promise.id, each.verdict, each.vacuous) for each in full.answers
    ]
    assert observed.never_possible == full.never_possible
    assert observed.result.states < full.result.states


@pytest.mark.parametrize("name", [*FIGURES, *NAMED])
def test_every_topology_that_ships_is_observable(name: str) -> None:
    assert is_observable(WiredModel(drawn(name), ELEMENTS))
