"""Interchangeable members: fewer states, the same verdicts, real names in traces, and refusals with a reason."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import attrs
import pytest

from benchmarks.reference import Reference, Role
from failover_fsm.checker import (
    Checker,
    CheckpointError,
    ModelError,
    Property,
    Result,
    Verdict,
    always,
    always_step,
    can_recover,
    converges,
    leads_to,
    sometimes,
    when_settled,
)
from failover_fsm.checker.compiled import CompiledChecker
from failover_fsm.checker.reduce.interchangeable import SymmetricChecker
from failover_fsm.checker.reduce.symmetry import Block, RecordBlock, record_block
from failover_fsm.checker.rules.rule_tree import PlainModel, Rule
from failover_fsm.records import ask_of
from tests.checker.bitset.test_leads_to import check_lasso
from tests.published.increment import Increment
from tests.published.two_phase import ABORTED, COMMITTED, TwoPhase, consistent

HOLDS, VIOLATED = Verdict.HOLDS, Verdict.VIOLATED


def numbered(event: Any, places: Sequence[int]) -> Any:
    """Events of the form (name, member, ...): -1 is none."""
    return (event[0], *(places[member] if member >= 0 else member for member in event[1:]))


def compiled(model: Any, *blocks: RecordBlock) -> CompiledChecker:
    """The compiled checker on sorted states."""
    return CompiledChecker(model, blocks=blocks)


ENGINES = pytest.mark.parametrize("engine", [SymmetricChecker, compiled], ids=["plain", "compiled"])

# -- published models, as they are, on the plain engine ---------------------------------------------------------


def managers() -> Block:
    """The resource managers of two-phase commit, each with what the coordinator has of it."""
    names = ("managers", "heard", "prepared")
    return Block(
        "managers",
        members=lambda state: list(zip(*(getattr(state, name) for name in names), strict=True)),
        placed=lambda state, items: state._replace(**dict(zip(names, zip(*items, strict=True), strict=True))),
        renamed=numbered,
    )


def threads() -> Block:
    """The threads of `Increment`."""
    return Block(
        "threads", lambda state: state.threads, lambda state, items: state._replace(threads=tuple(items)), numbered
    )


@pytest.mark.parametrize(("count", "states", "orbits"), [(3, 288, 80), (5, 8832, 314)])
def test_two_phase_commit_has_its_known_orbits(count: int, states: int, orbits: int) -> None:
    claims = (
        always("consistent", consistent),
        sometimes("commit", lambda state: set(state.managers) == {COMMITTED}),
        sometimes("abort", lambda state: set(state.managers) == {ABORTED}),
    )
    result = SymmetricChecker(TwoPhase(count), managers()).verify(*claims)
    assert (result.states, result.verdict) == (orbits, HOLDS)
    if count == 3:
        assert Checker(TwoPhase(count)).verify(*claims).states == states


@pytest.mark.parametrize(("count", "states", "orbits"), [(2, 13, 8), (3, 84, 22), (4, 755, 63)])
def test_increment_has_its_known_orbits_and_a_race(count: int, states: int, orbits: int) -> None:
    def right(state: Any) -> bool:
        return state.counter == sum(place == 3 for _, place in state.threads)

    full = Checker(Increment(count)).verify(always("no update is lost", right))
    found = SymmetricChecker(Increment(count), threads()).verify(always("no update is lost", right))
    assert (full.states, found.states) == (states, orbits)
    ours, theirs = found.findings[0], full.findings[0]
    assert (ours.verdict, len(ours.trace)) == (VIOLATED, len(theirs.trace))
    walked(Increment(count), ours.trace, ours.states)
    assert len(set(ours.states)) == len(ours.states)


def walked(model: Any, trace: Sequence[Any], states: Sequence[Any]) -> None:
    """Every step of a trace is one of the model itself."""
    assert states[0] in list(model.initial_states())
    for before, event, after in zip(states, trace, states[1:], strict=False):
        assert event in list(model.events(before)) and model.step(before, event) == after


# -- two-phase commit as rules, on both engines -------------------------------------------------------------------


@attrs.frozen
class Manager:
    """A resource manager and what the coordinator has of it."""

    at: str = attrs.field(default="working", metadata={"domain": ("working", "prepared", "committed", "aborted")})
    sent: bool = False
    heard: bool = False


@attrs.frozen
class Commit:
    """Two-phase commit."""

    managers: tuple[Manager, ...]
    decided: str = attrs.field(default="no", metadata={"domain": ("no", "commit", "abort")})


def decide(draft: Any, what: str) -> bool:
    if draft.decided != "no" or (what == "commit" and not all(item.heard for item in draft.managers)):
        return False
    draft.decided = what
    return True


def manage(draft: Any, name: str, i: int) -> bool:
    own = draft.managers[i]
    if name == "hear" and draft.decided == "no" and own.sent:
        own.heard = True
    elif name == "prepare" and own.at == "working":
        own.at, own.sent = "prepared", True
    elif name == "give up" and own.at == "working":
        own.at = "aborted"
    elif name == "obey" and draft.decided != "no":
        own.at = "committed" if draft.decided == "commit" else "aborted"
    else:
        return False
    return True


class Rules:
    """A model of given rules."""

    def __init__(self, state: Any, rules: dict[Any, Callable[[Any], object]]) -> None:
        self.state = state
        self.rules = tuple(Rule(event, function) for event, function in rules.items())

    def initial_states(self) -> list[Any]:
        return [self.state]


def two_phase(count: int) -> tuple[Rules, RecordBlock]:
    """The model and its block."""

    def bound(function: Callable[..., bool], *given: Any) -> Callable[[Any], bool]:
        return lambda draft: function(draft, *given)

    rules = {("commit", -1): bound(decide, "commit"), ("abort", -1): bound(decide, "abort")}
    for name in ("hear", "prepare", "give up", "obey"):
        rules |= {(name, i): bound(manage, name, i) for i in range(count)}
    state = Commit((Manager(),) * count)
    return Rules(state, rules), record_block(state, "managers", renamed=numbered)


ENDS = ("committed", "aborted")
CLAIMS = (
    always("nobody commits", lambda state: not any(item.at == "committed" for item in state.managers)),
    always_step(
        "none is heard twice", lambda before, event, after: event[0] != "hear" or not before.managers[event[1]].heard
    ),
    can_recover("commit is possible", lambda state: all(item.at == "committed" for item in state.managers)),
    leads_to("it ends", lambda state: True, lambda state: all(item.at in ENDS for item in state.managers)),
    converges("it calms down", within=lambda event: True),
)


@pytest.mark.slow
def test_two_phase_commit_as_rules() -> None:
    model, block = two_phase(5)
    found, again = (engine(model, block).verify(*CLAIMS) for engine in (SymmetricChecker, compiled))
    assert (found.states, found.complete, found.digest) == (314, True, again.digest)
    full = CompiledChecker(model).verify(*CLAIMS)
    assert full.states == 8832
    for ours, theirs in zip(found.findings, full.findings, strict=True):
        assert (ours.verdict, len(ours.trace)) == (theirs.verdict, len(theirs.trace))
        if ours.states:
            walked(PlainModel(model), ours.trace, ours.states)
    assert {finding.verdict for finding in found.findings} == {HOLDS, VIOLATED}


def ports(u: int, k: int) -> RecordBlock:
    """The interfaces of one unit of the reference model, whose events are texts."""

    def renamed(event: str, places: Sequence[int]) -> str:
        return re.sub(rf"^(if_\w+)\({u},(\d+)\)$", lambda found: f"{found[1]}({u},{places[int(found[2])]})", event)

    return record_block(Reference(k).initial_states()[0], f"sides[{u}].ports", renamed=renamed)


@pytest.mark.slow
@pytest.mark.parametrize("k", [2, 4])
def test_two_blocks_in_the_reference_model(k: int) -> None:
    """Each unit's interfaces are a block of their own; k + 1 orbits each where there were 2 ** k states."""

    def one_active(state: Any) -> bool:
        return not all(unit.groups[0].role is Role.ACT for unit in state.units)

    blocks = (ports(0, k), ports(1, k))
    result = CompiledChecker(Reference(k), blocks=blocks).verify(always("one active", one_active))
    assert result.states == 11_036 * (k + 1) ** 2
    walked(PlainModel(Reference(k)), result.findings[0].trace, result.findings[0].states)


