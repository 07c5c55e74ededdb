"""Table 13-7, computed: failover times with the smallest, the default and the largest settings.

Every figure of the chapter is the worst case, counted from the failure itself: the failure comes right after a hello,
or right after a port check. The best case is one poll shorter, in the limit. If hold times begin at the first missed
hello (option `count_from`), the worst cases of the hold time rows are one poll longer than in the table.
"""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from failover_fsm.config.records.criteria import InterfacePollTime, PollTime
from failover_fsm.pair.settings import Options, Port, Settings
from failover_fsm.timing.bounds import measure
from failover_fsm.timing.conditions import CONDITIONS
from failover_fsm.timing.times import Times

__all__ = ["COLUMNS", "ROWS", "FailoverTimeCell", "table_13_7"]

COLUMNS: tuple[tuple[str, PollTime, InterfacePollTime], ...] = (
    ("minimum", PollTime(poll_ms=200, hold_ms=800), InterfacePollTime(poll_ms=500, hold_ms=5000)),
    ("default", PollTime(), InterfacePollTime()),
    ("maximum", PollTime(poll_ms=15_000, hold_ms=45_000), InterfacePollTime(poll_ms=15_000, hold_ms=75_000)),
)
"""The settings of the columns: the ends of the ranges (CFG-29, CFG-30, CFG-42, CFG-44), and the defaults."""

ROWS: tuple[tuple[str, str, tuple[int, int, int]], ...] = (
    ("T7-1", "active-unit-dies", (800, 15_000, 45_000)),
    ("T7-2", "interface-link-down", (500, 5000, 15_000)),
    ("T7-3", "interface-link-down-4ge", (2000, 5000, 15_000)),
    ("T7-4", "interface-silent", (5000, 25_000, 75_000)),
)
"""The rule of each row, its condition, and the chapter's figures in milliseconds."""

PAIR = (Port(name="outside"), Port(name="inside"))


@attrs.frozen(kw_only=True)
class FailoverTimeCell:
    """One cell: the chapter's figure and the computed range, in milliseconds."""

    rule: str
    condition: str
    column: str
    chapter: int
    best: int
    worst: int

    @property
    def is_worst_case(self) -> bool:
        """True if the chapter's figure is the worst case."""
        return self.chapter == self.worst

    @property
    def explained(self) -> str:
        """The relation of the chapter's figure to the computed range, in words."""
        if self.is_worst_case:
            return "the worst case"
        if self.chapter == self.best:
            return "the best case"
        return "in between" if self.best < self.chapter < self.worst else "outside the range"


def table_13_7(options: Options | None = None) -> Iterator[FailoverTimeCell]:
    """The twelve cells, row by row, for an Active/Standby pair with two interfaces (T7-1 to T7-4)."""
    chosen = options or Options()
    settings = Settings(ports=PAIR, options=chosen)
    by_id = {condition.id: condition for condition in CONDITIONS}
    for rule, condition, printed in ROWS:
        for (column, unit, interface), chapter in zip(COLUMNS, printed, strict=True):
            found = measure(by_id[condition], settings, Times.under(chosen, unit, interface), detection=False).takeover
            assert found is not None  # each of these conditions ends in a takeover
            best, worst = found.best.value, found.worst.value
            yield FailoverTimeCell(
                rule=rule, condition=condition, column=column, chapter=chapter, best=best, worst=worst
            )
