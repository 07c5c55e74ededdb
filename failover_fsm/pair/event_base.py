"""What the events of a failover pair have in common: bases by cause and by place, and their words."""

from __future__ import annotations

import enum
import re
from typing import Any

import attrs

from failover_fsm.config.records.pair_config import Unit

__all__ = [
    "BASES", "AtGroup", "AtInterface", "AtPort", "AtUnit", "Cause", "Command", "Event", "Fault", "ProtocolStep",
    "Repair", "at_groups", "named", "worded",
]  # fmt: skip


class Cause(enum.Enum):
    """Why a unit stopped.  The peer sees the same silence each time (TRG-2)."""

    POWER = "power"
    HARDWARE = "hardware"
    SOFTWARE = "software"


@attrs.frozen(kw_only=True, cache_hash=True)
class Event:
    """Base of all events; never used itself."""

    def __attrs_post_init__(self) -> None:
        if type(self) in BASES:
            raise TypeError(f"{type(self).__name__} is not an event of its own: use one of its subclasses")

    @classmethod
    def word(cls) -> str:
        """The class name as the trace language writes it, `unit_failed`."""
        return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", cls.__name__).lower()

    def __str__(self) -> str:
        parts = [self.word()]
        for field in attrs.fields(type(self)):
            value = getattr(self, field.name)
            if value is None or (field.name == "cause" and value is Cause.POWER):
                continue
            text = value.value if isinstance(value, enum.Enum) else str(value)
            needs_quotes = not text or re.search(r"[\s#\"=]", text)
            doubled = text.replace('"', '""')
            parts.append(f'{field.name}="{doubled}"' if needs_quotes else f"{field.name}={text}")
        return " ".join(parts)


def _unit() -> Any:
    return attrs.field(validator=attrs.validators.instance_of(Unit))


def named() -> Any:
    """A field that holds a name."""
    is_text = attrs.validators.and_(attrs.validators.instance_of(str), attrs.validators.min_len(1))
    return attrs.field(validator=is_text)


def _not_blank(_instance: object, attribute: attrs.Attribute[str], value: str) -> None:
    if not value.strip():
        raise ValueError(f"'{attribute.name}' cannot be {value!r}; allowed: a text that is not blank")


def worded() -> Any:
    """A field that holds a text which is not blank."""
    return attrs.field(validator=attrs.validators.and_(attrs.validators.instance_of(str), _not_blank))


def _group() -> Any:
    return attrs.field(default=None, validator=attrs.validators.optional(attrs.validators.in_((1, 2))))


@attrs.frozen(kw_only=True, cache_hash=True)
class AtUnit(Event):
    """Base of events at one unit."""

    unit: Unit = _unit()


@attrs.frozen(kw_only=True, cache_hash=True)
class AtGroup(AtUnit):
    """Base of events at one failover group of a unit.

    Attributes:
        group: Its number; None in an Active/Standby pair, and for a command that is about all groups.
    """

    group: int | None = _group()


@attrs.frozen(kw_only=True, cache_hash=True, slots=False)  # slots of two bases cannot be combined
class AtInterface(Event):
    """Base of events on one named interface."""

    interface: str = named()


@attrs.frozen(kw_only=True, cache_hash=True, slots=False)  # as above
class AtPort(Event):
    """Base of events on one physical port, `GigabitEthernet0/1` or `Port-channel10`."""

    port: str = named()


class Fault(Event):
    """The environment breaks something."""


class Repair(Event):
    """The environment mends something."""


class Command(AtUnit):
    """The operator enters a command."""


class ProtocolStep(AtUnit):
    """A unit takes a step of the failover protocol by itself."""


BASES = (Event, AtUnit, AtGroup, AtInterface, AtPort, Fault, Repair, Command, ProtocolStep)
"""The classes that are no events themselves."""


def at_groups(kind: type[ProtocolStep], unit: Unit, groups: int) -> tuple[ProtocolStep, ...]:
    """The steps of one class at a unit: one for each of its failover groups where the step is about a group.

    Args:
        kind: The class of the steps.
        unit: The unit that takes them.
        groups: How many failover groups are configured; with 0 there is the implied group of an Active/Standby pair,
            which has no number.
    """
    if groups == 0 or not issubclass(kind, AtGroup):
        return (kind(unit=unit),)
    return tuple(kind(unit=unit, group=group) for group in range(1, groups + 1))
