"""The answer about a fleet: its rows, the worst first, and what they come to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from failover_fsm.fleet.changes import Change
from failover_fsm.fleet.row import VERDICTS, Row

__all__ = ["FleetAnswer"]


def _worst_first(rows: Iterable[Row]) -> tuple[Row, ...]:
    return tuple(sorted(rows, key=lambda row: row.order))


@attrs.frozen(kw_only=True)
class FleetAnswer:
    """The answer about a fleet.

    Attributes:
        source: The directory or the list.
        rows: The rows.
        pairs: How many pairs there are to examine; more than there are rows if the run was interrupted.
        others: How many files name no failover.
        unchanged: How many pairs were left out, because no file of theirs has changed.
        structures: How many structures the pairs have.
        changes: What changed of each pair by name; None without an earlier answer.
        gone: The pairs that the earlier answer has and this one has not.
    """

    source: str
    rows: tuple[Row, ...] = attrs.field(converter=_worst_first)
    pairs: int
    others: int = 0
    unchanged: int = 0
    structures: int = 0
    changes: Mapping[str, Change] | None = None
    gone: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether every pair has its row."""
        return len(self.rows) == self.pairs

    @property
    def counts(self) -> dict[str, int]:
        """How many pairs have which verdict, the worst first."""
        words = [row.verdict for row in self.rows]
        return {word: words.count(word) for word in VERDICTS if word in words}

    @property
    def exit_status(self) -> int:
        """1 if something is wrong with a pair, 3 if that is not known of one, else 0.

        With an earlier answer only what is worse than there, or new, counts.
        """
        rows = [row for row in self.rows if self._counts(row)]
        if any(row.is_bad for row in rows) or any(self._is_worse(row) for row in rows):
            return 1
        return 3 if any(row.is_unknown for row in rows) or not self.complete else 0

    def _counts(self, row: Row) -> bool:
        return self.changes is None or self.changes[row.name].word in ("new", "worse")

    def _is_worse(self, row: Row) -> bool:
        return self.changes is not None and self.changes[row.name].word == "worse" and not row.is_unknown

    def to_dict(self) -> dict[str, Any]:
        """The JSON object of `fleet`."""
        return {
            "fleet": self.source,
            "complete": self.complete,
            "counts": self.counts,
            "structures": self.structures,
            "pairs": [self._record(row) for row in self.rows],
            "other_files": self.others,
            "unchanged": self.unchanged,
            **({} if self.changes is None else {"gone": list(self.gone)}),
        }

    def _record(self, row: Row) -> dict[str, Any]:
        if self.changes is None:
            return row.to_dict()
        change = self.changes[row.name]
        return {**row.to_dict(), "change": change.word, "changed": list(change.details)}