# -- random models ------------------------------------------------------------------------------------------------


@attrs.frozen
class Cell:
    """A member."""

    a: bool = False
    b: int = attrs.field(default=0, metadata={"domain": range(3)})


@attrs.frozen
class Board:
    """Members and something they share."""

    cells: tuple[Cell, ...]
    g: int = attrs.field(default=0, metadata={"domain": range(3)})


MEMBERS = 3


def random_board(seed: int, *, pairs: bool) -> tuple[Rules, RecordBlock]:
    """A random model that treats its members alike: what a rule does is drawn by what it sees, not by whom.

    pairs: whether there are rules of two members, which may do nothing but exchange them.
    """

    @cache
    def drawn(possible: float, *seen: Any) -> tuple[bool, int, int] | None:
        chance = random.Random(f"{seed} {seen}")
        if chance.random() > possible:
            return None
        return chance.random() < 0.5, chance.randrange(3), chance.randrange(3)

    def single(draft: Any, name: int, i: int) -> bool:
        own = draft.cells[i]
        others = sum(cell.a for j, cell in enumerate(draft.cells) if j != i)
        found = drawn(0.4, name, own.a, own.b, draft.g, others)
        if found is None:
            return False
        own.a, own.b, draft.g = found
        return True

    def pair(draft: Any, i: int, j: int) -> bool:
        first, second = draft.cells[i], draft.cells[j]
        found = drawn(0.3, first.b, second.b, draft.g)
        if found is None:
            return False
        first.b, second.b = second.b, first.b
        draft.g = found[1]
        return True

    def bound(function: Callable[..., bool], *given: Any) -> Callable[[Any], bool]:
        return lambda draft: function(draft, *given)

    rules: dict[Any, Callable[[Any], bool]] = {}
    for name in range(3):
        rules |= {(f"single {name}", i): bound(single, name, i) for i in range(MEMBERS)}
    if pairs:
        rules |= {("pair", i, j): bound(pair, i, j) for i in range(MEMBERS) for j in range(MEMBERS) if i != j}
    state = Board((Cell(), Cell(True), Cell()))
    return Rules(state, rules), record_block(state, "cells", renamed=numbered)


