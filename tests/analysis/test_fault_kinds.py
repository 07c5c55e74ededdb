"""Kinds of minimal cut sets: joined where every combination occurs, and nowhere else; and in words."""

from __future__ import annotations

from pathlib import Path

import attrs
import pytest

from failover_fsm.analysis.cut_sets import CutSetKind, CutSetSearch
from failover_fsm.analysis.fault_kinds import joined_kinds
from failover_fsm.analysis.goals import goal
from failover_fsm.config.asa.files import read_config
from failover_fsm.model.search_environment import Environment
from failover_fsm.pair.settings import Port, Settings
from failover_fsm.reports.text.fault_kinds import kind_text
from failover_fsm.topology import Plan, figure
from tests.pairs import active_active, settings

EVERYTHING = Environment(faults=("power", "failover-link", "interfaces", "paths"))
FEW = Environment(faults=("power", "failover-link", "ports"))
FIREPOWER = Settings.of(read_config(Path(__file__).parents[2] / "models" / "fpr4150.cfg"))
MANY = attrs.evolve(settings(1), ports=tuple(Port(name=f"vlan{number}") for number in range(1, 10)))


def search(pair: Settings, wanted: str, most: int, environment: Environment = EVERYTHING) -> CutSetSearch:
    found = CutSetSearch(pair, environment, goal(wanted))
    found.run(most)
    return found


def texts(found: CutSetSearch, size: int) -> list[str]:
    return [f"{kind_text(kind)} ({kind.count})" for kind in joined_kinds(found, size)]


@pytest.mark.slow
def test_every_combination_at_every_interface_is_one_kind() -> None:
    """A deaf standby takes over, a deaf active unit does not: the ways are not alike at both units."""
    assert texts(search(settings(2), "dual-active", 3), 3) == [
        "the failover link; each of outside, inside: down at either unit, silent at the secondary or path cut (16)"
    ]


def test_the_same_interface_and_different_ones_are_two_kinds() -> None:
    assert texts(search(settings(2), "service-lost", 2), 2) == [
        "both units stop (1)",
        "one unit stops; any one of outside, inside: down or silent at the other unit (8)",
        "the failover link; any one of outside, inside: down or silent at either unit (8)",
        "any one of outside, inside: down or silent at both units (8)",
        "any one of outside, inside: down or silent at the primary; another: down or silent at the secondary (8)",
    ]


def test_any_two_of_one_unit_are_one_kind() -> None:
    """Policy 2 of 9: two dead ports of a standby make it fail; nobody takes over from the unit that dies then."""
    pair = attrs.evolve(MANY, policy=attrs.evolve(MANY.policy, count=2), options=attrs.evolve(
        MANY.options, failed_standby_takes_over=False))  # fmt: skip
    found = texts(search(pair, "no-active", 3, FEW), 3)
    assert found == ["one unit stops; any two of vlan1 to vlan9 (9): down at the other unit (72)"]


def test_single_things_of_different_groups_are_one_kind() -> None:
    ports = tuple(Port(name=name, group=group, monitored=name != "free") for name, group in
                  (("a", 0), ("b", 1), ("free", 1)))  # fmt: skip
    found = search(attrs.evolve(active_active(), ports=ports), "service-lost", 2, FEW)
    assert texts(found, 1) == ["free: down at either unit (2)"]
    assert "any one of a, b: down at both units (2)" in texts(found, 2)


def test_ports_and_the_interfaces_on_them_are_told_apart() -> None:
    found = texts(search(FIREPOWER, "service-lost", 2), 2)
    names = "OutsideC1, OutsideC2, InsideC1, InsideC2"
    assert "any one of Port-channel10, Port-channel20: down at both units (2)" in found
    assert (
        f"any one of {names}: silent at the primary and, on the same port, another: silent at the secondary (4)"
        in found
    )
    assert f"any one of {names}: silent at the primary; another: silent at the secondary (8)" in found


def test_elements_are_named() -> None:
    pair = figure("figure-13-2", ("outside", "inside")).laid(settings(2))
    found = search(pair, "dual-active", 1, Environment(faults=("power", "elements")))
    assert texts(found, 1) == ["switch-1 (1)", "switch-2 (1)", "inter-switch-link (1)"]


