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

__all__ = ["keep", "kept"]

COUNTS = ("states", "transitions", "generated", "depth")


def kept(scenario: Scenario) -> Report | None:
    """The report of an earlier search of the same scenario, None without one; a line on stderr for a damaged one."""
    if scenario.beside:
        return None
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

    A folder that cannot be written is no error, and nothing of a pair with a machine beside it is kept.
    """
    found = report.result
    if report.verdict is Verdict.UNDECIDED or not found.complete or found.limit or report.slices or scenario.beside:
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
    if attrs.evolve(again, result=found, kept="") == report:
        kept_results.add(_key(scenario), record)


def _key(scenario: Scenario) -> str:
    """A digest of the pair with its names, its environment, and all that is asked of it."""
    asked = scenario.check, scenario.violated, scenario.within, scenario.durations, scenario.expect
    return cache_folder.key_of("report", *cache_folder.pair_of(scenario), scenario.config, *asked)


# -- from a record -------------------------------------------------------------------------------------


def _report(scenario: Scenario, record: Any) -> Report:
    """The report that a record is of.

    Raises:
        KeyError, TypeError, ValueError, AttributeError, IndexError, StepError: If it is of anything else.
    """
    promises = chosen(scenario.environment, scenario.check, groups=bool(scenario.settings.groups))
    answers = record["answers"]
    if list(answers) != [promise.id for promise in promises]:
        raise ValueError("other promises")
    expected = {item.promise: item.reason for item in scenario.violated}
    never = record["never"]
    return Report(
        scenario=scenario,
        answers=tuple(_answer(scenario, each, answers[each.id], expected.get(each.id, "")) for each in promises),
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


def _answer(scenario: Scenario, promise: Promise, record: Mapping[str, Any], expected: str) -> Answer:
    """The answer that a record is of; raises as `_report`."""
    verdict, loop = _decided(record["verdict"]), record["loop"]
    settings = scenario.settings
    steps = _replayed(settings, record["run"])
    violated = verdict is Verdict.VIOLATED
    if (steps or loop is not None) and _holds(promise, settings, steps) is violated:
        raise ValueError(f"the run of {promise.id} does not show it")
    if loop is not None and _count(loop) > len(steps):
        raise ValueError(f"the run of {promise.id} ends before its loop")
    last = steps[-1] if violated and steps else None
    return Answer(
        promise=promise,
        verdict=verdict,
        vacuous=record["vacuous"] is True,
        steps=steps,
        loop=loop,
        expected=expected,
        group=None if last is None else breaking_group(promise, settings, last.before, last.event, last.after),
    )


def _replayed(settings: Settings, lines: Sequence[str]) -> tuple[NamedStep, ...]:
    """The steps of a run from its lines.

    Raises:
        TypeError, ValueError, StepError: If a line is no event, or one that cannot happen there.
    """
    if not lines:
        return ()
    from failover_fsm.trace.language import Do, TraceError, parse_trace  # most promises hold, and have no run

    try:
        statements = parse_trace("\n".join(lines), config_given=True).statements
    except TraceError as error:
        raise ValueError(error.what) from None
    state, steps = cold(settings), []
    for statement in statements:
        if not isinstance(statement, Do):
            raise ValueError("no event in a run")
        after, outputs = step(state, settings, statement.event)
        steps.append(NamedStep(event=statement.event, before=state, after=after, outputs=outputs))
        state = after
    return tuple(steps)


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
