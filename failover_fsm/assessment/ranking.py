"""Advice in the order of its weight for a pair in service."""

from __future__ import annotations

from collections.abc import Iterable

from failover_fsm.config.records.pair_config import Advice

__all__ = ["is_weighty", "ranked"]

_IN_THE_ANSWER = ("CFG-21", "CFG-1", "IFM-19", "IFM-20", "CFG-34", "CFG-36", "CFG-5")
"""Rules whose advice the answer gives already, as a reason for no failover, a risk or a gap."""

_FIRST = (
    "refused", "CFG-16", "LNK-4", "SPL-7", "LNK-5", "CFG-20", "CFG-7", "UHM-9", "KEY-2", "KEY-1", "LIM-3", "CFG-15",
    "CFG-27", "LNK-14", "SPL-13", "LNK-13",
)  # fmt: skip
"""What keeps a link down comes first, then what one failure takes down together, false failovers, and security."""

_LAST = ("encoding", "not modelled")


def ranked(advice: Iterable[Advice]) -> tuple[Advice, ...]:
    """The advice that the answer does not give already, the weightiest first; of equal weight in line order."""
    return tuple(sorted((each for each in advice if each.rule not in _IN_THE_ANSWER), key=_weight))


def _weight(advice: Advice) -> int:
    if advice.rule in _FIRST:
        return _FIRST.index(advice.rule)
    return len(_FIRST) + (advice.rule in _LAST)


def is_weighty(advice: Advice) -> bool:
    """Whether the advice is about more than a single interface that nobody watches."""
    return advice.rule in _FIRST
