"""What keeps hellos from arriving although nothing is cut: units that hang, congestion, a link that works one way.

A unit that hangs takes no step, sends nothing and hears nothing; afterwards it goes on where it was. Congestion at a
unit loses whatever its peer sends to it, on every channel. A one-way failover link loses it there alone.
"""

from __future__ import annotations

from itertools import product

import attrs

from failover_fsm.config.records.pair_config import Unit

__all__ = [
    "LOSSY",
    "NOT_IMPAIRED",
    "SPANNING_TREE",
    "WORDS",
    "Impairments",
    "carries",
    "is_blocked",
    "is_impaired",
    "link_carries",
    "runs",
    "values_for",
    "with_impairment",
    "with_link_blocked",
]

Both = tuple[bool, bool]
_PRIMARY = Unit.PRIMARY


@attrs.frozen(kw_only=True, cache_hash=True)
class Impairments:
    """What is impaired now; of two units, the primary first.

    Attributes:
        hangs: The unit hangs.
        congested: Whatever the peer sends to the unit is lost.
        one_way: Whatever the peer sends to the unit on the failover link is lost.
        blocked: The switch at the unit's end of the failover link does not forward yet (`forwarding.py`).
    """

    hangs: Both = (False, False)
    congested: Both = (False, False)
    one_way: Both = (False, False)
    blocked: Both = (False, False)


NOT_IMPAIRED = Impairments()
"""Units run, and whatever is sent on a channel that is not cut arrives."""

SPANNING_TREE = "spanning-tree"
"""The word of an environment in which switch ports that come up do not forward at once."""

WORDS: dict[str, str] = {
    "pause": "hangs",
    "congestion": "congested",
    "one-way-link": "one_way",
    SPANNING_TREE: "blocked",
}
"""The words of an environment that impair something, each with its field."""

LOSSY = ("congested", "one_way", "blocked")
"""The fields that are about the failover link, with a unit that does run."""


# -- questions -------------------------------------------------------------------------------------


def is_impaired(impairments: Impairments, name: str, unit: Unit) -> bool:
    """Whether the field of that name is true of the unit."""
    return _of(getattr(impairments, name), unit)


def _of(both: Both, unit: Unit) -> bool:
    return both[0] if unit is _PRIMARY else both[1]


def runs(impairments: Impairments, unit: Unit) -> bool:
    """The unit does not hang."""
    return not _of(impairments.hangs, unit)


def carries(impairments: Impairments, unit: Unit) -> bool:
    """What the peer sends to the unit arrives on some channel: neither hangs, and there is no congestion."""
    return not (True in impairments.hangs or _of(impairments.congested, unit))


def link_carries(impairments: Impairments, unit: Unit) -> bool:
    """What the peer sends to the unit on the failover link arrives, as far as the link is not cut."""
    return carries(impairments, unit) and not (_of(impairments.one_way, unit) or True in impairments.blocked)


def is_blocked(impairments: Impairments) -> bool:
    """The switches do not forward on the failover link yet."""
    return True in impairments.blocked


# -- values ------------------------------------------------------------------------------------------


def with_impairment(impairments: Impairments, name: str, unit: Unit, value: bool) -> Impairments:
    """The impairments with another value of a field for the unit."""
    first, second = getattr(impairments, name)
    both = (value, second) if unit is Unit.PRIMARY else (first, value)
    return attrs.evolve(impairments, **{name: both})


def with_link_blocked(impairments: Impairments) -> Impairments:
    """The impairments with a failover link that has come up and is blocked at both ends."""
    return attrs.evolve(impairments, blocked=(True, True))


def values_for(words: tuple[str, ...]) -> tuple[Impairments, ...]:
    """Every value that an environment with these words can bring about, the unimpaired one first."""
    either: tuple[Both, ...] = ((False, False), (False, True), (True, False), (True, True))
    fields = {name: either if word in words else either[:1] for word, name in WORDS.items()}
    return tuple(Impairments(**dict(zip(fields, chosen, strict=True))) for chosen in product(*fields.values()))
