"""The player: runs a trace on a pair. Events happen, the pair settles, expectations are checked.

*Events* happen in the order of the lines. A command that the unit refuses changes nothing, and the run continues. A
fault of a broken component or a repair of a working one changes nothing either, and gives a warning. A protocol step
that is impossible is an error: the trace is no run of the pair.

*`settle`* repeatedly takes the first protocol step in the documented order that changes the state. A repeated state is
a livelock and ends the run. Every other order is explored too, and if one ends with other roles there is a warning that
the outcome of the scenario depends on the order.
"""

from __future__ import annotations

from collections.abc import Mapping
from os import PathLike, fspath
from pathlib import Path

import attrs

from failover_fsm.config.asa.files import read_config
from failover_fsm.config.records.pair_config import PairConfig
from failover_fsm.config.review.disagreement import Disagreement, compare
from failover_fsm.config.values.errors import ConfigError, shown
from failover_fsm.config.values.suggestions import listed, nearest
from failover_fsm.pair import Pair
from failover_fsm.pair import events as e
from failover_fsm.pair.environment import PER_GROUP
from failover_fsm.pair.pair import cold
from failover_fsm.pair.ports import find_carrier, no_carrier
from failover_fsm.pair.settings import Settings
from failover_fsm.services.machine import MachineEvent
from failover_fsm.topology import PlanError, TopologyFileError, names_for_figures, read_topology
from failover_fsm.trace import claims
from failover_fsm.trace.beside import Beside
from failover_fsm.trace.language import Do, Expect, LinkDelay, SynchronisationTime, Trace, TraceError, read_trace
from failover_fsm.trace.run import Played, TraceRun, TraceWarning
from failover_fsm.trace.timed_player import TimedRun

__all__ = ["load", "play"]

# -- reading what is needed ----------------------------------------------------------------------


def load(
    path: str | PathLike[str], config: str | PathLike[str] | None = None
) -> tuple[Trace, PairConfig, tuple[TraceWarning, ...]]:
    """A trace file with its configuration.

    Args:
        path: The trace file.
        config: A configuration file to use instead of the one that the trace names.

    Returns:
        The trace, the configuration, and warnings about disagreements between the two units' files.

    Raises:
        TraceError: If the trace cannot be used.
        ConfigError: If the configuration cannot be used.
    """
    trace = read_trace(path, config_given=config is not None)
    if config is not None:
        return trace, read_config(config), ()
    stated = trace.config
    assert stated is not None  # a trace without one was refused
    files = [fspath(Path(trace.source).parent / each) for each in stated.paths]
    configs = []
    for file, name in zip(files, stated.paths, strict=True):
        try:
            configs.append(read_config(file))
        except ConfigError as error:
            if error.line is not None:
                raise
            raise TraceError(trace.source, stated.line, f"{shown(name)} {error.what}", error.allowed) from None
    remarks: tuple[TraceWarning, ...] = ()
    if len(configs) == 2:
        place = TraceWarning(source=trace.source, line=stated.line, what="")
        remarks = tuple(_disagreement(each, files[1], place) for each in compare(configs[0], configs[1]))
    return trace, configs[0], remarks


def _disagreement(found: Disagreement, file: str, place: TraceWarning) -> TraceWarning:
    consequence = "the primary's counts here" if found.is_replicated else "the run goes on as if they agreed"
    what = f"{found.what} ({found.rule}); {consequence}"
    if found.secondary_line is None:
        return attrs.evolve(place, what=what)
    return TraceWarning(source=file, line=found.secondary_line, what=what)


# -- checking a trace against a configuration ----------------------------------------------------


