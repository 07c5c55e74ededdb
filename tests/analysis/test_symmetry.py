"""Kinds of fault sets: their members, their number, and the sets with one fault more, against plain enumeration."""

from __future__ import annotations

import random
from collections import Counter
from itertools import combinations, count, islice

import attrs
import pytest

from failover_fsm.analysis.cut_sets import CutSetSearch, possible_faults
from failover_fsm.analysis.fault_kinds import joined_kinds
from failover_fsm.analysis.goals import goal
from failover_fsm.analysis.symmetry import FaultSet, FaultSymmetry
from failover_fsm.model.interleavings import OwnSteps, Units
from failover_fsm.model.search_environment import Environment
from failover_fsm.pair import events as e
from failover_fsm.pair.ports import Carrier
from failover_fsm.pair.settings import Port, Settings
from failover_fsm.pair.wiring import UNITS, Network
from failover_fsm.topology import FIGURES, Plan, figure
from failover_fsm.topology.plan import Ways
from tests.pairs import settings

FEW = Environment(faults=("power", "ports"))
MANY = Environment(faults=("failover-link", "interfaces", "paths"))
TRUNKS = Settings(
    ports=tuple(Port(name=name) for name in ("a1", "a2", "b1", "b2", "alone")),
    carriers=(Carrier(name="A", interfaces=(0, 1)), Carrier(name="B", interfaces=(2, 3))),
)
PAIRS = {
    "two": (settings(2), MANY),
    "three": (settings(3), FEW),
    "trunks": (TRUNKS, attrs.evolve(MANY, faults=("ports", "traffic"))),
    "groups": (
        attrs.evolve(settings(3), ports=tuple(Port(name=name, group=name != "a") for name in "abc")),
        Environment(faults=("ports",)),
    ),
    "topology": (figure("figure-13-1", ("outside",)).laid(settings(1)), Environment(faults=("elements", "ports"))),
}


def kinds(pair: Settings, environment: Environment, size: int) -> tuple[FaultSymmetry, dict[FaultSet, set[FaultSet]]]:
    """Every set of this size by its representative."""
    faults = possible_faults(pair, environment)
    symmetry = FaultSymmetry(pair, faults)
    found: dict[FaultSet, set[FaultSet]] = {}
    for chosen in combinations(range(len(faults)), size):
        found.setdefault(symmetry.ordered(chosen), set()).add(chosen)
    return symmetry, found


@pytest.mark.parametrize("name", PAIRS)
@pytest.mark.parametrize("size", [0, 1, 2, 3])
def test_the_members_of_a_kind_are_the_sets_with_its_representative(name: str, size: int) -> None:
    symmetry, found = kinds(*PAIRS[name], size)
    for representative, sets in found.items():
        members = list(symmetry.members(representative))
        assert len(members) == len(set(members)) == symmetry.count(representative)
        assert set(members) == sets


@pytest.mark.parametrize("name", PAIRS)
@pytest.mark.parametrize("size", [1, 2, 3])
def test_extensions_reach_every_kind(name: str, size: int) -> None:
    symmetry, found = kinds(*PAIRS[name], size)
    _, smaller = kinds(*PAIRS[name], size - 1)
    reached = {symmetry.ordered((*chosen, more)) for chosen in smaller for more in symmetry.extensions(chosen)}
    assert reached == set(found)


def test_extensions_leave_out_what_is_alike() -> None:
    symmetry, _ = kinds(*PAIRS["three"], 1)
    assert len(list(symmetry.extensions(()))) == 4, "the two units, and one interface at each"
    symmetry, found = kinds(*PAIRS["trunks"], 2)
    assert max(symmetry.count(each) for each in found) > 2


# -- topologies --------------------------------------------------------------------------------------


class NoSymmetry(FaultSymmetry):
    """Plain enumeration: every set is a kind of its own."""

    def __init__(self, settings: Settings, faults: tuple[e.Fault, ...]) -> None:
        super().__init__(Settings(), tuple(e.ElementFailed(element=f"x{number}") for number in range(len(faults))))


