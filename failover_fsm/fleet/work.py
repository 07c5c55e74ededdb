"""The work on one pair, as pure functions from texts: they run in any process, on any machine."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeVar

import attrs

from failover_fsm.analysis.verify import verify
from failover_fsm.assessment.assess import apart_of, assessment_of, has_link, without_link
from failover_fsm.assessment.page import answer_parts
from failover_fsm.assessment.protocol import Protocol
from failover_fsm.assessment.record import Assessment
from failover_fsm.config.asa.files import read_config
from failover_fsm.config.records.pair_config import PairConfig
from failover_fsm.config.values.errors import ConfigError
from failover_fsm.fleet.row import Row
from failover_fsm.fleet.software import software_digest
from failover_fsm.fleet.unit_file import scenario_searched
from failover_fsm.model.places import bare_environment
from failover_fsm.model.scenario import Scenario
from failover_fsm.reports.html.html import join

Result = TypeVar("Result")

_ONE_AT_A_TIME = threading.Lock()
"""Threads of one worker take turns: a search computes only, and its caches are for one at a time."""

__all__ = ["Examined", "Failure", "PairTexts", "Searched", "attempt", "examine", "search"]


@attrs.frozen(kw_only=True)
class PairTexts:
    """The texts of one pair.

    Attributes:
        name: Its name in the fleet.
        host: Its host name.
        paths: The primary's file, then the secondary's if there is one, as names among `texts`.
        texts: The names and bytes of all files.
        digest: A digest of the bytes.
    """

    name: str
    host: str
    paths: tuple[str, ...]
    texts: tuple[tuple[str, bytes], ...]
    digest: str


@attrs.frozen(kw_only=True)
class Searched:
    """The promises of a structure, and a digest of the software that searched them."""

    protocol: Protocol
    software: str = attrs.field(factory=software_digest)


@attrs.frozen
class Failure:
    """Work that came to nothing, and why."""

    reason: str


@attrs.frozen(kw_only=True)
class Examined:
    """What came of a pair.

    Attributes:
        row: Its row.
        page: What its page consists of, as HTML; empty if there is no answer.
        software: A digest of the software that examined it (`software_digest`).
    """

    row: Row
    page: str = ""
    software: str = attrs.field(factory=software_digest)


def attempt(function: Callable[..., Result], *arguments: object) -> Result | Failure:
    """What a function returns, or why it came to nothing: errors do not travel between processes, sentences do."""
    try:
        with _ONE_AT_A_TIME:
            return function(*arguments)
    except ConfigError as error:
        return Failure(str(error).split("\n")[-1])
    except Exception as error:
        return Failure(f"an error of failover-fsm: {type(error).__name__}: {error}")


def search(texts: PairTexts, time_limit: float | None) -> Searched:
    """The promises of the structure of a pair.

    Args:
        texts: The texts of one pair of that structure.
        time_limit: Seconds after which the search stops, undecided; None for no limit.

    Raises:
        ConfigError: If a text cannot be used.
        KeyboardInterrupt: If the search was interrupted.
    """
    config = _config(texts, texts.paths[0])
    report = verify(scenario_searched(texts.paths[0], config), time_limit=time_limit, clock=time.monotonic)
    if report.result.interrupted:
        raise KeyboardInterrupt
    return Searched(protocol=Protocol.of(report))


def examine(texts: PairTexts, protocol: Protocol | None) -> Examined:
    """The row of one pair.

    Args:
        texts: Its texts.
        protocol: The promises of its structure, None if there is nothing to search.

    Raises:
        ConfigError: If a text cannot be used, or the two are not those of one primary and one secondary.
    """
    about = {
        "name": texts.name,
        "host": texts.host,
        "files": tuple(name for name, _ in texts.texts),
        "digest": texts.digest,
    }
    found = _assessment(texts, protocol)
    return Examined(row=Row.of(found, **about), page=str(join(answer_parts(found))))


def _assessment(texts: PairTexts, protocol: Protocol | None) -> Assessment:
    first = texts.paths[0]
    config = _config(texts, first)
    apart = apart_of(config, texts.paths[1], _config(texts, texts.paths[1])) if len(texts.paths) > 1 else ()
    if not has_link(config):
        return without_link(first, config, apart)
    scenario = Scenario(title=first, config=config, sources=(first,), environment=bare_environment(config))
    return assessment_of(scenario, None if protocol is None else lambda: (protocol, None), apart)


def _config(texts: PairTexts, path: str) -> PairConfig:
    """The configuration of a unit; raises ConfigError if it cannot be used."""
    return read_config(path, dict(texts.texts))
