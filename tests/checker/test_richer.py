"""Richer states, on both engines: data classes, queues, sets, optional records, one item of a tuple assigned."""

from __future__ import annotations

import dataclasses
import enum
import os
import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any, Literal

import attrs
import pytest

from failover_fsm.checker import Checker, ModelError, PlainModel, Property, Rule, Verdict, sometimes
from failover_fsm.checker.compiled import CompiledChecker
from failover_fsm.checker.export.promela_murphi import to_murphi
from failover_fsm.records.annotated import declared_domain
from failover_fsm.records.made import TuplesUpTo
from tests.checker.export.test_promela_murphi import rumur
from tests.checker.richer import MODELS, SlidingWindow

ENGINES: dict[str, Any] = {"plain": lambda model: Checker(PlainModel(model)), "compiled": CompiledChecker}
EACH_ENGINE = pytest.mark.parametrize("engine", ENGINES)
ROOT = Path(__file__).parents[2]

COUNTS = {
    "sliding window": (240, 740, 21),
    "votes": (124, 390, 5),
    "workshop": (1715, 5784, 8),
    "offices": (1089, 4818, 14),
}


@pytest.mark.parametrize("name", MODELS)
def test_both_engines_count_and_judge_alike(name: str) -> None:
    model: Any = MODELS[name]()
    plain, compiled = (engine(model).verify(*model.properties) for engine in ENGINES.values())
    assert (plain.states, plain.transitions, plain.depth) == COUNTS[name]
    assert plain.digest == compiled.digest
    assert plain.findings == compiled.findings
    assert not any(finding.vacuous for finding in plain.findings) and not plain.never_taken


class Bare:
    """The sliding window once more, on plain tuples and in three methods: (base, sent, wanted, packets, acks)."""

    def initial_states(self) -> list[Any]:
        return [(0, 0, 0, "", "")]

    def events(self, state: Any) -> list[str]:
        return ["send", "again", "receive", "acknowledged", "packet lost", "ack lost"]

    def step(self, state: Any, event: str) -> Any:
        base, sent, wanted, packets, acks = state
        if event == "send" and sent < 2 and len(packets) < 2:
            return base, sent + 1, wanted, packets + str((base + sent) % 4), acks
        if event == "again" and sent and not packets:
            return base, sent, wanted, "".join(str((base + ahead) % 4) for ahead in range(sent)), acks
        if event == "receive" and packets and len(acks) < 2:
            wanted = (wanted + (int(packets[0]) == wanted)) % 4
            return base, sent, wanted, packets[1:], acks + str(wanted)
        if event == "acknowledged" and acks:
            ahead = (int(acks[0]) - base) % 4
            ahead = ahead if ahead <= sent else 0
            return (base + ahead) % 4, sent - ahead, wanted, packets, acks[1:]
        if event == "packet lost" and packets:
            return base, sent, wanted, packets[1:], acks
        return (base, sent, wanted, packets, acks[1:]) if event == "ack lost" and acks else None


def test_a_model_that_was_written_without_any_of_it_has_the_same_counts() -> None:
    bare = Checker(Bare()).verify()
    assert (bare.states, bare.transitions, bare.depth) == COUNTS["sliding window"]


@pytest.mark.skipif(not (shutil.which("rumur") and shutil.which("gcc")), reason="rumur or gcc is not installed")
@pytest.mark.parametrize("name", MODELS)
def test_rumur_counts_the_same(name: str, tmp_path: Path) -> None:
    states, fired, right = rumur(to_murphi(MODELS[name](), {}), tmp_path)
    assert (states, fired, right) == (*COUNTS[name][:2], True)


