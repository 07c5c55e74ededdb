"""One row of a fleet: what the answer about one pair comes to."""

from __future__ import annotations

from typing import Any

import attrs

from failover_fsm.assessment.facts import PairVerdict
from failover_fsm.assessment.record import Assessment
from failover_fsm.assessment.requirements import COUNTED
from failover_fsm.assessment.risks import in_words
from failover_fsm.assessment.text import everything_to_do

__all__ = ["FAILED", "VERDICTS", "Row"]

FAILED = "failed"
"""The verdict on a pair whose files cannot be used."""

VERDICTS = (
    PairVerdict.VIOLATED.value, PairVerdict.NO_FAILOVER.value, PairVerdict.AT_RISK.value, FAILED,
    PairVerdict.UNDECIDED.value, PairVerdict.HOLDS_WITH_GAPS.value, PairVerdict.HOLDS.value,
)  # fmt: skip
"""The verdicts, the worst first; those before FAILED say that something is wrong with the pair."""


@attrs.frozen(kw_only=True)
class Row:
    """The answer about one pair in figures.

    Attributes:
        name: The pair's name in the fleet.
        host: The host name, empty if no file says one.
        files: The files that were read.
        digest: A digest of their bytes.
        verdict: One of VERDICTS.
        reason: The first thing that is wrong, as a sentence without a stop; empty if nothing is.
        single_faults: How many single faults there are; 0 if that is not known, or there is no failover.
        survived: How many of them the pair survives.
        worst_outage: The longest time without service in milliseconds; None if that is not known, has no end, or
            there is no failover.
        worst_failure: The failure after which it is so long, empty if none is.
        for_good: The interfaces whose failure alone ends their service for good.
        advice: How many pieces of advice there are on the configuration, with what mends risks and gaps.
        promises: How many promises came to which verdict; empty if they were not examined.
    """

    name: str
    host: str = ""
    files: tuple[str, ...] = ()
    digest: str = ""
    verdict: str
    reason: str = ""
    single_faults: int = 0
    survived: int = 0
    worst_outage: int | None = None
    worst_failure: str = ""
    for_good: tuple[str, ...] = ()
    advice: int = 0
    promises: tuple[tuple[str, int], ...] = ()

    @classmethod
    def of(cls, found: Assessment, **about: Any) -> Row:
        """The row of an answer; `about` has the attributes that say which pair it is."""
        times = {
            each.worst: each.subject for each in found.outages if each.failure in COUNTED and each.worst is not None
        }
        known = not any(each.doubt for each in found.outages if each.failure in COUNTED)
        works = not found.trouble
        worst = max(times, default=None) if known and works else None
        spots = found.blind_spots if works else ()
        words = [] if found.protocol is None else [word for _, word in found.protocol.words]
        return cls(
            **about,
            verdict=found.verdict.value,
            reason=_reason(found),
            single_faults=len(found.outcomes) if works else 0,
            survived=len(found.survived) if works else 0,
            worst_outage=worst,
            worst_failure="" if worst is None else times[worst],
            for_good=tuple(dict.fromkeys(name for each in spots for name in each.interfaces)),
            advice=len(everything_to_do(found)),
            promises=tuple((word, words.count(word)) for word in dict.fromkeys(words)),
        )

    @property
    def order(self) -> tuple[object, ...]:
        """The key by which rows are sorted, the worst first."""
        outage = float("inf") if self.for_good else (self.worst_outage or 0) / 1000
        lost = self.single_faults - self.survived
        return VERDICTS.index(self.verdict), -lost, -outage, -self.advice, self.name

    @property
    def is_bad(self) -> bool:
        """Whether something is wrong with the pair."""
        return VERDICTS.index(self.verdict) < VERDICTS.index(FAILED)

    @property
    def is_unknown(self) -> bool:
        """Whether there is no answer: the files cannot be used, or it is not decided."""
        return self.verdict in (FAILED, PairVerdict.UNDECIDED.value)

    def to_dict(self) -> dict[str, Any]:
        """The row as part of the JSON object of `fleet`; the outage in seconds."""
        seconds = None if self.worst_outage is None else self.worst_outage / 1000
        return {
            **attrs.asdict(self),
            "files": list(self.files),
            "worst_outage": seconds,
            "for_good": list(self.for_good),
            "promises": dict(self.promises),
        }

    @classmethod
    def from_dict(cls, record: dict[str, Any]) -> Row:
        """The row that `to_dict` made.

        Raises:
            KeyError, TypeError, ValueError: If the record is none.
        """
        known = {each.name: record[each.name] for each in attrs.fields(cls)}
        seconds, verdict = record["worst_outage"], record["verdict"]
        if verdict not in VERDICTS:
            raise ValueError(f"unknown verdict {verdict!r}")
        return cls(
            **{
                **known,
                "files": tuple(map(str, record["files"])),
                "worst_outage": None if seconds is None else round(float(seconds) * 1000),
                "for_good": tuple(map(str, record["for_good"])),
                "promises": tuple((str(word), int(count)) for word, count in record["promises"].items()),
            }
        )


def _reason(found: Assessment) -> str:
    """The first reason for the verdict."""
    if found.protocol is not None and found.protocol.violated:
        return f"violated: {', '.join(name for name, _ in found.protocol.violated)}"
    if found.trouble:
        return f"{found.trouble[0].subject} {found.trouble[0].reason}"
    if found.risks and found.scenario is not None:
        risk = found.risks[0]
        return f"{', '.join(in_words(risk.faults, found.scenario.settings))}: {risk.consequence}"
    if found.unknown:
        return found.unknown[0].unknown
    if found.doubtful:
        return f"the outage after {found.doubtful[0].subject}: {found.doubtful[0].doubt}"
    if found.protocol is not None and found.protocol.limit:
        return f"the promises: {found.protocol.limit}"
    return f"{found.gaps[0].subject}: {found.gaps[0].reason}" if found.gaps else ""