def test_elements_that_are_alike_are_one_kind() -> None:
    pair = figure("figure-13-3", ("outside", "inside")).laid(settings(2))
    found = search(pair, "service-lost", 2, Environment(faults=("power", "elements")))
    assert texts(found, 2) == [
        "both units stop (1)",
        "one unit stops; any one of outside, inside: cable broken at the other unit (4)",
        "switch-1, cable-1 or cable-2; any one of outside, inside: cable broken at either unit (12)",
        "any one of outside, inside: cable broken at both units (2)",
        "any one of outside, inside: cable broken at the primary; another: cable broken at the secondary (2)",
    ]


def test_elements_that_belong_together_are_told_from_those_that_do_not() -> None:
    pair = figure("figure-13-7", ("outside",)).laid(settings(1))
    found = search(pair, "dual-active", 3, Environment(faults=("elements",)))
    assert (
        "switch-3, cable-5 or cable-6; any one of cable-1, cable-3; elsewhere, any one of switch-1, switch-2 (6)"
        in texts(found, 3)
    )


def test_elements_that_differ_beside_something_in_common_are_alternatives() -> None:
    pair = figure("figure-13-5", ("outside",)).laid(settings(1))
    found = search(pair, "dual-active", 2, Environment(faults=("elements",)))
    assert texts(found, 1) == [], "and no set is joined with another of which it has nothing"
    (kind,) = joined_kinds(found, 2)
    assert len(kind.others) == 2 and kind.count == len(kind.others[0]) * len(kind.others[1]) == found.count_of(2)
    sets = {frozenset(each.names) for each in found.sets_of(2)}
    assert sets == {frozenset((one, other)) for one in kind.others[0] for other in kind.others[1]}


def test_what_is_alike_only_together_with_something_else_is_told_by_its_name() -> None:
    """Two cores can change places, but then all the cables at them do; they keep their names in the text."""
    ways = (("core-a",), ("core-b",))
    pair = Plan(name="two cores", failover=((),), data=ways).laid(settings(2))
    found = search(pair, "service-lost", 3, Environment(faults=("elements",)))
    assert texts(found, 2) == ["core-a; core-b (1)"]
    assert [kind.count for kind in found.kinds_of(3)] == [4, 4, 4, 4, 2, 2]
    for core, other in (("core-a", "core-b"), ("core-b", "core-a")):
        assert f"{core}; any one of outside, inside: cable to {other} broken at both units (2)" in texts(found, 3)
    at_unit = "cable to core-a broken and cable to core-b broken at the"
    both = f"any one of outside, inside: {at_unit} primary or {at_unit} secondary"
    assert f"cable-1; {both} (4)" in texts(found, 3)


@pytest.mark.slow
def test_what_does_not_occur_in_every_combination_stays_apart() -> None:
    """Without one of the ten ways to cut both paths, the rest is not told as a whole."""
    found = search(settings(2), "dual-active", 3)
    dropped = next(kind for kind in found.kinds if kind.example.names[1:] == (
        "interface_path_failed interface=outside", "interface_path_failed interface=inside"))  # fmt: skip
    found.kinds.remove(dropped)
    rest = texts(found, 3)
    assert len(rest) > 1 and not any(each.startswith("the failover link; each of") and "(15)" in each for each in rest)
    assert sum(kind.count for kind in joined_kinds(found, 3)) == 15


@pytest.mark.slow
@pytest.mark.parametrize("wanted", ["dual-active", "no-active", "service-lost"])
@pytest.mark.parametrize("pair", [settings(2), settings(2, policy=2), FIREPOWER])
def test_joining_keeps_the_number_of_sets(pair: Settings, wanted: str) -> None:
    found = search(pair, wanted, 2)
    for size in (1, 2):
        assert sum(kind.count for kind in joined_kinds(found, size)) == len(found.sets_of(size)) == found.count_of(size)


def test_a_kind_names_the_only_unit_that_it_concerns() -> None:
    found = search(settings(1), "no-active", 2)
    (both,) = found.kinds
    one = attrs.evolve(both.example, faults=both.example.faults[:1])
    found.kinds[:] = [CutSetKind(example=one, count=1)]
    assert texts(found, 1) == ["the primary stops (1)"]
