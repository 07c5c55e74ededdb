"""The records of a configuration check their own ranges."""

import ast
from pathlib import Path

import pytest

import failover_fsm.config as room
from failover_fsm.config.checks.consistency import validate
from failover_fsm.config.records.pair_config import (
    Context,
    FailoverInterface,
    Interface,
    InterfaceIp,
    InterfacePolicy,
    InterfacePollTime,
    Key,
    KeyKind,
    MacAddresses,
    PairConfig,
    PollTime,
    StatefulInterface,
    StatefulLink,
    Unit,
)
from failover_fsm.config.values.errors import ConfigError
from failover_fsm.config.values.field_values import Port, ValueNotAllowed


def test_a_unit_has_a_peer() -> None:
    assert Unit.PRIMARY.peer is Unit.SECONDARY
    assert Unit.SECONDARY.peer is Unit.PRIMARY
    assert Unit("primary") is Unit.PRIMARY


@pytest.mark.parametrize(
    ("poll", "hold"),
    [(200, 800), (200, 990), (999, 3000), (1000, 3000), (15000, 45000), (300, 1000), (333, 1000), (1000, 45000)],
)
def test_unit_poll_times_in_range(poll: int, hold: int) -> None:
    assert PollTime(poll_ms=poll, hold_ms=hold).hold_ms == hold


@pytest.mark.parametrize(
    ("poll", "hold", "allowed"),
    [
        (5, 15000, "1 to 15 seconds, or msec 200 to 999"),
        (199, 15000, "msec 200 to 999"),
        (1001, 15000, "1 to 15 seconds"),
        (16000, 45000, "1 to 15 seconds"),
        (200, 799, "1 to 45 seconds, or msec 800 to 990"),
        (200, 991, "msec 800 to 990"),
        (1000, 46000, "1 to 45 seconds"),
        (5000, 14000, "15000 ms or more"),
        (300, 890, "900 ms or more"),
    ],
)
def test_unit_poll_times_out_of_range(poll: int, hold: int, allowed: str) -> None:
    with pytest.raises(ValueNotAllowed, match=allowed):
        PollTime(poll_ms=poll, hold_ms=hold)


@pytest.mark.parametrize(
    ("poll", "hold", "fits"),
    [
        (500, 5000, True),
        (999, 5000, True),
        (3000, 15000, True),
        (15000, 75000, True),
        (499, 5000, False),
        (1000, 4000, False),
        (1000, 5500, False),
        (3000, 14000, False),
        (15000, 76000, False),
        (16000, 75000, False),
    ],
)
def test_interface_poll_times(poll: int, hold: int, fits: bool) -> None:
    if fits:
        assert InterfacePollTime(poll_ms=poll, hold_ms=hold).poll_ms == poll
    else:
        with pytest.raises(ValueNotAllowed):
            InterfacePollTime(poll_ms=poll, hold_ms=hold)


@pytest.mark.parametrize(
    ("old", "poll", "hold"),
    [
        (PollTime(), 5000, 15000),
        (PollTime(), 6000, 18000),
        (PollTime(poll_ms=200, hold_ms=800), 300, 900),
        (PollTime(poll_ms=200, hold_ms=800), 333, 1000),
        (InterfacePollTime(), 5000, 25000),
        (InterfacePollTime(), 6000, 30000),
        (InterfacePollTime(poll_ms=500, hold_ms=5000), 15000, 75000),
    ],
)
def test_a_new_poll_alone_keeps_the_hold_or_takes_the_smallest(old: PollTime, poll: int, hold: int) -> None:
    new = old.with_poll(poll)
    assert (type(new), new.poll_ms, new.hold_ms) == (type(old), poll, hold)


def test_a_poll_time_of_its_own_is_checked_before_the_hold_time_is_chosen() -> None:
    for record, wrong in ((PollTime(), 199), (PollTime(), 16000), (InterfacePollTime(), 499)):
        with pytest.raises(ValueNotAllowed, match=f"poll time {wrong} ms is out of range; allowed: 1 to 15 seconds"):
            record.with_poll(wrong)


@pytest.mark.parametrize("value", [0, 251, -1])
def test_policy_count_out_of_range(value: int) -> None:
    with pytest.raises(ValueNotAllowed, match="1 to 250, or 1% to 100%"):
        InterfacePolicy(count=value)


@pytest.mark.parametrize("value", [0, 101])
def test_policy_percent_out_of_range(value: int) -> None:
    with pytest.raises(ValueNotAllowed):
        InterfacePolicy(percent=value)


