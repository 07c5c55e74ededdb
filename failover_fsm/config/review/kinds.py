"""Which kind of pair to choose: Table 13-5 as data, and what it says of one configuration (T5-1 to T5-6, AA-11,
AA-16, AA-17).

The table says what each kind of pair supports. What a configuration is follows from its failover groups, and what it
could be from its context mode (T5-1, T5-2).
"""

from __future__ import annotations

import enum
from collections.abc import Iterator

import attrs

from failover_fsm.config.records.pair_config import PairConfig, StatefulLink

__all__ = ["TABLE_13_5", "Feature", "PairKind", "possible_kinds", "recommended", "say_kind"]


class PairKind(enum.Enum):
    """The two kinds of pair."""

    ACTIVE_ACTIVE = "Active/Active"
    ACTIVE_STANDBY = "Active/Standby"

    @classmethod
    def of(cls, config: PairConfig) -> PairKind:
        """The kind of a configured pair."""
        return cls.ACTIVE_ACTIVE if config.active_active else cls.ACTIVE_STANDBY


@attrs.frozen
class Feature:
    """A row of Table 13-5.

    Attributes:
        name: The feature, in our words.
        active_active, active_standby: Whether each kind supports it.
        rule: The id of the rule.
    """

    name: str
    active_active: bool
    active_standby: bool
    rule: str

    def supported(self, kind: PairKind) -> bool:
        """Whether a kind of pair supports it."""
        return self.active_active if kind is PairKind.ACTIVE_ACTIVE else self.active_standby


SINGLE = Feature("single context mode", False, True, "T5-1")
MULTIPLE = Feature("multiple context mode", True, True, "T5-2")
LOAD = Feature("sharing the load between the units", True, False, "T5-3")
UNIT = Feature("failover of the unit as a whole", True, True, "T5-4")
GROUPS = Feature("failover of groups of contexts", True, False, "T5-5")
CONTEXTS = Feature("failover of single contexts", False, False, "T5-6")

TABLE_13_5: tuple[Feature, ...] = (SINGLE, MULTIPLE, LOAD, UNIT, GROUPS, CONTEXTS)
"""What each kind of pair supports, row by row."""


def possible_kinds(*, multiple_context: bool) -> tuple[PairKind, ...]:
    """The kinds of pair that a context mode allows (T5-1, T5-2)."""
    mode = MULTIPLE if multiple_context else SINGLE
    return tuple(kind for kind in PairKind if mode.supported(kind))


def recommended(*, load_sharing: bool, multiple_context: bool) -> tuple[PairKind, ...]:
    """The kinds of pair to choose from (AA-17): to share the load one that supports it, else any that is possible."""
    possible = possible_kinds(multiple_context=multiple_context)
    return tuple(kind for kind in possible if LOAD.supported(kind) or not load_sharing)


def say_kind(config: PairConfig) -> tuple[tuple[str, str], ...]:
    """What kind a configuration is, could be, and what it would lose: sentences, each with the rules it comes from."""
    return tuple(_said(config))


def _said(config: PairConfig) -> Iterator[tuple[str, str]]:
    kind = PairKind.of(config)
    mode = MULTIPLE if config.multiple_context else SINGLE
    others = [each for each in possible_kinds(multiple_context=config.multiple_context) if each is not kind]
    is_now = f"{kind.value}, in {mode.name}"
    if not others:
        yield f"{is_now}: it can be no other kind; {_for_active_active(config)}", f"{SINGLE.rule}, {MULTIPLE.rule}"
        return
    (other,) = others
    features = (LOAD, UNIT, GROUPS, CONTEXTS)
    lost = [row for row in features if row.supported(kind) and not row.supported(other)]
    won = [row for row in features if row.supported(other) and not row.supported(kind)]
    changes = [
        f"{word} {' and '.join(row.name for row in rows)}" for word, rows in (("lose", lost), ("gain", won)) if rows
    ]
    rules = ", ".join(row.rule for row in (mode, *lost, *won))
    yield f"{is_now}: it could be {other.value} too, and would {', and '.join(changes)}", rules
    if kind is PairKind.ACTIVE_ACTIVE:
        yield from _of_load(config)


def _for_active_active(config: PairConfig) -> str:
    """What a pair in single context mode would lose on its way to Active/Active."""
    lost = ["VPN failover (LIM-1)"]
    if config.stateful_link is StatefulLink.SHARED_DATA:
        lost.append("its stateful link on a data interface (LNK-16)")
    return f"Active/Active takes {MULTIPLE.name}, which would lose {' and '.join(lost)}"


def _of_load(config: PairConfig) -> Iterator[tuple[str, str]]:
    preferred = {group.preferred for group in config.groups}
    if len(preferred) > 1:
        yield "the units share no load by themselves: a router has to send each group its traffic", "AA-11"
        yield "each unit alone has to be able to carry the traffic of both", "AA-16"
    elif len(config.groups) > 1:
        (unit,) = preferred
        what = f"both groups prefer the {unit.value}, so no load is shared: Active/Standby would do as well"
        yield what, "AA-17"
