"""The record of a pair's configuration: what it refuses, and what it says of contexts, interfaces and addresses."""

from __future__ import annotations

from typing import Any

import pytest

from failover_fsm.config.records.pair_config import (
    Context,
    FailoverGroup,
    FailoverInterface,
    Interface,
    Ipv6Address,
    ManagementAddress,
    PairConfig,
    StatefulInterface,
    StatefulLink,
)
from failover_fsm.config.values.field_values import ValueNotAllowed

ONE, TWO = Context(name="one"), Context(name="two")
V6 = Ipv6Address(text="2001:db8::1/64", standby="2001:db8::2")
LINK_LOCAL = Ipv6Address(text="fe80::1 link-local")
V4: dict[str, Any] = {"address": "10.0.0.1", "mask": "255.0.0.0", "standby": "10.0.0.2"}
ALONE: dict[str, Any] = {"address": "10.0.0.1", "mask": "255.0.0.0"}


@pytest.mark.parametrize(
    ("parts", "what"),
    [
        ({"contexts": [ONE]}, "contexts in single context mode"),
        ({"admin_context": "one"}, "contexts in single context mode"),
        ({"groups": [FailoverGroup(number=1)]}, "failover groups in single context mode"),
        ({"multiple_context": True, "contexts": [ONE], "interfaces": [Interface(port="g0/1", context="two")]},
         "context 'two' is not declared"),
        ({"multiple_context": True, "management": [ManagementAddress(context="one", **V4)]},
         "context 'one' is not declared"),
        ({"mac_auto_prefix": 5}, "wrong mac_auto_prefix"),
        ({"mac_auto": True, "mac_auto_prefix": -1}, "wrong mac_auto_prefix"),
        ({"mac_auto": True, "mac_auto_prefix": 65536}, "wrong mac_auto_prefix"),
    ],
)  # fmt: skip
def test_parts_that_do_not_belong_together_are_refused(parts: dict[str, Any], what: str) -> None:
    with pytest.raises(ValueNotAllowed) as caught:
        PairConfig(**parts)
    assert caught.value.what == what and caught.value.allowed


def test_the_ends_of_a_range_and_what_is_declared_are_accepted() -> None:
    for prefix in (0, 65535):
        assert PairConfig(mac_auto=True, mac_auto_prefix=prefix).mac_auto_prefix == prefix
    assert PairConfig(multiple_context=True, admin_context="one").is_admin("one")
    assert PairConfig(multiple_context=True).contexts == ()


def test_the_order_of_what_belongs_to_contexts_has_no_meaning() -> None:
    contexts = [ONE, TWO]
    interfaces = [Interface(port="g0/1", context="two"), Interface(port="g0/9"), Interface(port="g0/2", context="one")]
    addresses = [ManagementAddress(context=name, **V4) for name in ("two", None, "one")]
    found = [
        PairConfig(multiple_context=True, contexts=each, interfaces=ports, management=serving)
        for each in (contexts, contexts[::-1])
        for ports in (interfaces, interfaces[::-1])
        for serving in (addresses, addresses[::-1])
    ]
    assert len({*found}) == 1
    assert [each.context for each in found[0].interfaces] == [None, "one", "two"], "the system space comes first"
    assert [each.context for each in found[0].management] == [None, "one", "two"]
    assert PairConfig(management=[ManagementAddress(**V4)]).management[0].context is None


def test_a_line_of_an_interface_is_that_of_the_part_or_of_the_block() -> None:
    config = PairConfig.from_asa("interface g0/1\n nameif inside\n shutdown\n")
    [port] = config.interfaces
    assert [config.line_in(port), config.line_in(port, "nameif"), config.line_in(port, "ip address")] == [1, 2, 1]
    assert PairConfig(interfaces=[port]).line_in(port) is None


