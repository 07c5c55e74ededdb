"""Export of a rule model as TLA+ for TLC: one action per rule, one disjunct per guarded update.

Values are those of the model: booleans, numbers, and names in quotes.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from failover_fsm.checker.bitset.limits import Limits
from failover_fsm.checker.export.exported import LONGEST, Command, ExportedModel, escaped, exported_model
from failover_fsm.checker.export.graphs import Guard
from failover_fsm.checker.rules.rule_tree import RuleModel
from failover_fsm.records.steady import steady_str

__all__ = ["to_tla"]

WIDTH = 100


def to_tla(
    model: RuleModel,
    invariants: Mapping[str, Any] | None = None,
    title: str = "",
    module: str = "failover",
    *,
    limits: Limits | None = None,
) -> str:
    """The model as a TLA+ module.

    Args:
        model: the rules and the initial states.
        invariants: predicates of a state, by name; each becomes a definition.
        title: of the model, for the comment at the top.
        module: its name, which must be the file name without `.tla`.
        limits: as for `exported_model`.

    Raises:
        ModelError: a rule or predicate can fail.
        LimitReached: a limit was reached.
    """
    known = exported_model(model, invariants or {}, limits)
    text = _Text(known)
    actions = list(text.definitions())
    variables = [text.names[slot] for slot in known.slots]
    invariant_names = list(_distinct([f"Inv_{_identifier(name)}" for name in known.violations]))
    lines = [f"{'-' * 20} MODULE {module} {'-' * 20}"]
    config = " ".join(["SPECIFICATION Spec", *(f"INVARIANT {name}" for name in ("TypeOK", *invariant_names))])
    lines += [f"\\* {line}" for line in known.comments(title, (*TLA, f"Configuration for TLC: {config}"))]
    lines += ["EXTENDS Integers", "", *_listed("VARIABLES ", variables, ""), ""]
    lines += [*_listed("vars == <<", variables, ">>"), "", "TypeOK =="]
    lines += [f"    /\\ {text.names[slot]} \\in {{{', '.join(text.values[slot])}}}" for slot in known.slots]
    lines += ["", "Init =="]
    for codes in known.initial:
        start = [f"/\\ {text.names[slot]} = {text.values[slot][codes[slot]]}" for slot in known.slots]
        lines += [f"    \\/ {start[0]}", *(f"       {line}" for line in start[1:])]
    for (event, commands), name in zip(known.by_rule(), actions, strict=True):
        lines += ["", f"\\* {escaped(event)}", f"{name} ==", *text.action(commands)]
    lines += [
        "",
        "Next ==",
        *(f"    \\/ {name}" for name in actions or ["FALSE"]),
        "",
        "Spec == Init /\\ [][Next]_vars",
    ]
    for name, definition in zip(known.violations, invariant_names, strict=True):
        lines += ["", f"\\* {escaped(name)}", f"{definition} ==", *text.invariant(known.violations[name])]
    return "\n".join([*lines, "=" * 60]) + "\n"


TLA = (
    "Every way through every rule is one disjunct, and no two of them overlap: TLC generates each transition once,",
    "and the initial states. A state without successors is no error of the model: run TLC with -deadlock.",
)


class _Text:
    """Names and values of a model in TLA+."""

    def __init__(self, known: ExportedModel) -> None:
        self._known = known
        leaves = known.shape.leaves
        wanted = [*KEPT, *(_identifier(leaf.slot.name) for leaf in leaves)]
        self.names = list(_distinct(wanted))[len(KEPT) :]
        self.values = [_values(leaf.slot.domain) for leaf in leaves]

    def definitions(self) -> Iterator[str]:
        """The names of the actions, in order of rules; none is the name of a variable."""
        wanted = [_identifier(event) for event, _ in self._known.by_rule()]
        taken = [*KEPT, *self.names]
        return iter(list(_distinct([*taken, *wanted]))[len(taken) :])

    def action(self, commands: Sequence[Command]) -> Iterator[str]:
        """The body of an action."""
        ever = dict.fromkeys(slot for command in commands for slot, _ in command.writes)
        steps = [(guard, command.writes) for command in commands for guard in command.guards]
        for place, (guard, writes) in enumerate(steps):
            terms = [self._among(slot, codes) for slot, codes in guard]
            terms += [self._becomes(slot, code) for slot, code in writes]
            written = dict.fromkeys(slot for slot, _ in writes)
            terms += [f"{self.names[slot]}' = {self.names[slot]}" for slot in ever if slot not in written]
            yield f"    {'  ' if place else AND} {OR} {AND} {(terms or ['TRUE'])[0]}"
            yield from (f"{' ' * 10}{AND} {term}" for term in terms[1:])
        same = [self.names[slot] for slot in self._known.slots if slot not in ever]
        if same:
            yield from _listed(f"    {AND} UNCHANGED <<", same, ">>")

    def invariant(self, guards: Sequence[Guard]) -> Iterator[str]:
        """The body of an invariant that is false under these guards."""
        if not guards:
            yield "    TRUE"
        for guard in guards:
            terms = " /\\ ".join(self._among(slot, codes) for slot, codes in guard) or "TRUE"
            yield f"    /\\ ~({terms})"

    def _among(self, slot: int, codes: Sequence[int]) -> str:
        values = [self.values[slot][code] for code in codes]
        return (
            f"{self.names[slot]} = {values[0]}"
            if len(values) == 1
            else f"{self.names[slot]} \\in {{{', '.join(values)}}}"
        )

    def _becomes(self, slot: int, code: int) -> str:
        return f"{self.names[slot]}' = {self.values[slot][code]}"


AND, OR = "/\\", "\\/"


def _values(domain: Sequence[Any]) -> list[str]:
    """The values of a domain in TLA+, all distinct: booleans, numbers, else strings; codes if a value is too long for a
    name.
    """
    if all(isinstance(value, bool) for value in domain):
        return [str(value).upper() for value in domain]
    if all(isinstance(value, int) and not isinstance(value, enum.Enum) for value in domain):
        return [str(int(value)) for value in domain]
    if any(len(steady_str(value)) > LONGEST for value in domain):
        return [str(code) for code in range(len(domain))]
    texts = [value.name if isinstance(value, enum.Enum) else steady_str(value) for value in domain]
    return [f'"{text}"' for text in _distinct([escaped(text) for text in texts])]


def _distinct(names: Sequence[str]) -> Iterator[str]:
    """The same names, numbered if they repeat."""
    used: dict[str, None] = {}
    for name in names:
        other, number = name, 1
        while other in used:
            number += 1
            other = f"{name}_{number}"
        used[other] = None
        yield other


def _identifier(text: str) -> str:
    """A TLA+ identifier for a text: letters, digits and underscores, with a letter, not a reserved word."""
    name = re.sub(r"\W+", "_", text, flags=re.ASCII).strip("_")
    odd = not re.match(r"_*[A-Za-z]", name) or name.startswith(("WF_", "SF_"))
    return f"v_{name}" if odd or f" {name} " in WORDS else name


WORDS = (
    " ASSUME ASSUMPTION AXIOM BOOLEAN CASE CHOOSE CONSTANT CONSTANTS DOMAIN ELSE ENABLED EXCEPT EXTENDS FALSE IF IN "
    "INSTANCE LAMBDA LET LOCAL MODULE OTHER PROOF PROVE STRING SUBSET THEN THEOREM TRUE UNCHANGED UNION VARIABLE "
    "VARIABLES "
)
"""Reserved words of TLA+."""

KEPT = ("vars", "TypeOK", "Init", "Next", "Spec")
"""Names that the module defines itself."""


def _listed(begin: str, names: Sequence[str], end: str) -> Iterator[str]:
    """Names separated by commas, on lines of limited length."""
    line = begin
    for number, name in enumerate(names):
        part = name + ("," if number + 1 < len(names) else end)
        if len(line) + len(part) > WIDTH and line.strip():
            yield line.rstrip()
            line = " " * 8
        line += part + " "
    yield line.rstrip()
