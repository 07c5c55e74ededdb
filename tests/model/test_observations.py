"""Observations beside a walk through every condition of the interfaces: none is missing, none is too coarse."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import attrs
import pytest

from failover_fsm.config.records.pair_config import InterfacePolicy
from failover_fsm.model.conditions import TooManyPorts, observations
from failover_fsm.model.observations import QUESTIONS, Known, Observed, least_failed, signature_of
from failover_fsm.model.pair_model import PairModel
from failover_fsm.model.search_environment import Environment
from failover_fsm.pair.health import carries_hellos, enough_failed, more_failed, ports_down
from failover_fsm.pair.ports import Carrier, is_up
from failover_fsm.pair.settings import GroupSettings, Port, Settings
from failover_fsm.pair.states import Interface
from failover_fsm.promises import health
from failover_fsm.records import UnknownAnswer, ask
from tests.pairs import PRIMARY, SECONDARY, UNITS
from tests.patience import PATIENT

Condition = tuple[Interface, ...]
EVERY = ("interfaces", "paths")


def pair(count: int, policy: InterfacePolicy | None = None, **changes: Any) -> Settings:
    """A pair with so many monitored interfaces."""
    ports = tuple(Port(name=f"port{number}") for number in range(count))
    return Settings(ports=ports, policy=policy or InterfacePolicy(), **changes)


def groups(*counts: int) -> Settings:
    """An Active/Active pair with so many interfaces in each group; the second one takes two failures."""
    ports = tuple(Port(name=f"{group}-{n}", group=group) for group, count in enumerate(counts) for n in range(count))
    policies = (InterfacePolicy(), InterfacePolicy(count=2))
    both = zip(UNITS, policies, strict=True)
    return Settings(ports=ports, groups=tuple(GroupSettings(preferred=unit, policy=policy) for unit, policy in both))


def trunk(*sizes: int, **roles: Any) -> Settings:
    """Ports that carry so many interfaces each; the first one carries a link too if `roles` say so."""
    ports = tuple(Port(name=f"port{number}") for number in range(sum(sizes)))
    carriers, begin = [], 0
    for number, size in enumerate(sizes):
        positions = tuple(range(begin, begin + size))
        carriers.append(Carrier(name=f"Ethernet{number}", interfaces=positions, **(roles if not number else {})))
        begin += size
    return Settings(ports=ports, policy=InterfacePolicy(count=2), carriers=tuple(carriers))


def over_two_ports() -> Settings:
    """An interface that runs over both ports of two others."""
    ports = tuple(Port(name=name) for name in ("a", "b", "bridge"))
    carriers = tuple(Carrier(name=f"Ethernet{n}", interfaces=(n,), partly=(2,)) for n in (0, 1))
    return Settings(ports=ports, carriers=carriers)


HALF = InterfacePolicy(percent=50, count=None)
UNWATCHED = (Port(name="a"), Port(name="b"), Port(name="c", monitored=False), Port(name="d", addressed=False))

PAIRS: dict[str, Settings] = {
    **{f"{n} interfaces": pair(n) for n in (0, 1, 2, 3, 4)},
    **{f"{n} interfaces, policy 2": pair(n, InterfacePolicy(count=2)) for n in (1, 2, 3, 4)},
    "4 interfaces, policy 3": pair(4, InterfacePolicy(count=3)),
    "3 interfaces, 50%": pair(3, HALF),
    "unmonitored": attrs.evolve(pair(0), ports=UNWATCHED),
    "two groups": groups(1, 1),
    "two groups, one and two": groups(1, 2),
    "trunk of two": trunk(2),
    "two trunks": trunk(2, 2),
    "two trunks of two sizes": trunk(1, 2),
    "trunk with the failover link": trunk(2, failover=True),
    "trunk with the stateful link": trunk(2, stateful=True),
    "over two ports": over_two_ports(),
}
FAULTS = {
    "every kind": EVERY, "ports": ("ports",), "traffic": ("traffic",), "paths": ("paths",),
    "no traffic": ("ports", "paths"),
}  # fmt: skip


def walked(model: PairModel) -> list[Condition]:
    """Every condition that single faults and repairs lead to, within the bound."""
    found = [model.initial_states()[0].interfaces]
    seen = dict.fromkeys(found)
    bound = model.environment.max_faults
    for interfaces in found:
        for _, after, _ in model.interface_steps(interfaces):
            if after not in seen and (bound is None or model.broken(after) <= bound):
                seen[after] = None
                found.append(after)
    return found


def questions(settings: Settings) -> Iterator[tuple[Callable[..., Any], tuple[Any, ...]]]:
    """Every question that rules and promises may put to the interfaces, and some that they may not."""
    counted = [settings.counted_in(group) for group in range(settings.group_count)]
    for carries in (carries_hellos, health.connected):
        yield from ((carries, (places, unit)) for places in (settings.counted, settings.probed) for unit in UNITS)
    yield from ((is_up, (places,)) for places in (settings.together.failover, settings.together.stateful))
    yield health.all_receive, ()
    for group, places in enumerate(counted):
        least = least_failed(settings, group)
        for unit in UNITS:
            for silent in ((), places):
                for number in (least, least + 1):
                    yield from ((enough, (places, silent, unit, number)) for enough in (enough_failed, health.in_need))
                for of_peer in ((), places):
                    both = (places, silent), (places, of_peer), unit
                    yield from ((more, both) for more in (more_failed, health.worse))


def compare(settings: Settings, environment: Environment, *, fine: bool) -> tuple[int, int]:
    """The number of answers that were compared, and of questions that were refused; all as a walk has them."""
    model = PairModel(settings, environment)
    every = observations(model, health.QUESTIONS, fine=fine)
    assert every[0].condition == model.initial_states()[0].interfaces and every[0].cost == 0
    costs: dict[Any, int] = {}
    of_signature = {each.signature: each for each in every}
    answers = refused = 0
    asked = list(dict.fromkeys(questions(settings)))
    for interfaces in walked(model):
        signature = signature_of(settings, interfaces, fine=fine)
        costs[signature] = min(costs.get(signature, 1000), model.broken(interfaces))
        for question, details in asked:
            try:
                known = of_signature[signature].answer(question, details)
            except UnknownAnswer:
                refused += 1
                continue
            answers += 1
            assert known == question(interfaces, *details), (question, details, interfaces)
    assert {each.signature: each.cost for each in every} == costs
    for each in every:
        assert signature_of(settings, each.condition, fine=fine) == each.signature
        assert model.broken(each.condition) == each.cost
    return answers, refused


"""Otherwise the pairs with thousands of conditions are left out, but for one."""

SMALL = ("0 interfaces", "1 interfaces", "1 interfaces, policy 2", "2 interfaces", "two groups", "trunk of two")


def cases() -> list[Any]:
    """Pairs, faults and bounds; every kind of fault without a bound for small pairs, and for one that is not."""
    found = []
    for (name, settings), (word, faults), bound in product(PAIRS.items(), FAULTS.items(), (None, 2)):
        small = PATIENT or bound is not None or word != "every kind" or name in (*SMALL, "3 interfaces, policy 2")
        if small and (PATIENT or word != "no traffic"):
            environment = Environment(faults=faults, operator=(), max_faults=bound)
            found.append(pytest.param(settings, environment, id=f"{name}, {word}, {bound}"))
    return found


@pytest.mark.slow
@pytest.mark.parametrize(("settings", "environment"), cases())
def test_observations_are_those_of_every_condition_and_answer_for_all_of_them(
    settings: Settings, environment: Environment
) -> None:
    """So the steps of the units and the formulas of promises, which ask nothing else, are the same for all of them."""
    answers, _ = compare(settings, environment, fine=False)
    finer, _ = compare(settings, environment, fine=True)
    assert finer >= answers > 0


def test_a_comparison_that_is_not_observed_is_refused() -> None:
    _, refused = compare(pair(2), Environment(faults=EVERY, operator=()), fine=False)
    assert refused > 0


def test_an_observation_that_is_too_coarse_is_found(monkeypatch: Any) -> None:
    """Without the comparison in which only one unit hears."""

    def coarse(answers: Any, unit: int, counts: tuple[int, int, int, int], *, fine: bool) -> tuple[bool, ...]:
        if not answers[unit]:
            return ()
        (own, silent), (peer, of_peer) = (counts[2 * each : 2 * each + 2] for each in (unit, 1 - unit))
        return (own + silent > peer + of_peer,)

    monkeypatch.setattr("failover_fsm.model.observations.compared", coarse)
    with pytest.raises((AssertionError, KeyError)):
        compare(pair(3), Environment(faults=EVERY, operator=(), max_faults=4), fine=False)


def test_what_is_not_observed_is_refused() -> None:
    (good, *_) = observations(PairModel(pair(2), Environment(faults=EVERY, operator=())))
    value: Any = good
    for question, details in ((ports_down, ((0, 1), PRIMARY)), (carries_hellos, ((0,), PRIMARY)), (lambda _: True, ())):
        with pytest.raises(UnknownAnswer):
            ask(value, question, *details)
    with pytest.raises(UnknownAnswer):
        value[0]
    with pytest.raises(UnknownAnswer):
        list(value)


@pytest.mark.slow
@pytest.mark.parametrize("count", [20, 250])
@pytest.mark.parametrize("policy", [InterfacePolicy(), InterfacePolicy(count=2), HALF], ids=str)
def test_the_number_of_interfaces_does_not_matter(count: int, policy: InterfacePolicy) -> None:
    """There are no more observations of many interfaces than of eight with a policy of 3, whatever the policy."""
    environment = Environment(faults=EVERY, operator=())
    many = observations(PairModel(pair(count, policy), environment))
    few = observations(PairModel(pair(8, InterfacePolicy(count=min(policy.least(count) or 1, 3))), environment))
    assert {each.signature for each in many} == {each.signature for each in few}


def test_too_many_ports_are_refused() -> None:
    with pytest.raises(TooManyPorts, match="ways"):
        observations(PairModel(trunk(*range(2, 9)), Environment(faults=("ports",), operator=())))


def test_an_observation_knows_its_questions() -> None:
    known = Known(pair(1), {**QUESTIONS}, fine=False)
    observed = Observed(
        number=0, signature=signature_of(pair(1), (Interface(),)), condition=(Interface(),), cost=0, known=known
    )
    assert observed.answer(carries_hellos, ((0,), SECONDARY)) is True
    with pytest.raises(UnknownAnswer, match="all_receive of interfaces is not observed"):
        observed.answer(health.all_receive, ())
