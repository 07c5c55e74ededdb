"""A search on observations beside the search of every condition: the same edges, verdicts, and runs that replay."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import attrs
import pytest

from failover_fsm.analysis import verify as of_verify
from failover_fsm.analysis.model_file import read_model
from failover_fsm.analysis.observed import (
    ObservedSearch,
    explored_plainly,
    property_of,
    searched,
    taken_in,
    why_in_full,
)
from failover_fsm.analysis.verify import Report, verify
from failover_fsm.checker import Verdict
from failover_fsm.checker.compiled import CompiledChecker
from failover_fsm.checker.rules.rule_model import PlainModel
from failover_fsm.model.core_steps import Core, core_of
from failover_fsm.model.observations import Signature, signature_of
from failover_fsm.model.observed_rules import JUMPS, InterfacesBreak, InterfacesRestored, ObservedRules
from failover_fsm.model.observed_runs import concrete
from failover_fsm.model.pair_model import PairModel
from failover_fsm.model.pair_rules import PairRules
from failover_fsm.model.scenario import Scenario
from failover_fsm.model.search_environment import Environment
from failover_fsm.pair import events as e
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import State
from failover_fsm.promises import BY_ID, PROMISES, Promise, as_property, chosen
from failover_fsm.promises.health import QUESTIONS
from failover_fsm.testing.pair.mutants import Mutant, in_force, mutants
from tests.model.test_observations import groups, over_two_ports, pair, trunk
from tests.model.test_ports import of_ports
from tests.pairs import PRIMARY
from tests.patience import PATIENT

MODELS = Path(__file__).parents[2] / "models"
QUICK = ("findings/recovery-by-edge.toml", "findings/commands-lost-in-a-split-brain.toml")
EVERY = ("interfaces", "paths")

Place = tuple[Core, Signature]
Edges = set[tuple[Place, e.Event | None, Place]]


# -- edges -------------------------------------------------------------------------------------------


def in_full(model: PairModel) -> tuple[Edges, Edges]:
    """The steps of units and links, and those of interfaces, with conditions reduced to what is observed."""

    def place(state: State) -> Place:
        return core_of(state), signature_of(model.settings, state.interfaces)

    units: Edges = set()
    interfaces: Edges = set()
    waiting = list(model.initial_states())
    seen = set(waiting)
    while waiting:
        state = waiting.pop()
        for event, after in model.successors(state):
            if isinstance(event, e.AtInterface | e.AtPort):
                interfaces.add((place(state), None, place(after)))
            else:
                units.add((place(state), event, place(after)))
            if after not in seen:
                seen.add(after)
                waiting.append(after)
    return units, interfaces


def on_observations(rules: ObservedRules) -> tuple[Edges, Edges]:
    """The steps of units and links, and the jumps."""

    def place(state: Any) -> Place:
        return core_of(state), state.interfaces.signature

    plain = PlainModel(rules)
    units: Edges = set()
    jumps: Edges = set()
    waiting = list(plain.initial_states())
    seen = set(waiting)
    while waiting:
        state = waiting.pop()
        for event in plain.events(state):
            after = plain.step(state, event)
            if after is None:
                continue
            found = jumps if isinstance(event, JUMPS) else units
            found.add((place(state), None if isinstance(event, JUMPS) else event, place(after)))  # type: ignore[arg-type]
            if after not in seen:
                seen.add(after)
                waiting.append(after)
    return units, jumps


def only(*faults: str, bound: int | None) -> Environment:
    """Faults, and no command: each multiplies the states, and here nothing is compiled."""
    return Environment(faults=faults, operator=(), max_faults=bound)


GRAPHS: dict[str, tuple[Settings, Environment]] = {
    "one interface": (pair(1), only("failover-link", "traffic", bound=1)),
    "two interfaces": (pair(2), only("traffic", bound=2)),
    "trunk with the link": (trunk(2, failover=True), only("ports", bound=1)),
}
LARGE = {
    "two groups": (groups(1, 1), only("ports", bound=1)),
    "one interface, everything": (pair(1), only("power", "failover-link", *EVERY, bound=None)),
    "two interfaces, two faults": (pair(2), only("failover-link", *EVERY, bound=2)),
    "three interfaces, three faults": (pair(3), only("ports", "traffic", "failover-link", bound=3)),
    "over two ports": (over_two_ports(), only("failover-link", "ports", bound=None)),
    "trunk, every way": (trunk(2, failover=True), only("ports", "traffic", bound=None)),
    "two groups, two faults": (groups(1, 2), only("failover-link", "ports", bound=2)),
}
if PATIENT:
    GRAPHS |= LARGE


@pytest.mark.slow
@pytest.mark.parametrize(("settings", "environment"), GRAPHS.values(), ids=GRAPHS)
def test_the_same_steps_lead_to_the_same_places(settings: Settings, environment: Environment) -> None:
    """Not only are the same places reached: the same events lead from each to each, and jumps are ways of faults."""
    model = PairModel(settings, environment)
    units, interfaces = in_full(model)
    same, jumps = on_observations(ObservedRules(PairModel(settings, environment), QUESTIONS))
    assert units == same
    ways = {(before, after) for before, _, after in jumps}
    two = {(before, last) for before, middle in ways for first, last in ways if middle == first}
    stays = {(place, place) for before, _, after in jumps for place in (before, after)}
    assert {(before, after) for before, _, after in interfaces} <= ways | two | stays
    reached = {place for before, _, after in interfaces for place in (before, after)}
    assert reached == {place for way in ways for place in way}


# -- verdicts ----------------------------------------------------------------------------------------


def on_both(scenario: Scenario, monkeypatch: Any) -> tuple[Report, Report]:
    """The report on observations, and that of every condition."""
    bare = attrs.evolve(scenario, expect=())
    reports = []
    for reason in ("", "every condition is wanted"):
        monkeypatch.setattr(of_verify, "why_in_full", lambda _, reason=reason: reason)
        reports.append(verify(bare, engine="compiled"))
    return reports[0], reports[1]


def shipped() -> Iterator[Any]:
    for path in sorted([*MODELS.glob("*.toml"), *MODELS.glob("findings/*.toml"), *MODELS.glob("incidents/*.toml")]):
        name = str(path.relative_to(MODELS))
        if PATIENT or name in QUICK:
            yield pytest.param(path, id=name)


@pytest.mark.slow
@pytest.mark.parametrize("path", list(shipped()))
def test_shipped_models_get_the_same_verdicts(path: Path, monkeypatch: Any) -> None:
    scenario = read_model(path)
    if (why := why_in_full(attrs.evolve(scenario, expect=()))) and "few" not in why:
        pytest.skip(why)
    observed, full = on_both(scenario, monkeypatch)
    assert observed.observed and not full.observed and not observed.in_full
    assert [(each.promise.id, each.verdict, each.vacuous) for each in observed.answers] == [
        (each.promise.id, each.verdict, each.vacuous) for each in full.answers
    ]
    assert observed.never_possible == full.never_possible


def broken_promises() -> tuple[Promise, ...]:
    """Claims that say of every premise that it never comes, never stays, or is left by itself."""
    found = []
    for promise in PROMISES:
        premise = promise.premise
        if premise is None or promise.pairs == "active-active" or promise.lemma:
            continue
        kept = attrs.evolve(promise, needs=(), unless=(), least_faults=0)
        if promise.kind == "step":
            found.append(attrs.evolve(kept, holds=lambda b, v, a, test=premise: not test(b, v, a)))
            continue
        for kind in ("always", "when-settled", "can-recover", "leads-to"):

            def holds(obs: Any, test: Any = premise) -> bool:
                return not test(obs)

            found.append(attrs.evolve(kept, id=f"{promise.id}/{kind}", kind=kind, holds=holds))
    return tuple(found)


@pytest.mark.slow
def test_broken_promises_are_violated_on_both_sides_and_their_runs_replay() -> None:
    environment = only("power", "failover-link", "interfaces", bound=2)
    model = PairModel(pair(2), environment)
    claims = broken_promises()
    scenario = _scenario(environment)
    search = searched(scenario, model, claims, _compiled)
    assert isinstance(search, ObservedSearch) and not search.left
    rules = PairRules(PairModel(pair(2), environment))
    full = CompiledChecker(rules, budget=1000).verify(*(as_property(claim, rules.observers) for claim in claims))
    verdicts = {claim.id: search.result.finding(claim.id).verdict for claim in claims}
    assert verdicts == {claim.id: full.finding(claim.id).verdict for claim in claims}
    violated = [claim for claim in claims if verdicts[claim.id] is Verdict.VIOLATED]
    assert len(violated) > 25
    for claim in violated:  # `concrete` compares the run with its replay
        run = search.run_of(claim, search.result.finding(claim.id))
        assert run.steps and not any(isinstance(step.event, JUMPS) for step in run.steps)
        end = model.canonical(run.steps[-1].after)
        if claim.kind in ("always", "when-settled"):
            assert not claim.is_kept([(each,) for each in model.observers(end)])


def wrong_tables() -> list[Mutant]:
    """Mutants of the rows that look at interfaces: some of them, or all."""
    looking = (e.InterfacesChecked, e.PeerAnsweredOnData, e.HoldTimeExpired)
    every = [mutant for mutant in mutants() if mutant.table == "group" and mutant.row.event in looking]
    return every if PATIENT else every[3:4]


@pytest.mark.slow
@pytest.mark.parametrize("mutant", wrong_tables(), ids=lambda mutant: mutant.name)
def test_wrong_tables_break_the_same_promises_on_both_sides(mutant: Mutant) -> None:
    """One that counts wrongly asks what is not observed, and is refused: it goes to the search of every condition."""
    environment = only("failover-link", "ports", bound=2)
    promises = chosen(environment, groups=False)
    with in_force(mutant):
        search = searched(_scenario(environment), PairModel(pair(1), environment), promises, _compiled)
        if isinstance(search, str):
            assert mutant.kind == "threshold off by one"
            return
        rules = PairRules(PairModel(pair(1), environment))
        full = _compiled(rules, [as_property(promise, rules.observers) for promise in promises])
    assert [(each.name, each.verdict, each.vacuous) for each in search.result.findings] == [
        (each.name, each.verdict, each.vacuous) for each in full.findings if each.name not in search.left
    ]


def _scenario(environment: Environment) -> Scenario:
    scenario = read_model(MODELS / "active-standby.toml")
    return attrs.evolve(scenario, environment=environment, expect=(), check=None)


# -- runs --------------------------------------------------------------------------------------------

RUNS = {
    "three interfaces, policy 2": (pair(3), Environment(max_faults=None)),
    "three interfaces, two faults": (pair(3), Environment(max_faults=2)),
    "forty interfaces": (pair(40), Environment(max_faults=None)),
    "two trunks with the link": (trunk(2, 3, failover=True), Environment(faults=("ports", "traffic", "paths"))),
    "over two ports": (over_two_ports(), Environment(faults=("failover-link", "ports", "traffic"))),
    "two groups": (groups(2, 1), Environment(faults=("power", "failover-link", "ports"), max_faults=3)),
}


@pytest.mark.slow
@pytest.mark.parametrize(("settings", "environment"), RUNS.values(), ids=RUNS)
def test_every_run_replays_with_named_events(settings: Settings, environment: Environment) -> None:
    """`concrete` raises where units, links, observations or the bound are not as in the run on observations."""
    rules = ObservedRules(PairModel(settings, environment), QUESTIONS)
    plain, chance = PlainModel(rules), Random(4)
    for _ in range(4):
        (state,) = plain.initial_states()
        events: list[Any] = []
        for _ in range(25):
            ways = [(event, after) for event in plain.events(state) if (after := plain.step(state, event)) is not None]
            jumps = [way for way in ways if isinstance(way[0], JUMPS)]
            event, state = chance.choice(jumps if jumps and chance.random() < 0.3 else ways)
            events.append(event)
        run = concrete(rules, events)
        assert [step.event for step in run.steps if not isinstance(step.event, e.AtInterface | e.AtPort)] == [
            event for event in events if not isinstance(event, JUMPS)
        ]


def test_a_run_that_is_not_what_its_named_events_do_is_not_shown(monkeypatch: Any) -> None:
    """The seeded fault: named events that lead to another condition than the one of the run."""
    rules = ObservedRules(PairModel(pair(2), Environment(faults=("ports",), operator=())), QUESTIONS)
    events: list[Any] = [InterfacesBreak(to=1), InterfacesRestored(), InterfacesBreak(to=2)]
    assert concrete(rules, events).places == (0, 0, 0, len(concrete(rules, events).steps))
    monkeypatch.setattr("failover_fsm.model.observed_walks._nearest", lambda model, now, goal: now)
    with pytest.raises(RuntimeError, match="not what its named events do"):
        concrete(rules, events)


# -- which search ------------------------------------------------------------------------------------


def test_pinned_numbers_and_few_conditions_keep_the_search_of_every_condition() -> None:
    scenario = read_model(MODELS / "active-standby.toml")
    assert "pinned" in why_in_full(scenario)
    few = attrs.evolve(scenario, expect=(), environment=Environment(max_faults=2))
    assert "few" in why_in_full(few)
    three = attrs.evolve(scenario, expect=(), config=of_ports(3, "1"))
    assert why_in_full(attrs.evolve(three, environment=Environment(max_faults=None))) == ""


@pytest.mark.slow
def test_a_promise_that_asks_for_more_is_searched_in_full_and_the_others_are_not(monkeypatch: Any) -> None:
    def first_port_works(obs: Any) -> bool:
        return obs.state.interfaces[0].primary.value == "good"

    asks_more = attrs.evolve(BY_ID["always-someone-active"], id="first-port", kind="always", holds=first_port_works,
                             premise=None)  # fmt: skip
    other = BY_ID["split-brain-recovers"]
    monkeypatch.setattr(of_verify, "chosen", lambda *_, **__: (asks_more, other))
    environment = Environment(faults=("ports",), operator=(), max_faults=None)
    scenario = attrs.evolve(read_model(MODELS / "active-standby.toml"), expect=(), environment=environment)
    monkeypatch.setattr(of_verify, "why_in_full", lambda _: "")
    for engine in ("plain", "compiled"):
        report = verify(scenario, engine=engine)
        assert report.observed and [name for name, _ in report.in_full] == ["first-port"]
        assert report.answer("first-port").verdict is Verdict.VIOLATED
        assert report.answer("split-brain-recovers").verdict is Verdict.HOLDS
        assert "searched_in_full" in report.to_dict()


def test_a_rule_that_asks_for_more_is_never_judged_on_observations(monkeypatch: Any) -> None:
    from failover_fsm.pair import health

    monkeypatch.setattr(health, "enough_failed", lambda *details: health.ports_down(*details[:2], details[3]) > 0)
    environment = Environment(faults=("ports",), operator=(), max_faults=None)
    search = searched(_scenario(environment), PairModel(pair(2), environment), (BY_ID["converges"],), _compiled)
    assert isinstance(search, str) and "more than is observed" in search


def _compiled(rules: PairRules, properties: Any) -> Any:
    return CompiledChecker(rules, budget=1000).verify(*properties)


@pytest.mark.slow
def test_a_jump_tells_nothing_of_the_interfaces_around_it() -> None:
    """A formula of every event that looks at interfaces is not asked of jumps, which stand for several steps."""

    def hears(before: Any, event: Any, after: Any) -> bool:
        return after.hears(PRIMARY) or True

    curious = attrs.evolve(BY_ID["active-unit-keeps-its-commands"], id="curious", premise=None, holds=hears)
    environment = Environment(faults=("ports", "failover-link"), operator=(), max_faults=None)
    model = PairModel(pair(2), environment)
    search = searched(_scenario(environment), model, (curious, BY_ID["converges"]), _compiled)
    assert isinstance(search, ObservedSearch) and list(search.left) == ["curious"]
    assert search.result.finding("converges").verdict is Verdict.HOLDS


@pytest.mark.slow
def test_both_engines_agree_on_observations() -> None:
    environment = only("ports", bound=1)
    pair_of = _scenario(environment)
    promises = (BY_ID["converges"], BY_ID["always-recoverable"], BY_ID["interface-failure-fails-over"])
    results = []
    for run in (explored_plainly({}), _compiled):
        search = searched(pair_of, PairModel(pair(2), environment), promises, run)
        assert isinstance(search, ObservedSearch)
        results.append(search)
    plain, compiled = results
    assert (plain.result.states, plain.result.transitions, plain.result.depth, plain.result.digest) == (
        compiled.result.states, compiled.result.transitions, compiled.result.depth, compiled.result.digest,
    )  # fmt: skip
    assert taken_in(pair_of, plain.result) == taken_in(pair_of, compiled.result)
    assert property_of(promises[0], plain.rules).name == "converges"
