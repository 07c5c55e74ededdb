"""What contradicts each other between records: refused with the line of the cause, and what is no contradiction."""

from __future__ import annotations

from typing import Any

import attrs
import pytest

from failover_fsm.config.checks.consistency import contradictions, validate
from failover_fsm.config.records.pair_config import (
    Allocation,
    Context,
    FailoverGroup,
    FailoverInterface,
    Interface,
    Ipv6Address,
    MacAddresses,
    ManagementAddress,
    PairConfig,
    StatefulInterface,
)

LAN = FailoverInterface(name="folink", port="g0/0")
INSIDE = Interface(port="g0/1", nameif="inside")
DMZ = Interface(port="g0/2", nameif="dmz")
DATA_LINK = StatefulInterface(name="inside", port="g0/1")
ONE = Context(name="one")


def several(*contexts: Context, **more: Any) -> PairConfig:
    return PairConfig(multiple_context=True, contexts=contexts, **more)


def mac(port: str) -> MacAddresses:
    return MacAddresses(port=port, active="0.0.1", standby="0.0.2")


def at(port: str, context: str | None = None, **more: Any) -> Interface:
    return Interface(port=port, context=context, **more)


FINE = [
    PairConfig(),
    PairConfig(lan=LAN, link=DATA_LINK, interfaces=[INSIDE]),  # LNK-16
    PairConfig(lan=LAN, link=StatefulInterface(name="inside"), interfaces=[INSIDE, DMZ]),
    PairConfig(lan=LAN, link=DATA_LINK, interfaces=[INSIDE], macs=[mac("g0/1")]),  # a data interface may have one
    PairConfig(lan=LAN, link=StatefulInterface(name="state", port="g0/3"), interfaces=[at("g0/3"), INSIDE]),
    PairConfig(lan=FailoverInterface(name="folink", port="g0/0.7"), interfaces=[at("g0/0.7", vlan=7)]),
    several(ONE, Context(name="two"), interfaces=[at("g0/1", "one", nameif="a"), at("g0/1", "two", nameif="a")]),
    several(ONE, transparent=True),
    several(ONE, transparent=True, interfaces=[at("g0/1", "one")]),
    several(ONE, transparent=True, interfaces=[
        at("g0/1", "one", nameif="a", bridge_group=1), at("BVI1", "one", ipv6=[Ipv6Address(text="2001:db8::1/64")]),
    ]),
    several(ONE, transparent=True, interfaces=[at("g0/1", "one", nameif="a")],
            management=[ManagementAddress(context="one", address="10.0.0.1", mask="255.0.0.0")]),
    several(ONE, interfaces=[at("g0/1", "one", nameif="a")]),
    several(attrs.evolve(ONE, join_failover_group=2), groups=[FailoverGroup(number=1), FailoverGroup(number=2)]),
    PairConfig(interfaces=[at(f"g0/{n}", nameif=f"n{n}", monitored=True) for n in range(250)]),  # IFM-1
]  # fmt: skip


@pytest.mark.parametrize("config", FINE)
def test_what_goes_together_is_accepted(config: PairConfig) -> None:
    assert [fault.what for fault in contradictions(config)] == []
    validate(config)


LINES = {"lan interface": 3, "link": 4, "join-failover-group one": 5, "interface /gigabitethernet0/0": 6,
         "nameif /gigabitethernet0/0": 7, "nameif /gigabitethernet0/1": 9, "nameif /gigabitethernet0/2": 8,
         "ip address /gigabitethernet0/3": 10, "mac address gigabitethernet0/0": 11,
         "group 1 mac address gigabitethernet0/3": 12}  # fmt: skip
STATE = StatefulInterface(name="state", port="g0/3")
ADDRESS: dict[str, Any] = {"address": "10.0.0.1", "mask": "255.0.0.0"}
OF_ONE = Context(name="one", ports=[Allocation(port="g0/0"), Allocation(port="g0/3")])

# A configuration, and each line with what is wrong there and what is allowed.
WRONG = [
    # LNK-4, LNK-5, CFG-8, CFG-19: the links have ports of their own
    (PairConfig(lan=LAN, interfaces=[at("g0/0", nameif="a")]),
     ["7: failover interface g0/0 has name `a`; an interface without nameif and ip address"]),
    (PairConfig(lan=LAN, link=STATE, interfaces=[at("g0/3", **ADDRESS)]),
     ["10: stateful interface g0/3 has an ip address; an interface without nameif and ip address"]),
    (PairConfig(lan=LAN, link=StatefulInterface(name="folink", port="g0/0"), interfaces=[at("g0/0", nameif="a")]),
     ["7: failover interface g0/0 has name `a`; an interface without nameif and ip address"]),
    (several(OF_ONE, lan=LAN, link=STATE),
     ["3: failover interface g0/0 is allocated to context one; a port that is in no context",
      "4: stateful interface g0/3 is allocated to context one; a port that is in no context"]),
    # LNK-16
    (PairConfig(lan=LAN, link=DATA_LINK, interfaces=[INSIDE], transparent=True),
     ["4: data interface `inside` as stateful link in transparent mode; "
      "a dedicated interface or the failover interface"]),
    (several(ONE, lan=LAN, link=DATA_LINK, interfaces=[at("g0/1", "one", nameif="inside")]),
     ["4: data interface `inside` as stateful link in multiple context mode; "
      "a dedicated interface or the failover interface"]),
    (PairConfig(lan=LAN, link=StatefulInterface(name="inside", port="g0/2"), interfaces=[INSIDE, DMZ]),
     ["4: `inside` is on g0/1; g0/1"]),
    # MAC-13
    (several(lan=LAN, link=STATE, macs=[mac("g0/0"), mac("g0/1")],
             groups=[FailoverGroup(number=1, macs=[mac("g0/3")])]),
     ["11: virtual MAC address for g0/0, which is a failover or stateful link; data interfaces",
      "12: virtual MAC address for g0/3, which is a failover or stateful link; data interfaces"]),
    # a name belongs to one interface
    (PairConfig(interfaces=[INSIDE, at("g0/2", nameif="Inside")]),
     ["9: name `Inside` is on g0/1 and on g0/2; one interface for each name"]),
    (PairConfig(interfaces=[at("g0/4", nameif="a"), at("g0/5", nameif="a")]),
     ["None: name `a` is on g0/4 and on g0/5; one interface for each name"]),
    # CFG-12
    (several(ONE, transparent=True, interfaces=[at("g0/1", "one", nameif="a")]),
     ["None: context one has no management address in transparent mode; "
      "`ip address ADDRESS MASK standby ADDRESS`, in 8.4 and later below `interface BVI1`"]),
    # AA-3, CFG-39
    (several(attrs.evolve(ONE, join_failover_group=2), groups=[FailoverGroup(number=1)]),
     ["5: context one joins failover group 2, which is not created; group 1"]),
    (several(attrs.evolve(ONE, join_failover_group=2)),
     ["5: context one joins failover group 2, which is not created; first `failover group 2`"]),
    # IFM-1
    (PairConfig(interfaces=[at(f"g0/{n}", nameif=f"n{n}", monitored=True) for n in range(251)]),
     ["None: 251 monitored interfaces; at most 250"]),
]  # fmt: skip


@pytest.mark.parametrize(("config", "faults"), WRONG)
def test_a_contradiction_has_the_line_of_its_cause(config: PairConfig, faults: list[str]) -> None:
    found = contradictions(attrs.evolve(config, lines=LINES))
    assert [f"{fault.line}: {fault.what}; {fault.allowed}" for fault in found] == faults
