"""Decision graphs in C, as a Promela model embeds them: a function that finds the effect, statements that make it.

Every test is one `switch`, and a test with many ways to results is one table. SPIN reads C in blocks of limited length,
so what is long comes in parts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from failover_fsm.checker.export.exported import ExportedModel
from failover_fsm.checker.export.graphs import DISABLED, Decision, Graph, Node
from failover_fsm.checker.rules.rule_tree import Pairs

__all__ = ["Block", "assignments", "function"]

TABLE = 8
"""More ways or effects than these are written as a table."""

LONGEST_BLOCK = 30_000
"""Characters of a block, more or less; SPIN reads 65,535."""

Block = list[str]
"""Lines of C that belong together."""


def function(known: ExportedModel, name: str, decision: Decision) -> list[Block]:
    """A function that sets `effect` to the number of the effect in the current state, from 1, or to 0, and returns it.

    Codes that do not occur at a test take its most frequent way.

    Args:
        known: the model.
        name: of the function, which is in the last block.
        decision: what it finds; its graph is a test.
    """
    nodes = decision.nodes()
    numbers = {node: number for number, node in enumerate(nodes)}
    tables, lines = list[Block](), list[str]()
    for number, node in enumerate(nodes):
        variable = f"now.{known.names[node.slot]}"
        if _is_table(node):
            table = f"{name}_n{number}"
            tables.append([_array(table, _results(node, known.sizes[node.slot]))])
            lines.append(f"  n{number}: return effect = {table}[{variable}];")
        else:
            lines.append(f"  n{number}: switch ({variable}) {{ {_ways(known, node, numbers)} }}")
    parts = list(_parts(lines))
    names = [name, *(f"{name}_from_n{part.start}" for part in parts[1:])]
    calls = {f"n{number}": f"{names[place]}({number})" for place, part in enumerate(parts) for number in part}
    functions = [_part(part, names[place], lines, calls) for place, part in enumerate(parts)]
    return [*tables, *reversed(functions)]


def _parts(lines: Sequence[str]) -> Iterator[range]:
    """The numbers of the lines that fit a block together; at least one range."""
    begin = size = 0
    for number, line in enumerate(lines):
        if size and size + len(line) > LONGEST_BLOCK:
            yield range(begin, number)
            begin, size = number, 0
        size += len(line)
    yield range(begin, len(lines))


def _part(part: range, name: str, lines: Sequence[str], calls: dict[str, str]) -> Block:
    """The function of some nodes: the first part begins at its first node, the others at the one that is asked for.

    Args:
        part: the numbers of the nodes.
        name: of the function.
        lines: of all nodes.
        calls: what finds the effect from each node, for nodes of other parts.
    """
    inside = {f"n{number}" for number in part}

    def elsewhere(jump: re.Match[str]) -> str:
        return jump[0] if jump[1] in inside else f"return {calls[jump[1]]};"

    body = [re.sub(r"goto (n\d+);", elsewhere, lines[number]) for number in part]
    if part.start == 0:
        return [f"static int {name}(void) {{", *body, "}"]
    entries = " ".join(f"case {number}: goto n{number};" for number in part)
    return [f"static int {name}(int node) {{", f"  switch (node) {{ {entries} }}", *body, "}"]


def _is_table(node: Node) -> bool:
    """Whether all of many ways lead to results."""
    return len(node.ways) > TABLE and all(isinstance(child, int) for _, child in node.ways)


def _results(node: Node, size: int) -> list[int]:
    """What the function returns for each code of a slot; 0 for those that do not occur."""
    found = [DISABLED + 1] * size
    for codes, child in node.ways:
        assert isinstance(child, int)
        for code in codes:
            found[code] = child + 1
    return found


def _ways(known: ExportedModel, node: Node, numbers: dict[Node, int]) -> str:
    """The ways of a test; the last and most frequent one without its codes."""
    *ways, (_, last) = node.by_frequency()
    cases = []
    for codes, child in ways:
        cases += [f"case {known.value(node.slot, code)}:" for code in codes]
        cases.append(_to(child, numbers))
    return " ".join([*cases, "default:", _to(last, numbers)])


def _to(child: Graph, numbers: dict[Node, int]) -> str:
    return f"goto n{numbers[child]};" if isinstance(child, Node) else f"return effect = {child + 1};"


def _array(name: str, values: Sequence[int]) -> str:
    kind = "unsigned char" if max(values) < 2**8 else "unsigned short"
    return f"static const {kind} {name}[] = {{{', '.join(map(str, values))}}};"


def assignments(known: ExportedModel, name: str, decision: Decision) -> tuple[list[Block], str]:
    """The statements that make the effect whose number is in `effect`, and the blocks that must come before.

    Many effects on the same variables are tables; else each is a case.

    Args:
        known: the model.
        name: of what is in the blocks.
        decision: the effects, at least one.
    """
    effects = decision.effects
    slots = [slot for slot, _ in effects[0]]
    if len(effects) > TABLE and all([slot for slot, _ in effect] == slots for effect in effects):
        return _by_tables(known, name, effects)
    if len(effects) == 1:
        return [], _each(known, effects[0])
    cases = [f"case {number}: {_each(known, writes)} break;" for number, writes in enumerate(effects, 1)]
    parts = [f"switch (effect) {{ {' '.join(cases[part.start : part.stop])} }}" for part in _parts(cases)]
    if len(parts) == 1:
        return [], parts[0]
    blocks = [[f"static void {name}_{place}(void) {{", f"  {part}", "}"] for place, part in enumerate(parts)]
    return blocks, " ".join(f"{name}_{place}();" for place in range(len(parts)))


def _by_tables(known: ExportedModel, name: str, effects: Sequence[Pairs]) -> tuple[list[Block], str]:
    """As `assignments`: a table for each variable, by number of the effect; none where all assign the same."""
    tables, statements = list[Block](), list[str]()
    for place, (slot, first) in enumerate(effects[0]):
        codes = [effect[place][1] for effect in effects]
        if all(code == first for code in codes):
            statements.append(_each(known, [(slot, first)]))
        else:
            tables.append([_array(f"{name}_{place}", [0, *codes])])
            statements.append(f"now.{known.names[slot]} = {name}_{place}[effect];")
    return tables, " ".join(statements)


def _each(known: ExportedModel, writes: Sequence[tuple[int, int]]) -> str:
    """An assignment for each slot."""
    return " ".join(f"now.{known.names[slot]} = {known.value(slot, code)};" for slot, code in writes)
