"""Conformance in operation: messages are read as they come, and what they say of the pair is said at once.

    watch = Watch(config)
    for line in lines:
        for alarm in watch.feed(line):
            print(alarm)

The pair is followed as a bounded set of possible states, each with the messages that it has printed and that have not
come yet: the lines of the two units need not come in the order in which they were printed. No file or clock is used.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping

import attrs

from failover_fsm.config.records.pair_config import PairConfig
from failover_fsm.device.messages import Message, Unread, Why, read_head, read_line
from failover_fsm.pair.settings import Options, Settings
from failover_fsm.pair.states import State, Unit
from failover_fsm.postmortem.beginnings import starts_of, whole_environment
from failover_fsm.postmortem.ordered import is_again
from failover_fsm.postmortem.reading import LineReader
from failover_fsm.postmortem.steps import PairSteps
from failover_fsm.postmortem.tokens import Token
from failover_fsm.postmortem.watch_deadline import Clock, Deadline, Times
from failover_fsm.postmortem.watch_order import MOST_STATES, SWITCHES, Order, Taken
from failover_fsm.postmortem.watch_states import MOST_EVENTS, Possible, Pursuit, lack
from failover_fsm.templates.messages.table import MESSAGES

__all__ = ["MOST_STATES", "Alarm", "AlarmKind", "Watch"]


class AlarmKind(enum.Enum):
    """What an alarm is about."""

    IMPOSSIBLE = "impossible"
    NO_CAUSE = "no cause"
    NO_REDUNDANCY = "no redundancy"
    REDUNDANT = "redundant again"
    LATE = "late"
    ANEW = "anew"


@attrs.frozen
class Alarm:
    """What there is to say after a line, or after a time without one.

    Attributes:
        kind: What it is about.
        text: One sentence.
        line: The line that brought it about, "" for none; for what is late, that after which it was due.
    """

    kind: AlarmKind
    text: str
    line: str = ""

    def __str__(self) -> str:
        return f"{self.kind.value}: {self.text}"


class Watch:
    """One pair that is watched.

    Args:
        config: Its configuration.
        options: Decisions on what the chapter leaves open.
        hosts: The units by the names or addresses that stand before their messages, as far as they are known; the
            others are learned from messages that name their unit.

    Attributes:
        messages: How many of the lines so far were messages of failover.
        others: How many were system messages about something else.
        ownerless: How many of them name no unit, nor does their host.
    """

    def __init__(
        self, config: PairConfig, options: Options | None = None, hosts: Mapping[str, Unit] | None = None
    ) -> None:
        settings = Settings.of(attrs.evolve(config, enabled=True), options or Options())
        self._steps = PairSteps(settings, whole_environment(settings))
        self._reader = LineReader(config, settings)
        self._starts = tuple(starts_of(self._steps))
        self._hosts: dict[str, Unit | None] = dict(hosts or {})
        self._told = frozenset(self._hosts)
        self.messages = self.others = self.ownerless = 0
        self._pursuit = Pursuit(self._steps)
        self._order = Order(self._pursuit)
        self._is_partial = False
        self._is_lost = False
        self._patience = max(config.unit_poll.hold_ms, config.interface_poll.hold_ms) / 1000 + 1
        self._times = Times()
        self._said: dict[Unit, object] = {}
        self._due: Deadline | None = None
        self._possible: tuple[Possible, ...] = ()
        self._begin()

    @property
    def states(self) -> tuple[State, ...]:
        """The possible states, the likeliest first: those that took the fewest events."""
        return tuple(dict.fromkeys(self._steps.states[each.state] for each in self._possible))

    def feed(self, line: str, now: float | None = None, unit: Unit | None = None) -> tuple[Alarm, ...]:
        """Reads one line, as it comes.

        Args:
            line: The line; one that is no message of failover is passed over.
            now: Seconds on the watcher's own clock, for deadlines; None to go by the times of the lines.
            unit: Whose line it is, where the line does not say so.

        Returns:
            What there is to say; nothing where all is as it should be.
        """
        found = read_line(line)
        owner = self._owner(found, unit) if isinstance(found, Message) else unit
        written, clock = self._time(found, owner)
        if now is None and self._times.is_anew:
            self._due = None
        is_switch = isinstance(found, Message) and found.number in SWITCHES
        late = self._late(written, clock, is_switch=is_switch) if now is None else self._late(now)
        if isinstance(found, Unread):
            return (*late, *self._unread(found))
        self.messages += 1
        wrong, token = self._reader.read(found, owner)
        if wrong:
            return (*late, Alarm(AlarmKind.IMPOSSIBLE, wrong, line))
        if token is None or owner is None:
            self.ownerless += token is not None
            return late
        if is_again(self._said.get(owner), found.said):
            return late
        self._said[owner] = found.said
        heard = self._pursuit.heard
        heard[owner] = max(heard.get(owner, 1), found.kind.severity)
        said = tuple(self._taken(owner, token, line, now if written is None else written))
        self._set_deadline(token, line, now, written)
        return (*late, *said)

    def _unread(self, found: Unread) -> Iterator[Alarm]:
        if found.why is Why.OTHER_TEXT:
            self.messages += 1
            yield Alarm(AlarmKind.IMPOSSIBLE, _no_device(found), found.text)
        else:
            self.others += found.why is not Why.NO_MESSAGE

    def _owner(self, message: Message, unit: Unit | None) -> Unit | None:
        """Whose message it is: as it says, as was said, or as its host tells, which belongs to one unit only."""
        if message.unit is not None and message.host and message.host not in self._told:
            is_of_one = self._hosts.setdefault(message.host, message.unit) is message.unit
            self._hosts[message.host] = message.unit if is_of_one else None
        return message.unit or unit or self._hosts.get(message.host)

    def _time(self, found: Message | Unread, owner: Unit | None) -> tuple[float | None, Clock]:
        """The time of a line, and whose clock it is of: its host's, else that of the unit."""
        stamp, host = (found.stamp, found.host) if isinstance(found, Message) else read_head(found.text)
        is_of_many = host in self._hosts and self._hosts[host] is None
        clock = host if host and not is_of_many else owner
        return self._times.read(clock, stamp), clock

    def tick(self, now: float) -> tuple[Alarm, ...]:
        """Says so when a switch that is due in every possible state has not come within its time.

        Args:
            now: Seconds on the watcher's own clock.
        """
        return self._late(now)

    def _late(self, time: float | None, clock: Clock = None, *, is_switch: bool = False) -> tuple[Alarm, ...]:
        """The same at a time of a clock, that of lines or the watcher's own."""
        if self._due is None or not self._due.is_over(time, clock, is_switch=is_switch):
            return ()
        what = f"a switch was due within {self._patience:g} s of this line, and no line tells of it"
        late = Alarm(AlarmKind.LATE, what, self._due.line)
        self._due = attrs.evolve(self._due, is_said=True)
        return (late,)

    def _set_deadline(self, token: Token, line: str, now: float | None, written: float | None) -> None:
        """Looks after a line whether a switch is due; one that was due already stays so by the line that it was."""
        if not all(self._pursuit.is_due(each) for each in self._likeliest()):
            self._due = None
        elif self._due is None or token.number in SWITCHES:
            self._due = None
            if now is not None:
                self._due = Deadline.after(line, now, self._patience)
            elif written is not None:
                self._due = Deadline.after(line, written, self._patience, self._times)

    def gap(self) -> tuple[Alarm, ...]:
        """Lines are known to be missing: any healthy state is possible again."""
        self._begin()
        what = "lines may be missing: it begins anew with a healthy pair, whoever is active"
        if self._is_lost:
            what += "; whether redundancy is back is not known, and a line that shows that it is not is said again"
        self._is_lost = False
        return (Alarm(AlarmKind.ANEW, what),)

    # -- one line ---------------------------------------------------------------------------------------

    def _begin(self) -> None:
        self._possible = tuple(Possible(number, ((), ())) for number in self._starts)
        self._is_partial, self._due = False, None
        self._order.forget()

    def _taken(self, unit: Unit, token: Token, line: str, time: float | None) -> Iterator[Alarm]:
        new = Taken(unit=unit, token=token, line=line, time=time)
        taken = self._order.put(self._possible, new)
        if not taken[-1].here:
            yield from self._lost(line)
            taken = self._order.put(self._possible, new)  # as far as it can be the first line after a gap
            if not taken[-1].here:
                return
        else:
            for each in taken:
                yield from _without_cause(each)
        self._is_partial = self._is_partial or len(taken[-1].here) > MOST_STATES
        self._possible = taken[-1].after
        yield from self._redundancy(line)

    def _lost(self, line: str) -> Iterator[Alarm]:
        if self._is_partial:
            yield Alarm(
                AlarmKind.ANEW, "more states were possible than are followed, and none of those prints it", line
            )
        else:
            what = f"no state that the lines allow prints it within {MOST_EVENTS} events from outside"
            yield Alarm(AlarmKind.IMPOSSIBLE, what, line)
        yield from self.gap()

    # -- what the states have in common -------------------------------------------------------------------

    def _likeliest(self) -> Iterator[Possible]:
        """The possible states that took the fewest events; the others are followed in case these are ruled out."""
        return (each for each in self._possible if each.cost == self._possible[0].cost)

    def _redundancy(self, line: str) -> Iterator[Alarm]:
        """Redundancy that is lost without a takeover in every one of the likeliest states; or it is there again."""
        lacks = [lack(self._steps.states[each.state]) for each in self._likeliest()]
        if all(lacks) and not self._is_lost:
            self._is_lost = True
            whys = " or ".join(dict.fromkeys(lacks))
            yield Alarm(AlarmKind.NO_REDUNDANCY, f"the next failure is an outage: {whys}", line)
        elif self._is_lost and self._is_ready():
            self._is_lost = False
            yield Alarm(AlarmKind.REDUNDANT, "the standby is ready again", line)

    def _is_ready(self) -> bool:
        """Somebody can take over: now in every one of the likeliest states, and still so at the end of own steps.

        Where lines are lost, a unit is some of its own steps behind in states that are as likely; so one state in which
        it is ready is enough, if no line of that one is still to come.
        """
        likeliest = tuple(self._likeliest())
        ready = [each for each in likeliest if self._pursuit.is_redundant(each)]
        is_seen = len(ready) == len(likeliest) or any(each.pending == ((), ()) for each in ready)
        return is_seen and all(map(self._pursuit.becomes_redundant, likeliest))


def _without_cause(taken: Taken) -> Iterator[Alarm]:
    if taken.lacks_cause and not taken.is_said:
        sets = tuple(dict.fromkeys(" and ".join(events) for events in taken.causes))
        yield Alarm(AlarmKind.NO_CAUSE, f"no line says why; it takes {' or '.join(sets[:4])}", taken.line)


def _no_device(line: Unread) -> str:
    kind = MESSAGES.get(line.number or 0)
    allowed = "" if kind is None else f"; allowed: {'; '.join((kind.text, *kind.also))}"
    return f"no device prints this text as message {line.number}{allowed}"
