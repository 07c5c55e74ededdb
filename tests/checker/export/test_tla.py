"""The export to TLA+, read back by a small interpreter that shares nothing with the writer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import attrs
import pytest

from benchmarks.reference import COUNTS, Reference
from failover_fsm.checker import ModelError, always
from failover_fsm.checker.compiled import CompiledChecker
from failover_fsm.checker.export.tla import to_tla
from failover_fsm.checker.rules.rule_tree import Rule
from tests.checker.bitset.test_against_plain import random_model
from tests.checker.export.test_promela_murphi import HOLDING, one_active

TOKENS = re.compile(r"""/\\|\\/|\\in|<<|>>|\[\]|==|[A-Za-z]\w*'?|"[^"]*"|-?\d+|\S""")
Token = tuple[str, int]
"""A word and its column: in TLA+ the columns of a list of conjuncts mean something."""

Assigned = dict[str, Any]


class Module:
    """A module of the part of TLA+ that the export writes: what a word means, how the next states are found."""

    def __init__(self, text: str) -> None:
        body = re.sub(r"\\\*.*", "", text)
        assert re.match(r"-{4,} MODULE \w+ -{4,}\n", body) and body.rstrip().endswith("====")
        self.variables = re.findall(r"\w+", body[body.index("VARIABLES") + 9 : body.index("vars ==")])
        self.definitions: dict[str, list[list[Token]]] = {}
        for found in re.finditer(r"^(\w+) ==((?:.*\n)(?: .*\n|\n)*)", body, re.MULTILINE):
            lines = [[(m[0], m.start()) for m in TOKENS.finditer(line)] for line in found[2].splitlines()]
            self.definitions[found[1]] = [line for line in lines if line]

    def meaning(self, name: str) -> Any:
        """The tree of a definition."""
        tokens = [token for line in self.definitions[name] for token in line]
        tree, rest = self._expression(tokens)
        assert not rest, f"{name}: {rest[:5]}"
        return tree

    def _expression(self, tokens: list[Token]) -> tuple[Any, list[Token]]:
        """A list of conjuncts or disjuncts, each begun by its sign in one column; else a term."""
        sign, column = tokens[0]
        if sign not in ("/\\", "\\/"):
            return self._infix(tokens)
        items = []
        while tokens and tokens[0] == (sign, column):
            size = next((i for i, token in enumerate(tokens) if i and token[1] <= column), len(tokens))
            item, rest = self._expression(tokens[1:size])
            assert not rest, f"not aligned: {rest[:5]}"
            items.append(item)
            tokens = tokens[size:]
        return (sign, items), tokens

    def _infix(self, tokens: list[Token]) -> tuple[Any, list[Token]]:
        term, tokens = self._term(tokens)
        items = [term]
        while tokens and tokens[0][0] == "/\\":
            term, tokens = self._term(tokens[1:])
            items.append(term)
        return (items[0] if len(items) == 1 else ("/\\", items)), tokens

    def _term(self, tokens: list[Token]) -> tuple[Any, list[Token]]:
        word = tokens[0][0]
        if word == "~":
            end = next(i for i, token in enumerate(tokens) if token[0] == ")")
            inner, rest = self._infix(tokens[2:end])
            assert tokens[1][0] == "(" and not rest
            return ("~", inner), tokens[end + 1 :]
        if word == "UNCHANGED":
            end = next(i for i, token in enumerate(tokens) if token[0] == ">>")
            names = [name for name, _ in tokens[2:end] if name != ","]
            return ("UNCHANGED", names), tokens[end + 1 :]
        if len(tokens) > 1 and tokens[1][0] == "=":
            return ("=", word, tokens[2][0]), tokens[3:]
        if len(tokens) > 1 and tokens[1][0] == "\\in":
            end = next(i for i, token in enumerate(tokens) if token[0] == "}")
            return ("in", word, [value for value, _ in tokens[3:end] if value != ","]), tokens[end + 1 :]
        return ("name", word), tokens[1:]

    def solutions(self, tree: Any, state: Assigned, primed: Assigned) -> Iterator[Assigned]:
        """As TLC does it: from left to right, the first mention of a primed variable gives it its value."""
        kind = tree[0]
        if kind == "/\\":
            if not tree[1]:
                yield primed
                return
            for found in self.solutions(tree[1][0], state, primed):
                yield from self.solutions(("/\\", tree[1][1:]), state, found)
        elif kind == "\\/":
            for item in tree[1]:
                yield from self.solutions(item, state, primed)
        elif kind == "UNCHANGED":
            assert not primed.keys() & set(tree[1])
            yield primed | {name: state[name] for name in tree[1]}
        elif kind == "~":
            if not any(True for _ in self.solutions(tree[1], state, primed)):
                yield primed
        elif kind == "name":
            assert tree[1] in ("TRUE", "FALSE") or tree[1] in self.definitions, tree
            if tree[1] in self.definitions:
                yield from self.solutions(self.cached(tree[1]), state, primed)
            elif tree[1] == "TRUE":
                yield primed
        elif kind == "in":
            if state[tree[1]] in tree[2]:
                yield primed
        elif tree[1].endswith("'"):
            assert tree[1][:-1] not in primed
            yield primed | {tree[1][:-1]: state.get(tree[2], tree[2])}
        elif state[tree[1]] == tree[2]:
            yield primed

    def cached(self, name: str) -> Any:
        """The tree of a definition, made once."""
        if not hasattr(self, "_trees"):
            self._trees: dict[str, Any] = {}
        if name not in self._trees:
            self._trees[name] = self.meaning(name)
        return self._trees[name]

    def initial(self) -> list[Assigned]:
        """The initial states: every disjunct of Init gives every variable a value."""
        sign, items = self.meaning("Init")
        assert sign == "\\/"
        return [{name: value for _, name, value in item[1]} for item in items]

    def explored(self, invariants: list[str]) -> tuple[int, int, dict[str, bool]]:
        """Distinct states, transitions, and which invariants hold."""
        following = self.meaning("Next")
        queue = self.initial()
        seen = {tuple(state[name] for name in self.variables) for state in queue}
        transitions, holds = 0, dict.fromkeys(invariants, True)
        for state in queue:
            for name in invariants:
                holds[name] &= any(True for _ in self.solutions(self.cached(name), state, {}))
            for after in self.solutions(following, state, {}):
                assert after.keys() == set(self.variables), "an action forgets a variable"
                transitions += 1
                key = tuple(after[name] for name in self.variables)
                if key not in seen:
                    seen.add(key)
                    queue.append(after)
        return len(seen), transitions, holds


