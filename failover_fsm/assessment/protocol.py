"""The promises of the protocol in a pair, counted by their verdict."""

from __future__ import annotations

import attrs

from failover_fsm.analysis.verify import Report
from failover_fsm.checker import Verdict

__all__ = ["Protocol"]


@attrs.frozen(kw_only=True)
class Protocol:
    """What a search found of the promises.

    Attributes:
        words: The id of each promise with its verdict: holds, happens, not tested, violated or undecided.
        violated: The promises that are violated and should not be, with their sentences.
        limit: Why the search did not finish, empty if it did.
    """

    words: tuple[tuple[str, str], ...]
    violated: tuple[tuple[str, str], ...] = ()
    limit: str = ""

    @classmethod
    def of(cls, report: Report) -> Protocol:
        """The promises of a report."""
        unfinished = report.verdict is Verdict.UNDECIDED
        return cls(
            words=tuple((each.promise.id, each.word) for each in report.answers),
            violated=tuple((each.promise.id, each.promise.says) for each in report.answers if each.surprising),
            limit=(report.result.limit or "interrupted") if unfinished else "",
        )

    def count(self, word: str) -> int:
        """The number of promises with this verdict."""
        return sum(each == word for _, each in self.words)
