"""The scope of a check: a configured pair, the faults and commands that may come, and how many faults at a time.

The boundaries of the environment are chosen here, in a model file or on the command line, and
every verdict prints them; nothing about them is hidden in the explorer.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from pathlib import PurePath

import attrs

from failover_fsm.config.records.pair_config import PairConfig, StatefulLink
from failover_fsm.config.review.trouble import trouble
from failover_fsm.model.beside import BESIDE, KeyLines, SavedSpaces, SessionLines, TrafficLines, listed
from failover_fsm.model.search_environment import DEFAULT_ENVIRONMENT, Environment
from failover_fsm.pair.impairments import SPANNING_TREE
from failover_fsm.pair.obstacle_kinds import TAKEN_FOR_GRANTED
from failover_fsm.pair.reach import ports_to_fail
from failover_fsm.pair.registry import (
    UNIMPAIRED,
)
from failover_fsm.pair.settings import FOLLOWED, GroupSettings, Options, Settings
from failover_fsm.timing.within import Limit
from failover_fsm.topology import Plan

__all__ = ["Environment", "Expected", "Scenario", "hosts", "shared_ports", "shutdown_lines"]


@attrs.frozen(kw_only=True)
class Expected:
    """A promise that this model is known to break, with the reason: a finding."""

    promise: str
    reason: str


@attrs.frozen(kw_only=True)
class Scenario:
    """One thing to check.

    Attributes:
        title: For people.
        config: The pair.
        sources: The files it was read from.
        environment: The faults and commands that may come.
        options: Decisions on what the chapter leaves open.
        topology: How the pair is connected, None where links fail by themselves.
        check: Ids of the promises to check, None for all that apply.
        violated: Findings.
        within: Promises in real time.
        expect: Pinned numbers by name (states, transitions, depth).
        sessions: Lines typed in terminal sessions beside the pair; then the promises are those about them.
        traffic: Sessions and packets beside the pair, likewise.
        keys: Failover keys that are entered, likewise.
        saving: Spaces that are followed, likewise; promises of the pair can be asked too. There is one machine beside
            the pair at most.
        durations: The delay of the failover link and the length of a synchronisation in milliseconds, by the names of
            fields of `timing.times.Times`; empty where the model file gives none. No search without time reads them.
    """

    title: str
    config: PairConfig
    sources: tuple[str, ...] = ()
    environment: Environment = DEFAULT_ENVIRONMENT
    options: Options = attrs.field(factory=Options)
    topology: Plan | None = None
    check: tuple[str, ...] | None = None
    violated: tuple[Expected, ...] = ()
    within: tuple[Limit, ...] = ()
    expect: tuple[tuple[str, int], ...] = ()
    plain: bool = True
    sessions: SessionLines | None = None
    traffic: TrafficLines | None = None
    keys: KeyLines | None = None
    saving: SavedSpaces | None = None
    durations: tuple[tuple[str, int], ...] = ()

    @property
    def short_title(self) -> str:
        """The title; where that is a file, its name without the folders, which a heading has no room for."""
        return PurePath(self.title).name if self.title in self.sources else self.title

    @property
    def beside(self) -> str:
        """What stands beside the pair: the name of its table in a model file, empty for nothing."""
        return next((name for name in BESIDE if getattr(self, name) is not None), "")

    @property
    def compares_configurations(self) -> bool:
        """Whether it follows if the two units' configurations agree."""
        return self.environment.has("command") or self.saving is not None

    def __attrs_post_init__(self) -> None:
        """The operator word `shutdown` stands for command lines that name the pair's interfaces."""
        if self.environment.has("shutdown"):
            operator = (*self.environment.operator, *shutdown_lines(self.config))
            object.__setattr__(self, "environment", attrs.evolve(self.environment, operator=operator))

    @cached_property
    def settings(self) -> Settings:
        """What the protocol reads.  Failover is taken as switched on, since only then there is a pair."""
        options = self.options
        if self.environment.has(SPANNING_TREE) and not options.forward_delay:
            options = attrs.evolve(options, forward_delay=30)
        found = Settings.of(attrs.evolve(self.config, enabled=True), options)
        running = attrs.evolve(self.config, enabled=True) if self.environment.lines else None
        found = attrs.evolve(found, follow=self.environment.follow, running=running)
        return found if self.topology is None else self.topology.laid(found)

    def why_no_pair(self) -> Iterator[str]:
        """Why there is no pair as the configuration stands; promises are about it as if there were."""
        for each in trouble(self.config):
            yield f"{each.subject} {each.reason}{f' ({each.where})' if each.where else ''}"

    def assumptions(self, *, brief: bool = False) -> tuple[str, ...]:
        """Everything the verdict rests on, one sentence each; brief: of faults that are left out the words alone."""
        return tuple(_assumptions(self, brief=brief))


