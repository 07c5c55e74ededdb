"""The kit for any model: right systems agree, wrong ones are caught by plans that fail again, nothing passes blind."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import pytest

from failover_fsm.checker import ModelError, Property, always, always_step, sometimes
from failover_fsm.testing import (
    Act,
    AdapterError,
    Conformity,
    Disagreement,
    Floor,
    FloorNotReached,
    NothingObserved,
    Restless,
    conform,
    make_suite,
    replay,
)
from tests.testing.kit.cluster import BOOT, TESTER, Cluster, Plain, State, System, shown


def held(system: Any, model: Any = None, **more: Any) -> Conformity:
    """What the kit says of a system; by default the model takes the lead back."""
    chosen = {"tester": TESTER, "shown": shown, "start": BOOT, "examples": 60, **more}
    return conform(system, model or Cluster(), **chosen)


WRONG = {
    "keeps the lead": System(takes_back=False),
    "stays split": System(wrong="stays split"),
    "shy": System(wrong="shy"),
}


# -- agreement ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("takes_back", [True, False])
def test_a_right_system_agrees_and_everything_is_seen(takes_back: bool) -> None:
    full = Floor(situations=1, rows=1, visits=2)
    found = held(System(takes_back), Cluster(takes_back), floor=full)
    assert found.examples == 60 and found.events > found.observations > 300
    assert ("idle / leads" in found.situations) is not takes_back
    table = found.table().splitlines()
    assert table[0] == f"60 plans, {found.events:,} events, {found.observations:,} observations"
    assert f"situations: {5 if takes_back else 6} of {5 if takes_back else 6}" in table
    assert any(line.endswith("  yield") for line in table) and "never" not in found.table()


def test_a_model_of_three_methods_is_held_as_the_rule_model_is() -> None:
    assert held(System(), Plain()).table() == held(System(), Cluster()).table()


def test_the_tester_may_be_a_function_and_another_seed_makes_other_plans() -> None:
    found = held(System(), tester=lambda event: event in TESTER)
    assert found.situations == held(System()).situations
    assert held(System(), seed=1).situations != found.situations


def test_the_table_says_what_was_never_seen_and_a_floor_asks_for_it() -> None:
    never = always("needs three", lambda state: True, premise=lambda state: len(state.nodes) == 3)
    split = sometimes("split", lambda state: shown(state) == ("leads", "leads"))
    stops = always_step("stops", lambda *step: True, premise=lambda before, event, after: event == ("stop", 1))
    found = held(System(), promises=[never, split, stops])
    assert "premises: 2 of 3" in found.table() and "   never  needs three" in found.table()
    with pytest.raises(FloorNotReached, match=r"premises: 67% reached 1 visits of 100%; too seldom:\n +0 needs three"):
        held(System(), promises=[never, split, stops], floor=Floor(premises=1))
    short = held(System(), examples=1, length=1)
    assert "   never  cut" in short.table()
    with pytest.raises(FloorNotReached, match=r"rows: .*too seldom"):
        held(System(), examples=1, length=1, floor=Floor(rows=1))


class Ladder:
    """A model and a system in one: one event climbs, the other falls to the ground."""

    def initial_states(self) -> list[int]:
        return [0]

    def events(self, state: int) -> list[str]:
        return ["climb", "fall"]

    def step(self, state: int, event: str) -> int | None:
        return state + 1 if event == "climb" and state < 30 else 0

    def reset(self) -> None:
        self.at = 0

    def apply(self, event: str) -> None:
        self.at = self.step(self.at, event) or 0

    def observe(self) -> int:
        return self.at


def test_plans_go_where_few_were_before() -> None:
    """Thirty blind plans of at most 12 events seldom get above the sixth rung."""
    for seed in range(5):
        found = conform(Ladder(), Ladder(), tester=["climb", "fall"], shown=int, examples=30, length=12, seed=seed)
        assert "8" in found.situations


def test_an_own_event_counts_only_where_nothing_else_explains_what_was_seen() -> None:
    both = (Act(("start", 0), look=False), Act(("start", 1)))
    rows = replay(both, System(), Cluster(), tester=TESTER, shown=shown).coverage.parts[2].met
    assert rows[str(("elect", 0))] == 1
    assert rows["yield"] == 0 and rows[str(("elect", 1))] == 0, "the second may have led for a while, or not"
    one = replay((Act(("start", 1)),), System(), Cluster(), tester=TESTER, shown=shown).coverage.parts[2].met
    assert one[str(("elect", 1))] == 1


# -- disagreement ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_system_is_caught_by_a_plan_from_which_nothing_can_be_left_out(name: str) -> None:
    with pytest.raises(Disagreement) as caught:
        held(WRONG[name])
    found = caught.value
    assert found.repeats and found.seen not in found.allowed
    with pytest.raises(Disagreement) as again:
        replay(found.trace, WRONG[name], Cluster(), tester=TESTER, shown=shown)
    assert again.value.trace == found.trace and again.value.seen == found.seen
    for left_out in range(len(found.acts)):
        shorter = [*found.acts[:left_out], *found.acts[left_out + 1 :]]
        replay(shorter, WRONG[name], Cluster(), tester=TESTER, shown=shown)
    replay(found.trace, System(), Cluster(), tester=TESTER, shown=shown)


@pytest.mark.parametrize("name", WRONG)
def test_the_program_fails_for_the_wrong_system_and_for_no_right_one(name: str) -> None:
    with pytest.raises(Disagreement) as caught:
        held(WRONG[name])
    assert caught.value.program in str(caught.value) and caught.value.trace in str(caught.value)
    names: dict[str, Any] = {}
    exec(caught.value.program, names)
    names["play"](System())
    with pytest.raises(AssertionError):
        names["play"](WRONG[name])


def test_the_message_says_what_was_seen_and_what_is_allowed() -> None:
    with pytest.raises(Disagreement) as caught:
        held(WRONG["keeps the lead"])
    assert str(caught.value).startswith(
        f"the system and the model disagree (plan {caught.value.examples}, 2 events)\n"
        "  shows idle / leads\n  model leads / idle\n\nAs a program:\n\ndef play(adapter):\n"
    )
    assert caught.value.trace == (
        "# the system shows idle / leads\n# the model allows leads / idle\n"
        "do ('start', 1)\nlook\ndo ('start', 0)\nlook\n"
    )


def test_a_disagreement_is_the_same_after_pickling() -> None:
    with pytest.raises(Disagreement) as caught:
        held(WRONG["shy"])
    caught.value.add_note("a note")
    again = pickle.loads(pickle.dumps(caught.value))
    assert type(again) is Disagreement and vars(again) == vars(caught.value) and str(again) == str(caught.value)


def test_a_run_that_does_not_fail_again_is_reported_as_it_was_seen() -> None:
    class Once(System):
        failed = False

        def observe(self) -> Any:
            seen = super().observe()
            if seen == ("leads", "idle") and not self.failed:
                self.failed, seen = True, ("idle", "idle")
            return seen

    with pytest.raises(Disagreement, match="it did not fail a second time") as caught:
        held(Once())
    assert caught.value.repeats is False and caught.value.seen == "idle / idle"


def test_a_reset_that_leads_elsewhere_is_caught_before_any_event(tmp_path: Path) -> None:
    class Running(System):
        def reset(self) -> None:
            self.nodes, self.wire = ["idle", "off"], True

    with pytest.raises(Disagreement) as caught:
        held(Running())
    assert caught.value.acts == () and caught.value.seen == "leads / off"
    saved = caught.value.save(tmp_path).with_suffix(".py").read_text()
    names: dict[str, Any] = {}
    exec(saved, names)
    names["play"](System())
    with pytest.raises(AssertionError):
        names["play"](Running())


def test_saving_overwrites_nothing(tmp_path: Path) -> None:
    with pytest.raises(Disagreement) as caught:
        held(WRONG["shy"])
    (tmp_path / "disagreement.py").write_text("mine")
    first, second = caught.value.save(tmp_path), caught.value.save(tmp_path)
    assert (first.name, second.name) == ("disagreement-2.trace", "disagreement-3.trace")
    assert (tmp_path / "disagreement.py").read_text() == "mine"
    assert first.read_text() == caught.value.trace == second.read_text()
    assert first.with_suffix(".py").read_text() == caught.value.program


def test_a_trace_with_an_unknown_line_is_refused_with_what_is_allowed() -> None:
    with pytest.raises(ValueError, match=r"line 2: \"do \('strat', 0\)\"; allowed: look, .*do \('start', 0\)"):
        replay("# a plan\ndo ('strat', 0)\n", System(), Cluster(), tester=TESTER, shown=shown)
    with pytest.raises(ValueError, match=r"plan: \('elect', 0\) can never be made by the tester; allowed: "):
        replay([Act(("elect", 0))], System(), Cluster(), tester=TESTER, shown=shown)


# -- what the model leaves open ----------------------------------------------------------------------


def test_a_plan_is_played_whole_or_refused() -> None:
    impossible = r"plan, event {}: stop cannot happen here; allowed: start"

    class Motor:
        def initial_states(self) -> list[str]:
            return ["off"]

        def events(self, state: str) -> list[str]:
            return ["start" if state == "off" else "stop"]

        def step(self, state: str, event: str) -> str:
            return "on" if event == "start" else "off"

    class Running:
        def reset(self) -> None:
            self.state = "off"

        def apply(self, event: str) -> None:
            self.state = "on" if event == "start" else "off"

        def observe(self) -> str:
            return self.state

    once: dict[str, Any] = {"model": Motor(), "tester": ["start", "stop"], "shown": str}
    with pytest.raises(ValueError, match=impossible.format(1)):
        replay([Act("stop")], Running(), **once)
    with pytest.raises(ValueError, match=impossible.format(3)):
        replay("do 'start'\nlook\ndo 'stop'\nlook\ndo 'stop'\nlook\n", Running(), **once)
    with pytest.raises(ValueError, match="start: stop cannot happen here; allowed: start"):
        conform(Running(), start=["start", "stop"], **once)


class Signal:
    """An event whose text is given."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return self.text


