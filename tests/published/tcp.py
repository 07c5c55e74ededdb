"""The connection states of TCP, from opening to closing: MCtcp, of tlaplus/Examples, tcp (Kuppe), after RFC 9293.

One side has sent its SYN and the other listens; nobody opens again, and nothing is repeated in a row: 1,182
distinct states, 6,322 generated, depth 14. Both restrictions are constraints of the search there: TLC generates the
steps and drops them; here they change nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs

from failover_fsm.checker import leads_to

from .case import Case, action, among, rule
from .queues import cell_of, cells, first, length, push, shift

LENGTH = 8
MESSAGES = ("SYN", "SYN,ACK", "ACK", "RST", "FIN", "ACKofFIN")
STATES = (
    "LISTEN",
    "CLOSED",
    "SYN-SENT",
    "SYN-RECEIVED",
    "ESTABLISHED",
    "FIN-WAIT-1",
    "FIN-WAIT-2",
    "CLOSING",
    "CLOSE-WAIT",
    "LAST-ACK",
    "TIME-WAIT",
)
Message = cell_of(MESSAGES)


@attrs.frozen
class Peer:
    """Whether it has a control block, its state, and what is under way to it."""

    state: str = among(STATES)
    block: bool = True
    inbox: tuple[Any, ...] = cells(LENGTH, Message)


@attrs.frozen
class Connection:
    """Both sides."""

    peers: tuple[Peer, Peer]


# What a side does by itself: (in which state, the state after it, what it sends, the control block after it).
USER = {
    "close unanswered": ("SYN-SENT", "CLOSED", "", False),
    "close half open": ("SYN-RECEIVED", "FIN-WAIT-1", "FIN", None),
    "close listening": ("LISTEN", "CLOSED", "", False),
    "close": ("ESTABLISHED", "FIN-WAIT-1", "FIN", None),
    "close too": ("CLOSE-WAIT", "LAST-ACK", "FIN", None),
}
# What it does upon a message: (in which state, the message, the state after it, the answer).
SYSTEM = [
    ("SYN-SENT", "SYN", "SYN-RECEIVED", "SYN,ACK"),
    ("SYN-SENT", "SYN,ACK", "ESTABLISHED", "ACK"),
    ("SYN-RECEIVED", "RST", "LISTEN", ""),
    ("SYN-RECEIVED", "ACK", "ESTABLISHED", ""),
    ("LISTEN", "SYN", "SYN-RECEIVED", "SYN,ACK"),
    ("ESTABLISHED", "FIN", "CLOSE-WAIT", "ACKofFIN"),
    ("FIN-WAIT-1", "FIN", "CLOSING", "ACKofFIN"),
    ("FIN-WAIT-1", "ACKofFIN", "FIN-WAIT-2", ""),
    ("FIN-WAIT-2", "FIN", "TIME-WAIT", "ACKofFIN"),
    ("CLOSING", "ACKofFIN", "TIME-WAIT", ""),
    ("LAST-ACK", "ACKofFIN", "CLOSED", ""),
]


def sends(state: Any, me: int, message: str) -> bool:
    """Send to the other side; False where the message would repeat the one before it."""
    inbox = state.peers[1 - me].inbox
    count = length(inbox)
    if count and inbox[count - 1].item == message:
        return False
    push(inbox, message)
    return True


def user(what: str, me: int, state: Any) -> bool:
    before, after, message, block = USER[what]
    peer = state.peers[me]
    if peer.state != before:
        return False
    if not message or sends(state, me, message):
        peer.state = after
        peer.block = peer.block if block is None else block
    return True


def receive(before: str, message: str, after: str, answer: str, me: int, state: Any) -> bool:
    peer = state.peers[me]
    if peer.state != before or first(peer.inbox) != message:
        return False
    if not answer or sends(state, me, answer):
        shift(peer.inbox)
        peer.state = after
    return True


def both_close(me: int, state: Any) -> bool:
    """The other side's FIN and its acknowledgement of our own are taken at once (note 2)."""
    peer = state.peers[me]
    if peer.state != "FIN-WAIT-1" or [cell.item for cell in peer.inbox[:2]] != ["FIN", "ACKofFIN"]:
        return False
    if sends(state, me, "ACKofFIN"):
        shift(peer.inbox)
        shift(peer.inbox)
        peer.state = "TIME-WAIT"
    return True


def time_out(me: int, state: Any) -> bool:
    peer = state.peers[me]
    if peer.state != "TIME-WAIT" or not peer.block:
        return False
    peer.state, peer.block = "CLOSED", False
    return True


def abort(me: int, state: Any) -> bool:
    """A reset is sent (note 3)."""
    if not state.peers[me].block:
        return False
    if sends(state, me, "RST"):
        state.peers[me].state = "TIME-WAIT"
    return True


def aborted(after: str, me: int, state: Any) -> bool:
    """A reset is received (note 3)."""
    peer = state.peers[me]
    if first(peer.inbox) != "RST":
        return False
    shift(peer.inbox)
    peer.state = after
    return True


def opens(before: str, how: str, me: int, state: Any) -> bool:
    """Nobody opens again: the step is generated, but changes nothing."""
    return state.peers[me].state == before


def both(function: Callable[..., object], *details: str) -> list[Any]:
    return [rule(function, *details, me) for me in (0, 1)]


class Tcp:
    """Either side may be the one that opened."""

    rules = [
        *(item for what in USER for item in both(user, what)),
        *(item for row in SYSTEM for item in both(receive, *row)),
        *(item for how in ("CLOSED", "LISTEN") for item in both(aborted, how)),
        *(item for function in (both_close, time_out, abort) for item in both(function)),
        *(
            item
            for row in (("CLOSED", "active"), ("CLOSED", "passive"), ("LISTEN", "send"))
            for item in both(opens, *row)
        ),
    ]

    def initial_states(self) -> list[Connection]:
        opened, listens = Peer("SYN-SENT"), Peer(inbox=(Message("SYN"), *cells(LENGTH - 1, Message)))
        return [Connection((opened, listens)), Connection((listens, opened))]


def waits(state: Any) -> bool:
    return state.peers[0].state == "SYN-SENT"


def settled(state: Any) -> bool:
    return state.peers[0].state in ("ESTABLISHED", "LISTEN", "CLOSED")


def closes_unanswered(event: Any) -> bool:
    return event[:2] == ("user", "close unanswered")


STACK = action("receive", "both_close", "time_out")
CASES = [
    Case(
        "MCtcp",
        Tcp(),
        distinct=1182,
        generated=6322,
        depth=14,
        idle=tuple(("receive", *SYSTEM[0], me) for me in (0, 1)),  # both sides opened: not from these first states
        holds=(leads_to("settled", waits, settled, weak=[STACK, closes_unanswered], progress=False),),
        violated=(
            leads_to("settled, nobody gives up", waits, settled, weak=STACK, progress=False),
            leads_to("settled, unfair", waits, settled, progress=False),
        ),
    )
]
