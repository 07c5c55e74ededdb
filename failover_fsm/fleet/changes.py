"""What changed in a fleet since an earlier answer."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from failover_fsm.assessment.facts import PairVerdict
from failover_fsm.config.values.input_file import InputFileError, read_input
from failover_fsm.fleet.row import FAILED, VERDICTS, Row

__all__ = ["Change", "EarlierError", "change_of", "gone", "read_earlier"]


class EarlierError(Exception):
    """A file that is no earlier answer about a fleet; `str` is one line."""


@attrs.frozen(kw_only=True)
class Change:
    """A pair against what it was.

    Attributes:
        word: new, worse, better, changed (neither) or same.
        details: What is not as it was, as `verdict holds -> at-risk`.
    """

    word: str
    details: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The word and the details."""
        return f"{self.word}: {', '.join(self.details)}" if self.details else self.word


def read_earlier(source: str) -> dict[str, Row]:
    """The rows of an earlier answer, by name, from the file that `fleet --json` wrote.

    Raises:
        EarlierError: If the file holds none.
    """
    allowed = "the output of an earlier `fleet --json`"
    try:
        record = json.loads(read_input(source))
        rows = [Row.from_dict(each) for each in record["pairs"]]
    except InputFileError as error:
        raise EarlierError(f"{source}: {error.what}; allowed: {allowed}") from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise EarlierError(f"{source}: holds no answer about a fleet; allowed: {allowed}") from None
    return {row.name: row for row in rows}


def change_of(row: Row, earlier: Mapping[str, Row]) -> Change:
    """What changed of a pair: worse if any figure is worse, better if some are better and none is worse."""
    old = earlier.get(row.name)
    if old is None:
        return Change(word="new")
    before, now = _figures(old), _figures(row)
    differing = [name for name in now if before[name] != now[name] and (name == "verdict" or _known(old, row))]
    if not differing:
        return Change(word="same")
    details = tuple(f"{name} {_shown(before[name][1])} -> {_shown(now[name][1])}" for name in differing)
    worse = any(now[name][0] > before[name][0] for name in differing)
    better = any(now[name][0] < before[name][0] for name in differing)
    return Change(word="worse" if worse else "better" if better else "changed", details=details)


def _known(*rows: Row) -> bool:
    """Whether all have figures: files that cannot be used have none, nor has a pair without failover."""
    return all(row.verdict not in (FAILED, PairVerdict.NO_FAILOVER.value) for row in rows)


def _figures(row: Row) -> dict[str, tuple[float, Any]]:
    """The figures of a row: how bad each is, and how it is written."""
    outage = row.worst_outage
    return {
        "verdict": (-VERDICTS.index(row.verdict), row.verdict),
        "faults not survived": (row.single_faults - row.survived, row.single_faults - row.survived),
        "worst outage": (0 if outage is None else outage, None if outage is None else f"{outage / 1000:g} s"),
        "interfaces for good": (len(row.for_good), len(row.for_good)),
        "advice": (row.advice, row.advice),
    }


def _shown(value: object) -> str:
    return "not known" if value is None else str(value)


def gone(rows: Iterable[Row], earlier: Mapping[str, Row]) -> tuple[str, ...]:
    """The names of the pairs that the earlier answer has and this one has not."""
    names = {row.name for row in rows}
    return tuple(name for name in earlier if name not in names)
