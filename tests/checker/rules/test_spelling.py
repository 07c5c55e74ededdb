"""A value that nothing has is pointed out, and nothing else is."""

from __future__ import annotations

import enum
import importlib
import pkgutil
from functools import partial
from pathlib import Path
from typing import Any, Literal

import attrs
import pytest

from failover_fsm.analysis.model_file import read_model
from failover_fsm.checker import (
    Property,
    Rule,
    always,
    always_step,
    converges,
    in_states,
    leads_to,
    sometimes,
    when_settled,
)
from failover_fsm.checker.core.model import initial_states
from failover_fsm.checker.rules.spelling import doubts
from failover_fsm.checker.rules.steps import Step, _apart
from failover_fsm.model.pair_model import PairModel
from failover_fsm.model.pair_rules import PairRules
from failover_fsm.promises import chosen
from failover_fsm.promises.promise import as_property
from failover_fsm.records.made import Product, TuplesUpTo
from failover_fsm.vrrp import Vrrp
from tests import published
from tests.checker.richer import MODELS, Meeting, Member, SlidingWindow, Votes, Window
from tests.vrrp.cases import CASES


def compared(claim: Property) -> list[str]:
    """What is doubted of a claim about the sliding window: what never is what."""
    found = doubts(SlidingWindow(), Window(), [claim])
    return [each.partition(" compares ")[2].partition(", which it never is")[0] for each in found]


def is_late(window: Any) -> bool:
    return bool(window.base == 8)


def is_number(number: int, window: Any) -> bool:
    return window.wanted != 7 and bool(window.wanted == number)


@pytest.mark.parametrize(
    ("claim", "doubted"),
    [
        (always("p", lambda window: window.base != 7), ["base with 7"]),
        (always("p", lambda window: window.base == 7), ["base with 7"]),
        (always("p", lambda window: window.sent in (1, 5, 6)), ["sent with 5", "sent with 6"]),
        (always("p", lambda window: window.sent in {1, 5}), ["sent with 5"]),
        (always("p", lambda window: window.packets == (1, 2, 3)), ["packets with (1, 2, 3)"]),
        (always("p", lambda window: True, premise=lambda window: window.base == 7), ["base with 7"]),
        (sometimes("p", lambda window: [window for _ in "a" if window.base == 7]), ["base with 7"]),
        (sometimes("p", lambda window: is_late(window)), ["base with 8"]),
        (sometimes("p", partial(is_number, 3)), ["wanted with 7"]),
        (always_step("p", lambda before, event, after: event == "sent"), ["event with 'sent'"]),
        (always_step("p", lambda before, event, after: event[0] == "loose"), ["event[0] with 'loose'"]),
        (when_settled("p", lambda window: True, within=lambda event: event != "sent"), ["event with 'sent'"]),
        (
            leads_to("p", is_late, lambda window: True, strong=in_states(lambda event: event == "x", is_late)),
            ["base with 8", "event with 'x'"],
        ),
        # what is right, or not known
        (always("p", lambda window: window.base != 3 and window.packets != (1, 2) and window.sent in (1, 2)), []),
        (always("p", lambda window: len(window.packets) == 9 or window.base + 1 == 9), []),
        (always("p", lambda window: window.nothing == 9 or window.base < 9), []),
        (always_step("p", lambda before, event, after: event[0] == "lose" or event == "send"), []),
        (always_step("p", lambda before, event, after: event[70] == "x"), []),
    ],
)
def test_a_value_that_is_none_is_found(claim: Property, doubted: list[str]) -> None:
    assert compared(claim) == doubted


def test_the_line_says_where_and_what_is_allowed() -> None:
    (text,) = doubts(SlidingWindow(), Window(), [always("p", is_late)])
    assert text == (
        "property 'p' compares base with 8, which it never is; allowed: 0, 1, 2, 3 "
        f"(test_spelling.py:{is_late.__code__.co_firstlineno + 1})"
    )


# -- values that have a name, variables, match, and rules -------------------------------------------------


class Light(enum.Enum):
    """The colours of a traffic light."""

    RED = "red"
    GREEN = "green"


class Mood(enum.Enum):
    """The members of another class."""

    GREEN = "green"


Word = Literal["red", "green", "off"]


@attrs.frozen
class Crossing:
    """Two lights as members and words, a counter, and words one after the other."""

    main: Light = Light.RED
    side: Word = "red"
    waiting: int = attrs.field(default=0, metadata={"domain": range(3)})
    shown: tuple[Word, Word] = ("red", "red")