@EACH_ENGINE
def test_a_receiver_that_acknowledges_too_early_is_found(engine: str) -> None:
    def receive(window: Any) -> bool:
        if not window.packets or len(window.acks) == 2:
            return False
        window.wanted = (window.packets[0] + 1) % 4  # whatever it waits for
        window.packets = window.packets[1:]
        window.acks += (window.wanted,)
        return True

    class Wrong(SlidingWindow):
        rules = tuple(rule if rule.event != "receive" else Rule("receive", receive) for rule in SlidingWindow.rules)

    found = ENGINES[engine](Wrong()).verify(*SlidingWindow.properties).findings[0]
    assert found.verdict is Verdict.VIOLATED and "receive" in found.trace
    assert "packets: () -> (0)" in found.text()


# -- what is declared --------------------------------------------------------------------------------


class Colour(enum.Enum):
    RED = 1
    GREEN = 2


@dataclasses.dataclass(frozen=True)
class Lamp:
    """A data class with what such classes have: a property, a method, a check of its own, an order."""

    on: bool = False
    level: Literal[0, 1, 2] = 0

    def __post_init__(self) -> None:
        assert self.on or not self.level, "a lamp that is off has no level"

    @property
    def bright(self) -> bool:
        return self.level == 2

    def brighter(self) -> Any:
        return dataclasses.replace(self, on=True, level=self.level + 1)


@dataclasses.dataclass(frozen=True)
class Card:
    colour: Colour
    up: bool = False


@dataclasses.dataclass(frozen=True)
class Endless:
    count: int = 0
    inner: Endless | None = None


@attrs.frozen
class Declared:
    queue: tuple[Card, ...] = attrs.field(default=(), metadata={"most": 2})
    numbers: tuple[int, ...] = attrs.field(default=(), metadata={"most": 2, "items": range(3)})
    some: frozenset[Colour] = frozenset()
    few: frozenset[Colour] = attrs.field(default=frozenset(), metadata={"most": 1})
    digits: frozenset[int] = attrs.field(default=frozenset(), metadata={"items": (1, 2)})
    card: Card | None = None
    both: tuple[Colour, bool] | None = None
    nested: frozenset[frozenset[Colour]] = frozenset()
    endless: Endless | None = None
    fixed: tuple[Colour, ...] = ()
    anything: frozenset[int] = frozenset()


CARDS = [Card(colour, up) for colour in Colour for up in (False, True)]
RED, GREEN = Colour


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("queue", [(), *((card,) for card in CARDS), *((one, other) for one in CARDS for other in CARDS)]),
        ("numbers", [(), (0,), (1,), (2,), *((one, other) for one in range(3) for other in range(3))]),
        ("some", [frozenset(), frozenset({RED}), frozenset({GREEN}), frozenset({RED, GREEN})]),
        ("few", [frozenset(), frozenset({RED}), frozenset({GREEN})]),
        ("digits", [frozenset(), frozenset({1}), frozenset({2}), frozenset({1, 2})]),
        ("card", [*CARDS, None]),
        ("both", [(RED, False), (RED, True), (GREEN, False), (GREEN, True), None]),
    ],
)
def test_the_domain_is_what_annotation_and_metadata_say(name: str, values: list[Any]) -> None:
    domain = declared_domain(Declared, name)
    assert list(domain) == values


def test_a_domain_that_is_made_knows_its_values_without_listing_them() -> None:
    domain = declared_domain(Declared, "queue")
    assert domain.size == 21 == len(list(domain))
    assert all(map(domain.has, domain))
    wrong = [None, (CARDS[0],) * 3, ("RED",), [CARDS[0]], (Colour.RED,), (Card(Colour.RED, 1),)]  # type: ignore[arg-type]
    assert not any(map(domain.has, wrong))
    assert not declared_domain(Declared, "numbers").has((True,)), "True is not the number 1"
    assert not declared_domain(Declared, "some").has({Colour.RED})
    assert declared_domain(Declared, "nested").size == 16
    assert not declared_domain(Declared, "card").has(Colour.RED) and declared_domain(Declared, "card").has(None)
    huge = TuplesUpTo(range(10), 30)
    assert huge.size == sum(10**length for length in range(31)) and huge.has((9,) * 30)


def test_what_has_no_end_or_nothing_declared_has_no_domain() -> None:
    assert [declared_domain(Declared, name) for name in ("endless", "fixed", "anything")] == [None] * 3


