"""What keeps the two units of a pair apart, told from the configurations of both.

Two files are no pair at all, which is bad input, where one of them cannot be read, is that of no unit of a pair, or
the designations do not fit (HW-1): two primaries, or the secondary's file first. Whatever else keeps two units from
meeting is an answer about their pair: other operating modes or software, failover off on one of them, and another
failover link, port, address or key.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import attrs

from failover_fsm.config.records.pair_config import PairConfig
from failover_fsm.config.review.disagreement import Disagreement
from failover_fsm.config.review.trouble import Point, link_trouble, port_trouble

__all__ = ["Between", "what_keeps_apart"]


@attrs.frozen(kw_only=True)
class Between(Point):
    """A place in both configurations; `line` is that of the primary.

    Attributes:
        peer_line: The line of the secondary's configuration, None if no line sets it there.
        rule: The rule by which both must agree.
    """

    peer_line: int | None
    rule: str

    @property
    def where(self) -> str:
        """The lines in words, empty if there are none."""
        lines = (("primary", self.line), ("secondary", self.peer_line))
        return ", ".join(f"line {line} of the {unit}" for unit, line in lines if line)


def what_keeps_apart(primary: PairConfig, secondary: PairConfig, found: Iterable[Disagreement]) -> tuple[Point, ...]:
    """Why two units never meet, but for what the primary's configuration says alone (`config.review.trouble`).

    Args:
        primary: The configuration of the primary.
        secondary: That of the secondary.
        found: What the two disagree on.
    """
    return (*_disagreements(primary, found), *_of_the_secondary(primary, secondary))


def _disagreements(primary: PairConfig, found: Iterable[Disagreement]) -> Iterator[Between]:
    said = [] if primary.enabled else ["CFG-1"]
    said += ["CFG-24"] if any(each not in port_trouble(primary) for each in link_trouble(primary)) else []
    for each in found:
        if not (each.is_replicated or each.rule in said):
            yield Between(
                subject="the units",
                reason=f"never meet: {each.what}",
                line=each.primary_line,
                peer_line=each.secondary_line,
                remedy=f"{'run' if each.rule == 'HW-5' else 'configure'} {each.allowed}",
                rule=each.rule,
            )


def _of_the_secondary(primary: PairConfig, secondary: PairConfig) -> Iterator[Between]:
    """Failover that is off on both units, and a port of the failover link that carries nothing on the secondary."""
    if not (primary.enabled or secondary.enabled):
        yield Between(
            subject="failover",
            reason="is off on the secondary too",
            line=None,
            peer_line=secondary.line_of("failover"),
            remedy="enter `failover` there",
            rule="CFG-1",
        )
    for each in port_trouble(secondary):
        yield Between(
            subject=f"{each.subject} of the secondary",
            reason=each.reason,
            line=None,
            peer_line=each.line,
            remedy=f"{each.remedy} there",
            rule="LNK-1",
        )
