"""The kit follows a system that it sees only from outside, lets a right one pass and finds seven mistakes."""

from __future__ import annotations

import json
import pickle
import socket
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from failover_fsm import PairConfig, Unit, events
from failover_fsm.model.search_environment import Environment
from failover_fsm.pair.registry import FAULT_WORDS, OPERATOR_WORDS
from failover_fsm.pair.settings import Options
from failover_fsm.pair.states import Group, Phase, Role, UnitState
from failover_fsm.testing.pair import (
    Act,
    AdapterError,
    Conformity,
    Disagreement,
    Floor,
    FloorNotReached,
    Follower,
    NothingObserved,
    Restless,
    TransitionSystem,
    conform,
    conform_to,
    replay,
)
from failover_fsm.testing.pair.specification import complaint_about, shows
from failover_fsm.text.words import state_word
from failover_fsm.trace.player import load, play
from tests.pairs import PRIMARY, SECONDARY

ROOT = Path(__file__).parents[3]
sys.path.insert(0, str(ROOT / "examples"))
import conformance as example  # noqa: E402  # the examples are no package
from daemons import Daemon, Lab  # noqa: E402
from mutants import MUTANTS  # noqa: E402

BOOT = [events.UnitRestored(unit=unit) for unit in Unit]


def config() -> PairConfig:
    return PairConfig.from_asa((ROOT / "models" / "active-standby.cfg").read_text(encoding="utf-8"))


# -- the daemons -------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_correct_daemons_agree_with_the_model_and_are_seen_in_many_situations() -> None:
    found = example.verdict(Daemon, 100)
    assert isinstance(found, Conformity), str(found)
    assert found.examples == 100
    assert found.events > 600 and found.observations > 500
    assert {"active / standby-ready", "active / active", "failed / active", "standby-ready / active"} <= set(
        found.situations
    )


def test_the_daemons_speak_udp_on_loopback() -> None:
    heard: list[bytes] = []

    class Listening(Daemon):
        def receive(self, channel: str, packet: bytes) -> None:
            heard.append(packet)
            super().receive(channel, packet)

    lab = Lab(("outside",), kind=Listening)
    for unit in lab.units.values():
        unit.boot()
    assert lab.rest()
    ends = {each.getsockname() for each in lab.sockets.values()}
    assert {each.type for each in lab.sockets.values()} == {socket.SOCK_DGRAM}
    assert {address for address, _ in ends} == {"127.0.0.1"} and len(ends) == 4
    assert {unit.mode for unit in lab.units.values()} == {"active", "standby"}
    assert {json.loads(packet)["kind"] for packet in heard} == {"hello"}
    lab.close()
    assert all(each.fileno() == -1 for each in lab.sockets.values())


LONG = ("counts Unknown", "fails over with the link down", "keeps both active after a split")
"""The mutants that take longest to find."""


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.slow] if name in LONG else []) for name in MUTANTS]
)
def test_each_mutant_is_caught_by_a_run_from_which_nothing_can_be_left_out(name: str, tmp_path: Path) -> None:
    found = example.verdict(MUTANTS[name])
    assert isinstance(found, Disagreement), f"{name} survives {found}"
    print(f"{name}: caught by plan {found.examples}, {len(found.acts)} events")
    assert found.seen not in found.allowed
    adapter = example.DaemonAdapter(MUTANTS[name])
    for left_out in range(len(found.acts)):
        shorter = [*found.acts[:left_out], *found.acts[left_out + 1 :]]
        assert agrees(adapter, [(act.event, act.look) for act in shorter]), f"{found.acts[left_out]} is not needed"


def agrees(adapter: object, acts: list[tuple[events.Event, bool]]) -> bool:
    """The adapter's system does what the model allows; events that cannot happen there are passed over."""
    follower = Follower(TransitionSystem(config(), example.ENVIRONMENT))
    adapter.reset(config())  # type: ignore[attr-defined]
    for event, look in acts:
        try:
            follower.apply(event)
        except ValueError:
            continue
        adapter.apply(event)  # type: ignore[attr-defined]
        if look:
            try:
                seen = adapter.observe()  # type: ignore[attr-defined]
            except Restless:
                return False
            if not follower.observe(seen):
                return False
    return True


