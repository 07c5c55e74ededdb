"""The compiled checker against the plain one: same states, same verdicts, same counterexamples, byte for byte."""

from __future__ import annotations

import random
from collections.abc import Callable, Hashable, Iterable
from typing import Any

import attrs
import pytest

from failover_fsm.checker import (
    Checker,
    ModelError,
    Property,
    Verdict,
    always,
    always_step,
    can_recover,
    converges,
    sometimes,
    when_settled,
)
from failover_fsm.checker.compiled import CompiledChecker
from failover_fsm.checker.rules.rule_tree import PlainModel, Rule
from failover_fsm.records import ask_of, unchanged

FIELDS = ("p", "q", "r", "s", "t", "u", "v")
SIZES = (2, 3, 2, 4, 2, 3, 2)


@attrs.frozen
class Tuple:
    """Seven fields of several sizes, one of them in a record of its own below."""

    p: int = attrs.field(default=0, metadata={"domain": range(2)})
    q: int = attrs.field(default=0, metadata={"domain": range(3)})
    r: int = attrs.field(default=0, metadata={"domain": range(2)})
    s: int = attrs.field(default=0, metadata={"domain": range(4)})
    t: int = attrs.field(default=0, metadata={"domain": range(2)})
    u: int = attrs.field(default=0, metadata={"domain": range(3)})
    v: int = attrs.field(default=0, metadata={"domain": range(2)})


Tree = tuple[Any, ...]


def random_tree(chance: random.Random, depth: int, possible: float) -> Tree:
    """A random decision tree: ("ask", field, subtrees), ("step", assignments) or ("no",)."""
    if depth and chance.random() < 0.85:
        field = chance.randrange(len(FIELDS))
        subtrees = [random_tree(chance, depth - 1, possible) for _ in range(SIZES[field])]
        return ("ask", FIELDS[field], subtrees)
    if chance.random() > possible:
        return ("no",)
    chosen = chance.sample(range(len(FIELDS)), chance.randint(0, 2))
    return ("step", [(FIELDS[field], chance.randrange(SIZES[field])) for field in chosen])


def as_rule(tree: Tree) -> Callable[[Any], bool]:
    """The rule that follows a random tree."""

    def rule(draft: Any) -> bool:
        end = followed(tree, draft)
        for field, value in end[1] if end[0] == "step" else ():
            setattr(draft, field, value)
        return bool(end[0] == "step")

    return rule


def as_predicate(tree: Tree) -> Callable[[Any], bool]:
    """The predicate that is true where the rule would be possible."""
    return lambda state: bool(followed(tree, state)[0] == "step")


def followed(tree: Tree, state: Any) -> Tree:
    """The end of a random tree that a state leads to."""
    while tree[0] == "ask":
        tree = tree[2][getattr(state, tree[1])]
    return tree


@attrs.frozen
class Model:
    """Rules of random trees, and a free field or two that change by themselves."""

    rules: tuple[Rule, ...]
    initial: tuple[Any, ...]

    def initial_states(self) -> Iterable[Any]:
        """One or two, and one of them twice."""
        return [*self.initial, self.initial[0]]


def random_model(seed: int) -> Model:
    """A model that depends on the seed alone."""
    chance = random.Random(seed)
    trees = [random_tree(chance, 3, 0.55) for _ in range(chance.randint(4, 9))]
    for field in chance.sample(range(len(FIELDS)), chance.randint(0, 4)):
        name, size = FIELDS[field], SIZES[field]
        trees.append(("ask", name, [("step", [(name, (code + 1) % size)]) for code in range(size)]))
    initial = tuple(Tuple(p=chance.randrange(2), s=chance.randrange(4)) for _ in range(chance.randint(1, 2)))
    return Model(tuple(Rule(f"e{number}", as_rule(tree)) for number, tree in enumerate(trees)), initial)


def random_properties(seed: int) -> list[Property]:
    """One of each kind and more; about half of them false."""
    chance = random.Random(-seed)

    def state() -> Callable[[Any], bool]:
        return as_predicate(random_tree(chance, 3, 0.8))

    def step() -> Callable[[Any, Any, Any], bool]:
        first, second, event = state(), state(), f"e{chance.randrange(4)}"
        return lambda before, name, after: first(before) or second(after) or name == event

    allowed = [{f"e{number}" for number in range(8) if chance.random() < 0.6} for _ in range(4)]
    return [
        always("always", state(), premise=state()),
        always("always 2", lambda value: not (value.p and value.q == 2 and value.s == 3)),
        sometimes("sometimes", state()),
        sometimes("sometimes 2", lambda value: value.t and value.u == 1 and value.s == 2),
        always_step("step", step(), premise=step()),
        when_settled("settled", state(), within=lambda event: event in allowed[0], premise=state()),
        when_settled("settled 2", lambda value: not value.v, within=lambda event: event in allowed[1]),
        can_recover("recover", state()),
        can_recover("recover 2", lambda value: bool(value.p and value.s), within=lambda event: event in allowed[2]),
        converges("converges", within=lambda event: event in allowed[3]),
    ]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(40))
def test_random_models_give_the_same_result_to_the_last_byte(seed: int) -> None:
    """For every layout: many dense bits or none, one word or several, trees learned before or during the search."""
    model, properties = random_model(seed), random_properties(seed)
    expected = Checker(PlainModel(model)).verify(*properties)
    for rest_bits, word_bits, budget in ((12, 64, 20_000), (0, 5, 20_000), (6, 5, 3), (2, 64, 0), (12, 4, 40)):
        checker = CompiledChecker(model, rest_bits=rest_bits, word_bits=word_bits, budget=budget)
        found = checker.verify(*properties)
        for ours, theirs in zip(found.findings, expected.findings, strict=True):
            assert ours == theirs, (rest_bits, word_bits, ours.name)
        assert attrs.evolve(found, seconds=0.0) == expected


