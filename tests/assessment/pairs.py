"""Configurations that differ from a shipped one in one thing each."""

from __future__ import annotations

from pathlib import Path

from failover_fsm import PairConfig

ROOT = Path(__file__).parents[2]
PAIR = (ROOT / "models" / "active-standby.cfg").read_text(encoding="utf-8")
GROUPS = (ROOT / "models" / "active-active.cfg").read_text(encoding="utf-8")

MANAGEMENT = "interface Management0/0\n management-only\n nameif mgmt\n ip address 10.9.9.1 255.255.255.0"
SHARED = "interface GigabitEthernet0/2.10\n vlan 10\n nameif dmz\n ip address 10.0.2.1 255.255.255.0 standby 10.0.2.2"


def without(text: str, *parts: str) -> str:
    """The text without these parts, each of which it has."""
    for part in parts:
        assert part in text, part
        text = text.replace(part, "")
    return text


EIGHT = {
    "nothing": PAIR,
    "`no failover`": PAIR.replace("\nfailover\n", "\nno failover\n"),
    "`no monitor-interface` for both": f"{PAIR}no monitor-interface outside\nno monitor-interface inside\n",
    "`failover interface-policy 3`": f"{PAIR}failover interface-policy 3\n",
    "`dmz` on a subinterface of the failover link's port": f"{PAIR}{SHARED}\nmonitor-interface dmz\n",
    "no `standby` address for inside": without(PAIR, " standby 10.0.1.2"),
    "`failover polltime unit msec 200 holdtime msec 800`": f"{PAIR}failover polltime unit msec 200 holdtime msec 800\n",
    "active-active.cfg without `preempt`": without(GROUPS, " preempt 60\n", " preempt\n"),
}
"""The configurations of the table in README.md, by what is said there of each."""


def config(text: str) -> PairConfig:
    """The configuration in a text."""
    return PairConfig.from_asa(text, source="pair.cfg")