def test_a_disagreement_is_a_scenario_that_replays_and_says_what_the_model_allows(tmp_path: Path) -> None:
    found = example.verdict(MUTANTS["keeps both active after a split"])
    assert isinstance(found, Disagreement)
    (tmp_path / "pair.cfg").write_text(config().to_asa(), encoding="utf-8")
    (tmp_path / "found.trace").write_text(found.trace, encoding="utf-8")
    trace, loaded, remarks = load(tmp_path / "found.trace")
    played = play(trace, loaded, remarks)
    assert played.failures == ()
    assert "the system shows active / active" in found.trace
    assert all(f"the model allows {words}" in found.trace for words in found.allowed)
    assert " / ".join(state_word(played.pair.state.unit(unit)) for unit in Unit) in found.allowed
    assert found.trace in str(found)


def test_an_adapter_fits_into_sixty_lines_and_the_page_shows_it_as_it_is() -> None:
    text = Path(example.__file__).read_text(encoding="utf-8")
    body = text[text.index("SHOWN") : text.index("def verdict")]
    assert len(body.splitlines()) < 60
    page = (ROOT / "docs" / "howto" / "testing.md").read_text(encoding="utf-8")
    assert textwrap.indent(body[body.index("class") :].rstrip(), "    ") in page


def test_the_page_names_everything_that_an_adapter_may_be_asked_for() -> None:
    page = (ROOT / "docs" / "howto" / "testing.md").read_text(encoding="utf-8")
    for word in (*FAULT_WORDS, *OPERATOR_WORDS):
        assert f"`{word}`" in page
    for kind in (*events.FAULTS, *events.REPAIRS, *events.COMMANDS):
        assert f"`{kind.__name__}" in page or f" {kind.__name__}(" in page, kind


def test_the_configuration_on_the_page_is_a_pair_that_can_be_conformed_to() -> None:
    page = (ROOT / "docs" / "howto" / "testing.md").read_text(encoding="utf-8")
    written = page.partition('CONFIG = """')[2].partition('"""')[0]
    pair = PairConfig.from_asa(textwrap.dedent(written))
    assert pair.monitored == ("outside",) and pair.enabled and pair.lan is not None
    environment = Environment(faults=("power", "failover-link"), operator=(), max_faults=2)
    assert conform(example.DaemonAdapter(), pair, environment=environment, examples=15).examples == 15


# -- the follower ------------------------------------------------------------------------------------


def transitions(**options: object) -> TransitionSystem:
    return TransitionSystem(config(), Environment(faults=("power", "failover-link")), Options(**options))  # type: ignore[arg-type]


def test_the_follower_allows_every_order_of_steps_and_an_observation_narrows_it() -> None:
    follower = Follower(transitions())
    for event in BOOT:
        follower.apply(event)
    assert {state.primary.phase for state in follower.at_rest()} == {Phase.UP}
    assert {state.secondary.groups[0].role for state in follower.at_rest()} == {Role.STANDBY_READY}
    assert len(follower.states) > 10, "the units may be anywhere on the way"
    assert follower.observe({PRIMARY: "active", SECONDARY: "standby"})
    before = follower.states
    assert not follower.observe({PRIMARY: "standby-ready", SECONDARY: "active"})
    assert follower.states == before, "what does not fit drops nothing"


def test_a_command_may_be_refused_and_anything_else_that_cannot_happen_is_an_error() -> None:
    follower = Follower(transitions())
    follower.apply(events.FailoverActive(unit=PRIMARY))
    assert follower.states == (follower.transitions.start,)
    with pytest.raises(ValueError, match="failover_link_restored cannot happen here"):
        follower.apply(events.FailoverLinkRestored())


