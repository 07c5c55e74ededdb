"""Models, properties and arguments that are wrong: one error of the checker that says what, on both engines."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from typing import Any

import attrs
import pytest

from failover_fsm.checker import (
    Checker,
    ModelError,
    Verdict,
    always,
    always_step,
    can_recover,
    leads_to,
    sometimes,
    when_settled,
)
from failover_fsm.checker.compiled import CompiledChecker
from failover_fsm.checker.rules.rule_tree import PlainModel, Rule

ENGINES: dict[str, Callable[[Any], Any]] = {
    "plain": lambda model: Checker(PlainModel(model)),
    "compiled": CompiledChecker,
    "compiled, learning along": lambda model: CompiledChecker(model, budget=0, rest_bits=0),
}
engines = pytest.mark.parametrize("engine", ENGINES)


@attrs.frozen
class State:
    """A counter."""

    n: int = attrs.field(default=0, metadata={"domain": range(10)})


def count(s: Any) -> bool:
    s.n = (s.n + 1) % 10
    return True


class Model:
    """A counter that goes round, or what else it is given."""

    def __init__(self, rules: Any = None, states: Any = None, state: Any = State()) -> None:
        self.rules = [Rule("count", count)] if rules is None else rules
        self.states = [state] if states is None else states

    def initial_states(self) -> Any:
        return self.states() if callable(self.states) else self.states


HOLDS = always("p", lambda s: True)


def refused(engine: str, model: Any, *claims: Any, **options: Any) -> str:
    """The one line of the error."""
    with pytest.raises(ModelError) as caught:
        ENGINES[engine](model).verify(*(claims or (HOLDS,)), **options)
    text = str(caught.value)
    assert text.isprintable(), ascii(text)
    return text


# -- rules ---------------------------------------------------------------------------------------------


@engines
@pytest.mark.parametrize(
    "rules, word",
    [
        (lambda: (rule for rule in [Rule("count", count)]), "has generator as `rules`"),
        (lambda: iter([Rule("count", count)]), "has list_iterator as `rules`"),
        (lambda: map(str, ()), "has map as `rules`"),
        (lambda: {"count": count}, "has dict as `rules`"),
        (lambda: {Rule("count", count)}, "has set as `rules`"),
        (lambda: 5, "has int as `rules`"),
        (lambda: "rules", "has a str among its `rules`"),
        (lambda: [Rule("count", count), None], "has a NoneType among its `rules`"),
        (lambda: [count], "has a function among its `rules`"),
    ],
)
def test_rules_that_are_no_sequence_of_rules_are_refused(rules: Callable[[], Any], word: str, engine: str) -> None:
    assert f"Model {word}" in refused(engine, Model(rules()))


@engines
def test_a_model_without_rules_is_refused(engine: str) -> None:
    model = Model()
    model.rules = None  # type: ignore[assignment]  # that is the test
    assert "Model has no `rules`" in refused(engine, model)


class Fixed:
    """A model whose rules are an attribute of the class."""

    rules = (Rule("count", count),)

    def initial_states(self) -> list[State]:
        return [State()]


class Computed:
    """A model whose rules are a property."""

    @property
    def rules(self) -> list[Rule]:
        return [Rule("count", count)]

    def initial_states(self) -> list[State]:
        return [State()]


class Static:
    """A class that needs no instance: it is a model itself."""

    rules = (Rule("count", count),)

    @staticmethod
    def initial_states() -> list[State]:
        return [State()]


@engines
@pytest.mark.parametrize("kind", [Fixed, Computed])
def test_a_class_instead_of_an_instance_is_refused(kind: type, engine: str) -> None:
    assert f"{kind.__name__} is a class, not an instance of it" in refused(engine, kind)
    assert ENGINES[engine](kind()).verify(HOLDS).states == 10
    assert ENGINES[engine](Static).verify(HOLDS).states == 10


def test_a_class_of_a_model_of_steps_is_refused() -> None:
    class Steps:
        def initial_states(self) -> list[int]:
            return [0]

        def events(self, state: int) -> list[str]:
            return []

        def step(self, state: int, event: str) -> int:
            return state

    with pytest.raises(ModelError, match="Steps is a class; a model is an instance of it"):
        Checker(Steps)  # type: ignore[arg-type]  # that is the test
    assert Checker(Steps()).verify().states == 1


@engines
def test_events_that_cannot_be_keys_are_refused(engine: str) -> None:
    assert "the event ['count'] of a rule is not hashable" in refused(engine, Model([Rule(["count"], count)]))  # type: ignore[arg-type]


@engines
def test_two_rules_of_one_event_are_refused(engine: str) -> None:
    assert "two rules are called x" in refused(engine, Model([Rule("x", count), Rule("x", count)]))


@engines
def test_control_characters_of_names_do_not_reach_a_terminal(engine: str) -> None:
    """Of events, of fields' values and of what the user's code raises."""

    def fail(s: Any) -> bool:
        raise ValueError("two\nlines \x1b[31m")

    name = "up\n\x1b[2Jdown\u202e"
    text = refused(engine, Model([Rule(name, fail)]))
    assert r"up\n\x1b[2Jdown\u202e" in text and r"two\nlines \x1b[31m" in text
    assert r"called up\n\x1b[2J" in refused(engine, Model([Rule(name, count), Rule(name, count)]))
    assert r"a\tb" in refused(engine, Model(), always("a\tb", lambda s: None))


class Mute(Exception):
    """An error, or an event, that cannot be written."""

    def __str__(self) -> str:
        raise RuntimeError("no words")


@engines
def test_errors_and_events_that_cannot_be_written_are_named_all_the_same(engine: str) -> None:
    def fail(s: Any) -> bool:
        raise Mute

    assert re.search(r"Mute: it has no text \(test_misuse.py:\d+\)", refused(engine, Model(), always("p", fail)))
    assert "Mute: it has no text" in refused(engine, Model([Rule("x", fail)]))
    assert "the event of a rule cannot be written: RuntimeError: no words" in refused(
        engine, Model([Rule(Mute(), count)])
    )


# -- states --------------------------------------------------------------------------------------------


def failing() -> Any:
    raise ValueError("none today")


def lazily() -> Iterator[State]:
    yield State()
    raise ValueError("none today")


@engines
@pytest.mark.parametrize(
    "states, word",
    [
        (lambda: None, "initial_states() returned None"),
        (lambda: "", "initial_states() returned ''"),
        (list, "the model has no initial state"),
        (lambda: [None], "None cannot be a state"),
        (lambda: 5, "initial_states() raised TypeError: 'int' object is not iterable"),
        (failing, "initial_states() raised ValueError: none today (test_misuse.py:"),
        (lazily, "initial_states() raised ValueError: none today (test_misuse.py:"),
        (lambda: {State()}, "initial_states() returned a set, whose order is not fixed"),
        (lambda: [5], "the state is not a record of attrs or dataclasses: 5"),
        (lambda: [State(n=10)], "n cannot be 10; allowed: 0, 1, 2, 3, 4, 5, 6, 7, 8, 9"),
        (lambda: [State(), State(n=True)], "n cannot be True; allowed: 0, 1"),
    ],
)
def test_initial_states_that_are_none_are_refused(states: Any, word: str, engine: str) -> None:
    assert word in refused(engine, Model(states=states))


@attrs.frozen
class Lamp:
    """Colours with a domain of strings."""

    colour: str = attrs.field(default="red", metadata={"domain": ("red", "green")})


@attrs.frozen
class Street:
    """Records in a record, in a tuple, and an opaque field."""

    lamp: Lamp = Lamp()
    lamps: tuple[Lamp, ...] = (Lamp(), Lamp())
    whole: tuple[int, ...] = attrs.field(default=(1,), metadata={"whole": True})
    free: bool = False


@engines
@pytest.mark.parametrize(
    "state, word",
    [
        (Street(lamp=Lamp("blue")), "lamp.colour cannot be 'blue'; allowed: 'red', 'green'"),
        (Street(lamps=(Lamp(), Lamp("blue"))), "lamps[1].colour cannot be 'blue'; allowed: 'red', 'green'"),
        (Street(whole=(9,)), "whole cannot be (9,); allowed: (1,), (2,)"),
    ],
)
def test_a_value_outside_its_domain_is_found_where_it_lies(state: Street, word: str, engine: str) -> None:
    model = Model([Rule("x", lambda s: False)], state=state)
    model.domains = {"whole": ((1,), (2,))}  # type: ignore[attr-defined]  # an optional attribute of models
    assert word in refused(engine, model)
    model.states = [Street()]
    assert ENGINES[engine](model).verify(HOLDS).states == 1


def of_domain(domain: Any) -> Any:
    """An initial state with a field of this domain."""

    @attrs.frozen
    class Odd:
        n: Any = attrs.field(default=0, metadata={"domain": domain})

    return Odd()


@engines
@pytest.mark.parametrize(
    "domain, word",
    [
        (5, "the domain of n is 5, which has no values; allowed: a tuple"),
        (None.__class__, "the domain of n is <class 'NoneType'>, which has no values"),
        (iter((0, 1)), "the domain of n is a tuple_iterator, which can be read only once"),
        ({0, 1}, "the domain of n is a set, whose order is not fixed"),
        (frozenset((0, 1)), "the domain of n is a frozenset, whose order is not fixed"),
        (range(10**12), "the domain of n has more than 1,000,000 values"),
        (range(10**30), "the domain of n has more than 1,000,000 values"),
    ],
)
def test_a_domain_that_is_none_is_refused_at_once(domain: Any, word: str, engine: str) -> None:
    assert word in refused(engine, Model(state=of_domain(domain)))


def test_values_that_cannot_be_keys_are_refused_by_the_engine_that_needs_keys() -> None:
    model = Model([Rule("x", lambda s: False)], state=of_domain(([0], 0)))
    assert "the domain of n has a value that cannot be a key: unhashable type: 'list'" in refused("compiled", model)
    assert ENGINES["plain"](model).verify(HOLDS).states == 1


@engines
def test_a_long_domain_is_not_listed_whole(engine: str) -> None:
    large = Model([Rule("x", lambda s: (setattr(s, "n", -1), True)[1])], state=of_domain(range(100_000)))
    text = refused(engine, large)
    assert "n cannot be -1; allowed: 0, 1, 2, ... 99999 (100,000 values)" in text and len(text) < 300
    large.states = [attrs.evolve(large.states[0], n=-1)]
    assert "allowed: 0, 1, 2, ... 99999 (100,000 values)" in refused(engine, large)


@attrs.frozen
class Private:
    """A private field, which the constructor takes by another name, and one with an alias."""

    _a: bool = False
    b: bool = attrs.field(default=False, alias="bee")

    @property
    def both(self) -> bool:
        return self._a and self.b


@engines
def test_private_and_renamed_fields_are_fields(engine: str) -> None:
    def on(name: str) -> Rule:
        return Rule(name, lambda s: (setattr(s, name, not getattr(s, name)), True)[1])

    model = Model([on("_a"), on("b")], state=Private())
    result = ENGINES[engine](model).verify(
        always("never both", lambda s: not s.both),
        sometimes("evolved", lambda s: attrs.evolve(s, a=True, bee=True) == s),
    )
    assert [found.verdict for found in result.findings] == [Verdict.VIOLATED, Verdict.HOLDS]
    assert result.states == 4 and result.findings[0].states[-1] == Private(a=True, bee=True)


@attrs.frozen
class Checked:
    """A record that refuses the values of some states."""

    n: int = attrs.field(default=0, metadata={"domain": range(10)})
    done: bool = False

    @n.validator
    def _check(self, _attribute: Any, n: int) -> None:
        if n == 7:
            raise ValueError("never 7")


@attrs.frozen
class CheckedAfterwards(Checked):
    """The same in a hook."""

    def __attrs_post_init__(self) -> None:
        if self.n == 3 and not self.done:
            raise ValueError("3 is done")


@engines
@pytest.mark.parametrize("kind, what", [(Checked, "never 7"), (CheckedAfterwards, "3 is done")])
def test_a_state_that_its_class_refuses_is_an_error_of_the_model(kind: type, what: str, engine: str) -> None:
    text = refused(engine, Model(state=kind()))
    assert re.search(rf"ValueError: {what} \(test_misuse.py:\d+\)", text)
    assert "count" in text or "n=" in text


@attrs.frozen
class Named:
    """Names that views have too."""

    freeze: bool = False
    part: tuple[Street, ...] = (Street(),)


@engines
def test_a_field_may_have_a_name_that_views_use(engine: str) -> None:
    def thaw(s: Any) -> bool:
        s.freeze, s.part[0].lamp.colour = True, "green"
        return True

    model = Model([Rule("thaw", thaw)], state=Named())
    model.domains = {"part[0].whole": ((1,),)}  # type: ignore[attr-defined]  # an optional attribute of models
    result = ENGINES[engine](model).verify(always("p", lambda s: not s.freeze))
    assert result.states == 2 and result.findings[0].states[-1].part[0].lamp == Lamp("green")


@engines
def test_a_field_with_a_name_that_views_keep_is_refused(engine: str) -> None:
    reserved = attrs.make_class("Reserved", {"_view_base": attrs.field(default=False)}, frozen=True)
    assert "_view_base begins with _view_, which views keep for themselves" in refused(engine, Model(state=reserved()))


@attrs.frozen(init=False)
class Renamed:
    """A constructor with other arguments than the fields."""

    n: int = attrs.field(metadata={"domain": range(10)})

    def __init__(self, other: int = 0) -> None:
        object.__setattr__(self, "n", other)


@engines
def test_a_record_that_cannot_be_built_from_its_fields_is_an_error_of_the_model(engine: str) -> None:
    assert "got an unexpected keyword argument 'n'" in refused(engine, Model(state=Renamed()))


# -- predicates ----------------------------------------------------------------------------------------


@engines
@pytest.mark.parametrize("answer", [None, [], "yes", 2])
def test_a_wrong_answer_is_not_taken_for_a_hidden_dependence(answer: Any, engine: str) -> None:
    for claim in (
        always("p", lambda s: answer if s.n == 3 else True),
        always("p", lambda s: True, premise=lambda s: answer),
        always_step("p", lambda before, event, after: answer),
        leads_to("p", lambda s: s.n == 3, lambda s: answer),
        when_settled("p", lambda s: answer, within=lambda event: False),
    ):
        with pytest.raises(ModelError, match="it returned") as caught:
            ENGINES[engine](Model()).verify(claim)
        assert "On the frozen state" not in str(caught.value) and "not a function" not in str(caught.value)
        assert "allowed: True, False, 0, 1" in str(caught.value.__cause__)


@engines
def test_a_wrong_answer_of_a_rule_is_not_taken_for_a_hidden_dependence(engine: str) -> None:
    for answer in (None, [], "yes", 2, object):
        rule = Rule("x", lambda s, answer=answer: (setattr(s, "n", 5), answer)[1])  # type: ignore[misc]
        text = refused(engine, Model([rule]))
        assert "returned" in text and "On the frozen state" not in text


@engines
def test_an_answer_that_is_another_object_each_time_is_named_for_what_it_is(engine: str) -> None:
    """Its text has an address, which is another one each time."""
    for wrong in (lambda s: object(), lambda s: (s.n for _ in "x"), lambda s: lambda: s.n, lambda s: [object()]):
        text = refused(engine, Model(), always("p", wrong))
        assert "it returned" in text and "not a function" not in text

    def fail(s: Any) -> bool:
        raise ValueError(f"look at {object()}")

    assert "ValueError: look at <object object at 0x" in refused(engine, Model(), always("p", fail))


def put(state: Any, value: int) -> bool:
    object.__setattr__(state, "n", value)
    return True


@engines
@pytest.mark.parametrize(
    "claim",
    [
        always("p", lambda s: put(s, s.n + 10)),
        always("p", lambda s: True, premise=lambda s: put(s, s.n + 10)),
        sometimes("p", lambda s: put(s, s.n + 10) and False),
        always_step("p", lambda before, event, after: put(before, before.n + 10)),
        always_step("p", lambda before, event, after: put(after, after.n + 10)),
        when_settled("p", lambda s: put(s, s.n + 10), within=lambda event: False),
        can_recover("p", lambda s: put(s, s.n + 10)),
        leads_to("p", lambda s: put(s, s.n + 10), lambda s: s.n == 3),
    ],
)
def test_a_predicate_that_assigns_behind_the_back_of_the_record_is_an_error(claim: Any, engine: str) -> None:
    text = refused(engine, Model(states=lambda: [State()]), claim, max_states=10_000)
    assert "changed" in text or "cannot set" in text or "no setter" in text


def test_a_model_that_changes_a_state_it_returned_is_found_out() -> None:
    class Mutable:
        def __init__(self) -> None:
            self.n = 0

        def __eq__(self, other: object) -> bool:
            return isinstance(other, Mutable) and self.n == other.n

        def __hash__(self) -> int:
            return hash(self.n)

    class Steps:
        def initial_states(self) -> list[Mutable]:
            return [Mutable()]

        def events(self, state: Mutable) -> list[str]:
            return ["up"]

        def step(self, state: Mutable, event: str) -> Mutable:
            state.n += 1
            return state

    with pytest.raises(ModelError, match=r"was changed after the model returned it|gave different answers"):
        Checker(Steps()).verify(max_states=1000)


@engines
def test_ctrl_c_in_a_predicate_leaves_everything_undecided(engine: str) -> None:
    def interrupted(s: Any) -> bool:
        if s.n == 3:
            raise KeyboardInterrupt
        return True

    for claim in (
        always("p", interrupted),
        can_recover("p", interrupted),
        always("p", lambda s: True, premise=lambda s: not interrupted(s)),
    ):
        result = ENGINES[engine](Model()).verify(claim, sometimes("q", lambda s: s.n == 9))
        assert result.interrupted and result.verdict is Verdict.UNDECIDED
        assert result.findings[0].verdict is Verdict.UNDECIDED


# -- properties and arguments --------------------------------------------------------------------------


@pytest.mark.parametrize("events", [5, "count", ("count",), [str, 5], (None,), lambda event: True])
def test_events_of_a_property_are_classes(events: Any) -> None:
    with pytest.raises(TypeError, match="property 'p': events must be classes of events, not "):
        always_step("p", lambda before, event, after: True, events=events)


@engines
def test_one_class_of_events_or_a_list_of_them_is_as_good_as_a_tuple(engine: str) -> None:
    for events in (str, [str], (str,), (int, str)):
        claim = always_step("p", lambda before, event, after: after.n < 9, events=events)  # type: ignore[arg-type]
        assert ENGINES[engine](Model()).verify(claim).verdict is Verdict.VIOLATED


def test_fairness_that_is_no_function_is_refused_by_name() -> None:
    for wrong in (5, [5], ["count"]):
        with pytest.raises(TypeError, match="property 'p': a fairness item must be a function"):
            leads_to("p", lambda s: True, lambda s: True, weak=wrong)  # type: ignore[arg-type]


@engines
@pytest.mark.parametrize(
    "options, what",
    [
        ({"max_states": "x"}, "max_states must be a whole number, 1 or more, not 'x'"),
        ({"max_states": 1.5}, "max_states must be a whole number, 1 or more, not 1.5"),
        ({"max_states": True}, "max_states must be a whole number, 1 or more, not True"),
        ({"max_states": 0}, "max_states must be a whole number, 1 or more, not 0"),
        ({"time_limit": "x"}, "time_limit must be a number of seconds and not negative, not 'x'"),
        ({"time_limit": -1}, "time_limit must be a number of seconds and not negative, not -1"),
        ({"time_limit": float("nan")}, "time_limit must be a number of seconds and not negative, not nan"),
    ],
)
def test_limits_that_are_no_numbers_are_refused(options: Any, what: str, engine: str) -> None:
    with pytest.raises(ValueError, match=re.escape(what)):
        ENGINES[engine](Model()).verify(HOLDS, clock=time.monotonic, **options)


@engines
@pytest.mark.parametrize("name", ["progress", "clock"])
def test_callbacks_that_are_no_functions_are_refused(name: str, engine: str) -> None:
    with pytest.raises(TypeError, match=f"{name} must be a function, not 3"):
        ENGINES[engine](Model()).verify(HOLDS, **{name: 3})


def test_arguments_of_checkpoints_are_refused() -> None:
    checker = CompiledChecker(Model())  # type: ignore[arg-type]  # `rules` is Any here
    for every in (-1, "x", float("nan"), None.__class__):
        with pytest.raises(ValueError, match="save_every must be a number of seconds and not negative"):
            checker.verify(HOLDS, save_every=every)  # type: ignore[arg-type]  # that is the test
    for resume in (b"bytes", "name", 5):
        with pytest.raises(TypeError, match=r"resume must be a Checkpoint, not (bytes|str|int)"):
            checker.verify(HOLDS, resume=resume)  # type: ignore[arg-type]  # that is the test
    with pytest.raises(TypeError, match="store must be a function"):
        checker.verify(HOLDS, store=3, clock=time.monotonic)  # type: ignore[arg-type]  # that is the test


@pytest.mark.slow
def test_a_large_domain_does_not_make_each_path_dear() -> None:
    """A path reads one of a million values, and between two paths no limit is looked at."""

    def up(s: Any) -> bool:
        s.n = min(s.n + 1, 99_999)
        return True

    model: Any = Model([Rule("up", up)], state=of_domain(range(1_000_000)))
    begun = time.process_time()
    CompiledChecker(model)
    assert time.process_time() - begun < 5.0, "half a second, and not half a minute"
