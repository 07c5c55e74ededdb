"""Nothing of an extension is forgotten half-way: every event and every field of a state is alive in both explorers."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import attrs
import pytest

from failover_fsm.checker import Checker
from failover_fsm.checker.compiled import CompiledChecker
from failover_fsm.model.pair_model import KNOWN, PairModel
from failover_fsm.model.pair_rules import PairRules
from failover_fsm.model.search_environment import Environment
from failover_fsm.model.wired_model import WiredModel
from failover_fsm.pair import events as e
from failover_fsm.pair.obstacles import Mismatch
from failover_fsm.pair.pair import cold
from failover_fsm.pair.ports import Carrier
from failover_fsm.pair.registry import FAULT_WORDS, KINDS, OPERATOR_WORDS, kind_of
from failover_fsm.pair.settings import GroupSettings, Options, Settings, StatefulLink
from failover_fsm.pair.states import Group, State, UnitState
from failover_fsm.pair.step import next_state
from failover_fsm.pair.wiring import Cable, Topology
from failover_fsm.records import edit
from tests.pairs import PRIMARY, active_active, settings

FOLLOW = ("commands", "sessions")
SMALL: dict[str, tuple[Settings, Environment]] = {
    "faults": (
        settings(1, stateful=StatefulLink.DEDICATED),
        Environment(
            faults=("power", "failover-link", "stateful-link", "modules", "interfaces", "paths"),
            operator=("failover-active",),
            max_faults=1,
        ),
    ),
    "operator": (
        settings(),
        Environment(
            faults=("failover-link",),
            operator=("failover-active", "reset", "disable", "write-standby", "reload"),
            max_faults=1,
        ),
    ),
    "history": (
        attrs.evolve(settings(), follow=FOLLOW),
        Environment(
            faults=("failover-link",), operator=("command",), max_faults=1, follow=FOLLOW, sync_states=True
        ),
    ),
    "impairments": (
        settings(1),
        Environment(
            faults=("pause", "congestion", "one-way-link", "one-way-paths"), operator=(), max_faults=1,
        ),
    ),
    "spanning tree": (
        attrs.evolve(
            settings(3), options=Options(forward_delay=30), carriers=(Carrier(name="trunk", interfaces=(0, 1)),)
        ),
        Environment(faults=("ports", "failover-link", "spanning-tree"), operator=(), max_faults=1),
    ),
    "health": (settings(1), Environment(faults=("ports",), operator=("reset",), max_faults=1)),
    "shared port": (
        attrs.evolve(settings(2), carriers=(Carrier(name="trunk", interfaces=(0, 1), failover=True),)),
        Environment(faults=("ports",), operator=(), max_faults=1),
    ),
    "obstacles": (
        settings(stateful=StatefulLink.DEDICATED),
        Environment(
            faults=("mismatch", "keys", "heartbeat", "flash", "bad-updates", "config-lock"),
            operator=("write-standby",),
            max_faults=1,
        ),
    ),
    "copies": (
        attrs.evolve(settings(), follow=("commands",)),
        Environment(
            faults=("power", "failover-link", "stuck-sync", "replacement", "flash-write"), operator=(), max_faults=1,
            follow=("commands",),
        ),
    ),
    "one group": (
        Settings(groups=(GroupSettings(preferred=PRIMARY, preempt=True),)),
        Environment(faults=("power",), operator=("failover-active",), max_faults=1),
    ),
    "groups": (active_active(), Environment(faults=("power",), operator=("failover-active",), max_faults=1)),
}  # fmt: skip
"""Small scenarios that between them have every word of an environment but `elements`."""

WIRED = ("ElementFailed", "ElementRestored", "wiring", "running")
"""A pair with a topology is explored plainly only."""


def leaves(record: Any) -> Iterator[tuple[str, object]]:
    """(Type.field, value) of everything in a state that is no record of KNOWN, in a fixed order."""
    for field in attrs.fields(type(record)):
        value = getattr(record, field.name)
        parts = value if isinstance(value, tuple) else (value,)
        if parts and type(parts[0]) in KNOWN:
            for part in parts:
                yield from leaves(part)
        else:
            yield f"{type(record).__name__}.{field.name}", value


@cache
def leaves_of(state: State) -> tuple[tuple[str, object], ...]:
    """`leaves` as a tuple, each state once."""
    return tuple(leaves(state))


def changed(before: State, after: State) -> set[str]:
    """The fields that differ."""
    return {name for (name, old), (_, new) in zip(leaves_of(before), leaves_of(after), strict=True) if old != new}


@cache
def model_of(name: str) -> PairModel:
    """The model of a scenario, which computes each step once for all tests."""
    return PairModel(*SMALL[name])


@cache
def alive(name: str) -> tuple[frozenset[type[e.Event]], frozenset[str]]:
    """The event classes that change something in a scenario and the fields that change; each step in both explorers."""
    model = model_of(name)
    rules = {rule.event: rule.function for rule in PairRules(model).rules}
    events: set[type[e.Event]] = set()
    fields: set[str] = set()
    reached = list(model.initial_states())
    known = set(reached)
    for state in reached:
        for event, after in model.successors(state):
            draft = edit(state)
            assert rules[event](draft) and draft.freeze() == after, f"{event} in the compiled explorer"
            found = changed(state, after)
            fields |= found
            if found or kind_of(type(event)).by_context:
                events.add(type(event))
            if after not in known:
                known.add(after)
                reached.append(after)
    return frozenset(events), frozenset(fields)


@pytest.mark.parametrize("name", SMALL)
def test_the_explorers_count_the_same_and_take_the_same_events(name: str) -> None:
    plain = Checker(model_of(name)).verify()
    compiled = CompiledChecker(PairRules(model_of(name))).verify()
    assert (compiled.states, compiled.transitions, compiled.depth) == (plain.states, plain.transitions, plain.depth)
    assert {type(event) for event in compiled.taken} == alive(name)[0]


def test_every_event_class_is_generated_and_changes_something() -> None:
    events = {event.__name__ for name in SMALL for event in alive(name)[0]}
    assert events == {event.__name__ for event in e.EVENTS} - {*WIRED}


def test_every_field_of_a_state_of_a_unit_and_of_a_group_is_changed_by_something() -> None:
    fields = {field for name in SMALL for field in alive(name)[1]}
    wanted = {
        f"{record.__name__}.{field}" for record, names in KNOWN.items() for field in names
        if field not in ("primary", "secondary", "groups", *WIRED)
    }  # fmt: skip
    assert fields == wanted


def test_the_elements_of_a_topology_change_the_wiring() -> None:
    cable = Cable(name="failover cable", ends=("primary", "secondary"))
    topology = Topology(name="direct", elements=("failover cable",), failover=(cable,))
    pair = attrs.evolve(settings(), topology=topology)
    model = WiredModel(pair, Environment(faults=("power", "elements"), operator=(), max_faults=1))
    result = Checker(model).verify()
    assert {e.ElementFailed, e.ElementRestored} <= model.events_seen()
    (start,) = model.initial_states()
    after = model.step(start, e.ElementFailed(element="failover cable"))
    assert after is not None and changed(start, after) == {"State.links", "State.wiring"}
    assert result.complete


# -- a field that searches do not know -----------------------------------------------------------------------


@attrs.frozen(kw_only=True, cache_hash=True)
class MoreState(State):
    """A state with a field that nobody told the searches of."""

    weather: bool = False


@attrs.frozen(kw_only=True, cache_hash=True)
class MoreUnit(UnitState):
    """A unit with such a field."""

    weather: bool = False


@attrs.frozen(kw_only=True, cache_hash=True)
class MoreGroup(Group):
    """A group with such a field."""

    weather: bool = False


@pytest.mark.parametrize(("name", "record"), [("State", MoreState), ("UnitState", MoreUnit), ("Group", MoreGroup)])
def test_a_model_refuses_a_field_that_it_does_not_know(monkeypatch: Any, name: str, record: type) -> None:
    monkeypatch.setattr(f"failover_fsm.pair.pair.{name}", record)
    with pytest.raises(TypeError, match=rf"^{record.__name__}\.weather is a field that searches do not know"):
        PairModel(settings(), Environment())


def test_the_known_fields_are_those_of_the_records() -> None:
    for record, names in KNOWN.items():
        assert tuple(attrs.fields_dict(record)) == names


# -- the register --------------------------------------------------------------------------------------------


def test_every_word_of_an_environment_brings_some_event_about_and_every_event_has_a_known_word() -> None:
    used = {kind.word for kind in KINDS}
    assert used - {""} == {*FAULT_WORDS, *OPERATOR_WORDS} - {
        "interfaces",
        "shutdown",
    }  # for two words, for command lines
    for kind in KINDS:
        words = FAULT_WORDS if issubclass(kind.event, e.Fault) else OPERATOR_WORDS
        if issubclass(kind.event, e.Fault | e.Command):
            assert kind.word in words, kind.event
    assert [kind.event for kind in KINDS if issubclass(kind.event, e.Repair) and not kind.word] == [e.UnitRestored]


def after(pair: Settings, state: State, event: e.Event) -> State:
    """The state after an event."""
    return next_state(state, pair, event).state


WITHOUT_REPAIR = (e.SynchronizationStuck, e.UnitReplaced, e.StoppedWhileSaving)
"""They leave behind what no repair of their own ends: a failed unit, an older configuration, a unit that is off."""


FORWARDS = (e.FailoverLinkForwards, e.InterfaceForwards, e.PortForwards)
"""What is blocked was broken before: these end what a repair has left."""


def test_every_fault_counts_while_it_lasts_and_its_repair_ends_it() -> None:
    pair = settings(1, stateful=StatefulLink.DEDICATED)
    words = tuple(word for word in FAULT_WORDS if word != "elements")
    faults = (each for each in e.FAULTS if each not in WITHOUT_REPAIR)
    repairs = (each for each in e.REPAIRS if each not in FORWARDS)
    for fault, repair in zip(faults, repairs, strict=True):
        if fault in (e.ElementFailed, e.PortFailed):  # at places that this pair has not
            continue
        arguments: dict[str, Any] = {}
        if issubclass(fault, e.AtInterface):
            arguments["interface"] = "outside"
        if issubclass(fault, e.AtUnit):
            arguments["unit"] = PRIMARY
        if fault is e.UnitsMismatched:
            arguments["what"] = Mismatch.LICENSE
        model = PairModel(pair, Environment(faults=words, follow=("commands",)))
        state = after(pair, cold(pair), e.UnitRestored(unit=PRIMARY))
        broken = after(pair, state, fault(**arguments))
        assert (model.faults(state), model.faults(broken)) == (0, 1), fault
        arguments.pop("what", None)
        assert model.faults(after(pair, broken, repair(**arguments))) == 0, repair
