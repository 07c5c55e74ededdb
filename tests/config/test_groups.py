"""Active/Active: failover groups and contexts, read, written, advised on and compared."""

from pathlib import Path

import pytest

from failover_fsm.config.asa.files import read_config
from failover_fsm.config.checks.consistency import validate
from failover_fsm.config.records.pair_config import (
    Context,
    FailoverGroup,
    Interface,
    InterfacePolicy,
    InterfacePollTime,
    MacAddresses,
    PairConfig,
    StatefulLink,
    Unit,
)
from failover_fsm.config.review.advice import Disagreement, advise, compare
from failover_fsm.config.review.group_advice import GROUP_ADVISERS
from failover_fsm.config.values.errors import ConfigError
from failover_fsm.config.values.field_values import Port, ValueNotAllowed

DATA = Path(__file__).parents[1] / "data" / "config"
GROUPS = """mode multiple
admin-context admin
context admin
allocate-interface g0/1
context c1
allocate-interface g0/2
join-failover-group 1
context c2
allocate-interface g0/3
allocate-interface g0/4
join-failover-group 2
failover lan unit primary
failover lan interface folink g0/0
failover interface ip folink 10.9.0.1 255.255.255.252 standby 10.9.0.2
failover key secret
failover
failover group 1
primary
preempt 30
failover group 2
secondary
preempt 60
changeto context admin
interface g0/1
nameif mgmt
changeto context c1
interface g0/2
nameif inside
changeto context c2
interface g0/3
nameif inside
interface g0/4
nameif outside
changeto system
"""
LAST = len(GROUPS.splitlines())


def read(text: str) -> PairConfig:
    return PairConfig.from_asa(text, source="t.cfg")


def refused(text: str) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        read(text)
    assert "\n" not in str(caught.value)
    return caught.value


def in_group(number: int, *lines: str) -> FailoverGroup:
    return read("\n".join([GROUPS, f"failover group {number}", *lines])).group(number)


# The records.


def test_a_group_has_defaults() -> None:
    group = FailoverGroup(number=2)
    assert (group.preferred, group.preempt, group.preempt_delay) == (Unit.PRIMARY, False, 0)
    assert group.interface_policy == InterfacePolicy(count=1)
    assert group.interface_poll == InterfacePollTime(poll_ms=5000, hold_ms=25000)
    assert (group.macs, group.replication_http) == ((), False)


def test_wrong_groups() -> None:
    for number in (0, 3, -1):
        with pytest.raises(ValueNotAllowed, match="1 or 2"):
            FailoverGroup(number=number)
        with pytest.raises(ValueNotAllowed, match="1 or 2"):
            Context(name="c", join_failover_group=number)
    for delay in (-1, 1201):
        with pytest.raises(ValueNotAllowed, match="0 to 1200"):
            FailoverGroup(number=1, preempt=True, preempt_delay=delay)
    with pytest.raises(ValueNotAllowed, match="without preempt"):
        FailoverGroup(number=1, preempt_delay=1)


@pytest.mark.parametrize("numbers", [(2,), (1, 1), (2, 2), (1, 2, 2)])
def test_group_1_comes_with_group_2_and_each_once(numbers: tuple[int, ...]) -> None:
    with pytest.raises(ValueNotAllowed, match="groups 1 and 2"):
        PairConfig(multiple_context=True, groups=[FailoverGroup(number=number) for number in numbers])


def test_groups_are_for_multiple_context_mode() -> None:
    with pytest.raises(ValueNotAllowed, match="single context"):
        PairConfig(groups=[FailoverGroup(number=1)])


def test_groups_are_sorted() -> None:
    groups = [FailoverGroup(number=2), FailoverGroup(number=1)]
    config = PairConfig(multiple_context=True, groups=groups)
    assert [group.number for group in config.groups] == [1, 2]
    assert config.group(2) == groups[0]


def test_who_is_in_which_group() -> None:
    config = read(GROUPS)
    assert config.active_active
    assert [context.name for context in config.contexts_in(1)] == ["admin", "c1"]
    assert [context.name for context in config.contexts_in(2)] == ["c2"]
    assert [config.context_group(name) for name in ("admin", "c1", "c2", "c3")] == [1, 1, 2, None]
    assert {(each.context, each.nameif): config.group_of(each) for each in config.interfaces} == {
        ("admin", "mgmt"): 1,
        ("c1", "inside"): 1,
        ("c2", "inside"): 2,
        ("c2", "outside"): 2,
    }
    assert config.monitored_in(1) == ("mgmt", "c1/inside")
    assert config.monitored_in(2) == ("c2/inside", "outside")
    assert config.group_of(Interface(port="g0/0")) is None
    assert set(config.monitored) == {*config.monitored_in(1), *config.monitored_in(2)}


