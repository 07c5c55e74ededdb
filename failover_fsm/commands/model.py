"""`failover-fsm model check`: a model of the user's own, searched by the checker."""

from __future__ import annotations

import argparse
import re
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import redirect_stdout
from functools import partial
from pathlib import Path
from typing import Any

import attrs

from failover_fsm.checker import CheckpointError, Kind, ModelError, PlainModel, Property, Verdict, deadlock
from failover_fsm.checker.auto import ENGINES, Searched, is_rule_model, verify
from failover_fsm.checker.core.model import initial_states
from failover_fsm.checker.core.trace_text import changes, event_text, fields_of
from failover_fsm.checker.rules.spelling import doubts
from failover_fsm.commands import gate_files, long_runs
from failover_fsm.commands.arguments import positive, seconds
from failover_fsm.commands.files import BadInput, complain, emit, emit_answer, write_bytes
from failover_fsm.commands.json_object import json_object
from failover_fsm.commands.own_model import OwnModel, read_own_model
from failover_fsm.commands.progress import Progress
from failover_fsm.config.values.suggestions import listed, nearest
from failover_fsm.reports.gates.finding import Finding as Gate
from failover_fsm.reports.gates.finding import Outcome
from failover_fsm.reports.text.own_model import own_model_text, why_violated

LANGUAGES = ("promela", "murphi", "tla")
PICTURES = {".svg": "svg", ".png": "png", ".dot": "dot", ".gv": "dot", ".mmd": "mermaid", ".mermaid": "mermaid"}
NO_DEADLOCK = "no deadlock"
STATUS = {Verdict.HOLDS: 0, Verdict.VIOLATED: 1, Verdict.UNDECIDED: 3}