def summary(state: Any) -> tuple[int, ...]:
    """What of a board does not depend on the order of its members."""
    return sum(cell.a for cell in state.cells), max(cell.b for cell in state.cells), state.g


def random_claims(seed: int) -> list[Property]:
    """Properties that name no member."""
    chance = random.Random(seed)

    def some(share: float) -> Callable[[Any], bool]:
        chosen = {item for item in range(48) if chance.random() < share}
        return lambda state: (summary(state)[0] * 12 + summary(state)[1] * 4 + summary(state)[2]) in chosen

    def events(share: float) -> Callable[[Any], bool]:
        chosen = [name for name in ("single 0", "single 1", "single 2", "pair") if chance.random() < share]
        return lambda event: event[0] in chosen

    def step() -> Callable[[Any, Any, Any], bool]:
        of, most = events(0.5), chance.choice((2, 3))

        def predicate(before: Any, event: Any, after: Any) -> bool:
            return not of(event) or before.g == after.g or sum(cell.a for cell in after.cells) < most

        return predicate

    claims = [always("always", some(0.9)), sometimes("sometimes", some(0.05)), always_step("step", step())]
    claims += [can_recover("recover", some(0.5), within=events(0.9))]
    claims += [converges("converges", within=events(0.3)), when_settled("settled", some(0.7), within=events(0.4))]
    for number in range(4):
        fairness = {"weak": events(0.4), "strong": events(0.4), "progress": bool(number % 2)}
        claims.append(leads_to(f"leads {number}", some(0.4), some(0.2), within=events(0.8), **fairness))
    return claims


