"""Scenarios that are walks: what is done to the pair is drawn at random, what must not change is their way.

    python -m tests.trace.walks FOLDER FIRST LAST    # writes a walk for each of these seeds

A walk claims nothing; its states, messages and outputs are pinned by `tests.trace.ways`, as those of every scenario.
The ones that ship, in `tests/traces/walks/`, are those of many that notice most mistakes in the functions around the
tables (docs/explanation/mutation-of-functions.md). A walk that ships is a scenario like others: it is not drawn again.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import attrs

from failover_fsm.pair import Pair
from failover_fsm.pair.obstacles import Mismatch
from failover_fsm.trace.language import TraceError
from failover_fsm.trace.player import load, play

__all__ = ["walk"]

ROOT = Path(__file__).parents[2]

CONFIGS = (
    "models/active-standby.cfg", "models/active-active.cfg", "models/campus.cfg", "models/shared-link.cfg",
    "models/policy-2.cfg", "models/percentage.cfg", "models/fpr4150.cfg", "models/active-active-one-side.cfg",
    "models/timing/fastest.cfg", "models/failover-key.cfg", "models/one-interface.cfg",
    "tests/data/config/subinterfaces.cfg", "tests/data/config/two_uplinks_aa.cfg", "tests/data/config/two_links.cfg",
    "tests/data/config/lab_pri.cfg", "tests/data/config/lab_aa.cfg", "models/incidents/07-unmonitored.cfg",
)  # fmt: skip
"""The pairs; the first ones are drawn more often."""

FIGURES = tuple(f"figure-13-{number}" for number in range(1, 7))

OPTIONS = (
    "recovery=edge", "suspension_ignores_silence=yes", "no_active_unit_seen=no", "mate_is_healthier=yes",
    "failed_unit_obeys=yes", "failed_standby_takes_over=no", "resync_on_contact=no", "probe_after=3", "probe=monitored",
    "forward_delay=30",
)  # fmt: skip
"""Decisions other than the default, one of them in some walks."""

OF_UNITS = (
    ("unit_failed unit={unit} cause={cause}", "unit_restored unit={unit}"),
    ("unit_failed unit={unit}", "unit_restored unit={unit}"),
    ("unit_paused unit={unit}", "unit_resumed unit={unit}"),
    ("congestion_began unit={unit}", "congestion_ended unit={unit}"),
    ("failover_link_one_way unit={unit}", "failover_link_both_ways unit={unit}"),
    ("service_module_failed unit={unit}", "service_module_restored unit={unit}"),
    ("heartbeat_lost unit={unit}", "heartbeat_restored unit={unit}"),
    ("flash_filled unit={unit}", "flash_freed unit={unit}"),
    ("state_updates_corrupted unit={unit}", "state_updates_mended unit={unit}"),
    ("configuration_locked unit={unit}", "configuration_unlocked unit={unit}"),
    ("synchronization_stuck unit={unit}", "failover_reset unit={unit}"),
    ("failover_link_failed", "failover_link_restored"),
    ("failover_link_failed", "failover_link_restored"),
    ("stateful_link_failed", "stateful_link_restored"),
    ("units_mismatched what={what}", "units_matched"),
    ("keys_mismatched", "keys_matched"),
)
OF_INTERFACES = (
    ("interface_link_failed unit={unit} interface={interface}",
     "interface_link_restored unit={unit} interface={interface}"),
    ("interface_traffic_failed unit={unit} interface={interface}",
     "interface_traffic_restored unit={unit} interface={interface}"),
    ("interface_path_failed interface={interface}", "interface_path_restored interface={interface}"),
    ("interface_path_one_way unit={unit} interface={interface}",
     "interface_path_both_ways unit={unit} interface={interface}"),
    ("port_failed unit={unit} port={port}", "port_restored unit={unit} port={port}"),
    ("port_failed unit={unit} port={port}", "port_restored unit={unit} port={port}"),
)  # fmt: skip
OF_ELEMENTS = (("element_failed element={element}", "element_restored element={element}"),)
"""Faults, each with its repair."""

COMMANDS = (
    "failover_active unit={unit}", "no_failover_active unit={unit}", "failover_active unit={unit} group={group}",
    "no_failover_active unit={unit} group={group}", "failover_reset unit={unit}",
    "failover_reset unit={unit} group={group}",
    "failover_disabled unit={unit}", "failover_enabled unit={unit}", "write_standby unit={unit}", "reload unit={unit}",
    "write_standby unit={unit} context={context}", "unit_replaced unit={unit}",
    "{unit}: failover active", "{unit}: no failover active", "{unit}: failover reset", "{unit}: write memory",
    "{unit}: no failover", "{unit}: failover", "{unit}: reload", "{unit}: copy running-config startup-config",
    "{unit}: show failover", "{unit}: show monitor-interface", "{unit}: failover reload-standby",
    "{unit}: reload noconfirm", "{unit}: reload in 5", "{unit}: failover exec mate show failover",
    "{unit}: failover exec active failover reset", "{unit}: failover exec standby reload noconfirm",
)  # fmt: skip
"""Commands as events and as they are typed in the executive mode."""

TYPED = (
    "no monitor-interface {interface}", "monitor-interface {interface}", "monitor-interface nowhere",
    "interface {port}; shutdown", "interface {port}; no shutdown", "interface {port}",
    "interface {port}; nameif {interface}", "interface {port}; no nameif",
    "interface {port}; ip address 10.9.9.1 255.255.255.0 standby 10.9.9.2",
    "interface {port}; ip address 10.9.9.1 255.255.255.0", "interface {port}; no ip address",
    "interface {port}; asr-group 3", "failover interface-policy 1", "failover interface-policy 2",
    "failover interface-policy 50%",
    "failover interface-policy 900", "no failover interface-policy", "failover polltime unit 2 holdtime 6",
    "failover polltime unit msec 300 holdtime 1", "failover polltime 99", "no failover polltime",
    "failover polltime interface 3", "failover polltime interface 5 holdtime 25", "no failover polltime interface",
    "failover replication http", "no failover replication http", "failover key secret", "no failover key",
    "failover link {interface} {port}", "no failover link", "failover mac address {port} 0000.1111.2222 0000.1111.3333",
    "no failover mac address {port}", "hostname other", "access-list a permit ip any any", "clear configure failover",
    "failover group {group}; preempt", "failover group {group}; preempt 20", "failover group {group}; no preempt",
    "failover group {group}; secondary", "failover group {group}; primary", "failover group {group}; replication http",
    "failover group {group}; interface-policy 2", "failover group {group}; polltime interface 3",
    "failover group {group}; no polltime interface", "failover group 3; preempt", "no failover group {group}",
    "changeto context {context}; no monitor-interface {inner}", "changeto context {context}; monitor-interface {inner}",
    "changeto context nowhere; monitor-interface {inner}", "context {context}; join-failover-group {group}",
    "context {context}; no join-failover-group", "frobnicate", "failover lan unit secondary", "no failover lan enable",
    "failover active", "no failover active", "failover reset", "write standby", "write memory", "reload", "fa", "exit",
)  # fmt: skip
"""What is entered in operation."""


@attrs.frozen
class _Names:
    """What the pair of a walk has, for the gaps of the statements."""

    interfaces: Sequence[str]
    ports: Sequence[str]
    elements: Sequence[str]
    contexts: Sequence[str]

    @classmethod
    def of(cls, pair: Pair) -> _Names:
        """The names of a pair."""
        settings = pair.settings
        return cls(
            interfaces=[each.name for each in settings.ports] or ["inside"],
            ports=[each.name for each in settings.carriers] or ["GigabitEthernet0/0"],
            elements=settings.topology.elements if settings.topology is not None else (),
            contexts=[each.name for each in pair.config.contexts] or ["admin"],
        )

    def filled(self, draw: random.Random, *texts: str) -> list[str]:
        """Texts with the same names put into their gaps."""
        interface = draw.choice(self.interfaces)
        gaps = {
            "unit": draw.choice(("primary", "secondary")),
            "cause": draw.choice(("power", "hardware", "software")),
            "what": draw.choice([each.value for each in Mismatch]),
            "interface": interface,
            "inner": interface.rpartition("/")[2],
            "port": draw.choice(self.ports),
            "element": draw.choice([*self.elements, "none"]),
            "group": str(draw.randint(1, 2)),
            "context": draw.choice(self.contexts),
        }
        return [each.format(**gaps) for each in texts]


def _head(draw: random.Random, place: Path) -> list[str]:
    """The configuration, and what belongs to it; the first pairs are drawn more often."""
    path = CONFIGS[min(draw.randrange(len(CONFIGS)), draw.randrange(len(CONFIGS)))]
    lines = [f"config {'../' * len(place.relative_to(ROOT).parts)}{path}"]
    if draw.random() < 0.4:
        lines.append(f"topology {draw.choice(FIGURES)}")
    if draw.random() < 0.25:
        lines.append(f"option {draw.choice(OPTIONS)}")
    if draw.random() < 0.15:
        lines.append("software unit=secondary version=7.2(4)")
    return lines


def _acts(draw: random.Random, names: _Names) -> Iterator[str]:
    """What is done to the pair, without an end."""
    repairs: list[str] = []
    faults = [OF_UNITS, OF_INTERFACES, *[OF_ELEMENTS] * (2 * bool(names.elements))]
    while True:
        kind = draw.random()
        if kind < 0.33 and repairs:
            yield repairs.pop(draw.randrange(len(repairs)))
        elif kind < 0.62:
            fault, repair = names.filled(draw, *draw.choice(draw.choice(faults)))
            repairs.append(repair)
            yield fault
        elif kind < 0.77:
            yield from names.filled(draw, draw.choice(COMMANDS))
        else:
            word = draw.choice(("command_entered", "command_entered", "typed"))
            context = draw.choice(("", "", " context={context}")) if len(names.contexts) > 1 else ""
            yield from names.filled(draw, f'{word} unit={{unit}}{context} text="{draw.choice(TYPED)}"')


def walk(seed: int, place: Path, most: int = 36) -> list[str]:
    """The statements of a walk; those that its pair does not take are left out.

    Args:
        seed: Everything is drawn from it.
        place: The folder in which the file will stand.
        most: So many things are done to the pair at most.
    """
    draw = random.Random(seed)
    lines = [*_head(draw, place), "unit_restored unit=primary", "unit_restored unit=secondary"]
    timed = draw.random() < 0.4
    lines = _taken(lines, place)
    names = _Names.of(_played(lines, place))
    acts = _acts(draw, names)
    for _ in range(most):
        if draw.random() < 0.55:
            lines.append(f"advance seconds={draw.choice((0.3, 1, 2, 5, 11, 16, 30))}" if timed else "settle")
        lines.append(next(acts))
    lines.append("advance seconds=60" if timed else "settle")
    return _taken(lines, place)


def _taken(lines: list[str], place: Path) -> list[str]:
    """The lines without those that are refused."""
    while True:
        try:
            _played(lines, place)
        except TraceError as error:
            if error.line is None or lines[error.line - 1].startswith(("config", "unit_restored")):
                raise
            del lines[error.line - 1]
        else:
            return lines


def _played(lines: Sequence[str], place: Path) -> Pair:
    file = place / "drawn.trace"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    try:
        return play(*load(file)).pair
    finally:
        file.unlink()


def main(arguments: Sequence[str]) -> None:
    """Writes the walks of some seeds into a folder."""
    place = Path(arguments[0]).resolve()
    for seed in range(int(arguments[1]), int(arguments[2]) + 1):
        text = "\n".join(walk(seed, place))
        (place / f"walk-{seed:03}.trace").write_text(f"# A walk: see tests/trace/walks.py.\n{text}\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