@pytest.mark.parametrize(
    ("own", "words"),
    [
        (UnitState(), {"off"}),
        (UnitState(phase=Phase.DOWN), {"off"}),
        (UnitState(phase=Phase.NEGOTIATION), {"starting", "negotiation"}),
        (UnitState(phase=Phase.SYNC_CONFIG), {"starting", "sync-config"}),
        (UnitState(phase=Phase.UP, groups=(Group(role=Role.ACTIVE),)), {"active"}),
        (UnitState(phase=Phase.UP, groups=(Group(role=Role.STANDBY_READY),)), {"standby", "standby-ready"}),
        (UnitState(phase=Phase.UP, groups=(Group(role=Role.FAILED),)), {"standby", "failed"}),
        (UnitState(phase=Phase.UP, enabled=False, groups=(Group(role=Role.ACTIVE),)), {"disabled"}),
    ],
)
def test_what_a_unit_may_show(own: UnitState, words: set[str]) -> None:
    every = {"off", "starting", "active", "standby", "standby-ready", "failed", "disabled", "negotiation",
             "sync-config", "nonsense"}  # fmt: skip
    assert {word for word in every if shows(own, word)} == words


def test_two_groups_show_a_word_each_or_one_for_the_unit() -> None:
    both = UnitState(phase=Phase.UP, groups=(Group(role=Role.ACTIVE), Group(role=Role.FAILED)))
    assert shows(both, "active + failed") and not shows(both, "failed + active") and not shows(both, "active")
    assert shows(UnitState(groups=(Group(), Group())), "off")


# -- other systems -----------------------------------------------------------------------------------


class Model:
    """The model itself as a system under test, taking the last possible step first where the kit takes the first."""

    def __init__(self, transitions: TransitionSystem) -> None:
        self.transitions = transitions

    def reset(self, config: PairConfig) -> None:
        self.state = self.transitions.start

    def apply(self, event: events.Event) -> None:
        choice = self.transitions.take(self.state, event)
        self.state = choice.after if choice else self.state

    def observe(self) -> dict[Unit, str]:
        while steps := self.transitions.own_steps(self.state):
            self.state = steps[-1].after
        return {unit: state_word(self.state.unit(unit)) for unit in Unit}


@pytest.fixture(scope="module")
def everything() -> Iterator[Environment]:
    yield Environment(operator=("failover-active", "reset", "disable", "write-standby", "command"), max_faults=3)


@pytest.mark.slow
def test_the_model_agrees_with_itself_whatever_order_its_steps_are_taken_in(everything: Environment) -> None:
    found = conform(Model(TransitionSystem(config(), everything)), config(), environment=everything, examples=60)
    assert found.examples == 60 and len(found.situations) > 6


@pytest.mark.slow
def test_a_model_read_otherwise_does_not(everything: Environment) -> None:
    other = TransitionSystem(config(), everything, Options(failed_standby_takes_over=False))
    with pytest.raises(Disagreement) as caught:
        conform(Model(other), config(), environment=everything, examples=400)
    assert len(caught.value.acts) <= 6


def test_a_system_that_stays_off_is_caught_by_one_event() -> None:
    class Dead(Model):
        def apply(self, event: events.Event) -> None:
            pass

    with pytest.raises(Disagreement) as caught:
        conform(Dead(transitions()), config(), examples=20)
    assert len(caught.value.acts) == 1
    assert caught.value.seen == "off / off"


def test_a_system_that_does_it_once_only_is_reported_as_it_was_found() -> None:
    class Once(Model):
        failed = False

        def observe(self) -> dict[Unit, str]:
            seen = super().observe()
            if not Once.failed and "active" in seen.values():
                Once.failed = True
                return dict.fromkeys(Unit, "failed")
            return seen

    with pytest.raises(Disagreement) as caught:
        conform(Once(transitions()), config(), examples=20)
    assert caught.value.seen == "failed / failed"


# -- nothing passes blind ----------------------------------------------------------------------------


class Answers(Model):
    """The model, but for what it answers."""

    def __init__(self, answer: Callable[[dict[Unit, str]], object]) -> None:
        super().__init__(transitions())
        self.answer = answer

    def observe(self) -> object:  # type: ignore[override]
        return self.answer(super().observe())


