"""What single faults do to a pair, as sentences: the risks, and the faults that a gap explains."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import attrs

from failover_fsm.analysis.service import FaultOutcome
from failover_fsm.assessment.points import BlindSpot, no_way_to_hear
from failover_fsm.config.records.pair_config import PairConfig, Unit
from failover_fsm.config.review.trouble import Point
from failover_fsm.pair import events as e
from failover_fsm.pair.settings import Settings

__all__ = ["MOST_NAMED", "Risk", "few", "in_words", "relevant", "risks_of"]


@attrs.frozen(kw_only=True)
class Risk:
    """Single faults that end service for good, or make both units active.

    Attributes:
        faults: The faults.
        lost: The interfaces without service.
        both_active: True if both units become active.
        point: The line of the configuration that makes it so, None if no single line does.
    """

    faults: tuple[e.Fault, ...]
    lost: tuple[str, ...]
    both_active: bool
    point: Point | None

    @property
    def is_local(self) -> bool:
        """Whether service is lost only where something fails: at an interface, or at the port of several."""
        return not self.both_active and all(isinstance(each, e.AtInterface | e.AtPort) for each in self.faults)

    @property
    def consequence(self) -> str:
        """What follows from the faults."""
        parts = ["both units become active"] if self.both_active else []
        parts += [f"{_listed(self.lost)} stay{'s' if len(self.lost) == 1 else ''} without service"] if self.lost else []
        return " and ".join(parts) or "no unit is active"

    def to_dict(self) -> dict[str, object]:
        """The risk as part of the JSON object of `check`."""
        return {
            "faults": list(map(str, self.faults)),
            "consequence": self.consequence,
            "without_service": list(self.lost),
            "both_active": self.both_active,
            "reason": None if self.point is None else f"{self.point.subject}: {self.point.reason}",
            "line": None if self.point is None else self.point.line,
            "remedy": None if self.point is None else self.point.remedy,
        }


def relevant(outcomes: Iterable[FaultOutcome], config: PairConfig) -> tuple[FaultOutcome, ...]:
    """The outcomes without those of interfaces made of software, such as a loopback, which have no port to fail."""
    virtual = {config.name_of(each): None for each in config.interfaces if each.nameif and each.is_virtual}
    return tuple(
        attrs.evolve(each, lost=tuple(name for name in each.lost if name not in virtual))
        for each in outcomes
        if not (isinstance(each.fault, e.AtInterface) and each.fault.interface in virtual)
    )


def risks_of(outcomes: Iterable[FaultOutcome], spots: Sequence[BlindSpot], config: PairConfig) -> tuple[Risk, ...]:
    """The risks, those with the same consequence and the same cause together.

    A fault after which only interfaces of deliberate blind spots are without service is a gap and no risk.
    """
    by_name = {name: spot for spot in spots for name in spot.interfaces}
    found: dict[tuple[tuple[str, ...], bool, Point | None], list[FaultOutcome]] = {}
    for each in outcomes:
        lost = tuple(name for name in each.lost if not (name in by_name and by_name[name].deliberate))
        if lost or each.lost_groups or each.dual_active:
            found.setdefault((lost, each.dual_active, _cause(each, lost, by_name, config)), []).append(each)
    return tuple(
        Risk(
            faults=tuple(each.fault for each in same),
            lost=lost,
            both_active=dual,
            point=point,
        )
        for (lost, dual, point), same in found.items()
    )


def _cause(
    outcome: FaultOutcome, lost: tuple[str, ...], by_name: dict[str, BlindSpot], config: PairConfig
) -> Point | None:
    """The place in the configuration that makes a fault a risk."""
    known = [by_name[name] for name in lost if name in by_name]
    if known:
        return known[0]
    shared = next((each for each in config.advice if each.rule == "LNK-5" and "failover link" in each.text), None)
    if shared is not None and isinstance(outcome.fault, e.PortFailed):
        return Point(
            subject="the failover link",
            reason=shared.text.removeprefix("the failover link "),
            line=shared.line,
            remedy="give the failover link a port of its own",
        )
    if isinstance(outcome.fault, e.FailoverLinkFailed) and outcome.dual_active:
        return no_way_to_hear(config, tuple(by_name.values()))
    return None


# -- faults in words -------------------------------------------------------------------------------

MOST_NAMED = 3
"""The most interfaces that one sentence names."""

_AT_INTERFACE = {
    e.InterfaceLinkFailed: "down",
    e.InterfaceTrafficFailed: "silent",
    e.InterfacePathFailed: "cut between the units",
}


def in_words(faults: Iterable[e.Event], settings: Settings, most: int = MOST_NAMED) -> tuple[str, ...]:
    """Faults for people: the same fault of both units is one, and what happens to several interfaces is said once.

    Args:
        faults: The faults.
        settings: The pair.
        most: The most interfaces that one sentence names.
    """
    ways: dict[str, dict[str, list[Unit | None]]] = {}
    for fault in faults:
        subject, way = _what(fault, settings)
        ways.setdefault(subject, {}).setdefault(way, []).append(getattr(fault, "unit", None))
    alike: dict[str, list[str]] = {}
    for subject, found in ways.items():
        units = {unit for each in found.values() for unit in each}
        where = "".join(f" on the {unit.value}" for unit in units if unit is not None and len(units) == 1)
        alike.setdefault(f"{' or '.join(found)}{where}", []).append(subject)
    return tuple(f"{few(subjects, most)} {way}" for way, subjects in alike.items())


def _what(fault: e.Event, settings: Settings) -> tuple[str, str]:
    """The subject of a fault, and what happens to it."""
    match fault:
        case e.UnitFailed():
            return "a unit", "dies"
        case e.FailoverLinkFailed():
            return "failover link", "lost"
        case e.StatefulLinkFailed():
            return "stateful link", "lost"
        case e.ElementFailed(element=element):
            return element, "fails"
        case e.PortFailed(port=port):
            return f"port {port}{_carried(port, settings)}", "down"
        case e.InterfaceLinkFailed() | e.InterfaceTrafficFailed() | e.InterfacePathFailed():
            return f"{fault.interface}{_port_of(fault.interface, settings)}", _AT_INTERFACE[type(fault)]
        case _:
            return str(fault), "happens"


def _carried(port: str, settings: Settings) -> str:
    """The interfaces on a port, in brackets."""
    names = [settings.ports[index].name for index in settings.carrier(port).interfaces]
    return f" ({few(names)})" if names else ""


def _port_of(name: str, settings: Settings) -> str:
    """The port that an interface has alone, in brackets."""
    index = settings.index_of(name)
    ports: Iterator[str] = (each.name for each in settings.carriers if each.interfaces == (index,))
    port = next(ports, None)
    return "" if port is None else f" ({port})"


def few(names: Sequence[str], most: int = MOST_NAMED) -> str:
    """The first of several names, and the number of the others; one more than `most` is named too."""
    shown = names if len(names) <= most + 1 else [*names[:most], f"{len(names) - most} more"]
    return ", ".join(shown)


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
