"""`failover-fsm suite`: a small test suite that covers every state, row, pair of rows or single fault."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import Any

from failover_fsm.commands.files import BadInput, complain, emit_answer, make_folder, write_bytes
from failover_fsm.commands.gaps import answer_undecided
from failover_fsm.commands.outputs import check_outputs
from failover_fsm.commands.progress import Progress
from failover_fsm.commands.scenarios import scenario_from
from failover_fsm.config.values.input_file import files_read
from failover_fsm.config.values.printable import printable
from failover_fsm.config.values.suggestions import nearest
from failover_fsm.model.scenario import Scenario
from failover_fsm.pair.group import GROUP_TABLE
from failover_fsm.pair.unit import UNIT_TABLE
from failover_fsm.testing.pair.suite_text import FORMATS, suite_files
from failover_fsm.testing.pair.suites import COVERS, GraphTooLarge, Suite, make_suite
from failover_fsm.testing.pair.walk import TransitionSystem

PATTERNS = {"trace": "*.trace", "pytest": "test_*.py", "markdown": "*.md"}
"""The names of the files in each format."""


def add_parser(subparsers: Any) -> None:
    """Adds the subcommand to the command line."""
    parser = subparsers.add_parser(
        "suite",
        description="Explores the pair and writes few tests that together meet "
        + "; or ".join(f"{meaning} ({word})" for word, meaning in COVERS.items())
        + ". As scenarios they replay with `failover-fsm run`, as a pytest module they drive an adapter "
        "(docs/howto/testing.md), as Markdown they are a checklist for a lab.",
    )
    parser.add_argument("file", metavar="MODEL.toml|CONFIG", help="a model file, or the primary's running-config")
    parser.add_argument("--cover", metavar="WHAT", required=True, help=", ".join(COVERS))
    parser.add_argument("--format", metavar="FORMAT", default="trace", help=f"{', '.join(FORMATS)} (default trace)")
    parser.add_argument("--faults", metavar="N", help="at most N faults at the same time, or `any`")
    parser.add_argument("-o", "--output", metavar="DIR", type=Path, required=True, help="where the files go")
    parser.set_defaults(run=run, secondary=None, promise=None)


def run(args: argparse.Namespace) -> int:
    """Runs `suite`.

    Returns:
        The exit status: 0, or 3 if parts of the configuration are missing: nothing is written then.

    Raises:
        BadInput, ConfigError, ModelFileError: If the input cannot be used.
    """
    for option, given, allowed in (("--cover", args.cover, COVERS), ("--format", args.format, FORMATS)):
        if given not in allowed:
            raise BadInput(f"{option} {given}: no such word{nearest(given, allowed)}; allowed: {', '.join(allowed)}")
    with files_read() as inputs:
        scenario = scenario_from(args, bound="least")
    check_outputs(inputs, {}, {"-o": args.output}, PATTERNS[args.format])
    if scenario.config.gaps:
        complain(f"{args.output}: not written, since nothing was searched")
        return answer_undecided("suite", scenario.title, scenario.config, as_json=False)
    transitions = TransitionSystem(scenario.config, scenario.environment, scenario.options)
    try:
        with Progress("exploring", "states") as line:
            suite = make_suite(transitions, args.cover, by_steps=args.format == "trace", seen=line.at)
    except GraphTooLarge as error:
        raise BadInput(f"{args.file}: {error}; allowed: a smaller environment, such as --faults 1") from None
    files = suite_files(suite, transitions, args.format, _beside(scenario, args.output))
    _write(files, args.output)
    emit_answer(lambda: _summary(suite, args.output, files), coloured=str)  # names of rows look like labels
    return 0


def _beside(scenario: Scenario, folder: Path) -> list[str]:
    return [os.path.relpath(source, folder) for source in scenario.sources]


def _write(files: dict[str, str], folder: Path) -> None:
    make_folder("-o", folder)
    for name, text in files.items():
        write_bytes(folder / name, text.encode())


def _summary(suite: Suite, folder: Path, files: dict[str, str]) -> str:
    names = list(files)
    shown = names[0] if len(names) == 1 else f"{names[0]} to {names[-1]}" if names else "nothing"
    lines = [
        f"{COVERS[suite.cover]}: {suite.met}",
        f"tests: {len(suite.walks)}, steps: {suite.stages}",
        f"written to {printable(str(folder))}: {shown}",
    ]
    if suite.cover == "rows":
        rows = [row.name for table in (UNIT_TABLE, GROUP_TABLE) for row in table.rows]
        missing = [name for name in rows if name not in suite.rows]
        lines.append(f"rows that this environment never takes, or no tester can bring about: {len(missing)}")
        lines += [f"  {name}" for name in missing]
    return "\n".join(lines) + "\n"