def test_the_admin_context_does_not_leave_group_1() -> None:
    contexts = [Context(name="admin", join_failover_group=2), Context(name="root", join_failover_group=2)]
    groups = [FailoverGroup(number=1), FailoverGroup(number=2)]
    config = PairConfig(multiple_context=True, contexts=contexts, groups=groups)
    assert [config.context_group(each.name) for each in contexts] == [1, 2]
    config = PairConfig(multiple_context=True, contexts=contexts, groups=groups, admin_context="root")
    assert [config.context_group(each.name) for each in contexts] == [2, 1]
    with pytest.raises(ConfigError, match="admin context root in failover group 2"):
        validate(config)


def test_an_active_standby_pair_has_no_groups() -> None:
    config = read(GROUPS[: GROUPS.index("failover group")].replace("join-", "! join-"))
    assert not config.active_active
    assert config.groups == ()
    assert config.context_group("c1") is None
    for ask in (config.group, config.contexts_in, config.monitored_in):
        with pytest.raises(KeyError):
            ask(1)


def test_an_unassigned_context_is_in_group_1() -> None:
    config = read(GROUPS.replace("join-failover-group 1\n", ""))
    assert config.context_group("c1") == 1
    assert config == read(GROUPS)
    assert read(GROUPS + "context c2\nno join-failover-group 2\n").contexts_in(2) == ()
    assert read(GROUPS + "context c2\nno join-failover-group\n") != read(GROUPS)


# Reading.


@pytest.mark.parametrize(
    ("lines", "group"),
    [
        ((), FailoverGroup(number=2, preferred=Unit.SECONDARY, preempt=True, preempt_delay=60)),
        (("preempt",), FailoverGroup(number=2, preferred=Unit.SECONDARY, preempt=True)),
        (("preempt 0", "primary"), FailoverGroup(number=2, preempt=True)),
        (("preempt 1200", "no secondary"), FailoverGroup(number=2, preempt=True, preempt_delay=1200)),
        (("no preempt", "pri"), FailoverGroup(number=2)),
        (("no preempt 60", "primary", "exit", "interface g0/9"), FailoverGroup(number=2)),
    ],
)
def test_preference_and_preemption(lines: tuple[str, ...], group: FailoverGroup) -> None:
    assert in_group(2, *lines) == group


def test_what_a_group_is_told() -> None:
    told = (
        "interface-policy 2",
        " polltime interface msec 500 holdtime 5",
        "  replication http",
        "mac address g0/4 000C.F142.4CDE 000C.F142.4CDF",
    )
    group = in_group(2, *told)
    assert group.interface_policy == InterfacePolicy(count=2)
    assert group.interface_poll == InterfacePollTime(poll_ms=500, hold_ms=5000)
    assert group.replication_http
    assert group.macs == (MacAddresses(port="g0/4", active="000c.f142.4cde", standby="000c.f142.4cdf"),)
    config = read("\n".join([GROUPS, "failover group 2", *told]))
    assert config.group(1) == read(GROUPS).group(1), "the other group keeps what it has"
    assert (config.interface_policy, config.replication_http, config.macs) == (InterfacePolicy(), False, ())
    undone = ("no interface-policy", "no polltime interface", "no replication http", "no mac address g0/4")
    assert in_group(2, *told, *undone) == read(GROUPS).group(2)


def test_shortened_words() -> None:
    long = ("secondary", "preempt 5", "interface-policy 50%", "polltime interface 3 holdtime 15", "replication http")
    short = ("sec", "pree 5", "interface-p 50 %", "pollt i 3 h 15", "repl h")
    assert in_group(1, *long, "mac address g0/1 0.0.1 0.0.2") == in_group(1, *short, "mac add g0/1 0.0.1 0.0.2")
    other = GROUPS.replace("failover group", "fail gr").replace("join-failover-group", "join-f").upper()
    for name in ("admin", "c1", "c2", "folink", "mgmt", "inside", "outside", "secret"):
        other = other.replace(name.upper(), name)
    assert read(other) == read(GROUPS)


