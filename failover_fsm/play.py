"""Runs a trace over a pair: events happen, the pair settles, expectations are checked.

*Events* happen in the order of the lines.  A command that the unit refuses changes nothing, and
the run goes on.  A fault or repair of what is broken or whole already changes nothing either, and
is a warning.  A protocol step that cannot happen there is an error: the trace is no run of the pair.

*`settle`* takes the first protocol step in the documented order that changes the state, again and
again.  A state that comes back is a livelock and ends the run.  Every other order is explored too,
and where one ends with other roles there is a warning: the scenario's outcome is then a matter of luck.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from os import PathLike, fspath
from pathlib import Path

import attrs

from failover_fsm.config.disagreement import Disagreement, compare
from failover_fsm.config.errors import ConfigError, shown
from failover_fsm.config.files import read_config
from failover_fsm.config.pair_config import PairConfig, StatefulLink
from failover_fsm.pair import NotPossible, Pair, Refused, changing_steps
from failover_fsm.pair import events as e
from failover_fsm.pair.environment import PER_GROUP
from failover_fsm.pair.pair import cold
from failover_fsm.pair.settings import Settings
from failover_fsm.pair.states import State, Unit, UnitState
from failover_fsm.show import claims, words
from failover_fsm.show.lines import nearest
from failover_fsm.show.story import Step
from failover_fsm.topology import PlanError, TopologyFileError, names_for_figures, read_topology
from failover_fsm.trace import Do, Expect, Mark, Settle, Statement, Trace, TraceError, read_trace

__all__ = ["MAX_ORDERS", "Failure", "Played", "Record", "Remark", "Run", "load", "other_endings", "play"]

MAX_ORDERS = 100_000
"""How many states `settle` explores for other orders."""


@attrs.frozen(kw_only=True)
class Remark:
    """A warning, with its place."""

    source: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.source}:{self.line}: warning: {self.what}"


@attrs.frozen(kw_only=True)
class Failure:
    """An expectation that is not met; `claim` is its key."""

    source: str
    line: int
    claim: str
    wanted: str
    found: str

    def __str__(self) -> str:
        return f"{self.source}:{self.line}: expected {self.wanted}, found {self.found}"


@attrs.frozen(kw_only=True)
class Record:
    """What one statement did: its steps, and what there is to say about it.

    livelock: the index in `steps` of the step with which the loop begins.
    """

    statement: Statement
    steps: tuple[Step, ...] = ()
    failures: tuple[Failure, ...] = ()
    remarks: tuple[Remark, ...] = ()
    livelock: int | None = None

    @property
    def claims(self) -> tuple[tuple[str, str], ...]:
        """What was expected."""
        return self.statement.claims if isinstance(self.statement, Expect) else ()

    @property
    def refusals(self) -> tuple[Step, ...]:
        """The commands that were refused."""
        return tuple(step for step in self.steps if step.refused and isinstance(step.event, e.Command))


@attrs.frozen(kw_only=True)
class Played:
    """A run of a trace: a record a statement, and the pair at the end."""

    trace: Trace
    pair: Pair
    records: tuple[Record, ...]
    remarks: tuple[Remark, ...] = ()

    @property
    def failures(self) -> tuple[Failure, ...]:
        """Every expectation that is not met."""
        return tuple(failure for record in self.records for failure in record.failures)

    @property
    def warnings(self) -> tuple[Remark, ...]:
        """Every warning, those about the configuration first."""
        return (*self.remarks, *(remark for record in self.records for remark in record.remarks))

    @property
    def is_livelock(self) -> bool:
        """The run ended because a state came back."""
        return any(record.livelock is not None for record in self.records)

    @property
    def loop(self) -> int | None:
        """The index in `steps` at which the livelock begins."""
        before = 0
        for record in self.records:
            if record.livelock is not None:
                return before + record.livelock
            before += len(record.steps)
        return None

    @property
    def steps(self) -> tuple[Step, ...]:
        """The whole run; failed expectations and warnings are noted at the step before them."""
        steps: list[Step] = []
        for record in self.records:
            steps += record.steps
            notes = [f"!! line {each.line}: expected {each.wanted}, found {each.found}" for each in record.failures]
            notes += [f"warning, line {each.line}: {each.what}" for each in record.remarks if not record.steps]
            if steps and notes:
                steps[-1] = attrs.evolve(steps[-1], notes=(*steps[-1].notes, *notes))
        return tuple(steps)


# -- reading what is needed ----------------------------------------------------------------------


def load(
    path: str | PathLike[str], config: str | PathLike[str] | None = None
) -> tuple[Trace, PairConfig, tuple[Remark, ...]]:
    """A trace file, the configuration it names (or `config` in its place), and what the two units' files disagree on.

    Raises TraceError or ConfigError for bad input.
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
    remarks: tuple[Remark, ...] = ()
    if len(configs) == 2:
        place = Remark(source=trace.source, line=stated.line, what="")
        remarks = tuple(_disagreement(each, files[1], place) for each in compare(configs[0], configs[1]))
    return trace, configs[0], remarks


