"""Virtual MAC addresses: where they come from, in the order of preference (MAC-10, MAC-14 to MAC-17)."""

from __future__ import annotations

from typing import Any

import pytest

from failover_fsm.config.records.macs import PICKED_BY_THE_UNIT, default_macs, virtual_macs
from failover_fsm.config.records.pair_config import Context, FailoverGroup, Interface, MacAddresses, PairConfig

OWN = {"mac": "0.0.1", "standby_mac": "0.0.2"}
OF_PORT = [MacAddresses(port="g0/2", active="0.0.3", standby="0.0.4")]
GENERATED = ("Active/Active default", "00a0.c902.0101", "00a0.c902.0102")


def pair(interface: Interface, *, of_group: list[MacAddresses] | None = None, **more: Any) -> PairConfig:
    """A pair with this interface; with failover groups if the first one has a list of addresses."""
    contexts = [Context(name="one")] if interface.context else []
    groups = [] if of_group is None else [FailoverGroup(number=1, macs=of_group), FailoverGroup(number=2)]
    return PairConfig(interfaces=[interface], multiple_context=bool(contexts), contexts=contexts, groups=groups, **more)


@pytest.mark.parametrize(
    ("port", "context", "own", "more", "expected"),
    [
        ("g0/2", None, {}, {}, None),
        ("g0/2", None, OWN, {"macs": OF_PORT, "mac_auto": True}, ("mac-address", "0000.0000.0001", "0000.0000.0002")),
        ("g0/2", None, {"mac": "0.0.1"}, {"macs": OF_PORT}, ("mac-address", "0000.0000.0001", None)),
        ("g0/2", None, {}, {"macs": OF_PORT, "mac_auto": True},
         ("failover mac address", "0000.0000.0003", "0000.0000.0004")),
        ("g0/2.7", None, {}, {"macs": OF_PORT}, ("failover mac address", "0000.0000.0003", "0000.0000.0004")),
        ("g0/1", None, {}, {"macs": OF_PORT}, None),
        ("g0/1", None, {}, {"mac_auto": True}, ("mac-address auto", PICKED_BY_THE_UNIT, PICKED_BY_THE_UNIT)),
        # in a failover group its own addresses count, and none is without one
        ("g0/2", "one", {}, {"of_group": OF_PORT, "mac_auto": True},
         ("failover mac address", "0000.0000.0003", "0000.0000.0004")),
        ("g0/2", "one", {}, {"of_group": [], "macs": OF_PORT}, GENERATED),
        ("g0/2", "one", {}, {"of_group": [], "mac_auto": True},
         ("mac-address auto", PICKED_BY_THE_UNIT, PICKED_BY_THE_UNIT)),
        ("g0/2.9", "one", {}, {"of_group": []}, GENERATED),
        ("g0/255", "one", {}, {"of_group": []}, ("Active/Active default", "00a0.c9ff.0101", "00a0.c9ff.0102")),
        ("g0/256", "one", {}, {"of_group": []}, None),
        ("loopback", "one", {}, {"of_group": []}, None),
        ("g0/2", "one", {}, {}, None),
    ],
)  # fmt: skip
def test_which_address_counts(
    port: str, context: str | None, own: dict[str, Any], more: dict[str, Any],
    expected: tuple[str, str, str | None] | None,
) -> None:  # fmt: skip
    interface = Interface(port=port, context=context, nameif="inside", **own)
    found = virtual_macs(pair(interface, **more), interface)
    assert (found and (found.source.value, found.active, found.standby)) == expected


@pytest.mark.parametrize(("port", "group"), [(-1, 1), (256, 1), (2, 0), (2, 3)])
def test_a_default_address_is_of_a_port_in_a_group(port: int, group: int) -> None:
    with pytest.raises(ValueError, match="allowed: ports 0 to 255, groups 1 and 2"):
        default_macs(port, group)
    assert default_macs(0, 2) == ("00a0.c900.0201", "00a0.c900.0202")
