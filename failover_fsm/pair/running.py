"""The running and the startup configurations of both units, once commands have changed one in operation."""

from __future__ import annotations

from typing import TypeVar

import attrs

from failover_fsm.config.records.pair_config import PairConfig, Unit

__all__ = ["UNCHANGED", "Running", "with_context"]

T = TypeVar("T")
_UNITS = (Unit.PRIMARY, Unit.SECONDARY)


@attrs.frozen(kw_only=True, cache_hash=True)
class Running:
    """What the units run by, the primary first; `UNCHANGED` while that is the configuration of the settings.

    Attributes:
        running: The running configurations.
        startup: Those in Flash, which a unit has again after it stops (SYN-9, CMD-16).
        blocks: The line that opened the block in which the next command of each unit is read, such as
            `interface GigabitEthernet0/1`; empty outside of one.
    """

    running: tuple[PairConfig, ...] = ()
    startup: tuple[PairConfig, ...] = ()
    blocks: tuple[str, ...] = ("", "")

    @classmethod
    def saved(cls, config: PairConfig) -> Running:
        """Both units run by what both have saved."""
        return cls(running=(config, config), startup=(config, config))

    @property
    def changed(self) -> bool:
        """Commands have changed a configuration, or a block is open."""
        return bool(self.running)

    def of(self, unit: Unit) -> PairConfig:
        """The running configuration of a unit."""
        return self.running[_UNITS.index(unit)]

    def saved_by(self, unit: Unit) -> PairConfig:
        """The startup configuration of a unit."""
        return self.startup[_UNITS.index(unit)]

    def block_of(self, unit: Unit) -> str:
        """The line that opened the unit's block."""
        return self.blocks[_UNITS.index(unit)]

    def with_running(self, unit: Unit, config: PairConfig) -> Running:
        """The same with another running configuration of a unit."""
        return attrs.evolve(self, running=_replaced(self.running, unit, config))

    def with_startup(self, unit: Unit, config: PairConfig) -> Running:
        """The same with another startup configuration of a unit."""
        return attrs.evolve(self, startup=_replaced(self.startup, unit, config))

    def with_block(self, unit: Unit, block: str) -> Running:
        """The same with another open block of a unit."""
        return attrs.evolve(self, blocks=_replaced(self.blocks, unit, block))


def _replaced(pair: tuple[T, ...], unit: Unit, value: T) -> tuple[T, ...]:
    return (value, pair[1]) if unit is Unit.PRIMARY else (pair[0], value)


UNCHANGED = Running()
"""Both units run by the configuration that the settings come from."""


def with_context(config: PairConfig, source: PairConfig, context: str | None) -> PairConfig:
    """The configuration with everything of another one, or for a context with that context's part of it."""
    if context is None:
        return source
    interfaces = [each for each in config.interfaces if each.context != context]
    management = [each for each in config.management if each.context != context]
    return attrs.evolve(
        config,
        interfaces=(*interfaces, *(each for each in source.interfaces if each.context == context)),
        management=(*management, *(each for each in source.management if each.context == context)),
    )
