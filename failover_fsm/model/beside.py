"""What stands beside the pair in a scenario: sessions, traffic, keys or spaces, and what a verdict then rests on."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from failover_fsm.config.records.pair_config import PairConfig, Unit

__all__ = ["BESIDE", "SAVING_COMMANDS", "KeyLines", "SavedSpaces", "SessionLines", "TrafficLines", "listed"]

UNITS = tuple(unit.value for unit in Unit)

BESIDE: dict[str, str] = {
    "sessions": "terminal sessions",
    "traffic": "sessions and packets",
    "keys": "keys",
    "saving": "spaces that are followed",
}
"""What can stand beside the pair, in words, by the name of its table in a model file and its field of `Scenario`."""

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
class SessionLines:
    """Lines that are typed in terminal sessions, on one unit at a time.

    Attributes:
        units: The units on which they are typed: primary, secondary, or both.
        lines: The lines; empty for those that the promises about `failover exec` speak of.
    """

    units: tuple[str, ...]
    lines: tuple[str, ...] = ()

    def assumptions(self, _config: PairConfig) -> Iterator[str]:
        """What a verdict rests on, one sentence each."""
        units = " or the ".join(self.units)
        yield f"terminal sessions: on the {units}, one at a time; modes of failover exec belong to units, not to roles"


@attrs.frozen(kw_only=True)
class TrafficLines:
    """Sessions and packets of a search beside the pair (docs/explanation/asymmetric-routing.md).

    Attributes:
        sessions: The interfaces by which sessions leave, one at a time each.
        arrivals: The interfaces at which their packets arrive.
        protocols: What the sessions carry: tcp, http.
    """

    sessions: tuple[str, ...]
    arrivals: tuple[str, ...]
    protocols: tuple[str, ...] = ("tcp",)

    def assumptions(self, _config: PairConfig) -> Iterator[str]:
        """What a verdict rests on, one sentence each."""
        yield f"sessions leave by {' and '.join(self.sessions)}, one at a time each"


@attrs.frozen(kw_only=True)
class KeyLines:
    """Failover keys that are entered on either unit in a search beside the pair (docs/howto/failover-key.md).

    Attributes:
        enters: The keys.
        removes: Whether keys are removed too.
    """

    enters: tuple[str, ...]
    removes: bool = False

    def assumptions(self, config: PairConfig) -> Iterator[str]:
        """What a verdict rests on, one sentence each."""
        first = "no failover key" if config.key is None else "one failover key"
        also = ", and removed" if self.removes else ""
        yield f"both units have {first} at first; {' and '.join(self.enters)} are entered on either{also}"


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
    units: tuple[str, ...] = UNITS
    server_fails: bool = False

    def assumptions(self, _config: PairConfig) -> Iterator[str]:
        """What a verdict rests on, one sentence each."""
        spaces = f"in {listed(list(self.spaces))}" if self.spaces else "in every space"
        yield f"entered {spaces}, on the {' or the '.join(self.units)}: {', '.join(self.commands) or 'nothing'}"
        yield "a unit loads what it has saved when it boots; a save during a synchronisation may miss something"
        away = "units may fail to reach it" if self.server_fails else "always reached"
        yield (
            "an external server keeps one file for both units, "
            f"written by the unit where the command is entered; {away}"
        )


def listed(names: list[str]) -> str:
    """Names in a sentence, the first of them where there are many."""
    shown = names if len(names) <= 8 else [*names[:7], f"and {len(names) - 7} more"]
    return ", ".join(shown)
