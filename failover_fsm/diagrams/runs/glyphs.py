"""What each class of event looks like in a sequence diagram: arrows between lifelines, marks on one.

A class that has no entry is a mark with its sentence, on its unit or else on the failover link, so a
new event is drawn before anybody thinks of how.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import attrs

from failover_fsm.diagrams.runs.lifelines import Item, Lane, Mark, Signal, lane_of
from failover_fsm.diagrams.style.kinds import Kind, kind_of
from failover_fsm.pair import events as e
from failover_fsm.pair.environment import group_index
from failover_fsm.pair.outputs import CommandNotReplicated, CommandReplicated, MessageLost, MessageSent, Output
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import Handover, PeerContact, State, Unit
from failover_fsm.text import words
from failover_fsm.text.headings import MESSAGES, heading

__all__ = ["drawn"]

TEXTS: Mapping[type[e.Event], str] = {
    e.UnitRestored: "gets power and boots",
    e.FailoverLinkFailed: "fails",
    e.FailoverLinkRestored: "works again",
    e.StatefulLinkFailed: "Stateful Failover link fails",
    e.StatefulLinkRestored: "Stateful Failover link works again",
    e.InterfaceLinkFailed: "{interface}: link down",
    e.InterfaceLinkRestored: "{interface}: link up",
    e.InterfaceTrafficFailed: "{interface}: receives nothing, link is up",
    e.InterfaceTrafficRestored: "{interface}: receives traffic again",
    e.InterfacePathFailed: "{interface}: units cannot hear each other",
    e.InterfacePathRestored: "{interface}: units can hear each other again",
    e.NoActiveUnitSeen: "hears its mate, neither is active",
    e.Restarted: "boots after its reload",
}
"""What stands on the lifeline; other events have their sentence there, without the unit."""

_ON_DATA = (e.InterfacePathFailed, e.InterfacePathRestored)


@attrs.frozen
class _Step:
    """One step of a run."""

    event: e.Event
    before: State
    after: State
    settings: Settings

    @property
    def unit(self) -> Unit | None:
        """The unit it happens to, if it is one unit's."""
        unit: Unit | None = getattr(self.event, "unit", None)
        return unit

    @property
    def sentence(self) -> str:
        """What happened."""
        return heading(self.event, self.before, self.after, self.settings)


def drawn(
    event: e.Event, before: State, after: State, outputs: tuple[Output, ...], settings: Settings
) -> tuple[tuple[Item, ...], tuple[Item, ...]]:
    """The arrows and marks of one step: those of the event, and those of what the units told."""
    step = _Step(event, before, after, settings)
    return tuple(_event(step)), tuple(item for output in outputs for item in _output(output, step))


# -- events --------------------------------------------------------------------------------------


def _event(step: _Step) -> Iterator[Item]:
    for kind, draw in _DRAW.items():
        if isinstance(step.event, kind) and step.unit is not None:
            yield from draw(step, step.unit)
            return
    yield _mark(step)


def _mark(step: _Step) -> Mark:
    event, unit = step.event, step.unit
    lane = lane_of(unit) if unit else Lane.DATA if isinstance(event, _ON_DATA) else Lane.LINK
    form = TEXTS.get(type(event))
    text = form.format(interface=getattr(event, "interface", "")) if form else step.sentence
    if unit and not form:
        text = text.replace(f" on the {unit.value}", "", 1).removeprefix(f"the {unit.value} ")
    return Mark(lane=lane, text=text, kind=kind_of(type(event)))


def _hello(step: _Step, unit: Unit) -> Iterator[Signal]:
    """A hello, with what it says of its sender."""
    own = step.after.unit(unit)
    count = range(len(own.groups))
    said = " and ".join(dict.fromkeys(words.title(words.seen_word(own, index)) for index in count))
    via = Lane.DATA if own.contact is PeerContact.DATA else Lane.LINK
    yield Signal(source=lane_of(unit.peer), target=lane_of(unit), via=via, text=f"hello ({said})")


def _answer(step: _Step, unit: Unit) -> Iterator[Signal]:
    peer = lane_of(unit.peer)
    yield Signal(source=peer, target=Lane.LINK, text="hello", lost=True)
    yield Signal(source=peer, target=lane_of(unit), via=Lane.DATA, text="answer")


def _configuration(step: _Step, unit: Unit) -> Iterator[Signal]:
    yield Signal(source=lane_of(unit.peer), target=lane_of(unit), via=Lane.LINK, text="configuration")


def _delivered(step: _Step, unit: Unit) -> Iterator[Signal]:
    group = getattr(step.event, "group", None)
    message = step.before.unit(unit).groups[group_index(group)].handover
    yield Signal(source=_channel(message), target=lane_of(unit), text=_words(message, group))


def _command(step: _Step, unit: Unit) -> Iterator[Signal]:
    """The command as it is entered."""
    parts = step.sentence.split("`")
    command = "`".join(parts[1:-1]) or step.sentence
    group = getattr(step.event, "group", None)
    text = command if group is None else f"{command} group {group}"
    yield Signal(source=Lane.OPERATOR, target=lane_of(unit), text=text)


_Draw = Callable[[_Step, Unit], Iterator[Signal]]

_DRAW: Mapping[type[e.Event], _Draw] = {
    e.HelloHeard: _hello,
    e.PeerAnsweredOnData: _answer,
    e.SynchronizationAdvanced: _configuration,
    e.SynchronizationFinished: _configuration,
    e.MessageDelivered: _delivered,
    e.Command: _command,
}


# -- outputs -------------------------------------------------------------------------------------


def _output(output: Output, step: _Step) -> Iterator[Item]:
    unit, peer = lane_of(output.unit), lane_of(output.unit.peer)
    group = getattr(output, "group", None)
    if isinstance(output, MessageSent):
        yield Signal(source=unit, target=_channel(output.message), text=_words(output.message, group))
    elif isinstance(output, MessageLost):
        was_sent = any(each.handover is output.message for each in step.before.unit(output.unit).groups)
        channel, text = _channel(output.message), _words(output.message, group)
        source, target = (channel, unit) if was_sent else (peer, channel)
        yield Signal(source=source, target=target, text=text, lost=True)
    elif isinstance(output, CommandReplicated):
        yield Signal(source=unit, target=peer, via=Lane.LINK, text="the same command")
    elif isinstance(output, CommandNotReplicated):
        yield Mark(lane=unit, text="the command stays on this unit", kind=Kind.PROTOCOL)


def _channel(message: Handover) -> Lane:
    """The link that a hand-over message takes."""
    return Lane.DATA if message is Handover.GRANT_BY_DATA else Lane.LINK


def _words(message: Handover, group: int | None) -> str:
    text = MESSAGES.get(message, message.value)
    return text if group is None else f"group {group}: {text}"