@cache
def judged(seed: int) -> tuple[Rules, list[Property], list[Result[Any, Any]]]:
    """A random model, its claims, and what all states, the plain engine and the compiled one say of them."""
    model, block = random_board(seed, pairs=False)
    claims = random_claims(seed)
    engines = (Checker(PlainModel(model)), SymmetricChecker(model, block), compiled(model, block))
    return model, claims, [engine.verify(*claims) for engine in engines]


SEEDS = range(8)


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_random_models_have_the_verdicts_of_all_their_states(seed: int) -> None:
    model, claims, (full, small, fast) = judged(seed)
    assert small.states == fast.states < full.states or full.states == 1
    assert (small.transitions, small.levels) == (fast.transitions, fast.levels)
    for claim, whole, *ours in zip(claims, full.findings, small.findings, fast.findings, strict=True):
        for finding in ours:
            assert (finding.verdict, finding.vacuous) == (whole.verdict, whole.vacuous), claim.name
            walked(PlainModel(model), finding.trace, finding.states or model.initial_states())
            if finding.verdict is VIOLATED and finding.loop is not None:
                assert finding.states[-1] == finding.states[finding.loop]
            if finding.verdict is VIOLATED and claim.name.startswith("leads"):
                check_lasso(PlainModel(model), claim, finding)
            elif finding.loop is None:
                assert len(finding.trace) == len(whole.trace)


def test_the_random_models_are_not_trivial() -> None:
    """Each kind is violated somewhere, and much holds; loops go round."""
    seen: dict[tuple[str, Verdict], int] = {}
    longer = 0
    for seed in SEEDS:
        for finding in judged(seed)[2][2].findings:
            key = (finding.kind.value, finding.verdict)
            seen[key] = seen.get(key, 0) + 1
            longer += finding.loop is not None and finding.loop < len(finding.trace)
    assert len({kind for kind, verdict in seen if verdict is VIOLATED}) == 7
    assert sum(number for (_, verdict), number in seen.items() if verdict is HOLDS) > 10
    assert longer >= 3


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_both_engines_refuse_the_same_random_claims(seed: int) -> None:
    """With rules that exchange members, some claims cannot be judged on sorted states; the others must be right."""
    model, block = random_board(seed, pairs=True)
    refused = 0
    full, engines = CompiledChecker(model), (SymmetricChecker(model, block), compiled(model, block))
    for claim in random_claims(seed):
        whole = full.verify(claim).verdict
        answers = []
        for engine in engines:
            try:
                answers.append(engine.verify(claim).verdict)
            except ModelError as error:
                assert "exchange members of the block cells" in str(error)
                answers.append(None)
        assert answers in ([None, None], [whole, whole]), claim.name
        refused += answers == [None, None]
    assert refused < 7


# -- symmetry and liveness -------------------------------------------------------------------------------------------


def token(draft: Any, i: int, j: int) -> bool:
    """Member i gives the token to member j."""
    if not (draft.cells[i].a and not draft.cells[j].a):
        return False
    draft.cells[i].a, draft.cells[j].a = False, True
    return True


def passing() -> tuple[Rules, RecordBlock]:
    """A token that goes from member to member; sorted, nothing ever moves."""
    rules = {("pass", i, j): (lambda draft, i=i, j=j: token(draft, i, j)) for i in (0, 1) for j in (0, 1) if i != j}
    state = Board((Cell(True), Cell()))
    return Rules(state, rules), record_block(state, "cells", renamed=numbered)