def add_parser(subparsers: Any) -> None:
    """Adds the subcommand to the command line."""
    parser = subparsers.add_parser(
        "model",
        description="Searches a model of your own, given by rules or by three methods, and judges what its attribute"
        " `properties` claims. The model is an instance in a module, or a class or function that makes one without"
        " arguments.",
        epilog="Exit status: 0 every property holds, 1 one is violated, 2 bad input, 3 undecided.",
    )
    parser.add_argument("action", choices=("check",), help="what to do with the model")
    parser.add_argument("model", metavar="MODULE:NAME|FILE.py:NAME", help="the model")
    parser.add_argument("--property", metavar="NAME", action="append", help="judge this property only (repeatable)")
    parser.add_argument("--deadlock", action="store_true", help="claim also that some event changes every state")
    parser.add_argument(
        "--engine", choices=ENGINES, default="auto", help="which engine searches (default auto: by size)"
    )
    parser.add_argument("--max-states", metavar="N", type=positive("states"), help="give up, undecided, after N states")
    parser.add_argument("--time-limit", metavar="S", type=seconds, help="give up, undecided, after S seconds")
    long_runs.add_memory(parser)
    long_runs.add_checkpoints(parser)
    parser.add_argument(
        "--export", metavar=("|".join(LANGUAGES), "FILE"), nargs=2, action="append", default=[],
        help="write the rules and the `always` properties for SPIN, Rumur or TLC (repeatable)",
    )  # fmt: skip
    parser.add_argument("--diagram", metavar="FILE", help="draw the states there: .svg, .png, .dot or .mmd")
    parser.add_argument(
        "--show", metavar="FIELD", action="append", default=[],
        help="in the diagram, merge states that agree in this field, as in routers[0].state (repeatable)",
    )  # fmt: skip
    parser.add_argument("--report", metavar="FILE.html", help="write the verdict there as a page for a browser")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    gate_files.add_arguments(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Runs `model check`; returns 0 if every property holds, 1 if one is violated, 3 if none is but one is undecided.

    The verdict is printed before the diagram and the exports are made; it returns 2 for one that cannot be made, unless
    the verdict has a status of its own.

    Raises:
        BadInput: The model or an option cannot be used, or the model fails.
    """
    _check_options(args)
    with redirect_stdout(sys.stderr):  # what the model prints is no part of the answer
        own = read_own_model(args.model)
    claims = _claims(args, own)
    _check_engine(args, own)
    _check_files(args, own)
    given = long_runs.memory_options(args)
    given |= long_runs.checkpoints(args, given.get("spill"))
    begun = time.monotonic()
    searched, warnings = _judged(args, own, claims, given)
    long_runs.say_if_kept(args, searched.result, given.get("resume"))
    if args.report is not None:
        from failover_fsm.reports.html.own_model import own_model_page

        with redirect_stdout(sys.stderr):
            page = own_model_page(args.model, searched, own.model)
        write_bytes(args.report, page.encode())
    for warning in warnings:
        complain(f"warning: {warning}")
    if args.json:
        emit(_json(args, searched, warnings))
    else:
        emit_answer(lambda: own_model_text(args.model, searched))
    if gate_files.wanted(args):
        gate_files.write(args, tuple(_gates(own, searched)), args.model)
    with redirect_stdout(sys.stderr):
        outputs = _outputs(args, own.model, claims, begun)
        written = [_is_written(output, searched) for output in outputs]  # each is tried
    return STATUS[searched.result.verdict] or (0 if all(written) else 2)


def _judged(
    args: argparse.Namespace, own: OwnModel, claims: Sequence[Property], given: dict[str, Any]
) -> tuple[Searched, tuple[str, ...]]:
    """The answer, and what is probably wrong with the properties.

    Raises:
        BadInput: The model fails, or a checkpoint is of another one.
    """
    try:
        with redirect_stdout(sys.stderr):
            first = initial_states(own.model)[0]
            _check_shown(args, first)
            return _searched(args, own.model, claims, given), doubts(own.model, first, claims)
    except CheckpointError as error:
        raise long_runs.not_resumed(args, error) from None
    except ModelError as error:
        raise BadInput(f"{args.model}: {error}{_way(error)}") from None


def _way(error: ModelError) -> str:
    """The events that lead to the state at which a model fails."""
    return "" if not error.trace else f"; after {', '.join(map(event_text, error.trace))}"


# -- what is asked ---------------------------------------------------------------------------------


def _check_options(args: argparse.Namespace) -> None:
    for language, _ in args.export:
        if language not in LANGUAGES:
            raise BadInput(
                f"--export: {language!r} is no language{nearest(language, LANGUAGES)}; allowed: {', '.join(LANGUAGES)}"
            )
        if [each for each, _ in args.export].count(language) > 1:
            raise BadInput(f"--export {language}: given more than once; allowed: one file for each language")
    if args.diagram is not None and Path(args.diagram).suffix.lower() not in PICTURES:
        raise BadInput(f"--diagram {args.diagram}: allowed: a file that ends with {', '.join(PICTURES)}")
    if args.show and args.diagram is None:
        raise BadInput("--show: says what a diagram shows; allowed: with --diagram FILE")


def _check_engine(args: argparse.Namespace, own: OwnModel) -> None:
    """Refuses what the plain engine has not where it alone can search."""
    if args.spill is not None and (args.engine == "plain" or not is_rule_model(own.model)):
        raise BadInput("--spill: the plain engine has no such thing; allowed: a model by rules, without --engine plain")
    for flag, file in (("--checkpoint", args.checkpoint), ("--resume", args.resume)):
        if file is None:
            continue
        if args.engine == "plain":
            raise BadInput(f"{flag}: the plain engine keeps no checkpoints; allowed: --engine compiled")
        if not is_rule_model(own.model):
            raise BadInput(f"{flag}: {args.model} has events and a step, not rules; allowed: a rule model")


def _check_shown(args: argparse.Namespace, first: Any) -> None:
    """Checks the fields of the diagram on the first state, before the search."""
    if args.show:
        from failover_fsm.diagrams.model_graph import UnknownField, check_fields

        try:
            check_fields(first, args.show)
        except UnknownField as error:
            raise BadInput(f"--show: {error}") from None


def _check_files(args: argparse.Namespace, own: OwnModel) -> None:
    """Checks the outputs before the search."""
    exports = {f"--export {language}": file for language, file in args.export}
    files = {**exports, "--diagram": args.diagram, "--report": args.report, **gate_files.outputs(args)}
    long_runs.check_files(args, [] if own.file is None else [own.file], files)
    if args.export and not is_rule_model(own.model):
        raise BadInput(f"--export: {args.model} has events and a step, not rules; allowed: a rule model")
    for language, file in args.export:
        if language == "tla" and not re.fullmatch(r"[A-Za-z]\w*", Path(file).stem, re.ASCII):
            allowed = "a letter, then letters, digits and _"
            raise BadInput(f"--export tla {file}: no name for a TLA+ module; allowed: {allowed}")


def _claims(args: argparse.Namespace, own: OwnModel) -> tuple[Property, ...]:
    """The properties to be judged.

    Raises:
        BadInput: A property is asked for that there is not, or nothing is asked at all.
    """
    claims = own.properties
    if args.property:
        names = [claim.name for claim in claims]
        for name in args.property:
            if name not in names:
                allowed = listed(name, names) or "none, since the model has no `properties`"
                what = f"{args.model} has no property {name!r}{nearest(name, names)}"
                raise BadInput(f"--property: {what}; allowed: {allowed}")
        claims = tuple(claim for claim in claims if claim.name in args.property)
    if args.deadlock:
        known = next((claim for claim in own.properties if claim.name == NO_DEADLOCK), deadlock(NO_DEADLOCK))
        if known.kind is not Kind.DEADLOCK:
            what = f"the model calls a property of another kind {NO_DEADLOCK!r}"
            raise BadInput(f"--deadlock: {what}; allowed: without --deadlock")
        claims = claims if known in claims else (*claims, known)
    if not claims and not args.export and args.diagram is None:
        what = "has no attribute `properties`, so there is nothing to check"
        raise BadInput(f"{args.model} {what}; allowed: one with properties, or --deadlock, --export, --diagram")
    return claims


# -- the search ------------------------------------------------------------------------------------


def _searched(args: argparse.Namespace, model: Any, claims: Sequence[Property], given: dict[str, Any]) -> Searched:
    with Progress("searching") as line:
        return verify(
            model,
            *claims,
            engine=args.engine,
            max_states=args.max_states,
            time_limit=args.time_limit,
            clock=time.monotonic,
            progress=line.reached(),
            **given,
        )


# -- what is written -------------------------------------------------------------------------------


def _check_time(limit: float | None, begun: float) -> None:
    """Raises BadInput if so many seconds have passed since a reading of the clock."""
    if limit is not None and time.monotonic() - begun >= limit:
        raise BadInput(f"time_limit of {limit} seconds was reached; allowed: a higher one")


@attrs.frozen
class Output:
    """A file that is made after the verdict.

    Attributes:
        option: that asks for it, with the file.
        file: its name.
        make: returns what it holds; raises BadInput or ModelError where that cannot be made.
    """

    option: str
    file: str
    make: Callable[[], bytes]


def _is_written(output: Output, searched: Searched) -> bool:
    """Writes a file, or says in one line why not: half a model is neither drawn nor exported."""
    result = searched.result
    try:
        if not result.complete:
            reason = f"the search stopped early: {result.limit or 'interrupted'}"
            raise BadInput(f"{reason}; allowed: a search of every state")
        write_bytes(output.file, output.make())
    except (BadInput, ModelError) as error:
        complain(f"{output.option}: not written: {error}")
        return False
    return True


def _outputs(args: argparse.Namespace, model: Any, claims: Sequence[Property], begun: float) -> Iterator[Output]:
    """The diagram, then the exports."""
    if args.diagram is not None:
        yield Output(f"--diagram {args.diagram}", args.diagram, partial(_picture, args, model, begun))
    for language, file in args.export:
        make = partial(_export, args, model, claims, language, file, begun)
        yield Output(f"--export {language} {file}", file, make)


def _export(
    args: argparse.Namespace, model: Any, claims: Sequence[Property], language: str, file: str, begun: float
) -> bytes:
    """The model for another checker, with those of its properties that speak of single states.

    The time limit counts from `begun`, a reading of the clock.
    """
    from failover_fsm.checker.bitset.limits import LimitReached, Limits
    from failover_fsm.checker.export.promela_murphi import to_murphi, to_promela
    from failover_fsm.checker.export.tla import to_tla

    invariants = {claim.name: claim.predicate for claim in claims if claim.kind is Kind.ALWAYS}
    to_tla_module = partial(to_tla, module=Path(file).stem)
    writers: dict[str, Callable[..., str]] = {"tla": to_tla_module, "promela": to_promela, "murphi": to_murphi}
    limits = Limits(time_limit=args.time_limit, clock=time.monotonic, begun=begun, **long_runs.memory_options(args))
    try:
        text = writers[language](model, invariants, args.model, limits=limits)
    except LimitReached as reached:
        raise BadInput(f"{reached.limit} was reached; allowed: a higher one") from None
    if len(invariants) < len(claims):
        rest = f"the other {len(claims) - len(invariants)} are not exported"
        complain(f"--export {language}: {len(invariants)} of {len(claims)} properties are `always`; {rest}")
    return text.encode()


def _picture(args: argparse.Namespace, model: Any, begun: float) -> bytes:
    """The picture of the states; raises BadInput where it cannot be drawn, or not in time."""
    from failover_fsm.diagrams.model_graph import GraphTooLarge, UnknownField, model_graph
    from failover_fsm.diagrams.style.render import RenderError, render

    plain = PlainModel(model) if is_rule_model(model) else model
    try:
        graph = model_graph(
            plain, title=args.model, fields=args.show, before_state=partial(_check_time, args.time_limit, begun)
        )
        form = PICTURES[Path(args.diagram).suffix.lower()]
        if form in ("dot", "mermaid"):
            return (graph.dot() if form == "dot" else graph.mermaid()).encode()
        return render(graph.dot(), "svg" if form == "svg" else "png")
    except GraphTooLarge as error:
        raise BadInput(f"{error}; allowed: fewer, as with --show FIELD") from None
    except (UnknownField, RenderError) as error:
        raise BadInput(str(error)) from None


def _json(args: argparse.Namespace, searched: Searched, warnings: Sequence[str]) -> str:
    result = searched.result
    return json_object(
        "model",
        {
            "model": args.model,
            "verdict": result.verdict.value,
            "engine": searched.engine,
            "not_compiled": searched.reason,
            "states": result.states,
            "transitions": result.transitions,
            "depth": result.depth,
            "complete": result.complete,
            "limit": result.limit,
            "seconds": result.seconds,
            "digest": result.digest,
            "warnings": list(warnings),
            "never_possible": [event_text(event) for event in result.never_taken],
            "properties": [
                {
                    "name": finding.name,
                    "kind": finding.kind.value,
                    "verdict": finding.verdict.value,
                    "vacuous": finding.vacuous,
                    "reason": finding.reason,
                    "start": fields_of(finding.states[0]) if finding.states else None,
                    "trace": [
                        {"event": event_text(event), "changes": changes(before, after)}
                        for event, before, after in zip(finding.trace, finding.states, finding.states[1:], strict=False)
                    ],
                    "loop": finding.loop,
                }
                for finding in result.findings
            ],
        },
    )


OUTCOMES = {Verdict.HOLDS: Outcome.PASSED, Verdict.VIOLATED: Outcome.FAILED, Verdict.UNDECIDED: Outcome.UNDECIDED}


def _gates(own: OwnModel, searched: Searched) -> Iterator[Gate]:
    """The findings as a gate takes them."""
    result = searched.result
    for finding in result.findings:
        outcome = Outcome.NOT_TESTED if finding.vacuous else OUTCOMES[finding.verdict]
        undecided = result.limit or "interrupted"
        messages = {
            Outcome.FAILED: finding.reason or why_violated(finding),
            Outcome.UNDECIDED: undecided,
            Outcome.NOT_TESTED: "what it speaks of never occurs",
        }
        yield Gate(
            kind="property",
            id=finding.name,
            says=finding.reason or finding.name,
            outcome=outcome,
            message=messages.get(outcome, ""),
            file=own.file,
            steps=tuple(map(event_text, finding.trace)),
        )