def random_plan(number: int) -> Plan:
    """A small drawing, often a regular one, since only these have symmetries."""
    lots = random.Random(number)
    switches = [f"s{each}" for each in range(1, lots.randint(3, 4))]

    def ways() -> Ways:
        some = [tuple(lots.sample(switches, lots.randint(0, 2))) for _ in range(lots.randint(1, 2))]
        return tuple(some) if lots.random() < 0.6 else (some[0], *some[0:1])

    trunks = [tuple(lots.sample(switches, 2)) for _ in range(lots.randint(0, 1))]
    inside = (("inside", ways()),) if lots.random() < 0.3 else ()
    return Plan(name="drawn", failover=ways(), data=ways(), interfaces=inside, trunks=tuple(trunks))


def moved(pair: Settings, faults: tuple[e.Fault, ...], names: list[int]) -> bool:
    """A renaming of the elements is an automorphism: after it, as much is joined by the same cables as before."""
    topology = pair.topology
    assert topology is not None
    to = {_element(faults[at]): _element(faults[name]) for at, name in enumerate(names)} | {
        each: each for each in UNITS
    }

    def cables(network: Network, to: dict[str, str]) -> frozenset[tuple[str, frozenset[str]]]:
        return frozenset((to.get(each.name, each.name), frozenset(to[end] for end in each.ends)) for each in network)

    same = {each: each for each in to}
    links = (topology.failover, topology.stateful, topology.trunks)
    ports = [Counter(cables(each, names) for each in topology.ports) for names in (to, same)]
    return all(cables(each, to) == cables(each, same) for each in links) and ports[0] == ports[1]


def _element(fault: e.Fault) -> str:
    assert isinstance(fault, e.ElementFailed)
    return fault.element


ELEMENTS = Environment(faults=("elements",))
SMALL = (plan for plan in map(random_plan, count()) if len(possible_faults(plan.laid(settings(2)), ELEMENTS)) <= 10)
RANDOM = tuple(islice(SMALL, 100))


def test_renamings_of_random_topologies_are_automorphisms() -> None:
    regular = 0
    for number, plan in enumerate(RANDOM):
        pair = plan.laid(settings(3))
        faults = possible_faults(pair, ELEMENTS)
        symmetry, lots = FaultSymmetry(pair, faults), random.Random(number)
        for size in (1, 2, 3, 3):
            chosen = tuple(sorted(lots.sample(range(len(faults)), min(size, len(faults)))))
            names = symmetry.renaming(chosen)
            assert sorted(names) == list(range(len(faults))) and moved(pair, faults, names)
            assert symmetry.ordered(chosen) == tuple(sorted(names[each] for each in chosen))
        regular += symmetry.count((0,)) > 1 or symmetry.count((len(faults) - 1,)) > 1
    assert regular > 20


KNOWN: dict[object, dict[Units, OwnSteps]] = {}
"""The units' own steps by links and interfaces: the same in every topology of the same pair."""


def found(pair: Settings) -> CutSetSearch:
    """The search for sets of up to two elements that make both units active."""
    search = CutSetSearch(pair, ELEMENTS, goal("dual-active"))
    search.explorer._own = KNOWN
    search.run(2)
    return search


@pytest.mark.slow
def test_minimal_sets_of_figures_and_random_topologies_are_those_of_plain_enumeration() -> None:
    names = [port.name for port in settings(2).ports]
    fewer = 0
    for plan in (*(figure(each, names) for each in FIGURES), *RANDOM):
        pair = plan.laid(settings(2))
        faults = possible_faults(pair, ELEMENTS)
        if all(FaultSymmetry(pair, faults).count((each,)) == 1 for each in range(len(faults))):
            continue  # nothing is like anything else: the enumeration is plain already
        search = found(pair)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("failover_fsm.analysis.cut_sets.FaultSymmetry", NoSymmetry)
            plain = found(search.settings)
        assert [item.names for item in search.found] == [item.names for item in plain.found]
        for size in (1, 2):
            assert sum(kind.count for kind in joined_kinds(search, size)) == len(plain.sets_of(size))
        fewer += len(search.explored_sets) < len(plain.explored_sets)
    assert fewer > 20