def shutdown_lines(config: PairConfig) -> Iterator[str]:
    """The command lines that shut each monitored interface down and bring it up again, in configuration order."""
    for item in config.interfaces:
        if item.monitored and not (config.active_active and item.context is None):
            place = f"changeto context {item.context}; " if item.context else ""
            for command in ("shutdown", "no shutdown"):
                yield f"{place}interface {item.port.full_name}; {command}"


def _assumptions(scenario: Scenario, *, brief: bool) -> Iterator[str]:
    environment = scenario.environment
    settings = scenario.settings
    bound = environment.max_faults
    faults = ", ".join(environment.faults) or "none"
    often = "any number of faults, at any time" if bound is None else f"at most {bound} at a time"
    yield f"faults: {faults}; {often}"
    yield "repairs: every fault, at any time"
    by_group = "; commands that can name a group, for all and for each" if settings.groups else ""
    yield f"operator: {', '.join(environment.operator) + by_group if environment.operator else 'enters nothing'}"
    if scenario.beside:
        yield from getattr(scenario, scenario.beside).assumptions(scenario.config)
    for number, group in enumerate(settings.groups, start=1):
        yield f"group {number}{_contexts(scenario.config, number)} {_ways(group)}"
    yield "start: both units off, never started, every link and interface good"
    yield "untimed: a timer may fire whenever its cause holds; hand-over messages are faster than timers"
    yield from _silences(environment)
    if settings.topology is not None:
        count = len(settings.topology.elements)
        yield f"topology {settings.topology.name}: {count} elements; a link, path or port is up while some route is"
        yield from hosts(settings)
    if settings.counted:
        within = " within a group" if settings.groups else ""
        alike = "" if settings.topology or environment.lines else f", each like the others{within}"
        if alike and settings.together.shared_at:
            alike = f", each like the others{within} on its port, and so are ports that carry alike"
        plural = "" if len(settings.counted) == 1 else f"s{alike}"
        yield f"{len(settings.counted)} monitored interface{plural}: {_names(settings)}"
    else:
        gaps = scenario.config.gaps  # one at most
        why = f" ({gaps[0].reason})" if gaps else ""
        yield f"no monitored interface counts{why}: only units and the failover link can fail"
    yield from _policies_out_of_reach(settings, bound)
    for port in settings.ports:
        if port.monitored and not port.addressed:
            yield f"{port.name} has no standby address: it stays Waiting, carries no hello and never counts"
    yield from shared_ports(settings)
    if not scenario.config.enabled:
        yield "failover is off in the configuration: checked as if it were switched on"
    if settings.stateful is StatefulLink.DEDICATED and not environment.has("stateful-link"):
        rule = "T4-6" if settings.groups else "T2-6"
        yield f"the Stateful Failover link works (no role depends on it: {rule})"
    if environment.lines:
        yield "each unit goes by its own running configuration, which the command lines change"
    if settings.probed:
        every = settings.options.probe == "every"
        asked = "every named interface with a standby address" if every else "the monitored interfaces"
        yield f"with the failover link silent a unit asks on {asked}; monitored ones end a split brain"
    if environment.has("disable"):
        yield "`no failover` outlives a restart, saved or not"
    left_out = {word: says for word, says in (UNIMPAIRED | TAKEN_FOR_GRANTED).items() if not environment.has(word)}
    if left_out and brief:
        yield f"left out (-v says what each is): {', '.join(left_out)}"
    elif left_out:
        yield f"taken for granted: {'; '.join(left_out.values())}"
    if not scenario.compares_configurations:
        yield "configuration commands, and whether the two configurations agree, are left out"
    yield from (f"followed: {FOLLOWED[word]}" for word in environment.follow)
    default = Options()
    for field in attrs.fields(Options):
        value = getattr(scenario.options, field.name)
        if value != getattr(default, field.name):
            yield f"option {field.name} = {str(value).lower()} (default {str(getattr(default, field.name)).lower()})"


