"""`failover-fsm export`: a model file for another model checker."""

from __future__ import annotations

import argparse
import os
import re
from pathlib import Path
from typing import Any

from failover_fsm.analysis.model_file import read_model
from failover_fsm.analysis.observed import rules_on_observations, why_in_full
from failover_fsm.analysis.verify import has_each_condition
from failover_fsm.checker import ModelError
from failover_fsm.commands.files import BadInput, complain, emit, write_bytes
from failover_fsm.commands.gaps import print_gaps
from failover_fsm.commands.outputs import check_outputs
from failover_fsm.commands.progress import Progress
from failover_fsm.config.values.input_file import files_read
from failover_fsm.model.beside import BESIDE
from failover_fsm.model.pair_rules import PairRules
from failover_fsm.model.scenario import Scenario
from failover_fsm.model.typed_model import model_of
from failover_fsm.model.wired_rules import rules_of
from failover_fsm.promises import as_property, chosen

LANGUAGES = ("promela", "murphi", "tla")


def add_parser(subparsers: Any) -> None:
    """Adds the subcommand to the command line."""
    parser = subparsers.add_parser(
        "export",
        description="Writes what is explored of a model file in the language of another model checker, which finds "
        "the same states and transitions, and asks for the promises that speak of single states.",
    )
    parser.add_argument("file", metavar="MODEL.toml", help="a model file")
    parser.add_argument("--to", metavar="|".join(LANGUAGES), choices=LANGUAGES, required=True, help="the language")
    parser.add_argument("-o", "--output", metavar="FILE", help="where to write; by default standard output")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Writes the model; returns 0.

    Raises:
        BadInput, ConfigError, ModelFileError: If the input cannot be used.
    """
    from failover_fsm.checker.export.promela_murphi import to_murphi, to_promela
    from failover_fsm.checker.export.tla import to_tla

    if os.path.isfile(args.file) and not args.file.lower().endswith(".toml"):
        raise BadInput(f"{args.file}: an export wants bounds on what is explored; allowed: a model file, MODEL.toml")
    with files_read() as inputs:
        scenario = read_model(args.file)
    if scenario.beside:
        without = "`saved`, and `commands` of contexts, in `follow`" if scenario.saving else f"`{scenario.beside}`"
        what = f"{BESIDE[scenario.beside]} cannot be exported"
        raise BadInput(f"{args.file}: {what}; allowed: a model file without {without}")
    check_outputs(inputs, {"-o": args.output})
    model = _rules(args.file, scenario)
    applicable = chosen(scenario.environment, scenario.check, groups=bool(scenario.settings.groups))
    states = (as_property(promise, model.observers) for promise in applicable if promise.kind == "always")
    invariants = {claim.name: claim.predicate for claim in states}
    try:
        with Progress(f"learning the rules of {scenario.title}"):
            if args.to == "tla":
                text = to_tla(model, invariants, scenario.title, _module(args))
            else:
                text = {"promela": to_promela, "murphi": to_murphi}[args.to](model, invariants, scenario.title)
    except ModelError as error:
        raise BadInput(f"{args.file}: cannot be exported: {error}") from None
    if args.output is None:
        emit(text)
    else:
        write_bytes(args.output, text.encode())
    print_gaps(scenario.config, scenario.sources[0])
    _warn_of_missing_promises(args.file, len(invariants), len(applicable) + len(scenario.within))
    return 0


def _rules(file: str, scenario: Scenario) -> PairRules:
    """The rules with each condition of the interfaces; on observations where a topology has too many for that."""
    model = model_of(scenario.settings, scenario.environment)
    if has_each_condition(model):
        return rules_of(model)
    why = why_in_full(scenario)
    if why:
        what = f"the topology can be broken in too many ways: {why}"
        raise BadInput(f"{file}: {what}; allowed: max_faults = 2, or no topology")
    return rules_on_observations(model)


def _warn_of_missing_promises(file: str, exported: int, applicable: int) -> None:
    """Prints to stderr how many promises are not exported, if any."""
    if exported < applicable:
        rest = f"the other {applicable - exported}, on steps, runs or times, are not exported"
        complain(f"{file}: {exported} of {applicable} promises speak of single states; {rest}")


def _module(args: argparse.Namespace) -> str:
    """The name of a TLA+ module, which must be the name of its file."""
    if args.output is None:
        return "failover"
    name = Path(args.output).stem
    if not re.fullmatch(r"[A-Za-z]\w*", name, re.ASCII):
        allowed = "a letter, then letters, digits and _"
        raise BadInput(f"-o {args.output}: a TLA+ module cannot be called {name!r}; allowed: {allowed}")
    return name