@pytest.mark.parametrize(
    "text",
    [
        GROUPS.replace("\n", "\r\n"),
        "".join(f"   {line}\n" for line in GROUPS.splitlines()),
        GROUPS.replace("preempt 60\n", "preempt 60\nexit\n"),
        GROUPS.replace("failover group 2\n", "failover group 2\nfailover group 2\n"),
        GROUPS + "failover group 1\n",
        GROUPS.replace("mode multiple\n", ""),
        GROUPS + "failover active group 1\nno failover active group 2\nfailover reset group 1\n",
        GROUPS + "failover group 1\n! a comment\n\nno replication http\n",
        GROUPS + "Failover group one is on the left, two on the right\nPrimary\nSecondary unit\n",
        GROUPS + "failover group 2\nPrimary is what we call the left one\n",
        GROUPS.replace("\nfailover group", "\nfw(config)# failover group")
        .replace("\nprimary", "\nfw(config-fover-group)# primary")
        .replace("\npreempt", "\nfw/pri/act(config-fover-group)# preempt"),
    ],
)
def test_the_same_groups_in_other_clothes(text: str) -> None:
    assert read(text) == read(GROUPS)


REFUSED_IN_A_GROUP = [
    ("preempt 1201", "0 to 1200"),
    ("preempt -1", "0 to 1200"),
    ("preempt soon", "0 to 1200"),
    ("preempt 1 2", "SECONDS"),
    ("primary unit", "primary"),
    ("interface-policy 0", "1 to 250"),
    ("interface-policy 101%", "1 to 250"),
    ("interface-policy", "NUMBER[%]"),
    ("polltime interface 16", "1 to 15 seconds"),
    ("polltime interface 3 holdtime 14", "15000 ms"),
    ("polltime interface 5 holdtime msec 25", "5 to 75"),
    ("polltime unit 5", "interface"),
    ("polltime", "interface"),
    ("replication ftp", "http"),
    ("replication http now", "http"),
    ("mac address g0/3 0.0.1", "STANDBY-MAC"),
    ("mac address g0/0 0.0.1 0.0.2", "data interfaces"),
    ("mac address inside 0.0.1 0.0.2", "PORT"),
]


@pytest.mark.parametrize(("line", "allowed"), REFUSED_IN_A_GROUP)
def test_refused_in_a_group(line: str, allowed: str) -> None:
    error = refused(f"{GROUPS}failover group 2\n{line}\n")
    assert error.line == LAST + 2
    assert allowed in error.allowed


@pytest.mark.parametrize(
    "line",
    [
        "primary", "secondary", "preempt", "preempt 60", "interface-policy 2", "polltime interface 5",
        "replication http", "mac address g0/3 0.0.1 0.0.2", "no preempt",
    ],
)  # fmt: skip
@pytest.mark.parametrize("before", ["", "failover group 1\nexit\n", "failover group 1\npager lines 24\n", "int g0/9\n"])
def test_group_commands_belong_below_a_group(line: str, before: str) -> None:
    error = refused(f"{GROUPS}{before}{line}\n")
    assert error.line == LAST + 1 + before.count("\n")
    assert "failover group" in error.allowed


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        (f"{GROUPS}failover group 0\n", LAST + 1, "failover group `0`"),
        (f"{GROUPS}failover group 3\n", LAST + 1, "failover group `3`"),
        (f"{GROUPS}failover group 1 primary\n", LAST + 1, "unexpected `primary`"),
        (f"{GROUPS}context c1\njoin-failover-group 3\n", LAST + 2, "failover group `3`"),
        (f"{GROUPS}context c1\njoin-failover-group\n", LAST + 2, "incomplete"),
        (f"{GROUPS}context admin\njoin-failover-group 2\n", LAST + 2, "admin context admin"),
        (f"{GROUPS}admin-context c2\n", 11, "admin context c2"),
        (GROUPS.replace("admin-context", "!") + "context admin\njoin-fail 2\n", LAST + 2, "admin context admin"),
        (f"{GROUPS}no failover group 2\n", 11, "failover group 2, which is not created"),
        ("context a\n join-failover-group 2\n", 2, "not created"),
        (f"{GROUPS}changeto context c1\nfailover group 1\n", LAST + 2, "in context c1"),
        (f"{GROUPS}mode single\n", 17, "single context mode"),
        ("mode single\nfailover group 1\n primary\n preempt 120\n", 2, "single context mode"),
        ("interface g0/1\n nameif inside\nfailover group 2\n", 3, "single context mode"),
        ("failover group 1\ninterface g0/1\n ip address 10.0.0.1 255.0.0.0\n", 1, "single context mode"),
        (f"{GROUPS}interface g0/9\n nameif inside\n", LAST + 2, "in the system execution space"),
        (f"{GROUPS}failover link inside\n", LAST + 1, "multiple context mode"),
        (f"{GROUPS}failover link nowhere\n", LAST + 1, "names no interface"),
        (f"{GROUPS}failover link folink g0/9\n", LAST + 1, "already on g0/0"),
        (f"{GROUPS}failover interface ip st 7.7.7.1 255.255.255.0 7.7.7.2\n", LAST + 1, "`standby` is missing"),
    ],
)
def test_what_active_active_excludes(text: str, line: int, what: str) -> None:
    error = refused(text)
    assert (error.line, what in error.what) == (line, True), str(error)
    assert error.allowed


