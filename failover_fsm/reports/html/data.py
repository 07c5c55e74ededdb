"""The data for the script of the page: its states, their steps, and the runs."""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterable, Iterator
from typing import Any

import attrs

from failover_fsm.analysis.verify import Answer, Report
from failover_fsm.checker import Verdict
from failover_fsm.diagrams.runs.sequence import banner
from failover_fsm.diagrams.style.kinds import kind_of
from failover_fsm.model.scenario import Scenario
from failover_fsm.pair import events as e
from failover_fsm.pair.outputs import Output, PhaseChanged, RoleChanged
from failover_fsm.pair.pair import cold
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import State, Unit
from failover_fsm.pair.step import next_state
from failover_fsm.pair.tables import Row
from failover_fsm.reports.html.panels import FIELDS, active_words, panel, world
from failover_fsm.reports.html.state_graph import PageGraph, PageStep, rows_taken
from failover_fsm.text.headings import heading
from failover_fsm.text.story import output_lines

__all__ = ["EXPLORE", "PageRun", "page_data", "runs_of", "script_json"]

EXPLORE = "explore"
"""The id of the run without steps: the start, from which the reader continues."""


@attrs.frozen(kw_only=True)
class PageRun:
    """A run to step through.

    Attributes:
        id: The id of the promise.
        word: "how it breaks" or "how it happens".
        description: The promise.
        answer: The verdict with its steps.
        settings: The pair.
        ending: The comment on the last step.
        breaks: True if the last step violates the promise.
    """

    id: str
    word: str
    description: str
    ending: str
    breaks: bool
    answer: Answer
    settings: Settings


_ENDINGS = {
    "step": "This step breaks the promise.",
    "always": "This state breaks the promise.",
    "when-settled": "Here nothing changes any more until a fault, a repair or a command, and the promise is not kept.",
    "leads-to": "From here on the steps repeat for ever, and what is promised never comes.",
    "can-recover": "From here no repair and no step of the units leads back to a healthy pair.",
    "converges": "From here on the steps repeat for ever: the units never come to rest.",
    "sometimes": "So this can happen.",
}


def runs_of(report: Report) -> Iterator[PageRun]:
    """The runs to step through: counterexamples first, then witnesses."""
    answers = [answer for answer in report.answers if answer.steps]
    for answer in sorted(answers, key=lambda item: item.verdict is not Verdict.VIOLATED):
        broken = answer.verdict is Verdict.VIOLATED
        word = "how it happens" if not broken else "how it breaks, as is known" if answer.expected else "how it breaks"
        yield PageRun(
            id=answer.promise.id,
            word=word,
            description=answer.promise.says,
            ending=_ENDINGS[answer.promise.kind],
            breaks=broken,
            answer=answer,
            settings=report.scenario.settings,
        )


class _Numbers:
    """Numbers equal values alike, in the order of their first use."""

    def __init__(self) -> None:
        self._known: dict[Hashable, int] = {}

    def of(self, thing: Hashable) -> int:
        """The number of a value."""
        return self._known.setdefault(thing, len(self._known))

    def all(self) -> list[Any]:
        """All values in the order of their numbers."""
        return list(self._known)


def page_data(report: Report, carried: PageGraph) -> dict[str, Any]:
    """The record for the script; the same for the same report.

    Args:
        report: The report.
        carried: The graph of the page, with the states of all runs of the report.
    """
    writer = _Writer(report.scenario, carried)
    choices = [
        list(writer.following(state, found)) for state, found in zip(carried.states, carried.choices, strict=False)
    ]
    runs = [{"id": EXPLORE, "word": "explore", "start": writer.number(cold(report.scenario.settings)), "steps": []}]
    runs += [writer.run(run) for run in runs_of(report)]
    return {
        "fields": FIELDS,
        "interfaces": [port.name for port in report.scenario.settings.ports],
        "runs": runs,
        "states": writer.states(),
        "choices": choices,
        "happenings": writer.happenings.all(),
        "panels": writer.panels.all(),
        "worlds": writer.worlds.all(),
        "actives": writer.actives.all(),
        "complete": carried.complete,
        "trace": _trace_head(report.scenario),
    }