GRENE, GREEN, MANY = "grene", "green", 7
STOPPED, LOST = ("red", "off", "broken"), {"lost", "gone"}


def named(crossing: Any) -> bool:
    return bool(crossing.side == GRENE or crossing.side == GREEN or crossing.waiting == MANY)


def kept(crossing: Any) -> bool:
    side, main = crossing.side, crossing.main
    colour = crossing.side
    changed = crossing.side
    changed = colour + changed
    return bool(colour == "gren" or changed == "redred" or side == "x" or main == "y")


def matched(crossing: Any) -> bool:
    match crossing.side:
        case "red" | "rde":
            return True
        case words.GREEN:
            return True
        case "of":
            return False
    return bool(len(crossing.side) == 17)


def looped(crossing: Any) -> bool:
    for each in crossing.shown:
        if each == "rid":
            return True
    return any(other == "red" for other in range(3))


class words:  # as a module
    """Words of a class."""

    GREEN = "grün"


def enclosed(word: str, number: int) -> Any:
    return lambda crossing: crossing.side == word or crossing.waiting == number


@pytest.mark.parametrize(
    ("predicate", "doubted"),
    [
        (named, ["side with 'grene'", "waiting with 7"]),
        (kept, ["side with 'gren'", "side with 'x'", "main with 'y'"]),
        (matched, ["side with 'rde'", "side with 'grün'", "side with 'of'"]),
        (enclosed("yellow", 9), ["side with 'yellow'"]),  # numbers of an enclosing function are often computed
        (enclosed("off", 2), []),
        (lambda crossing: crossing.side == words.GREEN, ["side with 'grün'"]),
        (lambda crossing: crossing.main is Mood.GREEN, ["main with <Mood.GREEN: 'green'>"]),
        (lambda crossing: crossing.main == Mood.GREEN, ["main with <Mood.GREEN: 'green'>"]),
        (lambda crossing: crossing.main is Light.GREEN or crossing.main is not None, []),
        (lambda crossing: crossing.main == "green", ["main with 'green'"]),
        (lambda crossing: crossing.side in LOST, ["side with 'gone'", "side with 'lost'"]),
        (lambda crossing: crossing.side in STOPPED, []),  # some are right
        (lambda crossing: crossing.shown[0] == "rad", ["an item of shown with 'rad'"]),
        (lambda crossing: crossing.shown[crossing.waiting] == "red", []),
        (lambda crossing: any(each == "rad" for each in crossing.shown), ["an item of shown with 'rad'"]),
        (lambda crossing: [each for each in crossing.shown if each in ("red", "of")], ["an item of shown with 'of'"]),
        (lambda crossing: any(each == "rad" for each in (*crossing.shown, "rad")), []),
        (lambda crossing: "rod" in crossing.shown or "red" in crossing.shown, ["an item of shown with 'rod'"]),
        (lambda crossing: "e" in crossing.side or "x" in ("x", crossing.side), []),
        (looped, ["an item of shown with 'rid'"]),
    ],
)
def test_a_word_that_has_a_name_is_found(predicate: Any, doubted: list[str]) -> None:
    class Rules:
        rules = (Rule("go", lambda crossing: crossing.side == "red"),)

    found = doubts(Rules(), Crossing(), [always("p", predicate)])
    assert [each.partition(" compares ")[2].partition(", which it never is")[0] for each in found] == doubted


# -- several at once ------------------------------------------------------------------------------------


@attrs.frozen
class Town:
    """A crossing within a record, two together, words of different kinds, and pairs."""

    first: Crossing = Crossing()
    wet: bool = False
    told: tuple[Word, ...] = attrs.field(default=(), metadata={"domain": TuplesUpTo(("red", "green"), 3)})
    mixed: tuple[Any, ...] = attrs.field(
        default=("red", 0), metadata={"domain": Product(tuple, (("red", "off"), range(3)), tuple, tuple)}
    )


def of_class(town: Any) -> bool:
    match town:
        case Town(first=Crossing(side="rde" | "red", main=Light.RED), wet=True):
            return True
        case Town(first=Crossing(main=Mood.GREEN, side=_), wet=wet) if wet:
            return False
        case Town(Crossing(Light.GREEN, "gren")):
            return False
        case Elsewhere(side="narrow") | Town(wet="yes"):
            return True
    return False


@attrs.frozen
class Elsewhere:
    """No record of the state; it has a field of the same name."""

    side: str = "narrow"


