"""`failover-fsm config`: parse, validate, advise, and print the normalised configuration."""

from __future__ import annotations

import argparse
from typing import Any

from failover_fsm.commands.files import complain, emit
from failover_fsm.commands.gaps import print_gaps
from failover_fsm.config.asa.files import read_config
from failover_fsm.config.records.asymmetric import asr_groups, effect_of, takes_effect
from failover_fsm.config.review.kinds import say_kind
from failover_fsm.config.review.shared_macs import shared_default_macs


def add_parser(subparsers: Any) -> None:
    """Adds the subcommand to the command line."""
    parser = subparsers.add_parser(
        "config",
        description="Reads a running-config, says what the chapter advises against and which kind of pair it is and "
        "could be (on stderr), and prints the failover commands and what they lean on, as "
        "`show running-config failover` would.",
    )
    parser.add_argument("file", metavar="FILE.cfg", help="a running-config")
    parser.add_argument("--beside", metavar="OTHER.cfg", help="another pair on the same network: are MACs equal?")
    parser.add_argument("--show-key", action="store_true", help="print keys, not *****")
    parser.add_argument("--all", action="store_true", help="print defaults too")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Runs `config`; returns 0.

    Raises:
        ConfigError: If a file cannot be used.
    """
    config = read_config(args.file)
    advice = config.advice
    if args.beside is not None:
        advice += shared_default_macs(config, read_config(args.beside))
    for each in advice:
        where = f"{args.file}:{each.line}" if each.line else args.file
        complain(f"{where}: {each.text} ({each.rule})")
    for group in asr_groups(config):
        if takes_effect(config, group):  # else the advice has said so
            complain(f"{args.file}:{config.line_in(group.members[0], 'asr-group')}: {effect_of(config, group)}")
    print_gaps(config, args.file)
    emit(config.to_asa(all=args.all, show_key=args.show_key))
    is_told = config.says_anything_of_failover and (config.active_active or not config.gaps)
    for text, rules in say_kind(config) if is_told else ():  # half a configuration may be that of either kind
        complain(f"{args.file}: {text} ({rules})")
    return 0
