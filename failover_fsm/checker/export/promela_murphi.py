"""Export of a rule model as Promela for SPIN and as Murphi for Rumur; `tla` has TLA+.

Every result of every rule becomes one guarded command, so the other checker counts the same states and transitions and
can check the same invariants. The export is made from the learned trees, not from the Python source: agreement checks
the learning as well as the search.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from failover_fsm.checker.export.exported import ExportedModel, escaped, exported_model, meaning
from failover_fsm.checker.export.minimise import Guard
from failover_fsm.checker.rules.rule_tree import RuleModel

__all__ = ["to_murphi", "to_promela"]


def to_promela(model: RuleModel, invariants: Mapping[str, Any] | None = None, title: str = "") -> str:
    """The model in Promela: one process that loops over guarded commands.

    Args:
        model: the rules and the initial states.
        invariants: predicates of a state, by name; a second process fails an assertion if one is false.
        title: of the model, for the comment at the top.

    Raises:
        ModelError: a rule or predicate can fail.
    """
    known = exported_model(model, invariants or {})
    several = SEVERAL.format(len(known.initial)) if len(known.initial) > 1 else ""
    lines = [f"/* {line} */" for line in known.comments(title, (PROMELA[0], several, *PROMELA[1:]))]
    lines += [f"#define {name} {code}" for name, code in known.symbols.items()]
    for slot in known.slots:
        domain = known.shape.leaves[slot].slot.domain
        kind, begin = "byte" if len(domain) <= 256 else "int", known.value(slot, known.initial[0][slot])
        lines.append(f"{kind} {known.names[slot]} = {begin}; /* {meaning(domain)} */")
    lines += ["", "active proctype rules() {", *_choice(known), "end: do"]
    for event, commands in known.by_rule():
        lines.append(f"  /* {escaped(event)} */")
        for command in commands:
            writes = (f"{known.names[slot]} = {known.value(slot, code)}" for slot, code in command.writes)
            guard = _any(known, command.guards, PROMELA_SIGNS, "\n      ")
            lines.append(f"  :: d_step {{ {guard} -> {'; '.join(writes) or 'skip'} }}")
    lines += ["  od", "}"]
    for number, (name, guards) in enumerate(known.violations.items()):
        lines += ["", f"active proctype invariant_{number}() {{ /* {escaped(name)} */"]
        lines.append(f"end: atomic {{ {_any(known, guards, PROMELA_SIGNS)} -> assert(false) }}")
        lines.append("}")
    return "\n".join(lines) + "\n"


def _choice(known: ExportedModel) -> Iterator[str]:
    """The choice between several initial states, the first step of the process; nothing for a single one."""
    if len(known.initial) == 1:
        return
    yield "  if"
    for codes in known.initial:
        begin = "; ".join(f"{known.names[slot]} = {known.value(slot, codes[slot])}" for slot in known.slots)
        yield f"  :: d_step {{ {begin or 'skip'} }}"
    yield "  fi;"


SEVERAL = "The first step chooses one of {} initial states: SPIN counts one state and so many transitions more."

PROMELA = (
    "Every end of every rule is one indivisible step. SPIN counts one transition more: its first state.",
    "spin -a FILE && gcc -O2 -DSAFETY -DNOREDUCE -o pan pan.c && ./pan -m1000000",
)


def to_murphi(model: RuleModel, invariants: Mapping[str, Any] | None = None, title: str = "") -> str:
    """The model in Murphi: one rule per result. Arguments and errors as `to_promela`."""
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
            guard = _any(known, command.guards, MURPHI_SIGNS, "\n    ")
            lines.append(f'rule "{escaped(event)}" {guard} ==> begin {effect} endrule;')
    for name, guards in known.violations.items():
        lines += ["", f'invariant "{escaped(name)}" !({_any(known, guards, MURPHI_SIGNS)});']
    return "\n".join(lines) + "\n"


MURPHI = (
    "Every end of every rule is one rule.",
    "rumur FILE -o model.c --deadlock-detection off",
    "gcc -O3 -march=native -o checker model.c -lpthread -latomic && ./checker",
)


Signs = tuple[str, str, str]
PROMELA_SIGNS: Signs = ("==", "&&", "||")
MURPHI_SIGNS: Signs = ("=", "&", "|")
"""The operators "equal", "and", "or"."""


def _all(known: ExportedModel, guard: Guard, signs: Signs) -> str:
    """A guard as a condition."""
    return f" {signs[1]} ".join(_among(known, slot, codes, signs) for slot, codes in guard) or "true"


def _among(known: ExportedModel, slot: int, codes: tuple[int, ...], signs: Signs) -> str:
    """The condition that a slot has one of some codes; adjacent codes without names are written as a range."""
    name, (equal, both, either) = known.names[slot], signs
    parts = []
    for begin, end in _runs(codes):
        if end - begin < 2:
            parts += [f"{name} {equal} {known.value(slot, code)}" for code in range(begin, end + 1)]
        else:
            parts.append(f"({name} >= {begin} {both} {name} <= {end})")
    return parts[0] if len(parts) == 1 else f"({f' {either} '.join(parts)})"


def _runs(codes: tuple[int, ...]) -> Iterator[tuple[int, int]]:
    """The first and the last code of each run of adjacent codes."""
    begin = last = codes[0]
    for code in codes[1:]:
        if code != last + 1:
            yield begin, last
            begin = code
        last = code
    yield begin, last


def _any(known: ExportedModel, guards: tuple[Guard, ...], signs: Signs, between: str = " ") -> str:
    """The disjunction of guards as a condition.

    Args:
        known: the model.
        guards: the guards; none gives "false".
        signs: the operators of the language.
        between: inserted after each "or".
    """
    if len(guards) == 1:
        return _all(known, guards[0], signs)
    return f" {signs[2]}{between}".join(f"({_all(known, guard, signs)})" for guard in guards) or "false"