class Switched:
    """A lamp that one signal turns on and the other off, as model and as system."""

    def __init__(self, on: Signal, off: Signal, deaf: bool = False) -> None:
        self.on, self.off, self.deaf = on, off, deaf

    def initial_states(self) -> list[str]:
        return ["dark"]

    def events(self, state: str) -> list[Signal]:
        return [self.on, self.off]

    def step(self, state: str, event: Signal) -> str:
        return "lit" if event is self.on else "dark"

    def reset(self) -> None:
        self.state = "dark"

    def apply(self, event: Signal) -> None:
        self.state = "dark" if self.deaf else self.step(self.state, event)

    def observe(self) -> str:
        return self.state


def test_two_events_that_read_alike_are_refused() -> None:
    lamp = Switched(Signal("<ev>"), Signal("<ev>"))
    alike = "two events of the model are both written <ev>; allowed: a repr of its own for each"
    with pytest.raises(ValueError, match=alike):
        conform(lamp, lamp, tester=[lamp.on, lamp.off], shown=str)
    with pytest.raises(ValueError, match=alike):
        make_suite(lamp, "transitions")


def test_an_event_that_python_cannot_read_back_is_named_and_no_program_is_made_of_it(tmp_path: Path) -> None:
    lamp = Switched(Signal("<on>"), Signal("<off>"), deaf=True)
    with pytest.raises(
        Disagreement, match=r"There is no program: <on> cannot be read back by Python; allowed:"
    ) as caught:
        conform(lamp, lamp, tester=[lamp.on, lamp.off], shown=str)
    with pytest.raises(ValueError, match="<on> cannot be read back"):
        caught.value.save(tmp_path)
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(ValueError, match="<on> cannot be read back"):
        make_suite(lamp, "transitions").pytest()
    replay(caught.value.trace, Switched(lamp.on, lamp.off), lamp, tester=[lamp.on, lamp.off], shown=str)


