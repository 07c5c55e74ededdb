"""What the tables of remote commands read and change: one line at one session, and the guards and effects of rows."""

from __future__ import annotations

import enum
from collections.abc import Callable

import attrs

from failover_fsm.config.records.pair_config import Unit
from failover_fsm.pair import events as e
from failover_fsm.pair.entered_text import words_of
from failover_fsm.pair.health import hears_on_link, module_failed
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import Group, Role, State
from failover_fsm.pair.typed_commands import block_after
from failover_fsm.services.remote.records import FULL, CommandMode, Mode, Session
from failover_fsm.services.remote.typed import (
    ChangesContext,
    Configures,
    Debugs,
    Line,
    OpensInterface,
    OpensOther,
    OpensRouter,
    Sends,
)

__all__ = ["ExecCase", "Facts", "Where"]

CONFIGURATION = (OpensInterface, OpensRouter, OpensOther, Configures)
"""The kinds of line that are configuration commands."""


class Where(enum.Enum):
    """Where a command of `failover exec` is to run, seen from the session."""

    SELF = "this unit"
    MATE = "its mate"


@attrs.frozen(kw_only=True)
class Facts:
    """What does not change: the settings of the pair, which units know `failover exec`, whether the link has a key.

    contexts: The contexts, also those of an Active/Standby pair.
    """

    settings: Settings
    supports: tuple[bool, bool]
    keyed: bool
    contexts: tuple[str, ...]


@attrs.define(kw_only=True)
class ExecCase:
    """One line, and what its rows make of it.

    Attributes:
        facts: What does not change.
        read: Finds the kind of a line, as `read_line` does.
        pair: The state of the pair.
        unit: The unit of the session.
        line: The line, as it is to be taken: first the one that was typed, then the one that is sent.
        session: The session; effects replace it.
        device: The unit on which the line is taken.
        where: The same, seen from the session; None until it is resolved.
        block: The block in which the line is read; effects change it.
        entered: What is entered at the device, an event of the pair.
        shown: The line whose output is asked for.
        tells_mode: The mode of `failover exec` is asked for.
        carried: The command goes to its device.
        in_clear: It crosses the failover link in clear text.
    """

    facts: Facts
    read: Callable[[Unit, str], Line]
    pair: State
    unit: Unit
    line: Line
    session: Session
    device: Unit
    where: Where | None = None
    block: str = ""
    entered: e.CommandEntered | None = None
    shown: str = ""
    tells_mode: bool = False
    carried: bool = False
    in_clear: bool = False

    @property
    def sent(self) -> Line | None:
        """The line behind `failover exec KEYWORD`; None where there is none."""
        text = self.line.command if isinstance(self.line, Sends) else ""
        return self.read(self.unit, text) if text else None

    def group_on(self, unit: Unit) -> Group:
        """The failover group of the session's context on a unit (EXE-5, CMD-22)."""
        return self.pair.unit(unit).groups[self.facts.settings.group_of_context(self.session.context)]

    def supports(self, unit: Unit) -> bool:
        """Whether the software of a unit knows `failover exec` (EXE-18)."""
        return self.facts.supports[tuple(Unit).index(unit)]


# -- guards ------------------------------------------------------------------------------------------


def lacks_privilege(case: ExecCase) -> bool:
    """The user may not enter the command on this unit."""
    line = case.sent if isinstance(case.line, Sends) else case.line
    assert line is not None, "an empty command string is refused before"
    return case.session.level < line.level


def is_empty(case: ExecCase) -> bool:
    """No command stands behind the keyword."""
    return case.sent is None


def recurses(case: ExecCase) -> bool:
    """The command is `failover exec` again."""
    return isinstance(case.sent, Sends)


def changes_context(case: ExecCase) -> bool:
    """The command is `changeto`."""
    return isinstance(case.sent, ChangesContext)


def debugs(case: ExecCase) -> bool:
    """The command is `debug` or `undebug`."""
    return isinstance(case.sent, Debugs)


def is_unconfirmed(case: ExecCase) -> bool:
    """The command would ask the user, and nothing tells it not to."""
    return case.sent is not None and case.sent.asks


def own_is_active(case: ExecCase) -> bool:
    """This unit is active for the context."""
    return case.group_on(case.unit).role is Role.ACTIVE


def mate_is_active(case: ExecCase) -> bool:
    """The mate is active for the context."""
    return case.group_on(case.unit.peer).role is Role.ACTIVE


