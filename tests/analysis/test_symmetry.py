"""Kinds of fault sets: their members, their number, and the sets with one fault more, against plain enumeration."""

from __future__ import annotations

from itertools import combinations

import attrs
import pytest

from failover_fsm.analysis.cut_sets import possible_faults
from failover_fsm.analysis.symmetry import FaultSet, InterfaceSymmetry
from failover_fsm.model.scenario import Environment
from failover_fsm.pair.ports import Carrier
from failover_fsm.pair.settings import Port, Settings
from failover_fsm.topology import figure
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


def kinds(
    pair: Settings, environment: Environment, size: int
) -> tuple[InterfaceSymmetry, dict[FaultSet, set[FaultSet]]]:
    """Every set of this size by its representative."""
    faults = possible_faults(pair, environment)
    symmetry = InterfaceSymmetry(pair, faults)
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
    everything = [len(list(symmetry.members(each))) for each in kinds(*PAIRS["trunks"], 2)[1]]
    assert max(everything) > 2