def test_a_system_may_refuse_where_the_model_leaves_it_open() -> None:
    class Stubborn(System):
        def apply(self, event: Any) -> None:
            if event != ("stop", 1):
                super().apply(event)

    with pytest.raises(Disagreement):
        held(Stubborn())
    held(Stubborn(), either=lambda state, event: [state] if event == ("stop", 1) else [])
    with pytest.raises(Disagreement):
        held(Stubborn(), either=lambda state, event: [state] if event == ("stop", 0) else [])
    with pytest.raises(ModelError, match=r"returned None; allowed: a list or tuple of states"):
        held(System(), either=lambda state, event: None)  # type: ignore[arg-type, return-value]


def test_an_own_step_may_stay_out_where_the_model_leaves_it_open() -> None:
    split = WRONG["stays split"]
    held(split, either=lambda state, event: [state] if event == "yield" else [])


class Blinker:
    """A model that never comes to rest: it blinks by itself while it is switched on."""

    def initial_states(self) -> list[str]:
        return ["off"]

    def events(self, state: str) -> list[str]:
        return ["switch", "blink"]

    def step(self, state: str, event: str) -> str | None:
        if event == "switch":
            return "bright" if state == "off" else "off"
        return {"bright": "dark", "dark": "bright"}.get(state)


class Lamp:
    """A lamp that blinks at each look; `shows` maps what it shows."""

    def __init__(self, **shows: str) -> None:
        self.shows = shows

    def reset(self) -> None:
        self.at = "off"

    def apply(self, event: str) -> None:
        self.at = "bright" if self.at == "off" else "off"

    def observe(self) -> str:
        self.at = {"bright": "dark", "dark": "bright"}.get(self.at, self.at)
        return self.shows.get(self.at, self.at)


