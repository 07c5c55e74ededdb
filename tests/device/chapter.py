"""Pairs that stand as in the chapter's samples of `show failover` and its family."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

import attrs

from failover_fsm.config.records.pair_config import PairConfig
from failover_fsm.device.commands import show
from failover_fsm.device.records import GroupState, Host, InterfaceLine, LastFailover, ObjectCount, ShowFailover, Slot
from failover_fsm.device.records import Statistics as Block
from failover_fsm.device.show_failover import write_show_failover
from failover_fsm.device.style import CHAPTER, Style
from failover_fsm.pair.states import Unit
from tests.device.moments import P, S, moment


def data(port: str, name: str, active: str, standby: str) -> str:
    return f"interface {port}\n nameif {name}\n ip address {active} 255.255.255.0 standby {standby}\n"


LINK = """failover
failover lan unit primary
failover lan interface {name} {port}
failover link {name} {port}
failover interface ip {name} 172.27.48.1 255.255.255.0 standby 172.27.48.2
failover key *****
"""

ONE = PairConfig.from_asa(
    data("Ethernet0", "inside", "10.130.9.3", "10.130.9.4")
    + data("Ethernet1", "outside", "10.132.9.3", "10.132.9.4")
    + "interface Ethernet2\n"
    + LINK.format(name="fover", port="Ethernet2")
    + "failover polltime unit 1 holdtime 3\nfailover polltime interface 15 holdtime 75\nfailover replication http\n"
)

G = "GigabitEthernet"
SYSTEM = (
    "mode multiple\n"
    + "".join(f"interface {G}0/{port}\n" for port in range(10))
    + LINK.format(name="folink", port=f"{G}0/2").replace("failover\n", "", 1)
    + """failover group 1
 primary
 replication http
 polltime interface 4 holdtime 20
failover group 2
 secondary
 replication http
 polltime interface 4 holdtime 20
admin-context admin
"""
)


def contexts(**ports: tuple[int, int]) -> str:
    """Contexts, each with its group and the number of its first port; `admin` has group 1."""
    return "".join(
        f"context {name}\n"
        + "".join(f" allocate-interface {G}0/{port}\n" for port in range(*ports[name][1:]))
        + f" join-failover-group {ports[name][0]}\n"
        for name in ports
    )


TWO = PairConfig.from_asa(
    SYSTEM
    + contexts(admin=(1, 3, 7), ctx1=(1, 7, 9), ctx2=(2, 0, 2))
    + "failover\nchangeto context admin\n"
    + data(f"{G}0/3", "outside", "10.132.8.5", "10.132.8.6")
    + data(f"{G}0/4", "third", "10.132.9.5", "10.132.9.6")
    + data(f"{G}0/5", "inside", "10.130.8.5", "10.130.8.6")
    + data(f"{G}0/6", "fourth", "10.130.9.5", "10.130.9.6")
    + "changeto context ctx1\n"
    + data(f"{G}0/7", "outside", "10.1.1.1", "10.1.1.2")
    + data(f"{G}0/8", "inside", "10.2.2.1", "10.2.2.2")
    + "changeto context ctx2\n"
    + data(f"{G}0/0", "outside", "10.3.3.1", "10.3.3.2")
    + data(f"{G}0/1", "inside", "10.4.4.1", "10.4.4.2")
)
THIRD = {"name": "third"}  # the failover link of the sample has the name of a data interface, which is refused (SHW-41)
TWO_NAMED_TWICE = attrs.evolve(TWO, lan=attrs.evolve(TWO.lan, **THIRD), link=attrs.evolve(TWO.link, **THIRD))

GROUP = PairConfig.from_asa(
    SYSTEM
    + contexts(admin=(1, 3, 5), ctx=(2, 5, 6))
    + "failover\nchangeto context admin\n"
    + data(f"{G}0/3", "outside", "192.168.5.121", "192.168.5.131")
    + data(f"{G}0/4", "inside", "192.168.0.1", "192.168.0.11")
)

MONITORED = PairConfig.from_asa(
    data(f"{G}0/0", "outside", "192.168.1.2", "192.168.1.3")
    + data(f"{G}0/1", "inside", "10.1.1.91", "10.1.1.100")
    + LINK.format(name="fover", port=f"{G}0/2")
)

CARDS = {
    unit: (
        Slot(number=0, model="ASA-5530", hardware="1.0", software="7.0(0)79", status="Up Sys"),
        Slot(number=1, model="SSM-IDS-20", hardware="1.0", software=f"5.0({ids})S91({ids})", status="Up"),
    )
    for unit, ids in ((P, "0.11"), (S, "0.1"))
}
WITH_CARDS = attrs.evolve(CHAPTER, slots=CARDS)
WITH_GTP = attrs.evolve(CHAPTER, gtp=True)


def shown(command: str, unit: Unit, config: PairConfig, style: Style, start: datetime, *lines: str) -> str:
    return show(command, moment(*lines, config=config, style=style, start=start), unit)


def of_context() -> str:
    """The sample of a context, as a record: it prints its peer's interfaces as Normal and has not detected the peer."""
    names = (("outside", "192.168.5.121", "192.168.5.131"), ("inside", "192.168.0.1", "192.168.0.11"))
    hosts = [
        Host(
            groups=(GroupState(state=state, active_time=seconds),),
            interfaces=tuple(InterfaceLine(name=each[0], address=each[place], status="Normal") for each in names),
        )
        for place, state, seconds in ((1, "Negotiation", 1222), (2, "Not Detected", 0))
    ]
    rows = ("RPC services", "TCP conn", "UDP conn", "ARP tbl", "Xlate_Timeout", "GTP PDP", "GTP PDMCB", "SIP Session")
    record = ShowFailover(
        enabled=True, last_failover=(LastFailover(at="04:03:11 UTC Jan 4 2003"),), this=hosts[0], other=hosts[1],
        statistics=Block(status="Configured", headed=True, objects=tuple(ObjectCount(name=row) for row in rows)),
    )  # fmt: skip
    return write_show_failover(record)


SAMPLES: dict[str, Callable[[], str]] = {
    "as": partial(shown, "show failover", P, ONE, CHAPTER, datetime(2004, 12, 8, 22, 43, 58)),
    "aa": partial(shown, "show failover", P, TWO_NAMED_TWICE, WITH_CARDS, datetime(2004, 12, 9, 13, 40, 0)),
    "aa_group1": partial(
        shown, "show failover group 1", S, GROUP, WITH_GTP, datetime(2005, 1, 4, 4, 9, 45),
        "secondary: failover active group 1", "settle",
    ),
    "monitor": partial(shown, "show monitor-interface", P, MONITORED, CHAPTER, datetime(2005, 1, 1)),
    "context": of_context,
}  # fmt: skip
