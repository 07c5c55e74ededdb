"""Verification of a scenario: explores it, checks its promises, and reports the verdict."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Literal

import attrs

from failover_fsm.analysis import explorers
from failover_fsm.analysis.observed import explored_plainly, searched, why_in_full
from failover_fsm.analysis.saving_model import SavingModel
from failover_fsm.analysis.session_model import SessionModel, beside_search
from failover_fsm.checker import Finding, Progress, Property, Result, Verdict
from failover_fsm.checker.explicit.explore import not_searched
from failover_fsm.config.records.pair_config import PairConfig
from failover_fsm.config.values.errors import ConfigError
from failover_fsm.config.values.printable import printable_lines
from failover_fsm.model.observed_rules import ObservedRules
from failover_fsm.model.observed_runs import ConcreteRun
from failover_fsm.model.pair_model import NamedStep, PairModel
from failover_fsm.model.places import explored_environment, placed_events
from failover_fsm.model.scenario import Scenario
from failover_fsm.model.typed_model import model_of
from failover_fsm.model.wired_rules import can_be_compiled
from failover_fsm.pair import events as e
from failover_fsm.pair.obstacle_kinds import SYNC_FAILS
from failover_fsm.pair.states import State
from failover_fsm.promises import Promise, as_property, breaking_group, chosen
from failover_fsm.services.machine import MachinePromise

if TYPE_CHECKING:
    from failover_fsm.checker.sliced import Part


@attrs.frozen(kw_only=True)
class Answer:
    """The verdict on one promise.

    Attributes:
        promise: The promise.
        verdict: Holds, violated, or undecided.
        vacuous: True if the premise was never met.
        steps: The counterexample of a violated promise, or the witness of a "sometimes", with real interface names,
            replayed through `step`.
        loop: The index in `steps` at which an endless repetition begins.
        expected: The model file's reason why the promise is violated, empty if it should hold.
        group: In an Active/Active pair, the number of the failover group in which the promise is violated.
    """

    promise: Promise | MachinePromise
    verdict: Verdict
    vacuous: bool
    steps: tuple[NamedStep, ...] = ()
    loop: int | None = None
    expected: str = ""
    group: int | None = None

    @property
    def surprising(self) -> bool:
        """Violated though it should hold, or holds though the model says it is violated."""
        if self.verdict is Verdict.UNDECIDED:
            return False
        return (self.verdict is Verdict.VIOLATED) != bool(self.expected)

    @property
    def word(self) -> str:
        """The verdict in a word: holds, happens, not tested, violated or undecided.

        A promise of the kind "sometimes" is about what can happen, and one whose premise never occurs is not tested.
        """
        if self.verdict is Verdict.HOLDS and self.vacuous:
            return "not tested"
        if self.verdict is Verdict.HOLDS and self.promise.kind == "sometimes":
            return "happens"
        return self.verdict.value


@attrs.frozen(kw_only=True)
class Report:
    """The verdict on a scenario.

    Attributes:
        scenario: The scenario.
        answers: One per promise, in the order of `promises.PROMISES`.
        result: Counts and digest of the search.
        never_possible: Event classes of the environment that never changed anything; None if no search covered the
            whole pair.
        wrong_pins: Pinned numbers that are not met, (name, pinned, found).
        slices: The searches of a sliced check, whose numbers `result` adds up.
        observed: True if `result` is of a search on what the units observe of their interfaces (`analysis.observed`):
            its verdicts are those of every condition of the interfaces, its counts and the length of its runs are not.
        in_full: The promises that were searched with every condition of the interfaces all the same, by id, with the
            reason.
    """

    scenario: Scenario
    answers: tuple[Answer, ...]
    result: Result[State, e.Event]
    never_possible: tuple[str, ...] | None
    wrong_pins: tuple[tuple[str, int, int], ...] = ()
    slices: tuple[Part, ...] = ()
    observed: bool = False
    in_full: tuple[tuple[str, str], ...] = ()

    @property
    def of_whole_pair(self) -> Result[Any, Any] | None:
        """The counts that pinned numbers are compared with; None if every search left something out."""
        return self.result if not self.slices else next((part.result for part in self.slices if part.whole), None)

    @property
    def verdict(self) -> Verdict:
        """VIOLATED if an answer differs from what the scenario expects, UNDECIDED if a limit was reached."""
        if self.wrong_pins or any(answer.surprising for answer in self.answers):
            return Verdict.VIOLATED
        complete = self.result.complete and all(item.verdict is not Verdict.UNDECIDED for item in self.answers)
        return Verdict.HOLDS if complete else Verdict.UNDECIDED

    @property
    def exit_status(self) -> int:
        """0 if everything is as expected, 1 if something is violated, 3 if undecided."""
        return {Verdict.HOLDS: 0, Verdict.VIOLATED: 1, Verdict.UNDECIDED: 3}[self.verdict]

    def __str__(self) -> str:
        """The short form: the verdict, in numbers what the promises came to, and those that are violated."""
        words = [answer.word for answer in self.answers]
        counts = ", ".join(f"{words.count(word)} {word}" for word in dict.fromkeys(words))
        lines = [f"{self.scenario.title}: {self.verdict.value.upper()}", f"  promises: {counts or 'none'}"]
        lines += [f"  {each.promise.id}: {each.promise.says}" for each in self.answers if each.surprising]
        lines += [f"  pinned {name} = {pinned}, found {found}" for name, pinned, found in self.wrong_pins]
        limit = "" if self.result.complete else f", stopped early: {self.result.limit or 'interrupted'}"
        return printable_lines("\n".join([*lines, f"  {self.result.states:,} states{limit}"]))

    def answer(self, promise: str) -> Answer:
        """The answer for the promise with this id.

        Raises:
            KeyError: If the promise was not checked.
        """
        for item in self.answers:
            if item.promise.id == promise:
                return item
        raise KeyError(promise)

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that `check --json` prints."""
        found = self.result
        return {
            "verdict": self.verdict.value,
            "states": found.states,
            "transitions": found.transitions,
            "depth": found.depth,
            "complete": found.complete,
            "search": "observations" if self.observed else "conditions",
            "seconds": round(found.seconds, 3),
            "assumptions": list(self.scenario.assumptions()),
            "promises": [_answer_dict(item) for item in self.answers],
            **({"never_possible": list(self.never_possible)} if self.never_possible is not None else {}),
            "digest": found.digest,
            **({"costs": [attrs.asdict(cost) for cost in found.costs]} if found.costs else {}),
            **({"wrong_pins": [_pin_dict(pin) for pin in self.wrong_pins]} if self.wrong_pins else {}),
            **({"slices": [_slice_dict(part) for part in self.slices]} if self.slices else {}),
            **({"searched_in_full": dict(self.in_full)} if self.in_full else {}),
        }