def test_a_model_that_never_rests_is_followed_round_and_round() -> None:
    found = conform(Lamp(), Blinker(), tester=["switch"], shown=str, examples=20)
    assert set(found.situations) == {"off", "dark"}, "it is looked at once after each switch"
    with pytest.raises(Disagreement) as caught:
        conform(Lamp(dark="off"), Blinker(), tester=["switch"], shown=str, examples=20)
    assert set(caught.value.allowed) == {"bright", "dark"} and len(caught.value.acts) == 1


class Counter:
    """A model that counts by itself, for ever."""

    def initial_states(self) -> list[int]:
        return [0]

    def events(self, state: int) -> list[str]:
        return ["reset", "count"]

    def step(self, state: int, event: str) -> int:
        return state + 1 if event == "count" else 0


def test_a_model_whose_own_steps_have_no_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("failover_fsm.testing.kit.specification.MOST", 1_000)
    with pytest.raises(ModelError, match="more than 1,000 states are reached from 0"):
        conform(Ladder(), Counter(), tester=["reset"], shown=int, max_states=100)


def test_a_system_that_never_rests_where_the_model_does_disagrees() -> None:
    class Nervous(System):
        def observe(self) -> Any:
            if self.nodes[1] != "off":
                raise Restless("it flaps")
            return super().observe()

    with pytest.raises(Disagreement) as caught:
        held(Nervous())
    assert caught.value.seen == "no rest: it flaps" and len(caught.value.acts) == 1
    conform(Flapping(), Blinker(), tester=["switch"], shown=str, examples=5)


class Flapping(Lamp):
    """A lamp that says of itself that it does not rest while it blinks."""

    def observe(self) -> str:
        if self.at != "off":
            raise Restless("it blinks")
        return super().observe()


# -- nothing passes blind ----------------------------------------------------------------------------