def _disagreement(found: Disagreement, file: str, place: Remark) -> Remark:
    consequence = "the primary's counts here" if found.is_replicated else "the run goes on as if they agreed"
    what = f"{found.what} ({found.rule}); {consequence}"
    if found.secondary_line is None:
        return attrs.evolve(place, what=what)
    return Remark(source=file, line=found.secondary_line, what=what)


# -- checking a trace against a configuration ----------------------------------------------------


def _check(trace: Trace, settings: Settings, config: PairConfig) -> None:
    """Raises TraceError for the first statement that the pair of this configuration cannot understand."""
    commanded = False
    for statement in trace.statements:
        named: dict[str, object] = {}
        of_links = False
        if isinstance(statement, Do):
            commanded = commanded or isinstance(statement.event, e.Command)
            about = ("interface", "group", "context", "element")
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


def _check_names(
    source: str, line: int, named: Mapping[str, object], settings: Settings, config: PairConfig
) -> None:
    """Raises TraceError for a group, an interface or a context that the pair does not have."""
    group = named.get("group")
    if group is not None and not settings.groups:
        raise TraceError(source, line, "`group=` in an Active/Standby pair", "the event without group=")
    if group is not None and int(str(group)) > len(settings.groups):
        raise TraceError(source, line, f"there is no failover group {group}", _group_words(settings))
    if named.get("element") is not None and settings.topology is None:
        raise TraceError(source, line, "an element without a topology", "a `topology` line")
    known = {
        "interface": [port.name for port in settings.ports],
        "context": [each.name for each in config.contexts],
        "element": [] if settings.topology is None else list(settings.topology.elements),
    }
    for name, allowed in known.items():
        value = named.get(name)
        if value is not None and value not in allowed:
            what = f"there is no {name} {shown(str(value))}{nearest(str(value), allowed)}"
            raise TraceError(source, line, what, ", ".join(allowed) or f"no {name}, there is none")


# -- playing -------------------------------------------------------------------------------------


def play(
    trace: Trace, config: PairConfig, remarks: tuple[Remark, ...] = (), settings: Settings | None = None
) -> Played:
    """The run of a trace on a pair with this configuration, both units off at first.

    `remarks` are warnings about the configuration; `settings` take the place of what the configuration, the
    options and the topology of the trace come to.  Raises TraceError for a statement that the pair cannot
    understand, or a protocol step that cannot happen where it stands.
    """
    pair = _cold(trace, config) if settings is None else Pair(config=config, settings=settings, state=cold(settings))
    _check(trace, pair.settings, config)
    run = Run(trace.source, pair)
    if trace.is_timed:
        from failover_fsm.timing.player import TimedRun

        run = TimedRun.of(trace.source, pair)
    records = []
    for statement in trace.statements:
        record = run.take(statement)
        records.append(record)
        if record.livelock is not None:
            break
    return Played(trace=trace, pair=run.pair, records=tuple(records), remarks=remarks)


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


