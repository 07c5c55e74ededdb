"""Advice: settings that are accepted and yet unwise or worth knowing, one function in ADVISERS for each rule.

The functions are in `link_advice`, `interface_advice`, `group_advice` and `asr_advice` beside this module. What the
files of two units disagree on comes from `compare`, in `disagreement`.
"""

from __future__ import annotations

from collections.abc import Iterator

from failover_fsm.config.records.pair_config import Advice, PairConfig
from failover_fsm.config.records.sightings import Adviser, Hints, Sightings
from failover_fsm.config.review.asr_advice import ASR_ADVISERS
from failover_fsm.config.review.disagreement import Disagreement, compare
from failover_fsm.config.review.group_advice import GROUP_ADVISERS
from failover_fsm.config.review.interface_advice import INTERFACE_ADVISERS
from failover_fsm.config.review.link_advice import LINK_ADVISERS, SHARED_DATA_WARNING

__all__ = ["ADVISERS", "SHARED_DATA_WARNING", "Disagreement", "Sightings", "advise", "compare"]

# Kept commands that need no remark.
_TAKEN_FOR_GRANTED = ("failover lan enable", "failover ipsec pre-shared-key")


def advise(config: PairConfig, sightings: Sightings | None = None) -> tuple[Advice, ...]:
    """All advice for a configuration, in line order; without `sightings`, that of the records alone."""
    facts = Sightings() if sightings is None else sightings
    found = [*facts.remarks]
    for rule, adviser in ADVISERS:
        found += [Advice(line=line, text=text, rule=rule) for line, text in adviser(config, facts)]
    found += [Advice(line=line, text=f"{text} (kept and printed)", rule="not modelled") for line, text in kept(config)]
    return tuple(sorted(found, key=lambda each: (each.line is None, each.line or 0)))


def kept(config: PairConfig) -> Hints:
    """Commands that are kept as entered and not modelled, but for keys and `failover lan enable`."""
    for command in config.other_commands:
        if not command.startswith(_TAKEN_FOR_GRANTED):
            item = next((item for item in _items_of(command) if config.line_of(item)), "")
            yield config.line_of(item), f"`{command}`"
    for each in config.interfaces:
        for command in each.other_commands:
            yield config.line_in(each, command.split()[0]), f"`{command}`"
    names = [f"{each.nameif or each.port}" for each in config.interfaces if each.ipv6]
    names += [each.context or "the transparent firewall" for each in config.management if each.ipv6]
    if names:
        lines = [config.line_in(each, "ipv6 address") for each in config.interfaces if each.ipv6]
        lines += [config.line_of(f"management {each.context or ''} ipv6") for each in config.management if each.ipv6]
        line = min((line for line in lines if line), default=None)
        yield line, f"IPv6 addresses of {', '.join(names)}, but for whether both units have one"


def _items_of(command: str) -> Iterator[str]:
    """The keys in `PairConfig.lines` that a kept command may have: its words but for the first, fewer and fewer."""
    words = command.removeprefix("failover ").split()
    yield from (" ".join(words[:count]) for count in range(len(words), 0, -1))


def ca_server(config: PairConfig, sightings: Sightings) -> Hints:
    """A CA server does not move to the peer."""
    if config.lan is not None and sightings.ca_server_line is not None:
        yield sightings.ca_server_line, "the CA server is lost when the unit fails over"


ADVISERS: tuple[tuple[str, Adviser], ...] = (
    *LINK_ADVISERS,
    *INTERFACE_ADVISERS,
    ("LIM-4", ca_server),
    *GROUP_ADVISERS,
    *ASR_ADVISERS,
)