async def later() -> tuple[str, str]:
    return "off", "off"


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (None, r"None \(NoneType\); allowed: a tuple of 2"),
        ("off / off", r"'off / off' \(str\); allowed: a tuple of 2"),
        (("off",), r"\('off',\) \(tuple\); allowed: a tuple of 2"),
        (["off", "off"], r"\['off', 'off'\] \(list\); allowed: a tuple of 2"),
        (("off", "boss"), r"at place 1 'boss' \(str\); allowed: 'off', 'idle', 'leads'"),
        (("off", None), r"at place 1 None \(NoneType\); allowed: 'off'"),
        ({"a": "off"}, r"\{'a': 'off'\} \(dict\); allowed: a tuple of 2"),
        ({}, r"\{\} \(dict\); allowed: a tuple of 2"),
    ],
)
def test_what_no_state_can_show_is_an_error_of_the_adapter(answer: Any, message: str) -> None:
    class Odd(System):
        def observe(self) -> Any:
            return answer

    with pytest.raises(AdapterError, match=rf"^observe\(\) returned {message}"):
        held(Odd())


def test_a_coroutine_is_an_error_of_the_adapter() -> None:
    class Asynchronous(System):
        async def observe(self) -> Any:  # type: ignore[override]
            return ("off", "off")

    with pytest.raises(AdapterError, match=r"observe\(\) returned a coroutine; allowed: run it to its end in observe"):
        held(Asynchronous())


def test_an_error_of_the_adapter_passes_with_the_plan_so_far() -> None:
    class Broken(System):
        def apply(self, event: Any) -> None:
            raise ConnectionError("no route to host")

    with pytest.raises(ConnectionError, match="no route to host") as caught:
        held(Broken())
    assert caught.value.__notes__ == ["The plan so far:\ndo ('start', 1)\nlook\n"]


def by_name(state: State) -> dict[str, str]:
    return {"a": state.nodes[0].is_, "b": state.nodes[1].is_}


class Named(System):
    """Tells of each node by its name; of node b only now and then, or under another name, or nothing."""

    def __init__(self, keys: tuple[str, ...], **more: Any) -> None:
        super().__init__(**more)
        self.keys = keys

    def observe(self) -> Any:
        seen = super().observe()
        return dict(zip(self.keys, seen, strict=False))


def test_a_mapping_may_leave_out_what_was_not_seen_and_only_what_was_seen_counts() -> None:
    whole = held(Named(("a", "b")), shown=by_name)
    part = held(Named(("a",)), shown=by_name)
    assert whole.situations and part.observations
    assert not part.situations and "   never  cut" in part.table(), "what half an observation allows was not seen"
    with pytest.raises(Disagreement):
        held(Named(("a", "b"), takes_back=False), shown=by_name)


def test_a_run_in_which_nothing_was_observed_fails() -> None:
    with pytest.raises(NothingObserved, match=r"nothing was observed in 60 plans, \d+ events, 0 observations"):
        held(Named(()), shown=by_name)
    with pytest.raises(NothingObserved):
        replay([Act(("start", 0))], Named(()), Cluster(), tester=TESTER, shown=by_name)


def test_a_run_in_which_no_event_could_be_made_fails() -> None:
    """The tester left out what breaks and mends: then the model does both at any time, and allows no event for sure."""

    class Lamp:
        def initial_states(self) -> list[str]:
            return ["on"]

        def events(self, state: str) -> list[str]:
            return ["press", "breaks", "mended"]

        def step(self, state: str, event: str) -> str | None:
            follows = {("on", "press"): "off", ("off", "press"): "on", ("broken", "mended"): "on"}
            return "broken" if event == "breaks" and state != "broken" else follows.get((state, event))

    class Stuck:
        def reset(self) -> None: ...

        def apply(self, event: str) -> None: ...

        def observe(self) -> str:
            return "on"

    with pytest.raises(NothingObserved, match=r"^no event was made in 60 plans: .*; allowed: a tester that makes"):
        held(Stuck(), Lamp(), tester=["press"], shown=str, start=())
    with pytest.raises(Disagreement):
        held(Stuck(), Lamp(), tester=["press", "breaks", "mended"], shown=str, start=())


def test_a_plan_ends_with_an_observation_even_if_it_does_not_say_so() -> None:
    plan = [Act(("start", 1), look=False), Act(("start", 0), look=False), Act("cut", look=False)]
    with pytest.raises(Disagreement):
        replay(plan, WRONG["shy"], Cluster(), tester=TESTER, shown=shown)


