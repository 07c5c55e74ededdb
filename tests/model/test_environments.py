"""What may happen in a search: the words that an environment takes, what each brings about, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from failover_fsm.model.search_environment import (
    DEFAULT_ENVIRONMENT,
    DEFAULT_ENVIRONMENT_OF_GROUPS,
    Environment,
    default_environment,
)
from failover_fsm.pair import events as e
from failover_fsm.pair.impairments import SPANNING_TREE
from tests.pairs import UNITS

COMMANDS = ("commands",)

# -- what is refused ------------------------------------------------------------------------------------

REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "a fault that is none": ({"faults": ("power", "prots")}, "unknown faults word 'prots', did you mean ports; allow"),
    "a history that is none": (
        {"follow": ("command",)},
        "unknown follow word 'command', did you mean commands; allowed: commands, sessions, saved",
    ),
    "a word of the operator that is none": (
        {"operator": ("resett",)},
        "unknown operator word 'resett', did you mean reset; allowed: failover-active, reset, disable, write-standby, "
        "reload, command, shutdown, or command lines of the device",
    ),
    "a number for a word of the operator": ({"operator": (5,)}, "unknown operator word 5; allowed: failover-active"),
    "a line that is always refused": (
        {"operator": ("reset", "failover active group 3")},
        "operator word 'failover active group 3' is always refused: ",
    ),
    "one text for words": ({"faults": "power"}, "'power' is a text; allowed: a list or tuple of words"),
    "a negative bound": ({"max_faults": -1}, "max_faults cannot be -1; allowed: 0, 1, 2, ... or left out for no bound"),
    "a bound that is a yes": ({"max_faults": True}, "max_faults cannot be True; allowed: 0, 1, 2, "),
    "a bound that is a fraction": ({"max_faults": 1.5}, "max_faults cannot be 1.5; allowed: 0, 1, 2, "),
    "a bound that is a text": ({"max_faults": "2"}, "max_faults cannot be '2'; allowed: 0, 1, 2, "),
    "a number for a yes": ({"sync_states": 1}, "sync_states cannot be 1; allowed: True, False"),
    "an older configuration that is not followed": (
        {"faults": ("replacement",)},
        'replacement is about configurations; allowed: with follow = ["commands"]',
    ),
    "a lost configuration where another history is followed": (
        {"faults": ("power", "flash-write"), "follow": ("sessions",)},
        'flash-write is about configurations; allowed: with follow = ["commands"]',
    ),
    "a unit that stops while it saves, without units that stop": (
        {"faults": ("flash-write",), "follow": COMMANDS},
        "flash-write stops units; allowed: beside power",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_no_environment_has_is_refused_with_what_is_allowed(name: str) -> None:
    words, says = REFUSED[name]
    with pytest.raises(ValueError) as error:
        Environment(**words)
    assert str(error.value).startswith(says)


@pytest.mark.parametrize(
    "words",
    [
        {"max_faults": 0},
        {"max_faults": 3},
        {"max_faults": None},
        {"sync_states": True},
        {"faults": ("power",), "follow": ()},
        {"faults": ("replacement",), "follow": COMMANDS},
        {"faults": ("power", "flash-write"), "follow": COMMANDS},
        {"operator": ("shutdown", "no failover", "interface GigabitEthernet0/1; shutdown")},
    ],
)
def test_an_environment_keeps_what_it_is_given(words: dict[str, Any]) -> None:
    found = Environment(**words)
    assert {name: getattr(found, name) for name in words} == words


def test_a_word_counts_once_and_the_order_is_kept() -> None:
    assert Environment(faults=["ports", "power", "ports"]).faults == ("ports", "power")
    assert Environment(operator=(word for word in ("reset", "reset"))).operator == ("reset",)


def test_a_bare_pair_has_two_faults_at_a_time_and_groups_one() -> None:
    assert [default_environment(groups=each) for each in (False, True)] == [
        DEFAULT_ENVIRONMENT,
        DEFAULT_ENVIRONMENT_OF_GROUPS,
    ]
    assert [each.max_faults for each in (DEFAULT_ENVIRONMENT, DEFAULT_ENVIRONMENT_OF_GROUPS)] == [2, 1]


# -- what a word stands for ----------------------------------------------------------------------------

LINE = "hostname x"
MIXED = Environment(faults=("power",), operator=("reset", LINE), follow=COMMANDS)


@pytest.mark.parametrize(
    ("faults", "has", "has_not"),
    [
        (("interfaces",), {"interfaces", "ports", "traffic"}, {"paths", "power"}),
        (("ports",), {"ports"}, {"interfaces", "traffic"}),
        (("traffic",), {"traffic"}, {"interfaces", "ports"}),
        (("paths",), {"paths"}, {"interfaces", "ports", "traffic"}),
    ],
)
def test_interfaces_are_ports_and_traffic(faults: tuple[str, ...], has: set[str], has_not: set[str]) -> None:
    environment = Environment(faults=faults, operator=())
    assert {word for word in has | has_not if environment.has(word)} == has


def test_faults_commands_and_history_are_asked_alike() -> None:
    assert [MIXED.has(word) for word in ("power", "reset", LINE, "commands")] == [True] * 4
    assert [MIXED.has(word) for word in ("ports", "reload", "hostname y", "sessions")] == [False] * 4
    assert MIXED.lines == (LINE,)


PROVOKED: tuple[tuple[dict[str, Any], str, bool], ...] = (
    ({"faults": ("failover-link",)}, "failover-link", True),
    ({"faults": ("elements",)}, "failover-link", True),
    ({"faults": ("elements",)}, "paths", True),
    ({"faults": ("elements",)}, "power", False),  # no switch and no cable stops a unit by this word
    ({"faults": ("power",)}, "failover-link", False),
    ({"faults": ("replacement",), "follow": COMMANDS}, "older-startup", True),
    ({"faults": ("power", "flash-write"), "follow": COMMANDS}, "older-startup", True),
    ({"faults": ("power",), "follow": COMMANDS}, "older-startup", False),
    ({"faults": ("flash",)}, "failed-for-good", True),
    ({"faults": ("power",)}, "failed-for-good", False),
)


@pytest.mark.parametrize(("words", "word", "comes"), PROVOKED)
def test_elements_bring_about_what_they_carry_and_one_of_several_words_is_enough(
    words: dict[str, Any], word: str, comes: bool
) -> None:
    assert Environment(operator=(), **words).provokes(word) is comes


# -- the events of a word ------------------------------------------------------------------------------


def at_units(*kinds: type[e.AtUnit], **more: Any) -> list[e.Event]:
    """Events of these classes, each at the primary and at the secondary."""
    return [kind(unit=unit, **more) for kind in kinds for unit in UNITS]


RESTORED = at_units(e.UnitRestored)
"""Power comes back whatever else can happen: a pair begins with both units off."""


def entered(context: str | None) -> list[e.Event]:
    """The command that stands for all, in a context."""
    return at_units(e.CommandEntered, context=context, text="access-list outside permit ip any any")


UNIT_EVENTS: tuple[tuple[dict[str, Any], dict[str, Any], list[e.Event]], ...] = (
    ({}, {}, RESTORED),
    ({"faults": ("power",)}, {}, [*at_units(e.UnitFailed), *RESTORED]),
    ({"faults": ("failover-link",)}, {}, [e.FailoverLinkFailed(), e.FailoverLinkRestored(), *RESTORED]),
    ({"faults": ("interfaces", "paths", "elements", "one-way-paths")}, {}, RESTORED),
    ({"operator": ("reset",)}, {}, [*at_units(e.FailoverReset), *RESTORED]),
    (
        {"operator": ("reset",)},
        {"groups": 2},
        [
            *(e.FailoverReset(unit=unit, group=group) for unit in UNITS for group in (None, 1, 2)),
            *RESTORED,
        ],
    ),
    ({"operator": ("command",)}, {}, [*entered(None), *RESTORED]),
    ({"operator": ("command",)}, {"contexts": ["red"]}, [*entered(None), *entered("red"), *RESTORED]),
    ({"operator": (LINE,)}, {}, [*RESTORED, *at_units(e.CommandEntered, text=LINE)]),
    ({"operator": ("no failover",)}, {}, [*RESTORED, *at_units(e.FailoverDisabled)]),
)


@pytest.mark.parametrize(("words", "places", "events"), UNIT_EVENTS)
def test_the_events_of_units_and_links(words: dict[str, Any], places: dict[str, Any], events: list[e.Event]) -> None:
    environment = Environment(**{"faults": (), "operator": (), **words})
    assert list(environment.unit_events(**places)) == events


EVERYTHING = Environment(faults=("interfaces", "paths", "one-way-paths", "elements", SPANNING_TREE), operator=())


def test_what_happens_at_an_interface_is_told_unit_by_unit_and_then_between_them() -> None:
    found = list(EVERYTHING.interface_events("lan"))
    kinds = (
        e.InterfaceLinkFailed, e.InterfaceLinkRestored, e.InterfaceForwards, e.InterfaceTrafficFailed,
        e.InterfaceTrafficRestored, e.InterfacePathOneWay, e.InterfacePathBothWays,
    )  # fmt: skip
    between = [e.InterfacePathFailed(interface="lan"), e.InterfacePathRestored(interface="lan")]
    assert found == [*(kind(unit=unit, interface="lan") for unit in UNITS for kind in kinds), *between]


def test_what_happens_at_a_port_is_told_unit_by_unit() -> None:
    kinds = (e.PortForwards, e.PortFailed, e.PortRestored)
    assert list(EVERYTHING.port_events("g0")) == [kind(unit=unit, port="g0") for unit in UNITS for kind in kinds]
    assert list(Environment(faults=("traffic", "paths"), operator=()).port_events("g0")) == []


def test_what_happens_to_the_elements_is_told_one_by_one() -> None:
    kinds = (e.ElementFailed, e.ElementRestored)
    assert list(EVERYTHING.element_events(["a", "b"])) == [kind(element=name) for name in "ab" for kind in kinds]
    assert list(DEFAULT_ENVIRONMENT.element_events(["a", "b"])) == []


def test_steps_that_the_units_take_by_themselves_are_none_of_the_environment() -> None:
    kinds = [kind.event for kind in EVERYTHING.kinds()]
    assert kinds and not any(issubclass(kind, e.ProtocolStep) for kind in kinds)
    assert [kind for kind in kinds if kind in (e.UnitFailed, e.FailoverReset)] == []
    assert e.UnitRestored in kinds