@pytest.mark.parametrize("first", list(Unit))
@pytest.mark.parametrize("second", list(Unit))
def test_groups_alone_tell_of_multiple_context_mode(first: Unit, second: Unit) -> None:
    config = read(f"failover group 1\n{first.value}\nexit\nfailover group 2\n{second.value}\nexit\n")
    assert config.multiple_context
    assert [group.preferred for group in config.groups] == [first, second]
    assert ("AA-10" in [each.rule for each in config.advice]) == (first is second)
    assert read("mode single\nmode multiple\nfailover group 1\n").active_active


def test_group_2_alone_implies_group_1() -> None:
    config = read(GROUPS.replace("failover group 1\nprimary\npreempt 30\n", ""))
    assert config.group(1) == FailoverGroup(number=1)
    assert config.group(2) == read(GROUPS).group(2)
    assert (17, "AA-4") in [(each.line, each.rule) for each in config.advice]


def test_a_group_can_be_removed_and_created_again() -> None:
    config = read(GROUPS + "no failover group 1\nfailover group 1\n")
    assert config.group(1) == FailoverGroup(number=1)
    assert config.line_of("group 1") == LAST + 2
    assert config.line_of("group 1 preempt") is None


def test_a_context_leaves_its_group_when_it_goes() -> None:
    config = read(GROUPS + "no context c2\ncontext c2\n")
    assert config.context_group("c2") == 1


def test_lines_are_known() -> None:
    config = read(GROUPS)
    items = ("group 1", "group 2", "group 1 preference", "group 2 preempt", "join-failover-group c2")
    assert [config.line_of(item) for item in items] == [17, 20, 18, 22, 11]


# Writing.


def test_printed_form() -> None:
    text = GROUPS + "failover group 2\npreempt 0\nreplication http\ninterface-policy 50%\npolltime interface 1\n"
    text += "mac address g0/4 0.0.1 0.0.2\n"
    lines = read(text).to_asa().splitlines()
    start = lines.index("failover group 1")
    assert lines[start : start + 11] == [
        "failover group 1",
        "  primary",
        "  preempt 30",
        "failover group 2",
        "  secondary",
        "  preempt",
        "  replication http",
        "  mac address GigabitEthernet0/4 0000.0000.0001 0000.0000.0002",
        "  polltime interface 1 holdtime 25",
        "  interface-policy 50%",
        "!",
    ]
    assert lines.count("  join-failover-group 1") == 1 and lines.count("  join-failover-group 2") == 1


def test_printed_with_all() -> None:
    text = GROUPS.replace("preempt 30\n", "")
    everything = read(text).to_asa(all=True, show_key=True)
    assert read(everything) == read(text)
    assert "failover group 1\n  primary\n  no preempt\n  no replication http\n" in everything
    assert everything.count("  interface-policy 1\n") == 2
    assert "failover interface-policy" not in everything, "it has no effect with groups"


# Files.


def test_contexts_behind_the_system_space() -> None:
    config = read_config(DATA / "two_uplinks_aa.cfg")
    assert (config.hostname, config.unit, config.enabled) == ("east", Unit.PRIMARY, True)
    assert config.lan is not None and (config.lan.name, config.lan.port) == ("pairlink", Port("e0/0"))
    assert config.stateful_link is StatefulLink.SHARED_FAILOVER
    assert [(group.number, group.preferred) for group in config.groups] == [(1, Unit.PRIMARY), (2, Unit.SECONDARY)]
    assert config.admin_context == "office"
    assert [config.context_group(name) for name in ("office", "shop")] == [1, 2]
    assert config.monitored_in(1) == ("uplink-a", "office/lan")
    assert config.monitored_in(2) == ("uplink-b", "shop/lan")
    assert [(each.line, each.rule) for each in config.advice] == [
        (2, "CFG-16"),
        (14, "KEY-1"),
        (39, "ASR-7"),
        (44, "CFG-27"),
    ]


