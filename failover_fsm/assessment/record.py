"""The answer about one pair as a record, with the forms it can take."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import attrs

from failover_fsm.assessment.facts import Facts
from failover_fsm.assessment.text import long_text, short_text
from failover_fsm.config.records.asymmetric import asr_groups, effect_of, takes_effect, without_http

__all__ = ["Assessment"]


@attrs.frozen(kw_only=True)
class Assessment(Facts):
    """The answer about one pair; `print` shows the short form of it."""

    def __str__(self) -> str:
        """The short answer, at most twelve lines."""
        return short_text(self).removesuffix("\n")

    def to_text(self) -> str:
        """The long answer, with every fault, every point, all advice and every promise."""
        return long_text(self)

    def to_dict(self) -> dict[str, Any]:
        """The object `assessment` of `check --json`: the verdict, and for each verdict word its reasons."""
        protocol = self.protocol
        return {
            "verdict": self.verdict.value,
            "violated": [] if protocol is None else [name for name, _ in protocol.violated],
            "no_failover": [each.to_dict() for each in self.trouble],
            "risks": [each.to_dict() for each in self.risks],
            "undecided": [
                *(gap.unknown for gap in self.unknown),
                *(f"the outage after {each.subject}: {each.doubt}" for each in self.doubtful),
                *([f"the promises: {protocol.limit}"] if protocol is not None and protocol.limit else []),
            ],
            "gaps": [each.to_dict() for each in self.gaps],
            "never_triggers": [each.to_dict() for each in (*self.blind_spots, *self.staying)],
            "single_faults": [
                {"fault": str(each.fault), "survived": each.survived, "without_service": list(each.lost)}
                for each in self.outcomes
            ],
            "outages": [each.to_dict() for each in self.outages],
            "asymmetric_routing": [
                {
                    "asr_group": group.number,
                    "interfaces": [self.config.name_of(each) for each in group.members],
                    "takes_effect": takes_effect(self.config, group),
                    "without_http": list(without_http(self.config, group)),
                    "says": effect_of(self.config, group),
                }
                for group in asr_groups(self.config)
            ],
            "pauses": None if self.pauses is None else self.pauses.to_dict(),
            "advice": [attrs.asdict(each) for each in self.advice],
            "promises": None if protocol is None else dict(protocol.words),
        }

    def rows(self) -> Iterator[dict[str, object]]:
        """One row for each single fault, in a fixed order."""
        for each in self.outcomes:
            yield {
                "fault": str(each.fault),
                "survived": each.survived,
                "failover": each.taken_over,
                "without_service": ", ".join(each.lost),
                "both_active": each.dual_active,
            }

    def to_frame(self) -> Any:
        """The rows as a table of pandas.

        Raises:
            ModuleNotFoundError: If pandas is not installed.
        """
        try:
            import pandas  # of the extra `frames`
        except ModuleNotFoundError as error:
            message = "to_frame needs the package pandas: pip install 'failover-fsm[frames]'"
            raise ModuleNotFoundError(message, name=error.name) from None
        return pandas.DataFrame(list(self.rows()))
