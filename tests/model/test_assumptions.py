"""What a verdict rests on, in sentences: each choice of a scenario adds its own and takes away what it contradicts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import attrs
import pytest

from failover_fsm.config.asa.files import read_config
from failover_fsm.config.asa.running_config import read_asa
from failover_fsm.config.records.pair_config import InterfacePolicy
from failover_fsm.model.beside import KeyLines, SavedSpaces, SessionLines, TrafficLines, listed
from failover_fsm.model.scenario import Scenario, hosts, shared_ports, shutdown_lines
from failover_fsm.model.search_environment import Environment
from failover_fsm.pair.settings import Options, Settings
from failover_fsm.topology import read_topology
from tests.model.test_ports import CONFIGS, LINK, G, own, vlans

ROOT = Path(__file__).parents[2]
TRACES = ROOT / "tests" / "traces"
PAIR = read_config(TRACES / "pair.cfg")
GROUPS = read_config(ROOT / "models" / "active-active.cfg")
QUIET = Environment(faults=("power",), operator=())


def scenario(environment: dict[str, Any] | None = None, **changes: Any) -> Scenario:
    """A pair that loses power and is left alone, with these changes."""
    changed = {"config": PAIR, "environment": attrs.evolve(QUIET, **(environment or {})), **changes}
    return Scenario(title="t", **changed)


FAULTS = "faults: power; any number of faults, at any time"
ENTERS_NOTHING = "operator: enters nothing"
STOPS = "no congestion: a unit falls silent only when it stops or every channel to it is cut"
BOTH_WAYS = "the failover link works in both directions or in none"
ALIKE = "2 monitored interfaces, each like the others: outside, inside"
STATEFUL = "the Stateful Failover link works (no role depends on it: T2-6)"
ASKED = (
    "with the failover link silent a unit asks on every named interface with a standby address; "
    "monitored ones end a split brain"
)
GRANTED = (
    "taken for granted: no unit hangs; a path works both ways or not at all; switch ports have PortFast (LNK-13); "
    "the units match in version, mode, license and hardware; their failover keys are the same; a chassis supervisor "
    "answers them; Flash has room; no session locks a configuration; no connection state crashes a unit; "
    "an interrupted synchronisation begins anew; no unit is replaced; what was saved stays; "
    "nobody shuts an interface down"
)
NOT_COMPARED = "configuration commands, and whether the two configurations agree, are left out"
PLAIN = (
    FAULTS,
    "repairs: every fault, at any time",
    ENTERS_NOTHING,
    "start: both units off, never started, every link and interface good",
    "untimed: a timer may fire whenever its cause holds; hand-over messages are faster than timers",
    STOPS,
    BOTH_WAYS,
    ALIKE,
    STATEFUL,
    ASKED,
    GRANTED,
    NOT_COMPARED,
)


def granted(*but: str) -> str:
    """All that is taken for granted but these."""
    said = GRANTED
    for each in but:
        assert each in said
        said = said.replace(f"; {each}", "").replace(f"{each}; ", "")
    return said


def faults(*words: str) -> str:
    """The sentence about these faults."""
    return f"faults: {', '.join(words)}; any number of faults, at any time"


def test_a_plain_scenario_says_all_that_is_assumed() -> None:
    assert scenario().assumptions() == PLAIN


def test_in_brief_what_is_taken_for_granted_is_told_by_its_words_alone() -> None:
    words = "left out (-v says what each is): pause, one-way-paths, spanning-tree, mismatch, keys, heartbeat, flash, "
    words += "config-lock, bad-updates, stuck-sync, replacement, flash-write, shutdown"
    assert scenario().assumptions(brief=True) == tuple(words if each is GRANTED else each for each in PLAIN)
    nothing = CHANGES["nothing taken for granted"][0]
    assert nothing.assumptions(brief=True) == nothing.assumptions()


NAMED = "2 monitored interfaces: outside, inside"
OWN_CONFIGURATION = "each unit goes by its own running configuration, which the command lines change"
SHUTDOWN = (
    "operator: shutdown, interface GigabitEthernet0/0; shutdown, interface GigabitEthernet0/0; no shutdown, "
    "interface GigabitEthernet0/1; shutdown, interface GigabitEthernet0/1; no shutdown"
)
HANGS = "a unit falls silent only when it stops, hangs or every channel to it is cut"
ROUTE = "a link, path or port is up while some route is"
EVERYTHING = (
    "power", "pause", "one-way-paths", "spanning-tree", "mismatch", "keys", "heartbeat", "flash", "config-lock",
    "bad-updates", "stuck-sync", "replacement", "flash-write",
)  # fmt: skip

CHANGES: dict[str, tuple[Scenario, list[str], list[str]]] = {
    "no faults": (scenario({"faults": ()}), [FAULTS], [faults("none")]),
    "one fault at a time": (scenario({"max_faults": 1}), [FAULTS], ["faults: power; at most 1 at a time"]),
    "commands of the operator": (
        scenario({"operator": ("reset", "command")}),
        [ENTERS_NOTHING, NOT_COMPARED],
        ["operator: reset, command"],
    ),
    "failover switched off (CFG-21)": (
        scenario({"operator": ("disable",)}),
        [ENTERS_NOTHING],
        ["operator: disable", "`no failover` outlives a restart, saved or not"],
    ),
    "units that hang": (
        scenario({"faults": ("pause",)}),
        [FAULTS, STOPS, GRANTED],
        [faults("pause"), f"no congestion: {HANGS}", granted("no unit hangs")],
    ),
    "congestion": (
        scenario({"faults": ("congestion",)}),
        [FAULTS, STOPS],
        [
            faults("congestion"),
            "in congestion whatever is sent to a unit is lost, on every channel, so that it may take over",
        ],
    ),
    "a link in one direction": (
        scenario({"faults": ("one-way-link",)}),
        [FAULTS, BOTH_WAYS],
        [faults("one-way-link")],
    ),
    "no PortFast (LNK-13)": (
        scenario({"faults": ("spanning-tree",)}),
        [FAULTS, GRANTED],
        [
            faults("spanning-tree"),
            "no PortFast: a port that comes up, and a failover link, pass nothing until the switch forwards (LNK-13)",
            granted("switch ports have PortFast (LNK-13)"),
        ],
    ),
    "a Stateful Failover link that fails (T2-6)": (
        scenario({"faults": ("stateful-link",)}),
        [FAULTS, STATEFUL],
        [faults("stateful-link")],
    ),
    "nothing taken for granted": (
        scenario({"faults": EVERYTHING, "operator": ("shutdown",), "follow": ("commands",)}),
        [FAULTS, ENTERS_NOTHING, STOPS, ALIKE, GRANTED],
        [
            faults(*EVERYTHING),
            SHUTDOWN,
            f"no congestion: {HANGS}",
            "no PortFast: a port that comes up, and a failover link, pass nothing until the switch forwards (LNK-13)",
            NAMED,
            OWN_CONFIGURATION,
            "followed: which unit has the newest configuration command, in its running configuration and in Flash",
        ],
    ),
    "command lines (CMD-4)": (
        scenario({"operator": ("hostname x",)}),
        [ENTERS_NOTHING, ALIKE],
        ["operator: hostname x", NAMED, OWN_CONFIGURATION],
    ),
    "`shutdown` of each monitored interface": (
        scenario({"operator": ("shutdown",)}),
        [ENTERS_NOTHING, ALIKE, GRANTED],
        [SHUTDOWN, NAMED, OWN_CONFIGURATION, granted("nobody shuts an interface down")],
    ),
    "history that is followed": (
        scenario({"follow": ("sessions",)}),
        [],
        ["followed: which unit has the connections, its own or a copy that is up to date"],
    ),
    "a probe of monitored interfaces alone (UHM-2, SPL-3)": (
        scenario(options=Options(probe="monitored")),
        [ASKED],
        [
            "with the failover link silent a unit asks on the monitored interfaces; monitored ones end a split brain",
            "option probe = monitored (default every)",
        ],
    ),
    "other options": (
        scenario(options=Options(failed_unit_obeys=True, probe_after=3)),
        [],
        ["option failed_unit_obeys = true (default false)", "option probe_after = 3 (default 2)"],
    ),
    "a topology": (
        scenario(topology=read_topology("figure-13-1", ("outside", "inside"))),
        [ALIKE],
        [f"topology figure-13-1: 7 elements; {ROUTE}", NAMED],
    ),
    "units on one host": (
        scenario(topology=read_topology("asav-on-one-host", ("outside", "inside"))),
        [ALIKE],
        [
            f"topology asav-on-one-host: 9 elements; {ROUTE}",
            "both units stop with the host host, and boot again when it is back",
            NAMED,
        ],
    ),
    "terminal sessions": (
        scenario(sessions=SessionLines(units=("primary", "secondary"))),
        [],
        [
            "terminal sessions: on the primary or the secondary, one at a time; modes of failover exec belong to "
            "units, not to roles"
        ],
    ),
    "traffic": (
        scenario(traffic=TrafficLines(sessions=("a", "b"), arrivals=("c",))),
        [],
        ["sessions leave by a and b, one at a time each"],
    ),
    "keys": (
        scenario(keys=KeyLines(enters=("x", "y"))),
        [],
        ["both units have one failover key at first; x and y are entered on either"],
    ),
    "spaces that are saved": (
        scenario(saving=SavedSpaces(spaces=("system", "red"), commands=("configure", "write memory"))),
        [NOT_COMPARED],
        [
            "entered in system, red, on the primary or the secondary: configure, write memory",
            "a unit loads what it has saved when it boots; a save during a synchronisation may miss something",
            "an external server keeps one file for both units, written by the unit where the command is entered; "
            "always reached",
        ],
    ),
    "failover off, and no Stateful Failover (CFG-21)": (
        scenario(config=read_config(TRACES / "failover-off.cfg")),
        [STATEFUL],
        ["failover is off in the configuration: checked as if it were switched on"],
    ),
    "one interface that counts (IFM-20)": (
        scenario(config=read_asa((TRACES / "pair.cfg").read_text() + "no monitor-interface outside\n")),
        [ALIKE],
        ["1 monitored interface: inside"],
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_each_choice_says_what_it_changes_and_no_more(name: str) -> None:
    changed, gone, new = CHANGES[name]
    said = changed.assumptions()
    assert [each for each in PLAIN if each not in said] == gone
    assert [each for each in said if each not in PLAIN] == new
    assert len(said) == len(PLAIN) - len(gone) + len(new)


# -- what is said of the configuration -----------------------------------------------------------------


def test_groups_are_told_with_their_contexts_and_ways_home() -> None:
    said = scenario({"operator": ("reset",)}, config=GROUPS).assumptions()
    assert [each for each in said if each not in PLAIN] == [
        "operator: reset; commands that can name a group, for all and for each",
        "group 1 (admin, office) prefers the primary; preempt at once; interface policy 1",
        "group 2 (plant) prefers the secondary; preempt after 60 s, which may end at any time here; interface policy 1",
        "4 monitored interfaces, each like the others within a group: office/outside, lan, plant/outside, machines",
        "the Stateful Failover link works (no role depends on it: T4-6)",
    ]
    bare = read_asa("mode multiple\nfailover group 1\nfailover group 2\n" + LINK.format(port=f"{G}/1"))
    said = scenario(config=bare).assumptions()
    home = "no preempt: it moves home only after a common boot"
    for number in (1, 2):
        assert f"group {number} (no context) prefers the primary; {home}; interface policy 1" in said


BARE = LINK.format(port=f"{G}/1")
TRUNK = "port GigabitEthernet0/{} carries {}: one fault for all of them"
UNADDRESSED = f"interface {G}/0\n nameif outside\n ip address 10.1.0.1 255.255.255.0\n"


@pytest.mark.parametrize(
    ("text", "said", "unsaid"),
    [
        (BARE, "no monitored interface counts (the file ", "asks on"),
        (UNADDRESSED + BARE, "no monitored interface counts: only units and the failover link can fail", "asks on"),
        (
            UNADDRESSED + BARE,
            "outside has no standby address: it stays Waiting, carries no hello and never counts",
            "asks on",
        ),
        (UNADDRESSED + "no monitor-interface outside\n" + BARE, "no monitored interface counts: ", "standby address"),
        (own(f"{G}/0", "outside", 1) + BARE, "asks on every named interface", "has no standby address"),
        (
            CONFIGS["two vlans"],
            "2 monitored interfaces, each like the others on its port, and so are ports that carry alike: inside, dmz",
            "each like the others: ",
        ),
        (CONFIGS["two vlans"], TRUNK.format(0, "inside, dmz"), "is down when"),
    ],
)  # fmt: skip
def test_interfaces_that_never_count_are_said_to_be_such(text: str, said: str, unsaid: str) -> None:
    found = "\n".join(scenario(config=read_asa(text)).assumptions())
    assert said in found and unsaid not in found


ONE_BOTH = "the failover and the stateful link run over one port, GigabitEthernet0/1: one fault for both"
MANY = [TRUNK.format(n, f"a{n}, b{n}") for n in range(2, 10)]


def trunks(count: int) -> str:
    """So many ports that carry two interfaces each."""
    return "".join(vlans(f"{G}/{n}", f"a{n}", f"b{n}") for n in range(2, 2 + count)) + BARE


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (own(f"{G}/0", "outside", 1) + BARE, []),
        (CONFIGS["two trunks"], [TRUNK.format(0, "a, b"), TRUNK.format(2, "c, d")]),
        (CONFIGS["failover link on a data trunk"], [TRUNK.format(1, "the failover link, inside")]),
        (CONFIGS["both links on one port"], [ONE_BOTH]),
        (CONFIGS["both links on a data trunk"], [ONE_BOTH, TRUNK.format(1, "the failover link, inside")]),
        (own(f"{G}/0", "outside", 1) + BARE + "failover link FO\n", []),  # one link does the work of both (LNK-11)
        (trunks(8), MANY),
        (trunks(9), [*MANY, "1 more port carries several things"]),
        (trunks(10), [*MANY, "2 more ports carry several things each"]),
    ],
)
def test_ports_that_carry_several_things_are_one_fault(text: str, said: list[str]) -> None:
    assert list(shared_ports(Settings.of(read_asa(text)))) == said


BRIDGE = "ASA Version 9.16(4)\ninterface BVI1\n nameif lan\n ip address 10.5.0.1 255.255.255.0 standby 10.5.0.2\n"
BRIDGE += "".join(f"interface {G}/{n}\n bridge-group 1\n nameif m{n}\n" for n in (2, 3)) + "monitor-interface lan\n"


def test_an_interface_over_several_ports_is_down_when_all_are() -> None:
    said = "lan is down when all of its ports are: GigabitEthernet0/2, GigabitEthernet0/3"
    assert list(shared_ports(Settings.of(read_asa(BRIDGE + BARE)))) == [said]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        (None, []),
        ("figure-13-1", []),
        ("asav-on-one-host", ["both units stop with the host host, and boot again when it is back"]),
        (
            "asav-on-two-hosts",
            [
                "the primary stops with the host host-a, and boots again when it is back",
                "the secondary stops with the host host-b, and boots again when it is back",
            ],
        ),
    ],
)  # fmt: skip
def test_units_stop_with_their_host(name: str | None, said: list[str]) -> None:
    pair = Settings.of(PAIR)
    assert list(hosts(pair if name is None else read_topology(name, ("outside", "inside")).laid(pair))) == said


def test_lines_may_tell_interfaces_of_one_port_apart() -> None:
    said = scenario({"operator": ("hostname x",)}, config=read_asa(CONFIGS["two vlans"])).assumptions()
    assert "2 monitored interfaces: inside, dmz" in said


@pytest.mark.parametrize(
    ("policy", "bound", "said"),
    [
        (1, 1, []),
        (2, 2, []),
        (2, 1, ["interface policy 2 takes 2 failed ports of one unit"]),
        (2, None, []),
    ],
)
def test_a_policy_beyond_the_bound_on_faults_is_said_to_be_out_of_reach(
    policy: int, bound: int | None, said: list[str]
) -> None:
    """IFM-15: with fewer failed ports no unit gives up its role."""
    within = ": no takeover for interfaces within this bound on faults"
    config = attrs.evolve(PAIR, interface_policy=InterfacePolicy(count=policy))
    found = scenario({"max_faults": bound}, config=config).assumptions()
    assert [each for each in found if within in each] == [each + within for each in said]
    groups = tuple(attrs.evolve(each, interface_policy=config.interface_policy) for each in GROUPS.groups)
    found = scenario({"max_faults": bound}, config=attrs.evolve(GROUPS, groups=groups)).assumptions()
    of_groups = [each.replace(" takes", f" of group {n} takes") + within for n in (1, 2) for each in said]
    assert [each for each in found if within in each] == of_groups


def test_many_names_are_cut_short() -> None:
    names = [f"n{number}" for number in range(9)]
    assert listed(names[:8]) == "n0, n1, n2, n3, n4, n5, n6, n7"
    assert listed(names) == "n0, n1, n2, n3, n4, n5, n6, and 2 more"


BESIDE: tuple[tuple[Any, str], ...] = (
    (KeyLines(enters=("x",), removes=True), "one failover key at first; x are entered on either, and removed"),
    (SavedSpaces(units=("primary",)), "entered in every space, on the primary: nothing"),
    (SavedSpaces(server_fails=True), "written by the unit where the command is entered; units may fail to reach it"),
)  # fmt: skip


@pytest.mark.parametrize(("lines", "said"), BESIDE)
def test_what_stands_beside_the_pair_says_what_it_does(lines: Any, said: str) -> None:
    assert said in "\n".join(lines.assumptions(PAIR))


def test_a_pair_without_a_key_is_told_to_have_none() -> None:
    keyless = attrs.evolve(PAIR, key=None)
    assert list(KeyLines(enters=("x",)).assumptions(keyless)) == [
        "both units have no failover key at first; x are entered on either"
    ]


# -- what a scenario is ----------------------------------------------------------------------------------


def test_a_title_that_is_a_file_is_shown_without_its_folder() -> None:
    made = Scenario(title="net/pair.cfg", config=PAIR)
    assert made.short_title == "net/pair.cfg"
    assert attrs.evolve(made, sources=("net/pair.cfg",)).short_title == "pair.cfg"


@pytest.mark.parametrize(
    ("made", "beside", "compares"),
    [
        (scenario(), "", False),
        (scenario({"operator": ("command",)}), "", True),
        (scenario(saving=SavedSpaces()), "saving", True),
        (scenario(keys=KeyLines(enters=())), "keys", False),
        (scenario(traffic=TrafficLines(sessions=(), arrivals=())), "traffic", False),
        (scenario(sessions=SessionLines(units=())), "sessions", False),
    ],
)
def test_one_machine_stands_beside_the_pair_and_configurations_are_compared_where_they_change(
    made: Scenario, beside: str, compares: bool
) -> None:
    assert (made.beside, made.compares_configurations) == (beside, compares)


OFF = attrs.evolve(PAIR, enabled=False)
SLOW = ("ports", "spanning-tree")


def test_the_pair_is_searched_as_if_failover_were_on() -> None:
    """CFG-21: with failover off there is no pair; what the lines change begins with it switched on too."""
    assert scenario(config=OFF).settings == scenario().settings
    assert scenario().settings.enabled and scenario().settings.running is None
    assert scenario({"operator": ("hostname x",)}, config=OFF).settings.running == attrs.evolve(PAIR, enabled=True)


@pytest.mark.parametrize(
    ("words", "delay", "found"),
    [(("ports",), 0, 0), (("ports",), 50, 50), (SLOW, 0, 30), (SLOW, 30, 30), (SLOW, 50, 50)],
)
def test_without_portfast_a_port_passes_nothing_for_a_while(words: tuple[str, ...], delay: Any, found: int) -> None:
    """LNK-13; 30 s of listening and learning where the model file says no time."""
    made = scenario({"faults": words}, options=Options(forward_delay=delay))
    assert made.settings.options.forward_delay == found


def test_the_settings_follow_what_the_environment_follows_and_are_laid_over_the_topology() -> None:
    assert scenario({"follow": ("sessions",)}).settings.follow == ("sessions",)
    assert scenario().settings.topology is None
    laid = scenario(topology=read_topology("figure-13-1", ("outside", "inside"))).settings.topology
    assert laid is not None and laid.name == "figure-13-1"


def test_shutdown_is_typed_at_each_monitored_interface_in_its_context() -> None:
    """An interface of the system space of an Active/Active pair is none of the pair's (AA-2)."""
    inside = GROUPS.interfaces[-1]
    system = attrs.evolve(inside, context=None, nameif="mgmt")
    assert list(shutdown_lines(attrs.evolve(GROUPS, interfaces=(system, *GROUPS.interfaces)))) == [
        f"changeto context {context}; interface GigabitEthernet0/{port}; {command}"
        for context, ports in (("office", (0, 1)), ("plant", (2, 3)))
        for port in ports
        for command in ("shutdown", "no shutdown")
    ]
    text = own(f"{G}/0", "outside", 1) + own(f"{G}/3", "dmz", 3) + "no monitor-interface dmz\n" + f"interface {G}/5\n"
    lines = [f"interface {G}/0; shutdown", f"interface {G}/0; no shutdown"]
    assert list(shutdown_lines(read_asa(text + BARE))) == lines
    assert scenario({"operator": ("shutdown",)}, config=read_asa(text + BARE)).environment.lines == tuple(lines)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("pair.cfg", []),
        ("failover-off.cfg", ["failover is off: the file has no `failover` line"]),
    ],
)
def test_a_pair_that_is_none_says_why(name: str, why: list[str]) -> None:
    assert list(scenario(config=read_config(TRACES / name)).why_no_pair()) == why


def test_why_it_is_none_is_told_with_the_line() -> None:
    config = read_asa("hostname t\n" + BARE.replace("failover\n", "no failover\n", 1))
    assert list(scenario(config=config).why_no_pair()) == ["failover is off (line 2)"]
