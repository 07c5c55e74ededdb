"""The data for the script of the page: its states, their steps, and the runs."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from failover_fsm.analysis.verify import Report
from failover_fsm.checker import Verdict
from failover_fsm.diagrams.runs.sequence import banner
from failover_fsm.diagrams.style.kinds import kind_of
from failover_fsm.model.scenario import Scenario
from failover_fsm.pair import events as e
from failover_fsm.pair.outputs import Output, PhaseChanged, RoleChanged
from failover_fsm.pair.pair import cold
from failover_fsm.pair.states import State, Unit
from failover_fsm.pair.step import next_state
from failover_fsm.pair.tables import Row
from failover_fsm.reports.html.panels import FIELDS, active_words, panel, world
from failover_fsm.reports.html.runs import EXPLORE, PageRun, first_of
from failover_fsm.reports.html.state_graph import PageGraph, PageStep, StepCache, rows_taken
from failover_fsm.text.headings import heading
from failover_fsm.text.story import output_lines

__all__ = ["PageWriter", "page_data", "runs_of"]

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
            steps=answer.steps,
            loop=answer.loop,
            settings=report.scenario.settings,
        )


class Numbers:
    """Numbers equal values alike, in the order of their first use.

    Attributes:
        values: The values in the order of their numbers.

    Args:
        known: The first values.
    """

    def __init__(self, known: Iterable[Hashable] = ()) -> None:
        self.values: list[Any] = list(known)
        self._known: dict[Hashable, int] = {value: number for number, value in enumerate(self.values)}

    def of(self, thing: Hashable) -> int:
        """The number of a value."""
        number = self._known.get(thing)
        if number is None:
            number = self._known[thing] = len(self.values)
            self.values.append(thing)
        return number


def page_data(report: Report, carried: PageGraph, runs: Sequence[PageRun] = ()) -> dict[str, Any]:
    """The record for the script; the same for the same report.

    Args:
        report: The report.
        carried: The graph of the page, with the states of all runs.
        runs: The runs; by default those of the report.
    """
    return PageWriter(report, carried, runs).whole()


def _trace_head(scenario: Scenario) -> list[str]:
    """The head of a trace file of this scenario: the configuration by name, and options that are not the default."""
    from failover_fsm.trace.writer import trace_from

    config = [name.replace("\\", "/").rsplit("/", 1)[-1] for name in scenario.sources[:1]] or ["asa.cfg"]
    return trace_from([], config=config, options=scenario.options).splitlines()


class PageWriter:
    """Writes states and steps as numbers of their parts; a server goes on writing where the page ended.

    Attributes:
        states: The states, numbered.
    """

    def __init__(self, report: Report, carried: PageGraph, runs: Sequence[PageRun] = ()) -> None:
        self.scenario = report.scenario
        self.states = Numbers(carried.states)
        self._settings = report.scenario.settings
        self._parts = {name: Numbers() for name in ("panels", "worlds", "actives", "happenings")}
        self._quiet: dict[e.Event, int] = {}
        self._ways = StepCache(report.scenario)
        self._carried = carried
        self._runs = tuple(runs) or tuple(runs_of(report))
        self._written: list[list[int]] = []

    def whole(self) -> dict[str, Any]:
        """The record of the page."""
        pairs = zip(self._carried.states, self._carried.choices, strict=False)
        choices = [list(self.following(state, found)) for state, found in pairs]
        start = self.states.of(cold(self._settings))
        runs = [{"id": EXPLORE, "word": "explore", "start": start, "steps": []}]
        runs += [self._run(run) for run in self._runs]
        return {
            "fields": FIELDS,
            "interfaces": [port.name for port in self._settings.ports],
            "runs": runs,
            "first": first_of(self._runs),
            **self.since({}),
            "choices": choices,
            "complete": self._carried.complete,
            "trace": _trace_head(self.scenario),
        }

    def since(self, known: Mapping[str, int]) -> dict[str, Any]:
        """The states and their parts after so many of each that are known; 0 where none is."""
        self._written += [self._state(state) for state in self.states.values[len(self._written) :]]
        found: dict[str, Any] = {"states": self._written[known.get("states", 0) :]}
        return found | {name: part.values[known.get(name, 0) :] for name, part in self._parts.items()}

    def expanded(self, number: int, known: Mapping[str, int]) -> dict[str, Any]:
        """The steps of a state that the page does not carry, and what comes with them.

        Args:
            number: The number of the state.
            known: How many states and parts the reader knows.

        Raises:
            IndexError: If there is no such state.
        """
        if not 0 <= number < len(self.states.values):
            raise IndexError(f"no state {number}; allowed: 0 to {len(self.states.values) - 1}")
        state = self.states.values[number]
        choices = list(self.following(state, self._ways.choices(state)))
        return {**self.since(known), "choices": choices}

    def _state(self, state: State) -> list[int]:
        """The numbers of the panels, of the faults, and of the active unit."""
        panels = [panel(state, self.scenario, unit) for unit in Unit]
        numbers = [self._parts["panels"].of((each.lines, each.interfaces, each.role)) for each in panels]
        faults = self._parts["worlds"].of(world(state, self._settings))
        return [*numbers, faults, self._parts["actives"].of(active_words(state))]

    def following(self, state: State, found: Iterable[PageStep]) -> Iterator[int]:
        """The steps of a state: the number of the step, how far the state after it is from this one, and so on.

        Differences repeat more than numbers do, so they take half the room when they are packed.
        """
        own = self.states.of(state)
        for choice in found:
            number = self._quiet.get(choice.event) if choice.is_quiet else None
            if number is None:
                number = self._happening(choice.event, state, choice.after, choice.outputs, choice.rows)
            if choice.is_quiet:
                self._quiet[choice.event] = number
            yield number
            yield self.states.of(choice.after) - own

    def _run(self, run: PageRun) -> dict[str, Any]:
        """A run, with the numbers of its steps and states."""
        steps: list[int] = []
        for step in run.steps:
            rows = rows_taken(next_state(step.before, self._settings, step.event))
            steps += [
                self._happening(step.event, step.before, step.after, step.outputs, rows),
                self.states.of(step.after),
            ]
        return {
            "id": run.id,
            "word": run.word,
            "says": run.description,
            "start": self.states.of(run.steps[0].before),
            "steps": steps,
            "begins": run.begins,
            "loop": run.loop,
            "ending": run.ending,
            "breaks": run.breaks,
        }

    def _happening(
        self, event: e.Event, before: State, after: State, outputs: tuple[Output, ...], rows: tuple[Row[Any], ...]
    ) -> int:
        return self._parts["happenings"].of(
            (
                str(event),
                kind_of(type(event)).value,
                heading(event, before, after, self._settings),
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