def own_is_standby(case: ExecCase) -> bool:
    """This unit is standby for the context, ready or failed."""
    return case.group_on(case.unit).role in (Role.STANDBY_READY, Role.FAILED)


def mate_is_standby(case: ExecCase) -> bool:
    """The mate is standby for the context, ready or failed."""
    return case.group_on(case.unit.peer).role in (Role.STANDBY_READY, Role.FAILED)


def own_is_older(case: ExecCase) -> bool:
    """The software of this unit does not know the command."""
    return not case.supports(case.unit)


def mate_is_older(case: ExecCase) -> bool:
    """The software of the mate does not know the command."""
    return not case.supports(case.unit.peer)


def is_out_of_reach(case: ExecCase) -> bool:
    """The failover link does not reach the mate, or the mate still negotiates."""
    mate = case.unit.peer
    return case.pair.unit(mate).negotiating or not hears_on_link(case.pair, case.facts.settings, mate)


def mate_failed_otherwise(case: ExecCase) -> bool:
    """The mate is a failed standby, and its service card works."""
    mate = case.unit.peer
    return case.group_on(mate).role is Role.FAILED and not module_failed(case.pair, case.facts.settings, mate)


def configures_from_privileged(case: ExecCase) -> bool:
    """A configuration command, while the session is in privileged EXEC."""
    return isinstance(case.sent, CONFIGURATION) and case.session.at.mode is Mode.PRIVILEGED


def has_no_key(case: ExecCase) -> bool:
    """No failover key encrypts the link."""
    return not case.facts.keyed


def leaves_block(case: ExecCase) -> bool:
    """The command belongs above the open block."""
    return block_after(case.block, case.line.line) == ""


def is_in_command_string(case: ExecCase) -> bool:
    """The question mark stands in the command string."""
    words = words_of(case.line.line)
    return isinstance(case.read(case.unit, case.line.line.rstrip("? ")), Sends) and len(words) > 3


def has_no_such_context(case: ExecCase) -> bool:
    """There is no such context."""
    return not case.facts.contexts or _context_of(case.line) not in (None, *case.facts.contexts)


def _context_of(line: Line) -> str | None:
    """The context that `changeto` names; None for the system execution space."""
    words = line.line.split()
    return words[2] if len(words) > 2 else None


# -- effects -------------------------------------------------------------------------------------------


def to_self(case: ExecCase) -> None:
    """The command is for this unit."""
    case.device, case.where = case.unit, Where.SELF


def to_mate(case: ExecCase) -> None:
    """The command is for the mate."""
    case.device, case.where = case.unit.peer, Where.MATE


def carry(case: ExecCase) -> None:
    """The command goes to its device."""
    case.carried = True


def warn_of_clear_text(case: ExecCase) -> None:
    """Advice: use a failover key."""
    case.in_clear = True


def enter(case: ExecCase) -> None:
    """The device takes the command, in the open block."""
    is_elsewhere = case.pair.running.block_of(case.device) != ""
    above = case.block or ("end" if is_elsewhere else "")  # another session may have left a block open
    text = f"{above}; {case.line.line}" if above else case.line.line
    case.entered = e.CommandEntered(unit=case.device, context=case.session.context, text=text)


def act(case: ExecCase) -> None:
    """The device takes the command, whatever the mode."""
    case.entered = e.CommandEntered(unit=case.device, context=case.session.context, text=case.line.line)


def look(case: ExecCase) -> None:
    """The output is shown in the session."""
    case.shown = case.line.line


def tell_mode(case: ExecCase) -> None:
    """The mode of `failover exec` is shown in the session."""
    case.tells_mode = True


def keep_block(case: ExecCase) -> None:
    """The block is open from now on."""
    case.block = case.line.line


def drop_block(case: ExecCase) -> None:
    """No block is open."""
    case.block = ""


def set_level(case: ExecCase) -> None:
    """The user goes on with another privilege level."""
    words = words_of(case.line.line)
    usual = FULL if words[0].startswith("en") else 1
    level = int(words[1]) if len(words) > 1 and words[1].isdecimal() else usual
    case.session = attrs.evolve(case.session, level=min(level, FULL))


def change_context(case: ExecCase) -> None:
    """The session moves to the context, and `failover exec` begins anew for every device."""
    anew = CommandMode(Mode.CONFIG)
    case.session = attrs.evolve(case.session, context=_context_of(case.line), primary=anew, secondary=anew)
