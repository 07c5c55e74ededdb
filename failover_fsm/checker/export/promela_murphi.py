"""Export of a rule model as Promela for SPIN and as Murphi for Rumur; `tla` has TLA+.

A rule is one option of SPIN's process, with C code that finds and makes its effect; for Rumur every effect of every
rule is a guarded command. In a state each rule has at most one effect, so both count the same states and transitions,
and can check the same invariants. The export is made from the learned trees, not from the Python source: agreement
checks the learning as well as the search.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from failover_fsm.checker.core.model import ModelError
from failover_fsm.checker.export.c_code import Block, assignments, function
from failover_fsm.checker.export.exported import ExportedModel, escaped, exported_model, meaning
from failover_fsm.checker.export.graphs import DISABLED, Decision, Guard
from failover_fsm.checker.rules.rule_tree import RuleModel

__all__ = ["to_murphi", "to_promela"]


def to_promela(model: RuleModel, invariants: Mapping[str, Any] | None = None, title: str = "") -> str:
    """The model in Promela: one process that loops over the rules, whose guards and effects are C code.

    Args:
        model: the rules and the initial state.
        invariants: predicates of a state, by name; the process has an option for each that fails an assertion where
            it is false.
        title: of the model, for the comment at the top.

    Raises:
        ModelError: a rule or predicate can fail, or there are several initial states, between which Promela could
            choose only with additional states.
    """
    known = exported_model(model, invariants or {})
    if len(known.initial) > 1:
        raise ModelError("a Promela model begins in one state, and this model has several")
    lines = [f"/* {line} */" for line in known.comments(title, PROMELA)]
    lines += [f"#define {name} {code}" for name, code in known.symbols.items()]
    lines += (_declaration(known, slot) for slot in known.slots)
    blocks: list[Block] = [["static int effect; /* of the option that is tested or executed */"]]
    options = list[str]()
    for number, (event, rule) in enumerate(known.enabled()):
        finding, guard = _guard_of(known, f"rule_{number}", rule)
        making, effect = assignments(known, f"rule_{number}_effect", rule)
        blocks += [*finding, *making]
        done = f"c_code {{ {effect} }}" if effect else "skip"
        options += [f"  /* {escaped(event)} */", f"  :: d_step {{ {guard} -> {done} }}"]
    for number, (name, violated) in enumerate(known.violated.items()):
        finding, guard = _guard_of(known, f"violated_{number}", violated)
        blocks += finding
        options += [f"  /* {escaped(name)} */", f"  :: {guard} -> assert(false)"]
    for block in blocks:
        lines += ["", "c_code {", *block, "}"]
    lines += ["", "active proctype rules() {", "end: do", *options, "  od", "}"]
    return "\n".join(lines) + "\n"


def _declaration(known: ExportedModel, slot: int) -> str:
    """The variable of a slot. Bytes: fields of bits take less memory, but SPIN hashes them more slowly."""
    domain, begin = known.shape.leaves[slot].slot.domain, known.value(slot, known.initial[0][slot])
    kind = "byte" if len(domain) <= 2**8 else "short" if len(domain) <= 2**15 else "int"
    return f"{kind} {known.names[slot]} = {begin}; /* {meaning(domain)} */"


def _guard_of(known: ExportedModel, name: str, decision: Decision) -> tuple[list[Block], str]:
    """What tests a decision: C code, and an expression that is false where nothing is to be done.

    The expression is in brackets: SPIN takes the call alone for one with side effects.
    """
    if isinstance(decision.graph, int):
        return [], "false" if decision.graph == DISABLED else "true"
    return function(known, name, decision), f"c_expr {{ ({name}()) }}"


PROMELA = (
    "Every rule is one option, one indivisible step. SPIN counts one transition more: its first state.",
    "The C function of an option finds the effect of the rule in the current state, 0 if there is none.",
    "spin -a FILE && gcc -O1 -DSAFETY -DNOREDUCE -o pan pan.c && ./pan -m1000000",
    "There is one process, so partial-order reduction leaves nothing out. ./pan -r replays a trail.",
)


def to_murphi(model: RuleModel, invariants: Mapping[str, Any] | None = None, title: str = "") -> str:
    """The model in Murphi: one rule per result. Arguments and errors as `to_promela`, but any number of initial
    states.
    """
    known = exported_model(model, invariants or {})
    lines = [f"-- {line}" for line in known.comments(title, MURPHI)]
    if known.symbols:
        lines += ["const", *(f"  {name}: {code};" for name, code in known.symbols.items())]
    lines.append("var")
    for slot in known.slots:
        domain = known.shape.leaves[slot].slot.domain
        lines.append(f"  {known.names[slot]}: 0..{len(domain) - 1}; -- {meaning(domain)}")
    for number, codes in enumerate(known.initial):
        lines += ["", f'startstate "{number}"']
        lines += [f"  {known.names[slot]} := {known.value(slot, codes[slot])};" for slot in known.slots]
        lines.append("endstartstate;")
    for event, commands in known.by_rule():
        lines += ["", f"-- {escaped(event)}"]
        for command in commands:
            effect = " ".join(f"{known.names[slot]} := {known.value(slot, code)};" for slot, code in command.writes)
            guard = _any(known, command.guards, "\n    ")
            lines.append(f'rule "{escaped(event)}" {guard} ==> begin {effect} endrule;')
    for name, guards in known.violations.items():
        lines += ["", f'invariant "{escaped(name)}" !({_any(known, guards)});']
    return "\n".join(lines) + "\n"


MURPHI = (
    "Every end of every rule is one rule.",
    "rumur FILE -o model.c --deadlock-detection off",
    "gcc -O3 -march=native -o checker model.c -lpthread -latomic && ./checker",
)


def _all(known: ExportedModel, guard: Guard) -> str:
    """A guard as a condition."""
    return " & ".join(_among(known, slot, codes) for slot, codes in guard) or "true"


def _among(known: ExportedModel, slot: int, codes: tuple[int, ...]) -> str:
    """The condition that a slot has one of some codes; adjacent codes without names are written as a range."""
    name, parts = known.names[slot], list[str]()
    for begin, end in _runs(codes):
        if end - begin < 2:
            parts += [f"{name} = {known.value(slot, code)}" for code in range(begin, end + 1)]
        else:
            parts.append(f"({name} >= {begin} & {name} <= {end})")
    return parts[0] if len(parts) == 1 else f"({' | '.join(parts)})"


def _runs(codes: tuple[int, ...]) -> Iterator[tuple[int, int]]:
    """The first and the last code of each run of adjacent codes."""
    begin = last = codes[0]
    for code in codes[1:]:
        if code != last + 1:
            yield begin, last
            begin = code
        last = code
    yield begin, last


def _any(known: ExportedModel, guards: tuple[Guard, ...], between: str = " ") -> str:
    """The disjunction of guards as a condition.

    Args:
        known: the model.
        guards: the guards; none gives "false".
        between: inserted after each "or".
    """
    if len(guards) == 1:
        return _all(known, guards[0])
    return f" |{between}".join(f"({_all(known, guard)})" for guard in guards) or "false"