def test_a_context_is_transparent_by_itself_or_with_the_unit() -> None:
    contexts = [Context(name="one", transparent=True), TWO]
    mixed = PairConfig(multiple_context=True, contexts=contexts)
    assert [mixed.is_transparent(name) for name in ("one", "two", None, "three")] == [True, False, False, False]
    whole = PairConfig(multiple_context=True, contexts=contexts, transparent=True)
    assert [whole.is_transparent(name) for name in ("one", "two", None)] == [True, True, True]


# -- the address of an interface (CFG-5, CFG-10) ------------------------------------------------------------

BVI = Interface(port="BVI1", **V4)
MANAGED = ManagementAddress(**V4)


@pytest.mark.parametrize(
    ("interface", "others", "more", "serves"),
    [
        ({}, [], {}, None),
        (V4, [], {}, "g0/1"),
        ({"ipv6": [V6]}, [], {}, "g0/1"),
        ({"bridge_group": 1}, [BVI], {}, "BVI1"),
        ({"bridge_group": 1}, [Interface(port="BVI1", ipv6=[V6])], {}, "BVI1"),
        ({"bridge_group": 1}, [Interface(port="BVI1")], {}, None),
        ({"bridge_group": 1}, [Interface(port="BVI2", **V4)], {}, None),
        ({}, [BVI], {}, None),
        # one with a standby address before one without
        ({"bridge_group": 1, "ipv6": [LINK_LOCAL]}, [BVI], {}, "BVI1"),
        ({"bridge_group": 1, "ipv6": [LINK_LOCAL]}, [Interface(port="BVI1", **ALONE)], {}, "g0/1"),
        # the address of the whole firewall
        ({}, [], {"transparent": True, "management": [MANAGED]}, "management"),
        ({"ipv6": [LINK_LOCAL]}, [], {"transparent": True, "management": [MANAGED]}, "management"),
        ({"management_only": True}, [], {"transparent": True, "management": [MANAGED]}, None),
        ({}, [], {"management": [MANAGED]}, None),
    ],
)
def test_the_record_that_holds_the_address_of_an_interface(
    interface: dict[str, Any], others: list[Interface], more: dict[str, Any], serves: str | None
) -> None:
    port = Interface(port="g0/1", nameif="inside", **interface)
    config = PairConfig(interfaces=[port, *others], **more)
    found = config.serving(port)
    named = None if found is None else str(found.port) if isinstance(found, Interface) else "management"
    assert named == serves
    assert config.has_standby_address(port) is (found is not None and found.has_standby_address)


def test_a_virtual_interface_has_no_address_but_its_own() -> None:
    tunnel = Interface(port="tunnel1", nameif="vpn")
    assert PairConfig(transparent=True, management=[MANAGED], interfaces=[tunnel]).serving(tunnel) is None


def test_contexts_serve_their_own_interfaces_alone() -> None:
    mine, other = (Interface(port=f"g0/{n}", context=name, bridge_group=1) for n, name in ((1, "one"), (2, "two")))
    bvi = Interface(port="BVI1", context="two", **V4)
    config = PairConfig(multiple_context=True, contexts=[ONE, TWO], interfaces=[mine, other, bvi])
    assert (config.serving(mine), config.serving(other)) == (None, bvi)
    managed = ManagementAddress(context="two", **V4)
    config = PairConfig(
        multiple_context=True, contexts=[ONE, TWO], interfaces=[mine, other], transparent=True, management=[managed]
    )
    assert (config.serving(mine), config.serving(other)) == (None, managed)