@pytest.mark.slow
def test_the_module_has_the_states_transitions_and_verdicts_of_the_model() -> None:
    text = to_tla(Reference(0), {**HOLDING, 'one "active" \\* (': one_active}, "the reference model")
    assert text.startswith("-------------------- MODULE failover --------------------\n\\* the reference model\n")
    invariants = ["TypeOK", "Inv_armed", "Inv_off", "Inv_one_active"]
    found = Module(text).explored(invariants)
    assert found == (*COUNTS[0][:2], {"TypeOK": True, "Inv_armed": True, "Inv_off": True, "Inv_one_active": False})


@pytest.mark.parametrize("seed", range(4))
def test_several_initial_states_and_steps_that_change_nothing(seed: int) -> None:
    model = random_model(seed)
    result = CompiledChecker(model).verify(always("p", lambda state: state.p))
    states, transitions, holds = Module(to_tla(model, {"p": lambda state: state.p})).explored(["Inv_p"])
    assert (states, transitions) == (result.states, result.transitions)
    assert holds["Inv_p"] == (result.findings[0].verdict.value == "holds")


@attrs.frozen
class Odd:
    """Fields and values that TLA+ has other plans for."""

    IN: bool = False
    Next: int = attrs.field(default=2, metadata={"domain": (2, -1, 5)})
    vars: str = attrs.field(default='a "b"', metadata={"domain": ('a "b"', "a  b ", "\\* c")})


def test_names_and_values_of_the_language_itself_are_avoided() -> None:
    class Model:
        rules = (
            Rule("Next", lambda draft: setattr(draft, "Next", -1) or draft.IN),
            Rule("IN", lambda draft: setattr(draft, "IN", not draft.IN) or True),
            Rule("9 \\/ x", lambda draft: setattr(draft, "vars", "\\* c") or draft.Next == -1),
            Rule("never", lambda draft: False),
            Rule("stay", lambda draft: True),
        )

        def initial_states(self) -> list[Odd]:
            return [Odd()]

    module = Module(to_tla(Model()))
    assert len(module.variables) == 3 and not {"IN", "Next", "vars"} & set(module.variables)
    result = CompiledChecker(Model()).verify()
    assert module.explored(["TypeOK"]) == (result.states, result.transitions, {"TypeOK": True})


@attrs.frozen
class Lengthy:
    """Values of more letters than anybody wants to read in a formula."""

    text: str = attrs.field(default="a" * 50, metadata={"domain": ("a" * 50, "b" * 50, "c")})


def test_long_values_are_numbers_and_an_invariant_that_nothing_breaks_is_true() -> None:
    def turn(draft: Any) -> bool:
        draft.text = "b" * 50 if draft.text == "a" * 50 else "a" * 50
        return True

    class Model:
        rules = (Rule("turn", turn),)

        def initial_states(self) -> list[Lengthy]:
            return [Lengthy()]

    invariants = {"any": lambda state: True, "not c": lambda state: state.text != "c"}
    text = to_tla(Model(), invariants)
    assert "/\\ text \\in {0, 1, 2}" in text and "\nInv_any ==\n    TRUE\n" in text
    names = ["TypeOK", "Inv_any", "Inv_not_c"]
    assert Module(text).explored(names) == (2, 2, dict.fromkeys(names, True))


def test_what_can_fail_is_not_exported_either() -> None:
    model = Reference(0)
    model.rules = (Rule("bad", lambda draft: draft.link or draft.nothing),)
    with pytest.raises(ModelError, match="has no meaning in another language"):
        to_tla(model)
