"""One random model, run and judged three times: by the reference, by the plain engine, by the compiled one."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from typing import Any

import attrs

from failover_fsm import checker
from failover_fsm.checker import Checker, Finding, ModelError, Property, Result
from failover_fsm.checker.compiled import CompiledChecker
from failover_fsm.checker.rules.rule_tree import PlainModel, Rule
from tests.checker.oracle.reference import Graph, RefClaim, RefRule, TooLarge, actions, admits, fair, judge
from tests.checker.oracle.source import Written, write
from tests.checker.oracle.styles import HELD_TYPE, UNHASHABLE

__all__ = ["ENGINES", "Fault", "compare", "faults_of"]

MOST_STATES = 150
"""Larger models are left out: another seed takes their place."""


@attrs.frozen
class Fault:
    """Where an engine is wrong: the seed, the engine, the property or "model", and what is wrong."""

    seed: int
    engine: str
    where: str
    what: str

    def __str__(self) -> str:
        return f"seed {self.seed}: {self.engine}: {self.where}: {self.what}"


@attrs.frozen
class Model:
    """The rule model of a source, as the engines take it."""

    rules: tuple[Rule, ...]
    initial: tuple[Any, ...]

    def initial_states(self) -> Iterable[Any]:
        """In the order of the source."""
        return list(self.initial)


ENGINES: dict[str, Callable[[Model, int], Any]] = {
    "plain": lambda model, seed: Checker(PlainModel(model)),
    "compiled": lambda model, seed: CompiledChecker(
        model, budget=(20_000, 0, 50)[seed % 3], rest_bits=(12, 0, 6)[seed % 3], word_bits=(64, 9)[seed % 2]
    ),
}


def loaded(written: Written) -> dict[str, Any]:
    """The names that a source defines."""
    names: dict[str, Any] = {"__name__": "written"}
    exec(compile(written.text, "written.py", "exec"), names)
    return names


def _put(record: Any, path: Sequence[str], value: Any) -> Any:
    """A frozen record with another value at a path."""
    if not path:
        return value
    if isinstance(record, tuple):
        place = int(path[0])
        return (*record[:place], _put(record[place], path[1:], value), *record[place + 1 :])
    return attrs.evolve(record, **{path[0]: _put(getattr(record, path[0]), path[1:], value)})


def _step(steps: Sequence[tuple[Any, ...]], stutters: bool) -> Callable[[Any], Any]:
    """The effect of a rule on frozen records."""

    def step(state: Any) -> Any:
        after = state
        for each in steps:
            if each[0] == "guard" and not each[1](after):
                return None
            if each[0] == "set" and each[3](after):
                after = _put(after, each[1].split("."), each[2](after))
        return after if stutters or after != state else None

    return step


def compare(seed: int) -> tuple[list[Fault], list[str]] | None:
    """What is wrong with the engines on the model of a seed, and the refusals that are right.

    None where the model is too large to compare.
    """
    written = write(seed)
    names = loaded(written)
    rules = [RefRule(event, _step(steps, stutters)) for event, _, stutters, steps in names["RULES"]]
    claims = [RefClaim(**claim) for claim in names["CLAIMS"]]
    try:
        graph = Graph(names["INITIAL"], rules, MOST_STATES)
    except TooLarge:
        return None
    model = Model(
        tuple(Rule(event, function, stutters) for event, function, stutters, _ in names["RULES"]), names["INITIAL"]
    )
    found: list[Fault] = []
    refused: list[str] = []
    for engine in ENGINES:
        whole = _faults(model, graph, claims, engine, seed)
        if len(claims) > 1 and any("refused" in fault.what for fault in whole):  # one by one: the others have an answer
            parts = [_faults(model, graph, [claim], engine, seed) for claim in claims]
            whole = list(dict.fromkeys(fault for part in parts for fault in part))
        for fault in whole:
            if "refused" in fault.what and _may_be_refused(written, fault):
                refused.append(str(fault))
            else:
                found.append(fault)
    return found, refused


def _faults(model: Model, graph: Graph, claims: Sequence[RefClaim], engine: str, seed: int) -> list[Fault]:
    """What is wrong with one engine."""
    try:
        result = ENGINES[engine](model, seed).verify(*map(_property, claims))
    except ModelError as error:
        return [Fault(seed, engine, claims[0].name if len(claims) == 1 else "model", f"refused: {error}")]
    except Exception as error:
        return [Fault(seed, engine, "model", f"failed: {type(error).__name__}: {error}")]
    return [Fault(seed, engine, where, what) for where, what in faults_of(graph, claims, result)]


def _may_be_refused(written: Written, fault: Fault) -> bool:
    """Whether a rule is written in a style that is refused, and the error names the rule and the line."""
    styles = {HELD_TYPE, UNHASHABLE}.intersection(written.rule_styles)
    return bool(styles) and "rule " in fault.what and "written.py:" in fault.what


def _property(claim: RefClaim) -> Property:
    """The claim as the library takes it."""
    given = {"predicate": claim.predicate, "premise": claim.premise, "within": claim.within, "events": claim.events}
    if claim.kind in ("leads_to", "can_recover", "eventually_always"):
        given["goal"] = given.pop("predicate")
    if claim.kind == "deadlock":
        given["final"] = given.pop("predicate")
    if claim.kind in ("leads_to", "eventually_always"):
        weak, strong = (tuple(map(_fairness_item, items)) for items in (claim.weak, claim.strong))
        given |= {"weak": weak, "strong": strong, "progress": claim.progress}
    constructor: Callable[..., Property] = getattr(checker, claim.kind)
    return constructor(claim.name, **{name: value for name, value in given.items() if value is not None})


def _fairness_item(item: Any) -> Any:
    return item if callable(item) else checker.in_states(*item[1:])


def faults_of(graph: Graph, claims: Sequence[RefClaim], result: Result[Any, Any]) -> Iterator[tuple[str, str]]:
    """What is wrong with a result: (where, what)."""
    numbers = (result.states, result.transitions, result.depth)
    right = (len(graph.states), graph.transitions, max(graph.distance))
    if numbers != right:
        yield "model", f"states, transitions, depth are {numbers}, not {right}"
        return
    for claim, finding in zip(claims, result.findings, strict=True):
        answer = judge(graph, claim)
        got = (finding.verdict.value, finding.vacuous)
        if got != (answer.verdict, answer.vacuous):
            yield claim.name, f"{got}, not {(answer.verdict, answer.vacuous)}"
        elif finding.states and (wrong := _wrong_trace(graph, claim, finding, answer.steps)):
            yield claim.name, f"its trace {wrong}"
        elif answer.verdict == "violated" and not finding.states and claim.kind != "sometimes":
            yield claim.name, "no trace"


def _wrong_trace(graph: Graph, claim: RefClaim, finding: Finding[Any, Any], steps: int | None) -> str:
    """What is wrong with a trace; empty where it is a run of the model that shows what it should."""
    run = [graph.numbers.get(state, -1) for state in finding.states]
    if run[0] not in graph.initial or -1 in run:
        return "begins or leads elsewhere"
    for (before, after), event in zip(itertools.pairwise(run), finding.trace, strict=True):
        if (event, after) not in graph.edges[before]:
            return f"has a step {event} that is none"
    if finding.loop is not None:
        return _wrong_loop(graph, claim, run, finding)
    if steps is not None and len(finding.trace) != steps:
        return f"takes {len(finding.trace)} steps, where {steps} do"
    return ""


def _wrong_loop(graph: Graph, claim: RefClaim, run: Sequence[int], finding: Finding[Any, Any]) -> str:
    """What is wrong with a run that goes on for ever."""
    loop = finding.loop
    assert loop is not None
    around, events = run[loop:], finding.trace[loop:]
    if around[0] != around[-1]:
        return "does not come back to its loop"
    if not all(admits(claim, event) for event in events):
        return "goes round by an event that `within` excludes"
    if claim.kind == "converges":
        return "" if events and len({*around}) == len(around) - 1 else "has no cycle"
    if not _open(graph, claim, run, finding.trace, loop):
        return "never opens the obligation, or meets it"
    taken = [[] for _ in graph.states]  # type: list[list[tuple[Hashable, int]]]
    for (before, after), event in zip(itertools.pairwise(around), events, strict=True):
        taken[before].append((event, after))
    ends = list(dict.fromkeys(around))
    return "" if fair(graph.moves(claim), taken, ends, actions(claim, graph)) else "is not fair"


def _open(graph: Graph, claim: RefClaim, run: Sequence[int], trace: Sequence[Hashable], loop: int) -> bool:
    """Whether an obligation begins before the loop does and no state after it has the goal."""
    assert claim.predicate is not None
    if claim.kind == "eventually_always":
        return not all(claim.predicate(graph.states[state]) for state in run[loop:])
    assert claim.premise is not None
    return any(
        claim.premise(graph.states[state])
        and all(admits(claim, event) for event in trace[place:])
        and not any(claim.predicate(graph.states[later]) for later in run[place:])
        for place, state in enumerate(run[: loop + 1])
    )