def test_policy_is_a_count_or_a_percentage() -> None:
    assert InterfacePolicy() == InterfacePolicy(count=1)
    assert str(InterfacePolicy(count=250)) == "250"
    assert str(InterfacePolicy(percent=100)) == "100%"
    with pytest.raises(ValueNotAllowed):
        InterfacePolicy(count=1, percent=1)


@pytest.mark.parametrize(
    ("policy", "failed", "monitored", "reached"),
    [
        (InterfacePolicy(), 0, 4, False),
        (InterfacePolicy(), 1, 4, True),
        (InterfacePolicy(count=2), 1, 4, False),
        (InterfacePolicy(count=2), 2, 4, True),
        (InterfacePolicy(count=2), 3, 4, True),
        (InterfacePolicy(percent=50), 1, 4, False),
        (InterfacePolicy(percent=50), 2, 4, True),
        (InterfacePolicy(percent=50), 2, 5, False),
        (InterfacePolicy(percent=50), 3, 5, True),
        (InterfacePolicy(percent=1), 0, 0, False),
        (InterfacePolicy(percent=100), 3, 3, True),
        (InterfacePolicy(percent=100), 249, 250, False),
        (InterfacePolicy(percent=50), 124, 250, False),
        (InterfacePolicy(percent=50), 125, 250, True),
    ],
)
def test_policy_reached(policy: InterfacePolicy, failed: int, monitored: int, reached: bool) -> None:
    assert policy.reached(failed, monitored) is reached


@pytest.mark.parametrize("text", ["x", "x" * 63, "S3cret!", "abc:", "#", "hex0"])
def test_secret_keys(text: str) -> None:
    assert Key.from_text(text).kind is KeyKind.TEXT


@pytest.mark.parametrize("text", ["", "x" * 64, "a b", "tab\t", "\x07", "schlüssel", "a\n"])
def test_wrong_secret_keys(text: str) -> None:
    with pytest.raises(ValueNotAllowed, match="1 to 63"):
        Key(text=text)


def test_hex_keys() -> None:
    assert Key(kind=KeyKind.HEX, text="0123456789ABCDEF" * 2).text == "0123456789abcdef" * 2
    for wrong in ("0" * 31, "0" * 33, "g" * 32, "0" * 32 + "\n"):
        with pytest.raises(ValueNotAllowed, match="exactly 32"):
            Key(kind=KeyKind.HEX, text=wrong)


def test_a_key_does_not_show_itself() -> None:
    assert "S3cret" not in repr(PairConfig(key=Key(text="S3cret")))
    assert Key.from_text("*****").kind is KeyKind.MASKED


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("g0/0", "GigabitEthernet0/0"),
        ("gi0/0", "G0/0"),
        ("eth0", "Ethernet0"),
        ("e0/3.7", "ETHERNET0/3.7"),
        ("m0/0", "management0/0"),
        ("po1", "Port-channel1"),
        ("te0/8", "TenGigabitEthernet0/8"),
    ],
)
def test_ports_are_equal_by_what_they_mean(one: str, other: str) -> None:
    assert Port(one) == Port(other)
    assert len({Port(one), Port(other)}) == 1
    assert str(Port(one)) == one


def test_ports_differ() -> None:
    assert Port("g0/1") != Port("g0/10")
    assert Port("g0/1") != Port("e0/1")
    assert Port("g0/1") != Port("g0/1.1")
    assert Port("in0/0") == Port("IN0/0"), "an ambiguous type is compared as it stands"
    assert Port("g0/1.20").parent == Port("GigabitEthernet0/1")


@pytest.mark.parametrize("text", ["000C.F142.4CDE", "c.f142.4cde"])
def test_mac_addresses(text: str) -> None:
    assert MacAddresses(port="g0/2", active=text, standby="0.0.1").active == "000c.f142.4cde"


@pytest.mark.parametrize("text", ["00-0C-F1-42-4C-DE", "000C.F142", "000CF.142.4CDE", "000G.F142.4CDE", ""])
def test_wrong_mac_addresses(text: str) -> None:
    with pytest.raises(ValueNotAllowed, match=r"H\.H\.H"):
        MacAddresses(port="g0/2", active=text, standby="0.0.1")


