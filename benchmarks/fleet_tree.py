"""A made-up fleet: configurations of many pairs, the same for the same seed.

    python -m benchmarks.fleet_tree DIR                   # 500 pairs, seed 1, as a tree of RANCID
    python -m benchmarks.fleet_tree DIR --pairs 20 --seed 7

The pairs differ in what matters to failover: how many interfaces there are, which are monitored and which have a
standby address, where subinterfaces share a port, the stateful link, the interface policy, poll times; one in a
hundred is Active/Active. Two thirds have a file for each unit, and some pairs are copies of others but for their names.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator
from pathlib import Path

POLLS = ("", "failover polltime unit msec 500 holdtime 2", "failover polltime unit 3 holdtime 9")
ALPHABET = ["berlin", "oslo", "porto", "quito", "riga", "sofia", "tunis", "vaduz", "wien", "york"]


def interfaces(dice: random.Random, site: int) -> Iterator[str]:
    """The data interfaces of an Active/Standby pair, with what is told of their monitoring after them."""
    count, shared = dice.randint(2, 6), dice.random() < 0.25
    told = []
    for number in range(count):
        name = ("outside", "inside", "dmz", "guests", "servers", "voice")[number]
        on_shared = shared and number in (1, 2)
        if on_shared and number == 1:
            yield "interface GigabitEthernet0/1"
        yield f"interface GigabitEthernet0/{'1.' + str(100 + number) if on_shared else number}"
        yield from ([f" vlan {100 + number}"] if on_shared else [])
        yield f" nameif {name}"
        standby = "" if dice.random() < 0.1 else f" standby 10.{site % 250}.{number}.2"
        yield f" ip address 10.{site % 250}.{number}.1 255.255.255.0{standby}"
        if on_shared:
            told.append(f"monitor-interface {name}")
        elif number > 1 and dice.random() < 0.3:
            told.append(f"no monitor-interface {name}")
    yield from told


def active_standby(seed: int, site: int) -> list[str]:
    """The lines of an Active/Standby pair but for the unit; equal seeds give the same structure."""
    dice = random.Random(seed)
    lines = [f"hostname fw-{ALPHABET[site % len(ALPHABET)]}-{site}", *interfaces(dice, site)]
    lines += ["interface GigabitEthernet0/6", "interface GigabitEthernet0/7", "failover"]
    lines += ["failover lan interface folink GigabitEthernet0/6"]
    lines += ["failover interface ip folink 172.16.0.1 255.255.255.252 standby 172.16.0.2"]
    stateful = dice.choice(("none", "own", "shared"))
    if stateful == "own":
        lines += ["failover link statelink GigabitEthernet0/7"]
        lines += ["failover interface ip statelink 172.16.0.5 255.255.255.252 standby 172.16.0.6"]
    elif stateful == "shared":
        lines += ["failover link folink GigabitEthernet0/6"]
    lines += [f"failover interface-policy {policy}" for policy in (dice.choice(("", "2", "50%")),) if policy]
    lines += [poll for poll in (dice.choice(POLLS),) if poll]
    return lines


def active_active(seed: int, site: int) -> list[str]:
    """The same of an Active/Active pair with a context for each group."""
    dice = random.Random(seed)
    lines = [f"hostname aa-{ALPHABET[site % len(ALPHABET)]}-{site}", "mode multiple"]
    lines += [f"interface GigabitEthernet0/{number}" for number in range(6)]
    lines += ["failover lan interface folink GigabitEthernet0/4"]
    lines += ["failover interface ip folink 172.16.0.1 255.255.255.252 standby 172.16.0.2"]
    lines += ["failover group 1", " primary", *([" preempt"] if dice.random() < 0.5 else [])]
    lines += ["failover group 2", " secondary", *([" preempt"] if dice.random() < 0.5 else [])]
    lines += ["admin-context admin", "context admin", " join-failover-group 1"]
    for group in (1, 2):
        lines += [f"context c{group}", f" allocate-interface GigabitEthernet0/{group}", f" join-failover-group {group}"]
    lines += ["failover"]
    for group in (1, 2):
        lines += [f"changeto context c{group}", f"interface GigabitEthernet0/{group}", f" nameif net{group}"]
        lines += [f" ip address 10.{group}.0.1 255.255.255.0 standby 10.{group}.0.2"]
    return lines


def write_fleet(folder: Path, pairs: int, seed: int) -> None:
    """Writes the configurations of a fleet below a folder, in the form of a tree of RANCID."""
    dice = random.Random(seed)
    for site in range(pairs):
        make = active_active if site % 100 == 99 else active_standby
        lines = make(seed * 1_000_000 + dice.randrange(pairs // 2 + 1), site)
        where = folder / f"group{site % 7}" / "configs"
        where.mkdir(parents=True, exist_ok=True)
        for unit in ("primary", "secondary")[: 1 if dice.random() < 1 / 3 else 2]:
            at = next(place for place, line in enumerate(lines) if line.startswith("failover lan interface"))
            whole = [*lines[:at], f"failover lan unit {unit}", *lines[at:]]
            text = "\n".join(["!RANCID-CONTENT-TYPE: cisco", "!", *whole, ""])
            (where / f"{lines[0].split()[1]}-{unit[:3]}").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="writes the configurations of a made-up fleet")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pairs", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    write_fleet(given.folder, given.pairs, given.seed)
