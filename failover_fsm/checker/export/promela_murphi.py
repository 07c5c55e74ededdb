"""Export of a rule model as Promela for SPIN and as Murphi for Rumur; `tla` has TLA+.

A rule is one option of SPIN's process, with C code that finds and makes its effect; for Rumur it is one rule, with
functions that find the effect. In a state each rule has at most one, so both count the same states and transitions, and
can check the same invariants. The export is made from the learned trees, not from the Python source: agreement
checks the learning as well as the search.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from failover_fsm.checker.bitset.limits import Limits
from failover_fsm.checker.export.c_code import Block, assignments, function
from failover_fsm.checker.export.exported import ExportedModel, escaped, exported_model, meaning
from failover_fsm.checker.export.graphs import DISABLED, Decision, Graph, Node
from failover_fsm.checker.rules.rule_tree import RuleModel

__all__ = ["to_murphi", "to_promela"]


def to_promela(
    model: RuleModel,
    invariants: Mapping[str, Any] | None = None,
    title: str = "",
    *,
    limits: Limits | None = None,
) -> str:
    """The model in Promela: one process that loops over the rules, whose guards and effects are C code.

    Args:
        model: the rules and the initial states.
        invariants: predicates of a state, by name; the process has an option for each that fails an assertion where
            it is false.
        title: of the model, for the comment at the top.
        limits: as for `exported_model`.

    Raises:
        ModelError: a rule or predicate can fail.
        LimitReached: a limit was reached.
    """
    known = exported_model(model, invariants or {}, limits)
    several = SEVERAL.format(len(known.initial)) if len(known.initial) > 1 else ""
    lines = [f"/* {line} */" for line in known.comments(title, (PROMELA[0], several, *PROMELA[1:]))]
    lines += [f"#define {name} {code}" for name, code in known.symbols.items()]
    lines += (_declaration(known, slot) for slot in known.slots)
    blocks: list[Block] = [["static int effect; /* of the option that is tested or executed */"]]
    options = list[str]()
    for number, (event, rule) in enumerate(known.enabled()):
        finding, guard = _guard_of(known, f"rule_{number}", rule)
        making, effect = assignments(known, f"rule_{number}_effect", rule)
        blocks += [*finding, *making]
        done = f"c_code {{ {effect} }}" if effect else "skip"
        said = escaped(event).replace("%", "%%")
        options += [f"  /* {escaped(event)} */", f'  :: d_step {{ {guard} -> {done}; printf("{said}\\n") }}']
    for number, (name, violated) in enumerate(known.violated.items()):
        finding, guard = _guard_of(known, f"violated_{number}", violated)
        blocks += finding
        options += [f"  /* {escaped(name)} */", f"  :: {guard} -> assert(false)"]
    for block in blocks:
        lines += ["", "c_code {", *block, "}"]
    lines += ["", "active proctype rules() {", *_choice(known), "end: do", *options, "  od", "}"]
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
    "Every rule is one option, one indivisible step. SPIN counts one transition more: its first state.",
    "The C function of an option finds the effect of the rule in the current state, 0 if there is none.",
    "spin -a FILE && gcc -O1 -DSAFETY -DNOREDUCE -o pan pan.c && ./pan -m1000000",
    "There is one process, so partial-order reduction leaves nothing out.",
    "./pan -r replays a trail and prints the event of each step.",
)


def to_murphi(
    model: RuleModel,
    invariants: Mapping[str, Any] | None = None,
    title: str = "",
    *,
    limits: Limits | None = None,
) -> str:
    """The model in Murphi: a function for each rule finds its effect. Arguments and errors as `to_promela`."""
    known = exported_model(model, invariants or {}, limits)
    lines = [f"-- {line}" for line in known.comments(title, MURPHI)]
    if known.symbols:
        lines += ["const", *(f"  {name}: {code};" for name, code in known.symbols.items())]
    lines.append("var")
    for slot in known.slots:
        domain = known.shape.leaves[slot].slot.domain
        lines.append(f"  {known.names[slot]}: 0..{len(domain) - 1}; -- {meaning(domain)}")
    rules = list[str]()
    for number, (event, rule) in enumerate(known.enabled()):
        name = f"rule_{number}"
        lines += _murphi_functions(known, name, rule)
        guard = "true" if isinstance(rule.graph, int) else f"{name}() != 0"
        rules += ["", f'rule "{escaped(event)}" {guard} ==>', *_murphi_effects(known, name, rule), "endrule;"]
    for number, (event, violated) in enumerate(known.violated.items()):
        name = f"violated_{number}"
        lines += _murphi_functions(known, name, violated)
        holds = str(violated.graph == DISABLED).lower() if isinstance(violated.graph, int) else f"{name}() = 0"
        rules += ["", f'invariant "{escaped(event)}" {holds};']
    for number, codes in enumerate(known.initial):
        lines += ["", f'startstate "{number}"']
        lines += [f"  {known.names[slot]} := {known.value(slot, codes[slot])};" for slot in known.slots]
        lines.append("endstartstate;")
    return "\n".join([*lines, *rules]) + "\n"


MURPHI = (
    "Every rule is one rule; its function finds its effect in the current state, 0 if there is none.",
    "rumur FILE -o model.c --deadlock-detection off",
    "gcc -O1 -march=native -o checker model.c -lpthread -latomic && ./checker",
)


def _murphi_functions(known: ExportedModel, name: str, decision: Decision) -> list[str]:
    """The function that finds an effect, and before it one for each node that several ways lead to; none if there is
    nothing to test.
    """
    nodes = decision.nodes()
    ways = Counter(child for node in nodes for _, child in node.ways)
    names = {node: f"{name}_n{number}" for number, node in enumerate(nodes) if ways[node] > 1}
    names |= dict.fromkeys(nodes[:1], name)

    def found(graph: Graph, indent: str) -> list[str]:
        if isinstance(graph, int):
            return [f"{indent}return {graph + 1};"]
        return [f"{indent}return {names[graph]}();"] if graph in names else tested(graph, indent)

    def tested(node: Node, indent: str) -> list[str]:
        *few, (_, most) = node.by_frequency()
        lines = [f"{indent}switch {known.names[node.slot]}"]
        for codes, child in few:
            lines.append(f"{indent}case {', '.join(known.value(node.slot, code) for code in codes)}:")
            lines += found(child, indent + "  ")
        return [*lines, f"{indent}else", *found(most, indent + "  "), f"{indent}endswitch;"]

    lines = list[str]()
    for node in reversed(nodes):
        if node in names:
            lines += [
                "",
                f"function {names[node]}(): 0..{len(decision.effects)};",
                "begin",
                *tested(node, "  "),
                "end;",
            ]
    return lines


def _murphi_effects(known: ExportedModel, name: str, rule: Decision) -> list[str]:
    """What a rule does: its only effect, or the one that its function finds."""
    texts = [
        " ".join(f"{known.names[slot]} := {known.value(slot, code)};" for slot, code in writes)
        for writes in rule.effects
    ]
    if len(texts) == 1:
        return [f"begin {texts[0]}"]
    cases = (f"  case {number}: {text}" for number, text in enumerate(texts, 1))
    return [
        f"var effect: 0..{len(texts)};",
        "begin",
        f"  effect := {name}();",
        "  switch effect",
        *cases,
        "  endswitch;",
    ]
