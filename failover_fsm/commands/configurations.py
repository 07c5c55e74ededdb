"""Configurations of one or both units as a scenario."""

from __future__ import annotations

from failover_fsm.assessment.apart import what_keeps_apart
from failover_fsm.commands.files import BadInput, complain
from failover_fsm.config.asa.files import read_config
from failover_fsm.config.records.pair_config import PairConfig
from failover_fsm.config.review.advice import compare
from failover_fsm.config.review.trouble import Point, port_trouble
from failover_fsm.config.values.errors import ConfigError, ConfigErrors, lines_of_errors
from failover_fsm.model.places import bare_environment
from failover_fsm.model.scenario import Scenario


def scenario_of_configs(primary_file: str, secondary_file: str | None, apart: list[Point] | None = None) -> Scenario:
    """The scenario of one configuration, or of both units' configurations, in the environment of a bare one.

    Args:
        primary_file: The primary's configuration.
        secondary_file: The secondary's, if there is one.
        apart: Is filled with what keeps the units of these two apart; None to refuse such a pair.

    Raises:
        BadInput, ConfigError: If they cannot be used.
    """
    sources = (primary_file,) if secondary_file is None else (primary_file, secondary_file)
    configs = _read_all(sources)
    check_is_unit(configs[0], primary_file)
    if secondary_file is not None:
        check_is_unit(configs[1], secondary_file)
        _compare(configs[0], configs[1], sources, apart)
    check_link(configs[0], primary_file)
    environment = bare_environment(configs[0])
    return Scenario(title=primary_file, config=configs[0], sources=sources, environment=environment)


def _read_all(files: tuple[str, ...]) -> list[PairConfig]:
    """The configurations in these files.  Raises ConfigError for the only error in any, ConfigErrors for several."""
    configs, errors, first = [], [], None
    for file in files:
        try:
            configs.append(read_config(file))
        except ConfigError as error:
            errors += [*error.errors] if isinstance(error, ConfigErrors) else [error]
            first = first or error
    if first is None:
        return configs
    raise first if len(errors) == 1 else ConfigErrors(errors, first)


class NoLink(BadInput):
    """A configuration whose failover link never comes up; the answer about its pair is that there is no failover."""

    def __init__(self, text: str, source: str, config: PairConfig) -> None:
        super().__init__(text)
        self.source, self.config = source, config


def check_is_unit(config: PairConfig, source: str) -> None:
    """Refuses a configuration that is that of no unit of a pair.  Raises BadInput."""
    if config.is_no_unit_of_a_pair:
        raise BadInput(_without_link(source))


def _without_link(source: str) -> str:
    return f"{source}: no failover link; allowed: a configuration with `failover lan interface`"


def check_link(config: PairConfig, source: str) -> None:
    """Refuses a configuration without a failover link that can come up: it makes no pair (LNK-1, CFG-1).

    Raises:
        BadInput: If it is that of no unit of a pair.
        NoLink: If it is, and the link never comes up.
    """
    check_is_unit(config, source)
    if config.lan is None:
        raise NoLink(_without_link(source), source, config)
    if config.lan.name.lower() not in {item.name.lower() for item in config.interface_ips}:
        line = config.line_of("lan interface") or 1
        raise NoLink(
            f"{source}:{line}: the failover link {config.lan.name} has no addresses, so it never comes up; "
            f"allowed: `failover interface ip {config.lan.name} ADDRESS MASK standby ADDRESS`",
            source,
            config,
        )


def _compare(primary: PairConfig, secondary: PairConfig, sources: tuple[str, ...], apart: list[Point] | None) -> None:
    """Prints the disagreements of the two files that replication mends; the others fill `apart`, or are refused.

    Raises:
        BadInput: If the files are those of no pair at all, or `apart` is None and the units never meet.
    """
    found = compare(primary, secondary)
    places = [
        f"{sources[0]}:{item.primary_line or '-'} and {sources[1]}:{item.secondary_line or '-'}" for item in found
    ]
    said = [(item, f"{place}: {item.what} ({item.rule})") for place, item in zip(places, found, strict=True)]
    for item, line in said:
        if item.is_replicated:
            complain(f"{line}; the active unit's configuration replaces it")
    if apart is not None and not any(item.is_no_pair for item in found):
        apart += what_keeps_apart(primary, secondary, found)
        return
    fatal = [
        (item.primary_line or item.secondary_line or 0, f"{line}; allowed: {item.allowed}", line)
        for item, line in said
        if not item.is_replicated
    ]
    for each in port_trouble(secondary):
        line = f"{sources[1]}:{each.line}: {each.subject} of the secondary {each.reason} (LNK-1)"
        fatal.append((each.line or 0, f"{line}; allowed: {each.remedy}", line))
    if fatal:
        lines = [text for _line, text, _short in sorted(fatal, key=lambda each: each[0])]
        raise BadInput(*(lines if len(lines) == 1 else lines_of_errors(lines, first=fatal[0][2]).split("\n")))