@attrs.define
class Run:
    """A run under way."""

    source: str
    pair: Pair
    history: claims.History = attrs.field(factory=claims.History)

    def take(self, statement: Statement) -> Record:
        """Does what one statement says."""
        if isinstance(statement, Do):
            return self._happen(statement)
        if isinstance(statement, Settle):
            return self._settle(statement)
        if isinstance(statement, Expect):
            return Record(statement=statement, failures=tuple(self._failures(statement)))
        if isinstance(statement, Mark):
            self.history.mark()
        return Record(statement=statement)

    def _step(self, event: e.Event) -> Step:
        before = self.pair.state
        self.pair, outputs = self.pair.step(event)
        self.history.add(self.pair.state, outputs)
        return Step(event, before, self.pair.state, outputs)

    def _happen(self, statement: Do) -> Record:
        event, state = statement.event, self.pair.state
        if isinstance(event, e.Command):
            self.history.refused = False
        try:
            return Record(statement=statement, steps=(self._step(event),), remarks=tuple(self._pointless(statement)))
        except Refused as error:
            self.history.refused = True
            return Record(statement=statement, steps=(Step(event, state, state, refused=f"refused: {error.why}"),))
        except NotPossible as error:
            if isinstance(event, e.ProtocolStep):
                possible = ", ".join(str(each) for each, _ in changing_steps(state, self.pair.settings))
                what = f"`{event}` cannot happen here: {error.why}"
                allowed = possible or "no protocol step, the pair is settled"
                raise TraceError(self.source, statement.line, what, allowed) from None
            remark = self._remark(statement, f"`{event}` changes nothing: {error.why}")
            step = Step(event, state, state, refused=f"nothing changes: {error.why}")
            return Record(statement=statement, steps=(step,), remarks=(remark,))

    def _pointless(self, statement: Do) -> Iterator[Remark]:
        is_stateful = isinstance(statement.event, e.StatefulLinkFailed | e.StatefulLinkRestored)
        if is_stateful and self.pair.settings.stateful is not StatefulLink.DEDICATED:
            yield self._remark(statement, "the configuration has no Stateful Failover link of its own")

    def _settle(self, statement: Settle) -> Record:
        start, settings = self.pair.state, self.pair.settings
        steps: list[Step] = []
        seen = {start: 0}
        while (following := next(changing_steps(self.pair.state, settings), None)) is not None:
            steps.append(self._step(following[0]))
            if self.pair.state in seen:
                return Record(statement=statement, steps=tuple(steps), livelock=seen[self.pair.state])
            seen[self.pair.state] = len(steps)
        remarks = tuple(self._luck(statement, start))
        return Record(statement=statement, steps=tuple(steps), remarks=remarks)

    def _luck(self, statement: Settle, start: State) -> Iterator[Remark]:
        """A warning where another order of steps ends with other roles."""
        endings = other_endings(start, self.pair.settings)
        if endings is None:
            yield self._remark(statement, f"not every order of steps was tried: more than {MAX_ORDERS} states")
            return
        here = _roles(self.pair.state)
        others = sorted({_roles(each) for each in endings} - {here})
        if others:
            outcomes = "; or ".join(others)
            yield self._remark(statement, f"another order of steps ends with {outcomes}; this one with {here}")

    def _failures(self, statement: Expect) -> Iterator[Failure]:
        scene = claims.Scene(
            state=self.pair.state, settings=self.pair.settings, history=self.history, subjects=statement.subjects
        )
        for key, value in statement.claims:
            holds, found = self.answer(key, value, scene)
            if not holds:
                wanted = statement.worded(key, value)
                yield Failure(source=self.source, line=statement.line, claim=key, wanted=wanted, found=found)

    def answer(self, key: str, value: str, scene: claims.Scene) -> tuple[bool, str]:
        """Whether a claim holds, and what was found."""
        return claims.answer(key, value, scene)

    def _remark(self, statement: Statement, what: str) -> Remark:
        return Remark(source=self.source, line=statement.line, what=what)


def _roles(state: State) -> str:
    return ", ".join(f"{unit.value} {_states(state.unit(unit))}" for unit in Unit)


def _states(own: UnitState) -> str:
    return words.joined({index + 1: words.state_word(own, index) for index in range(len(own.groups))})


def other_endings(start: State, settings: Settings, most: int = MAX_ORDERS) -> set[State] | None:
    """Every settled state that some order of protocol steps leads to; None where there are too many states."""
    reached, endings = [start], set()
    seen = {start}
    for state in reached:
        afters = [after for _, after in changing_steps(state, settings)]
        if not afters:
            endings.add(state)
        for after in afters:
            if after not in seen:
                seen.add(after)
                reached.append(after)
        if len(seen) > most:
            return None
    return endings
