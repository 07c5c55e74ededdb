"""What is known of one pair, and the verdict that follows from it."""

from __future__ import annotations

import enum
from pathlib import PurePath

import attrs

from failover_fsm.analysis.service import FaultOutcome
from failover_fsm.analysis.verify import Report
from failover_fsm.assessment.outages import Outage
from failover_fsm.assessment.pauses import Pauses
from failover_fsm.assessment.points import BlindSpot
from failover_fsm.assessment.protocol import Protocol
from failover_fsm.assessment.risks import Risk
from failover_fsm.config.records.pair_config import Advice, Gap, PairConfig
from failover_fsm.config.review.trouble import Point
from failover_fsm.model.scenario import Scenario

__all__ = ["Facts", "PairVerdict"]

UNDECIDED = 3


class PairVerdict(enum.Enum):
    """The verdict on a pair; an earlier one takes precedence over a later one."""

    VIOLATED = "violated"
    NO_FAILOVER = "no-failover"
    AT_RISK = "at-risk"
    UNDECIDED = "undecided"
    HOLDS_WITH_GAPS = "holds-with-gaps"
    HOLDS = "holds"


@attrs.frozen(kw_only=True)
class Facts:
    """What is known of one pair.

    Attributes:
        title: The name of the configuration.
        config: The configuration.
        scenario: The pair as it was examined; None if it cannot come up, so that there was nothing to examine.
        trouble: Why failover is off, cannot come up, or is never triggered.
        outcomes: What every single fault does; empty where that is not known.
        risks: Single faults that end service for good or make both units active.
        blind_spots: The interfaces whose failure alone never triggers a failover.
        staying: The failover groups that do not go home when their preferred unit is back.
        outages: The times without service, by failure and group.
        unknown: The missing parts of the configuration.
        advice: Advice on the configuration, the weightiest first.
        protocol: The promises of the protocol, None if they were not examined.
        report: The search behind `protocol`; None also if its result was known from an earlier run.
    """

    title: str
    config: PairConfig
    scenario: Scenario | None = None
    trouble: tuple[Point, ...] = ()
    outcomes: tuple[FaultOutcome, ...] = ()
    risks: tuple[Risk, ...] = ()
    blind_spots: tuple[BlindSpot, ...] = ()
    staying: tuple[Point, ...] = ()
    outages: tuple[Outage, ...] = ()
    unknown: tuple[Gap, ...] = ()
    advice: tuple[Advice, ...] = ()
    protocol: Protocol | None = None
    report: Report | None = None

    @property
    def name(self) -> str:
        """The title; where that is a file, its name without the folders."""
        return PurePath(self.title).name if self.scenario is None else self.scenario.short_title

    @property
    def pauses(self) -> Pauses | None:
        """Which pause of an active unit is survived; None if that is not known."""
        return Pauses.of(self.outages)

    @property
    def gaps(self) -> tuple[BlindSpot, ...]:
        """The blind spots that the configuration intends, or that are for management only."""
        return tuple(each for each in self.blind_spots if each.deliberate)

    @property
    def doubtful(self) -> tuple[Outage, ...]:
        """The outages without a longest time: given up, or not confirmed by the single faults to have no end."""
        return tuple(each for each in self.outages if each.doubt)

    @property
    def verdict(self) -> PairVerdict:
        """The verdict on the pair."""
        if self.protocol is not None and self.protocol.violated:
            return PairVerdict.VIOLATED
        if self.trouble:
            return PairVerdict.NO_FAILOVER
        if self.risks:
            return PairVerdict.AT_RISK
        if self.unknown or self.doubtful or (self.protocol is not None and self.protocol.limit):
            return PairVerdict.UNDECIDED
        return PairVerdict.HOLDS_WITH_GAPS if self.gaps else PairVerdict.HOLDS

    @property
    def exit_status(self) -> int:
        """0 if it holds, with gaps or without; 3 if undecided, else 1."""
        if self.verdict in (PairVerdict.HOLDS, PairVerdict.HOLDS_WITH_GAPS):
            return 0
        return UNDECIDED if self.verdict is PairVerdict.UNDECIDED else 1

    @property
    def verdict_text(self) -> str:
        """The verdict in capitals, gaps with their number."""
        words = self.verdict.value.upper().replace("-", " ")
        return f"{words} ({len(self.gaps)})" if self.verdict is PairVerdict.HOLDS_WITH_GAPS else words

    @property
    def survived(self) -> tuple[FaultOutcome, ...]:
        """The single faults after which every interface is in service again, on one active unit."""
        return tuple(each for each in self.outcomes if each.survived)
