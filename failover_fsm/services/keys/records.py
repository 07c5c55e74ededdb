"""The record of the failover keys, and the events that change them."""

from __future__ import annotations

import enum

import attrs

from failover_fsm.config.records.pair_config import Unit
from failover_fsm.pair import events as e
from failover_fsm.services.machine import MachineEvent

__all__ = ["KeyEntered", "KeyEvent", "KeyRemoved", "Keys", "KeysCompared", "Talk"]


class Talk(enum.Enum):
    """How the units talk over the failover link: by the keys that they have (KEY-1, KEY-3)."""

    CLEAR = "clear"
    ENCRYPTED = "encrypted"
    NONE = "none"


@attrs.frozen(kw_only=True, cache_hash=True)
class Keys:
    """The record beside the pair.

    Attributes:
        primary, secondary: The key that each unit has; None for no key.
        exposed: The keys that have crossed the failover link in clear text, in order of their texts.
        silenced: The failover link carries nothing because the keys differ, not because it is cut.
    """

    primary: str | None = None
    secondary: str | None = None
    exposed: tuple[str, ...] = ()
    silenced: bool = False

    def of(self, unit: Unit) -> str | None:
        """The key of a unit."""
        return self.primary if unit is Unit.PRIMARY else self.secondary

    def with_key(self, unit: Unit, key: str | None) -> Keys:
        """The record with another key of a unit."""
        return attrs.evolve(self, primary=key) if unit is Unit.PRIMARY else attrs.evolve(self, secondary=key)

    @property
    def talk(self) -> Talk:
        """How units talk that have these keys."""
        if self.primary != self.secondary:
            return Talk.NONE
        return Talk.CLEAR if self.primary is None else Talk.ENCRYPTED


class KeyEvent(MachineEvent, e.Command):
    """Base of the commands about the key."""


@attrs.frozen(kw_only=True, cache_hash=True)
class KeyEntered(KeyEvent):
    """`failover key KEY` on a unit.

    Attributes:
        key: What stands behind `failover key`.
    """

    key: str

    @property
    def heading(self) -> str:
        """The sentence of the event in a run."""
        return f"`failover key {self.key}` is entered on the {self.unit.value}"


@attrs.frozen(kw_only=True, cache_hash=True)
class KeyRemoved(KeyEvent):
    """`no failover key` on a unit."""

    @property
    def heading(self) -> str:
        """The sentence of the event in a run."""
        return f"`no failover key` is entered on the {self.unit.value}"


@attrs.frozen(kw_only=True, cache_hash=True)
class KeysCompared(MachineEvent):
    """After a change: the units understand each other, or they do not."""
