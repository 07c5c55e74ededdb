"""Models whose states hold queues, sets and optional records, with what they promise."""

from __future__ import annotations

import dataclasses
import enum
from functools import partial
from typing import Any, Literal

import attrs

from failover_fsm.checker import Property, Rule, always, always_step, leads_to, sometimes

# -- a sliding window over channels that lose ------------------------------------------------------

Number = Literal[0, 1, 2, 3]


@dataclasses.dataclass(frozen=True)
class Window:
    """A sender with a window of two, a receiver, and what is under way: go-back-N with numbers modulo 4.

    Attributes:
        base: the number of the oldest packet that is not acknowledged.
        sent: how many were sent from there on.
        wanted: the number that the receiver waits for.
        packets: under way to the receiver.
        acks: under way back.
    """

    base: Number = 0
    sent: Literal[0, 1, 2] = 0
    wanted: Number = 0
    packets: tuple[Number, ...] = dataclasses.field(default=(), metadata={"most": 2})
    acks: tuple[Number, ...] = dataclasses.field(default=(), metadata={"most": 2})


def send(window: Any) -> bool:
    """The next packet of the window."""
    if window.sent == 2 or len(window.packets) == 2:
        return False
    window.packets = (*window.packets, (window.base + window.sent) % 4)
    window.sent += 1
    return True


def again(window: Any) -> bool:
    """A timeout: everything that is not acknowledged is sent once more."""
    if window.packets or not window.sent:
        return False
    window.packets = tuple((window.base + number) % 4 for number in range(window.sent))
    return True


def receive(window: Any) -> bool:
    """The receiver takes the packet that it waits for, and acknowledges in any case."""
    if not window.packets or len(window.acks) == 2:
        return False
    if window.packets[0] == window.wanted:
        window.wanted = (window.wanted + 1) % 4
    window.packets = window.packets[1:]
    window.acks = (*window.acks, window.wanted)
    return True


def acknowledged(window: Any) -> bool:
    """An acknowledgement names the number that comes next."""
    if not window.acks:
        return False
    ahead = (window.acks[0] - window.base) % 4
    window.acks = window.acks[1:]
    if ahead <= window.sent:
        window.base = (window.base + ahead) % 4
        window.sent -= ahead
    return True


def lose(what: str, window: Any) -> bool:
    """The first of a channel is lost."""
    queue = getattr(window, what)
    if not queue:
        return False
    setattr(window, what, queue[1:])
    return True


def in_window(window: Any) -> bool:
    """The receiver is never ahead of what was sent, or behind what was acknowledged."""
    return bool((window.wanted - window.base) % 4 <= window.sent)


class SlidingWindow:
    """Packets and acknowledgements in bounded queues."""

    rules = (
        Rule("send", send),
        Rule("again", again),
        Rule("receive", receive),
        Rule("acknowledged", acknowledged),
        *(Rule(("lose", what), partial(lose, what)) for what in ("packets", "acks")),
    )
    properties: tuple[Property, ...] = (
        always("in the window", in_window),
        sometimes("both queues are full", lambda window: len(window.packets) == len(window.acks) == 2),
        always_step(
            "first in, first out",
            lambda before, event, after: event != "receive" or after.packets == before.packets[1:],
            premise=lambda before, event, after: event == "receive",
        ),
    )

    def initial_states(self) -> list[Window]:
        """Nothing was sent."""
        return [Window()]


# -- votes: a frozenset of an enumeration, and an optional record ------------------------------------


class Member(enum.Enum):
    ANN = 1
    BOB = 2
    CY = 3


@dataclasses.dataclass(frozen=True)
class Motion:
    """Who moved it, and whether it is urgent."""

    by: Member
    urgent: bool = False


@attrs.frozen
class Meeting:
    motion: Motion | None = None
    yes: frozenset[Member] = frozenset()
    present: frozenset[Member] = attrs.field(default=frozenset(Member), metadata={"most": 3})
    passed: bool = False


def move(by: Member, urgent: bool, meeting: Any) -> bool:
    if meeting.motion is not None or by not in meeting.present or meeting.passed:
        return False
    meeting.motion = Motion(by, urgent)
    meeting.yes = frozenset({by})
    return True


def vote(who: Member, meeting: Any) -> bool:
    if meeting.motion is None or who in meeting.yes or who not in meeting.present:
        return False
    meeting.yes = meeting.yes | {who}
    return True


def close(meeting: Any) -> bool:
    motion = meeting.motion
    if motion is None or (len(meeting.yes) < 2 and not motion.urgent):
        return False
    meeting.passed, meeting.motion, meeting.yes = True, None, frozenset()
    return True


def leave(who: Member, meeting: Any) -> bool:
    if who not in meeting.present:
        return False
    meeting.present -= {who}
    meeting.yes = meeting.yes - {who}
    return True