UNITS = "Unit.PRIMARY, Unit.SECONDARY"


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (lambda seen: None, rf"None \(NoneType\); allowed: a mapping with the keys {UNITS}"),
        (lambda seen: "active", rf"'active' \(str\); allowed: a mapping with the keys {UNITS}"),
        (lambda seen: {unit.value: word for unit, word in seen.items()}, f"key 'primary'; allowed: {UNITS}"),
        (
            lambda seen: dict.fromkeys(Unit, "aktiv"),
            r"at key Unit.PRIMARY 'aktiv' \(str\); allowed: 'off', .*'standby'",
        ),
        (lambda seen: dict.fromkeys(Unit), r"at key Unit.PRIMARY None \(NoneType\); allowed: 'off'"),
        (lambda seen: dict.fromkeys(Unit, Role.ACTIVE), r"at key Unit.PRIMARY Role.ACTIVE \(Role\); allowed: 'off'"),
        (lambda seen: dict.fromkeys(Unit, "active + failed"), r"at key Unit.PRIMARY 'active \+ failed'"),
    ],
)
def test_what_no_pair_can_show_is_an_error_of_the_adapter(answer: Callable[..., object], message: str) -> None:
    with pytest.raises(AdapterError, match=rf"^observe\(\) returned {message}"):
        conform(Answers(answer), config(), examples=5)
    with pytest.raises(AdapterError, match=message):
        conform_to(Answers(answer), config(), [Act(event) for event in BOOT])


def test_two_groups_are_told_a_word_each() -> None:
    assert complaint_about({PRIMARY: "active + failed", SECONDARY: "off"}, 2) is None
    wrong = complaint_about({PRIMARY: "active + faild"}, 2)
    assert wrong is not None and wrong.startswith("at key Unit.PRIMARY 'faild' (str); allowed: 'off'")
    assert wrong.endswith(", or 2 of them joined by ' + '")


def test_a_pair_with_one_failover_group_preempts_and_is_held_to_it() -> None:
    system = "mode multiple\nfailover group 1\n preempt\nadmin-context admin\ncontext admin\n join-failover-group 1\n"
    lines = [line for line in config().to_asa().splitlines() if line.startswith("failover")]
    one = PairConfig.from_asa(system + "\n".join(lines))
    environment = Environment(faults=("power",), operator=())
    here = TransitionSystem(one, environment)

    class Keeps(Model):
        """The role stays where it is when the primary comes back: Active/Standby."""

        def observe(self) -> dict[Unit, str]:
            def left(state: Any) -> list[Any]:
                steps = self.transitions.own_steps(state)
                return [step for step in steps if not isinstance(step.event, events.PreemptTimerExpired)]

            while steps := left(self.state):
                self.state = steps[0].after
            return {unit: state_word(self.state.unit(unit)) for unit in Unit}

    found = conform(Model(here), one, environment=environment, examples=10)
    assert found.situations["active / standby-ready"] and found.situations["off / active"]
    with pytest.raises(Disagreement, match="standby-ready / active"):
        conform(Keeps(here), one, environment=environment, examples=10)


def test_a_run_in_which_no_unit_was_ever_seen_fails() -> None:
    with pytest.raises(NothingObserved, match=r"nothing was observed in 5 plans"):
        conform(Answers(lambda seen: {}), config(), examples=5)


def test_one_unit_that_is_seen_is_compared_and_no_situation_is_counted() -> None:
    found = conform(Answers(lambda seen: {PRIMARY: seen[PRIMARY]}), config(), examples=10)
    assert found.observations and not found.situations
    with pytest.raises(Disagreement) as caught:
        conform(Answers(lambda seen: {SECONDARY: "off"}), config(), examples=10)
    assert caught.value.seen == "? / off"


def test_the_table_says_what_was_seen_and_what_never_and_a_floor_asks_for_it() -> None:
    small = Environment(faults=("power",), operator=(), max_faults=1)
    found = conform(Model(TransitionSystem(config(), small)), config(), environment=small, examples=40)
    table = found.table()
    assert table.startswith("40 plans, ") and "\nrows: " in table and "\npremises: " in table
    assert "  active / standby-ready" in table and "   never  " in table
    with pytest.raises(FloorNotReached, match=r"situations: .*too seldom:"):
        conform(
            Model(TransitionSystem(config(), small)),
            config(),
            environment=small,
            examples=1,
            length=1,
            floor=Floor(situations=1.0),
        )