@ENGINES
def test_steps_that_only_exchange_members_are_not_taken_for_stuttering(engine: Any) -> None:
    model, block = passing()
    for claim in (
        converges("calm", within=lambda event: True),
        when_settled("settled", lambda state: True, within=lambda event: True),
        leads_to("moves", lambda state: True, lambda state: state.g == 1),
    ):
        assert claim.name == "settled" or CompiledChecker(model).verify(claim).verdict is VIOLATED
        with pytest.raises(ModelError, match=r"asks whether anything changes, and \('pass', .* can do nothing but ex"):
            engine(model, block).verify(claim)
    fine = converges("calm", within=lambda event: event[0] == "other")
    result = engine(model, block).verify(fine, always("one token", lambda state: sum(c.a for c in state.cells) == 1))
    assert (result.verdict, result.states) == (HOLDS, 1)


def seesaw() -> tuple[Rules, RecordBlock]:
    """Both members up and one of them down again, for ever: sorted two states, really three and a longer way round."""

    def rise(draft: Any, i: int) -> bool:
        draft.cells[i].a = True
        return not all(cell.a for cell in draft.cells) or True

    def fall(draft: Any, i: int) -> bool:
        if not all(cell.a for cell in draft.cells):
            return False
        draft.cells[i].a = False
        return True

    rules: dict[Any, Callable[[Any], bool]] = {}
    for i in (0, 1):
        rules["rise", i] = lambda draft, i=i: rise(draft, i)
        rules["fall", i] = lambda draft, i=i: fall(draft, i)
    state = Board((Cell(True), Cell()))
    return Rules(state, rules), record_block(state, "cells", renamed=numbered)


def handing() -> tuple[Rules, RecordBlock]:
    """The member with the token lays it down, and only the other takes it up: two steps sorted, four in truth."""

    def lay(draft: Any, i: int) -> bool:
        if not draft.cells[i].a:
            return False
        draft.cells[i].a, draft.cells[i].b, draft.g = False, 1, 1
        return True

    def take(draft: Any, i: int) -> bool:
        if not (draft.g == 1 and draft.cells[i].b == 0):
            return False
        for cell in draft.cells:
            cell.b = 0
        draft.cells[i].a, draft.g = True, 0
        return True

    rules: dict[Any, Callable[[Any], bool]] = {}
    for i in (0, 1):
        rules["lay", i] = lambda draft, i=i: lay(draft, i)
        rules["take", i] = lambda draft, i=i: take(draft, i)
    state = Board((Cell(True), Cell()))
    return Rules(state, rules), record_block(state, "cells", renamed=numbered)


@ENGINES
@pytest.mark.parametrize(
    ("made", "states", "loop", "length"),
    [(handing, (2, 4), 0, 4), (seesaw, (2, 3), 2, 4)],
    ids=["two rounds", "a first round that does not come back"],
)
def test_a_loop_is_walked_until_it_really_comes_back(
    engine: Any, made: Any, states: tuple[int, int], loop: int, length: int
) -> None:
    model, block = made()
    claim = leads_to("rest", lambda state: True, lambda state: state.g == 2)
    result = engine(model, block).verify(claim)
    assert (result.states, CompiledChecker(model).verify().states) == states
    finding = result.findings[0]
    check_lasso(PlainModel(model), claim, finding)
    assert (finding.loop, len(finding.trace)) == (loop, length)


@ENGINES
def test_fairness_that_names_a_member_is_refused(engine: Any) -> None:
    """Fairness to each member is stronger than to some member; sorted states do not show which one moved."""
    model, block = seesaw()
    goal = (lambda state: True, lambda state: state.g == 1)
    for fairness in ({"weak": lambda event: event[1]}, {"strong": lambda event: event == ("rise", 1)}):
        with pytest.raises(ModelError, match=r"'p': a fairness item tells \('rise', 0\) from \('rise', 1\)"):
            engine(model, block).verify(leads_to("p", *goal, **fairness))
    with pytest.raises(ModelError, match=r"property 'p': `within` tells .*names a member of the block cells"):
        engine(model, block).verify(converges("p", within=lambda event: event[1] == 0))
    assert engine(model, block).verify(leads_to("p", *goal, weak=lambda event: event[0])).verdict is VIOLATED


