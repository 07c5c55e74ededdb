"""What the record of an interface refuses, with what is allowed; and the addresses of a whole firewall."""

from __future__ import annotations

from typing import Any

import pytest

from failover_fsm.config.records.interface import Interface, Ipv6Address, ManagementAddress, vlans_of
from failover_fsm.config.values.field_values import ValueNotAllowed
from tests.config.refusals import assert_refused

V4: dict[str, Any] = {"address": "10.0.0.1", "mask": "255.0.0.0", "standby": "10.0.0.2"}


def interface(**fields: Any) -> Interface:
    return Interface(port="g0/1", **fields)


# A record, its fields, what is wrong, and a word of what is allowed.
WRONG: list[tuple[Any, dict[str, Any], str, str]] = [
    (interface, {"vlan": 0}, "vlan 0 is out of range", "1 to 4094"),
    (interface, {"access_vlan": 4095}, "vlan 4095 is out of range", "1 to 4094"),
    (interface, {"native_vlan": 4095}, "vlan 4095 is out of range", "1 to 4094"),
    (interface, {"asr_group": 0}, "asr-group 0 is out of range", "1 to 32"),
    (interface, {"asr_group": 33}, "asr-group 33 is out of range", "1 to 32"),
    (interface, {"trunk_vlans": "1,x"}, "VLANs '1,x'", "numbers 1 to 4094 and ranges"),
    (interface, {"standby_mac": "0.0.2"}, "standby MAC address without an active one", "both, or the active"),
    (interface, {"address": "10.0.0.1"}, "address without mask, or mask without address", "both or neither"),
    (interface, {"mask": "255.0.0.0"}, "address without mask, or mask without address", "both or neither"),
    (interface, {"mask": "255.0.0.0", "standby": "10.0.0.2"}, "address without mask, or mask without address", "both"),
    (ManagementAddress, {}, "a transparent firewall without an address", "an IPv4 or an IPv6 address"),
    (ManagementAddress, {**V4, "standby": "11.0.0.1"}, "standby address 11.0.0.1 is not in the subnet", "10.0.0.0/8"),
    (ManagementAddress, {"standby": "10.0.0.2", "ipv6": [Ipv6Address(text="2001:db8::1/64")]},
     "address without mask, or mask without address", "both or neither"),
]  # fmt: skip


@pytest.mark.parametrize(("record", "fields", "what", "allowed"), WRONG)
def test_what_is_out_of_range_is_refused(record: Any, fields: dict[str, Any], what: str, allowed: str) -> None:
    assert_refused(record, fields, what, allowed)


@pytest.mark.parametrize(
    ("record", "fields"),
    [
        (interface, {"vlan": 1, "access_vlan": 4094, "native_vlan": 1}),
        (interface, {"vlan": 4094, "asr_group": 1}),
        (interface, {"asr_group": 32, "trunk_vlans": "1,4090-4094"}),
        (interface, {"mac": "0.0.1"}),
        (interface, {"mac": "0.0.1", "standby_mac": "0.0.2"}),
        (interface, V4),
        (ManagementAddress, V4),
        (ManagementAddress, {"ipv6": [Ipv6Address(text="autoconfig")]}),
    ],
)
def test_the_ends_of_a_range_are_taken(record: Any, fields: dict[str, Any]) -> None:
    record(**fields)


def test_an_address_of_a_whole_firewall_has_a_standby_one_or_not() -> None:
    both = Ipv6Address(text="2001:db8::1/64", standby="2001:db8::2")
    found = [
        ManagementAddress(**V4),
        ManagementAddress(**{**V4, "standby": None}),
        ManagementAddress(**{**V4, "standby": None}, ipv6=[both]),
        ManagementAddress(ipv6=[Ipv6Address(text="2001:db8::1/64")]),
    ]
    assert [each.has_standby_address for each in found] == [True, False, True, False]


@pytest.mark.parametrize(
    ("text", "vlans"),
    [
        ("1", {1}),
        ("4094", {4094}),
        ("5-7", {5, 6, 7}),
        ("7-7", {7}),
        ("1,5-6,9", {1, 5, 6, 9}),
        ("4093-4094", {4093, 4094}),
    ],
)
def test_a_list_of_vlans_has_numbers_and_ranges(text: str, vlans: set[int]) -> None:
    assert vlans_of(text) == vlans


@pytest.mark.parametrize("text", ["", "0", "4095", "4090-4095", "0-3", "7-5", "1,", "a", "-", "1-2-3", "12345"])
def test_what_is_no_list_of_vlans_is_refused(text: str) -> None:
    with pytest.raises(ValueNotAllowed, match="numbers 1 to 4094 and ranges, as in 1,10-20"):
        vlans_of(text)
