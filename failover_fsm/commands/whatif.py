"""`failover-fsm whatif`: a healthy pair, some events, and the resulting state of the pair."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator, Sequence
from typing import Any

import attrs

from failover_fsm.analysis.cut_sets import possible_faults
from failover_fsm.analysis.what_if import MOST_EVENTS, SEVERITIES, SettledOutcome, outcomes
from failover_fsm.assessment.no_failover import no_failover_caveats, no_failover_record, no_failover_text
from failover_fsm.commands import page_file
from failover_fsm.commands.files import BadInput, complain, emit, emit_answer
from failover_fsm.commands.gaps import answer_undecided, print_gaps
from failover_fsm.commands.json_object import json_object
from failover_fsm.commands.outputs import check_outputs
from failover_fsm.commands.progress import Progress
from failover_fsm.commands.scenarios import scenario_of
from failover_fsm.commands.topologies import connected
from failover_fsm.config.records.pair_config import StatefulLink
from failover_fsm.config.values.errors import shown
from failover_fsm.config.values.input_file import files_read
from failover_fsm.model.interleavings import replayed
from failover_fsm.model.scenario import Scenario
from failover_fsm.pair import events as e
from failover_fsm.pair.environment import group_index, protocol_steps
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import Unit
from failover_fsm.reports.text.what_if import outcomes_record, outcomes_text, story_record, story_text
from failover_fsm.text.colour import coloured
from failover_fsm.trace.language import Do, Settle, Statement, Trace, parse_trace
from failover_fsm.trace.player import play
from failover_fsm.trace.run import Played

OPTION = "--after"
ALLOWED = 'allowed: "EVENT; EVENT", as in "unit_failed unit=primary"'


def add_parser(subparsers: Any) -> None:
    """Adds the subcommand to the command line."""
    parser = subparsers.add_parser(
        "whatif",
        description="Takes the pair as it boots, lets the events happen, and tells how it stands then."
        " Exit status: 0, 1 if the pair never settles, 2 bad input, 3 undecided.",
    )
    parser.add_argument("file", metavar="MODEL.toml|PRIMARY.cfg", help="a model file, or the primary's running-config")
    parser.add_argument(
        OPTION, metavar="EVENTS", help='"EVENT; EVENT", as in "unit_failed unit=primary; secondary: failover active"'
    )
    parser.add_argument("--topology", metavar="FIGURE|FILE", help="how the pair is connected")
    parser.add_argument("--any-order", action="store_true", help="every order, and each different outcome")
    parser.add_argument("--plus-one-fault", action="store_true", help="one more fault anywhere, worst outcome first")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    page_file.add_argument(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Runs `whatif`.

    Returns:
        The exit status: 0, 1 if the pair never settles, or 3 if the answer depends on something unknown.

    Raises:
        BadInput, ConfigError, ModelFileError, TraceError: If the input cannot be used.
    """
    with files_read() as inputs:
        scenario = connected(scenario_of(args.file), args.topology)
    check_outputs(inputs, {"--report": args.report})
    given = parsed(args.after, tuple(usable(scenario.settings)))
    if scenario.config.gaps and (args.plus_one_fault or any(map(_rests_on_interfaces, _events(given)))):
        page_file.not_written(args.report)
        return answer_undecided("whatif", scenario.title, scenario.config, as_json=args.json)
    print_gaps(scenario.config, args.file)
    played = play_after_boot(scenario, given)
    if args.any_order or args.plus_one_fault:
        return _outcomes(args, scenario, tuple(_events(given)))
    for warning in played.warnings:
        complain(f"{OPTION}: {warning.what}; --any-order tells more")
    booted = _booted(played)
    steps, loop = played.steps[booted:], None if played.loop is None else played.loop - booted
    settings, to_come = played.pair.settings, tuple(_preempt_delays(played))

    def text() -> str:
        return no_failover_text(scenario.config) + story_text(steps, settings, loop=loop) + _still_runs(to_come)

    if args.json:
        record = {"after": list(map(str, _events(given))), **story_record(steps, settings, loop=loop)}
        emit(_json(args, scenario, record, to_come))
    else:
        emit_answer(text, coloured=coloured)
    if args.report is not None:
        from failover_fsm.reports.html.figures import Story

        story = Story(name=f"After {args.after.strip()}", steps=steps, settings=settings, loop=loop)
        page_file.write_page(args.report, f"What if: {scenario.short_title}", text(), [story])
    return int(played.is_livelock)


def _still_runs(delays: Sequence[str]) -> str:
    return "".join(f"\nStill runs: {each}\n" for each in delays)


def _preempt_delays(played: Played) -> Iterator[str]:
    """The preempt delays that run in the end, which takes no time; `--any-order` tells what comes after them."""
    pair = played.pair
    for step in protocol_steps(pair.state, pair.settings):
        if isinstance(step, e.PreemptTimerExpired) and not played.is_livelock:
            delay = pair.settings.groups[group_index(step.group)].preempt_delay
            yield f"the preempt delay of group {step.group} on the {step.unit.value}, {delay} s; then it goes there"


def _json(args: argparse.Namespace, scenario: Scenario, record: dict[str, Any], caveats: tuple[str, ...] = ()) -> str:
    config = scenario.config
    whole = record | no_failover_record(config)
    return json_object("whatif", whole, ((args.file, config),), (*no_failover_caveats(config), *caveats))