# -- ports, groups, links ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lan", "link", "failover", "stateful"),
    [
        (None, None, [], []),
        (None, ("state", "g0/3"), [], ["g0/3"]),
        ("g0/0", None, ["g0/0"], []),
        ("g0/0", ("folink", None), ["g0/0"], ["g0/0"]),
        ("g0/0", ("other", "g0/0"), ["g0/0"], ["g0/0"]),
        ("g0/0", ("inside", None), ["g0/0"], ["g0/1"]),
        ("g0/0", ("Inside", "g0/1"), ["g0/0"], ["g0/1"]),
        ("g0/0", ("dmz", None), ["g0/0"], ["g0/4"]),
        ("g0/0", ("state", "g0/3"), ["g0/0"], ["g0/3"]),
        (None, ("inside", None), [], ["g0/1"]),
    ],
)
def test_each_link_runs_over_its_port(
    lan: str | None, link: tuple[str, str | None] | None, failover: list[str], stateful: list[str]
) -> None:
    config = PairConfig(
        lan=None if lan is None else FailoverInterface(name="folink", port=lan),
        link=None if link is None else StatefulInterface(name=link[0], port=link[1]),
        interfaces=[
            Interface(port="g0/1", nameif="inside"),
            Interface(port="g0/4", nameif="dmz"),
            Interface(port="g0/5"),
        ],
    )
    found = config.ports()
    assert [str(each.port) for each in found if each.failover_link] == failover
    assert [str(each.port) for each in found if each.stateful_link] == stateful
    assert (config.stateful_link is StatefulLink.NONE) is (link is None)


GROUPS = [FailoverGroup(number=1), FailoverGroup(number=2)]


def test_a_group_has_its_contexts_and_what_is_monitored_in_them() -> None:
    contexts = [Context(name="one"), Context(name="two", join_failover_group=2), Context(name="admin")]
    interfaces = [
        Interface(port="g0/1", context="one", nameif="a", monitored=True),
        Interface(port="g0/2", context="one", nameif="b"),
        Interface(port="g0/3", context="two", nameif="c", monitored=True),
        Interface(port="g0/4"),
    ]
    config = PairConfig(multiple_context=True, contexts=contexts, groups=GROUPS, interfaces=interfaces)
    assert [[each.name for each in config.contexts_in(number)] for number in (1, 2)] == [["admin", "one"], ["two"]]
    assert [config.monitored_in(number) for number in (1, 2)] == [("a",), ("c",)]
    assert [config.group_of(each) for each in config.interfaces] == [None, 1, 1, 2]
    assert config.unmonitored == ("b",)
    for asked in (config.contexts_in, config.monitored_in):
        with pytest.raises(KeyError):
            asked(3)
    standby = PairConfig(multiple_context=True, contexts=contexts, interfaces=interfaces)
    assert {standby.group_of(each) for each in standby.interfaces} == {None}


@pytest.mark.parametrize(
    ("monitored", "software", "counts"),
    [
        (True, None, True),
        (False, None, False),
        (False, "9.3(1)", False),
        (False, "9.2(4)", True),
        (True, "9.2(4)", True),
    ],
)
def test_a_release_that_refuses_the_line_monitors_the_module(
    monitored: bool, software: str | None, counts: bool
) -> None:
    assert PairConfig(monitor_service_module=monitored, software=software).monitors_service_module is counts


# -- what there is to judge ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("config", "anything", "alone"),
    [
        (PairConfig(), False, True),
        (PairConfig(hostname="fw", software="9.8(1)", interfaces=[Interface(port="g0/1")]), False, True),
        (PairConfig(interfaces=[Interface(port="g0/1", nameif="inside")]), True, True),
        (PairConfig(replication_http=True), True, True),
        (PairConfig(lines={"failover": 1}), True, False),
        (PairConfig(lines={"polltime unit": 1}), True, True),
        (PairConfig(lines={"interface /gigabitethernet0/1": 1}), False, True),
        (PairConfig(lan=FailoverInterface(name="folink", port="g0/0")), True, False),
    ],
)
def test_whether_there_is_anything_of_failover_to_judge(config: PairConfig, anything: bool, alone: bool) -> None:
    assert (config.says_anything_of_failover, config.is_no_unit_of_a_pair) == (anything, alone)
    assert bool(config.gaps) is (config.lan is not None), "without a failover link there is no pair, and no gap"


def test_only_a_text_can_be_read() -> None:
    with pytest.raises(TypeError, match=r"PairConfig\.from_asa: a text is needed, not bytes"):
        PairConfig.from_asa(b"failover")  # type: ignore[arg-type]
