"""What is typed, logged and collected: prompts, shortened names, `show tech-support`, rancid, oxidized."""

import pytest

from failover_fsm.config.records.pair_config import KeyKind, PairConfig
from failover_fsm.config.values.errors import ConfigError
from failover_fsm.config.values.field_values import Port

LINK = """failover lan unit primary
failover lan interface folink Gi0/3
failover interface ip folink 10.0.0.1 255.255.255.252 standby 10.0.0.2
failover key k
failover
"""
OUTSIDE = ("interface Gi0/0", "nameif outside", "ip address 192.0.2.1 255.255.255.0 standby 192.0.2.2")


def read(text: str) -> PairConfig:
    return PairConfig.from_asa(text, source="t.cfg")


def typed(*prompts: str) -> str:
    """The lines of OUTSIDE, each behind its prompt."""
    return "".join(f"{prompt}{line}\n" for prompt, line in zip(prompts, OUTSIDE, strict=True))


PLAIN = read("{}\n {}\n {}\n".format(*OUTSIDE) + LINK)


@pytest.mark.parametrize(
    "prompts",
    [
        ("(config)#", "(config-if)#", "(config-if)#"),
        ("(config)# ", "(config-if)# ", "(config-if)# "),
        ("asa(config)# ", "asa(config-if)# ", "asa(config-if)# "),
        ("asa/act(config)# ", "asa/act(config-if)# ", "asa/act(config-if)# "),
        ("pri/act/asa-1(config)#", "pri/act/asa-1(config-if)#", "pri/act/asa-1(config-if)#"),
        ("asa/actNoFailover(config-if)#", "asa/actNoFailover(config-if)#", "asa/actNoFailover(config-if)#"),
        ("asa# ", "asa# ", "asa# "),  # shortened by the author
    ],
)
def test_prompts_in_front_of_lines(prompts: tuple[str, str, str]) -> None:
    assert read(typed(*prompts) + LINK) == PLAIN


def test_the_prompt_decides_whether_a_block_is_still_open() -> None:
    left = read(typed("(config)#", "(config-if)#", "(config-if)#") + "(config)#shutdown\n" + LINK)
    assert not left.interfaces[0].shutdown
    assert [(each.line, each.rule) for each in left.advice] == [(4, "CFG-14")]
    again = "(config)#access-list x permit ip any any\n(config-if)#shutdown\n"
    assert read(typed("(config)#", "(config-if)#", "(config-if)#") + again + LINK).interfaces[0].shutdown
    other = "(config)#router ospf 1\n(config-router)#shutdown\n"
    assert not read(typed("(config)#", "(config-if)#", "(config-if)#") + other + LINK).interfaces[0].shutdown


def test_lines_at_a_prompt_of_an_interface_that_is_not_opened_are_named() -> None:
    config = read("(config-if)#nameif outside\n(config-if)#ip address 192.0.2.1 255.255.255.0\n" + LINK)
    assert config.interfaces == ()
    assert [each.line for each in config.advice if "passed over" in each.text] == [1, 2]
    refused = read("(config)#interface range x\n(config-if)#nameif outside\n" + LINK)
    assert (2, "CFG-14") in [(each.line, each.rule) for each in refused.advice]


def test_a_block_that_could_not_be_opened_is_not_that_of_the_interface_before() -> None:
    text = "(config)#interface g0/1\n(config-if)#nameif a\n(config-if)#interface range x\n(config-if)#shutdown\n"
    assert [(each.nameif, each.shutdown) for each in read(text).interfaces] == [("a", False)]


GROUP_SESSION = """asa(config)# failover group 1
asa(config-fover-group)# primary
asa(config-fover-group)# preempt 30
asa(config-fover-group)# failover group 2
asa(config-fover-group)# secondary
asa(config)# context one
asa(config-ctx)# allocate-interface g0/1
asa(config-ctx)# join-failover-group 2
"""


@pytest.mark.parametrize("host", ["asa", "asa/pri/act", ""])
def test_groups_and_contexts_at_prompts(host: str) -> None:
    config = read(GROUP_SESSION.replace("asa(", f"{host}("))
    assert [(group.number, group.preferred.value, group.preempt_delay) for group in config.groups] == [
        (1, "primary", 30),
        (2, "secondary", 0),
    ]
    assert config.context_group("one") == 2