def _trace_head(scenario: Scenario) -> list[str]:
    """The head of a trace file of this scenario: the configuration by name, and options that are not the default."""
    from failover_fsm.trace.writer import trace_from

    config = [name.replace("\\", "/").rsplit("/", 1)[-1] for name in scenario.sources[:1]] or ["asa.cfg"]
    return trace_from([], config=config, options=scenario.options).splitlines()


class _Writer:
    """Writes states and steps as numbers of their parts."""

    def __init__(self, scenario: Scenario, carried: PageGraph) -> None:
        self.settings = scenario.settings
        self.config = scenario.config
        self.panels, self.worlds, self.actives = _Numbers(), _Numbers(), _Numbers()
        self.happenings = _Numbers()
        self._carried = carried
        self._numbers = {state: number for number, state in enumerate(carried.states)}

    def number(self, state: State) -> int:
        """The number of a state of the page."""
        return self._numbers[state]

    def states(self) -> list[list[int]]:
        """For each state the numbers of its panels, of its faults and of the active unit."""
        return [self._state(state) for state in self._carried.states]

    def _state(self, state: State) -> list[int]:
        panels = [panel(state, self.config, self.settings, unit) for unit in Unit]
        numbers = [self.panels.of((each.lines, each.interfaces, each.role)) for each in panels]
        return [*numbers, self.worlds.of(world(state, self.settings)), self.actives.of(active_words(state))]

    def following(self, state: State, found: Iterable[PageStep]) -> Iterator[int]:
        """The steps of a state: the number of the step, the number of the state after it, and so on."""
        for choice in found:
            yield self._happening(choice.event, state, choice.after, choice.outputs, choice.rows)
            yield self._numbers[choice.after]

    def run(self, run: PageRun) -> dict[str, Any]:
        """A run, with the numbers of its steps and states."""
        steps: list[int] = []
        for step in run.answer.steps:
            rows = rows_taken(next_state(step.before, self.settings, step.event))
            steps += [self._happening(step.event, step.before, step.after, step.outputs, rows), self.number(step.after)]
        return {
            "id": run.id,
            "word": run.word,
            "says": run.description,
            "start": self.number(run.answer.steps[0].before),
            "steps": steps,
            "loop": run.answer.loop,
            "ending": run.ending,
            "breaks": run.breaks,
        }

    def _happening(
        self, event: e.Event, before: State, after: State, outputs: tuple[Output, ...], rows: tuple[Row[Any], ...]
    ) -> int:
        return self.happenings.of(
            (
                str(event),
                kind_of(type(event)).value,
                heading(event, before, after, self.settings),
                tuple(_unit_lines(outputs, Unit.PRIMARY, after)),
                tuple(_unit_lines(outputs, Unit.SECONDARY, after)),
                banner(before, after),
                " ".join(dict.fromkeys(rule for row in rows for rule in row.rules)),
            )
        )


def _unit_lines(outputs: tuple[Output, ...], unit: Unit, after: State) -> Iterator[str]:
    """The lines of a unit about a step: the reason of its change, its log, its messages."""
    own = [output for output in outputs if output.unit is unit]
    changes = (output.reason for output in own if isinstance(output, PhaseChanged | RoleChanged))
    if after.unit(unit).powered:
        yield from (f'because "{reason}"' for reason in dict.fromkeys(changes) if reason)
    for output in own:
        yield from output_lines(output)


def script_json(data: Any) -> str:
    """JSON for a script element: ASCII, without characters that HTML could take for markup."""
    text = json.dumps(data, ensure_ascii=True, separators=(",", ":"))
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
