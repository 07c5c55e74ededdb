"""The answer about a runbook as text and as data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from failover_fsm.assessment.no_failover import as_if, no_failover_record, no_failover_text
from failover_fsm.assessment.risks import in_words
from failover_fsm.changes.outage_times import Duration
from failover_fsm.changes.runbook import Act
from failover_fsm.changes.runbook_search import Event
from failover_fsm.changes.runbook_verdict import Problem, RunbookAnswer, Safety
from failover_fsm.config.records.pair_config import PairConfig
from failover_fsm.config.values.printable import printable
from failover_fsm.device.prompt import FULL, prompt
from failover_fsm.model.interleavings import replayed
from failover_fsm.pair import events as e
from failover_fsm.pair.pair import cold
from failover_fsm.pair.settings import Settings
from failover_fsm.text.labelled import labelled
from failover_fsm.text.layout import some_of
from failover_fsm.text.story import RecordedStep, tell

__all__ = ["problem_words", "recorded", "runbook_record", "runbook_text"]

LABEL = 15
MOST_SHOWN = 8
"""The most consequences of one fault in the short form."""

VERDICTS = {
    Safety.SAFE: "SAFE",
    Safety.SAFE_BUT_FOR: "SAFE BUT FOR",
    Safety.UNSAFE: "UNSAFE",
    Safety.UNDECIDED: "UNDECIDED",
}

ASSUMED = "after a wait until, the units have exchanged a hello; a command that is refused is passed over"


def runbook_text(answer: RunbookAnswer, config: PairConfig, title: str, *, verbose: bool = False) -> str:
    """The answer for people.

    Args:
        answer: The answer.
        config: The configuration of the pair.
        title: Its name.
        verbose: True for the story of the riskiest step, and what is assumed.
    """
    lines = no_failover_text(config).splitlines()
    lines += [printable(f"{answer.runbook.source} on {title}: {as_if(config)}{_verdict(answer)}")]
    lines += _section("unsafe", [problem_words(answer, each, config) for each in answer.problems])
    if answer.limit:
        lines += _section("not known", [f"the search was stopped: {answer.limit}; {answer.nodes:,} places visited"])
    lines += _section("interrupted", [problem_words(answer, each, config) for each in answer.interruptions])
    if verbose or not answer.problems:
        faults = list(_with_fault(answer))
        if not verbose and len(faults) > MOST_SHOWN:
            faults[MOST_SHOWN:] = [f"{len(faults) - MOST_SHOWN} more with -v"]
        lines += _section("one fault", faults)
        lines += _section("no standby", list(_without_standby(answer)))
    lines += _section("short wait", [problem_words(answer, each, config) for each in answer.short])
    riskiest = answer.riskiest
    if riskiest is not None:
        lines += _section("riskiest", [f"{_place(answer, riskiest.event.place)}: {_why(answer, riskiest)}"])
    if not verbose:
        lines += _section("", ["-v tells the shortest way to it"]) if riskiest else []
        return "\n".join([*lines, *_section("assumed", [answer.assumed] if answer.assumed else [])]) + "\n"
    lines += _section("assumed", [ASSUMED, *([answer.assumed] if answer.assumed else [])])
    lines += _section("searched", [f"{answer.nodes:,} places, every order of the operator's and the units' steps"])
    story = tell(recorded(answer, riskiest)[answer.begin :], answer.settings) if riskiest is not None else ""
    return "\n".join([*lines, *([f"\n{story.rstrip()}"] if story else [])]) + "\n"


def _verdict(answer: RunbookAnswer) -> str:
    word = VERDICTS[answer.as_if]
    if answer.as_if is not Safety.SAFE_BUT_FOR:
        return word
    parts = [
        name for name, found in (("one fault", answer.with_fault), ("interruptions", answer.interruptions)) if found
    ]
    return f"{word} {' and '.join(parts)}"


def problem_words(answer: RunbookAnswer, problem: Problem, config: PairConfig) -> str:
    """What goes wrong at which step, in one line."""
    event = problem.event
    where = _place(answer, event.place)
    if event.kind == "refused":
        there = answer.runbook.steps[event.place]
        unit = there.event.unit if isinstance(there, Act) and isinstance(there.event, e.AtUnit) else None
        shown = prompt(event.node.state, config, unit, parts=FULL) if unit is not None else ""
        return (
            f"{where} can be refused at {shown}: {event.detail}" if shown else f"{where} cannot happen: {event.detail}"
        )
    if event.kind == "lost-command":
        return f"{where} can be lost: it does not reach the other unit"
    if event.kind == "stuck":
        return f"{where} can wait for ever"
    if event.kind == "short-wait":
        return f"{where} can be over before {answer.waiting.words(event.ends_by)}: wait until it is up instead"
    return f"{where}: {_consequence(answer, problem)}"


def _consequence(answer: RunbookAnswer, problem: Problem) -> str:
    event, settings = problem.event, answer.settings
    if event.kind == "both-active":
        groups = [f"group {index + 1}" for index in event.dual] if settings.groups else []
        what = f"both units are active{' for ' + ' and '.join(groups) if groups else ''}"
    else:
        what = f"no service{_where(event, settings)}"
    if event.ends_by:
        how_long = "" if problem.lasts is None else f" for {problem.lasts},"
        return f"{what}{how_long} until {answer.waiting.words(event.ends_by)}"
    last = event.place + 1 >= len(answer.runbook.steps)
    return f"{what}, and it stays so" if last or event.fault is not None else f"{what} until the next step"


SAID = {
    "refused": "its command can be refused",
    "lost-command": "its command can be lost",
    "stuck": "it can wait for ever",
}


def _where(event: Event, settings: Settings) -> str:
    """Where service is lost, in words; nothing if everywhere."""
    if len(event.loss.groups) == settings.group_count:
        return ""
    names = [settings.ports[index].name for index in event.loss.interfaces]
    if isinstance(event.fault, e.AtInterface) and names == [event.fault.interface]:
        return " there"
    return f" on {some_of(names)}"


def _why(answer: RunbookAnswer, problem: Problem) -> str:
    fault = problem.event.fault
    said = {
        "refused": "its command can be refused",
        "lost-command": "its command can be lost",
        "stuck": "it can wait for ever",
    }
    what = said.get(problem.event.kind) or _consequence(answer, problem)
    return what if fault is None else f"{_faults(answer, [fault])}: {what}"


def _with_fault(answer: RunbookAnswer) -> Iterator[str]:
    """What one fault leads to, the faults and steps with the same consequence together."""
    found: dict[tuple[tuple[int, ...], str], list[e.Fault]] = {}
    places: dict[tuple[str, e.Fault], list[int]] = {}
    for each in answer.with_fault:
        assert each.event.fault is not None
        places.setdefault((_consequence(answer, each), each.event.fault), []).append(each.event.place)
    for (what, fault), met in places.items():
        found.setdefault((tuple(sorted(dict.fromkeys(met))), what), []).append(fault)
    for (where, what), faults in sorted(found.items(), key=lambda each: each[0][0]):
        yield f"{_places(answer, where)}, {_faults(answer, faults)}: {what}"


def _faults(answer: RunbookAnswer, faults: Sequence[e.Fault]) -> str:
    units = [fault.unit.value for fault in faults if isinstance(fault, e.UnitFailed)]
    others = [fault for fault in faults if not isinstance(fault, e.UnitFailed)]
    parts = [f"the {' or the '.join(units)} dies"] if units else []
    return " or ".join([*parts, *in_words(others, answer.settings)])


def _without_standby(answer: RunbookAnswer) -> Iterator[str]:
    """The stretches of the runbook in which no standby is ready, those of one length together."""
    found: dict[str, list[int]] = {}
    for place, lasts in answer.without_standby:
        ends = lasts is not None and lasts.worst is not None
        found.setdefault(f" for {lasts}" if ends else "", []).append(place)
    for how_long, places in found.items():
        after = "before the first step" if places == [-1] else f"after {_places(answer, places)}"
        yield f"is ready{how_long} {after}{'' if how_long else ', until the next step'}"


def _place(answer: RunbookAnswer, place: int) -> str:
    if place < 0:
        return "before the first step"
    found = answer.runbook.steps[place]
    return f"line {found.line} ({found.text})"


def _places(answer: RunbookAnswer, places: Sequence[int]) -> str:
    if len(places) == 1:
        return _place(answer, places[0])
    lines = [str(answer.runbook.steps[place].line) for place in places if place >= 0]
    return f"lines {', '.join(lines[:-1])} and {lines[-1]}" if len(lines) > 1 else f"line {lines[0]}"


def _section(label: str, items: list[str]) -> list[str]:
    return [line for number, item in enumerate(items) for line in _wrapped("" if number else label, item)]


def _wrapped(label: str, text: str) -> list[str]:
    return labelled(label, text, LABEL, 2)


def recorded(answer: RunbookAnswer, problem: Problem) -> list[RecordedStep]:
    """The run to a problem step by step, with the refused command at its end where there is one."""
    steps = [
        RecordedStep(each.event, each.before, each.after, each.outputs)
        for each in replayed(answer.settings, problem.way)
    ]
    if problem.event.kind == "refused":
        there = answer.runbook.steps[problem.event.place]
        assert isinstance(there, Act)
        state = steps[-1].after if steps else cold(answer.settings)
        steps.append(RecordedStep(there.event, state, state, refused=problem.event.detail))
    return steps


# -- for programs ----------------------------------------------------------------------------------


def runbook_record(answer: RunbookAnswer, config: PairConfig, title: str) -> dict[str, Any]:
    """The answer as data; `events` is a shortest run from two units that are off."""
    riskiest = answer.riskiest
    return {
        "verdict": answer.verdict.value,
        "runbook": answer.runbook.source,
        "configuration": title,
        "steps": [{"line": each.line, "text": each.text} for each in answer.runbook.steps],
        "unsafe": [_record(answer, each, config) for each in answer.problems],
        "interruptions": [_record(answer, each, config) for each in answer.interruptions],
        "with_one_fault": [_record(answer, each, config) for each in answer.with_fault],
        "short_waits": [_record(answer, each, config) for each in answer.short],
        "no_standby_after": [answer.runbook.steps[place].line for place, _ in answer.without_standby if place >= 0],
        "no_standby_for": [_seconds(lasts) for place, lasts in answer.without_standby if place >= 0],
        "riskiest": None if riskiest is None else _record(answer, riskiest, config),
        "comes_to_its_end": answer.ends,
        "places": answer.nodes,
        "limit": answer.limit or None,
        "assumed": "; ".join(filter(None, (ASSUMED, answer.assumed))),
        **no_failover_record(config),
    }


def _seconds(lasts: Duration | None) -> list[float | None] | None:
    """Best and worst in seconds."""
    return None if lasts is None else [each if each is None else each / 1000 for each in (lasts.best, lasts.worst)]


def _record(answer: RunbookAnswer, problem: Problem, config: PairConfig) -> dict[str, Any]:
    event = problem.event
    return {
        "kind": event.kind,
        "line": answer.runbook.steps[event.place].line if event.place >= 0 else None,
        "says": problem_words(answer, problem, config),
        "fault": None if event.fault is None else str(event.fault),
        "without_service": [answer.settings.ports[index].name for index in event.loss.interfaces],
        "seconds": _seconds(problem.lasts),
        "until": answer.waiting.words(event.ends_by) or None,
        "events": list(map(str, problem.way)),
    }