def test_prompts_lead_into_contexts_too() -> None:
    context, mode, lines = "", "config", []
    for line in (DATA / "two_uplinks_aa.cfg").read_text().splitlines():
        if line.startswith("changeto context"):
            context = "/" + line.split()[-1]
            continue
        lines.append(f"east{context}({mode})# {line}")
        opened = {"interface": "config-if", "context": "config-ctx", "failover group": "config-fover-group"}
        mode = next((opened[word] for word in opened if line.startswith(f"{word} ")), mode)
        if line == "!" or line.startswith(("failover lan", "monitor-interface")):
            mode = "config"
    assert read("\n".join(lines)) == read_config(DATA / "two_uplinks_aa.cfg")


def test_a_system_space_alone_with_a_misspelled_line_and_prose() -> None:
    config = read_config(DATA / "lab_aa.cfg")
    assert config.group(1) == FailoverGroup(number=1, preempt=True)
    assert config.group(2) == FailoverGroup(
        number=2, preferred=Unit.SECONDARY, preempt=True, preempt_delay=90, replication_http=True
    )
    found = {(each.line, each.rule): each.text for each in config.advice}
    assert "`replicate http`; meant: `replication http`?" in found[(23, "AA-3")]
    assert {(6, "CFG-39"), (11, "CFG-39"), (18, "CFG-1"), (22, "PRE-5"), (32, "CFG-21")} <= set(found)


@pytest.mark.parametrize("line", ["preemt 60", " no replicaton http", "\tinterface-police 2", " frobnicate"])
def test_a_slip_in_a_group_is_told_and_the_group_stays_open(line: str) -> None:
    config = read(f"{GROUPS}failover group 2\n{line}\npreempt 61\n")
    assert config.group(2).preempt_delay == 61
    assert [each.line for each in config.advice if each.rule == "AA-3"] == [LAST + 2]


def test_a_directory_with_a_file_for_each_context() -> None:
    config = read_config(DATA / "branch_aa")
    assert config.monitored_in(1) == ("management",)
    assert config.monitored_in(2) == ("outside", "inside")
    assert config.group(1).interface_poll == InterfacePollTime(poll_ms=500, hold_ms=5000)
    assert config.group(2).macs[0].port == Port("g0/2")
    system, till = DATA / "branch_aa" / "system.cfg", DATA / "branch_aa" / "till.cfg"
    told = [(each.line, each.rule, each.text.split(": ")[0]) for each in config.advice]
    assert [(line, rule) for line, rule, _text in told] == [(14, "CFG-39"), (14, "CFG-11"), (None, "CFG-5")]
    assert told[2][2] == f"{till}:3"
    joined = system.read_text()
    for name in ("admin", "till"):
        joined += f"changeto context {name}\n" + (DATA / "branch_aa" / f"{name}.cfg").read_text()
    assert read(joined.replace("till(", "branch/till(")) == config
    assert read(config.to_asa(show_key=True)) == config


def _spread(folder: Path, **texts: str) -> Path:
    for name, text in texts.items():
        (folder / f"{name}.cfg").write_text(text)
    return folder


SYSTEM = GROUPS[: GROUPS.index("changeto")]


def test_files_beside_the_system_file(tmp_path: Path) -> None:
    (tmp_path / "pair").mkdir()
    parts = {"admin": "interface g0/1\nnameif mgmt\n", "c2": "interface g0/4\nnameif outside\n", "c9": "failover\n"}
    _spread(tmp_path / "pair", **parts)
    path = tmp_path / "pair.cfg"
    path.write_text(SYSTEM + "changeto context c2\ninterface g0/3\nnameif inside\n")
    config = read_config(path)
    assert config.monitored == ("mgmt", "inside", "outside")
    assert config.line_of("group 2") == 20
    assert config.line_in(config.interfaces[-1]) is None, "that line is in another file"


