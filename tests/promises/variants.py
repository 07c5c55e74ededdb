"""Small pairs for the options, shapes and faults that those of `testing.pair.mutation` leave out, one in each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs

from failover_fsm.config.asa.files import read_config
from failover_fsm.config.records.pair_config import InterfacePolicy, StatefulLink, Unit
from failover_fsm.model.search_environment import Environment
from failover_fsm.pair.ports import Carrier
from failover_fsm.pair.settings import GroupSettings, Options, Port, Settings
from failover_fsm.testing.pair.mutation import SmallPair

__all__ = ["VARIANTS"]

MODELS = Path(__file__).parents[2] / "models"

ONE = Settings(ports=(Port(name="outside"),))
COMMANDS = Environment(faults=("failover-link", "ports"), operator=("failover-active",), max_faults=1)
FAULTS = attrs.evolve(COMMANDS, operator=())
SILENCE = Environment(faults=("failover-link", "traffic"), operator=(), max_faults=1)

OPTIONS: dict[str, Any] = {
    "sample_on_link_failure": False, "suspension_ignores_silence": True, "failed_standby_takes_over": False,
    "failed_unit_obeys": True, "recovery": "edge", "no_active_unit_seen": False, "resync_on_contact": False,
}  # fmt: skip
"""Options with the value that they do not have by default."""


def _of_options() -> Iterator[SmallPair]:
    for name, value in OPTIONS.items():
        words = attrs.evolve(COMMANDS, faults=("failover-link",)) if name == "resync_on_contact" else COMMANDS
        yield SmallPair(name, attrs.evolve(ONE, options=Options(**{name: value})), words)
    two = Settings(ports=(Port(name="outside"), Port(name="inside")), options=Options(mate_is_healthier=True))
    yield SmallPair("mate_is_healthier", two, attrs.evolve(FAULTS, faults=("ports",), max_faults=2))
    asks = Settings(
        ports=(Port(name="outside"), Port(name="inside", monitored=False)), options=Options(probe="monitored")
    )
    yield SmallPair("probe monitored", asks, attrs.evolve(FAULTS, faults=("failover-link", "paths"), max_faults=2))


def _of_ports() -> Iterator[SmallPair]:
    for name, more in (
        ("without an address", {"addressed": False}),
        ("shut down", {"shutdown": True}),
        ("not monitored", {"monitored": False}),
    ):
        pair = Settings(ports=(Port(name="outside"), Port(name="inside", **more)))
        yield SmallPair(f"one {name}", pair, SILENCE)
    percent = Settings(ports=(Port(name="outside"), Port(name="inside")), policy=InterfacePolicy(percent=60))
    yield SmallPair("percent", percent, FAULTS)
    yield SmallPair("paths", ONE, Environment(faults=("paths", "one-way-paths"), operator=(), max_faults=2))
    yield SmallPair("shared link", Settings.of(read_config(MODELS / "shared-link.cfg")), FAULTS)
    on_one_port = Carrier(name="GigabitEthernet0/1", interfaces=(0,), failover=True)
    yield SmallPair("on the port of the link", attrs.evolve(ONE, carriers=(on_one_port,)), FAULTS)
    bundle = Carrier(
        name="Port-channel1", members=("GigabitEthernet0/1", "GigabitEthernet0/2"), interfaces=(0,), stateful=True
    )
    yield SmallPair("bundle", attrs.evolve(ONE, stateful=StatefulLink.DEDICATED, carriers=(bundle,)), FAULTS)


def _of_faults() -> Iterator[SmallPair]:
    for word in ("pause", "congestion", "one-way-link", "modules", "mismatch", "keys", "heartbeat", "flash"):
        faults = Environment(faults=("failover-link", word), operator=(), max_faults=2)
        yield SmallPair(word, Settings(), faults)
    stuck = Environment(faults=("failover-link", "stuck-sync"), operator=("write-standby",), max_faults=1)
    yield SmallPair("stuck-sync", Settings(), stuck)
    follow = ("sessions",)
    sessions = Settings(stateful=StatefulLink.DEDICATED, follow=follow)
    words = Environment(
        faults=("stateful-link", "failover-link"), operator=("failover-active",), max_faults=1, follow=follow
    )
    yield SmallPair("sessions", sessions, words)
    newest = Environment(faults=("replacement",), operator=("command",), max_faults=1, follow=("commands",))
    yield SmallPair("replacement", Settings(follow=("commands",)), newest)
    yield SmallPair("shutdown", ONE, Environment(faults=(), operator=("shutdown",)))


def _of_groups() -> Iterator[SmallPair]:
    still = tuple(GroupSettings(preferred=unit) for unit in Unit)
    ports = (Port(name="outside"), Port(name="inside", group=1))
    yield SmallPair("groups and ports", Settings(groups=still, ports=ports), attrs.evolve(FAULTS, faults=("ports",)))
    one = Settings(groups=(GroupSettings(preferred=Unit.SECONDARY, preempt=True),), ports=ports[:1])
    yield SmallPair("one group", one, COMMANDS)
    yield SmallPair("groups without preempt", Settings(groups=still), attrs.evolve(FAULTS, faults=("failover-link",)))


VARIANTS = (*_of_options(), *_of_ports(), *_of_faults(), *_of_groups())