def test_a_plan_that_cannot_happen_is_refused_and_not_passed_over() -> None:
    twice = Act(events.UnitFailed(unit=PRIMARY))
    with pytest.raises(ValueError, match=r"plan: none of its 2 events can happen; the first is "):
        conform_to(Model(transitions()), config(), [twice, twice])
    with pytest.raises(ValueError, match=r"plan, event 1: .* cannot happen here; allowed: .*UnitRestored"):
        replay("unit_failed unit=primary\nsettle\n", Model(transitions()), config())


def test_wrong_arguments_are_refused_before_anything_is_played() -> None:
    with pytest.raises(TypeError, match="floor 1; allowed: a Floor"):
        conform(Model(transitions()), config(), floor=1)  # type: ignore[arg-type]  # on purpose
    with pytest.raises(TypeError, match="trace None; allowed: the trace of a Disagreement"):
        replay(None, Model(transitions()), config())  # type: ignore[arg-type]  # on purpose
    with pytest.raises(TypeError, match="plan 7; allowed: the trace of a Disagreement, or a list of acts"):
        conform_to(Model(transitions()), config(), 7)  # type: ignore[arg-type]  # on purpose


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"seed": 3}, TypeError, "seed is no argument, and no setting of Hypothesis; these are: .*derandomize"),
        ({"clock": 5, "settle_time": 1}, TypeError, "clock 5; allowed: a function that returns seconds"),
        ({"sleep": 5, "settle_time": 1}, TypeError, "sleep 5; allowed: a function of seconds"),
        ({"examples": 0}, ValueError, "examples 0; allowed: 1 or more"),
        ({"length": "x"}, ValueError, "length 'x'; allowed: 1 or more"),
        ({"environment": 3}, TypeError, "3 given for the Environment of a pair; allowed: one of that class"),
        ({"options": 0}, TypeError, "0 given for the Options of a pair; allowed: one of that class"),
    ],
)
def test_wrong_arguments_of_conform_are_refused_in_a_line(
    arguments: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        conform(Model(transitions()), config(), **arguments)


def test_a_pair_with_a_clock_of_its_own_is_waited_for_on_that() -> None:
    passed = [0.0]

    def sleep(seconds: float) -> None:
        passed.append(seconds)

    found = conform(
        Model(transitions()), config(), examples=2, length=2, settle_time=1, clock=lambda: sum(passed), sleep=sleep
    )
    assert found.observations and sum(passed) >= found.observations


def test_a_disagreement_replays_against_the_adapter_and_is_saved_beside_what_is_there(tmp_path: Path) -> None:
    class Dead(Model):
        def apply(self, event: events.Event) -> None:
            pass

    with pytest.raises(Disagreement) as caught:
        conform(Dead(transitions()), config(), examples=20)
    with pytest.raises(Disagreement) as again:
        replay(caught.value.trace, Dead(transitions()), config())
    assert again.value.trace == caught.value.trace
    replay(caught.value.trace, Model(transitions()), config())
    pickled = pickle.loads(pickle.dumps(caught.value))
    assert type(pickled) is Disagreement and (str(pickled), pickled.program) == (
        str(caught.value),
        caught.value.program,
    )
    (tmp_path / "pair.cfg").write_text("mine")
    saved = caught.value.save(tmp_path)
    assert saved.name == "disagreement-2.trace" and (tmp_path / "pair.cfg").read_text() == "mine"
    trace, loaded, remarks = load(saved)
    assert play(trace, loaded, remarks).failures == ()
    names: dict[str, object] = {}
    program = saved.with_suffix(".py").read_text().replace('"pair-2.cfg"', repr(str(tmp_path / "pair-2.cfg")))
    exec(program, names)
    with pytest.raises(Disagreement):
        names["play"](Dead(transitions()))  # type: ignore[operator]
    names["play"](Model(transitions()))  # type: ignore[operator]


def test_a_pair_that_settles_by_itself_is_looked_at_until_it_does() -> None:
    class Moving(Model):
        """Takes one step at each look."""

        def observe(self) -> dict[Unit, str]:
            if steps := self.transitions.own_steps(self.state):
                self.state = steps[-1].after
            return {unit: state_word(self.state.unit(unit)) for unit in Unit}

    with pytest.raises(Disagreement):
        conform(Moving(transitions()), config(), examples=5)
    assert conform(Moving(transitions()), config(), examples=5, settle_time=0.002, settle_limit=1.0).observations