def _answer_dict(answer: Answer) -> dict[str, Any]:
    return {
        "id": answer.promise.id,
        "kind": answer.promise.kind,
        "verdict": answer.word.replace(" ", "-"),
        "rules": list(answer.promise.rules),
        "vacuous": answer.vacuous,
        "group": answer.group,
        "expected": answer.expected or None,
        "trace": [str(step.event) for step in answer.steps],
        "loop": answer.loop,
    }


def _pin_dict(pin: tuple[str, int, int]) -> dict[str, Any]:
    return dict(zip(("name", "pinned", "found"), pin, strict=True))


def _slice_dict(part: Part) -> dict[str, Any]:
    found = part.result
    return {
        "searched": part.searched,
        "without": list(part.without),
        "promises": [finding.name for finding in found.findings],
        "states": found.states,
        "transitions": found.transitions,
        "depth": found.depth,
    }


ENGINES = ("auto", "plain", "compiled")
"""Which explorer searches: the plain one, the compiled one, or first one and then the other."""


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
    **long_run: Any,
) -> Report:
    """Explores the scenario and checks its promises.

    A pair with command lines or a machine beside it, or with a topology that can be broken in too many ways or has
    hosts, is always explored by the plain explorer.

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
        long_run: The arguments `workers`, `memory`, `store` and `resume` of `CompiledChecker.verify`. Any of them, and
            `costs`, selects the compiled explorer.

    Raises:
        KeyError: If the scenario names an unknown promise.
        ValueError: If the engine is unknown.
    """
    if engine not in ENGINES:
        raise ValueError(f"there is no engine {engine!r}; allowed: {', '.join(ENGINES)}")
    limits = {"max_states": max_states, "time_limit": time_limit, "clock": clock, "progress": progress}
    if scenario.beside:
        return _with_machine(scenario, limits)
    settings = scenario.settings
    promises = chosen(scenario.environment, scenario.check, groups=bool(settings.groups))
    model = model_of(settings, scenario.environment)
    alone = engine == "plain" or bool(scenario.environment.lines) or not can_be_compiled(model)
    begun = {"begun": clock()} if clock is not None else {}
    whole_only = costs or sliced or long_run.get("store") or long_run.get("resume")
    if not whole_only and not why_in_full(scenario):
        found = _on_observations(scenario, model, promises, engine, {**limits, **begun, "tables": tables, **long_run})
        if found is not None:
            return found
    result: Result[State, e.Event] | None = None
    parts: tuple[Part, ...] = ()
    if sliced and promises:
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


def _with_machine(scenario: Scenario, limits: dict[str, Any]) -> Report:
    """The report on a pair with a machine beside it."""
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
    scenario: Scenario, model: PairModel, promises: Sequence[Promise], engine: str, options: dict[str, Any]
) -> Report | None:
    """The report of a search on observations; None where that cannot be made.

    Promises that ask for more than is observed are searched with every condition of the interfaces afterwards.
    """

    def compiled(rules: ObservedRules, properties: Sequence[Property]) -> Result[State, e.Event]:
        return explorers.by_compiled(lambda check: (rules, properties), rules.plain, properties, options)

    limits = {name: options[name] for name in ("max_states", "time_limit", "clock", "progress")}
    most = options["max_states"]
    few = engine == "auto" and most is not None and most <= explorers.PLAIN_STATES
    run = explored_plainly(limits) if few or engine == "plain" else compiled
    search = searched(scenario, model, promises, run)
    if isinstance(search, str):
        return None
    others = [promise for promise in promises if promise.id in search.left]
    rest = explorers.compiled(model, others, options) if others else None
    expected = {item.promise: item.reason for item in scenario.violated}
    answers = []
    for promise in promises:
        reason = expected.get(promise.id, "")
        if rest is not None and promise.id in search.left:
            answers.append(_answer(model, promise, rest.finding(promise.id), reason))
        else:
            finding = search.result.finding(promise.id)
            answers.append(_answer(model, promise, finding, reason, search.run_of(promise, finding)))
    seen = frozenset(search.taken)
    return Report(
        scenario=scenario,
        answers=tuple(answers),
        result=search.result,
        never_possible=tuple(_never(seen, scenario)) if search.result.complete else (),
        observed=True,
        in_full=tuple(search.left.items()),
    )


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
