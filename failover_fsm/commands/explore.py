"""`failover-fsm explore`: the page of a check from a server on this machine, with the model behind it."""

from __future__ import annotations

import argparse
import secrets
import time
from typing import Any

import attrs

from failover_fsm.analysis.verify import verify
from failover_fsm.assessment.assess import assessment_of
from failover_fsm.assessment.protocol import Protocol
from failover_fsm.commands.files import BadInput, emit
from failover_fsm.commands.gaps import answer_undecided
from failover_fsm.commands.page_file import opening_of
from failover_fsm.commands.progress import Progress
from failover_fsm.commands.scenarios import scenario_of
from failover_fsm.commands.sessions import check_options
from failover_fsm.model.places import explored_environment
from failover_fsm.model.scenario import Scenario

__all__ = ["add_parser", "run"]

LAST_PORT = 65535


def add_parser(subparsers: Any) -> None:
    """Adds the subcommand to the command line."""
    parser = subparsers.add_parser(
        "explore",
        description="Checks the pair, and serves the page of `report` on this machine alone, until Ctrl-C. The page of"
        " `report` carries so many states; this one asks for more wherever you go. Its address has a random word in it:"
        " who does not know it gets nothing.",
        epilog="Exit status: 130 Ctrl-C, 2 bad input, 3 part of the configuration is missing.",
    )
    parser.add_argument("file", metavar="MODEL.toml|PRIMARY.cfg", help="a model file, or the primary's running-config")
    parser.add_argument("secondary", metavar="SECONDARY.cfg", nargs="?", help="the secondary's running-config")
    parser.add_argument("--port", metavar="N", type=_port, default=0, help="the TCP port (by default one that is free)")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Runs `explore`; it ends with Ctrl-C.

    Returns:
        3 if part of the configuration is missing.

    Raises:
        BadInput, ConfigError, ModelFileError: If the input cannot be used.
        KeyboardInterrupt: At Ctrl-C.
    """
    scenario = scenario_of(args.file, args.secondary)
    is_model = args.file.lower().endswith(".toml")
    if not is_model:
        scenario = attrs.evolve(scenario, environment=explored_environment(scenario.config))
    check_options(scenario, ("explore",))
    if scenario.config.gaps:
        return answer_undecided("explore", scenario.title, scenario.config, as_json=False)
    from failover_fsm.reports.html.server import PageServer  # its import takes longer than reading a file

    html, writer = _page(scenario, is_model)
    token = secrets.token_urlsafe(24)
    try:
        server = PageServer(args.port, token, html, writer)
    except OSError as error:
        raise BadInput(f"--port {args.port}: {error.strerror}; allowed: a port that is free") from None
    with server:
        emit(f"{server.address}\nCtrl-C ends it.\n")
        server.serve_forever()
    return 0


def _page(scenario: Scenario, is_model: bool) -> tuple[str, Any]:
    """The page, and what answers its questions."""
    from failover_fsm.assessment.page import opening
    from failover_fsm.reports.html.page import served_page

    with Progress("searching") as line:
        report = verify(scenario, clock=time.monotonic, progress=line.reached())
        if report.result.interrupted:
            raise KeyboardInterrupt
        if is_model:
            line.now("drawing the page")
            return served_page(report, opening=opening_of(report))
        facts = assessment_of(scenario, lambda: (Protocol.of(report), report), told=line.now)
        line.now("drawing the page")
        return served_page(report, opening=opening(facts))


def _port(text: str) -> int:
    if not text.isdecimal() or not text.isascii() or int(text) > LAST_PORT:
        raise argparse.ArgumentTypeError(f"{text!r} is no TCP port; allowed: 0 to {LAST_PORT}, 0 for one that is free")
    return int(text)
