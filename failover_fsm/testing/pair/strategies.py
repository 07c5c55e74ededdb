"""Hypothesis strategies: configurations, environments, options, events, and runs of a pair."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from failover_fsm.config.records.pair_config import PairConfig, Unit
from failover_fsm.model.search_environment import DEFAULT_ENVIRONMENT, Environment
from failover_fsm.pair import events as e
from failover_fsm.pair.registry import ANY_OF, FAULT_WORDS, OPERATOR_WORDS
from failover_fsm.pair.settings import Options, Settings
from failover_fsm.testing.pair.walk import TransitionSystem

__all__ = ["config_texts", "configs", "environments", "event_sequences", "events", "options"]

STATEFUL = ("no", "dedicated", "on the failover link")


def _port(number: int, unmonitored: bool) -> str:
    lines = [
        f"interface GigabitEthernet0/{number + 2}",
        f" nameif net{number}",
        f" ip address 10.0.{number}.1 255.255.255.0 standby 10.0.{number}.2",
    ]
    return "\n".join([*lines, "!"]) + ("\n" if not unmonitored else f"\nno monitor-interface net{number}\n")


@st.composite
def config_texts(draw: st.DrawFn, *, interfaces: tuple[int, int] = (0, 3)) -> str:
    """Running-configs of Active/Standby pairs with failover on; the simplest has the fewest data interfaces.

    Args:
        interfaces: The least and the most data interfaces. Some may not be monitored.
    """
    count = draw(st.integers(*interfaces))
    hidden = [draw(st.booleans()) for _ in range(count)]
    seen = hidden.count(False)
    policy = draw(st.integers(1, max(1, seen)))
    stateful = draw(st.sampled_from(STATEFUL))
    link = {"dedicated": "failover link state GigabitEthernet0/1\n", "on the failover link": "failover link folink\n"}
    return (
        "hostname pair\ninterface GigabitEthernet0/0\n!\ninterface GigabitEthernet0/1\n!\n"
        + "".join(itertools.starmap(_port, enumerate(hidden)))
        + "failover\nfailover lan unit primary\nfailover lan interface folink GigabitEthernet0/0\n"
        + link.get(stateful, "")
        + f"failover interface-policy {policy}\n"
        + "failover interface ip folink 172.16.0.1 255.255.255.252 standby 172.16.0.2\n"
    )


def configs(*, interfaces: tuple[int, int] = (0, 3)) -> st.SearchStrategy[PairConfig]:
    """Configurations of Active/Standby pairs; see `config_texts`."""
    return config_texts(interfaces=interfaces).map(PairConfig.from_asa)


def options() -> st.SearchStrategy[Options]:
    """Every combination of options; the simplest is the default."""
    fields: dict[str, st.SearchStrategy[Any]] = {
        "recovery": st.sampled_from(("level", "edge")),
        "probe": st.sampled_from(("every", "monitored")),
    }
    default = Options()
    for name in ("sample_on_link_failure", "suspension_ignores_silence", "failed_standby_takes_over",
                 "failed_unit_obeys", "no_active_unit_seen", "resync_on_contact", "mate_is_healthier"):  # fmt: skip
        usual = getattr(default, name)
        fields[name] = st.sampled_from((usual, not usual))
    return st.builds(Options, **fields)


def environments(*, max_faults: int = 3) -> st.SearchStrategy[Environment]:
    """Environments with any faults and commands, and up to `max_faults` simultaneous faults or no bound."""
    return st.builds(
        _environment,
        faults=st.sets(st.sampled_from(tuple(FAULT_WORDS))).map(_in_order(FAULT_WORDS)),
        operator=st.sets(st.sampled_from(tuple(OPERATOR_WORDS))).map(_in_order(OPERATOR_WORDS)),
        max_faults=st.one_of(st.none(), st.integers(0, max_faults)),
        sync_states=st.booleans(),
    )


def _environment(faults: tuple[str, ...], **others: Any) -> Environment:
    """An environment with these faults, and with what some of them need beside them."""
    older = any(word in faults for word in ANY_OF["older-startup"])
    power = ("power",) if "flash-write" in faults else ()
    return Environment(faults=(*power, *faults), follow=("commands",) if older else (), **others)


def _in_order(words: dict[str, str]) -> Callable[[set[str]], tuple[str, ...]]:
    return lambda chosen: tuple(word for word in words if word in chosen)


def events(config: PairConfig, environment: Environment = DEFAULT_ENVIRONMENT) -> st.SearchStrategy[e.Event]:
    """Single events of the pair, whether or not they are possible in some state."""
    names = [port.name for port in Settings.of(config).ports]
    steps = [kind(unit=unit) for kind in e.PROTOCOL_STEPS for unit in Unit]
    outside = [*environment.unit_events(), *(each for name in names for each in environment.interface_events(name))]
    return st.sampled_from((*outside, *steps))


@st.composite
def event_sequences(
    draw: st.DrawFn,
    config: PairConfig,
    environment: Environment = DEFAULT_ENVIRONMENT,
    options: Options | None = None,
    *,
    max_size: int = 50,
) -> tuple[e.Event, ...]:
    """Runs of the pair: every event is possible in its state and changes it."""
    transitions = _transition_system(config, environment, options or Options())
    state, run = transitions.start, []
    for _ in range(draw(st.integers(0, max_size))):
        choices = transitions.choices(state)
        if not choices:
            break
        choice = draw(st.sampled_from(choices))
        run.append(choice.event)
        state = choice.after
    return tuple(run)


_transition_systems: dict[tuple[Any, ...], TransitionSystem] = {}


def _transition_system(config: PairConfig, environment: Environment, options: Options) -> TransitionSystem:
    """The transition system of a pair, memoised by settings and environment."""
    key = (repr(Settings.of(config, options)), environment)
    if key not in _transition_systems:
        _transition_systems[key] = TransitionSystem(config, environment, options)
    return _transition_systems[key]