def together(town: Any) -> bool:
    match town.first.side, town.first.waiting:
        case ("red", 9) | ("of", _):
            return True
        case _, waiting if waiting == 8:
            return True
        case side, 1 if side:
            return False
    match town.first.main, town.first.side:  # 'green' is a word of the second
        case Light.GREEN, "green":
            return True
        case _:
            return False


def alone(town: Any) -> bool:
    match town:
        case Town(wet="no"):
            return True
    return False


def in_sequence(town: Any) -> bool:
    match town.first.shown:
        case ["red", "rad"]:
            return True
        case [one, "off"] if one:
            return True
    return False


def unpacked(town: Any) -> bool:
    one, other = town.first.shown
    word, number = town.mixed
    a, b, c, d = town.wet, town.first.side, town.first.waiting, town.first.main
    side = waiting = town.first.side
    return bool(
        one == "ro" or other == "rot" or word == "green" or number == 7 or number == "red"
        or b == "bb" or c == 2 or a == "red" or d == "red" or side == waiting == "x"
    )  # fmt: skip


def counted(town: Any) -> bool:
    for number, word in enumerate(town.told):
        if number == 17 or word == "off":
            return True
    for word_of, number_of in zip(town.told, "abc", strict=False):
        if word_of == "x" or number_of == "y":
            return True
    for last in reversed(town.told):
        if last == "none":
            return True
    return any(each == "grin" and at != 9 for at, each in enumerate(town.told))


def counted_otherwise(town: Any) -> bool:
    def enumerate_(words: Any, start: int = 0) -> Any:
        return ((word, word) for word in words)

    return any(word == "x" for _, word in enumerate_(town.told)) or any(
        word == "x"
        for _, word in enumerate(town.told, "x")  # type: ignore[arg-type]
    )


def either(town: Any) -> bool:
    wet = town.first.side if town.wet else town.nothing
    return bool(
        (town.nothing or town.first.side) == "anything"
        or (town.first.side if town.wet else town.nothing) == "anything"
        or wet == "anything"
    )


@pytest.mark.parametrize(
    ("predicate", "doubted"),
    [
        (of_class, ["side with 'rde'", "main with <Mood.GREEN: 'green'>", "side with 'gren'", "wet with 'yes'"]),
        (alone, ["wet with 'no'"]),
        (together, ["waiting with 9", "side with 'of'"]),  # what a pattern gives a name is not looked at
        (in_sequence, ["an item of shown with 'rad'"]),
        (
            unpacked,
            ["an item of shown with 'ro'", "an item of shown with 'rot'", "an item of mixed with 'green'",
             "an item of mixed with 7", "an item of mixed with 'red'", "side with 'bb'", "wet with 'red'",
             "main with 'red'"],
        ),
        (counted, ["an item of told with 'off'", "an item of told with 'none'", "an item of told with 'grin'"]),
        (counted_otherwise, []),
        (either, []),
    ],
)  # fmt: skip
def test_several_that_are_matched_or_unpacked_at_once(predicate: Any, doubted: list[str]) -> None:
    found = doubts(None, Town(), [always("p", predicate)])
    assert [each.partition(" compares ")[2].partition(", which it never is")[0] for each in found] == doubted


def test_the_parts_of_an_event_that_are_matched_or_unpacked() -> None:
    class Rules:
        rules = tuple(Rule(event, lambda crossing: True) for event in (("lose", 1), ("lose", 2), "send"))

    def matched_(before: Any, event: Any, after: Any) -> bool:
        match event:
            case ("lose", 1) | "send":
                return True
            case ("loose", _) | ("lose", 3):
                return False
        kind, number = event
        return bool(kind == "sand" or number == 2)

    found = doubts(Rules(), Crossing(), [always_step("p", matched_)])
    assert [each.partition(" compares ")[2].partition(", which it never is")[0] for each in found] == [
        "event[0] with 'loose'", "event[1] with 3", "event[0] with 'sand'",
    ]  # fmt: skip


def test_instructions_that_are_two_in_one_are_taken_apart() -> None:
    """Python 3.13 and later compile so."""
    both = Step("STORE_FAST_LOAD_FAST", 18, ("a", "b"), 4, 1, True)
    assert [(each.opname, each.argval, each.is_target) for each in _apart(both)] == [
        ("STORE_FAST", "a", True), ("LOAD_FAST", "b", False),
    ]  # fmt: skip
    borrowed = attrs.evolve(both, opname="LOAD_FAST_BORROW_LOAD_FAST_BORROW")
    assert [each.opname for each in _apart(borrowed)] == ["LOAD_FAST", "LOAD_FAST"]
    assert [each.opname for each in _apart(attrs.evolve(both, opname="LOAD_SMALL_INT", argval=7))] == ["LOAD_CONST"]