@pytest.mark.parametrize("keys", [("A", "B"), (0, 1)])
def test_an_unknown_key_is_an_error_of_the_adapter(keys: Any) -> None:
    with pytest.raises(AdapterError, match=rf"^observe\(\) returned key {keys[0]!r}; allowed: 'a', 'b'\n"):
        held(Named(keys), shown=by_name)


def test_words_that_were_not_explored_are_left_to_the_comparison() -> None:
    class Loud(System):
        def observe(self) -> Any:
            return tuple(word.upper() for word in super().observe())

    with pytest.raises(AdapterError):
        held(Loud())
    with pytest.raises(Disagreement):
        held(Loud(), max_states=3)
    assert "of those in the part that was explored" in held(System(), max_states=3).table()


class Alike:
    """A word that is equal to others whatever its spelling."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Alike) and self.text.lower() == other.text.lower()

    def __hash__(self) -> int:
        return hash(self.text.lower())

    def __repr__(self) -> str:
        return self.text


def test_equal_states_that_read_differently_are_one_line_of_the_table() -> None:
    class Model:
        """`loud` and `soft` write the state that they lead to in different ways."""

        def initial_states(self) -> list[Alike]:
            return [Alike("off")]

        def events(self, state: Alike) -> list[str]:
            return ["loud", "soft"] if state == Alike("off") else ["stop"]

        def step(self, state: Alike, event: str) -> Alike:
            return Alike({"loud": "ON", "soft": "on", "stop": "off"}[event])

    class Switch:
        on = False

        def reset(self) -> None:
            self.on = False

        def apply(self, event: str) -> None:
            self.on = event != "stop"

        def observe(self) -> str:
            return "on" if self.on else "off"

    found = held(
        Switch(),
        Model(),
        tester=("loud", "soft", "stop"),
        shown=lambda state: state.text.lower(),
        start=(),
        examples=20,
    )
    table = found.table().splitlines()
    assert "states: 2 of 2" in table and "never" not in found.table()


SAFE = always("safe", lambda state: True)


# -- arguments ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"tester": "cut"}, TypeError, "tester must be a collection of events or a function of an event, not 'cut'"),
        ({"tester": 7}, TypeError, "tester must be a collection"),
        ({"tester": ["cat"]}, ValueError, "tester: the model has no event 'cat'; allowed: .*cut"),
        ({"tester": lambda event: False}, ValueError, "tester: no event is the tester's; allowed: .*cut"),
        ({"start": ["yield"]}, ValueError, "start: yield can never be made by the tester; allowed: .*cut"),
        ({"shown": "word"}, TypeError, "shown must be a function, not 'word'"),
        ({"either": 3}, TypeError, "either must be a function, not 3"),
        ({"examples": 0}, ValueError, "examples 0; allowed: 1 or more"),
        ({"length": 0}, ValueError, "length 0; allowed: 1 or more"),
        ({"max_states": 5, "floor": Floor()}, ValueError, "a floor cannot be measured, .* more than 5 states; allowed"),
        ({"max_states": 0}, ValueError, "max_states 0; allowed: 1 or more"),
        ({"settle_limit": 3}, ValueError, "settle_limit without settle_time; allowed: both"),
        ({"settle_time": 0}, ValueError, "settle_time 0 and settle_limit 0; allowed: seconds above 0"),
        ({"settle_time": 2, "settle_limit": 1}, ValueError, "settle_time 2 and settle_limit 1; allowed: seconds"),
        ({"promises": ["safe"]}, TypeError, "not a property: 'safe'"),
        ({"promises": None}, TypeError, "promises None; allowed: a list of properties"),
        ({"promises": SAFE}, TypeError, "promises Property.*; allowed: a list of properties"),
        ({"floor": 1}, TypeError, "floor 1; allowed: a Floor"),
        ({"settle_time": "x"}, TypeError, "settle_time 'x'; allowed: seconds above 0"),
        ({"settle_time": 1, "settle_limit": "x"}, TypeError, "settle_limit 'x'; allowed: seconds above 0"),
        ({"max_states": "x"}, ValueError, "max_states 'x'; allowed: 1 or more"),
        ({"start": None}, TypeError, "start None; allowed: a list of events"),
        ({"start": "cut"}, TypeError, "start 'cut'; allowed: a list of events"),
        ({"seed": "x"}, TypeError, "seed 'x'; allowed: a whole number"),
        ({"seed": None}, TypeError, "seed None; allowed: a whole number"),
        ({"clock": 5}, TypeError, "clock 5; allowed: a function that returns seconds, as time.monotonic"),
        ({"sleep": 5, "settle_time": 1}, TypeError, "sleep 5; allowed: a function of seconds, as time.sleep"),
    ],
)
def test_wrong_arguments_are_refused_in_a_line(arguments: dict[str, Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        held(System(), **arguments)


@pytest.mark.parametrize(
    "claim",
    [
        always("p", lambda state: "no"),
        sometimes("p", lambda state: "no"),
        always("p", lambda state: True, premise=lambda state: "no"),
        always_step("p", lambda before, event, after: "no" if event == "yield" else True),
    ],
)
def test_a_promise_must_answer_true_or_false_as_for_the_checker(claim: Property) -> None:
    with pytest.raises(ModelError, match=r"property 'p': .* it returned 'no' \(str\); allowed: True, False, 0, 1"):
        held(System(), promises=[claim])


class Untouched(System):
    def reset(self) -> None:
        raise AssertionError("the arguments are wrong: nothing is to be played")


@pytest.mark.parametrize("plan", [["cut"], None, 7, [None]])
def test_what_is_no_plan_is_refused_in_a_line(plan: Any) -> None:
    with pytest.raises(TypeError, match=r"^plan.*; allowed: the trace of a Disagreement, or a list of acts"):
        replay(plan, Untouched(), Cluster(), tester=TESTER, shown=shown)


def test_a_floor_that_is_none_is_refused_before_anything_is_played() -> None:
    with pytest.raises(TypeError, match="floor 1; allowed: a Floor"):
        held(Untouched(), floor=1)


def test_a_model_without_rules_has_no_event_to_allow() -> None:
    empty = Cluster()
    empty.rules = []
    with pytest.raises(ValueError, match=r"tester: the model has no event .*; allowed: none$"):
        held(System(), empty)
    with pytest.raises(ValueError, match=r"tester: no event is the tester's; allowed: none$"):
        held(System(), empty, tester=[])


def test_saving_where_a_file_is_says_so(tmp_path: Path) -> None:
    with pytest.raises(Disagreement) as caught:
        held(WRONG["shy"])
    (tmp_path / "kit.py").write_text("mine")
    for place in (tmp_path / "kit.py", tmp_path / "kit.py" / "below"):
        with pytest.raises(NotADirectoryError, match="a file is in the way; allowed: a folder, which may be new"):
            caught.value.save(place)
    assert [(each.name, each.read_text()) for each in tmp_path.iterdir()] == [("kit.py", "mine")]


def test_what_is_no_adapter_or_no_model_is_refused() -> None:
    with pytest.raises(TypeError, match="System is a class; an adapter is an instance of it"):
        held(System)
    with pytest.raises(TypeError, match=r"an adapter needs reset\(\), apply\(event\) and observe\(\); object has no"):
        held(object())
    with pytest.raises(ModelError, match="a rule model needs `rules`"):
        held(System(), object())
    with pytest.raises(ModelError, match=r"shown.* raised ZeroDivisionError"):
        held(System(), shown=lambda state: 1 / 0)
    with pytest.raises(ModelError, match=r"unhashable.*allowed: words, numbers"):
        held(System(), shown=lambda state: [1])


def test_a_tester_event_of_a_three_method_model_that_never_happens_is_refused() -> None:
    with pytest.raises(ValueError, match="tester: explode can never be made by the tester; allowed: switch"):
        conform(Lamp(), Blinker(), tester=["switch", "explode"], shown=str)