def test_a_directory_needs_a_system_file(tmp_path: Path) -> None:
    _spread(tmp_path, admin="interface g0/1\n")
    with pytest.raises(ConfigError) as caught:
        read_config(tmp_path)
    assert str(caught.value).startswith(f"{tmp_path}: cannot be read")
    assert "system.cfg" in caught.value.allowed


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("interface g0/4\n ip address 10.0.0.1\n", 2, "wrong number of words"),
        ("interface g0/4\nfailover group 1\n", 2, "in context c2"),
        ("interface g0/3\nnameif a\ninterface g0/4\nnameif A\n", 4, "name `A` is on"),
        ("interface g0/0\nnameif a\n", 2, "failover interface g0/0 has name `a`"),
        ("interface g0/4\nnameif a\nip address dhcp\n", 3, "ip address dhcp"),
        ("interface g0/4\n\0\n", 2, "binary"),
        ("", 1, "empty"),
        ("fw(config)# changeto context c7\n", 1, "unknown context `c7`"),
    ],
)
def test_errors_name_the_file_of_the_context(tmp_path: Path, text: str, line: int, what: str) -> None:
    _spread(tmp_path, system=SYSTEM, c1="interface g0/2\nnameif x\n", c2=text)
    with pytest.raises(ConfigError) as caught:
        read_config(tmp_path)
    assert str(caught.value).startswith(f"{tmp_path / 'c2.cfg'}:{line}: ")
    assert what in caught.value.what


def test_errors_name_the_system_file(tmp_path: Path) -> None:
    _spread(tmp_path, system=f"{SYSTEM}admin-context c2\n", c2="interface g0/3\nnameif a\n")
    with pytest.raises(ConfigError) as caught:
        read_config(tmp_path)
    assert str(caught.value).startswith(f"{tmp_path / 'system.cfg'}:11: ")


def test_the_last_line_of_the_system_file_is_its_own(tmp_path: Path) -> None:
    _spread(tmp_path, system=f"{SYSTEM}failover link state g0/9.1", c2="interface g0/3\nnameif a\n")
    with pytest.raises(ConfigError) as caught:
        read_config(tmp_path)
    assert str(caught.value).startswith(f"{tmp_path / 'system.cfg'}:23: ")


def test_names_of_contexts_lead_nowhere_else(tmp_path: Path) -> None:
    (tmp_path / "lab").mkdir()
    _spread(tmp_path, evil="failover frobnicate\n")
    _spread(tmp_path / "lab", system="context ../evil\ncontext system\nfailover lan interface f g0/0\n")
    assert [context.name for context in read_config(tmp_path / "lab").contexts] == ["../evil", "system"]


# Advice. Each row: what is changed in GROUPS or added, the rule that speaks, and the line.

CASES = [
    ("", "failover interface-policy 2", "CFG-25", LAST + 1),
    ("", "failover polltime interface 1", "CFG-25", LAST + 1),
    ("", "failover replication http", "CFG-25", LAST + 1),
    ("", "failover mac address g0/3 0.0.1 0.0.2", "CFG-25", LAST + 1),
    ("join-failover-group 1", "", "CFG-39", 5),
    ("join-failover-group 2", "", "AA-2", 20),
    ("", "context c2\njoin-failover-group 1\nno failover group 2", "AA-2", 17),
    ("secondary", "", "AA-10", 18),
    ("", "failover group 1\nsecondary", "AA-10", LAST + 2),
    ("preempt 30", "failover link folink\nfailover group 1\npreempt", "PRE-5", LAST + 3),
    ("", "failover group 2\ninterface-policy 3", "CFG-36", LAST + 2),
    ("", "fail gr 2\ninterface-policy 50%\nchangeto context c2\nno mon inside\nno mon outside", "CFG-36", LAST + 2),
    ("", "failover group 1\nreplication http", "STF-26", LAST + 2),
    ("", "failover link folink\nfailover group 2\nreplication http", "STF-26", LAST + 3),
    ("", "failover group 1\nmac address g0/3 0.0.1 0.0.2", "CFG-37", LAST + 2),
    ("", "failover link other g0/0", "CFG-18", LAST + 1),
    ("", "interface g0/1\nno shutdown", "CFG-16", 13),
    ("", "interface g0/0\ndescription pair\ninterface g0/1\nno shutdown", "CFG-16", LAST + 1),
    ("", "interface g0/0\nno shutdown\nfailover link state g0/9", "CFG-16", LAST + 3),
    ("nameif mgmt", "context c3\nallocate-interface g0/7", "CFG-11", LAST + 1),
    (
        "",
        "changeto context c2\ninterface g0/8\nnameif dmz\nip address 10.3.0.1 255.0.0.0 standby 10.3.0.2",
        "CFG-11",
        LAST + 2,
    ),
    ("", "tunnel-group 192.0.2.1 type ipsec-l2l", "LIM-1", LAST + 1),
    ("failover interface ip folink 10.9.0.1 255.255.255.252 standby 10.9.0.2", "", "CFG-1", 13),
    ("", "failover link state g0/9", "CFG-20", LAST + 1),
    ("", "changeto context c2\nmonitor-interface dmz", "CFG-27", LAST + 2),
    ("", "context c2\nexit\njoin-failover-group 1", "CFG-39", LAST + 3),
]