def test_a_group_command_at_another_prompt_is_refused() -> None:
    with pytest.raises(ConfigError) as caught:
        read(GROUP_SESSION.replace("(config-fover-group)# preempt", "(config)# preempt"))
    assert (caught.value.line, caught.value.what) == (3, "`preempt` below no `failover group` line")


@pytest.mark.parametrize(
    "answer",
    [
        "                ^\nERROR: % Invalid input detected at '^' marker.",
        "ERROR: % Incomplete command",
        "% Invalid input detected at '^' marker.",
        "ERROR: This command requires an interface",
    ],
)
@pytest.mark.parametrize(
    "command", ["failover polltime 99", "failover interface-policy 3", "interface g0/9", "nonsense"]
)
def test_what_the_device_did_not_take_has_no_effect(command: str, answer: str) -> None:
    session = typed("asa(config)#", "asa(config-if)#", "asa(config-if)#")
    config = read(f"{session}asa(config-if)# {command}\n{answer}\n{LINK}")
    assert config == PLAIN
    assert [(each.line, each.rule) for each in config.advice] == [(4, "refused")]


def test_other_answers_of_a_device_are_no_refusal() -> None:
    session = "asa(config)# failover interface-policy 3\nINFO: Converting\nWARNING: something\n"
    assert str(read(LINK + session).interface_policy) == "3"
    assert str(read(LINK + "failover interface-policy 3\nERROR: unrelated, and no prompt\n").interface_policy) == "3"


# Contexts.

SYSTEM = """hostname fw
failover lan unit secondary
failover lan interface folink Ethernet1/8
failover key *****
failover interface ip folink 10.0.0.1 255.255.255.252 standby 10.0.0.2
failover
admin-context admin
context admin
  allocate-interface Ethernet1/7
context branch
  allocate-interface Ethernet1/6 inside-port
"""
MANAGEMENT = "interface Ethernet1/7\n nameif management\n ip address 192.0.2.1 255.255.255.0 standby 192.0.2.2\n"


@pytest.mark.parametrize(
    "change", ["changeto context admin", "changet c adm", "changeto con a", "changeto context adm", "CHANGETO c a"]
)
def test_the_name_of_a_context_may_be_shortened(change: str) -> None:
    for line in (change, f"fw/stby(config)# {change}"):
        config = read(f"{SYSTEM}{line}\n{MANAGEMENT}")
        assert [(each.context, each.nameif) for each in config.interfaces] == [("admin", "management")]


