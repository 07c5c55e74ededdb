"""Counterexamples and witnesses as scenario files, which `run` replays."""

from __future__ import annotations

import os
from pathlib import Path

from failover_fsm.analysis.verify import Answer, Report
from failover_fsm.checker import Verdict
from failover_fsm.commands.files import make_folder, write_bytes
from failover_fsm.model.scenario import Scenario
from failover_fsm.trace.writer import trace_from

__all__ = ["topology_word", "trace_text", "write_traces"]


def write_traces(report: Report, folder: Path) -> None:
    """A file for each answer that has a run."""
    make_folder("--traces", folder)
    for answer in report.answers:
        if answer.steps:
            text = trace_text(report, answer, folder)
            write_bytes(folder / f"{answer.promise.id}.trace", text.encode())


def trace_text(report: Report, answer: Answer, folder: Path) -> str:
    """The counterexample or witness of an answer as a scenario file in `folder`, which `run` replays."""
    scenario = report.scenario
    config = os.path.relpath(scenario.sources[0], folder)
    word = "breaks" if answer.verdict is Verdict.VIOLATED else "is witnessed"
    place = f" in group {answer.group}" if answer.group else ""
    header = [f"{answer.promise.id} {word}{place}: {answer.promise.says}"]
    header += [answer.expected] if answer.expected else []
    return trace_from(
        [step.event for step in answer.steps],
        config=[config],
        topology=topology_word(scenario, folder),
        options=scenario.options,
        comments=header,
        loop=answer.loop,
    )


def topology_word(scenario: Scenario, folder: Path) -> str | None:
    """The argument of `topology` in a trace in `folder`: the name of a figure, or the file with the table."""
    if scenario.topology is None:
        return None
    source = scenario.topology.source
    return scenario.topology.name if source is None else os.path.relpath(source, folder)
