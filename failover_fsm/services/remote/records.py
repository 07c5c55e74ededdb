"""What terminal sessions and `failover exec` remember: command modes, contexts, privilege levels."""

from __future__ import annotations

import enum

import attrs

from failover_fsm.config.records.pair_config import Unit

__all__ = ["FULL", "CommandMode", "Mode", "Session", "Sessions", "prompt"]

FULL = 15
"""The privilege level of an administrator."""


class Mode(enum.Enum):
    """The command modes of a device."""

    PRIVILEGED = "privileged EXEC"
    CONFIG = "global configuration"
    INTERFACE = "interface"
    ROUTER = "router"
    OTHER = "other block"


@attrs.frozen(cache_hash=True)
class CommandMode:
    """A command mode, with the line that opened the block of a mode below global configuration; empty elsewhere."""

    mode: Mode
    block: str = ""


@attrs.frozen(kw_only=True, cache_hash=True)
class Session:
    """The terminal session of one unit, and the modes in which its `failover exec` commands run.

    Attributes:
        at: The command mode of the session itself, which the prompt shows.
        primary, secondary: The mode of `failover exec` for each device (EXE-10); it begins as global configuration
            (EXE-11).
        context: The context of the session; None for the system execution space, or in single context mode.
        level: The privilege level of its user, 0 to 15 (EXE-4).
    """

    at: CommandMode = CommandMode(Mode.PRIVILEGED)
    primary: CommandMode = CommandMode(Mode.CONFIG)
    secondary: CommandMode = CommandMode(Mode.CONFIG)
    context: str | None = None
    level: int = FULL

    def mode_on(self, device: Unit) -> CommandMode:
        """The mode of `failover exec` for a device."""
        return self.primary if device is Unit.PRIMARY else self.secondary

    def with_mode_on(self, device: Unit, mode: CommandMode) -> Session:
        """The same with another mode of `failover exec` for a device."""
        return attrs.evolve(self, primary=mode) if device is Unit.PRIMARY else attrs.evolve(self, secondary=mode)


@attrs.frozen(kw_only=True, cache_hash=True)
class Sessions:
    """The record of the machine: a terminal session on each unit.

    ran: the unit at which the command of the last line took place, until something else happens; no row reads it.
    """

    primary: Session = Session()
    secondary: Session = Session()
    ran: Unit | None = None

    def of(self, unit: Unit) -> Session:
        """The session of a unit."""
        return self.primary if unit is Unit.PRIMARY else self.secondary

    def having(self, unit: Unit, session: Session) -> Sessions:
        """The same with another session of a unit."""
        return attrs.evolve(self, primary=session) if unit is Unit.PRIMARY else attrs.evolve(self, secondary=session)

    def without(self, unit: Unit) -> Sessions:
        """After the unit has stopped: its session is over, and so is what others ran there."""
        other = self.of(unit.peer).with_mode_on(unit, CommandMode(Mode.CONFIG))
        return self.having(unit, Session()).having(unit.peer, other)


_PLACES = {Mode.PRIVILEGED: "", Mode.CONFIG: "(config)", Mode.INTERFACE: "(config-if)", Mode.ROUTER: "(config-router)"}
_BLOCKS = {"co": ("context", "(config-ctx)"), "fa": ("failover group", "(config-fover-group)")}


def block_names(block: str) -> tuple[str, str]:
    """How another block is called, and its place in a prompt, by the beginning of the line that opened it."""
    return _BLOCKS.get(block[:2].lower(), ("other", "(config-other)"))


def prompt(session: Session, hostname: str) -> str:
    """The prompt of a session, such as `hostname(config-if)#` or `hostname/admin#`."""
    place = _PLACES.get(session.at.mode)
    if place is None:
        place = block_names(session.at.block)[1]
    context = f"/{session.context}" if session.context else ""
    return f"{hostname}{context}{place}#"
