"""One configuration of a fleet: what pairs it with another, read once and then forgotten but for this."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping

import attrs

from failover_fsm.assessment.assess import has_link
from failover_fsm.config.asa.files import read_config
from failover_fsm.config.records.pair_config import PairConfig, Unit
from failover_fsm.config.values.errors import ConfigError
from failover_fsm.config.values.input_file import InputFileError, files_read, read_input
from failover_fsm.model.places import explored_environment
from failover_fsm.model.scenario import Scenario
from failover_fsm.model.structure import structure

__all__ = ["UnitFile", "digest_of", "names_failover", "read_unit", "scenario_searched", "texts_of"]

_FAILOVER = re.compile(
    rb"^\s*(?:failover (?:lan (?:unit|interface|enable)|link|interface ip|group)\b|failover\s*$)", re.M
)


@attrs.frozen(kw_only=True)
class UnitFile:
    """The configuration of one unit.

    Attributes:
        path: The file, or the directory with its `system.cfg`.
        host: The host name in small letters, empty if the text has none.
        unit: What `failover lan unit` says; the secondary where it says nothing.
        addresses: The two addresses of the failover link, None without one.
        files: The names of the files that it was read from.
        digest: A digest of their bytes.
        groups: How many failover groups the pair has: with two, a search takes ten times as long.
        structure: A digest of what the promises depend on; None if there is nothing to search.
        error: Why it cannot be used, empty if it can.
    """

    path: str
    host: str = ""
    unit: Unit = Unit.SECONDARY
    addresses: tuple[str, str] | None = None
    files: tuple[str, ...] = ()
    digest: str = ""
    groups: int = 0
    structure: str | None = None
    error: str = ""


def names_failover(data: bytes) -> bool:
    """Whether a text has a command that a unit of a failover pair has; one that stands alone has `no failover`."""
    return _FAILOVER.search(data) is not None


def read_unit(path: str) -> UnitFile:
    """What is to be known of a configuration; one that cannot be read has an `error`, and is no exception."""
    wrong = ""
    with files_read() as names:
        try:
            config = read_config(path)
        except ConfigError as error:
            wrong = str(error).split("\n")[-1]
    if wrong:
        return UnitFile(path=path, files=tuple(names), digest=_digest_of_files(names), error=wrong)
    found = next((each for each in config.interface_ips if config.lan and each.name == config.lan.name), None)
    return UnitFile(
        path=path,
        host=config.hostname.lower() if config.line_of("hostname") is not None else "",
        unit=config.unit,
        addresses=None if found is None else (found.address.lower(), found.standby.lower()),
        files=tuple(names),
        digest=_digest_of_files(names),
        groups=len(config.groups),
        structure=_structure(config),
    )


def scenario_searched(title: str, config: PairConfig) -> Scenario:
    """The pair of a configuration in the environment in which its promises are searched."""
    return Scenario(title=title, config=config, sources=(title,), environment=explored_environment(config))


def _structure(config: PairConfig) -> str | None:
    if config.gaps or not has_link(config):
        return None
    return hashlib.sha256(structure(scenario_searched("", config)).encode()).hexdigest()


def texts_of(names: Iterable[str]) -> dict[str, bytes]:
    """The bytes of files by name.

    Raises:
        ConfigError: If one cannot be read any more.
    """
    found: dict[str, bytes] = {}
    for name in names:
        try:
            found[name] = read_input(name)
        except InputFileError as error:
            raise ConfigError(source=name, line=None, what=error.what, allowed=error.allowed) from None
    return found


def digest_of(files: Mapping[str, bytes]) -> str:
    """A digest of files: of their bytes, in the order of the mapping, not of their names."""
    digest = hashlib.sha256()
    for data in files.values():
        digest.update(hashlib.sha256(data).digest())
    return digest.hexdigest()


def _digest_of_files(names: Iterable[str]) -> str:
    try:
        return digest_of(texts_of(names))
    except ConfigError:
        return ""
