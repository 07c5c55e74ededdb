"""What subcommands print where part of a configuration is missing: what is not known, no figure that rests on it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from failover_fsm.assessment.points import link_trouble
from failover_fsm.commands.files import complain, emit, emit_answer
from failover_fsm.commands.json_object import json_object
from failover_fsm.config.records.pair_config import PairConfig
from failover_fsm.config.values.printable import printable
from failover_fsm.pair import events as e
from failover_fsm.trace.language import Trace

UNDECIDED = 3


def print_gaps(config: PairConfig, source: str) -> None:
    """Prints the gaps of a configuration on stderr, one line each."""
    for gap in config.gaps:
        complain(f"{source}: {gap}")


def print_gaps_of_run(config: PairConfig, trace: Trace, given: str | None = None) -> None:
    """Prints the gaps of the configuration that a scenario is played with, and what keeps its failover link down.

    Args:
        config: The configuration.
        trace: The scenario, which names the file of the configuration.
        given: The file that was read instead.
    """
    named = trace.config.paths[0] if trace.config is not None else ""
    source = given or str(Path(trace.source).parent / named)
    print_gaps(config, source)
    for point in link_trouble(config):
        place = f"{source}:{point.line}" if point.line else source
        complain(f"{place}: {point.subject} {point.reason}; the scenario is played as if it worked")


def gap_records(config: PairConfig) -> list[dict[str, str]]:
    """The gaps as a list of JSON objects."""
    return [{"not_known": gap.unknown, "remedy": gap.remedy} for gap in config.gaps]


def answer_undecided(command: str, title: str, config: PairConfig, *, as_json: bool) -> int:
    """Prints that there is no answer because of gaps, and returns the exit status."""
    if as_json:
        record: dict[str, Any] = {"verdict": "undecided", "gaps": gap_records(config)}
        emit(json_object(command, record, ((title, config),)))
    else:
        lines = [printable(title), "", "Not known", *(f"  - {gap.unknown}; {gap.remedy}" for gap in config.gaps), ""]
        lines.append("UNDECIDED: the answer rests on what is not known; nothing was searched.\n")
        emit_answer(lambda: "\n".join(lines))
    return UNDECIDED


def rests_on_interfaces(event: e.Event) -> bool:
    """Whether what follows an event depends on the data interfaces: every fault does but that of a unit."""
    return isinstance(event, (e.Fault, e.Repair)) and not isinstance(event, (e.UnitFailed, e.UnitRestored))
