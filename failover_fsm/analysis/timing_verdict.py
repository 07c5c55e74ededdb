"""Verdicts on promises in real time, from exact bounds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import attrs

from failover_fsm.checker import Verdict
from failover_fsm.model.scenario import Scenario
from failover_fsm.pair.settings import Settings
from failover_fsm.text.layout import wrap
from failover_fsm.timing.bounds import Extreme, Measured, TimeStop, measure_groups
from failover_fsm.timing.survived import longest_pause, survived_or_stop, survives_pause
from failover_fsm.timing.times import Times, seconds
from failover_fsm.timing.within import BY_ID, HELLOS_LOST, PAUSE, Limit
from failover_fsm.trace.timing_scenes import scene

__all__ = ["TimeAnswer", "broken_by", "judge", "with_times", "within_text"]


@attrs.frozen(kw_only=True)
class TimeAnswer:
    """The verdict on one promise in time.

    Attributes:
        limit: The promise.
        verdict: Holds, violated, or undecided.
        bound: The exact worst time to the takeover in milliseconds, or for `hellos-lost` the number of hellos,
            for `pause` the longest pause in milliseconds; None if a takeover never happens or may not happen.
        earliest: The best time in milliseconds, if a takeover may happen but need not.
        worst: A run that takes the bound.
        expected: The model file's reason why the promise is violated, empty if it should hold.
        stop: A run after which time cannot pass; the promise then does not hold.
    """

    limit: Limit
    verdict: Verdict
    bound: int | None
    earliest: int | None = None
    worst: Extreme | None = None
    expected: str = ""
    stop: TimeStop | None = None

    @property
    def surprising(self) -> bool:
        """Violated though it should hold, or holds though the model says it is violated."""
        if self.verdict is Verdict.UNDECIDED:
            return False
        return (self.verdict is Verdict.VIOLATED) != bool(self.expected)

    @property
    def found(self) -> str:
        """The exact bound in words."""
        if self.stop is not None and self.verdict is Verdict.UNDECIDED:
            return "time stops"
        if self.limit.id == HELLOS_LOST:
            return f"{self.bound} hellos"
        if self.limit.id == PAUSE:
            return f"up to {seconds(self.bound or 0)} s"
        if self.bound is not None:
            return f"{seconds(self.bound)} s at worst"
        return "no takeover" if self.earliest is None else f"a takeover after {seconds(self.earliest)} s, or none"

    def to_dict(self) -> dict[str, Any]:
        """The answer as part of the JSON object of `check`."""
        scale = 1 if self.limit.id == HELLOS_LOST else 1000
        return {
            "id": self.limit.id,
            "verdict": self.verdict.value,
            "limit": None if self.limit.most is None else self.limit.most / scale,
            "bound": None if self.bound is None else self.bound / scale,
            "rules": list(self.limit.rules),
            "expected": self.expected or None,
            **({"time_stops": list(self.stop.steps)} if self.stop is not None else {}),
        }


def judge(scenario: Scenario) -> tuple[TimeAnswer, ...]:
    """The verdict on each promise in time of a scenario, with the exact bound."""
    settings, times = scenario.settings, Times.of(scenario.config, scenario.options)
    expected = {item.promise: item.reason for item in scenario.violated}
    return tuple(_answer(limit, settings, times, expected.get(limit.id, "")) for limit in scenario.within)


def _answer(limit: Limit, settings: Settings, times: Times, expected: str) -> TimeAnswer:
    if limit.id == PAUSE:
        kept = survives_pause(settings, times, limit.most or 0)
        verdict = Verdict.HOLDS if kept else Verdict.VIOLATED
        return TimeAnswer(limit=limit, verdict=verdict, bound=longest_pause(settings, times), expected=expected)
    if limit.id != HELLOS_LOST:
        answers = [_of_group(limit, each, expected) for each in measure_groups(BY_ID[limit.id], settings, times)]
        return max(answers, key=_weight)
    found, stop = survived_or_stop(settings, times)
    kept = found is not None and found >= (limit.most or 0)
    verdict = Verdict.UNDECIDED if stop is not None else Verdict.HOLDS if kept else Verdict.VIOLATED
    return TimeAnswer(limit=limit, verdict=verdict, bound=found, expected=expected, stop=stop)


def _weight(answer: TimeAnswer) -> tuple[int, bool, int]:
    """Orders the answers of failover groups: each has to keep the promise, and the latest takeover counts."""
    verdicts = (Verdict.HOLDS, Verdict.UNDECIDED, Verdict.VIOLATED)
    return verdicts.index(answer.verdict), answer.bound is None, answer.bound or 0


def _of_group(limit: Limit, measured: Measured, expected: str) -> TimeAnswer:
    """The answer for one failover group, or for an Active/Standby pair."""
    takeover, stop = measured.takeover, measured.stop
    earliest, bound = (None, None) if takeover is None else takeover.pair
    worst = None if takeover is None else takeover.worst
    kept = earliest is None if limit.most is None else bound is not None and bound <= limit.most
    verdict = Verdict.HOLDS if kept else Verdict.VIOLATED
    if stop is not None and not _is_shown(limit, kept, worst):
        verdict = Verdict.UNDECIDED
    return TimeAnswer(
        limit=limit, verdict=verdict, bound=bound, earliest=earliest, worst=worst, expected=expected, stop=stop
    )


def _is_shown(limit: Limit, kept: bool, worst: Extreme | None) -> bool:
    """Whether a run violates the promise, whatever becomes of the runs in which time stops."""
    return not kept and worst is not None and (limit.most is None or worst.value > limit.most)


def broken_by(scenario: Scenario, answer: TimeAnswer, config: Sequence[str]) -> str | None:
    """A scenario file that violates the promise, for a configuration file of this name.

    Returns:
        The text; None if the promise holds, or no single run can show that it does not.
    """
    if answer.verdict is not Verdict.VIOLATED or answer.worst is None or answer.worst.case.later is not None:
        return None
    on = attrs.evolve(scenario.config, enabled=True)
    shown = scene(on, scenario.options, answer.worst, takeover=True)
    broken = f"{answer.limit.id} is broken: {answer.limit.description}"
    comments = [broken, *([answer.expected] if answer.expected else [])]
    return None if shown is None else shown.text(config, scenario.options, comments)


def with_times(record: dict[str, Any], answers: tuple[TimeAnswer, ...]) -> dict[str, Any]:
    """The JSON object of `check` extended by the promises in time."""
    verdict = record["verdict"]
    if verdict == Verdict.HOLDS.value and any(answer.verdict is Verdict.UNDECIDED for answer in answers):
        verdict = Verdict.UNDECIDED.value
    if any(answer.surprising for answer in answers):
        verdict = Verdict.VIOLATED.value
    return {**record, "verdict": verdict, "within": [answer.to_dict() for answer in answers]}


def within_text(scenario: Scenario, answers: tuple[TimeAnswer, ...]) -> str:
    """The section on promises in time, for people."""
    assumed = Times.of(scenario.config, scenario.options).assumptions()
    lines = ["", "In time, assumed", *(f"  - {each}" for each in assumed), "", "Promises in time"]
    lines += [line for answer in answers for line in _told(answer)]
    return "\n".join([*lines, "", _last(answers)]) + "\n"


def _told(answer: TimeAnswer) -> Iterator[str]:
    yield f"  {answer.verdict.value:<10}  {answer.limit.id}: {answer.found}"
    sentences = [f"{answer.limit.description} ({', '.join(answer.limit.rules)})"]
    sentences += [f"Known finding: {answer.expected}"] if answer.expected else []
    for sentence in sentences:
        yield from wrap(sentence, " " * 14, " " * 14, cuts=True)
    if answer.stop is not None:
        yield " " * 14 + "Time cannot pass after these steps, so runs that go on are not all looked at:"
        for number, step in enumerate(answer.stop.steps, start=1):
            yield " " * 14 + f"{number}. {step}"


def _last(answers: tuple[TimeAnswer, ...]) -> str:
    wrong = [answer.limit.id for answer in answers if answer.surprising]
    if wrong:
        return f"NOT AS IT SHOULD BE IN TIME: {', '.join(wrong)}"
    stopped = [answer.limit.id for answer in answers if answer.verdict is Verdict.UNDECIDED]
    if stopped:
        return f"UNDECIDED IN TIME: {', '.join(stopped)}: the model comes to a state from which time cannot pass"
    known = [answer.limit.id for answer in answers if answer.expected]
    tail = f"; known to be violated: {', '.join(known)}" if known else ""
    kept = sum(answer.verdict is Verdict.HOLDS for answer in answers)
    word = "AS THE MODEL FILE SAYS IN TIME" if known else "HOLDS IN TIME"
    return f"{word}: {kept} of {len(answers)} promises, exact over every phase and every order of what falls due{tail}"