# -- refusals ------------------------------------------------------------------------------------------------------

NAMING = [
    always("p", lambda state: not state.cells[0].a or state.cells[1].a),
    sometimes("p", lambda state: state.cells[1].b == 2),
    always("p", lambda state: True, premise=lambda state: state.cells[0].a),
    always_step("p", lambda before, event, after: event != ("rise", 1)),
    always_step("p", lambda before, event, after: not (after.cells[0].a and not before.cells[0].a)),
    leads_to("p", lambda state: state.cells[0].a, lambda state: state.g == 1),
    can_recover("p", lambda state: state.cells[0].a),
]


@ENGINES
@pytest.mark.parametrize("claim", NAMING)
def test_a_property_that_names_a_member_is_refused(engine: Any, claim: Property) -> None:
    model, block = seesaw()
    with pytest.raises(ModelError, match="property 'p' treats members 0 and 1 of the block cells differently; check"):
        engine(model, block).verify(claim)


@ENGINES
def test_a_model_that_names_a_member_is_refused(engine: Any) -> None:
    model, block = seesaw()
    first = {rule.event: rule.function for rule in model.rules}
    for changed, message in (
        ({("fall", 1): lambda draft: False}, r"rule \('fall', [01]\) treats members 0 and 1 of the block cells diff"),
        ({("odd", 0): lambda draft: False}, r"rule \('odd', 0\) is called \('odd', 1\) when members .* no such rule"),
        ({("g", -1): lambda draft: draft.cells[0].a}, r"rule \('g', -1\) treats members 0 and 1"),
    ):
        with pytest.raises(ModelError, match=message):
            engine(Rules(model.state, first | changed), block).verify()