def _outcomes(args: argparse.Namespace, scenario: Scenario, given: tuple[e.Event, ...]) -> int:
    settings, environment = scenario.settings, scenario.environment
    faults = possible_faults(settings, environment, everywhere=True) if args.plus_one_fault else ()
    if len(given) > MOST_EVENTS:
        raise BadInput(f"{OPTION}: {len(given)} events; allowed: at most {MOST_EVENTS} with this option")
    typed = next((event.text for event in given if isinstance(event, e.CommandEntered)), None)
    if typed is not None:
        what = f"{shown(typed)} may change the configuration, which is followed in one order only"
        raise BadInput(f"{OPTION}: {what}; allowed: without --any-order and --plus-one-fault")
    with Progress("trying the orders", "places") as line:
        found = outcomes(scenario.settings, given, any_order=args.any_order, faults=faults, seen=line.at)
    listed = "; ".join(map(str, given))
    orders = f"{listed} {'in any order' if args.any_order else 'in this order'}"
    orders += " with at most one more fault, anywhere" if args.plus_one_fault else ""

    def text() -> str:
        told = outcomes_text(found, scenario.settings, orders=orders, more=args.plus_one_fault)
        return no_failover_text(scenario.config) + told

    _write_page(args, scenario, found, text())
    if args.json:
        record = {"after": list(map(str, given)), "outcomes": outcomes_record(found, scenario.settings)}
        emit(_json(args, scenario, record))
    else:
        emit_answer(text)
    return 0


MOST_DRAWN = 20
"""The most outcomes whose runs a page draws, the worst first; its text has them all."""


def _write_page(args: argparse.Namespace, scenario: Scenario, found: Sequence[SettledOutcome], text: str) -> None:
    """Writes the page of the outcomes, if it is asked for."""
    if args.report is None:
        return
    from failover_fsm.reports.html.figures import Story

    settings = scenario.settings
    stories = [
        Story(
            name=f"Outcome {number}: {SEVERITIES[outcome.severity]}",
            says="" if outcome.fault is None else f"With one more fault: {outcome.fault}.",
            steps=tuple(replayed(settings, outcome.events)),
            settings=settings,
        )
        for number, outcome in enumerate(found[:MOST_DRAWN], start=1)
    ]
    page_file.write_page(args.report, f"What if: {scenario.short_title}", text, stories)


OUTSIDE = (*e.FAULTS, *e.REPAIRS, *e.COMMANDS)


def usable(settings: Settings) -> Iterator[type[e.Event]]:
    """The events that can happen in this pair: elements need a topology, the stateful link has to be one of its own."""
    for kind in OUTSIDE:
        without = settings.topology is None and issubclass(kind, e.ElementFailed | e.ElementRestored)
        shared = settings.stateful is not StatefulLink.DEDICATED
        if not without and not (shared and issubclass(kind, e.StatefulLinkFailed | e.StatefulLinkRestored)):
            yield kind


def parsed(text: str | None, offered: tuple[type[e.Event], ...] = OUTSIDE) -> tuple[Do, ...]:
    """The events of `--after`, each with its number as the line; errors offer only those that are `offered`.

    Raises:
        BadInput: If there is none.
        TraceError: If one is no fault, repair or command.
    """
    if text is None or not text.strip():
        raise BadInput(f"{OPTION} is missing; {ALLOWED}")
    if not text.strip("; \t\r\n"):
        raise BadInput(f"{OPTION}: no event in {shown(text)}; {ALLOWED}")
    trace = parse_trace("\n".join(_split(text)), OPTION, config_given=True, offered=offered)
    return tuple(statement for statement in trace.statements if isinstance(statement, Do))


def _split(text: str) -> Iterator[str]:
    """The parts between semicolons or line breaks outside quotes."""
    yield from re.findall(r'(?:[^";\n\r]|"[^"\n\r]*"?)+', text)


def _events(given: tuple[Do, ...]) -> Iterator[e.Event]:
    return (statement.event for statement in given)


def play_after_boot(scenario: Scenario, given: tuple[Do, ...]) -> Played:
    """Boots the pair and applies the events; the pair settles after each."""
    boot: list[Statement] = [Do(e.UnitRestored(unit=unit)) for unit in Unit]
    after = [each for statement in given for each in (statement, Settle(line=statement.line))]
    config = attrs.evolve(scenario.config, enabled=True)
    typed = any(isinstance(event, e.CommandEntered) for event in _events(given))
    settings = attrs.evolve(scenario.settings, running=config) if typed else scenario.settings
    return play(Trace((*boot, Settle(), *after), OPTION), config, settings=settings)


def _booted(played: Played) -> int:
    """The number of steps of the boot."""
    boot = next(index for index, record in enumerate(played.records) if isinstance(record.statement, Settle))
    return sum(len(record.steps) for record in played.records[: boot + 1])


def _rests_on_interfaces(event: e.Event) -> bool:
    """Whether what follows an event depends on the data interfaces: every fault does but that of a unit."""
    return isinstance(event, (e.Fault, e.Repair)) and not isinstance(event, (e.UnitFailed, e.UnitRestored))