@pytest.mark.parametrize("name", ["x", "administration", "Adm", ""])
def test_a_name_that_no_context_begins_with(name: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read(f"{SYSTEM}changeto context {name}\n{MANAGEMENT}failover polltime 99\n")
    assert caught.value.line == 12


def test_an_ambiguous_beginning_is_refused_and_an_exact_name_is_not() -> None:
    text = SYSTEM + "context adm2\ncontext adm\n"
    with pytest.raises(ConfigError) as caught:
        read(f"{text}changeto context ad\n")
    assert "admin" in caught.value.allowed and "adm2" in caught.value.allowed
    assert read(f"{text}changeto context adm\n{MANAGEMENT}").interfaces[0].context == "adm"


@pytest.mark.parametrize("name", ["inside-port", "inside", "in"])
def test_the_name_of_an_interface_in_a_context_may_be_shortened(name: str) -> None:
    config = read(f"{SYSTEM}changeto context branch\ninterface {name}\n nameif lan\n")
    assert config.interfaces[-1].port == Port("Ethernet1/6")


def test_a_prompt_leads_into_a_context_and_out_of_it() -> None:
    session = (
        "fw/admin(config)# interface Ethernet1/7\nfw/admin(config-if)# nameif management\n"
        "fw(config)# failover polltime 1 holdtime 3\nfw/branch(config)# interface inside-port\n"
        "fw/branch(config-if)# nameif lan\n"
    )
    config = read(SYSTEM + session)
    assert [(each.context, each.nameif) for each in config.interfaces] == [("admin", "management"), ("branch", "lan")]
    assert config.unit_poll.hold_ms == 3000


@pytest.mark.parametrize(
    ("shown", "system"),
    [
        ("fw", SYSTEM),  # the author has shortened the prompts, and `changeto` changes none
        ("fw/pri/act", SYSTEM),
        ("fw/pri/act", SYSTEM + "prompt hostname priority state\n"),
    ],
)
def test_prompts_that_do_not_show_contexts(shown: str, system: str) -> None:
    session = (
        f"{shown}# changeto context admin\n{shown}# show running-config\n{MANAGEMENT}{shown}# changeto context branch\n"
        f"{shown}(config)# interface inside-port\n{shown}(config-if)# nameif lan\n{shown}(config-if)# changeto system\n"
        f"{shown}(config)# failover polltime 1 holdtime 3\n"
    )
    config = read(system + session)
    assert [(each.context, each.nameif) for each in config.interfaces] == [("admin", "management"), ("branch", "lan")]
    assert config.unit_poll.hold_ms == 3000


def test_a_prompt_that_shows_contexts_leads_back_to_the_system_space() -> None:
    session = (
        f"fw# changeto context admin\nfw/admin# show running-config\n{MANAGEMENT}fw# show running-config failover\n"
    )
    assert read(SYSTEM + session + "failover polltime 1 holdtime 3\n").unit_poll.hold_ms == 3000


def test_the_interface_of_one_context_is_not_that_of_another() -> None:
    session = "fw/admin(config)# interface Ethernet1/7\nfw/branch(config-if)# shutdown\nfw/admin(config-if)# nameif a\n"
    config = read(SYSTEM + session)
    assert [(each.nameif, each.shutdown) for each in config.interfaces] == [(None, False)]
    assert [each.line for each in config.advice if each.rule == "CFG-14"] == [13, 14]


def test_a_prompt_names_a_context_that_no_line_declares() -> None:
    config = read("fw/ctx1(config)# interface g0/1\nfw/ctx1(config-if)# nameif lan\n")
    assert [(each.context, each.nameif) for each in config.interfaces] == [("ctx1", "lan")]
    for prompt in ("fw/act(config)# ", "fw/pri/act(config)# ", "fw/unit-1-1(config)# ", "fw/example.com(config)# "):
        assert not read(f"{prompt}interface g0/1\n").multiple_context


def test_monitored_names_may_be_shortened_at_a_prompt_only() -> None:
    text = "interface g0/1.5\n nameif dmz-web\ninterface g0/2.5\n nameif lan\n"
    assert read(text + "asa(config)# monitor-interface dmz\n").monitored == ("dmz-web",)
    printed = read(text + "monitor-interface dmz\n")
    assert printed.monitored == ()
    assert "no interface has the name dmz" in " ".join(each.text for each in printed.advice)
    both = text + "interface g0/3.5\n nameif dmz-mail\n"
    assert read(both + "asa(config)# monitor-interface dmz\n").monitored == ()


# Collected output.

RUNNING = "ASA Version 9.8(4)\n!\nhostname edge\n!\n{}\n {}\n {}\n!\n".format(*OUTSIDE) + LINK
COLLECTED = read(RUNNING)
INTERFACES = 'Interface GigabitEthernet0/0 "outside", is up\n  failover nonsense\nno interface g0/0\n'


def section(command: str, output: str) -> str:
    return f"\n------------------ {command} ------------------\n\n{output}"


def test_sections_of_show_tech_support() -> None:
    tech = (
        "Cisco Adaptive Security Appliance Software Version 9.8(4)\nedge up 5 days 2 hours\n"
        "failover cluster up 5 days 2 hours\n"
        + section("show clock", "10:00:00.123 UTC Sun Nov 1 2026\n")
        + section("show interface", INTERFACES)
        + section("show running-config", f": Saved\n\n:\n{RUNNING}Cryptochecksum:00\n: end\n")
        + section("show startup-config errors", "INFO: No configuration errors\nno failover\n")
        + section("show startup-config", RUNNING.replace("192.0.2.1", "192.0.2.9"))
        + section("show failover", "Failover On \nFailover unit Primary\nfailover nonsense\n")
        + section("show process", "failover nonsense\n")
    )
    assert read(tech) == COLLECTED
    assert read("edge# show tech-support\n" + tech + "edge# exit\n") == COLLECTED


@pytest.mark.parametrize(
    "command",
    ["show running-config", "sh run", "show run all", "more system:running-config", "write terminal", "wr t",
     "show startup-config"],
)  # fmt: skip
def test_a_logged_command_and_its_output(command: str) -> None:
    for prompt in ("edge# ", "edge/pri/act# ", "edge>"):
        log = (
            f"{prompt}terminal pager 0\n{prompt}{command}\n{RUNNING}{prompt}show interface\n{INTERFACES}{prompt}exit\n"
        )
        assert read(log) == COLLECTED


def test_a_saved_configuration_counts_only_without_the_running_one() -> None:
    saved = RUNNING.replace("192.0.2.1", "192.0.2.9")
    assert read(f"edge# show startup-config\n{saved}").interfaces[0].address == "192.0.2.9"
    log = f"edge# show running-config\n{RUNNING}edge# show startup-config\n{saved}"
    assert read(log) == COLLECTED


def test_a_pager_leaves_its_marks() -> None:
    paged = RUNNING.replace(" nameif", "<--- More --->\r              \r nameif")
    assert read(paged) == COLLECTED
    assert read(RUNNING.replace(" nameif", "\x1b[7m<--- More --->\x1b[m\r              \r nameif")) == COLLECTED


@pytest.mark.parametrize(
    "key",
    ["failover key *****", "failover key <removed>", "!failover key <removed>", "failover key <secret hidden>",
     "! failover key <removed>"],
)  # fmt: skip
def test_keys_that_a_collector_has_removed(key: str) -> None:
    config = read(RUNNING.replace("failover key k", key))
    assert config.key is not None and config.key.kind is KeyKind.MASKED
    assert not [each for each in config.advice if each.rule.startswith("KEY")]


def test_a_comment_that_speaks_of_keys_is_a_comment() -> None:
    assert read("! failover key goes here\n" + LINK.replace("failover key k\n", "")).key is None


def test_rancid_and_oxidized_headers() -> None:
    rancid = "!RANCID-CONTENT-TYPE: cisco\n!\n!Image: Software: 9.8(4)\n!Flash: disk0: failover nonsense\n!\n"
    oxidized = "! \n! Cisco Adaptive Security Appliance Software Version 9.8(4)\n! failover cluster up\n! \n"
    assert read(rancid + RUNNING) == read(oxidized + RUNNING) == COLLECTED


SHOW_ALL = """failover
failover lan unit primary
failover lan interface folink GigabitEthernet0/3
failover polltime unit 1 holdtime 15
failover polltime interface 5 holdtime 25
failover interface-policy 1
failover key *****
no failover replication http
no failover wait-disable
no failover standby config-lock
failover interface ip folink 10.0.0.1 255.255.255.252 standby 10.0.0.2
"""


def test_show_running_config_all_failover() -> None:
    config = read(f"edge# show running-config all failover\n{SHOW_ALL}edge# exit\n")
    assert config == read(LINK.replace("failover key k", "failover key *****"))


def test_deeper_lines_belong_to_the_block_that_they_stand_in() -> None:
    """`primary` below something else is no command of a failover group, and `interface` none of the unit."""
    text = "tls-proxy x\n primary\n preempt\nvpn load-balancing\n interface lbpublic outside\n failover\n"
    config = read(text)
    assert (config.interfaces, config.enabled) == ((), False)
    assert read("banner motd x\n" + LINK).enabled


def test_a_session_with_an_abbreviated_context_name() -> None:
    """A device takes `changet c adm`, as the next prompt shows."""
    text = f"fw/stby(config)# show running-config\n{SYSTEM}fw/stby(config)# changet c adm\n"
    config = read(f"{text}fw/stby/admin(config)# show running-config\n{MANAGEMENT}")
    assert [(each.context, each.nameif) for each in config.interfaces] == [("admin", "management")]


@pytest.mark.parametrize("host", ["", "asa", "asa/act", "asa/pri/act"])
def test_prompts_show_contexts_with_or_without_a_host_name(host: str) -> None:
    """A log whose host name was taken away still says `/one(config-if)#`."""
    lines = [
        "{}(config)# context one",
        "{}(config-ctx)# allocate-interface g0/0",
        "{}(config-ctx)# changeto con o",
        "{}/one(config)# int g0/0",
        "{}/one(config-if)# nameif inside",
        "{}/one(config-if)# ip add 10.1.1.1 255.255.255.0 standby 10.1.1.2",
        "{}/one(config-if)# changeto sys",
        "{}(config)# failover lan interface fo g0/3",
    ]
    config = read("\n".join(line.format(host) for line in lines) + "\n")
    [inside] = [each for each in config.interfaces if each.nameif]
    assert (inside.context, inside.standby) == ("one", "10.1.1.2")
    assert config.lan is not None and [context.name for context in config.contexts] == ["one"]


@pytest.mark.parametrize("name", ["Production", "Prod", "P"])
@pytest.mark.parametrize("mode", ["(config)", ""])
def test_a_session_may_enter_a_context_that_the_device_knew_before(name: str, mode: str) -> None:
    lines = [
        f"fw/pri/act{mode}# changeto context {name}",
        f"fw/pri/act/Production{mode}# conf t",
        "fw/pri/act/Production(config)# int g0/1",
        "fw/pri/act/Production(config-if)# nameif inside",
        "fw/pri/act/Production(config-if)# changeto system",
        "fw/pri/act(config)# failover lan interface fo g0/3",
        "fw/pri/act(config)# changeto context Pr",
        "fw/pri/act/Production(config)# no monitor-interface in",
    ]
    config = read("\n".join(lines) + "\n")
    [inside] = config.interfaces
    assert (inside.context, inside.monitored) == ("Production", False)
    assert config.lan is not None


def test_a_context_that_no_prompt_shows_stays_unknown() -> None:
    text = "fw(config)# changeto context Production\nfw(config)# int g0/1\nfw(config-if)# nameif inside\n"
    for log in (text, text.replace("fw(config-if)", "fw/Test(config-if)")):
        with pytest.raises(ConfigError, match="unknown context `Production`"):
            read(log)


@pytest.mark.parametrize("mark", ["!", ":", " !", "#"])
def test_a_comment_on_the_running_configuration_is_none(mark: str) -> None:
    text = f"{mark} the same as `show running-config` prints\nasa# show startup-config\nhostname fw\n"
    assert PairConfig.from_asa(text).hostname == "fw"


@pytest.mark.parametrize(
    "prompt", ["asa1 ({})# ", "ASA-1 ({})#", "asa({}) # ", "[asa]({})# ", "admin@asa({})# ", "*asa({})#", "({}) # "]
)
def test_a_prompt_may_have_blanks_and_other_characters_around_its_mode(prompt: str) -> None:
    at_if, at_top = prompt.format("config-if"), prompt.format("config")
    text = f"{at_top}interface g0/0\n{at_if}nameif outside\n{at_if}failover lan unit primary\n{at_top}failover\n"
    config = PairConfig.from_asa(f"{text}failover lan interface FO g0/3\n")
    assert config.monitored == ("outside",) and config.enabled


@pytest.mark.parametrize("line", ["a (note) # interface g0/0", "description of a # b", "two words (config)# nameif x"])
def test_a_sentence_is_no_prompt(line: str) -> None:
    assert PairConfig.from_asa(f"hostname fw\n{line}\n") == PairConfig.from_asa("hostname fw\n")


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("failovr", "failover"),
        ("no failovr", "failover"),
        ("asa(config)# failver lan unit primary", "failover"),
        ("failoverr polltime unit 3", "failover"),
        ("no monitor-interace inside", "monitor-interface"),
    ],
)
def test_a_misspelled_line_is_told(line: str, meant: str) -> None:
    (told,) = [each for each in PairConfig.from_asa(f"hostname fw\n{line}\n").advice if "no command" in each.text]
    assert told.line == 2 and told.text.endswith(f"; meant: `{meant}`?")


@pytest.mark.parametrize(
    "line", ["failovers are rare", "Failovers", " failovr", "banner motd failovr", "failed link x"]
)
def test_what_only_looks_a_little_like_it_is_not(line: str) -> None:
    assert "no command" not in "".join(each.text for each in PairConfig.from_asa(f"hostname fw\n{line}\n").advice)
