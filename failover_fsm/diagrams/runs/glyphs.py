"""Event glyphs: the drawing of each event class in a sequence diagram, arrows between lifelines or a mark on one.

A class without an entry is a mark with its sentence, on its unit or else on the failover link, so every new event class
is drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import attrs

from failover_fsm.diagrams.runs.lifelines import Glyph, Lifeline, LifelineMark, MessageArrow, lifeline_of
from failover_fsm.diagrams.style.kinds import Kind, kind_of
from failover_fsm.pair import events as e
from failover_fsm.pair.environment import group_index
from failover_fsm.pair.outputs import CommandNotReplicated, CommandReplicated, MessageLost, MessageSent, Output
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import Handover, PeerContact, State, Unit
from failover_fsm.services.asymmetric import PacketArrived, SessionEnded, SessionOpened
from failover_fsm.services.machine import SentToPeer
from failover_fsm.text import words
from failover_fsm.text.headings import MESSAGES, heading

__all__ = ["glyphs_of"]

TEXTS: Mapping[type[e.Event], str] = {
    e.UnitRestored: "gets power and boots",
    e.FailoverLinkFailed: "fails",
    e.FailoverLinkRestored: "works again",
    e.StatefulLinkFailed: "Stateful Failover link fails",
    e.StatefulLinkRestored: "Stateful Failover link works again",
    e.InterfaceLinkFailed: "{interface}: link down",
    e.InterfaceLinkRestored: "{interface}: link up",
    e.PortFailed: "{port} goes down",
    e.PortRestored: "{port} comes up",
    e.InterfaceTrafficFailed: "{interface}: receives nothing, link is up",
    e.InterfaceTrafficRestored: "{interface}: receives traffic again",
    e.InterfacePathFailed: "{interface}: units cannot hear each other",
    e.InterfacePathRestored: "{interface}: units can hear each other again",
    e.NoActiveUnitSeen: "hears its mate, neither is active",
    e.Restarted: "boots after its reload",
    SessionOpened: "a session leaves by {interface}",
    SessionEnded: "the session of {interface} ends",
}
"""Short texts for marks; other events have their sentence, without the unit."""

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
        """The unit that the event happens to, None if it concerns no single unit."""
        unit: Unit | None = getattr(self.event, "unit", None)
        return unit

    @property
    def sentence(self) -> str:
        """The event as a sentence."""
        return heading(self.event, self.before, self.after, self.settings)


def glyphs_of(
    event: e.Event, before: State, after: State, outputs: tuple[Output, ...], settings: Settings
) -> tuple[tuple[Glyph, ...], tuple[Glyph, ...]]:
    """The glyphs of one step: those of the event, and those of the units' outputs."""
    step = _Step(event, before, after, settings)
    return tuple(_event(step)), tuple(item for output in outputs for item in _output(output, step))


# -- events --------------------------------------------------------------------------------------


def _event(step: _Step) -> Iterator[Glyph]:
    for kind, draw in _DRAW.items():
        if isinstance(step.event, kind) and step.unit is not None:
            yield from draw(step, step.unit)
            return
    yield _mark(step)


def _mark(step: _Step) -> LifelineMark:
    event, unit = step.event, step.unit
    lifeline = lifeline_of(unit) if unit else Lifeline.DATA if isinstance(event, _ON_DATA) else Lifeline.LINK
    form = TEXTS.get(type(event))
    text = (
        form.format(interface=getattr(event, "interface", ""), port=getattr(event, "port", ""))
        if form
        else step.sentence
    )
    if unit and not form:
        text = text.replace(f" on the {unit.value}", "", 1).removeprefix(f"the {unit.value} ")
    return LifelineMark(lifeline=lifeline, text=text, kind=kind_of(type(event)))


