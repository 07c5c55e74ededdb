"""`failover-fsm check`: configuration in, verdict out."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs

from failover_fsm.checker import Progress, Verdict
from failover_fsm.checkpoints import CheckpointFileError
from failover_fsm.commands import long_runs
from failover_fsm.commands.files import BadInput, emit, write_bytes
from failover_fsm.config.advice import compare
from failover_fsm.config.files import read_config
from failover_fsm.config.pair_config import PairConfig
from failover_fsm.modelfile import needs, read_model
from failover_fsm.promises import BY_ID
from failover_fsm.scenario import Scenario, default_environment
from failover_fsm.show.costs import cost_lines
from failover_fsm.show.report import report_text
from failover_fsm.trace import trace_from
from failover_fsm.verify import ENGINES, Answer, Report, verify


def add_parser(subparsers: Any) -> None:
    """Adds the subcommand to the command line."""
    parser = subparsers.add_parser(
        "check",
        help="check a configuration or a model file",
        description="Explores everything that can happen to the pair and says which promises hold.",
    )
    parser.add_argument("file", metavar="MODEL.toml|PRIMARY.cfg", help="a model file, or the primary's running-config")
    parser.add_argument("secondary", metavar="SECONDARY.cfg", nargs="?", help="the secondary's running-config")
    parser.add_argument("--promise", metavar="ID", action="append", help="check this promise only (repeatable)")
    parser.add_argument("--faults", metavar="N", help="at most N faults at the same time, or `any` (default 2)")
    parser.add_argument("--max-states", metavar="N", type=_positive, help="give up, undecided, after N states")
    parser.add_argument("--time-limit", metavar="S", type=_seconds, help="give up, undecided, after S seconds")
    parser.add_argument(
        "--engine", choices=ENGINES, default="auto", help="which explorer searches (default auto: by size)"
    )
    long_runs.add_arguments(parser)
    parser.add_argument("--cost", action="store_true", help="say what each field multiplies the states by")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--traces", metavar="DIR", type=Path, help="write each counterexample there as a .trace")
    parser.set_defaults(run=run)


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of states; allowed: 1, 2, 3, ...")
    return int(text)


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds; allowed: more than 0")
    return value


def run(args: argparse.Namespace) -> int:
    """Runs `check`; returns the exit status: 0 holds, 1 violated, 3 undecided.

    Raises BadInput, ConfigError or ModelFileError for input that cannot be used.
    """
    scenario = scenario_of(args)
    long_run = _long_run(args)
    for advice in scenario.config.advice:
        where = f"{scenario.sources[0]}:{advice.line}" if advice.line else scenario.sources[0]
        print(f"{where}: {advice.text} ({advice.rule})", file=sys.stderr)
    report = verify(
        scenario,
        engine=args.engine,
        max_states=args.max_states,
        time_limit=args.time_limit,
        clock=time.monotonic,
        progress=_progress() if _on_terminal() else None,
        costs=args.cost,
        **long_run,
    )
    if _on_terminal():
        print("\r\033[K", end="", file=sys.stderr)
    if args.traces is not None:
        _write_traces(report, args.traces)
    emit(json.dumps(report.to_dict(), indent=2) + "\n" if args.json else _text(report))
    return report.exit_status


def _text(report: Report) -> str:
    costs = [f"{line}\n" for line in cost_lines(report.result.costs)] if report.result.costs else []
    return report_text(report) + ("\n" + "".join(costs) if costs else "")


def _on_terminal() -> bool:
    return sys.stderr is not None and sys.stderr.isatty()


def scenario_of(args: argparse.Namespace) -> Scenario:
    """The scenario that `args.file`, `secondary`, `faults` and `promise` name; raises as `run` does."""
    if args.file.lower().endswith(".toml"):
        if args.secondary is not None:
            raise BadInput(f"{args.file}: a model file names its own configurations; allowed: no second file")
        scenario = read_model(args.file)
    else:
        scenario = _from_configs(args.file, args.secondary)
    if args.faults is not None:
        environment = attrs.evolve(scenario.environment, max_faults=_faults(args.faults))
        scenario = attrs.evolve(scenario, environment=environment, expect=())
    return _only(scenario, args.promise) if args.promise else scenario


def _faults(text: str) -> int | None:
    if text == "any":
        return None
    if not text.isdecimal():
        raise BadInput(f"--faults: {text!r} is not a number of faults; allowed: 0, 1, 2, ... or any")
    return int(text)


def _only(scenario: Scenario, ids: list[str]) -> Scenario:
    for name in ids:
        if name not in BY_ID:
            raise BadInput(f"--promise: unknown promise {name!r}; allowed: {', '.join(BY_ID)}")
        if not BY_ID[name].applies(scenario.environment, groups=scenario.config.active_active):
            raise BadInput(f"--promise: {name} says nothing in this environment; allowed: with {needs(name)}")
    violated = tuple(item for item in scenario.violated if item.promise in ids)
    return attrs.evolve(scenario, check=tuple(dict.fromkeys(ids)), violated=violated, expect=())


def _from_configs(primary_file: str, secondary_file: str | None) -> Scenario:
    primary = read_config(primary_file)
    _check_link(primary, primary_file)
    sources: tuple[str, ...] = (primary_file,)
    if secondary_file is not None:
        sources = (primary_file, secondary_file)
        _compare(primary, read_config(secondary_file), sources)
    environment = default_environment(groups=primary.active_active)
    return Scenario(title=primary_file, config=primary, sources=sources, environment=environment)


def _check_link(config: PairConfig, source: str) -> None:
    """Without a failover link that can come up there is no pair to check (LNK-1, CFG-1)."""
    if config.lan is None:
        raise BadInput(f"{source}: no failover link; allowed: a configuration with `failover lan interface`")
    if config.lan.name.lower() not in {item.name.lower() for item in config.interface_ips}:
        line = config.line_of("lan interface") or 1
        raise BadInput(
            f"{source}:{line}: the failover link {config.lan.name} has no addresses, so it never comes up; "
            f"allowed: `failover interface ip {config.lan.name} ADDRESS MASK standby ADDRESS`"
        )


def _compare(primary: PairConfig, secondary: PairConfig, sources: tuple[str, ...]) -> None:
    """Says what the two files disagree on; what replication would not mend makes them no pair."""
    fatal = []
    for item in compare(primary, secondary):
        places = f"{sources[0]}:{item.primary_line or '-'} and {sources[1]}:{item.secondary_line or '-'}"
        line = f"{places}: {item.what} ({item.rule})"
        if item.is_replicated:
            print(f"{line}; the active unit's configuration replaces it", file=sys.stderr)
        else:
            fatal.append(f"{line}; allowed: {item.allowed}")
    if fatal:
        more = f" (and {len(fatal) - 1} more like it)" if len(fatal) > 1 else ""
        raise BadInput(f"{fatal[0]}{more}")


def _progress() -> Callable[[Progress], None]:
    """Shows how far a search has come, in one line that is written over."""
    rate = long_runs.Rate()

    def show(now: Progress) -> None:
        print(f"\r\033[K{long_runs.progress_line(now, rate.of(now))}", end="", file=sys.stderr, flush=True)

    return show


def _long_run(args: argparse.Namespace) -> dict[str, Any]:
    """What the options ask of the compiled explorer alone.

    Raises BadInput where the plain one was asked for too, or a checkpoint cannot be used.
    """
    only_compiled = (*long_runs.given(args), *(["--cost"] if args.cost else []))
    if args.engine == "plain" and only_compiled:
        raise BadInput(f"{only_compiled[0]}: the plain engine has no such thing; allowed: --engine compiled")
    try:
        return long_runs.compiled_options(args)
    except CheckpointFileError as error:
        raise BadInput(str(error)) from None


def _write_traces(report: Report, folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadInput(f"--traces {folder}: {error.strerror}; allowed: a directory that can be written") from None
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
        options=scenario.options,
        comments=header,
        loop=answer.loop,
    )
