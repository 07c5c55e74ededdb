"""Verification of a scenario: explores it, checks its promises, and reports the verdict."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Literal

import attrs

from failover_fsm.analysis import explorers
from failover_fsm.analysis.observed import RulesOfObservations, explored_plainly, searched, taken_in, why_in_full
from failover_fsm.checker import Finding, Progress, Property, Result, Verdict
from failover_fsm.checker.core.limits import check_numbers, warn_of_workers
from failover_fsm.checker.explicit.explore import not_searched
from failover_fsm.config.records.pair_config import PairConfig
from failover_fsm.config.values.errors import ConfigError
from failover_fsm.config.values.suggestions import nearest
from failover_fsm.model.observed_runs import ConcreteRun
from failover_fsm.model.pair_model import PairModel
from failover_fsm.model.places import explored_environment, placed_events
from failover_fsm.model.scenario import Scenario
from failover_fsm.model.typed_model import model_of
from failover_fsm.model.wired_model import WiredModel
from failover_fsm.model.wired_rules import has_few_wirings
from failover_fsm.pair import events as e
from failover_fsm.pair.obstacle_kinds import SYNC_FAILS
from failover_fsm.pair.states import State
from failover_fsm.promises import Promise, as_property, breaking_group, chosen
from failover_fsm.services.machine import MachinePromise

if TYPE_CHECKING:
    from failover_fsm.analysis.saving_model import SavingModel
    from failover_fsm.analysis.session_model import SessionModel
    from failover_fsm.checker.sliced import Part
from failover_fsm.analysis.report import Answer, Report

__all__ = ["ENGINES", "Answer", "Report", "check", "verify", "verify_observed"]

ENGINES = ("auto", "plain", "compiled")
"""Which explorer searches: the plain one, the compiled one, or first one and then the other."""

PLAIN_WIRED = 50_000
"""States at which the plain explorer gives up on a pair with a topology, where no other limit is given."""


def verify(
    scenario: Scenario,
    *,
    engine: str = "auto",
    max_states: int | None = None,
    time_limit: float | None = None,
    clock: Callable[[], float] | None = None,
    progress: Callable[[Progress], object] | None = None,
    costs: bool = False,
    sliced: bool = False,
    tables: explorers.Tables | None = None,
    cluster: explorers.Cluster | None = None,
    **long_run: Any,
) -> Report:
    """Explores the scenario and checks its promises.

    A pair with command lines or a machine beside it is always explored by the plain explorer, and so is one with a
    topology that `can_be_compiled` refuses: without a limit, up to PLAIN_WIRED states.

    Args:
        scenario: The scenario.
        engine: One of ENGINES; both explorers give the same report except for the seconds.
        max_states: The number of stored states at which to give up as undecided.
        time_limit: The seconds after which to give up as undecided; needs `clock`.
        clock: A function that returns seconds.
        progress: Called now and then with the progress of the search.
        costs: True to compute by how much each field multiplies the number of states.
        sliced: True to search each promise without the fields that it does not depend on (`checker.sliced`), on the
            compiled explorer.
        tables: Keeps what the compiled explorer learns of the pair from search to search.
        cluster: Processes that search together, each condition of the interfaces by itself; promises that ask for the
            whole graph stay undecided. Only the limits above go with it.
        long_run: The arguments `memory`, `store`, `save_every`, `resume` and `spill` of
            `CompiledChecker.verify`. Any of them, and `costs`, selects the compiled explorer.

    Raises:
        KeyError: If the scenario names an unknown promise.
        TypeError: If it is no Scenario.
        ValueError: If the engine is unknown, or the pair has to be explored by one that no cluster has a part in.

    Errors of the cluster pass unchanged.
    """
    if not isinstance(scenario, Scenario):
        raise TypeError(f"verify: a Scenario is needed, not {type(scenario).__name__}; for a configuration, `check`")
    check_numbers(max_states=max_states)
    if engine not in ENGINES:
        raise ValueError(f"there is no engine {engine!r}{nearest(engine, ENGINES)}; allowed: {', '.join(ENGINES)}")
    if long_run.pop("workers", None) is not None:
        warn_of_workers(2)
    limits = {"max_states": max_states, "time_limit": time_limit, "clock": clock, "progress": progress}
    if scenario.beside:
        return _with_machine(scenario, limits)
    settings = scenario.settings
    promises = chosen(scenario.environment, scenario.check, groups=bool(settings.groups))
    model = model_of(settings, scenario.environment)
    each_condition = has_each_condition(model)
    alone = engine == "plain" or bool(scenario.environment.lines) or not each_condition
    begun = {"begun": clock()} if clock is not None else {}
    of_states = {"costs": costs, "sliced": sliced, "cluster": cluster}
    of_states |= {name: long_run.get(name) for name in ("store", "resume")}
    if cluster is not None and alone:
        raise ValueError("only what the compiled explorer takes, each condition by itself, is searched by a cluster")
    if not (each_condition and any(of_states.values())) and not why_in_full(scenario):
        options = {**limits, **begun, "costs": costs, "tables": tables, **long_run}
        found = _on_observations(scenario, model, promises, engine, options, sliced=sliced)
        if found is not None:
            return found
    if not each_condition and max_states is None and time_limit is None:
        limits["max_states"] = PLAIN_WIRED
    result: Result[State, e.Event] | None = None
    parts: tuple[Part, ...] = ()
    if cluster is not None:
        result = explorers.divided(scenario, cluster, {**limits, **begun})
    elif sliced and promises:
        parts, result = explorers.sliced(model, promises, {**limits, **begun, **long_run})
    elif alone or (engine == "auto" and not (long_run or costs or _is_large(scenario))):
        result = explorers.plain(model, promises, limits, most=None if alone else explorers.PLAIN_STATES)
    if result is None:
        result = explorers.compiled(model, promises, {**limits, **begun, "costs": costs, "tables": tables, **long_run})
    expected = {item.promise: item.reason for item in scenario.violated}
    answers = tuple(
        _answer(model, promise, result.finding(promise.id), expected.get(promise.id, "")) for promise in promises
    )
    report = Report(scenario=scenario, answers=answers, result=result, never_possible=(), slices=parts)
    whole = report.of_whole_pair
    if whole is None or not whole.complete:
        return attrs.evolve(report, never_possible=None if whole is None else ())
    seen = model.events_seen() | {type(event) for event in whole.taken}
    return attrs.evolve(report, never_possible=tuple(_never(seen, scenario)), wrong_pins=tuple(_pins(scenario, whole)))


def verify_observed(scenario: Scenario) -> Report | None:
    """The report of a search on observations, also where few conditions are possible; None if it cannot be made.

    Args:
        scenario: A pair without a topology, command lines or pinned numbers.
    """
    promises = chosen(scenario.environment, scenario.check, groups=bool(scenario.settings.groups))
    options = {"max_states": None, "time_limit": None, "clock": None, "progress": None}
    model = model_of(scenario.settings, scenario.environment)
    return _on_observations(scenario, model, promises, "compiled", options, sliced=False)


def has_each_condition(model: PairModel) -> bool:
    """Whether the compiled explorer can give each condition of the interfaces, or wiring, states of its own."""
    return not isinstance(model, WiredModel) or model.settings.topology is None or has_few_wirings(model)


def can_be_compiled(scenario: Scenario) -> bool:
    """Whether the compiled explorer takes the pair, with each condition of its interfaces or on observations."""
    if scenario.environment.lines:
        return False
    return has_each_condition(model_of(scenario.settings, scenario.environment)) or not why_in_full(scenario)


def _with_machine(scenario: Scenario, limits: dict[str, Any]) -> Report:
    """The report on a pair with a machine beside it."""
    from failover_fsm.analysis.session_model import beside_search  # most pairs have no machine beside them

    model, promises, result = beside_search(scenario, limits)
    expected = {item.promise: item.reason for item in scenario.violated}
    answers = tuple(
        _answer(model, promise, result.finding(promise.id), expected.get(promise.id, "")) for promise in promises
    )
    pins = tuple(_pins(scenario, result)) if result.complete else ()
    return Report(scenario=scenario, answers=answers, result=result, never_possible=(), wrong_pins=pins)


def _is_large(scenario: Scenario) -> bool:
    """Whether the scenario says that it has more states than the plain explorer is for; a wrong pin costs time only."""
    return dict(scenario.expect).get("states", 0) > explorers.PLAIN_STATES


def _on_observations(
    scenario: Scenario,
    model: PairModel,
    promises: Sequence[Promise],
    engine: str,
    options: dict[str, Any],
    *,
    sliced: bool,
) -> Report | None:
    """The report of a search on observations; None where that cannot be made.

    Promises that ask for more than is observed are searched with every condition of the interfaces afterwards.
    """

    parts: tuple[Part, ...] = ()

    def compiled(rules: RulesOfObservations, properties: Sequence[Property]) -> Result[State, e.Event]:
        nonlocal parts
        if not sliced or not properties:
            return explorers.by_compiled(lambda check: (rules, properties), rules.plain, properties, options)
        of_slices = {name: value for name, value in options.items() if name not in ("costs", "tables")}
        parts, result = explorers.by_slices(lambda check: (rules, properties), rules.plain, properties, of_slices)
        return result

    limits = {name: options[name] for name in ("max_states", "time_limit", "clock", "progress")}
    most = options["max_states"]
    few = engine == "auto" and most is not None and most <= explorers.PLAIN_STATES
    run = explored_plainly(limits) if few or engine == "plain" else compiled
    search = searched(scenario, model, promises, run)
    if isinstance(search, str):
        return None
    others = [promise for promise in promises if promise.id in search.left]
    rest = _in_full(model, others, options) if others else None
    expected = {item.promise: item.reason for item in scenario.violated}
    answers = []
    for promise in promises:
        reason = expected.get(promise.id, "")
        if rest is not None and promise.id in search.left:
            answers.append(_answer(model, promise, rest.finding(promise.id), reason))
        else:
            finding = search.result.finding(promise.id)
            answers.append(_answer(model, promise, finding, reason, search.run_of(promise, finding)))
    report = Report(
        scenario=scenario,
        answers=tuple(answers),
        result=search.result,
        never_possible=(),
        slices=parts,
        observed=True,
        fine=search.fine,
        in_full=tuple(search.left.items()),
    )
    whole = report.of_whole_pair
    if whole is None:
        return attrs.evolve(report, never_possible=None)
    never = tuple(_never(taken_in(scenario, whole), scenario)) if whole.complete else ()
    return attrs.evolve(report, never_possible=never)


def _in_full(model: PairModel, promises: Sequence[Promise], options: dict[str, Any]) -> Result[State, e.Event]:
    """The result of promises that ask for more than is observed, plain where the wirings are too many."""
    if has_each_condition(model):
        return explorers.compiled(model, promises, options)
    limits = {name: options[name] for name in ("max_states", "time_limit", "clock", "progress")}
    if limits["max_states"] is None and limits["time_limit"] is None:
        limits["max_states"] = PLAIN_WIRED
    result = explorers.plain(model, promises, limits, most=None)
    assert result is not None, "only a search up to `most` gives up without a result"
    return result


def _answer(
    model: PairModel | SessionModel[Any] | SavingModel,
    promise: Promise | MachinePromise,
    finding: Finding[Any, e.Event],
    expected: str,
    run: ConcreteRun | None = None,
) -> Answer:
    """The verdict with its run; `run` where that was found on observations."""
    steps = tuple(model.named_steps(finding.trace)) if run is None else run.steps
    loop = finding.loop if run is None or finding.loop is None else run.places[finding.loop]
    group = None
    if finding.verdict is Verdict.VIOLATED and steps and isinstance(promise, Promise):
        group = breaking_group(promise, model.settings, steps[-1].before, steps[-1].event, steps[-1].after)
    return Answer(
        promise=promise,
        verdict=finding.verdict,
        vacuous=finding.vacuous,
        steps=steps,
        group=group,
        loop=loop,
        expected=expected,
    )


def _never(seen: frozenset[type[e.Event]], scenario: Scenario) -> Iterator[str]:
    placed = {type(event) for event in placed_events(scenario.settings, scenario.environment)}
    kinds = scenario.environment.kinds()
    wanted = [kind.event for kind in kinds if kind.event in placed or not (kind.at_interface or kind.at_port)]
    left_out = e.SynchronizationFinished if scenario.environment.sync_states else e.SynchronizationAdvanced
    wanted += [kind for kind in e.PROTOCOL_STEPS if kind is not left_out]
    if not any(map(scenario.environment.has, SYNC_FAILS)):
        wanted.remove(e.SynchronizationFailed)
    only_with_groups = () if scenario.settings.groups else (e.GroupHandedOut, e.PreemptTimerExpired)
    for kind in only_with_groups if scenario.environment.has("reload") else (e.Restarted, *only_with_groups):
        wanted.remove(kind)
    for kind in dict.fromkeys(wanted):
        if kind not in seen:
            yield kind.word()


def _pins(scenario: Scenario, result: Result[State, e.Event]) -> Iterator[tuple[str, int, int]]:
    for name, pinned in scenario.expect:
        found = int(getattr(result, name))
        if found != pinned:
            yield name, pinned, found


def check(
    config: PairConfig | str | os.PathLike[str],
    *,
    faults: int | Literal["default", "least"] | None = "default",
    max_states: int | None = None,
) -> Report:
    """Checks a configured pair in the default environment; half a configuration stays undecided.

    Args:
        config: A PairConfig, or the path of a running-config.
        faults: The most simultaneous faults; None for no bound; "default" for what `failover-fsm check` explores, and
            "least" for as many as reach the interface policy (see `model.places.explored_environment`).
        max_states: The number of stored states at which to give up as undecided.

    Raises:
        ConfigError: If the file cannot be used, or the configuration has no failover link and makes no pair (LNK-1).
    """
    if not isinstance(config, PairConfig):
        from failover_fsm.config.asa.files import read_config

        config = read_config(config)
    if config.lan is None:
        allowed = "a configuration with `failover lan interface`"
        raise ConfigError(source=config.hostname, line=None, what="no failover link", allowed=allowed)
    scenario = Scenario(title=config.hostname, config=config, environment=explored_environment(config, faults))
    return _undecided(scenario) if config.gaps else verify(scenario, max_states=max_states)


def _undecided(scenario: Scenario) -> Report:
    """The report on half a configuration: nothing is searched, since every figure would rest on what is missing."""
    model = model_of(scenario.settings, scenario.environment)
    promises = chosen(scenario.environment, groups=bool(scenario.settings.groups))
    result = not_searched(
        model, (as_property(promise, model.observers) for promise in promises), str(scenario.config.gaps[0])
    )
    answers = (
        attrs.evolve(_answer(model, promise, result.finding(promise.id), ""), verdict=Verdict.UNDECIDED, steps=())
        for promise in promises
    )
    return Report(scenario=scenario, answers=tuple(answers), result=result, never_possible=())
