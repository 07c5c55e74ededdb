"""What is written is read as it was: random records of every text, and what random pairs print."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import attrs
import pytest

from failover_fsm.device import family as of
from failover_fsm.device import (
    read_failover_history,
    read_failover_interface,
    read_failover_state,
    read_monitor_interface,
    read_show_failover,
    write_failover_history,
    write_failover_interface,
    write_failover_state,
    write_monitor_interface,
    write_show_failover,
)
from failover_fsm.device import records as r
from failover_fsm.device.failover_interface import FailoverInterfaces, LinkAddresses
from failover_fsm.device.failover_state import FailedInterface, FailoverState, HostState, LastFailure
from failover_fsm.device.fields import FAILURES, INTERFACE_STATUSES, STATES
from failover_fsm.device.history import FailoverHistory, HistoryEntry
from failover_fsm.device.interfaces import read_interfaces, write_interfaces
from failover_fsm.device.memory import remember
from failover_fsm.device.moment import Moment, show_failover
from failover_fsm.device.show_failover import CABLE_STATES
from failover_fsm.device.style import CHAPTER, EARLIER, LATER
from failover_fsm.pair import events as e
from failover_fsm.pair.pair import Pair
from failover_fsm.pair.states import Unit
from failover_fsm.text.story import RecordedStep
from tests.device.moments import ONE, TWO, P, S
from tests.patience import PATIENT

MANY = 10_000 if PATIENT else 200
NAMES = ("inside", "OUTSIDE", "dmz-1", "vlan72", "x_y", "Interface", "slot")
PORTS = ("GigabitEthernet0/2", "Ethernet1/4", "Port-channel1", "Vlan150", "Management0/0.7")
STATES_TOO = (*STATES, "Some New State")
ADDRESSES = ("10.0.0.1", "0.0.0.0", "10.1.1.1/2001:db8::1", "2001:db8:0:1::a")
UNITS = ("Primary", "Secondary")


@attrs.define
class Dice:
    """Random parts of records."""

    rolled: random.Random

    def one(self, *values: Any) -> Any:
        return self.rolled.choice(values)

    def maybe(self, *values: Any) -> Any:
        return self.one(None, *values)

    def some(self, make: Callable[[], Any], most: int = 3, least: int = 0) -> tuple[Any, ...]:
        return tuple(make() for _ in range(self.rolled.randint(least, most)))

    def count(self) -> int:
        return self.one(0, 1, 60, 4246925, 2328225841 * 7)

    def stamp(self) -> str:
        number = self.rolled.randint
        month, zone = self.one("Jan", "May", "Dec"), self.one("UTC", "GMT/BST", "CEST")
        return f"{number(0, 23):02}:{number(0, 59):02}:{number(0, 59):02} {zone} {month} {number(1, 31)} 2026"

    def interface(self, *, suffix: bool = True) -> r.InterfaceLine:
        return r.InterfaceLine(
            context=self.maybe("admin", "ctx-1"), name=self.one(*NAMES), address=self.maybe(*ADDRESSES),
            status=self.one(*INTERFACE_STATUSES, "Brand New"),
            monitoring=self.maybe("Monitored", "Waiting", "Not-Monitored", "Shutdown") if suffix else None,
        )  # fmt: skip

    def slot(self) -> r.Slot:
        number = self.rolled.randint(0, 3)
        if self.one(True, False):
            return r.Slot(number=number)
        if self.one(True, False, False):
            return r.Slot(number=number, model="snort", hardware="1.0", status="up",
                          notes=self.some(lambda: "snort poll success:3041 miss:0", 1))  # fmt: skip
        module = r.ServiceModule(application=self.one("IPS", "ASA FirePOWER"), release="7.2(1)E4", status="Up",
                                 monitoring=self.maybe("Monitored"))  # fmt: skip
        return r.Slot(
            number=number, model=self.one("ASA5512", "SSM-IDS-20"), hardware=self.one("", "1.0", "N/A"),
            software=self.one("", "8.6(1)2", "5.0(0.11)S91(0.11)"), status=self.one("Up Sys", "Up/Up", "Up"),
            modules=self.some(lambda: module, 1),
        )  # fmt: skip

    def host(self, kind: str, role: str) -> r.Host:
        def state(group: int | None) -> r.GroupState:
            return r.GroupState(group=group, state=self.one(*STATES_TOO), active_time=self.count())

        numbers = (1, 2) if kind == "groups" else (None,)
        return r.Host(
            role=None if kind == "context" else role,
            groups=tuple(state(number) for number in numbers),
            slots=self.some(self.slot, 2) if kind in ("unit", "groups") else (),
            interfaces=self.some(self.interface),
        )

    def statistics(self) -> r.Statistics | None:
        def row() -> r.ObjectCount:
            names = ("General", "VPN IKE upd", "SIP Tx", "Umbrella Device-ID", "L2BRIDGE tbl")
            return r.ObjectCount(name=self.one(*names), xmit=self.count(), xerr=self.count(), rcv=self.count(),
                                 rerr=self.count())  # fmt: skip

        def queue() -> r.QueueCount:
            return r.QueueCount(queue=self.one("Recv", "Xmit"), current=0, most=self.count(), total=self.count())

        rows = self.some(row)
        link = {"link_name": self.one(*NAMES), "link_port": self.maybe(*PORTS),
                "link_state": self.one("up", "failed", "administratively down")}  # fmt: skip
        names = self.one(link, {"status": "Configured"}, {"status": "Unconfigured"})
        return self.one(None, r.Statistics(objects=rows, headed=bool(rows) and self.one(True, False),
                                           queues=self.some(queue, 2), **names))  # fmt: skip

    def show_failover(self) -> r.ShowFailover:
        kind = self.one("unit", "groups", "group", "context")
        role = self.rolled.randint(0, 1)
        lasts = (1, 2) if kind == "groups" else (None,)
        found = r.ShowFailover(
            enabled=None if kind == "group" else self.one(True, False),
            last_failover=self.one((), tuple(r.LastFailover(group=number, at=self.stamp()) for number in lasts)),
            this=self.host(kind, UNITS[role]), other=self.host(kind, UNITS[1 - role]), statistics=self.statistics(),
        )  # fmt: skip
        return found if kind in ("group", "context") else attrs.evolve(found, **self.head())

    def head(self) -> dict[str, Any]:
        lan = {
            "lan_name": self.one(*NAMES),
            "lan_port": self.maybe(*PORTS),
            "lan_state": self.one("up", "failed", "down"),
        }
        times = (None, 200, 1000, 15000, 1500)
        poll, check = self.one(*times), self.one(*times)
        return {
            **self.one({"lan_missing": True}, lan, {}),
            "note": self.maybe("pseudo-Standby"), "cable": self.maybe(*CABLE_STATES), "unit": self.maybe(*UNITS),
            "reconnect_timeout": self.maybe("0:00:00"), "unit_poll_ms": poll,
            "unit_hold_ms": poll and self.maybe(800, 45000), "interface_poll_ms": check,
            "interface_hold_ms": check and self.maybe(5000), "policy": self.maybe("1", "25%"),
            **self.one({}, {"monitored": 3, "monitored_most": 250}), "mac_move": self.maybe("not set", "5"),
            "replication": self.maybe("http"), **self.one({}, {"version": "9.6(4)5", "mate_version": "Unknown"}),
            **self.one({}, {"serial": "JAD201603CM", "mate_serial": "Unknown"}),
        }  # fmt: skip

    def monitored(self) -> tuple[r.Host, r.Host]:
        def host(role: str) -> r.Host:
            state = r.GroupState(state=self.one(*(state for state in STATES if state != "Standby Ready"), "Standby"))
            return r.Host(role=role, groups=(state,), interfaces=self.some(self.interface))

        return host("Primary"), host("Secondary")

    def failover_state(self) -> FailoverState:
        def failure(group: int | None) -> LastFailure:
            reason = self.maybe(*FAILURES[1:])
            ports = [FailedInterface(context=self.maybe("admin"), interface=self.one(*NAMES), status="Failed")]
            return LastFailure(group=group, state=self.one(*STATES), reason=reason,
                               at=None if reason is None else self.stamp(),
                               interfaces=() if reason is None else self.some(lambda: ports[0]))  # fmt: skip

        numbers = self.one((None,), (1, 2))
        lines = ("Sync Done", "Sync Done - STANDBY", "Config Syncing", "Interface Config Syncing - STANDBY")
        return FailoverState(
            this=HostState(role="Primary", groups=tuple(map(failure, numbers))),
            other=HostState(role="Secondary", groups=tuple(map(failure, numbers))),
            configuration=self.some(lambda: self.one(*lines), 2), communication=self.one((), ("Mac set",)),
        )  # fmt: skip

    def history(self) -> FailoverHistory:
        group = self.one(True, False)
        reasons = ("No Active unit found", "Interface check", "Set by the config command")

        def entry() -> HistoryEntry:
            return HistoryEntry(
                at=self.stamp(), group=self.rolled.randint(0, 2) if group else None, before=self.one(*STATES),
                after=self.one(*STATES), reason=self.one(*reasons), details=self.some(lambda: "Other host:0", 1),
            )  # fmt: skip

        return FailoverHistory(entries=self.some(entry, 5, 1))

    def links(self) -> FailoverInterfaces:
        def link() -> LinkAddresses:
            return LinkAddresses(name=self.one(*NAMES), port=self.one(*PORTS), system=self.maybe("10.0.0.1 255.0.0.0"),
                                 mine=self.maybe("2001:db8::a"), others=self.maybe("10.0.0.2"))  # fmt: skip

        return FailoverInterfaces(links=self.some(link))


def both(shown: r.ShowFailover) -> r.ShowFailover:
    """A record of two monitored hosts, written and read."""
    return read_monitor_interface(write_monitor_interface(shown.this, shown.other))


KINDS: dict[str, tuple[Callable[[Dice], Any], Callable[[Any], Any]]] = {
    "show failover": (Dice.show_failover, lambda made: read_show_failover(write_show_failover(made))),
    "state": (Dice.failover_state, lambda made: read_failover_state(write_failover_state(made))),
    "history": (Dice.history, lambda made: read_failover_history(write_failover_history(made))),
    "interface": (Dice.links, lambda made: read_failover_interface(write_failover_interface(made))),
    "monitor": (lambda dice: r.ShowFailover(**dict(zip(("this", "other"), dice.monitored(), strict=True))), both),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_random_record_is_read_as_it_was_written(kind: str) -> None:
    make, through = KINDS[kind]
    for number in range(MANY):
        made = make(Dice(random.Random(number)))
        assert through(made) == made, number


# -- random pairs ----------------------------------------------------------------------------------


def walk(config: Any, seed: int, length: int) -> list[Moment]:
    """Moments of a random walk of a pair; most of its steps are protocol steps, so that it comes to rest."""
    rolled, pair = random.Random(seed), Pair.cold(config)
    steps: list[RecordedStep] = []
    found = []
    for number in range(length):
        possible = pair.possible()
        steps_now = [each for each in possible if isinstance(each, e.ProtocolStep)]
        event = rolled.choice(steps_now) if steps_now and rolled.random() < 0.8 else rolled.choice(possible)
        after, outputs = pair.step(event)
        steps.append(RecordedStep(event, pair.state, after.state, outputs))
        pair = after
        if number % 3 == 2:
            memories, now = remember(steps, pair.settings)
            found.append(Moment(state=pair.state, settings=pair.settings, config=config, memories=memories, now=now,
                                style=rolled.choice((CHAPTER, EARLIER, LATER))))  # fmt: skip
    return found


@pytest.mark.parametrize("config", [ONE, TWO], ids=["one", "two"])
def test_what_a_random_pair_prints_is_read_as_it_was_meant(config: Any) -> None:
    for seed in range(max(2, MANY // 100)):
        for moment in walk(config, seed, 60):
            for unit in (P, S):
                if moment.state.unit(unit).powered:
                    _read_as_meant(moment, unit)


def _read_as_meant(moment: Moment, unit: Unit) -> None:
    inside = [{}, {"context": "office"}, {"group": 2}] if moment.settings.groups else [{}]
    for where in inside:
        shown = show_failover(moment, unit, **where)
        assert read_show_failover(write_show_failover(shown)) == shown
    state, kept = of.failover_state(moment, unit), of.failover_history(moment, unit)
    assert read_failover_state(write_failover_state(state)) == state
    assert read_failover_history(write_failover_history(kept)) == kept
    links, ports = of.failover_interfaces(moment, unit), of.interfaces(moment, unit)
    assert read_failover_interface(write_failover_interface(links)) == links
    assert read_interfaces(write_interfaces(ports)) == ports