def test_complete_groups_need_no_advice() -> None:
    assert read(GROUPS).advice == ()


@pytest.mark.parametrize(("gone", "added", "rule", "line"), CASES)
def test_advice(gone: str, added: str, rule: str, line: int | None) -> None:
    assert not gone or GROUPS.count(f"{gone}\n") == 1
    text = GROUPS.replace(f"{gone}\n", "!\n") if gone else GROUPS
    assert (rule, line) in [(each.rule, each.line) for each in read(f"{text}{added}\n").advice]


def test_every_rule_has_a_case() -> None:
    assert {rule for rule, _adviser in GROUP_ADVISERS} <= {rule for _gone, _added, rule, _line in CASES}


@pytest.mark.parametrize(
    "added",
    [
        "failover interface-policy 1",
        "failover link folink",
        "failover link folink\nfailover group 1\nreplication http\nfailover group 2\nreplication http",
        "failover group 2\ninterface-policy 2",
        "failover group 2\ninterface-policy 100%",
        "failover group 2\nmac address g0/4 0.0.1 0.0.2",
        "failover group 1\nmac address g0/1 0.0.1 0.0.2",
        "context c1\nallocate-interface g0/20-g0/29\nfailover group 1\nmac address g0/22 0.0.1 0.0.2",
        "interface g0/1\nno shutdown\ninterface g0/0\nno shutdown",
        "failover group 1\nno preempt\nfailover group 2\nno preempt",
        "changeto context c1\ninterface g0/2\nno shutdown",
    ],
)
def test_no_advice_for(added: str) -> None:
    assert read(f"{GROUPS}{added}\n").advice == ()


@pytest.mark.parametrize(
    ("added", "rules"),
    [
        ("failover interface-policy 99", ["CFG-25"]),
        ("failover replication http", ["CFG-25"]),
        ("failover group 1\nreplication http", ["STF-26"]),
        ("interface g0/1\nno shutdown\ninterface g0/0\nshutdown", ["CFG-16"]),
        ("failover group 2\ninterface-policy 99", ["CFG-36"]),
    ],
)
def test_advice_is_given_once(added: str, rules: list[str]) -> None:
    assert [each.rule for each in read(f"{GROUPS}{added}\n").advice] == rules


def test_a_policy_is_not_judged_while_contexts_are_unknown() -> None:
    text = GROUPS + "context c3\nallocate-interface g0/7\njoin-failover-group 2\nfailover group 2\ninterface-policy 3\n"
    assert [each.rule for each in read(text).advice] == ["CFG-11"]


def test_two_names_for_one_port() -> None:
    ip = "failover interface ip other 10.8.0.1 255.255.255.0 standby 10.8.0.2\n"
    config = read(f"{GROUPS}failover link other g0/0\n{ip}")
    assert config.stateful_link is StatefulLink.SHARED_FAILOVER
    assert [each.rule for each in config.advice] == ["CFG-18"]
    assert config.advice[0].text == (
        "folink and other are both g0/0: enter `failover link folink` if both links are to share it, or give the "
        "stateful link a port of its own"
    )
    alone = GROUPS[: GROUPS.index("failover group")].replace("join-", "! join-")
    assert "already has the name" in refused(f"{alone}failover link other g0/0\n").what


def test_records_alone_are_advised_too() -> None:
    config = PairConfig(multiple_context=True, groups=[FailoverGroup(number=1), FailoverGroup(number=2)])
    assert "AA-10" in [each.rule for each in advise(config)]


# Two files.

