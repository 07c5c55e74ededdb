"""`show failover exec`: in which mode commands for the other unit are executed there."""

from __future__ import annotations

import attrs

from failover_fsm.device.form import Entry, TextForm, UnreadLine, line
from failover_fsm.services.remote.texts import EXEC_MODE

__all__ = ["FORM", "MODES", "ExecMode", "read_failover_exec", "write_failover_exec"]

MODES = ("config", "interface sub-command")
"""The modes of the chapter; the first is where every unit begins (EXE-11). Others are read as they stand."""


@attrs.frozen(kw_only=True)
class ExecMode:
    """The mode on one unit: `role` is Active or Standby, None in a text that does not say (EXE-15)."""

    role: str | None = None
    mode: str = MODES[0]
    unread: tuple[UnreadLine, ...] = ()


FORM = TextForm((
    line("mode", EXEC_MODE.text, "EXE-14", "EXE-15", role=EXEC_MODE.fields["role"]),
), ("failover exec *",))  # fmt: skip


def write_failover_exec(shown: ExecMode) -> str:
    """The text of the record."""
    return FORM.write([Entry("mode", {"role": shown.role, "mode": shown.mode})])


def read_failover_exec(text: str) -> ExecMode:
    """What the output of the command says; lines that are none of the table's are in `unread`."""
    entries, unread = FORM.read(text)
    values = {name: str(value) for entry in entries for name, value in entry.values.items()}
    return ExecMode(**values, unread=unread)
