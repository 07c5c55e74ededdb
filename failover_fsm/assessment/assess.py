"""Builds the answer about a pair: single faults, times, blind spots, advice and promises."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import attrs

from failover_fsm.analysis.service import FaultOutcome, single_faults
from failover_fsm.analysis.verify import Report, verify
from failover_fsm.assessment.apart import what_keeps_apart
from failover_fsm.assessment.outages import Outage, outages
from failover_fsm.assessment.points import blind_spots, groups_that_stay
from failover_fsm.assessment.protocol import Protocol
from failover_fsm.assessment.ranking import ranked
from failover_fsm.assessment.record import Assessment
from failover_fsm.assessment.risks import relevant, risks_of
from failover_fsm.config.records.pair_config import Advice, PairConfig
from failover_fsm.config.review.disagreement import compare
from failover_fsm.config.review.trouble import Point, trouble
from failover_fsm.config.values.errors import ConfigError
from failover_fsm.model.places import bare_environment, explored_environment
from failover_fsm.model.scenario import Scenario
from failover_fsm.timing.times import Times
from failover_fsm.topology import Plan, advice, names_for_figures, read_topology

__all__ = ["apart_of", "assess", "assessment_of", "has_link", "without_link"]


def assess(
    config: PairConfig | str | os.PathLike[str],
    *,
    peer: PairConfig | str | os.PathLike[str] | None = None,
    topology: Plan | str | None = None,
    promises: bool = True,
) -> Assessment:
    """The answer about a configured pair.

    Args:
        config: A PairConfig, or the path of a running-config.
        peer: The same of the secondary, if that is known: what keeps the two units apart is then said. What
            replication mends is not (`compare` lists it).
        topology: How the pair is connected: a figure, a file with a `[topology]` table, or a plan.
        promises: False to leave the promises out, whose search takes most of the time.

    Raises:
        ConfigError: If a file cannot be used or says nothing of failover, or the two are not those of one primary and
            one secondary.
        PlanError, TopologyFileError: If the topology does not fit the pair.
    """
    title, config = _read(config)
    apart = () if peer is None else apart_of(config, *_read(peer))
    if not has_link(config):
        return without_link(title, config, apart)
    scenario = Scenario(title=title, config=config, sources=(title,), environment=bare_environment(config))
    plan = read_topology(topology, names_for_figures(scenario.settings)) if isinstance(topology, str) else topology
    search = (lambda: _searched(scenario)) if promises else None
    return assessment_of(attrs.evolve(scenario, topology=plan), search, apart)


def _read(config: PairConfig | str | os.PathLike[str]) -> tuple[str, PairConfig]:
    """The name of a configuration, and the configuration.  Raises ConfigError if it cannot be used."""
    title = config.hostname if isinstance(config, PairConfig) else os.fspath(config)
    if not isinstance(config, PairConfig):
        from failover_fsm.config.asa.files import read_config

        config = read_config(config)
    if config.is_no_unit_of_a_pair:
        allowed = "a configuration with `failover lan interface`"
        raise ConfigError(source=title, line=None, what="no failover link", allowed=allowed)
    return title, config


def apart_of(config: PairConfig, title: str, peer: PairConfig) -> tuple[Point, ...]:
    """What keeps the pair of these two apart.

    Args:
        config: The configuration of the primary.
        title: The name of the secondary's.
        peer: The configuration of the secondary.

    Raises:
        ConfigError: If they are not those of one primary and one secondary.
    """
    found = compare(config, peer)
    for each in found:
        if each.is_no_pair:
            raise ConfigError(source=title, line=each.secondary_line, what=each.what, allowed=each.allowed)
    return what_keeps_apart(config, peer, found)


def _searched(scenario: Scenario) -> tuple[Protocol, Report]:
    report = verify(attrs.evolve(scenario, environment=explored_environment(scenario.config)))
    return Protocol.of(report), report


def has_link(config: PairConfig) -> bool:
    """Whether the configuration names a failover link with addresses, so that it can come up (LNK-1, CFG-1)."""
    named = {item.name.lower() for item in config.interface_ips}
    return config.lan is not None and config.lan.name.lower() in named


def without_link(title: str, config: PairConfig, apart: tuple[Point, ...] = ()) -> Assessment:
    """The answer about a pair whose failover link cannot come up: there is nothing to examine.

    Args:
        title: The name of the configuration.
        config: The configuration.
        apart: What keeps it and the configuration of its peer apart.
    """
    return Assessment(title=title, config=config, trouble=(*trouble(config), *apart), advice=ranked(config.advice))


def assessment_of(
    scenario: Scenario,
    search: Callable[[], tuple[Protocol, Report | None]] | None,
    apart: tuple[Point, ...] = (),
    told: Callable[[str], object] = lambda _: None,
) -> Assessment:
    """The answer about the pair of a scenario.

    Args:
        scenario: The pair, with its topology if that is known.
        search: Gives the promises of the pair, whose links fail by themselves; None to leave them out.
        apart: What keeps the units apart, told from both configurations; the rest is answered as if nothing did.
        told: Called with what is being looked at.
    """
    config, settings = scenario.config, scenario.settings
    known = not config.gaps
    told("single faults")
    outcomes = relevant(single_faults(scenario), config) if known else ()
    spots = blind_spots(config, settings) if known else ()
    told("outages")
    times = outages(settings, Times.of(config, scenario.options), interfaces_known=known)
    told("promises")
    protocol, report = search() if search and known else (None, None)
    return Assessment(
        title=scenario.title,
        config=config,
        scenario=scenario,
        trouble=(*trouble(config), *apart, *(_never(outcomes, times) if known else ())),
        outcomes=outcomes,
        risks=risks_of(outcomes, spots, config),
        blind_spots=spots,
        staying=groups_that_stay(config) if known else (),
        outages=times,
        unknown=config.gaps,
        advice=ranked((*config.advice, *_of_topology(scenario))),
        protocol=protocol,
        report=report,
    )


def _of_topology(scenario: Scenario) -> Iterator[Advice]:
    if scenario.topology is not None:
        yield from advice(scenario.topology, scenario.settings)


def _never(outcomes: tuple[FaultOutcome, ...], times: tuple[Outage, ...]) -> Iterator[Point]:
    """A pair in which no single and no joint failure leads to a failover."""
    joint = any(
        each.best is not None or each.unknown for each in times if each.failure not in ("forced", "failover-link-lost")
    )
    if not (joint or any(each.taken_over for each in outcomes)):
        yield Point(subject="failover", reason="is never triggered by any failure", line=None, remedy="see below")
