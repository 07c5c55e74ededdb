"""Pairs with the same structure, and pairs that differ in something a promise can see."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import attrs
import pytest

from failover_fsm import PairConfig
from failover_fsm.analysis.verify import verify
from failover_fsm.model.beside import SessionLines
from failover_fsm.model.places import explored_environment
from failover_fsm.model.scenario import Scenario
from failover_fsm.model.search_environment import Environment
from failover_fsm.model.structure import structure
from failover_fsm.topology import read_topology

MODELS = Path(__file__).parents[2] / "models"
PAIR = (MODELS / "active-standby.cfg").read_text()
GROUPS = (MODELS / "active-active.cfg").read_text()

RENAMED = PAIR
for old, new in (
    ("outside", "internet"), ("inside", "lan"), ("hostname edge", "hostname core"), ("folink", "heartbeat"),
    ("statelink", "state"), ("GigabitEthernet0/0", "GigabitEthernet0/5"), ("198.51.100.", "203.0.113."),
    ("10.0.1.", "10.9.9."), ("172.16.0.", "172.16.7."), ("security-level 100", "security-level 90"),
):  # fmt: skip
    RENAMED = RENAMED.replace(old, new)


def scenario(text: str) -> Scenario:
    config = PairConfig.from_asa(text)
    return Scenario(title="x", config=config, environment=explored_environment(config))


def test_names_and_addresses_are_not_part_of_it() -> None:
    assert structure(scenario(PAIR)) == structure(scenario(RENAMED))
    contexts = GROUPS.replace("office", "bureau").replace("machines", "robots")
    assert structure(scenario(GROUPS)) == structure(scenario(contexts))


@pytest.mark.parametrize(
    "old, new",
    [
        (" standby 10.0.1.2", ""),
        ("failover key", "no monitor-interface inside\nfailover key"),
        ("failover key", "failover interface-policy 2\nfailover key"),
        ("failover link statelink GigabitEthernet0/3", "failover link folink GigabitEthernet0/2"),
        (" nameif inside\n", " nameif inside\n shutdown\n"),
        ("interface GigabitEthernet0/1\n", "interface GigabitEthernet0/1\ninterface GigabitEthernet0/1.5\n vlan 5\n"
         " nameif dmz\n ip address 10.5.5.1 255.255.255.0 standby 10.5.5.2\ninterface GigabitEthernet0/1\n"),
    ],
)  # fmt: skip
def test_what_a_promise_can_see_is(old: str, new: str) -> None:
    text = PAIR.replace(old, new)
    if "folink GigabitEthernet0/2" in new:
        text = "".join(line + "\n" for line in text.splitlines() if "ip statelink" not in line)
    assert text != PAIR and structure(scenario(text)) != structure(scenario(PAIR))


def test_virtual_addresses_are_told_apart_but_not_by_their_digits() -> None:
    macs = ("failover key", "failover mac address GigabitEthernet0/0 {} {}\nfailover key")
    one = PAIR.replace(macs[0], macs[1].format("0011.2233.4455", "0011.2233.4466"))
    other = PAIR.replace(macs[0], macs[1].format("00aa.2233.4455", "00aa.2233.4466"))
    assert structure(scenario(one)) == structure(scenario(other)) != structure(scenario(PAIR))


def test_a_search_of_one_gives_the_verdicts_of_the_other() -> None:
    found = []
    for text in (PAIR, RENAMED):
        each = scenario(text)
        quick = attrs.evolve(each.environment, max_faults=1, operator=(), faults=("power",))
        each = attrs.evolve(each, environment=quick)
        report = verify(each, engine="plain")
        found.append((report.result.states, [(answer.promise.id, answer.word) for answer in report.answers]))
    assert found[0] == found[1]


def own_address(text: str) -> str:
    """The pair with a line about the virtual address of an interface."""
    return PAIR.replace(" nameif inside\n", f" nameif inside\n mac-address {text}\n")


def test_an_address_of_the_active_unit_alone_is_none_of_both() -> None:
    """MAC-9: virtual addresses spare the network a change."""
    alone, other = own_address("0011.2233.4455"), own_address("0011.2233.7777")
    both, same = (
        own_address("0011.2233.4455 standby 0011.2233.4466"),
        own_address("00aa.2233.4455 standby 00aa.2233.4466"),
    )
    assert structure(scenario(alone)) == structure(scenario(other)) != structure(scenario(PAIR))
    assert structure(scenario(both)) == structure(scenario(same)) != structure(scenario(alone))


def bundle(*ports: int) -> str:
    """The pair whose inside runs over a Port-channel of these ports."""
    members = "".join(f"interface GigabitEthernet0/{port}\n channel-group 1 mode active\n" for port in ports)
    return PAIR.replace("interface GigabitEthernet0/1\n", f"{members}interface Port-channel1\n", 1)


def test_members_of_a_bundle_are_counted_and_not_named() -> None:
    assert structure(scenario(bundle(6, 7))) == structure(scenario(bundle(4, 8)))
    assert structure(scenario(bundle(6, 7))) != structure(scenario(bundle(6, 7, 8)))


@pytest.mark.parametrize(
    "changes",
    [
        {"topology": read_topology("figure-13-1", ("outside", "inside"))},
        {"environment": Environment(faults=(), operator=("hostname x",))},
        {"sessions": SessionLines(units=("primary",))},
    ],
)
def test_what_speaks_of_things_by_name_keeps_the_names(changes: dict[str, Any]) -> None:
    first = PAIR.replace("hostname edge", "hostname core")
    other = first.replace("folink", "heartbeat")
    found = [structure(attrs.evolve(scenario(each), **changes)) for each in (PAIR, first, other)]
    assert found[0] == found[1] != found[2], "a host name is no name of a thing"