@ENGINES
def test_rules_with_too_many_paths_are_refused(engine: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("failover_fsm.checker.reduce.interchangeable.MOST_PATHS", 2)
    model, block = seesaw()
    model.rules = tuple(Rule(rule.event, rule.function) for rule in model.rules)
    with pytest.raises(ModelError, match="has more than 2 paths, too many to tell whether"):
        if engine is compiled:
            CompiledChecker(model, blocks=[block], budget=0)
        else:
            engine(model, block)


def test_black_boxes_are_probed() -> None:
    class Odd(Increment):
        """The second thread writes nothing."""

        def step(self, state: Any, event: Any) -> Any:
            return None if event == ("write", 1) else super().step(state, event)

    class Odder(Increment):
        """The first thread writes nothing."""

        def step(self, state: Any, event: Any) -> Any:
            return None if event == ("write", 0) else super().step(state, event)

    for model in (Odd(2), Odder(2)):
        with pytest.raises(ModelError, match=r"event \('write', [01]\) treats members 0 and 1 of the block"):
            SymmetricChecker(model, threads()).verify()
    for claim in (
        always("p", lambda state: state.threads[0][1] != 3),
        always_step("p", lambda before, event, after: event != ("write", 0)),
        leads_to("p", lambda state: True, lambda state: state.threads[1][1] == 3),
    ):
        with pytest.raises(ModelError, match="property 'p' treats members 0 and 1 of the block threads differently"):
            SymmetricChecker(Increment(2), threads()).verify(claim)


def test_a_black_box_that_is_odd_where_nobody_probed_is_found_by_walking_the_trace() -> None:
    """Only neighbours of sorted states are probed; the run begins in another order."""

    class Reversed:
        """Three numbers, which grow; not from the order in which they begin."""

        def initial_states(self) -> list[tuple[int, ...]]:
            return [(2, 1, 0)]

        def events(self, state: tuple[int, ...]) -> list[tuple[str, int]]:
            return [("grow", i) for i in range(3)]

        def step(self, state: tuple[int, ...], event: tuple[str, int]) -> tuple[int, ...] | None:
            if state == (2, 1, 0) or max(state) > 3:
                return None
            return tuple(number + 3 * (i == event[1]) for i, number in enumerate(state))

    block = Block("numbers", lambda state: state, lambda state, items: tuple(items), numbered)
    with pytest.raises(ModelError, match="leads elsewhere than the same step with members exchanged") as caught:
        SymmetricChecker(Reversed(), block).verify(always("small", lambda state: max(state) < 3))
    assert caught.value.state == (2, 1, 0)


def test_members_of_many_bits_are_for_the_plain_engine() -> None:
    """The compiled engine sorts members as numbers of 63 bits."""
    for fields, fits in ((63, True), (64, False)):
        bits = {f"f{number}": attrs.field(default=False, type=bool) for number in range(fields)}
        member = attrs.make_class("Wide", bits, frozen=True)
        state = Board((member(), member()))
        block = record_block(state, "cells", renamed=numbered)
        model = Rules(state, {})
        assert SymmetricChecker(model, block).verify().states == 1
        if fits:
            assert compiled(model, block).verify().states == 1
        else:
            with pytest.raises(ModelError, match="a member of the block cells has more than 63 bits"):
                compiled(model, block)


def is_on(value: Any) -> bool:
    """A question."""
    return bool(value)


def is_high(value: Any) -> bool:
    """Another, which is true only where the first is."""
    return int(value) > 1


@ENGINES
def test_a_question_about_a_member_is_refused_and_one_about_anything_else_is_not(engine: Any) -> None:
    def rise(draft: Any, i: int, field: str, *questions: Callable[[Any], bool]) -> bool:
        """The answers decide whether the member goes up, but for those after the first."""
        subject = draft.cells[i] if field == "b" else draft
        answers = [ask_of(subject, field, question) for question in questions]
        if draft.cells[i].a or answers[0]:
            return False
        draft.cells[i].a = True
        return True

    def made(field: str, *more: Callable[[Any], bool]) -> tuple[Rules, RecordBlock]:
        state = Board((Cell(), Cell()))
        return Rules(
            state,
            {
                ("rise", 0): lambda draft: rise(draft, 0, field, is_on),
                ("rise", 1): lambda draft: rise(draft, 1, field, is_on, *more),
            },
        ), record_block(state, "cells", renamed=numbered)

    with pytest.raises(ModelError, match=r"rule \('rise', [01]\) puts questions to a member of a block"):
        engine(*made("b")).verify()
    for more in ((), (is_high,)):
        assert engine(*made("g", *more)).verify().states == 3, "one question more that decides nothing"


def test_blocks_are_checked() -> None:
    state = Commit((Manager(), Manager()))
    for paths, message in (
        (("nothing",), "nothing is not a tuple of the state"),
        (("decided",), "decided is not a tuple of the state"),
    ):
        with pytest.raises(ModelError, match=message):
            record_block(state, *paths, renamed=numbered)
    with pytest.raises(ModelError, match="the items of cells differ in their fields or domains"):
        record_block(Board((Cell(), Manager())), "cells", renamed=numbered)  # type: ignore[arg-type]  # the mistake
    with pytest.raises(ModelError, match="no block of two members or more"):
        record_block(Commit((Manager(),)), "managers", renamed=numbered)
    model, block = seesaw()
    with pytest.raises(ModelError, match="a field is in two blocks"):
        compiled(model, block, block)
    with pytest.raises(ModelError, match="does not say which slots its members have"):
        SymmetricChecker(model, Block("cells", block.members, block.placed, block.renamed))


def test_a_checkpoint_belongs_to_its_blocks() -> None:
    model, block = two_phase(3)

    class Store:
        def save(self, checkpoint: Any) -> None:
            self.kept = checkpoint

    store = Store()
    clock = {"clock": lambda: 0.0, "store": store, "save_every": 0.0}
    whole = compiled(model, block).verify(*CLAIMS, max_states=40, **clock)
    assert not whole.complete
    assert (
        compiled(model, block).verify(*CLAIMS, resume=store.kept).digest
        == compiled(model, block).verify(*CLAIMS).digest
    )
    with pytest.raises(CheckpointError):
        CompiledChecker(model).verify(resume=store.kept)
