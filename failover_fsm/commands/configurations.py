"""Configurations of one or both units as a scenario."""

from __future__ import annotations

from failover_fsm.commands.files import BadInput, complain
from failover_fsm.config.asa.files import read_config
from failover_fsm.config.records.pair_config import PairConfig
from failover_fsm.config.review.advice import compare
from failover_fsm.config.values.errors import ConfigError, ConfigErrors, lines_of_errors
from failover_fsm.model.places import bare_environment
from failover_fsm.model.scenario import Scenario


def scenario_of_configs(primary_file: str, secondary_file: str | None) -> Scenario:
    """The scenario of one configuration, or of both units' configurations, in the environment of a bare one.

    Raises:
        BadInput, ConfigError: If they cannot be used.
    """
    sources = (primary_file,) if secondary_file is None else (primary_file, secondary_file)
    configs = _read_all(sources)
    check_link(configs[0], primary_file)
    if secondary_file is not None:
        _compare(configs[0], configs[1], sources)
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


def check_link(config: PairConfig, source: str) -> None:
    """Refuses a configuration without a failover link that can come up: it makes no pair (LNK-1, CFG-1)."""
    if config.lan is None:
        text = f"{source}: no failover link; allowed: a configuration with `failover lan interface`"
        raise BadInput(text) if config.line_of("failover") is None else NoLink(text, source, config)
    if config.lan.name.lower() not in {item.name.lower() for item in config.interface_ips}:
        line = config.line_of("lan interface") or 1
        raise NoLink(
            f"{source}:{line}: the failover link {config.lan.name} has no addresses, so it never comes up; "
            f"allowed: `failover interface ip {config.lan.name} ADDRESS MASK standby ADDRESS`",
            source,
            config,
        )


def _compare(primary: PairConfig, secondary: PairConfig, sources: tuple[str, ...]) -> None:
    """Prints the disagreements of the two files; refuses those that replication would not mend."""
    fatal = []
    for item in compare(primary, secondary):
        places = f"{sources[0]}:{item.primary_line or '-'} and {sources[1]}:{item.secondary_line or '-'}"
        line = f"{places}: {item.what} ({item.rule})"
        if item.is_replicated:
            complain(f"{line}; the active unit's configuration replaces it")
        else:
            fatal.append((item.primary_line or item.secondary_line or 0, f"{line}; allowed: {item.allowed}", line))
    if fatal:
        lines = [text for _line, text, _short in sorted(fatal, key=lambda each: each[0])]
        raise BadInput(*(lines if len(lines) == 1 else lines_of_errors(lines, first=fatal[0][2]).split("\n")))
