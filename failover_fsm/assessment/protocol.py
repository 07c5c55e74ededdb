"""The promises of the protocol in a pair, counted by their verdict."""

from __future__ import annotations

import attrs

from failover_fsm.analysis.verify import Report
from failover_fsm.checker import Verdict
from failover_fsm.model.scenario import Scenario

__all__ = ["Protocol"]


@attrs.frozen(kw_only=True)
class Protocol:
    """What a search found of the promises.

    Attributes:
        words: The id of each promise with its verdict: holds, happens, not tested, violated or undecided.
        violated: The promises that are violated and should not be, with their sentences.
        limit: Why the search did not finish, empty if it did.
        explored: How much was searched, in words.
        never: The kinds of events that never changed anything.
        observed: The search asked for no more than `analysis.observed_structure` tells, so that it is that of every
            pair with the same one.
        kept: The earlier search that this is from, in words, if none was made for this answer; empty after a search.
        scenario: What would have been searched, if `kept` says something.
    """

    words: tuple[tuple[str, str], ...]
    violated: tuple[tuple[str, str], ...] = ()
    limit: str = ""
    explored: str = ""
    never: tuple[str, ...] = ()
    observed: bool = False
    kept: str = ""
    scenario: Scenario | None = attrs.field(default=None, eq=False, repr=False)

    @classmethod
    def of(cls, report: Report) -> Protocol:
        """The promises of a report."""
        unfinished = report.verdict is Verdict.UNDECIDED
        found = report.result
        return cls(
            words=tuple((each.promise.id, each.word) for each in report.answers),
            violated=tuple((each.promise.id, each.promise.says) for each in report.answers if each.surprising),
            limit=(found.limit or "interrupted") if unfinished else "",
            explored=f"{found.states:,} states, {found.transitions:,} transitions, depth {found.depth}",
            never=report.never_possible or (),
            observed=report.observed and not (report.fine or report.in_full),
        )

    def count(self, word: str) -> int:
        """The number of promises with this verdict."""
        return sum(each == word for _, each in self.words)
