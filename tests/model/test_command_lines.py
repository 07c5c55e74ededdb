"""A search with command lines: what each step does, which lines it refuses, and which change nothing anywhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from failover_fsm.config.asa.files import read_config
from failover_fsm.config.records.pair_config import PairConfig
from failover_fsm.model import typed_model
from failover_fsm.model.pair_model import PairModel
from failover_fsm.model.scenario import Scenario
from failover_fsm.model.search_environment import Environment
from failover_fsm.model.typed_model import TypedModel, always_refused, model_of, without_effect
from failover_fsm.model.wired_model import WiredModel
from failover_fsm.pair import events as e
from failover_fsm.pair.environment import protocol_steps
from failover_fsm.pair.errors import Refused
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import State
from failover_fsm.topology import read_topology
from tests.pairs import PRIMARY, UNITS, settings

PAIR = read_config(Path(__file__).parents[1] / "traces" / "pair.cfg")
UNWATCH, WATCH = "no monitor-interface inside", "monitor-interface inside"


def scenario(*lines: str, faults: tuple[str, ...] = (), sync_states: bool = False) -> Scenario:
    """The pair, whose operator types these lines."""
    environment = Environment(faults=faults, operator=lines, sync_states=sync_states, max_faults=1)
    return Scenario(title="t", config=PAIR, environment=environment)


LAID = read_topology("figure-13-1", ("outside",)).laid(settings(1))


@pytest.mark.parametrize(
    ("pair", "lines", "kind"),
    [
        (settings(1), (), PairModel),
        (settings(1), ("reset",), PairModel),
        (LAID, (), WiredModel),
        (settings(1), ("hostname x",), TypedModel),
        (LAID, ("hostname x",), TypedModel),
    ],
)
def test_lines_and_a_topology_have_a_model_of_their_own(pair: Settings, lines: tuple[str, ...], kind: type) -> None:
    assert type(model_of(pair, Environment(faults=(), operator=lines))) is kind


# -- the steps -----------------------------------------------------------------------------------------------


def walked(model: TypedModel, most: int) -> list[State]:
    """The first states of a search."""
    found = list(model.initial_states())
    for state in found:
        for _, after in model.successors(state):
            if after not in found and len(found) < most:
                found.append(after)
    return found


@pytest.mark.parametrize("sync_states", [False, True])
def test_each_step_is_one_of_the_protocol_and_lines_may_be_typed_at_any_moment(sync_states: bool) -> None:
    """CMD-4: a line changes the running configurations, by which each unit goes from then on."""
    made = scenario(UNWATCH, WATCH, faults=("ports",), sync_states=sync_states)
    model = TypedModel(made.settings, made.environment)
    passed_over = e.SynchronizationFinished if sync_states else e.SynchronizationAdvanced
    taken = set[type[e.Event]]()
    for state in walked(model, 60):
        own = [each for each in protocol_steps(state, made.settings) if not isinstance(each, passed_over)]
        tried = [(event, model.step(state, event)) for event in (*own, *model.outside)]
        expected = [(event, after) for event, after in tried if after is not None]
        assert model.successors(state) == expected
        taken |= {type(event) for event, _ in expected}
        assert [each.counted for each in model.observers(state)] == [made.settings.counted]
    assert model.events_seen() == taken
    assert {e.CommandEntered, e.InterfaceLinkFailed, e.HelloHeard, e.UnitRestored} <= taken
    assert (e.SynchronizationAdvanced in taken, e.SynchronizationFinished in taken) == (sync_states, not sync_states)


def test_lines_are_typed_on_either_unit_and_interfaces_keep_their_places() -> None:
    made = scenario(UNWATCH, "no failover", faults=("ports",))
    model = TypedModel(made.settings, made.environment)
    typed = [e.CommandEntered(unit=unit, text=UNWATCH) for unit in UNITS]
    assert set(model.outside) >= {*typed, *(e.FailoverDisabled(unit=unit) for unit in UNITS)}
    (state,) = model.initial_states()
    booted = model.step(state, e.UnitRestored(unit=PRIMARY)) or state
    after = [dict(model.successors(each)) for each in (state, booted)]
    assert [set(typed) & set(each) for each in after] == [set(), {typed[0]}], "nothing is typed on a unit that is off"
    assert after[1][typed[0]].running != booted.running
    down = e.InterfaceLinkFailed(unit=PRIMARY, interface="inside")
    assert [each is state.interfaces[0] for each in after[1][down].interfaces] == [True, False]


# -- lines that are refused everywhere -----------------------------------------------------------------------

TOO_LARGE = "failover interface-policy 999"
NO_GROUP = "failover active group 1"


@pytest.mark.parametrize(
    ("lines", "refused"),
    [
        ((), None),
        ((UNWATCH,), None),
        ((UNWATCH, "no failover", "write standby"), None),
        ((TOO_LARGE,), TOO_LARGE),
        ((UNWATCH, TOO_LARGE), TOO_LARGE),
        ((NO_GROUP, UNWATCH, TOO_LARGE), NO_GROUP),
    ],
)
def test_a_line_is_refused_that_the_device_never_takes(lines: tuple[str, ...], refused: str | None) -> None:
    found = always_refused(scenario(*lines))
    assert (found and found[0]) == refused


def test_the_reason_is_that_of_the_configuration_as_it_is_at_first() -> None:
    why = "interface policy `999` is out of range; allowed: 1 to 250, or 1% to 100%"
    assert always_refused(scenario(TOO_LARGE)) == (TOO_LARGE, why)
    assert always_refused(scenario(UNWATCH, NO_GROUP)) == (NO_GROUP, "an Active/Standby pair has no failover groups")


@pytest.mark.parametrize(
    ("needs", "most", "refused"),
    [(0, 64, False), (1, 64, False), (2, 64, False), (3, 64, True), (3, 3, True), (3, 2, False), (2, 1, False)],
)
def test_a_line_is_not_refused_that_others_make_possible(
    monkeypatch: pytest.MonkeyPatch, needs: int, most: int, refused: bool
) -> None:
    """A made-up device takes one line in a configuration that the other has changed so many times, at most twice.

    A search of more configurations than it may take is broken off, and refuses nothing.
    """
    changes, gate = UNWATCH, WATCH

    def after(_settings: Settings, config: PairConfig, block: str, line: str) -> tuple[PairConfig, str]:
        if line == gate and len(block) < needs:
            raise Refused(e.CommandEntered(unit=PRIMARY, text=line), f"too early: {len(block)} of {needs}")
        return config, block + "+" if line == changes and len(block) < 2 else block

    monkeypatch.setattr(typed_model, "after_line", after)
    monkeypatch.setattr(typed_model, "_MOST", most)
    wanted = (gate, f"too early: 0 of {needs}") if refused else None
    for lines in ((gate, changes), (changes, gate)):
        assert always_refused(scenario(*lines)) == wanted


# -- lines that change nothing ---------------------------------------------------------------------------------

NOTHING_SWITCHES = "it is `failover`, which nothing switches off"
FIXED = "the model takes it as fixed"
NO_PART = "no part of the model"
IDLE: tuple[tuple[tuple[str, ...], tuple[str, ...], tuple[str, str] | None], ...] = (
    (("hostname x",), (), None),  # CMD-11: whether the configurations agree
    (("write memory",), (), None),
    (("interface GigabitEthernet0/0",), (), None),  # the next line is read there
    (("conf t",), (), None),
    (("failover active",), (), None),
    (("reload noconfirm",), (), None),
    (("show version",), (), ("show version", NO_PART)),
    (("hostname x", "ping 10.0.0.1"), (), ("ping 10.0.0.1", NO_PART)),
    (("conf t; show version",), (), ("conf t; show version", NO_PART)),
    (("failover lan unit secondary",), (), ("failover lan unit secondary", FIXED)),
    (("show version", "mode multiple"), (), ("show version", NO_PART)),
    (("failover",), ("power",), ("failover", NOTHING_SWITCHES)),
    (("failover", "no failover"), (), None),
    (("failover", "hostname x"), (), ("failover", NOTHING_SWITCHES)),
    (("failover", "no failover", "hostname x"), (), None),
    (("failover", "disable"), (), None),
    (("failover",), ("mismatch",), None),
    (("failover",), ("heartbeat",), None),
    (("failover",), ("flash",), ("failover", NOTHING_SWITCHES)),
    (("hostname x", "reset"), (), None),
)


@pytest.mark.parametrize(("lines", "faults", "idle"), IDLE)
def test_a_line_that_changes_nothing_wherever_it_is_entered_is_found(
    lines: tuple[str, ...], faults: tuple[str, ...], idle: tuple[str, str] | None
) -> None:
    found = without_effect(Environment(faults=faults, operator=lines))
    assert (found and found[:2]) == idle
    allowed = "beside disable, mismatch or heartbeat"
    if found is not None:
        assert found[2] == (
            allowed if found[1] == NOTHING_SWITCHES else "a line that configures, saves, or names an event"
        )
