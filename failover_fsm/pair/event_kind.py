"""What the register of events holds for each event class, and the places at which events happen."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import attrs

from failover_fsm.config.records.pair_config import Unit
from failover_fsm.pair import events as e
from failover_fsm.pair.faults import Change, InterfaceChange
from failover_fsm.pair.obstacles import Mismatch
from failover_fsm.pair.states import Interface, State

UNITS = (Unit.PRIMARY, Unit.SECONDARY)

COMMAND_TEXT = "access-list outside permit ip any any"
"""The configuration command that stands for all: only whether it is replicated matters."""


@attrs.frozen(kw_only=True)
class Places:
    """Where events of a pair can take place.

    Attributes:
        groups: How many failover groups a unit has.
        contexts: The contexts in which configuration commands are entered, besides the system space.
        interfaces: Names of interfaces.
        ports: Names of physical ports.
        elements: Names of the elements of the topology.
    """

    groups: int = 1
    contexts: tuple[str, ...] = ()
    interfaces: tuple[str, ...] = ()
    ports: tuple[str, ...] = ()
    elements: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class EventKind:
    """One event class.

    Attributes:
        event: The class.
        word: The word of an environment that brings the event about; empty for an event that always can come.
        heading: Its sentence in a run, a template of the event's fields; empty where `text.headings` has a function.
        change: What it does to links, interfaces and modules; None for an event that the units' tables handle.
        of_interface: The same for the one interface that it names, without the messages that are lost.
        broken: Of a fault: for each place where it can strike, whether it has; None where `broken_at` says so.
        broken_at: Of a fault of an interface: how many times it has struck there.
        by_context: It is generated for contexts too, with `COMMAND_TEXT`.
    """

    event: type[e.Event]
    word: str = ""
    heading: str = ""
    change: Change | None = None
    of_interface: InterfaceChange | None = None
    broken: Callable[[State], Iterator[bool]] | None = None
    broken_at: Callable[[Interface], int] | None = None
    by_context: bool = False

    @property
    def by_units(self) -> bool:
        """The units handle the event by their tables."""
        return self.change is None

    @property
    def at_interface(self) -> bool:
        """The event names an interface."""
        return issubclass(self.event, e.AtInterface)

    @property
    def at_port(self) -> bool:
        """The event names a physical port."""
        return issubclass(self.event, e.AtPort)

    @property
    def at_element(self) -> bool:
        """The event names an element of the topology."""
        return "element" in attrs.fields_dict(self.event)

    def at(self, places: Places) -> Iterator[e.Event]:
        """The events of the class at these places, in a fixed order."""
        choices: dict[str, tuple[object, ...]] = {}
        if self.by_context:
            choices |= {"context": (None, *places.contexts), "text": (COMMAND_TEXT,)}
        choices |= {
            "what": (Mismatch.LICENSE,),
            "element": places.elements,
            "interface": places.interfaces,
            "port": places.ports,
            "unit": UNITS,
        }
        choices["group"] = (None, *range(1, places.groups + 1)) if places.groups > 1 else (None,)
        names = attrs.fields_dict(self.event)
        yield from _combined(self.event, [(name, values) for name, values in choices.items() if name in names], {})


def _combined(
    kind: type[e.Event], choices: list[tuple[str, tuple[object, ...]]], chosen: dict[str, object]
) -> Iterator[e.Event]:
    """The events with each combination of field values, the last field fastest."""
    if not choices:
        yield kind(**chosen)
        return
    name, values = choices[0]
    for value in values:
        yield from _combined(kind, choices[1:], {**chosen, name: value})
