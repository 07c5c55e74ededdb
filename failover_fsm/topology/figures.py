"""Figures 13-1 to 13-8 of the chapter: topologies of a pair.

The figures are drawings; the data here follow their titles and the text around them (SPL-7, SPL-11 to SPL-14). Where
the text leaves it open, the data interfaces share one switch, as in the smallest drawing that fits the words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from failover_fsm.pair.settings import Settings
from failover_fsm.topology.plan import Plan, Ways

OUTER = "outside"
"""The interface that Figure 13-5 puts on switches of its own, in any case; where none has this name, the first one."""


def outer_of(names: Iterable[str]) -> str | None:
    """The interface called OUTER, as it is written in the configuration; None where there is none."""
    return next((name for name in names if name.lower() == OUTER), None)


def names_for_figures(settings: Settings) -> tuple[str, ...]:
    """The interfaces of a pair in the order that `figure` expects: those with hellos first."""
    others = [index for index in range(len(settings.ports)) if index not in settings.counted]
    return tuple(settings.ports[index].name for index in (*settings.counted, *others))


def _one(*switches: str) -> Ways:
    return (switches,)


def _secure(names: Sequence[str]) -> Plan:
    """The failover link shares the inside's switches; the outer network has its own."""
    outer = outer_of(names) or (names[0] if names else "")
    return Plan(
        name="figure-13-5",
        failover=_one("switch-1", "switch-2"),
        data=_one("switch-1", "switch-2"),
        interfaces=((outer, _one("switch-3", "switch-4")),) if outer else (),
    )


def _fixed(name: str, failover: Ways, data: Ways) -> Callable[[Sequence[str]], Plan]:
    plan = Plan(name=name, failover=failover, data=data)
    return lambda names: plan


_DRAWN: dict[str, tuple[str, Callable[[Sequence[str]], Plan]]] = {
    "figure-13-1": (
        "one switch for everything",
        _fixed("figure-13-1", _one("switch-1"), _one("switch-1")),
    ),
    "figure-13-2": (
        "two switches and an inter-switch link for everything",
        _fixed("figure-13-2", _one("switch-1", "switch-2"), _one("switch-1", "switch-2")),
    ),
    "figure-13-3": (
        "a switch of its own for the failover link",
        _fixed("figure-13-3", _one("switch-1"), _one("switch-2")),
    ),
    "figure-13-4": (
        "a cable for the failover link",
        _fixed("figure-13-4", ((),), _one("switch-1")),
    ),
    "figure-13-5": ("the failover link on the switches of the secure side", _secure),
    "figure-13-6": (
        "a redundant failover interface over two cables",
        _fixed("figure-13-6", ((), ()), _one("switch-1")),
    ),
    "figure-13-7": (
        "a redundant failover interface over two switches",
        _fixed("figure-13-7", (("switch-1",), ("switch-2",)), _one("switch-3")),
    ),
    "figure-13-8": (
        "a redundant failover interface over two pairs of switches with inter-switch links",
        _fixed("figure-13-8", (("switch-1", "switch-2"), ("switch-3", "switch-4")), _one("switch-5", "switch-6")),
    ),
}

FIGURES = tuple(_DRAWN)
"""The names of the figures."""


def figure(name: str, interfaces: Sequence[str]) -> Plan:
    """The figure of that name for a pair with these interfaces, see `names_for_figures`.

    Raises:
        KeyError: If the name is not one of FIGURES.
    """
    return _DRAWN[name][1](interfaces)


def figure_description(name: str) -> str:
    """The topology of a figure in a few words.

    Raises:
        KeyError: If the name is not one of FIGURES.
    """
    return _DRAWN[name][0]