class Votes:
    rules = (
        *(Rule(("move", who, urgent), partial(move, who, urgent)) for who in Member for urgent in (False, True)),
        *(Rule(("vote", who), partial(vote, who)) for who in Member),
        Rule("close", close),
        *(Rule(("leave", who), partial(leave, who)) for who in Member),
    )
    properties: tuple[Property, ...] = (
        always("who votes is there", lambda meeting: meeting.yes <= meeting.present),
        always("a quorum", lambda meeting: len(meeting.present) > 1),
        sometimes("all vote", lambda meeting: meeting.yes == frozenset(Member)),
        leads_to("it comes to a vote", lambda meeting: meeting.motion is not None, lambda meeting: meeting.passed),
    )

    def initial_states(self) -> list[Meeting]:
        return [Meeting()]


# -- records in a queue, and tuples of which one item is assigned --------------------------------------


@attrs.frozen
class Job:
    size: Literal[1, 2]
    hasty: bool


@attrs.frozen
class Bench:
    """Jobs wait in a queue for one of two places; a place counts down what is left of its job."""

    waiting: tuple[Job, ...] = attrs.field(default=(), metadata={"most": 3})
    left: tuple[int, ...] = attrs.field(default=(0, 0), metadata={"items": range(3)})
    last: Job | None = None


def arrive(job: Job, bench: Any) -> bool:
    if len(bench.waiting) == 3:
        return False
    bench.waiting = (job, *bench.waiting) if job.hasty else (*bench.waiting, job)
    return True


def begin(place: int, bench: Any) -> bool:
    if not bench.waiting or bench.left[place]:
        return False
    first, *others = bench.waiting
    bench.last = first
    bench.left = (*bench.left[:place], first.size, *bench.left[place + 1 :])
    bench.waiting = tuple(others)
    return True


def work(place: int, bench: Any) -> bool:
    if not bench.left[place]:
        return False
    bench.left = (*bench.left[:place], bench.left[place] - 1, *bench.left[place + 1 :])
    return True


class Workshop:
    rules = (
        *(
            Rule(("arrive", size, hasty), partial(arrive, Job(size, hasty)))
            for size in (1, 2)
            for hasty in (True, False)
        ),
        *(Rule((act.__name__, place), partial(act, place)) for place in (0, 1) for act in (begin, work)),
    )
    properties: tuple[Property, ...] = (
        always(
            "hasty ones go first",
            lambda bench: list(bench.waiting) == sorted(bench.waiting, key=lambda job: not job.hasty),
        ),
        sometimes("a hasty job was last", lambda bench: bench.last is not None and bench.last.hasty),
        sometimes("the same again", lambda bench: bench.last in bench.waiting[1:]),
    )

    def initial_states(self) -> list[Bench]:
        return [Bench()]


# -- queues of records in records, copied from one to the other ------------------------------------------


@dataclasses.dataclass(frozen=True)
class Letter:
    to: Literal[0, 1, 2]
    stamped: bool = False


@dataclasses.dataclass(frozen=True)
class Desk:
    """An inbox, and the letter in hand, which may be moved as a view is."""

    inbox: tuple[Letter, ...] = dataclasses.field(default=(), metadata={"most": 2})
    hand: Letter | None = None
    done: Letter = Letter(0)


@dataclasses.dataclass(frozen=True)
class Office:
    desks: tuple[Desk, ...] = (Desk(), Desk())


def write(at: int, to: int, office: Any) -> bool:
    if office.desks[at].hand is not None:
        return False
    office.desks[at].hand = Letter(to)
    return True


def post(at: int, office: Any) -> bool:
    desk = office.desks[at]
    if desk.hand is None or desk.hand.to == 2 or len(office.desks[desk.hand.to].inbox) == 2:
        return False
    office.desks[desk.hand.to].inbox += (dataclasses.replace(desk.hand, stamped=True),)
    desk.hand = None
    return True


def read(at: int, office: Any) -> bool:
    desk = office.desks[at]
    if not desk.inbox:
        return False
    desk.done = desk.inbox[-1]
    desk.inbox = desk.inbox[:-1]
    return True


def copy_done(at: int, office: Any) -> bool:
    """The letter that was read last, a record in the state, goes back into the inbox."""
    desk = office.desks[at]
    if len(desk.inbox) == 2 or desk.done in desk.inbox:
        return False
    desk.inbox = (desk.done, *desk.inbox)
    return True


class Offices:
    rules = (
        *(Rule(("write", at, to), partial(write, at, to)) for at in (0, 1) for to in (0, 1)),
        *(Rule((act.__name__, at), partial(act, at)) for at in (0, 1) for act in (post, read, copy_done)),
    )
    properties: tuple[Property, ...] = (
        always(
            "letters are where they are sent",
            lambda office: all(
                letter.to == at or not letter.stamped for at in (0, 1) for letter in office.desks[at].inbox
            ),
        ),
        sometimes("both full", lambda office: all(len(desk.inbox) == 2 for desk in office.desks)),
        sometimes("alike", lambda office: office.desks[0] == office.desks[1] and office.desks[0].hand == Letter(1)),
    )

    def initial_states(self) -> list[Office]:
        return [Office()]


MODELS = {"sliding window": SlidingWindow, "votes": Votes, "workshop": Workshop, "offices": Offices}
