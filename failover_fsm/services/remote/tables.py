"""The tables of remote commands: the terminal session, the command `failover exec`, its way, and its command mode.

A typed line takes a row of SESSION. If that is `failover exec`, COMMAND says whether it may be sent and for which unit
its keyword stands now, WAY whether it gets there, and MODES what it does there, in the mode that `failover exec`
has for that device. Rows are tried in order, so what is refused stands first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from failover_fsm.pair.tables import Default, Effect, Guard, Row, Table, refuse
from failover_fsm.services.machine import MachineRow
from failover_fsm.services.remote import case as c
from failover_fsm.services.remote import typed as t
from failover_fsm.services.remote.records import Mode

__all__ = ["COMMAND", "MODES", "SESSION", "TABLES", "WAY"]

_ALL = tuple(Mode)
_CONFIGURING = (Mode.CONFIG, Mode.INTERFACE, Mode.ROUTER, Mode.OTHER)
_BLOCKS = (Mode.INTERFACE, Mode.ROUTER, Mode.OTHER)
_PRIVILEGED = (Mode.PRIVILEGED,)
_OPENS = ((t.OpensInterface, Mode.INTERFACE), (t.OpensRouter, Mode.ROUTER), (t.OpensOther, Mode.OTHER))

NO_SUCH = "the device has no such command here"


def _no(
    states: Iterable[Any], event: type[t.Line], reason: str, *rules: str, when: Guard | None = None
) -> MachineRow[Any]:
    """A row that refuses."""
    return MachineRow(tuple(states), event, when=when, reason=reason, rules=rules, refuses=True)


def _takes(
    states: Iterable[Any],
    event: type[t.Line],
    reason: str,
    *rules: str,
    when: Guard | None = None,
    to: Any = None,
    do: tuple[Effect, ...] = (),
) -> MachineRow[Any]:
    """A row that is carried out."""
    return MachineRow(tuple(states), event, when=when, to=to, do=do, reason=reason, rules=rules)


def _total(name: str, states: tuple[Any, ...], events: tuple[type[t.Line], ...], rows: list[Row[Any]]) -> Table[Any]:
    """The table of rows, with a refusal where no row holds."""
    entries: list[Row[Any] | Default[Any]] = list(rows)
    for event in events:
        closed = {state for row in rows if row.event is event and row.when is None for state in row.states}
        open_states = tuple(state for state in states if state not in closed)
        if open_states:
            entries.append(refuse(open_states, (event,), NO_SUCH))
    return Table.of(name, states, events, entries)


# -- the terminal session --------------------------------------------------------------------------------

_LOW = "the user's privilege level is too low"
_FIRST = "enter global configuration mode first"

SESSION: Table[Mode] = _total(
    "session",
    _ALL,
    t.KINDS,
    [
        _no(_ALL, t.AsksHelp, "no help for the command string", "EXE-19", when=c.is_in_command_string),
        _takes(_ALL, t.Sends, "sent by failover exec, the prompt stays", "EXE-9", "EXE-10"),
        _takes(_ALL, t.AsksMode, "the mode of failover exec is asked for", "EXE-9", "EXE-14", do=(c.tell_mode,)),
        _no(_PRIVILEGED, t.ConfigureTerminal, _LOW, "EXE-4", when=c.lacks_privilege),
        _takes(_PRIVILEGED, t.ConfigureTerminal, "configure terminal", "EXE-22", to=Mode.CONFIG),
        _takes(_CONFIGURING, t.ConfigureTerminal, "configure terminal", "EXE-22", to=Mode.CONFIG, do=(c.drop_block,)),
        *(_no(_PRIVILEGED, kind, _FIRST, "EXE-22") for kind in c.CONFIGURATION),
        *(
            _takes(_CONFIGURING, kind, "a block is opened", "EXE-12", "EXE-13", to=mode, do=(c.act, c.keep_block))
            for kind, mode in _OPENS
        ),
        _takes(
            _BLOCKS, t.Configures, "a command above the block", "EXE-12",
            when=c.leaves_block, to=Mode.CONFIG, do=(c.drop_block, c.enter),
        ),
        _takes(_CONFIGURING, t.Configures, "a configuration command", "EXE-12", do=(c.enter,)),
        _takes(_BLOCKS, t.Exits, "one mode up", "EXE-13", to=Mode.CONFIG, do=(c.drop_block,)),
        _takes((Mode.CONFIG,), t.Exits, "one mode up", "EXE-22", to=Mode.PRIVILEGED),
        _takes(_CONFIGURING, t.Ends, "up to privileged EXEC", "EXE-22", to=Mode.PRIVILEGED, do=(c.drop_block,)),
        _no(_ALL, t.Acts, _LOW, "EXE-4", when=c.lacks_privilege),
        _takes(_ALL, t.Acts, "a command of privileged EXEC", "EXE-3", do=(c.act,)),
        _no(_ALL, t.Looks, _LOW, "EXE-4", when=c.lacks_privilege),
        _takes(_ALL, t.Looks, "output is shown", "EXE-3", do=(c.look,)),
        _no(_ALL, t.Debugs, _LOW, "EXE-4", when=c.lacks_privilege),
        _takes(_ALL, t.Debugs, "debugging has no part in the model", "EXE-20"),
        _takes(_PRIVILEGED, t.SetsLevel, "another privilege level", "EXE-4", do=(c.set_level,)),
        _no(_ALL, t.ChangesContext, "there is no such context", "EXE-5", when=c.has_no_such_context),
        _takes(_PRIVILEGED, t.ChangesContext, "another context", "EXE-5", do=(c.change_context,)),
        _takes(
            _CONFIGURING, t.ChangesContext, "another context", "EXE-5",
            to=Mode.CONFIG, do=(c.drop_block, c.change_context),
        ),
    ],
)  # fmt: skip
"""What a line does to the session in which it is typed."""


# -- the command -----------------------------------------------------------------------------------------

_KEYWORDS = (t.Keyword.ACTIVE, t.Keyword.MATE, t.Keyword.STANDBY)
_CONTEXT = "contexts cannot be changed on the peer: enter `changeto` on this unit first"


def _resolved(event: type[t.Line]) -> list[Row[Any]]:
    """The rows that find the unit for which a keyword stands at this moment."""
    active, mate, standby = ((keyword,) for keyword in _KEYWORDS)
    return [
        _takes(mate, event, "the mate, whatever its role", "EXE-8", "EXE-15", do=(c.to_mate,)),
        _takes(active, event, "this unit is active", "EXE-7", when=c.own_is_active, do=(c.to_self,)),
        _takes(active, event, "the mate is active", "EXE-1", when=c.mate_is_active, do=(c.to_mate,)),
        _takes(standby, event, "this unit is standby", "EXE-7", when=c.own_is_standby, do=(c.to_self,)),
        _takes(standby, event, "the mate is standby", "EXE-2", when=c.mate_is_standby, do=(c.to_mate,)),
        _no((*active, *standby), event, "no unit has this role now", "EXE-7"),
        _no((t.Keyword.NOTHING,), event, "incomplete command; allowed: active, mate, standby", "EXE-6"),
    ]


COMMAND: Table[t.Keyword] = _total(
    "command",
    tuple(t.Keyword),
    (t.Sends, t.AsksMode),
    [
        _no(_KEYWORDS, t.Sends, "incomplete command; allowed: a command string", "EXE-6", when=c.is_empty),
        _no(_KEYWORDS, t.Sends, "failover exec cannot be sent by failover exec", "EXE-23", when=c.recurses),
        _no(_KEYWORDS, t.Sends, _CONTEXT, "EXE-5", "EXE-20", when=c.changes_context),
        _no(_KEYWORDS, t.Sends, "debug and undebug cannot be sent by failover exec", "EXE-20", when=c.debugs),
        _no(_KEYWORDS, t.Sends, _LOW, "EXE-4", when=c.lacks_privilege),
        _no(_KEYWORDS, t.Sends, "the command asks for confirmation: add /nonconfirm", "EXE-24", when=c.is_unconfirmed),
        *_resolved(t.Sends),
        *_resolved(t.AsksMode),
    ],
)
"""Whether a command may be sent, and for which unit its keyword stands now."""


# -- the way -----------------------------------------------------------------------------------------------

_SELF, _MATE = (c.Where.SELF,), (c.Where.MATE,)

WAY: Table[c.Where] = _total(
    "way",
    tuple(c.Where),
    (t.Sends,),
    [
        _no(c.Where, t.Sends, "this unit's software has no failover exec", "EXE-18", when=c.own_is_older),
        _no(_MATE, t.Sends, "the mate's software has no failover exec", "EXE-18", when=c.mate_is_older),
        _no(_MATE, t.Sends, "the failover link does not reach the mate", "EXE-16", when=c.is_out_of_reach),
        _no(_MATE, t.Sends, "the mate has failed, and not by its service card", "EXE-21", when=c.mate_failed_otherwise),
        _no(c.Where, t.Sends, f"{_FIRST} on this unit", "EXE-22", when=c.configures_from_privileged),
        _takes(
            _MATE, t.Sends, "over the failover link, in clear text", "EXE-16", "EXE-17",
            when=c.has_no_key, do=(c.carry, c.warn_of_clear_text),
        ),
        _takes(_MATE, t.Sends, "over the failover link", "EXE-16", do=(c.carry,)),
        _takes(_SELF, t.Sends, "on this unit", "EXE-7", do=(c.carry,)),
    ],
)  # fmt: skip
"""Whether a command gets to its unit."""


# -- the command mode of failover exec -------------------------------------------------------------------------

_SENT = (t.ConfigureTerminal, t.OpensInterface, t.OpensRouter, t.OpensOther, t.Configures, t.Exits, t.Ends, t.Acts,
         t.Looks, t.AsksMode, t.SetsLevel)  # fmt: skip
"""The kinds of line that can be sent."""

MODES: Table[Mode] = _total(
    "mode of failover exec",
    _CONFIGURING,
    _SENT,
    [
        _takes(_CONFIGURING, t.ConfigureTerminal, "global configuration is shown", "EXE-22",
               to=Mode.CONFIG, do=(c.drop_block,)),
        _takes(_CONFIGURING, t.OpensInterface, "commands are entered for the interface", "EXE-10", "EXE-12",
               to=Mode.INTERFACE, do=(c.act, c.keep_block)),
        _takes(_CONFIGURING, t.OpensRouter, "commands are entered for the routing process", "EXE-13",
               to=Mode.ROUTER, do=(c.act, c.keep_block)),
        _takes(_CONFIGURING, t.OpensOther, "commands are entered for the block", "EXE-12",
               to=Mode.OTHER, do=(c.act, c.keep_block)),
        _takes(_BLOCKS, t.Configures, "a command above the block", "EXE-12",
               when=c.leaves_block, to=Mode.CONFIG, do=(c.drop_block, c.enter)),
        _takes(_CONFIGURING, t.Configures, "the command runs in this mode", "EXE-11", "EXE-12", do=(c.enter,)),
        _takes(_CONFIGURING, t.Exits, "global configuration, which is the highest mode", "EXE-11",
               to=Mode.CONFIG, do=(c.drop_block,)),
        _takes(_CONFIGURING, t.Ends, "global configuration, which is the highest mode", "EXE-11",
               to=Mode.CONFIG, do=(c.drop_block,)),
        _takes(_CONFIGURING, t.Acts, "the command runs in any mode", "EXE-3", do=(c.act,)),
        _takes(_CONFIGURING, t.Looks, "the output comes back", "EXE-3", do=(c.look,)),
    ],
)  # fmt: skip
"""What a command does where it arrives, by the mode of `failover exec` for that device."""

TABLES: Mapping[str, Table[Any]] = {table.name: table for table in (SESSION, COMMAND, WAY, MODES)}
"""The tables by name, in the order in which a line takes them."""