def _hello(step: _Step, unit: Unit) -> Iterator[MessageArrow]:
    """A hello, with the role of its sender."""
    own = step.after.unit(unit)
    count = range(len(own.groups))
    said = " and ".join(dict.fromkeys(words.title(words.seen_word(own, index)) for index in count))
    via = Lifeline.DATA if own.contact is PeerContact.DATA else Lifeline.LINK
    yield MessageArrow(source=lifeline_of(unit.peer), target=lifeline_of(unit), via=via, text=f"hello ({said})")


def _answer(step: _Step, unit: Unit) -> Iterator[MessageArrow]:
    peer = lifeline_of(unit.peer)
    yield MessageArrow(source=peer, target=Lifeline.LINK, text="hello", lost=True)
    yield MessageArrow(source=peer, target=lifeline_of(unit), via=Lifeline.DATA, text="answer")


def _configuration(step: _Step, unit: Unit) -> Iterator[MessageArrow]:
    yield MessageArrow(source=lifeline_of(unit.peer), target=lifeline_of(unit), via=Lifeline.LINK, text="configuration")


def _delivered(step: _Step, unit: Unit) -> Iterator[MessageArrow]:
    group = getattr(step.event, "group", None)
    message = step.before.unit(unit).groups[group_index(group)].handover
    yield MessageArrow(source=_channel(message), target=lifeline_of(unit), text=_words(message, group))


def _command(step: _Step, unit: Unit) -> Iterator[MessageArrow]:
    """The command as entered."""
    parts = step.sentence.split("`")
    command = "`".join(parts[1:-1]) or step.sentence
    group = getattr(step.event, "group", None)
    text = command if group is None else f"{command} group {group}"
    yield MessageArrow(source=Lifeline.OPERATOR, target=lifeline_of(unit), text=text)


def _packet(step: _Step, unit: Unit) -> Iterator[MessageArrow]:
    """A packet that arrives from the network."""
    assert isinstance(step.event, PacketArrived), "the table says so"
    text = f"packet of {step.event.session} at {step.event.interface}"
    yield MessageArrow(source=Lifeline.DATA, target=lifeline_of(unit), text=text)


_Draw = Callable[[_Step, Unit], Iterator[MessageArrow]]

_DRAW: Mapping[type[e.Event], _Draw] = {
    e.HelloHeard: _hello,
    e.PeerAnsweredOnData: _answer,
    e.SynchronizationAdvanced: _configuration,
    e.SynchronizationFinished: _configuration,
    e.MessageDelivered: _delivered,
    PacketArrived: _packet,
    e.Command: _command,
}


# -- outputs -------------------------------------------------------------------------------------


def _output(output: Output, step: _Step) -> Iterator[Glyph]:
    unit, peer = lifeline_of(output.unit), lifeline_of(output.unit.peer)
    group = getattr(output, "group", None)
    if isinstance(output, MessageSent):
        yield MessageArrow(source=unit, target=_channel(output.message), text=_words(output.message, group))
    elif isinstance(output, MessageLost):
        was_sent = any(each.handover is output.message for each in step.before.unit(output.unit).groups)
        channel, text = _channel(output.message), _words(output.message, group)
        source, target = (channel, unit) if was_sent else (peer, channel)
        yield MessageArrow(source=source, target=target, text=text, lost=True)
    elif isinstance(output, CommandReplicated):
        yield MessageArrow(source=unit, target=peer, via=Lifeline.LINK, text="the same command")
    elif isinstance(output, SentToPeer):
        via = Lifeline.DATA if output.on_data else Lifeline.LINK
        yield MessageArrow(source=unit, target=peer, via=via, text=output.text)
    elif isinstance(output, CommandNotReplicated):
        yield LifelineMark(lifeline=unit, text="the command stays on this unit", kind=Kind.PROTOCOL)


def _channel(message: Handover) -> Lifeline:
    """The link that carries a hand-over message."""
    return Lifeline.DATA if message is Handover.GRANT_BY_DATA else Lifeline.LINK


def _words(message: Handover, group: int | None) -> str:
    text = MESSAGES.get(message, message.value)
    return text if group is None else f"group {group}: {text}"
