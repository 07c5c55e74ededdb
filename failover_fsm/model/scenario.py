"""The scope of a check: a configured pair, the faults and commands that may come, and how many faults at a time.

The boundaries of the environment are chosen here, in a model file or on the command line, and
every verdict prints them; nothing about them is hidden in the explorer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import attrs

from failover_fsm.config.records.pair_config import PairConfig, StatefulLink, Unit
from failover_fsm.pair import events as e
from failover_fsm.pair.errors import Refused
from failover_fsm.pair.reach import ports_to_fail
from failover_fsm.pair.registry import BY_ELEMENTS, FAULT_WORDS, KINDS, OPERATOR_WORDS, EventKind, Places
from failover_fsm.pair.settings import FOLLOWED, GroupSettings, Options, Settings
from failover_fsm.pair.typed_commands import acting, is_command, not_taken
from failover_fsm.timing.within import Limit
from failover_fsm.topology import Plan

UNITS = (Unit.PRIMARY, Unit.SECONDARY)


def _known(words: dict[str, str]) -> Callable[[object, attrs.Attribute[tuple[str, ...]], tuple[str, ...]], None]:
    def check(_instance: object, attribute: attrs.Attribute[tuple[str, ...]], value: tuple[str, ...]) -> None:
        for word in value:
            if word not in words:
                raise ValueError(f"unknown {attribute.name} word {word!r}; allowed: {', '.join(words)}")

    return check


def _known_or_typed(_instance: object, attribute: attrs.Attribute[tuple[str, ...]], value: tuple[str, ...]) -> None:
    """Words of the operator, or command lines of the device."""
    for word in value:
        if word not in OPERATOR_WORDS and not is_command(word):
            allowed = f"{', '.join(OPERATOR_WORDS)}, or command lines of the device"
            raise ValueError(f"unknown {attribute.name} word {word!r}; allowed: {allowed}")
        why = "" if word in OPERATOR_WORDS else _refused(word)
        if why:
            raise ValueError(f"{attribute.name} word {word!r} is always refused: {why}")


def _refused(line: str) -> str:
    """Why a command line is refused in every pair; empty if it is not."""
    try:
        return not_taken(line)
    except Refused as error:
        return error.why


def _ordered(value: object) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value))  # type: ignore[call-overload]  # any iterable of words


@attrs.frozen(kw_only=True)
class Environment:
    """The faults and commands that may come, and the history that is followed.

    Attributes:
        faults: Words of FAULT_WORDS; each fault can be repaired at any time.
        operator: Words of OPERATOR_WORDS, and command lines that are typed on either unit, such as
            `no monitor-interface inside`.
        max_faults: How many things may be broken at the same time, None for no bound; a unit that was never
            started is not a fault, and commands are not.
        sync_states: A joining unit passes its four synchronisation states one by one; they differ in nothing but
            their names, so searches take them in one step.
        follow: Words of FOLLOWED, the history that is followed besides roles.

    Raises:
        ValueError: For an unknown word or a negative bound.
    """

    faults: tuple[str, ...] = attrs.field(
        default=("power", "failover-link", "interfaces", "paths"), converter=_ordered, validator=_known(FAULT_WORDS)
    )
    operator: tuple[str, ...] = attrs.field(
        default=("failover-active", "reset"), converter=_ordered, validator=_known_or_typed
    )
    max_faults: int | None = attrs.field(default=None)
    sync_states: bool = False
    follow: tuple[str, ...] = attrs.field(default=(), converter=_ordered, validator=_known(FOLLOWED))

    @max_faults.validator
    def _not_negative(self, _attribute: object, value: int | None) -> None:
        if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < 0):
            raise ValueError(f"max_faults cannot be {value!r}; allowed: 0, 1, 2, ... or left out for no bound")

    @property
    def lines(self) -> tuple[str, ...]:
        """The command lines among what the operator enters."""
        return tuple(word for word in self.operator if word not in OPERATOR_WORDS)

    def has(self, word: str) -> bool:
        """Whether the environment contains what the word names."""
        if word in ("ports", "traffic") and "interfaces" in self.faults:
            return True
        return word in (*self.faults, *self.operator, *self.follow)

    def provokes(self, word: str) -> bool:
        """Whether what the word names can happen: by itself, or because an element takes it down."""
        return self.has(word) or (word in BY_ELEMENTS and self.has("elements"))

    def kinds(self) -> Iterator[EventKind]:
        """The commands, faults and repairs that may come, in the order in which searches try them."""
        for kind in KINDS:
            if not issubclass(kind.event, e.ProtocolStep) and (not kind.word or self.has(kind.word)):
                yield kind

    def unit_events(self, groups: int = 1, contexts: Iterable[str] = ()) -> Iterator[e.Event]:
        """Commands, faults and repairs of units, links and service modules, in a fixed order.

        Args:
            groups: How many failover groups a unit has; with two, commands that can name one do so too.
            contexts: In which configuration commands are entered, besides the system space.
        """
        places = Places(groups=groups, contexts=tuple(contexts))
        for kind in self.kinds():
            if not (kind.at_interface or kind.at_port or kind.at_element):
                yield from kind.at(places)
        for line in self.lines:
            yield from (acting(e.CommandEntered(unit=unit, text=line)) for unit in UNITS)

    def interface_events(self, name: str) -> Iterator[e.Event]:
        """Faults and repairs of one interface in a fixed order: at the primary, at the secondary, between them."""
        places = Places(interfaces=(name,))
        found = [event for kind in self.kinds() if kind.at_interface for event in kind.at(places)]
        yield from sorted(found, key=lambda event: UNITS.index(event.unit) if isinstance(event, e.AtUnit) else 2)

    def port_events(self, port: str) -> Iterator[e.Event]:
        """Faults and repairs of one physical port, at the primary and at the secondary."""
        places = Places(ports=(port,))
        found = [event for kind in self.kinds() if kind.at_port for event in kind.at(places)]
        yield from sorted(found, key=lambda event: UNITS.index(event.unit) if isinstance(event, e.AtUnit) else 2)

    def element_events(self, elements: Iterable[str]) -> Iterator[e.Event]:
        """Faults and repairs of the elements of a topology, element by element."""
        for name in elements:
            for kind in self.kinds():
                if kind.at_element:
                    yield from kind.at(Places(elements=(name,)))


DEFAULT_ENVIRONMENT = Environment(max_faults=2)
"""The environment of a bare configuration of an Active/Standby pair."""

DEFAULT_ENVIRONMENT_OF_GROUPS = Environment(
    faults=("power", "failover-link", "ports"), operator=("failover-active",), max_faults=1
)
"""Of an Active/Active pair: each group multiplies the states, so the two are explored with one fault at a time."""


def default_environment(*, groups: bool) -> Environment:
    """What `check` explores for a bare configuration; groups: the pair is Active/Active."""
    return DEFAULT_ENVIRONMENT_OF_GROUPS if groups else DEFAULT_ENVIRONMENT


WITH_TOPOLOGY = ("power", "elements")
"""The faults of a pair with a topology, where nothing else is said: links, ports and paths fail by their elements."""


@attrs.frozen(kw_only=True)
class Expected:
    """A promise that this model is known to break, with the reason: a finding."""

    promise: str
    reason: str


@attrs.frozen(kw_only=True)
class SessionLines:
    """Lines that are typed in terminal sessions, on one unit at a time.

    Attributes:
        units: The units on which they are typed: primary, secondary, or both.
        lines: The lines; empty for those that the promises about `failover exec` speak of.
    """

    units: tuple[str, ...]
    lines: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class SavedSpaces:
    """Spaces whose running and startup configurations are followed: the system space and contexts.

    Attributes:
        spaces: The spaces, `system` or names of contexts; empty for all.
        commands: What is entered in each of them: words of SAVING_COMMANDS.
        units: The units on which it is entered.
        server_fails: Units may fail to reach the external server.
    """

    spaces: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()
    units: tuple[str, ...] = tuple(unit.value for unit in UNITS)
    server_fails: bool = False


SAVING_COMMANDS: dict[str, str] = {
    "configure": "a configuration command",
    "write memory": "saves the space in which it is entered",
    "write memory all": "saves every space, in the system space",
    "copy running-config startup-config": "saves the space in which it is entered",
    "write standby": "sends the space, or from the system space everything, to the peer",
    "copy file": "copies the startup configuration of the space over a server to the peer's disk",
}
"""What can be entered where saving is explored."""


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
        saving: Spaces that are followed beside the pair; then the promises about saving are asked.
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
    saving: SavedSpaces | None = None

    @property
    def beside(self) -> str:
        """What is explored beside the pair, in words; empty if nothing is."""
        if self.sessions is not None:
            return "terminal sessions"
        return "spaces that are followed" if self.saving is not None else ""

    @property
    def settings(self) -> Settings:
        """What the protocol reads.  Failover is taken as switched on, since only then there is a pair."""
        found = Settings.of(attrs.evolve(self.config, enabled=True), self.options)
        running = attrs.evolve(self.config, enabled=True) if self.environment.lines else None
        found = attrs.evolve(found, follow=self.environment.follow, running=running)
        return found if self.topology is None else self.topology.laid(found)

    def assumptions(self) -> tuple[str, ...]:
        """Everything the verdict rests on, one sentence each."""
        return tuple(_assumptions(self))


def _assumptions(scenario: Scenario) -> Iterator[str]:
    environment = scenario.environment
    settings = scenario.settings
    bound = environment.max_faults
    faults = ", ".join(environment.faults) or "none"
    often = "any number of faults, at any time" if bound is None else f"at most {bound} at a time"
    yield f"faults: {faults}; {often}"
    yield "repairs: every fault, at any time"
    by_group = "; commands that can name a group, for all and for each" if settings.groups else ""
    yield f"operator: {', '.join(environment.operator) + by_group if environment.operator else 'enters nothing'}"
    if scenario.sessions is not None:
        units = " or the ".join(scenario.sessions.units)
        yield f"terminal sessions: on the {units}, one at a time; modes of failover exec belong to units, not to roles"
    if scenario.saving is not None:
        yield from _of_saving(scenario.saving)
    for number, group in enumerate(settings.groups, start=1):
        yield f"group {number}{_contexts(scenario.config, number)} {_ways(group)}"
    yield "start: both units off, never started, every link and interface good"
    yield "untimed: a timer may fire whenever its cause holds; hand-over messages are faster than timers"
    yield "no congestion: a unit falls silent only when it stops or every channel to it is cut"
    yield "the failover link works in both directions or in none"
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
        why = "".join(f" ({gap.reason})" for gap in scenario.config.gaps)
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
    if not environment.has("command") and scenario.saving is None:
        yield "configuration commands, and whether the two configurations agree, are left out"
    yield from (f"followed: {FOLLOWED[word]}" for word in environment.follow)
    default = Options()
    for field in attrs.fields(Options):
        value = getattr(scenario.options, field.name)
        if value != getattr(default, field.name):
            yield f"option {field.name} = {str(value).lower()} (default {str(getattr(default, field.name)).lower()})"


def _of_saving(saving: SavedSpaces) -> Iterator[str]:
    spaces = f"in {_listed(list(saving.spaces))}" if saving.spaces else "in every space"
    yield f"entered {spaces}, on the {' or the '.join(saving.units)}: {', '.join(saving.commands) or 'nothing'}"
    yield "a unit loads what it has saved when it boots; a save during a synchronisation may miss something"
    away = "units may fail to reach it" if saving.server_fails else "always reached"
    yield f"an external server keeps one file for both units, written by the unit where the command is entered; {away}"


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
    return f" ({_listed(names)})" if names else " (no context)"


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
            yield f"port {carrier.name} carries {_listed([*links, *names])}: one fault for all of them"
    if len(shared) > 8:
        yield f"{len(shared) - 8} more ports carry more than one interface each"
    for index, leads in settings.together.over_several:
        ports = _listed([settings.together.shared_at[lead].name for lead in leads])
        yield f"{settings.ports[index].name} is down when all of its ports are: {ports}"


def _names(settings: Settings) -> str:
    return _listed([settings.ports[index].name for index in settings.counted])


def _listed(names: list[str]) -> str:
    shown = names if len(names) <= 8 else [*names[:7], f"and {len(names) - 7} more"]
    return ", ".join(shown)
