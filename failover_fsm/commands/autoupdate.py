"""`failover-fsm autoupdate`: what the next Auto Update of a pair would do, with and without one fault."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from failover_fsm.assessment.no_failover import no_failover_caveats, no_failover_record, no_failover_text
from failover_fsm.commands.configurations import check_link
from failover_fsm.commands.files import BadInput, complain, emit, emit_answer
from failover_fsm.commands.gaps import answer_undecided
from failover_fsm.commands.json_object import json_object
from failover_fsm.commands.progress import Progress
from failover_fsm.config.asa.files import read_config
from failover_fsm.config.records.pair_config import PairConfig, Unit
from failover_fsm.config.values.input_file import InputFileError, read_input
from failover_fsm.config.values.printable import printable
from failover_fsm.config.values.release import Release
from failover_fsm.pair.settings import Settings
from failover_fsm.reports.text.auto_update import outlook_record, outlook_text
from failover_fsm.services.autoupdate.machine import AutoUpdate
from failover_fsm.services.autoupdate.model import update_model
from failover_fsm.services.autoupdate.outlook import FAULTS, Outlook, outlook
from failover_fsm.services.autoupdate.server_file import ServerDescription, ServerFileError, read_server
from failover_fsm.services.autoupdate.settings import UpdateSettings

OPTION = "--server"
MAX_BYTES = 2**20


def add_parser(subparsers: Any) -> None:
    """Adds the subcommand to the command line."""
    parser = subparsers.add_parser(
        "autoupdate",
        description="Takes the pair as it boots, reaches the poll time, and follows the update; then does so with each"
        " fault at each moment. Exit status: 0 HOLDS or HOLDS WITH GAPS, 1 VIOLATED or NO UPDATE, 2 bad input,"
        " 3 UNDECIDED.",
    )
    parser.add_argument("file", metavar="PRIMARY.cfg", help="the primary's running-config")
    parser.add_argument(OPTION, metavar="SERVER.toml", required=True, help="what the Auto Update Server offers")
    parser.add_argument("--transcript", action="store_true", help="print the lines of `debug auto-update client` only")
    parser.add_argument("-v", "--verbose", action="store_true", help="every step, and every fault")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Runs `autoupdate`.

    Returns:
        The exit status: 0 holds, 1 violated or refused, 3 if a part of the configuration is missing.

    Raises:
        BadInput, ConfigError: If the input cannot be used.
    """
    config = read_config(args.file)
    check_link(config, args.file)
    described = _described(args.server)
    if config.gaps:
        return answer_undecided("autoupdate", args.file, config, as_json=args.json)
    if config.unit is Unit.SECONDARY:
        complain(f"{args.file}: the secondary's configuration; Auto Update is configured on the primary (AUT-1)")
    hitless, why = _hitless(config, described)
    settings = UpdateSettings(
        pair=Settings.of(config),
        configured=config.auto_update is not None,
        single=not (config.multiple_context or config.active_active),
        hitless=hitless,
        changes_link=_changes_link(config, described, args.server),
        server=described.address or _host(config) or "the server",
        files=described.files,
    )
    model = update_model(AutoUpdate(settings=settings, first=described.first), FAULTS)
    with Progress("exploring the update"):
        found = outlook(model, model.initial_states()[0])
    _print(args, config, found, why)
    return found.exit_status


def _print(args: argparse.Namespace, config: PairConfig, found: Outlook, hitless: str) -> None:
    if args.json:
        record = outlook_record(found, (hitless, *ASSUMED))
        caveats = (*no_failover_caveats(config), *record["assumed"])
        emit(json_object("autoupdate", record | no_failover_record(config), ((args.file, config),), caveats))
    elif args.transcript:
        emit("".join(f"{line}\n" for line in found.undisturbed.transcript))
    else:
        title = printable(f"{args.file}, server {args.server}")
        emit_answer(
            lambda: no_failover_text(config) + outlook_text(found, title, (hitless, *ASSUMED), verbose=args.verbose)
        )


ASSUMED = (
    "one fault at a time; the pair comes to rest before the process takes its next step",
    "the primary compares the checksum of what it retrieves, and keeps nothing else",
    "a unit tells of the image that it runs; units of two versions still form a pair (HW-6)",
    "the new configuration is saved on both units; a reload takes less time than a poll period",
)
"""What every answer rests on."""


def _described(file: str) -> ServerDescription:
    """The description of the server in a file.

    Raises:
        BadInput: If it cannot be read, or is none.
    """
    try:
        return read_server(read_input(file, MAX_BYTES).decode("utf-8-sig"), file)
    except InputFileError as error:
        raise BadInput(f"{file}: {error.what}; allowed: {error.allowed}") from None
    except UnicodeDecodeError:
        raise BadInput(f"{file}: not a text file; allowed: UTF-8 text in TOML") from None
    except ServerFileError as error:
        raise BadInput(str(error)) from None


def _hitless(config: PairConfig, described: ServerDescription) -> tuple[bool, str]:
    """Whether the update can be hitless, and where that is known from (HW-5, HW-6)."""
    if described.hitless is not None:
        return described.hitless, f"{'hitless' if described.hitless else 'not hitless'}, as the server's file says"
    now, then = (None if text is None else Release.parse(text) for text in (config.software, described.version))
    if now is None or then is None:
        return True, "hitless, since the versions are not known; say `hitless = false` for another answer"
    same = (now.major, now.minor) == (then.major, then.minor)
    return same, f"{'hitless' if same else 'not hitless'}: from version {config.software} to {described.version} (HW-6)"


def _changes_link(config: PairConfig, described: ServerDescription, server: str) -> bool:
    """Whether the offered configuration has another failover link (AUT-4); False where its file is not given."""
    if described.configuration is None:
        return False
    offered = read_config(Path(server).parent / described.configuration)
    return _link(offered) != _link(config)


def _link(config: PairConfig) -> object:
    """The failover link of a configuration: its name, its port and its addresses."""
    name = "" if config.lan is None else config.lan.name.lower()
    return config.lan, [each for each in config.interface_ips if each.name.lower() == name]


def _host(config: PairConfig) -> str | None:
    """The host of the configured URL."""
    try:
        return None if config.auto_update is None else urlsplit(config.auto_update).hostname
    except ValueError:
        return None
