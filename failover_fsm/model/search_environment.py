"""What may happen to a pair in a search: faults, repairs and commands, and how many faults at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import attrs

from failover_fsm.config.records.pair_config import Unit
from failover_fsm.config.values.suggestions import listed, nearest
from failover_fsm.pair import events as e
from failover_fsm.pair.errors import Refused
from failover_fsm.pair.registry import (
    ANY_OF,
    BY_ELEMENTS,
    FAULT_WORDS,
    KINDS,
    OPERATOR_WORDS,
    EventKind,
    Places,
)
from failover_fsm.pair.settings import FOLLOWED
from failover_fsm.pair.typed_commands import acting, is_command, not_taken

__all__ = [
    "DEFAULT_ENVIRONMENT",
    "DEFAULT_ENVIRONMENT_OF_GROUPS",
    "UNITS",
    "WITH_TOPOLOGY",
    "Environment",
    "default_environment",
]


UNITS = (Unit.PRIMARY, Unit.SECONDARY)


def _known(words: dict[str, str]) -> Callable[[object, attrs.Attribute[tuple[str, ...]], tuple[str, ...]], None]:
    def check(_instance: object, attribute: attrs.Attribute[tuple[str, ...]], value: tuple[str, ...]) -> None:
        for word in value:
            if word not in words:
                raise ValueError(
                    f"unknown {attribute.name} word {word!r}{nearest(word, words)}; allowed: {listed(word, words)}"
                )

    return check


def _known_or_typed(_instance: object, attribute: attrs.Attribute[tuple[str, ...]], value: tuple[str, ...]) -> None:
    """Words of the operator, or command lines of the device."""
    for word in value:
        if word in OPERATOR_WORDS:
            continue
        if not (isinstance(word, str) and is_command(word)):
            allowed = f"{', '.join(OPERATOR_WORDS)}, or command lines of the device"
            raise ValueError(
                f"unknown {attribute.name} word {word!r}{nearest(word, OPERATOR_WORDS)}; allowed: {allowed}"
            )
        why = _refused(word)
        if why:
            raise ValueError(f"{attribute.name} word {word!r} is always refused: {why}")


def _refused(line: str) -> str:
    """Why a command line is refused in every pair; empty if it is not."""
    try:
        return not_taken(line)
    except Refused as error:
        return error.why


def _ordered(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        raise ValueError(f"{value!r} is a text; allowed: a list or tuple of words")
    return tuple(dict.fromkeys(value))  # type: ignore[call-overload]  # any iterable of words


@attrs.frozen(kw_only=True)
class Environment:
    """The faults and commands that may come, and the history that is followed.

    Attributes:
        faults: Words of FAULT_WORDS; each fault can be repaired at any time.
        operator: Words of OPERATOR_WORDS, and command lines that are typed on either unit, such as
            `no monitor-interface inside`.
        max_faults: How many things may be broken at the same time, None for no bound; a unit that was never
            started is not a fault, and commands are not.
        sync_states: A joining unit passes its four synchronisation states one by one; they differ in nothing but
            their names, so searches take them in one step.
        follow: Words of FOLLOWED, the history that is followed besides roles.

    Raises:
        ValueError: For an unknown word or a negative bound.
    """

    faults: tuple[str, ...] = attrs.field(
        default=("power", "failover-link", "interfaces", "paths"), converter=_ordered, validator=_known(FAULT_WORDS)
    )
    operator: tuple[str, ...] = attrs.field(
        default=("failover-active", "reset"), converter=_ordered, validator=_known_or_typed
    )
    max_faults: int | None = attrs.field(default=None)
    sync_states: bool = attrs.field(default=False)
    follow: tuple[str, ...] = attrs.field(default=(), converter=_ordered, validator=_known(FOLLOWED))

    @max_faults.validator
    def _not_negative(self, _attribute: object, value: int | None) -> None:
        if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < 0):
            raise ValueError(f"max_faults cannot be {value!r}; allowed: 0, 1, 2, ... or left out for no bound")

    @sync_states.validator
    def _yes_or_no(self, _attribute: object, value: object) -> None:
        if not isinstance(value, bool):
            raise ValueError(f"sync_states cannot be {value!r}; allowed: True, False")

    @follow.validator
    def _needed(self, _attribute: object, value: tuple[str, ...]) -> None:
        for word in ANY_OF["older-startup"]:
            if word in self.faults and "commands" not in value:
                raise ValueError(f'{word} is about configurations; allowed: with follow = ["commands"]')
        if "flash-write" in self.faults and "power" not in self.faults:
            raise ValueError("flash-write stops units; allowed: beside power")

    @property
    def lines(self) -> tuple[str, ...]:
        """The command lines among what the operator enters."""
        return tuple(word for word in self.operator if word not in OPERATOR_WORDS)

    def has(self, word: str) -> bool:
        """Whether the environment contains what the word names."""
        if word in ("ports", "traffic") and "interfaces" in self.faults:
            return True
        return word in (*self.faults, *self.operator, *self.follow)

    def provokes(self, word: str) -> bool:
        """Whether what the word names can happen: by itself, because an element takes it down, or by one of several."""
        if word in ANY_OF:
            return any(map(self.has, ANY_OF[word]))
        return self.has(word) or (word in BY_ELEMENTS and self.has("elements"))

    def kinds(self) -> Iterator[EventKind]:
        """The commands, faults and repairs that may come, in the order in which searches try them."""
        for kind in KINDS:
            if not issubclass(kind.event, e.ProtocolStep) and (not kind.word or self.has(kind.word)):
                yield kind

    def unit_events(self, groups: int = 1, contexts: Iterable[str] = ()) -> Iterator[e.Event]:
        """Commands, faults and repairs of units, links and service modules, in a fixed order.

        Args:
            groups: How many failover groups a unit has; with two, commands that can name one do so too.
            contexts: In which configuration commands are entered, besides the system space.
        """
        places = Places(groups=groups, contexts=tuple(contexts))
        for kind in self.kinds():
            yield from kind.at(places)  # nothing at an interface, a port or an element: no place of these is named
        for line in self.lines:
            yield from (acting(e.CommandEntered(unit=unit, text=line)) for unit in UNITS)

    def interface_events(self, name: str) -> Iterator[e.Event]:
        """Faults and repairs of one interface in a fixed order: at the primary, at the secondary, between them."""
        places = Places(interfaces=(name,))
        found = [event for kind in self.kinds() if kind.at_interface for event in kind.at(places)]
        yield from sorted(found, key=_by_unit)

    def port_events(self, port: str) -> Iterator[e.Event]:
        """Faults and repairs of one physical port, at the primary and at the secondary."""
        places = Places(ports=(port,))
        found = [event for kind in self.kinds() if kind.at_port for event in kind.at(places)]
        yield from sorted(found, key=_by_unit)

    def element_events(self, elements: Iterable[str]) -> Iterator[e.Event]:
        """Faults and repairs of the elements of a topology, element by element."""
        for name in elements:
            for kind in self.kinds():
                if kind.at_element:
                    yield from kind.at(Places(elements=(name,)))


def _by_unit(event: e.Event) -> int:
    """The primary first, then the secondary, then what happens between them."""
    return UNITS.index(event.unit) if isinstance(event, e.AtUnit) else len(UNITS)


DEFAULT_ENVIRONMENT = Environment(max_faults=2)
"""The environment of a bare configuration of an Active/Standby pair."""

DEFAULT_ENVIRONMENT_OF_GROUPS = Environment(
    faults=("power", "failover-link", "ports"), operator=("failover-active",), max_faults=1
)
"""Of an Active/Active pair: each group multiplies the states, so the two are explored with one fault at a time."""


def default_environment(*, groups: bool) -> Environment:
    """What `check` explores for a bare configuration; groups: the pair is Active/Active."""
    return DEFAULT_ENVIRONMENT_OF_GROUPS if groups else DEFAULT_ENVIRONMENT


WITH_TOPOLOGY = ("power", "elements")
"""The faults of a pair with a topology, where nothing else is said: links, ports and paths fail by their elements."""
