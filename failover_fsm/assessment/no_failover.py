"""What an answer says that is about a pair whose failover is off, or never comes up: it is as if failover worked."""

from __future__ import annotations

from typing import Any

from failover_fsm.config.records.pair_config import PairConfig
from failover_fsm.config.review.trouble import trouble
from failover_fsm.config.values.printable import printable
from failover_fsm.text.layout import wrap

__all__ = ["as_if", "no_failover_caveats", "no_failover_record", "no_failover_text"]


def as_if(config: PairConfig) -> str:
    """What stands before a verdict that is about such a pair; empty for any other."""
    return "NO FAILOVER; as if it worked: " if trouble(config) else ""


def no_failover_text(config: PairConfig) -> str:
    """The lines that such an answer begins with; empty if nothing in the configuration is in the way of failover.

    Args:
        config: The configuration.
    """
    return "".join(
        f"{line}\n" for said in no_failover_caveats(config) for line in wrap(printable(said), "", "  ", hyphens=False)
    )


def no_failover_caveats(config: PairConfig) -> tuple[str, ...]:
    """The same as one sentence, or none."""
    reasons = "; and".join(
        f"{each.where and f' ({each.where})'}: {each.subject} {each.reason}: {each.remedy}" for each in trouble(config)
    )
    return (f"NO FAILOVER{reasons}; what follows is as if it worked",) if reasons else ()


def no_failover_record(config: PairConfig) -> dict[str, Any]:
    """The same as keys of a JSON object: none, or `no_failover` with every reason, as in the assessment of `check`."""
    points = trouble(config)
    return {"no_failover": [each.to_dict() for each in points]} if points else {}