def _check(trace: Trace, settings: Settings, config: PairConfig) -> None:
    """Validates the statements for the pair of this configuration.

    Raises:
        TraceError: For the first statement that does not fit.
    """
    commanded = False
    for statement in trace.statements:
        if isinstance(statement, LinkDelay | SynchronisationTime) and not trace.is_timed:
            raise TraceError(trace.source, statement.line, "a time in a trace without time", "`advance` lines with it")
        named: dict[str, object] = {}
        of_links = False
        if isinstance(statement, Do):
            commanded = commanded or isinstance(statement.event, e.Command | MachineEvent)
            about = ("interface", "session", "group", "context", "element", "port")
            named = {name: getattr(statement.event, name, None) for name in about}
            if settings.groups and named["group"] is None and isinstance(statement.event, PER_GROUP):
                what = f"`{statement.event.word()}` without `group=` in an Active/Active pair"
                raise TraceError(trace.source, statement.line, what, _group_words(settings))
        elif isinstance(statement, Expect):
            named = dict(statement.subjects)
            of_links = all(key in claims.OF_LINKS for key, _ in statement.claims)
            if not commanded and any(key == "refused" for key, _ in statement.claims):
                raise TraceError(
                    trace.source, statement.line, "`refused=` before any command", "`refused=` after a command"
                )
        if not (of_links and named.get("interface") in settings.links):
            _check_names(trace.source, statement.line, named, settings, config)


def _group_words(settings: Settings) -> str:
    return ", ".join(f"group={number}" for number in range(1, len(settings.groups) + 1))


def _check_names(source: str, line: int, named: Mapping[str, object], settings: Settings, config: PairConfig) -> None:
    """Validates the names in a statement.

    Raises:
        TraceError: For a group, an interface or a context that the pair does not have.
    """
    group = named.get("group")
    if group is not None and not settings.groups:
        raise TraceError(source, line, "`group=` in an Active/Standby pair", "the event without group=")
    if group is not None and int(str(group)) > len(settings.groups):
        raise TraceError(source, line, f"there is no failover group {group}", _group_words(settings))
    if named.get("element") is not None and settings.topology is None:
        raise TraceError(source, line, "an element without a topology", "a `topology` line")
    port = named.get("port")
    if port is not None and find_carrier(settings.carriers, str(port)) is None:
        raise TraceError(source, line, *no_carrier(settings.carriers, str(port)))
    known = {
        "interface": [port.name for port in settings.ports],
        "session": [port.name for port in settings.ports],
        "context": [each.name for each in config.contexts],
        "element": [] if settings.topology is None else list(settings.topology.elements),
    }
    for name, allowed in known.items():
        value = named.get(name)
        if value is not None and value not in allowed:
            thing = "interface" if name == "session" else name
            what = f"there is no {thing} {shown(str(value))}{nearest(str(value), allowed)}"
            raise TraceError(source, line, what, listed(str(value), allowed) or f"no {name}, there is none")


# -- playing -------------------------------------------------------------------------------------


def play(
    trace: Trace, config: PairConfig, remarks: tuple[TraceWarning, ...] = (), settings: Settings | None = None
) -> Played:
    """The run of a trace on a pair with this configuration, both units off at first.

    Args:
        trace: The trace.
        config: The configuration.
        remarks: Warnings about the configuration.
        settings: Settings to use instead of those from the configuration, options and topology of the trace.

    Raises:
        TypeError: If it is no Trace, or no PairConfig.
        TraceError: If a statement does not fit the pair, or a protocol step is impossible in its state.
    """
    for given, wanted in ((trace, Trace), (config, PairConfig)):
        if not isinstance(given, wanted):
            raise TypeError(f"play: a {wanted.__name__} is needed, not {type(given).__name__}; `load` gives both")
    pair = _cold(trace, config) if settings is None else Pair(config=config, settings=settings, state=cold(settings))
    _check(trace, pair.settings, config)
    beside = Beside.of(pair, trace.software)
    run = TimedRun.of(trace.source, pair, beside) if trace.is_timed else TraceRun(trace.source, pair, beside=beside)
    records = []
    for statement in trace.statements:
        record = run.take(statement)
        records.append(record)
        if record.livelock is not None:
            break
    played = Played(trace=trace, pair=run.pair, records=tuple(records), remarks=remarks)
    if isinstance(run, TimedRun):
        played = attrs.evolve(played, ends_at=run.line.now, detected=run.detected())
    return played


def _cold(trace: Trace, config: PairConfig) -> Pair:
    pair, stated = Pair.cold(config, trace.options), trace.topology
    if stated is None:
        return pair
    try:
        names = names_for_figures(pair.settings)
        settings = read_topology(stated.name, names, Path(trace.source).parent).laid(pair.settings)
    except (TopologyFileError, PlanError) as error:
        what, _, allowed = str(error).partition("; allowed: ")
        raise TraceError(trace.source, stated.line, what, allowed) from None
    return attrs.evolve(pair, settings=settings, state=cold(settings))
