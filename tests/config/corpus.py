"""The corpus of configurations as pairs, and the long form of their check: `python -m tests.config.corpus`.

Most public configurations are of a single unit. What they say of interfaces and ports is real; `as_pair` adds what an
operator would add to make a pair of it: a failover link on a port of its own, and a standby address for each address.
"""

from __future__ import annotations

import argparse
import ipaddress
import time
from collections.abc import Iterator
from pathlib import Path

import attrs

from failover_fsm.analysis.verify import check
from failover_fsm.checker import Verdict
from failover_fsm.config.asa.files import read_config
from failover_fsm.config.records.pair_config import FailoverInterface, Interface, InterfaceIp, PairConfig, Unit
from failover_fsm.model.places import explored_environment
from failover_fsm.pair.settings import Settings
from tests.config.generator import generate

DATA = Path(__file__).parents[1] / "data" / "config"
PUBLIC = sorted(
    [
        *(DATA / "public").glob("*.cfg"),
        *DATA.glob("fpr4150*.cfg"),
        *DATA.glob("cisco-asav*.cfg"),
        *DATA.glob("batfish*.cfg"),
    ]
)
SEEDS = range(162)
LINK_PORT = "GigabitEthernet9/9"
"""A port that no configuration of the corpus has."""


def standing(config: PairConfig) -> str:
    """What a configuration is: `pair`, `half a pair` where parts are missing, `single unit` without a failover link."""
    if config.lan is None:
        return "single unit"
    return "half a pair" if config.gaps else "pair"


def as_pair(config: PairConfig) -> PairConfig:
    """The configuration, made a pair where it is one of a single unit."""
    if config.lan is not None:
        return config
    address = InterfaceIp(name="folink", address="198.18.0.1", mask="255.255.255.252", standby="198.18.0.2")
    return attrs.evolve(
        config,
        enabled=True,
        unit=Unit.PRIMARY,
        lan=FailoverInterface(name="folink", port=LINK_PORT),
        interface_ips=[address],
        interfaces=[_with_standby(each) for each in config.interfaces],
    )


def _with_standby(interface: Interface) -> Interface:
    """The interface with the next free address of its subnet as the standby address; with none, the subnet is full."""
    if interface.address is None or interface.standby is not None:
        return interface
    network = ipaddress.IPv4Network((interface.address, f"{interface.mask}"), strict=False)
    own = ipaddress.IPv4Address(interface.address)
    free = (str(each) for each in (own + 1, own - 1) if each in network and each != network.broadcast_address)
    return attrs.evolve(interface, standby=next(free, None))


def shape(config: PairConfig) -> tuple[object, ...]:
    """What a check explores: pairs of one shape differ in names and addresses only, and get the same verdict."""
    found = Settings.of(config)
    names = {carrier.name: f"port {number}" for number, carrier in enumerate(found.carriers)}
    plain = attrs.evolve(
        found,
        ports=tuple(attrs.evolve(port, name=str(number), macs=None) for number, port in enumerate(found.ports)),
        carriers=tuple(attrs.evolve(each, name=names[each.name], members=()) for each in found.carriers),
        contexts=tuple((str(number), group) for number, (_name, group) in enumerate(found.contexts)),
        links=(),
        passed=(),
        enabled=True,
    )
    return plain, explored_environment(config)


def corpus() -> Iterator[tuple[str, PairConfig]]:
    """The name and the pair of each configuration that is a whole one, or can be made one."""
    for path in PUBLIC:
        config = read_config(path)
        if not config.gaps:
            yield path.name, as_pair(config)
    for seed in SEEDS:
        yield f"generated {seed}", PairConfig.from_asa(generate(seed).text, source=f"seed {seed}")


def main() -> int:
    """Checks every shape of the corpus once, as `failover-fsm check` would; returns 1 if one gets no verdict."""
    parser = argparse.ArgumentParser(description="check every configuration of the corpus, each shape once")
    parser.add_argument("--slowest", metavar="S", type=float, default=300.0, help="seconds a check may take")
    most = parser.parse_args().slowest
    shapes: dict[object, list[str]] = {}
    pairs: dict[object, PairConfig] = {}
    for name, config in corpus():
        shapes.setdefault(shape(config), []).append(name)
        pairs.setdefault(shape(config), config)
    seconds: list[float] = []
    undecided = []
    for each, names in shapes.items():
        began = time.monotonic()
        report = check(pairs[each])
        seconds.append(time.monotonic() - began)
        print(f"{names[0]} and {len(names) - 1} like it: {report.verdict.value}, {report.result.states:,} states,"
              f" {seconds[-1]:.1f} s", flush=True)  # fmt: skip
        undecided += names if report.verdict is Verdict.UNDECIDED or seconds[-1] > most else []
    print(f"{sum(map(len, shapes.values()))} configurations, {len(shapes)} shapes, {sum(seconds):.0f} s;"
          f" the slowest {max(seconds):.0f} s; without a verdict in {most:g} s: {undecided or 'none'}")  # fmt: skip
    return int(bool(undecided))


if __name__ == "__main__":
    raise SystemExit(main())