def _silences(environment: Environment) -> Iterator[str]:
    """What makes a unit fall silent, and the faults of that kind that are left out."""
    hangs = ", hangs" if environment.has("pause") else ""
    if environment.has("congestion"):
        yield "in congestion whatever is sent to a unit is lost, on every channel, so that it may take over"
    else:
        yield f"no congestion: a unit falls silent only when it stops{hangs} or every channel to it is cut"
    if not environment.has("one-way-link"):
        yield "the failover link works in both directions or in none"
    if environment.has(SPANNING_TREE):
        yield "no PortFast: a port that comes up, and a failover link, pass nothing until the switch forwards (LNK-13)"


def hosts(settings: Settings) -> Iterator[str]:
    """The hosts on which units run as virtual machines, one sentence each."""
    for host, units in settings.topology.hosts if settings.topology is not None else ():
        whose = "both units stop" if len(units) > 1 else f"the {units[0]} stops"
        yield f"{whose} with the host {host}, and boot{'' if len(units) > 1 else 's'} again when it is back"


def _policies_out_of_reach(settings: Settings, bound: int | None) -> Iterator[str]:
    """The interface policies that the bound on faults keeps from being reached by failed ports of one unit."""
    for group in range(settings.group_count):
        needed = ports_to_fail(settings, group)
        if bound is not None and needed > bound:
            of = f" of group {group + 1}" if settings.groups else ""
            text = f"interface policy {settings.policy_of(group)}{of} takes {needed} failed ports of one unit"
            yield f"{text}: no takeover for interfaces within this bound on faults"


def _contexts(config: PairConfig, group: int) -> str:
    names = [context.name for context in config.contexts_in(group)]
    return f" ({listed(names)})" if names else " (no context)"


def _ways(group: GroupSettings) -> str:
    """What decides where a failover group is active."""
    if not group.preempt:
        home = "no preempt: it moves home only after a common boot"
    elif group.preempt_delay:
        home = f"preempt after {group.preempt_delay} s, which may end at any time here"
    else:
        home = "preempt at once"
    return f"prefers the {group.preferred.value}; {home}; interface policy {group.policy}"


def shared_ports(settings: Settings) -> Iterator[str]:
    """The ports that carry more than one thing, one sentence each; links and interfaces over several ports."""
    two_links = settings.stateful is StatefulLink.SHARED_FAILOVER and len(settings.links) > 1
    for carrier in settings.carriers if two_links else ():
        if carrier.failover:
            yield f"the failover and the stateful link run over one port, {carrier.name}: one fault for both"
    shared = [carrier for carrier in settings.carriers if carrier.is_shared]
    for carrier in shared[:8]:
        names = [settings.ports[index].name for index in carrier.interfaces]
        links = [f"the {role} link" for role in ("failover", "stateful") if getattr(carrier, role)]
        if len(names) + len(links) > 1:
            yield f"port {carrier.name} carries {listed([*links, *names])}: one fault for all of them"
    if len(shared) > 8:
        more = len(shared) - 8
        yield "1 more port carries several things" if more == 1 else f"{more} more ports carry several things each"
    for index, leads in settings.together.over_several:
        ports = listed([settings.together.shared_at[lead].name for lead in leads])
        yield f"{settings.ports[index].name} is down when all of its ports are: {ports}"


def _names(settings: Settings) -> str:
    return listed([settings.ports[index].name for index in settings.counted])
