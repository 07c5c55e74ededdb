"""Configurations as devices print them, from 7.0 to 9.20, together with what they say.

Written from printed configurations (`tests/data/config`) and the configuration guides, not from the reader: the facts
in a Printed come from the choices that made the text, so that a reader which is wrong about a text disagrees.

Each platform prints its ports in its own way. A data interface is a port, a subinterface of a trunk, a Redundant
interface (8.0 and later), a Port-channel (8.4) or, on an ASA 5505, a Vlan. In transparent mode addresses are global
before 8.4 and belong to bridge groups later. Multiple context mode comes as a session log or as one text.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

import attrs

VERSIONS = (
    "7.0(8)", "7.2(4)", "8.0(5)", "8.2(1)", "8.2(5)", "8.3(2)", "8.4(7)", "8.6(1)2", "9.0(4)", "9.1(7)", "9.4(4)",
    "9.6(4)5", "9.8(4)", "9.12(4)", "9.14(2)", "9.16(4)", "9.18(3)", "9.20(3)",
)  # fmt: skip
MOST_INTERFACES = 64


@attrs.frozen
class Platform:
    """A model: its ports in order, the releases that it runs, and whether it has contexts."""

    name: str
    ports: tuple[str, ...]
    first: tuple[int, int]
    last: tuple[int, int]
    contexts: bool = True


def _run(kind: str, first: int, last: int) -> tuple[str, ...]:
    return tuple(f"{kind}{number}" for number in range(first, last + 1))


PLATFORMS = (
    Platform("ASA5505", (), (7, 2), (9, 2), contexts=False),
    Platform("ASA5510", (*_run("Ethernet0/", 0, 3), "Management0/0"), (7, 0), (9, 1)),
    Platform("ASA5540", (*_run("GigabitEthernet0/", 0, 3), *_run("GigabitEthernet1/", 0, 3)), (7, 0), (9, 1)),
    Platform("ASA5580", (*_run("GigabitEthernet3/", 0, 3), *_run("TenGigabitEthernet5/", 0, 1)), (8, 1), (9, 1)),
    Platform("ASA5585", (*_run("GigabitEthernet0/", 0, 7), *_run("TenGigabitEthernet0/", 8, 9)), (8, 2), (9, 12)),
    Platform("ASA5525", (*_run("GigabitEthernet0/", 0, 7), "Management0/0"), (8, 6), (9, 14)),
    Platform("ASA5516", _run("GigabitEthernet1/", 1, 8), (9, 4), (9, 16)),
    Platform("FPR-4150", _run("Ethernet1/", 1, 8), (9, 6), (9, 20)),
    Platform("ASAv", _run("GigabitEthernet0/", 0, 8), (9, 4), (9, 20), contexts=False),
)


def _release(version: str) -> tuple[int, int]:
    major, minor = version.split("(")[0].split(".")
    return int(major), int(minor)


@attrs.define
class Data:
    """A data interface: where it is, its name, whether it is monitored, and the port that carries it."""

    place: str
    name: str
    carrier: str
    context: str | None = None
    monitored: bool = True
    bridge: int = 0
    standby: bool = True


@attrs.define
class Printed:
    """A text, and what it says."""

    seed: int
    platform: Platform
    version: str
    multiple: bool
    transparent: bool
    unit: str
    text: str = ""
    data: list[Data] = attrs.Factory(list)
    contexts: dict[str, int] = attrs.Factory(dict)
    groups: dict[int, str] = attrs.Factory(dict)
    lan_port: str = ""
    state_port: str | None = None
    unit_poll: tuple[int, int] = (1000, 15000)
    policy: str = "1"

    @property
    def release(self) -> tuple[int, int]:
        """The major and the minor number."""
        return _release(self.version)

    @property
    def bridged(self) -> bool:
        """Whether bridge groups hold the addresses of transparent mode."""
        return self.transparent and self.release >= (8, 4)


def generate(seed: int) -> Printed:
    """The configuration of this number; the same for ever."""
    chance = random.Random(seed)
    platform = PLATFORMS[seed % len(PLATFORMS)]
    version = chance.choice([each for each in VERSIONS if platform.first <= _release(each) <= platform.last])
    printed = Printed(
        seed=seed,
        platform=platform,
        version=version,
        multiple=platform.contexts and chance.random() < 0.4,
        transparent=chance.random() < 0.35,
        unit=chance.choice(("primary", "secondary")),
    )
    _Writer(printed, chance).write()
    return printed


class _Writer:
    """Chooses what a configuration says, and prints it."""

    def __init__(self, printed: Printed, chance: random.Random) -> None:
        self.printed = printed
        self.chance = chance
        self.physical: dict[str, list[str]] = {}  # the lines below each physical port, in the order of printing
        self.bundles: dict[str, list[str]] = {}  # the same of Port-channels and Redundant interfaces
        self.subinterfaces: dict[str, list[str]] = {}
        self.subnets = iter(range(1, 250))

    def write(self) -> None:
        """Fills in the text and the facts."""
        printed = self.printed
        if printed.platform.name == "ASA5505":
            printed.transparent = False
            self._choose_vlans()
        else:
            self._choose_ports()
        self._choose_contexts()
        self._choose_monitoring()
        printed.unit_poll = self.chance.choice(((1000, 15000), (1000, 15000), (300, 1000), (200, 800), (3000, 9000)))
        printed.policy = self.chance.choice(("1", "1", "2", "50%"))
        text = self._session() if printed.multiple else self._single()
        printed.text = "\n".join(text) + "\n"

    # -- choices ---------------------------------------------------------------------------------

    def _choose_vlans(self) -> None:
        """An ASA 5505: Vlans over switch ports, one of them a trunk; no stateful link, no contexts."""
        printed = self.printed
        count = self.chance.randint(2, 5)
        for index in range(count):
            vlan, port = index + 1, f"Ethernet0/{min(index, 3)}"
            self.bundles[f"Vlan{vlan}"] = []
            if index < 3:
                self.physical[port] = [] if vlan == 1 else [f"switchport access vlan {vlan}"]
            printed.data.append(Data(f"Vlan{vlan}", f"net{vlan}", port))
        if count > 3:
            allowed = ",".join(str(vlan) for vlan in range(4, count + 1))
            trunk = [f"switchport trunk allowed vlan {allowed}", "switchport trunk native vlan 99"]
            self.physical["Ethernet0/3"] = [*trunk, "switchport mode trunk"]
        for number in range(min(count, 4), 7):
            self.physical[f"Ethernet0/{number}"] = ["switchport access vlan 999", "shutdown"]
        self.physical["Ethernet0/7"] = ["switchport access vlan 100"]
        self.bundles["Vlan100"] = ["description LAN Failover Interface"]
        printed.lan_port = "Vlan100"

    def _choose_ports(self) -> None:
        printed, chance = self.printed, self.chance
        ports = [port for port in printed.platform.ports if not port.startswith("Management")]
        self.physical = {port: [] for port in printed.platform.ports}
        self._choose_links(ports)
        carriers = self._choose_bundles(ports)
        wanted = chance.choice((1, 2, 3, 4, 6, 12, 32 if printed.bridged else MOST_INTERFACES))
        for carrier in carriers:
            left = wanted - len(printed.data)
            if left <= 0:
                break
            is_last = carrier == carriers[-1]
            if (is_last and left > 1) or chance.random() < 0.3:
                self._add_trunk(carrier, left if is_last else min(left, chance.randint(1, 6)))
            else:
                printed.data.append(Data(carrier, self._name(), carrier))

    def _choose_links(self, ports: list[str]) -> None:
        """The failover link on the last port, and the stateful link beside it, on it, or nowhere."""
        printed = self.printed
        printed.lan_port = ports.pop()
        self.physical[printed.lan_port] = ["description LAN/STATE Failover Interface"]
        choice = self.chance.random()
        if choice < 0.4:
            printed.state_port = printed.lan_port
        elif choice < 0.7 and len(ports) > 1:
            printed.state_port = ports.pop()
            self.physical[printed.state_port] = ["description STATE Failover Interface"]

    def _choose_bundles(self, ports: list[str]) -> list[str]:
        """Some ports become members of a bundle, where the release has one; what is left carries data."""
        release, carriers = self.printed.release, []
        while ports:
            port = ports.pop(0)
            if len(ports) > 0 and release >= (8, 4) and self.chance.random() < 0.25:
                number = len(self.bundles) + 1
                for member in (port, ports.pop(0)):
                    self.physical[member] = [f"channel-group {number} mode active"]
                port = f"Port-channel{number}"
                self.bundles[port] = []
            elif len(ports) > 0 and release >= (8, 0) and self.chance.random() < 0.15:
                number = len(self.bundles) + 1
                self.bundles[f"Redundant{number}"] = [f"member-interface {port}", f"member-interface {ports.pop(0)}"]
                port = f"Redundant{number}"
            carriers.append(port)
        return carriers

    def _add_trunk(self, carrier: str, count: int) -> None:
        for index in range(count):
            vlan = 100 + 10 * index
            self.subinterfaces[f"{carrier}.{vlan}"] = [f"vlan {vlan}"]
            self.printed.data.append(Data(f"{carrier}.{vlan}", self._name(), carrier))

    def _name(self) -> str:
        count = len(self.printed.data)
        return ("outside", "inside", "dmz")[count] if count < 3 else f"net-{count}"

    def _choose_contexts(self) -> None:
        """Contexts, each with some of the interfaces; in most pairs of them two failover groups."""
        printed, chance = self.printed, self.chance
        if not printed.multiple:
            return
        names = ["admin", *(f"ctx{number}" for number in range(1, chance.randint(1, 4)))]
        active_active = chance.random() < 0.6
        printed.groups = {1: "primary", 2: "secondary"} if active_active else {}
        printed.contexts = {name: chance.choice((1, 2)) if active_active and name != "admin" else 1 for name in names}
        for index, each in enumerate(printed.data):
            each.context = names[index % len(names)]

    def _choose_monitoring(self) -> None:
        """Ports are monitored, subinterfaces are not; some lines say otherwise. A bridge group has four members."""
        printed, seen = self.printed, dict.fromkeys([None, *self.printed.contexts], 0)
        for each in printed.data:
            each.monitored = "." not in each.place
            if self.chance.random() < 0.4:
                each.monitored = not each.monitored
            each.standby = self.chance.random() < 0.9
            each.bridge = 1 + seen[each.context] // 4 if printed.bridged else 0
            seen[each.context] += 1
        if printed.transparent:  # an address serves several, and either has a standby address or not
            keys = [(each.context, each.bridge) for each in printed.data]
            served = {key: self.chance.random() < 0.9 for key in keys}
            for key, each in zip(keys, printed.data, strict=True):
                each.standby = served[key]

    # -- text ------------------------------------------------------------------------------------

    def _single(self) -> Iterator[str]:
        yield from self._head("", self.printed.transparent)
        yield from self._interface_blocks(None)
        yield from self._middle(self.printed.data)
        yield from self._global_address(None)
        yield from self._failover()
        yield from self._monitor_lines(None)
        yield from self._tail()

    def _session(self) -> Iterator[str]:
        """The system space and then each context, behind prompts or behind `changeto` alone."""
        logged = self.chance.random() < 0.6
        host = f"fw{self.printed.seed}"
        if logged:
            yield f"{host}# changeto system"
            yield f"{host}# show running-config"
        yield from self._head(" <system>", self.printed.transparent)
        yield from self._interface_blocks(None)
        yield from self._middle([])
        yield from self._failover()
        yield from self._context_blocks()
        yield from self._tail()
        for name in self.printed.contexts:
            yield f"{host}# changeto context {name}" if logged else f"changeto context {name}"
            if logged:
                yield f"{host}/{name}# show running-config"
            yield from self._head(" <context>", self.printed.transparent and self.printed.release >= (9, 0), name)
            yield from self._interface_blocks(name)
            yield from self._middle([each for each in self.printed.data if each.context == name])
            yield from self._global_address(name)
            yield from self._monitor_lines(name)
            yield from self._tail()

    def _head(self, suffix: str, transparent: bool, hostname: str | None = None) -> Iterator[str]:
        yield ": Saved"
        yield ":"
        yield f"ASA Version {self.printed.version}{suffix} "
        yield "!"
        if transparent:
            yield "firewall transparent"
        yield f"hostname {hostname or f'fw{self.printed.seed}'}"
        yield "enable password ***** encrypted"
        yield "names"
        yield "!"

    def _interface_blocks(self, context: str | None) -> Iterator[str]:
        """The blocks of the system space and single mode, or those of a context."""
        printed = self.printed
        here = {each.place: each for each in printed.data if each.context == context}
        if context is None:
            trunks = list(self.subinterfaces)
            places = {**self.bundles, **self.physical} if printed.platform.name == "ASA5505" else {**self.physical}
            if printed.platform.name != "ASA5505":
                places |= self.bundles
            for place, lines in places.items():
                yield from self._block(place, lines, here.get(place))
                for sub in trunks:
                    if sub.rpartition(".")[0] == place:
                        yield from self._block(sub, self.subinterfaces[sub], here.get(sub))
        else:
            for place, each in here.items():
                yield from self._block(place, [], each)
        yield from self._bridge_blocks(here)

    def _block(self, place: str, lines: list[str], data: Data | None) -> Iterator[str]:
        yield f"interface {place}"
        yield from (f" {line}" for line in lines)
        if data is not None:
            yield f" nameif {data.name}"
            if data.bridge:
                yield f" bridge-group {data.bridge}"
            yield f" security-level {0 if data.name == 'outside' else 100}"
            if not self.printed.transparent:
                yield f" {self._address(data.standby)}"
        elif not self.printed.multiple and not place.startswith(("Ethernet0/", "Vlan")):
            yield from (" shutdown",) if place in self.physical and not self._is_used(place, lines) else ()
            yield " no nameif"
            yield " no security-level"
            yield from (" no ip address",) if not self.printed.transparent else ()
        yield "!"

    def _is_used(self, place: str, lines: list[str]) -> bool:
        """Whether a port has lines of its own, subinterfaces, or a Redundant interface that it is a member of."""
        members = [line.split()[-1] for bundle in self.bundles.values() for line in bundle]
        return bool(lines) or place in members or any(each.carrier == place for each in self.printed.data)

    def _bridge_blocks(self, here: dict[str, Data]) -> Iterator[str]:
        for bridge in sorted({each.bridge for each in here.values() if each.bridge}):
            member = next(each for each in here.values() if each.bridge == bridge)
            yield f"interface BVI{bridge}"
            yield f" {self._address(member.standby)}"
            yield "!"

    def _address(self, standby: bool) -> str:
        subnet = next(self.subnets)
        other = f" standby 10.{subnet}.0.2 " if standby else " "
        return f"ip address 10.{subnet}.0.1 255.255.255.0{other}"

    def _global_address(self, context: str | None) -> Iterator[str]:
        here = [each for each in self.printed.data if each.context == context]
        if self.printed.transparent and not self.printed.bridged and here:
            yield self._address(here[0].standby)

    def _middle(self, data: list[Data]) -> Iterator[str]:
        yield "ftp mode passive"
        yield "access-list OUT extended permit icmp any any "
        yield "pager lines 24"
        yield "logging asdm informational"
        yield from (f"mtu {each.name} 1500" for each in data)

    def _failover(self) -> Iterator[str]:
        printed = self.printed
        poll, hold = printed.unit_poll
        yield "failover"
        yield f"failover lan unit {printed.unit}"
        yield f"failover lan interface FOVER {printed.lan_port}"
        if (poll, hold) != (1000, 15000):
            yield f"failover polltime unit {_time(poll)} holdtime {_time(hold)}"
        if not printed.groups and printed.policy != "1":
            yield f"failover interface-policy {printed.policy}"
        yield "failover key *****"
        if printed.state_port is not None:
            yield "failover replication http" if not printed.groups else "no failover replication http"
            name = "FOVER" if printed.state_port == printed.lan_port else "STATE"
            yield f"failover link {name} {printed.state_port}"
            if name == "STATE":
                yield "failover interface ip STATE 172.31.0.5 255.255.255.252 standby 172.31.0.6"
        yield "failover interface ip FOVER 172.31.0.1 255.255.255.252 standby 172.31.0.2"
        if printed.release >= (9, 12):
            yield "no failover wait-disable"
        for number, preferred in printed.groups.items():
            yield f"failover group {number}"
            yield from ("  secondary",) if preferred == "secondary" else ()
            yield "  preempt 60"
            yield from (f"  interface-policy {printed.policy}",) if printed.policy != "1" else ()
            yield "  replication http"

    def _context_blocks(self) -> Iterator[str]:
        yield "admin-context admin"
        for name, group in self.printed.contexts.items():
            yield f"context {name}"
            for each in self.printed.data:
                if each.context == name:
                    yield f"  allocate-interface {each.place} "
            yield f"  config-url disk0:/{name}.cfg"
            yield from (f"  join-failover-group {group}",) if self.printed.groups else ()
            yield "!"
            yield ""

    def _monitor_lines(self, context: str | None) -> Iterator[str]:
        for each in self.printed.data:
            if each.context == context and each.monitored == ("." in each.place):
                yield f"{'' if each.monitored else 'no '}monitor-interface {each.name}"
        if self.printed.release >= (9, 6):
            yield "no monitor-interface service-module "

    def _tail(self) -> Iterator[str]:
        yield "icmp unreachable rate-limit 1 burst-size 1"
        yield "no asdm history enable"
        yield "arp timeout 14400"
        yield "timeout xlate 3:00:00"
        yield "timeout conn 1:00:00 half-closed 0:10:00 udp 0:02:00 icmp 0:00:02"
        yield "class-map inspection_default"
        yield " match default-inspection-traffic"
        yield "policy-map global_policy"
        yield " class inspection_default"
        yield "  inspect ftp "
        yield "service-policy global_policy global"
        yield "prompt hostname context "
        yield "Cryptochecksum:00000000000000000000000000000000"
        yield ": end"


def _time(milliseconds: int) -> str:
    return f"msec {milliseconds}" if milliseconds < 1000 else str(milliseconds // 1000)