@pytest.mark.slow
@pytest.mark.parametrize("forgotten", ["what was assigned", "whether a part is the same"])
def test_a_predicate_whose_looks_are_forgotten_is_seen(forgotten: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Steps that differ in what matters to a predicate would share its tree; random models catch that."""
    if forgotten == "what was assigned":
        monkeypatch.setattr("failover_fsm.records.tracing.Assigned.get", dict.get)
    else:
        monkeypatch.setattr("failover_fsm.records.tracing.numbers_under", lambda node: frozenset())
    different = 0
    for seed in range(12):
        claims = [
            always_step("step", lambda before, event, after: not (before.p and after.s == 2) or after.q == before.q),
            always_step("same", lambda before, event, after: before == after or event != "e1"),
        ]
        expected = Checker(PlainModel(random_model(seed))).verify(*claims)
        try:
            different += attrs.evolve(CompiledChecker(random_model(seed)).verify(*claims), seconds=0.0) != expected
        except ModelError:
            different += 1
    assert different


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(20))
def test_predicates_look_at_what_was_assigned_in_any_order(seed: int) -> None:
    """What matters to them turns out bit by bit, and trees learned before are not used again."""

    def late(before: Any, event: Hashable, after: Any) -> bool:
        looked = [after.p, after.q if before.r else after.s, after.t if before.u else after.v]
        return not all(looked) or unchanged(before, after, "u")

    claims = (always_step("late", late), always_step("same", lambda before, event, after: before == after or before.p))
    expected = Checker(PlainModel(random_model(seed))).verify(*claims)
    for rest_bits, budget in ((12, 20_000), (0, 0), (6, 3)):
        checker = CompiledChecker(random_model(seed), rest_bits=rest_bits, budget=budget)
        assert attrs.evolve(checker.verify(*claims), seconds=0.0) == expected


def is_even(value: int) -> bool:
    """A question."""
    return value % 2 == 0


def is_high(value: int) -> bool:
    """Another."""
    return value > 2


@attrs.frozen
class Asked:
    """A field that rules ask instead of reading it, and others."""

    n: int = attrs.field(default=0, metadata={"domain": range(6)})
    on: bool = False


def asking() -> Model:
    """Counts; whether it may be switched depends on answers, not on the number."""

    def more(draft: Any) -> bool:
        draft.n = (draft.n + 1) % 6
        return True

    def switch(draft: Any) -> bool:
        even = ask_of(draft, "n", is_even)
        if draft.on if even else not ask_of(draft, "n", is_high):
            return False
        draft.on = not draft.on
        return True

    return Model((Rule("more", more), Rule("switch", switch)), (Asked(),))


@pytest.mark.parametrize("seed", range(8))
def test_neither_the_batch_size_nor_the_packing_width_matters(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Batches of two keys, and columns that are too wide to be packed into one number."""
    expected = CompiledChecker(random_model(seed)).verify(*random_properties(seed))
    monkeypatch.setattr("failover_fsm.checker.bitset.reached.KEYS_PER_BATCH", 2)
    monkeypatch.setattr("failover_fsm.checker.bitset.batches.PACKED_BITS", 3)
    assert CompiledChecker(random_model(seed)).verify(*random_properties(seed)) == expected


@pytest.mark.parametrize("most", ["time", "memory"])
def test_a_large_level_can_end_in_the_middle(most: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """One of two initial states was expanded: neither counts, and every promise is undecided."""
    whole = CompiledChecker(random_model(6), rest_bits=0).verify(*random_properties(6))
    monkeypatch.setattr("failover_fsm.checker.bitset.reached.KEYS_PER_BATCH", 1)
    now = [0]
    limits: dict[str, Any] = {"time": {"time_limit": 1, "clock": lambda: now[0]}, "memory": {"memory": 1}}
    search = CompiledChecker(random_model(6), rest_bits=0).begin(*random_properties(6), **limits[most])
    now[0] = 1
    found = search.finish()
    assert found.limit is not None and found.limit.startswith(most)
    assert (found.complete, found.levels, found.transitions) == (False, (2,), 0)
    for ours, theirs in zip(found.findings, whole.findings, strict=True):
        assert ours.verdict in (theirs.verdict, Verdict.UNDECIDED)


@pytest.mark.parametrize("rest_bits", [0, 1, 12])
def test_answers_are_the_same_wherever_the_field_lies_that_is_asked(rest_bits: int) -> None:
    """In the sparse key or in the dense offset."""
    claims = (always("p", lambda state: not (state.on and ask_of(state, "n", is_even) and state.n > 2)),)
    expected = Checker(PlainModel(asking())).verify(*claims)
    assert (expected.states, expected.verdict) == (12, Verdict.VIOLATED)
    assert CompiledChecker(asking(), rest_bits=rest_bits).verify(*claims) == expected


@pytest.mark.slow
def test_the_random_models_and_properties_are_not_trivial() -> None:
    """Every kind holds somewhere and is violated somewhere, and models are of some size."""
    seen, sizes = set(), []
    for seed in range(40):
        result = CompiledChecker(random_model(seed)).verify(*random_properties(seed))
        sizes.append(result.states)
        seen.update((finding.kind, finding.verdict, finding.vacuous) for finding in result.findings)
    kinds = {finding.kind for finding in result.findings}
    for kind in kinds:
        assert (kind, Verdict.VIOLATED, False) in seen, kind
        assert (kind, Verdict.HOLDS, False) in seen, kind
    assert sum(size > 100 for size in sizes) > 10
