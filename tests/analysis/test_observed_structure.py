"""Pairs with one observed structure have one search, and pairs that differ in what a search asks have others."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import attrs
import numpy as np
import pytest

from failover_fsm import PairConfig
from failover_fsm.analysis.observed import property_of, rules_on_observations
from failover_fsm.analysis.observed_structure import observed_structure
from failover_fsm.analysis.verify import verify, verify_observed
from failover_fsm.checker.bitset.kept_trees import OPEN
from failover_fsm.checker.compiled import CompiledChecker
from failover_fsm.commands.ordinary_pairs import Described
from failover_fsm.model.places import explored_environment
from failover_fsm.model.scenario import Expected, Scenario
from failover_fsm.model.typed_model import model_of
from failover_fsm.pair.settings import Options
from failover_fsm.promises import chosen
from failover_fsm.topology import names_for_figures, read_topology
from tests.assessment.pairs import GROUPS, PAIR
from tests.assessment.pairs import SHARED as SHARED_PORT

DMZ = "interface GigabitEthernet0/5\n nameif dmz\n ip address 10.7.7.1 255.255.255.0 standby 10.7.7.2\n"
SHARED = "failover link folink GigabitEthernet0/2"
STATE = (
    "failover link statelink GigabitEthernet0/3\n"
    "failover interface ip statelink 172.16.0.5 255.255.255.252 standby 172.16.0.6"
)
MACS = "failover mac address GigabitEthernet0/0 0011.2233.4455 0011.2233.4466\n"


def scenario(text: str, **environment: Any) -> Scenario:
    """A pair as `check` explores it, with changes to its environment."""
    config = PairConfig.from_asa(text)
    found = attrs.evolve(explored_environment(config), **environment)
    return Scenario(title="x", config=config, environment=found)


def replaced(text: str, old: str, new: str) -> str:
    """The text with a part replaced, which it has."""
    assert old in text
    return text.replace(old, new)


def learned(pair: Scenario) -> tuple[Any, Any]:
    """What a search of all promises finds, and all that it learned but for the names in questions."""
    rules = rules_on_observations(model_of(pair.settings, pair.environment))
    promises = chosen(pair.environment, groups=bool(pair.settings.groups))
    search = CompiledChecker(rules, budget=1000).begin(*(property_of(each, rules) for each in promises))
    found = search.finish()
    content = search.learned()
    assert content is not None
    words, numbers = content[32:].split(b"\n", 1)
    kept = json.loads(words)
    queries = [(leaf, table) for leaf, _name, table in kept["queries"]]
    every = np.frombuffer(numbers, dtype="<i4").tolist()
    sizes = [size for _name, size in kept["slots"]] + [max(table) + 1 for _leaf, table in queries]
    constant = [name for name, _size in kept["slots"]].index("links.stateful")
    trees = [
        (name, tree(iter(every[begin:end]), sizes, constant), writes)
        for name, begin, end, _paths, writes in kept["trees"]
    ]
    return (found.digest, found.states, found.levels), (kept["slots"], queries, kept["results"], kept["looked"], trees)


def tree(numbers: Iterator[int], sizes: list[int], constant: int) -> Any:
    """A tree as nested tuples, without what it reads of a slot that has one value in all states that are reached."""
    number = next(numbers)
    if number < 0:
        return number
    children = tuple(tree(numbers, sizes, constant) for _ in range(sizes[number]))
    if number != constant:
        return number, children
    (only,) = (child for child in children if child != OPEN)
    return only


ALIKE = {
    "names, addresses, no stateful link": (PAIR, replaced(replaced(PAIR, STATE, ""), "outside", "internet")),
    "stateful link on the failover link": (PAIR, replaced(PAIR, STATE, SHARED)),
    "virtual MAC addresses for both": (PAIR, f"{PAIR}{MACS}"),
    "no service module": (PAIR, f"{PAIR}no monitor-interface service-module\n"),
    "an interface without a standby address": (PAIR, PAIR + replaced(DMZ, " standby 10.7.7.2", "")),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("name", ALIKE)
def test_one_structure_is_one_search(name: str) -> None:
    """Every path of every rule and promise that the search learns is the same, so every verdict is."""
    one, other = (scenario(text, faults=("power", "failover-link", "ports")) for text in ALIKE[name])
    assert observed_structure(one) == observed_structure(other) is not None
    assert learned(one) == learned(other)


@pytest.mark.slow
def test_one_structure_is_one_search_in_an_active_active_pair() -> None:
    changed = replaced(replaced(GROUPS, "preempt 60", "preempt 5"), "context admin\n", "context main\n")
    changed = replaced(replaced(changed, "machines", "robots"), STATE.partition("\n")[0].replace("0/3", "0/5"), "")
    changed = replaced(changed, "failover interface ip statelink 172.16.0.5 255.255.255.252 standby 172.16.0.6", "")
    one, other = (scenario(text, max_faults=0) for text in (GROUPS, changed))
    assert observed_structure(one) == observed_structure(other) is not None
    assert learned(one) == learned(other)


@pytest.mark.slow
@pytest.mark.parametrize("more", [Described(monitored=(7,)), Described(monitored=(2,), trunks=(3,))], ids=str)
def test_more_interfaces_with_the_same_observations_have_the_same_search(more: Described) -> None:
    """The order of observations may be another one, so that the trees are compared by what comes of them."""
    reports = [verify(pair.scenario()) for pair in (Described(monitored=(4,)), more)]
    assert observed_structure(Described(monitored=(4,)).scenario()) == observed_structure(more.scenario())
    one, other = (
        [report.result.levels, report.result.transitions, [each.word for each in report.answers]] for report in reports
    )
    assert one == other


@pytest.mark.slow
def test_where_conditions_are_few_the_verdicts_are_those_of_observations() -> None:
    pair = Described(monitored=(1,)).scenario()
    each, seen = verify(pair), verify_observed(pair)
    assert seen is not None and (each.observed, seen.observed, seen.fine, seen.in_full) == (False, True, False, ())
    assert [answer.word for answer in each.answers] == [answer.word for answer in seen.answers]
    assert each.never_possible == seen.never_possible


@pytest.mark.parametrize(
    "text, other",
    [
        (PAIR, PAIR + DMZ),
        (PAIR, replaced(PAIR, " standby 10.0.1.2", "")),
        (PAIR, f"{PAIR}no monitor-interface inside\n"),
        (PAIR, f"{PAIR}failover interface-policy 2\n"),
        (PAIR + DMZ, f"{PAIR}{DMZ}failover interface-policy 4\n"),
        (f"{PAIR}{DMZ}failover interface-policy 4\n", f"{PAIR}{DMZ}failover interface-policy 3\n"),
        (PAIR + DMZ, f"{PAIR}{SHARED_PORT}\nmonitor-interface dmz\n"),
        (GROUPS, replaced(GROUPS, " preempt 60\n", "")),
        (GROUPS, replaced(GROUPS, "group 2\n secondary", "group 2\n primary")),
        (GROUPS, replaced(GROUPS, " preempt 60\n", " preempt 60\n interface-policy 2\n")),
    ],
)
def test_what_a_search_asks_is_part_of_it(text: str, other: str) -> None:
    found = observed_structure(scenario(text)), observed_structure(scenario(other))
    assert None not in found and found[0] != found[1]


@pytest.mark.parametrize(
    "change",
    [
        {"max_faults": 3},
        {"operator": ("failover-active", "reset", "reload")},
        {"faults": ("power", "failover-link", "interfaces", "paths", "modules")},
        {"follow": ("sessions",)},
    ],
)
def test_the_environment_is_part_of_it(change: dict[str, Any]) -> None:
    assert observed_structure(scenario(PAIR + DMZ, **change)) != observed_structure(scenario(PAIR + DMZ))


def test_what_some_environments_read_counts_in_those() -> None:
    """The stateful link and the service module make no difference until they can fail, or connections are told."""
    shared = replaced(PAIR, STATE, SHARED)
    plain = f"{PAIR}no monitor-interface service-module\n"
    assert (
        observed_structure(scenario(PAIR))
        == observed_structure(scenario(shared))
        == observed_structure(scenario(plain))
    )
    for other, change in (
        (shared, {"follow": ("sessions",)}),
        (shared, {"faults": ("power", "stateful-link")}),
        (plain, {"faults": ("power", "modules")}),
    ):
        assert observed_structure(scenario(PAIR, **change)) != observed_structure(scenario(other, **change))


def test_the_options_and_the_promises_are_part_of_it() -> None:
    base = scenario(PAIR)
    for other in (attrs.evolve(base, options=Options(recovery="edge")), attrs.evolve(base, check=("converges",))):
        assert observed_structure(other) not in (None, observed_structure(base))


def test_what_is_not_searched_on_observations_has_none() -> None:
    base = scenario(PAIR)
    plan = read_topology("figure-13-3", names_for_figures(base.settings))
    for other in (
        attrs.evolve(base, topology=plan),
        attrs.evolve(base, expect=(("states", 5),)),
        attrs.evolve(base, options=Options(mate_is_healthier=True)),
        attrs.evolve(base, environment=attrs.evolve(base.environment, operator=("shutdown",))),
    ):
        assert observed_structure(other) is None
    expected = attrs.evolve(base, violated=(Expected(promise="converges", reason="a test"),))
    assert observed_structure(expected) == observed_structure(base)
