"""Runbooks: the steps of a procedure, one a line, as an operator writes them.

    # upgrade of an Active/Standby pair
    given failover_link_failed         # how the pair stands before the first step; without it both units are ready
    secondary: reload                  # a command on a unit, `primary/CONTEXT: ...` in a context
    wait until secondary standby ready
    power off primary                  # what is done by hand: power, cables
    unplug inside of primary
    wait 30 s

A line of a fault or repair of the trace language is a step too: `interface_path_failed interface=inside`. The chapter's
test of failover is a runbook (CTL-2): `models/runbooks/test-failover.runbook`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

import attrs

from failover_fsm.config.values.errors import shown
from failover_fsm.config.values.input_file import InputFileError, read_input
from failover_fsm.config.values.suggestions import listed, nearest, nearest_name
from failover_fsm.pair import events as e
from failover_fsm.pair.entered_text import begins, words_of
from failover_fsm.pair.errors import Refused
from failover_fsm.pair.run_time import block_left
from failover_fsm.pair.service import dual_groups
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import Phase, Role, State, Unit
from failover_fsm.pair.typed_commands import EVENT_LINES, acting, is_command, not_taken
from failover_fsm.services.remote import Typed
from failover_fsm.trace.language import Do, parse_trace
from failover_fsm.trace.lines import MAX_LINE, TraceError, TraceLine

__all__ = ["Act", "Pause", "Runbook", "RunbookStep", "Wait", "parse_runbook", "read_runbook"]

MOST_STEPS = 200
"""The most steps of a runbook."""


@attrs.frozen(kw_only=True)
class Act:
    """Something that is done: a command, or a change by hand.

    Attributes:
        event: What happens.
        text: The line as it is written.
        line: Its number.
    """

    event: e.Event
    text: str
    line: int

    @property
    def by_hand(self) -> bool:
        """Whether power, a cable or a switch is taken away."""
        return isinstance(self.event, e.Fault)


@attrs.frozen(kw_only=True)
class Wait:
    """A look at the pair until it stands as wanted.

    Attributes:
        unit: The unit that is looked at, None for the whole pair.
        group: The position of the failover group, None for all.
        state: A word of `STATES`, or of `OF_PAIR` for the pair.
        text: The line as it is written.
        line: Its number.
    """

    unit: Unit | None
    group: int | None
    state: str
    text: str
    line: int

    def holds(self, state: State, settings: Settings) -> bool:
        """Whether the pair stands so."""
        if self.unit is None:
            return OF_PAIR[self.state](state, settings)
        groups = range(settings.group_count) if self.group is None else (self.group,)
        return all(STATES[self.state](state, self.unit, index) for index in groups)


@attrs.frozen(kw_only=True)
class Pause:
    """A time that passes.

    Attributes:
        milliseconds: How long.
        text: The line as it is written.
        line: Its number.
    """

    milliseconds: int
    text: str
    line: int


RunbookStep = Act | Wait | Pause


@attrs.frozen(kw_only=True)
class Runbook:
    """A procedure.

    Attributes:
        source: The file, or another word for the origin.
        given: What has happened to the healthy pair before the first step.
        steps: The steps in order.
    """

    source: str
    given: tuple[e.Event, ...]
    steps: tuple[RunbookStep, ...]


# -- what can be waited for ------------------------------------------------------------------------


def _in_role(role: Role) -> Callable[[State, Unit, int], bool]:
    def holds(state: State, unit: Unit, index: int) -> bool:
        own = state.unit(unit)
        return own.phase is Phase.UP and own.enabled and own.groups[index].role is role

    return holds


def _is_off(state: State, unit: Unit, index: int) -> bool:
    return not state.unit(unit).powered


def _is_up(state: State, unit: Unit, index: int) -> bool:
    return state.unit(unit).phase is Phase.UP


STATES: dict[str, Callable[[State, Unit, int], bool]] = {
    "active": _in_role(Role.ACTIVE),
    "standby ready": _in_role(Role.STANDBY_READY),
    "failed": _in_role(Role.FAILED),
    "off": _is_off,
    "up": _is_up,
}
"""The states of a unit that can be waited for."""


def _is_ready(state: State, settings: Settings) -> bool:
    """Each failover group is active on one unit and ready on the other."""
    ready, active = STATES["standby ready"], STATES["active"]
    groups = range(settings.group_count)
    return not dual_groups(state, settings) and all(
        any(active(state, unit, index) and ready(state, unit.peer, index) for unit in Unit) for index in groups
    )


OF_PAIR: dict[str, Callable[[State, Settings], bool]] = {"ready": _is_ready}
"""The states of the pair that can be waited for."""

RELOAD_STANDBY = "failover exec standby reload /nonconfirm"
"""What `failover reload-standby` comes to: the unit that is standby restarts, over the failover link."""

CONDITIONS = f"wait until pair {', '.join(OF_PAIR)}; wait until UNIT [group N] {', '.join(STATES)}; wait N s"


# -- reading ---------------------------------------------------------------------------------------


def read_runbook(
    path: str, settings: Settings, offered: Iterable[type[e.Event]], contexts: Iterable[str] = ()
) -> Runbook:
    """The runbook in a text file.

    Args:
        path: The file.
        settings: The pair for which it is written.
        offered: The kinds of faults, repairs and commands that can happen there.
        contexts: The names of its contexts; those of failover groups are known without them.

    Raises:
        TraceError: If the file cannot be read, or a line is no step.
    """
    try:
        text = read_input(path).decode("utf-8-sig")
    except InputFileError as error:
        raise TraceError(path, 0, error.what, error.allowed) from None
    except UnicodeDecodeError:
        raise TraceError(path, 0, "binary data or another encoding", "a text file in UTF-8") from None
    return parse_runbook(text, path, settings, offered, contexts)


def parse_runbook(
    text: str, source: str, settings: Settings, offered: Iterable[type[e.Event]], contexts: Iterable[str] = ()
) -> Runbook:
    """The runbook in a text; arguments and errors as `read_runbook`."""
    given: list[e.Event] = []
    steps: list[RunbookStep] = []
    reader = _Reader(settings, tuple(offered), tuple(contexts))
    last = TraceLine(source, 1, "")
    for number, raw in enumerate(re.split("\r\n|\r|\n", text), start=1):
        last = TraceLine(source, number, raw)
        if len(raw) > MAX_LINE:
            raise last.error("the line is too long", f"up to {MAX_LINE} characters")
        written = re.sub(r"(^|\s)#.*", "", raw).strip()
        if not written:
            continue
        if written.lower().startswith("given "):
            if steps:
                raise last.error("`given` after a step", "`given EVENT` before the first step")
            given.append(reader.event(last, written[len("given ") :].strip()))
            continue
        steps.append(reader.step(last, written))
        if len(steps) > MOST_STEPS:
            raise last.error(f"more than {MOST_STEPS} steps", f"up to {MOST_STEPS}")
    if not steps:
        raise TraceError(source, 1, "no steps", f"primary: COMMAND; secondary: COMMAND; {BY_HAND}; {CONDITIONS}")
    return Runbook(source=source, given=tuple(given), steps=tuple(steps))


BY_HAND = "power off UNIT; power on UNIT; unplug NAME of UNIT; plug NAME of UNIT"

_COMMAND = re.compile(r"(?P<unit>[^\s:/]+)(?:/(?P<context>[^\s:]+))?:\s*(?P<text>.*)")
_WAIT_TIME = re.compile(r"wait\s+([0-9]{1,6})\s*(s|seconds?|min|minutes?)", re.IGNORECASE)
_WAIT_PAIR = re.compile(r"wait\s+until\s+(?:the\s+)?pair\s+(?:is\s+)?(.+)", re.IGNORECASE)
_WAIT_UNIT = re.compile(
    r"wait\s+until\s+(?:the\s+)?(primary|secondary)(?:\s+group\s+(\S+))?\s+(?:is\s+)?(.+)", re.IGNORECASE
)
_POWER = re.compile(r"power\s+(off|on)\s+(?:the\s+)?(\S+)", re.IGNORECASE)
_CABLE = re.compile(r"(unplug|plug(?:\s+in)?)\s+(.+?)(?:\s+of\s+(?:the\s+)?(\S+))?", re.IGNORECASE)
_LINKS = {
    "failover link": (e.FailoverLinkFailed, e.FailoverLinkRestored),
    "stateful link": (e.StatefulLinkFailed, e.StatefulLinkRestored),
}


@attrs.frozen
class _Reader:
    """Reads the lines of a runbook for one pair."""

    settings: Settings
    offered: tuple[type[e.Event], ...]
    contexts: tuple[str, ...]
    blocks: dict[Unit, str] = attrs.field(factory=dict)
    """The block that the lines before left open on a unit, as in `interface GigabitEthernet0/1`."""

    def step(self, line: TraceLine, text: str) -> RunbookStep:
        """The step of a line."""
        if re.match(r"wait\b", text, re.IGNORECASE):
            return self._wait(line, text)
        return Act(event=self.event(line, text), text=text, line=line.number)

    def event(self, line: TraceLine, text: str) -> e.Event:
        """What happens by a line."""
        if (match := _COMMAND.fullmatch(text)) is not None and "=" not in match["unit"]:
            return self._command(line, match)
        if (match := _POWER.fullmatch(text)) is not None:
            unit = self._unit(line, match[2])
            return e.UnitFailed(unit=unit) if match[1].lower() == "off" else e.UnitRestored(unit=unit)
        if (match := _CABLE.fullmatch(text)) is not None:
            return self._cable(line, match)
        try:
            trace = parse_trace(text, line.source, config_given=True, offered=self.offered)
        except TraceError as error:
            like = "" if "did you mean" in error.what else nearest(text, self._by_hand())
            raise line.error(f"{error.what}{like}", f"UNIT: COMMAND; {BY_HAND}; wait; {error.allowed}") from None
        (statement,) = trace.statements
        assert isinstance(statement, Do)
        return self._there(line, statement.event)

    def _there(self, line: TraceLine, event: e.Event) -> e.Event:
        """The event, whose interface or port the pair has."""
        names = tuple(port.name for port in self.settings.ports)
        if isinstance(event, e.AtInterface) and event.interface not in names:
            found = nearest(event.interface, names)
            raise line.error(f"no interface {shown(event.interface)}{found}", listed(event.interface, names))
        ports = tuple(each.name for each in self.settings.carriers)
        if isinstance(event, e.AtPort) and event.port not in ports:
            raise line.error(f"no port {shown(event.port)}{nearest(event.port, ports)}", listed(event.port, ports))
        return event

    def _unit(self, line: TraceLine, word: str) -> Unit:
        units = {unit.value: unit for unit in Unit}
        if word.lower() not in units:
            raise line.error(f"{shown(word)} is no unit{nearest(word.lower(), units)}", ", ".join(units))
        return units[word.lower()]

    def _command(self, line: TraceLine, match: re.Match[str]) -> e.Event:
        """A typed command; what is no command of the device, or cannot be taken, is an error (CTL-1)."""
        unit, text, context = self._unit(line, match["unit"]), match["text"].strip(), match["context"]
        if not text:
            raise line.error("no command after the colon", f"{unit.value}: COMMAND")
        known = dict.fromkeys((*self.settings.other_contexts, *dict(self.settings.contexts), *self.contexts))
        if context is not None and context not in known:
            raise line.error(f"no context {shown(context)}{nearest(context, known)}", ", ".join(known) or "no context")
        if (words := words_of(text)) and len(words) == 2 and begins("fa[ilover] rel[oad-standby]", words):
            return Typed(unit=unit, context=context, text=RELOAD_STANDBY)
        if begins("fa[ilover] ex[ec]", words_of(text)):
            return Typed(unit=unit, context=context, text=text)
        block = self.blocks.get(unit, "")
        if not is_command(text, block):
            meant = nearest(text, (*EVENT_LINES, "failover reload-standby", "write memory", "show failover"))
            raise line.error(
                f"{shown(text)} is no command of the device{meant}", "a line as it is typed, unabbreviated"
            )
        try:
            if why := not_taken(text):
                raise line.error(why, "one command a line")
            event = acting(e.CommandEntered(unit=unit, context=context, text=text))
        except Refused as error:
            raise line.error(error.why, "group 1, group 2") from None
        if isinstance(event, e.CommandEntered):
            self._check_events(line, event)
            self.blocks[unit] = block_left(block, text)
        if isinstance(event, e.AtGroup) and event.group is not None and not self.settings.groups:
            raise line.error("this pair has no failover groups", f"{unit.value}: {text.partition(' group')[0]}")
        return event

    def _check_events(self, line: TraceLine, command: e.CommandEntered) -> None:
        """Raises an error for a text that names no event, and was meant to name one."""
        there = acting(attrs.evolve(command, context=None))
        if not isinstance(there, e.CommandEntered):
            allowed = f"in the system execution space, as in {command.unit.value}: {command.text}"
            raise line.error(f"{shown(command.text)} in context {command.context}", allowed)
        if meant := nearest_name(command.text.lower(), EVENT_LINES):
            raise line.error(f"no command {shown(command.text)}{meant}", ", ".join(EVENT_LINES))

    def _cable(self, line: TraceLine, match: re.Match[str]) -> e.Event:
        """A cable that is pulled out or put back: of a link, of an interface with a port of its own, or of a port."""
        out = match[1].lower() == "unplug"
        name = re.sub(r"^the\s+", "", match[2], flags=re.IGNORECASE)
        if name.lower() in _LINKS:
            return _LINKS[name.lower()][0 if out else 1]()
        unit = self._unit(line, match[3] or "")
        ports = {each.name.lower(): each.name for each in self.settings.carriers}
        names = {port.name.lower(): port.name for port in self.settings.ports}
        if name.lower() in ports:
            event: type[e.PortFailed] | type[e.PortRestored] = e.PortFailed if out else e.PortRestored
            return event(unit=unit, port=ports[name.lower()])
        if name.lower() in names:
            kind = e.InterfaceLinkFailed if out else e.InterfaceLinkRestored
            return kind(unit=unit, interface=names[name.lower()])
        known = (*_LINKS, *names.values(), *ports.values())
        raise line.error(f"nothing is called {shown(name)}{nearest(name, known)}", listed(name, known))

    @staticmethod
    def _by_hand() -> tuple[str, ...]:
        """What is done by hand, written out as far as no name is needed."""
        return tuple(f"power {which} {unit.value}" for which in ("off", "on") for unit in Unit)

    @staticmethod
    def _waits() -> tuple[str, ...]:
        """What can be waited for, written out."""
        of_units = (f"wait until {unit.value} {state}" for unit in Unit for state in STATES)
        return (*(f"wait until pair {state}" for state in OF_PAIR), *of_units, "wait 30 s")

    def _wait(self, line: TraceLine, text: str) -> Wait | Pause:
        if (match := _WAIT_TIME.fullmatch(text)) is not None:
            unit = 60_000 if match[2].lower().startswith("min") else 1000
            return Pause(milliseconds=int(match[1]) * unit, text=text, line=line.number)
        if (match := _WAIT_PAIR.fullmatch(text)) is not None and match[1].lower() in OF_PAIR:
            return Wait(unit=None, group=None, state=match[1].lower(), text=text, line=line.number)
        if (match := _WAIT_UNIT.fullmatch(text)) is None:
            raise line.error(f"{shown(text)} waits for nothing that is known{nearest(text, self._waits())}", CONDITIONS)
        state = re.sub(r"[\s-]+", " ", match[3].lower()).strip()
        if state not in STATES:
            raise line.error(f"no state {shown(match[3])}{nearest(state, STATES)}", ", ".join(STATES))
        group = None
        if match[2] is not None:
            numbers = [str(number) for number in range(1, len(self.settings.groups) + 1)]
            if match[2] not in numbers:
                raise line.error(f"no failover group {shown(match[2])}", ", ".join(numbers) or "a pair without groups")
            group = int(match[2]) - 1
        return Wait(unit=Unit(match[1].lower()), group=group, state=state, text=text, line=line.number)
