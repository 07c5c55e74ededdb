"""Whole results of model files that an earlier run searched: verdicts, runs and counts, all that a report is made of.

A run is kept as the lines of its events, and played through `step` again before it is shown: one that cannot happen in
this pair, or that does not show what it is kept for, is refused. Only finished searches are kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from failover_fsm.analysis.report import Answer, Report
from failover_fsm.checker import Result, Verdict
from failover_fsm.commands import cache_folder, kept_results
from failover_fsm.commands.files import complain
from failover_fsm.model.observer import Observer
from failover_fsm.model.pair_model import NamedStep
from failover_fsm.model.scenario import Scenario
from failover_fsm.pair import events as e
from failover_fsm.pair.errors import StepError
from failover_fsm.pair.pair import cold
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import State
from failover_fsm.pair.step import step
from failover_fsm.promises import Promise, breaking_group, chosen
from failover_fsm.services.machine import MachinePromise

__all__ = ["keep", "kept"]

COUNTS = ("states", "transitions", "generated", "depth")


def kept(scenario: Scenario) -> Report | None:
    """The report of an earlier search of the same scenario, None without one; a line on stderr for a damaged one."""
    results = kept_results.found()
    record = None if results is None else results.get(_key(scenario))
    if results is not None and record is None:
        return None
    try:
        return _report(scenario, record)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, StepError) as error:
        what = "the file is damaged" if results is None else f"the result is damaged ({error})"
        complain(f"{kept_results.file()}: {what}, and the model is searched")
        return None


def keep(scenario: Scenario, report: Report) -> None:
    """Keeps the report of a finished search, where it can be made again from what is kept.

    A folder that cannot be written is no error.
    """
    found = report.result
    if report.verdict is Verdict.UNDECIDED or not found.complete or found.limit or report.slices:
        return
    record = {
        **{name: getattr(found, name) for name in (*COUNTS, "digest", "seconds")},
        "levels": found.levels,
        "verdict": found.verdict.value,
        "answers": {answer.promise.id: _answer_record(answer) for answer in report.answers},
        "never": report.never_possible,
        "pins": report.wrong_pins,
        "observed": report.observed,
        "fine": report.fine,
        "in_full": report.in_full,
    }
    try:
        again = _report(scenario, record)
    except (ValueError, StepError):  # an event that no line can hold, or a run that shows nothing by itself
        return
    promises = {answer.promise.id: answer.promise for answer in report.answers}  # formulas are equal by identity only
    answers = tuple(attrs.evolve(answer, promise=promises[answer.promise.id]) for answer in again.answers)
    if attrs.evolve(again, answers=answers, result=found, kept="") == report:
        kept_results.add(_key(scenario), record)


def _key(scenario: Scenario) -> str:
    """A digest of the pair with its names, its environment, and all that is asked of it."""
    asked = scenario.check, scenario.violated, scenario.within, scenario.durations, scenario.expect
    beside = scenario.beside and getattr(scenario, scenario.beside)
    return cache_folder.key_of("report", *cache_folder.pair_of(scenario), scenario.config, *asked, beside)


# -- from a record -------------------------------------------------------------------------------------


def _report(scenario: Scenario, record: Any) -> Report:
    """The report that a record is of.

    Raises:
        KeyError, TypeError, ValueError, AttributeError, IndexError, StepError: If it is of anything else.
    """
    model: Any = None
    promises: Sequence[Promise | MachinePromise]
    if scenario.beside:
        from failover_fsm.analysis.session_model import model_beside  # most pairs have no machine beside them

        model, promises = model_beside(scenario)
    else:
        promises = chosen(scenario.environment, scenario.check, groups=bool(scenario.settings.groups))
    answers = record["answers"]
    if list(answers) != [promise.id for promise in promises]:
        raise ValueError("other promises")
    expected = {item.promise: item.reason for item in scenario.violated}
    never = record["never"]
    return Report(
        scenario=scenario,
        answers=tuple(_answer(scenario, model, each, answers[each.id], expected.get(each.id, "")) for each in promises),
        result=_result(record),
        never_possible=None if never is None else tuple(_text(word) for word in never),
        wrong_pins=tuple((_text(name), _count(pinned), _count(found)) for name, pinned, found in record["pins"]),
        observed=record["observed"] is True,
        fine=record["fine"] is True,
        in_full=tuple((_text(name), _text(why)) for name, why in record["in_full"]),
        kept=f"found {kept_results.EARLIER}; --no-cache searches again",
    )


def _result(record: Mapping[str, Any]) -> Result[State, e.Event]:
    """The counts of a record; the verdicts with their runs are in the answers."""
    return Result(
        verdict=_decided(record["verdict"]),
        findings=(),
        states=_count(record["states"]),
        transitions=_count(record["transitions"]),
        generated=_count(record["generated"]),
        depth=_count(record["depth"]),
        complete=True,
        interrupted=False,
        limit=None,
        seconds=float(record["seconds"]),
        levels=tuple(map(_count, record["levels"])),
        digest=_text(record["digest"]),
    )


def _answer_record(answer: Answer) -> dict[str, Any]:
    return {
        "verdict": answer.verdict.value,
        "vacuous": answer.vacuous,
        "run": [str(each.event) for each in answer.steps],
        "loop": answer.loop,
    }


def _answer(
    scenario: Scenario, model: Any, promise: Promise | MachinePromise, record: Mapping[str, Any], expected: str
) -> Answer:
    """The answer that a record is of; raises as `_report`.

    model: The pair with the machine beside it, None for a pair without one.
    """
    verdict, loop = _decided(record["verdict"]), record["loop"]
    settings = scenario.settings
    events = _events(record["run"])
    steps, ends = _replayed(settings, events) if model is None else _replayed_beside(model, events)
    violated = verdict is Verdict.VIOLATED
    if steps or loop is not None:
        if isinstance(promise, Promise):
            holds = _holds(promise, settings, steps)
        else:
            holds = _holds_beside(promise, events, *ends)
        if holds is violated:
            raise ValueError(f"the run of {promise.id} does not show it")
    if loop is not None and _count(loop) > len(steps):
        raise ValueError(f"the run of {promise.id} ends before its loop")
    group = None
    if violated and steps and isinstance(promise, Promise):
        group = breaking_group(promise, settings, steps[-1].before, steps[-1].event, steps[-1].after)
    return Answer(
        promise=promise,
        verdict=verdict,
        vacuous=record["vacuous"] is True,
        steps=steps,
        loop=loop,
        expected=expected,
        group=group,
    )


def _events(lines: Sequence[str]) -> tuple[e.Event, ...]:
    """The events of a run from its lines.

    Raises:
        TypeError, ValueError: If a line is no event.
    """
    if not lines:
        return ()
    from failover_fsm.trace.language import Do, TraceError, parse_trace  # most promises hold, and have no run

    try:
        statements = parse_trace("\n".join(lines), config_given=True).statements
    except TraceError as error:
        raise ValueError(error.what) from None
    events = tuple(statement.event for statement in statements if isinstance(statement, Do))
    if len(events) < len(statements):
        raise ValueError("no event in a run")
    return events


def _replayed(settings: Settings, events: Sequence[e.Event]) -> tuple[tuple[NamedStep, ...], tuple[State, State]]:
    """The steps of a run of the pair, and the states before and after the last one; raises StepError as `step`."""
    before = state = cold(settings)
    steps = []
    for event in events:
        before, (state, outputs) = state, step(state, settings, event)
        steps.append(NamedStep(event=event, before=before, after=state, outputs=outputs))
    return tuple(steps), (before, state)


def _replayed_beside(model: Any, events: Sequence[e.Event]) -> tuple[tuple[NamedStep, ...], tuple[Any, Any]]:
    """As `_replayed`, of a pair and the machine beside it.  Raises ValueError if an event cannot happen."""
    (before,) = (state,) = model.initial_states()
    for event in events:
        before, state = state, next((after for each, after in model.successors(state) if each == event), None)
        if state is None:
            raise ValueError(f"{event} cannot happen there")
    return tuple(model.named_steps(events)), (before, state)


def _holds_beside(promise: MachinePromise, events: Sequence[e.Event], before: Any, after: Any) -> bool:
    """Whether a formula about the machine holds at the end of a run."""
    if promise.kind != "step":
        return promise.holds(after)
    return not events or promise.holds(before, events[-1], after)


def _holds(promise: Promise, settings: Settings, steps: Sequence[NamedStep]) -> bool | None:
    """Whether the formula holds at the end of a run for every failover group; None for a promise without one."""
    if promise.holds is None:
        return None
    after = steps[-1].after if steps else cold(settings)
    for index in range(settings.group_count):
        now = Observer(after, settings, index)
        if promise.kind != "step":
            holds = promise.holds(now)
        else:
            holds = promise.holds(Observer(steps[-1].before, settings, index), steps[-1].event, now)
        if not holds:
            return False
    return True


def _decided(word: object) -> Verdict:
    """The verdict of a word.

    Raises:
        ValueError: If it is none of a finished search.
    """
    verdict = Verdict(word)
    if verdict is Verdict.UNDECIDED:
        raise ValueError("undecided")
    return verdict


def _count(value: object) -> int:
    if type(value) is not int or value < 0:
        raise ValueError("no number where one should be")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("no text where one should be")
    return value
