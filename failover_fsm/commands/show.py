"""`failover-fsm show`: what a unit prints for a show command, after given events."""

from __future__ import annotations

import argparse
from typing import Any

from failover_fsm.assessment.no_failover import no_failover_caveats
from failover_fsm.commands.asked_show import AskedShow, untimed_note
from failover_fsm.commands.files import BadInput, complain, emit
from failover_fsm.commands.gaps import print_gaps
from failover_fsm.commands.scenarios import scenario_of
from failover_fsm.commands.topologies import connected
from failover_fsm.commands.whatif import OPTION, parsed, play_after_boot, usable
from failover_fsm.device.commands import CommandError, find
from failover_fsm.pair.states import Unit


def add_parser(subparsers: Any) -> None:
    """Adds the subcommand to the command line."""
    parser = subparsers.add_parser(
        "show",
        description="Takes the pair as it boots, settled, lets events happen, and prints what a unit answers to a show"
        " command such as `show failover`, `show failover state`, `show failover history`. Words may be shortened."
        " Exit status: 0, 1 if the pair never settles, or 2 for bad input.",
    )
    parser.add_argument("command", metavar="COMMAND", help='as it is typed: "show failover history"')
    parser.add_argument("file", metavar="MODEL.toml|PRIMARY.cfg", help="a model file, or the primary's running-config")
    parser.add_argument(
        "--on",
        choices=[unit.value for unit in Unit],
        default=Unit.PRIMARY.value,
        help="the unit; by default the primary",
    )
    parser.add_argument("--context", metavar="NAME", help="enter it in this context")
    parser.add_argument(
        OPTION, metavar="EVENTS", help='"EVENT; EVENT", as in "unit_failed unit=primary; secondary: failover active"'
    )
    parser.add_argument("--topology", metavar="FIGURE|FILE", help="how the pair is connected")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Runs `show`.

    Returns:
        The exit status: 0, or 1 if the pair never settles.

    Raises:
        BadInput, ConfigError, ModelFileError, TraceError: If the input cannot be used.
    """
    try:
        command, _ = find(args.command)
    except CommandError as error:
        raise BadInput(str(error)) from None
    scenario = connected(scenario_of(args.file), args.topology)
    given = () if args.after is None else parsed(args.after, tuple(usable(scenario.settings)))
    played = play_after_boot(scenario, given)
    answer = AskedShow(command=args.command, unit=Unit(args.on), context=args.context).answer(played)
    print_gaps(scenario.config, args.file)
    for said in no_failover_caveats(scenario.config):
        complain(f"{args.file}: {said}")
    for warning in played.warnings:
        complain(f"{OPTION}: {warning.what}")
    if command.dated:
        complain(f"{args.command}: {untimed_note()}")
    if played.is_livelock:
        complain(f"{OPTION}: the pair never settles: this is one of the states that repeat")
    emit(answer)
    return int(played.is_livelock)