BARE = """failover lan unit secondary
failover lan interface folink g0/0
failover interface ip folink 10.9.0.1 255.255.255.252 standby 10.9.0.2
failover key secret
failover
"""
OTHER = GROUPS.replace("unit primary", "unit secondary")


def disagreements(primary: str, secondary: str) -> tuple[Disagreement, ...]:
    return compare(read(primary), read(secondary))


def test_pairs_that_agree() -> None:
    assert disagreements(GROUPS, BARE) == ()
    assert disagreements(GROUPS, OTHER) == ()
    assert disagreements(GROUPS, OTHER.replace("join-failover-group 1\n", "")) == ()
    assert disagreements(GROUPS, BARE + "mode multiple\n") == ()
    contexts = OTHER[: OTHER.index("failover group")].replace("join-", "! join-") + OTHER[OTHER.index("changeto") :]
    assert disagreements(GROUPS, contexts) == (), "groups come by replication"
    files = [read_config(DATA / f"two_uplinks_aa{unit}.cfg") for unit in ("", "_secondary")]
    assert compare(files[0], files[1]) == ()


@pytest.mark.parametrize("single", ["mode single\n", "interface g0/1\n nameif inside\n"])
def test_a_secondary_in_single_context_mode(single: str) -> None:
    found = disagreements(GROUPS, BARE + single)
    assert (found[0].rule, found[0].is_replicated) == ("HW-4", False)


@pytest.mark.parametrize(
    ("secondary", "rule", "lines", "words"),
    [
        (BARE.replace("g0/0", "g0/9"), "CFG-24", (13, 2), "on g0/0 of the primary, on g0/9"),
        (BARE.replace("key secret", "key Secret"), "KEY-3", (15, 4), "keys differ"),
        (BARE.replace("unit secondary", "unit primary"), "HW-1", (12, 1), "both units"),
    ],
)
def test_what_keeps_a_pair_apart(secondary: str, rule: str, lines: tuple[int, int], words: str) -> None:
    found = disagreements(GROUPS, secondary)
    assert [(each.rule, each.primary_line, each.secondary_line) for each in found] == [(rule, *lines)]
    assert words in found[0].what and not found[0].is_replicated


@pytest.mark.parametrize(
    ("old", "new", "lines", "words"),
    [
        ("\nprimary\n", "\nsecondary\n", (18, 18), "preferred units of failover group 1"),
        ("preempt 60", "preempt", (22, 22), "preemptions of failover group 2"),
        ("preempt 60", "! no", (22, 20), "preemptions of failover group 2"),
        ("preempt 60", "preempt 60\ninterface-policy 2", (20, 23), "interface policies of failover group 2"),
        ("preempt 60", "preempt 60\npolltime interface 1", (20, 23), "interface poll times of failover group 2"),
        ("preempt 60", "preempt 60\nreplication http", (20, 23), "HTTP replications of failover group 2"),
        ("preempt 60", "preempt 60\nmac address g0/3 0.0.1 0.0.2", (20, 23), "g0/3 in failover group 2"),
        ("join-failover-group 2", "join-failover-group 1", (11, 11), "c2 is in failover group 2 on the primary, 1 on"),
        ("join-failover-group 2", "! none", (11, 8), "c2 is in failover group 2 on the primary, 1 on"),
        ("allocate-interface g0/1\n", "allocate-interface g0/11\n", (3, 3), "ports of context admin"),
        ("changeto system", "context c3", (None, LAST), "only the secondary has context c3"),
        ("changeto system", "no context c1", (5, LAST), "only the primary has context c1"),
    ],
)
def test_what_replication_heals(old: str, new: str, lines: tuple[int | None, int | None], words: str) -> None:
    assert OTHER.count(old) == 1
    found = [each for each in disagreements(GROUPS, OTHER.replace(old, new)) if "the monitored" not in each.what]
    assert [(each.primary_line, each.secondary_line) for each in found] == [lines]
    assert words in found[0].what and found[0].is_replicated


def test_groups_on_one_side() -> None:
    one_group = GROUPS[: GROUPS.index("failover group 2")].replace("join-failover-group 2", "!")
    found = [(each.rule, each.primary_line, each.secondary_line) for each in disagreements(one_group, OTHER)]
    assert ("AA-8", None, 20) in found
    secondary = one_group.replace("unit primary", "unit secondary")
    found = [(each.rule, each.primary_line, each.secondary_line) for each in disagreements(GROUPS, secondary)]
    assert ("CFG-23", 20, None) in found