SETTINGS = Crossing()


def helped(settings: Any, crossing: Any) -> bool:
    return bool(settings.main is Mood.GREEN and crossing.side == GREEN)


def test_what_is_no_state_is_not_taken_for_one() -> None:
    """Another record may have a field of the name: of the module, of what is around, or what a helper is given."""
    limits = Crossing()

    class Model:
        side = "narrow"

        def is_wide(self, crossing: Any) -> bool:
            return self.side == "wide" and bool(crossing.side == "red")

    for predicate in (
        lambda crossing: SETTINGS.side == "narrow",
        lambda crossing: limits.side == "narrow",
        Model().is_wide,
        lambda crossing: helped(limits, crossing),
    ):
        assert doubts(None, Crossing(), [always("p", predicate)]) == ()
    (text,) = doubts(None, Crossing(), [always("p", lambda crossing: any(crossing.side == "rad" for _ in "ab"))])
    assert "side with 'rad'" in text


def test_the_rules_of_a_model_are_looked_at_too() -> None:
    def stop(crossing: Any) -> bool:
        if crossing.side != "grean":
            return False
        crossing.side = "red"
        return True

    class Rules:
        rules = (
            Rule(("stop", 1), stop),
            Rule(("stop", 2), stop),
            Rule("go", lambda crossing: crossing.main is Light.RED),
        )

    (text,) = doubts(Rules(), Crossing(), [])
    assert text.startswith(
        "rule ('stop', 1) compares side with 'grean', which it never is; allowed: 'red', 'green', 'off' ("
    )


def test_the_methods_of_a_model_are_looked_at_but_not_the_fields_of_events() -> None:
    class Three:
        def initial_states(self) -> list[Crossing]:
            return [Crossing()]

        def events(self, state: Any) -> tuple[str, ...]:
            return ("go",) if state.side == "rot" else ()

        def step(self, state: Any, event: Any) -> Any:
            return None if event.side == "left" or state.side == "rod" else state

    found = doubts(Three(), Crossing(), [])
    assert [each.partition(", which")[0] for each in found] == [
        "`events` compares side with 'rot'", "`step` compares side with 'rod'",
    ]  # fmt: skip


def test_a_function_that_concerns_no_event_is_found() -> None:
    (text,) = doubts(SlidingWindow(), Window(), [converges("p", within=lambda event: False)])
    assert text.startswith("property 'p': `within` concerns no event of the model; these are: 'send', 'again', ")
    weak = leads_to("p", lambda window: True, lambda window: True, weak=lambda event: None)
    (text,) = doubts(SlidingWindow(), Window(), [weak])
    assert text.startswith("property 'p': a fairness item concerns no event of the model")


def test_the_fields_of_records_that_a_domain_holds_are_known() -> None:
    claim = sometimes("p", lambda meeting: meeting.motion is not None and meeting.motion.by == "ann")
    (text,) = doubts(Votes(), Meeting(), [claim])
    assert f"compares by with 'ann', which it never is; allowed: {', '.join(map(repr, Member))}" in text


def test_nothing_is_doubted_of_models_that_are_right() -> None:
    models: list[Any] = [*(make() for make in MODELS.values()), *(Vrrp(case.settings) for case in CASES)]
    for module in pkgutil.iter_modules(published.__path__):
        found = importlib.import_module(f"tests.published.{module.name}")
        models += [case.model for case in getattr(found, "CASES", ())]
    assert len(models) > 30
    for model in models:
        claims = getattr(model, "properties", ())
        assert doubts(model, initial_states(model)[0], claims) == ()


def test_nothing_is_doubted_of_a_pair() -> None:
    """Its settings have a field `stateful`, and so has its state, with other values."""
    scenario = read_model(Path(__file__).parents[3] / "models" / "active-active.toml")
    model = PairModel(scenario.settings, scenario.environment)
    claims = [as_property(promise, model.observers) for promise in chosen(model.environment, groups=True)]
    for each in (model, PairRules(model)):
        assert doubts(each, model.initial_states()[0], claims) == ()


def test_a_model_whose_state_is_no_record_has_no_fields() -> None:
    class Three:
        def initial_states(self) -> list[int]:
            return [0]

    assert doubts(Three(), 0, [always("p", lambda state: state.real == 7, premise=lambda state: state == 9)]) == ()