# -- what is refused ---------------------------------------------------------------------------------


def refused(engine: str, state: Any, rule: Any = lambda state: False) -> str:
    """What either engine says of a model with this state and this rule."""

    class Model:
        rules = (Rule("do", rule),)

        def initial_states(self) -> list[Any]:
            return [state]

    with pytest.raises(ModelError) as caught:
        ENGINES[engine](Model()).verify(sometimes("at all", lambda state: False))
    return str(caught.value)


def assign(name: str, value: Any) -> Any:
    """A rule that assigns a value to a field."""

    def rule(state: Any) -> bool:
        setattr(state, name, value)
        return True

    return rule


@attrs.frozen
class Bounded:
    queue: tuple[Colour, ...] = attrs.field(default=(), metadata={"most": 2})
    held: frozenset[Colour] = frozenset()
    flags: tuple[bool, ...] = (False, False)
    levels: tuple[int, ...] = attrs.field(default=(0, 0), metadata={"items": range(3)})
    card: Card | None = None


GROWS = 'one that grows declares its most items, as in attrs.field(metadata={"most": 3})'
ITEMS = 'allowed: finite ones in the annotation, tuple[Colour, ...], or metadata={"items": range(4), "most": 3}'


@EACH_ENGINE
@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("queue", (RED,) * 3, f"queue cannot be {(RED,) * 3}; allowed: a tuple of at most 2 of {RED!r}, {GREEN!r}"),
        ("queue", [RED], f"queue cannot be {[RED]}; allowed: a tuple of at most 2 of"),
        ("queue", ("red",), "queue cannot be ('red',); allowed: a tuple of at most 2 of"),
        ("held", {RED}, f"held cannot be {({RED})}; allowed: a frozenset of {RED!r}, {GREEN!r}"),
        ("flags", (True,), f"flags cannot be (True,); allowed: a tuple of 2; {GROWS}"),
        ("flags", (True, 1), "flags[1] cannot be 1; allowed: False, True"),
        ("levels", (0, 3), "levels[1] cannot be 3; allowed: 0, 1, 2"),
        ("card", RED, f"card cannot be {RED!r}; allowed: a Card, None"),
    ],
)  # fmt: skip
def test_a_value_outside_is_refused_with_what_is_allowed(engine: str, name: str, value: Any, message: str) -> None:
    assert f"rule do failed: DraftError: {message}" in refused(engine, Bounded(), assign(name, value))


@attrs.frozen
class NoItems:
    queue: tuple[int, ...] = attrs.field(default=(), metadata={"most": 2})


@attrs.frozen
class NoTuple:
    queue: int = attrs.field(default=0, metadata={"most": 2})


@attrs.frozen
class NoNumber:
    queue: tuple[bool, ...] = attrs.field(default=(), metadata={"most": "2"})


@attrs.frozen
class Set:
    held: frozenset[int] = frozenset()


@EACH_ENGINE
@pytest.mark.parametrize(
    ("state", "message"),
    [
        (NoItems(), f"NoItems.queue declares `most`, but its items have no finite domain; {ITEMS}"),
        (NoTuple(), "NoTuple.queue declares `most`; allowed: with the annotation tuple[..., ...] or frozenset[...]"),
        (NoNumber(), "NoNumber.queue declares `most` as '2'; allowed: 1 to 1,000"),
        (Bounded(queue=(RED,) * 3), f"queue cannot be {(RED,) * 3}; allowed: a tuple of at most 2"),
        (Bounded(levels=(0, 7)), "levels[1] cannot be 7; allowed: 0, 1, 2"),
    ],
)  # fmt: skip
def test_a_field_that_declares_too_little_is_named_with_what_to_declare(engine: str, state: Any, message: str) -> None:
    assert message in refused(engine, state)


@attrs.frozen
class Huge:
    long: tuple[bool, ...] = attrs.field(default=(), metadata={"most": 1_000})
    wide: frozenset[int] = attrs.field(default=frozenset(), metadata={"items": range(10_000)})
    lamp: Lamp | None = None