@pytest.mark.parametrize(
    ("address", "mask", "standby"),
    [
        ("7.7.7.7.1", "255.255.255.0", "7.7.7.2"),
        ("10.0.0.1", "255.0.255.0", "10.0.0.2"),
        ("10.0.0.1", "0.0.0.0", "10.0.0.2"),
        ("10.0.0.1", "255.255.255.252", "10.0.0.4"),
        ("10.0.0.1", "255.255.255.0", "10.0.0.1"),
        ("10.0.0.1", "255.255.255.0", "fe80::1"),
    ],
)
def test_wrong_link_addresses(address: str, mask: str, standby: str) -> None:
    with pytest.raises(ValueNotAllowed):
        InterfaceIp(name="folink", address=address, mask=mask, standby=standby)


def test_an_interface_is_consistent() -> None:
    with pytest.raises(ValueNotAllowed, match="subnet"):
        Interface(port="g0/1", address="10.0.0.1", mask="255.255.255.0", standby="10.0.1.2")
    with pytest.raises(ValueNotAllowed):
        Interface(port="g0/1", address="10.0.0.1")
    with pytest.raises(ValueNotAllowed):
        Interface(port="g0/1", standby="10.0.0.1")
    with pytest.raises(ValueNotAllowed, match="nameif"):
        Interface(port="g0/1", monitored=True)
    for vlan in (0, 4095):
        with pytest.raises(ValueNotAllowed, match="1 to 4094"):
            Interface(port="g0/1.1", vlan=vlan)


def test_order_of_items_does_not_matter() -> None:
    ports = [Interface(port=f"g0/{n}", nameif=f"n{n}", monitored=True) for n in (10, 9, 1)]
    config = PairConfig(interfaces=ports)
    assert config == PairConfig(interfaces=ports[::-1])
    assert config.monitored == ("n1", "n9", "n10")


def test_lines_and_advice_do_not_take_part_in_equality() -> None:
    assert PairConfig(lines={"failover": 3}) == PairConfig()
    assert hash(PairConfig(lines={"failover": 3})) == hash(PairConfig())


def _shared_name_config() -> PairConfig:
    return PairConfig(
        multiple_context=True,
        contexts=[Context(name="one"), Context(name="two")],
        interfaces=[
            Interface(port="g0/1", context="one", nameif="inside", monitored=True),
            Interface(port="g0/2", context="two", nameif="inside", monitored=True),
            Interface(port="g0/3", context="two", nameif="outside", monitored=False),
        ],
    )


def test_names_that_contexts_share_carry_the_context() -> None:
    config = _shared_name_config()
    assert config.monitored == ("one/inside", "two/inside")
    assert config.unmonitored == ("outside",)


def test_interfaces_belong_to_declared_contexts() -> None:
    with pytest.raises(ValueNotAllowed, match="not declared"):
        PairConfig(interfaces=[Interface(port="g0/1", context="nowhere")])
    with pytest.raises(ValueNotAllowed, match="single context"):
        PairConfig(contexts=[Context(name="one")])


LAN = FailoverInterface(name="folink", port="g0/0")


@pytest.mark.parametrize(
    ("link", "kind"),
    [
        (None, StatefulLink.NONE),
        (StatefulInterface(name="folink"), StatefulLink.SHARED_FAILOVER),
        (StatefulInterface(name="folink", port="GigabitEthernet0/0"), StatefulLink.SHARED_FAILOVER),
        (StatefulInterface(name="inside"), StatefulLink.SHARED_DATA),
        (StatefulInterface(name="state", port="g0/3"), StatefulLink.DEDICATED),
    ],
)
def test_kinds_of_stateful_link(link: StatefulInterface | None, kind: StatefulLink) -> None:
    inside = Interface(port="g0/1", nameif="inside", monitored=True)
    config = PairConfig(lan=LAN, link=link, interfaces=[inside])
    assert config.stateful_link is kind
    validate(config)


def test_validate_works_without_a_text() -> None:
    with pytest.raises(ConfigError, match="<config>: failover is on without a failover link"):
        validate(PairConfig(enabled=True))


def test_an_error_is_one_line() -> None:
    error = ConfigError(source="a.cfg", line=7, what="bad\nthing", allowed="good  things")
    assert str(error) == r"a.cfg:7: bad\nthing; allowed: good  things"
    assert (error.source, error.line, error.what, error.allowed) == ("a.cfg", 7, "bad\nthing", "good  things")
    assert str(ConfigError(source="a.cfg", line=None, what="gone")) == "a.cfg: gone"


def test_modules_and_functions_stay_small() -> None:
    for path in Path(room.__file__).parent.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert len(text.splitlines()) <= 400, path.name
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef) and node.end_lineno is not None:
                assert node.end_lineno - node.lineno < 40, (path.name, node.name)
