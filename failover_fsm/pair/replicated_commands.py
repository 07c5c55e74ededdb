"""Which commands cross to the peer: Tables 13-1 (Active/Standby) and 13-3 (Active/Active) as data.

Table 13-3 lacks two rows of Table 13-1, `crypto ca server` and the pager; those commands do not cross in either
kind of pair (SYN-8 says so of the first for both).
"""

from __future__ import annotations

import enum
from functools import lru_cache

import attrs

from failover_fsm.pair.entered_text import acting_lines, bare, begins, is_executive, is_word, words_of

__all__ = ["EVERY_OTHER", "EXECUTIVE", "TABLE", "Crossing", "Does", "crossing_of"]


class Does(enum.Enum):
    """What a command does to the unit on which it is entered."""

    CONFIGURES = "changes the running configuration"
    SAVES = "copies the running configuration to Flash"
    KEEPS_APART = "changes what the two configurations need not have in common"
    LEAVES = "changes no running configuration"


@attrs.frozen
class Crossing:
    """One row.

    row: the table's row, in our words.  command: how the command begins; a word may be shortened up to its bracket,
    `*` is any word; empty for every other command.  crosses: it is sent to the peer (CMD-2).
    tables: where the chapter lists it.
    """

    row: str
    command: str
    crosses: bool
    does: Does
    rules: tuple[str, ...]
    tables: tuple[str, ...] = ("13-1", "13-3")

    def fits(self, words: tuple[str, ...]) -> bool:
        """Whether a command, as words without options, begins so."""
        return begins(self.command, words)


_COPY, _WRITE = "every other form of `copy`", "every other form of `write`"
_PAGER = "`terminal pager` and `pager`"
_OF_THE_UNIT = Does.KEEPS_APART

TABLE: tuple[Crossing, ...] = (
    Crossing("`copy running-config startup-config`", "cop[y] ru[nning-config] st[artup-config]", True, Does.SAVES,
             ("CMD-5", "CMD-17", "CMD-24", "CMD-28")),
    Crossing(_COPY, "cop[y] * ru[nning-config]", False, Does.CONFIGURES, ("CMD-5", "CMD-24")),
    Crossing(_COPY, "cop[y]", False, Does.LEAVES, ("CMD-5", "CMD-24")),
    Crossing("`delete`", "del[ete]", True, Does.LEAVES, ("CMD-6", "CMD-24")),
    Crossing("`mkdir`", "mk[dir]", True, Does.LEAVES, ("CMD-6", "CMD-24")),
    Crossing("`rename`", "rena[me]", True, Does.LEAVES, ("CMD-6", "CMD-24")),
    Crossing("`rmdir`", "rm[dir]", True, Does.LEAVES, ("CMD-6", "CMD-24")),
    Crossing("`write memory`", "wr[ite] m[emory]", True, Does.SAVES, ("CMD-7", "SYN-10", "SYN-11", "SYN-17", "CMD-24")),
    Crossing(_WRITE, "wr[ite]", False, Does.LEAVES, ("CMD-7", "CMD-24")),
    Crossing("`crypto ca server` and what is entered below it", "cry[pto] ca ser[ver]", False, _OF_THE_UNIT,
             ("CMD-8", "SYN-8"), ("13-1",)),
    Crossing("`debug`", "deb[ug]", False, Does.LEAVES, ("CMD-9", "CMD-24")),
    Crossing("`show`", "sh[ow]", False, Does.LEAVES, ("CMD-9", "CMD-24")),
    Crossing(_PAGER, "ter[minal] pa[ger]", False, Does.LEAVES, ("CMD-10",), ("13-1",)),
    Crossing(_PAGER, "pa[ger]", False, Does.LEAVES, ("CMD-10",), ("13-1",)),
    Crossing("`failover lan unit`", "fa[ilover] la[n] u[nit]", False, _OF_THE_UNIT, ("CMD-4", "CMD-24")),
    Crossing("`firewall`", "fir[ewall]", False, _OF_THE_UNIT, ("CMD-4", "CMD-24")),
    Crossing("`mode`", "mode", False, _OF_THE_UNIT, ("CMD-4", "CMD-24")),
    Crossing("every configuration command but `mode`, `firewall` and `failover lan unit`", "", True, Does.CONFIGURES,
             ("CMD-4", "CMD-24")),
)  # fmt: skip
"""The first row that fits a command counts; the last fits every command."""


EVERY_OTHER = TABLE[-1]

EXECUTIVE = Crossing("every other EXEC command", "", False, Does.LEAVES, (), ())
"""No row of the tables, which list configuration commands and a few others: what only looks, or moves between modes."""


@lru_cache(maxsize=1024)  # a search asks of the same few texts in every state
def crossing_of(text: str) -> Crossing:
    """The row of a command as an operator enters it: `no` before it and options such as `/noconfirm` do not matter.

    Of several lines the first counts that does more than move between modes. A text that no other row names is taken
    for a configuration command.
    """
    lines = acting_lines(text)
    if not lines:
        return EXECUTIVE
    words = bare(words_of(lines[0]))
    if len(words) == 1 and is_word("wr[ite]", words[0]):
        words = ("write", "memory")
    row = next(row for row in TABLE if row.fits(words))
    return EXECUTIVE if row is EVERY_OTHER and is_executive(lines[0]) else row