def test_a_domain_that_cannot_be_listed_is_for_the_plain_engine_only() -> None:
    assert "long has more than 10**15 values; allowed where they are listed: 100,000" in refused("compiled", Huge())
    message = refused("plain", Huge(), assign("wide", frozenset({10_000})))
    assert "wide cannot be frozenset({10000}); allowed: a frozenset of at most 1000 of 0, 1, 2, ... 9999" in message


def test_what_a_class_refuses_to_make_is_no_value() -> None:
    """Lamp(on=False, level=1) is none: 1 + 3 records, and None."""
    assert len(list(declared_domain(Huge, "lamp"))) == 5


def test_a_set_without_a_domain_is_told_what_to_declare() -> None:
    allowed = 'allowed: what it may hold, as frozenset[Colour] or attrs.field(metadata={"items": range(4)})'
    assert f"held has no finite domain: frozenset(); {allowed}" in refused("compiled", Set())
    assert f"held has no finite domain: frozenset(); {allowed}" in refused(
        "plain", Set(), assign("held", frozenset({1}))
    )


def test_a_data_class_that_may_change_is_no_state() -> None:
    @dataclasses.dataclass
    class Loose:
        on: bool = False

    for engine in ENGINES:
        message = refused(engine, Loose())
        assert message.endswith(
            "Loose(on=False) cannot be hashed (unhashable type: 'Loose'); allowed: @attrs.frozen, "
            "@dataclass(frozen=True), and fields of which each can be hashed"
        )


# -- views -------------------------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True, slots=True)
class Hall:
    lamps: tuple[Lamp, ...] = (Lamp(), Lamp())
    best: Lamp = Lamp()


def brighter(number: int, hall: Any) -> bool:
    if hall.lamps[number].bright:
        return False
    hall.lamps = (*hall.lamps[:number], hall.lamps[number].brighter(), *hall.lamps[number + 1 :])
    return True


def copy(number: int, hall: Any) -> bool:
    if hall.best == hall.lamps[number]:
        return False
    hall.best = hall.lamps[number]
    return True


def off(number: int, hall: Any) -> bool:
    match hall.lamps[number]:
        case Lamp(on=True):
            hall.lamps[number].on, hall.lamps[number].level = False, 0
            return True
    return False


class Halls:
    rules = tuple(Rule((act.__name__, n), partial(act, n)) for n in (0, 1) for act in (brighter, copy, off))
    properties: tuple[Property, ...] = (
        sometimes("both bright", lambda hall: all(lamp.bright for lamp in hall.lamps)),
        sometimes("alike", lambda hall: hall.lamps[0] == hall.lamps[1] == hall.best and hall.best.on),
    )

    def initial_states(self) -> list[Hall]:
        return [Hall()]


def test_data_classes_with_methods_slots_and_checks_are_states() -> None:
    """Off, or on with level 1 or 2, for each of three lamps; all can be reached."""
    plain, compiled = (engine(Halls()).verify(*Halls.properties) for engine in ENGINES.values())
    assert plain.states == compiled.states == 3**3
    assert plain.digest == compiled.digest and plain.findings == compiled.findings
    assert plain.verdict is Verdict.HOLDS


# -- the hash seed, and the choice of the engine ---------------------------------------------------------


def test_the_hash_seed_changes_no_text_and_no_count() -> None:
    program = """
from failover_fsm.checker import *
from failover_fsm.checker.compiled import CompiledChecker
from failover_fsm.checker.export.tla import to_tla
from tests.checker.richer import Votes
for checker in (Checker(PlainModel(Votes())), CompiledChecker(Votes())):
    result = checker.verify(*Votes.properties)
    print(result.to_dict(), [finding.text() for finding in result.findings])
print(CompiledChecker(Votes()).digest, to_tla(Votes(), {}, title="votes"))
"""
    runs = [
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert runs[0] == runs[1] and b"yes: {} -> {ANN}" in runs[0]
