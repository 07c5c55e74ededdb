"""Advice on asymmetric routing: `asr-group` without effect, and what does the same less safely."""

from __future__ import annotations

from failover_fsm.config.records.asymmetric import asr_groups, effect_of, numbered, takes_effect, without_http
from failover_fsm.config.records.pair_config import PairConfig
from failover_fsm.config.records.sightings import Adviser, Hints, Sightings


def nailed_translation(_config: PairConfig, sightings: Sightings) -> Hints:
    """`static ... nailed`, which lets packets through that no session knows."""
    if sightings.nailed_line is not None:
        text = "`static` with `nailed` lets packets without a session pass: `asr-group` is more secure"
        yield sightings.nailed_line, text


def asr_group_without_effect(config: PairConfig, _sightings: Sightings) -> Hints:
    """ASR groups that need what the configuration does not have, and those with one member."""
    for group in asr_groups(config):
        if not takes_effect(config, group):
            yield config.line_in(group.members[0], "asr-group"), effect_of(config, group)


def asr_group_without_http(config: PairConfig, _sightings: Sightings) -> Hints:
    """ASR groups that drop the packets of HTTP sessions."""
    for group in asr_groups(config):
        numbers = without_http(config, group)
        if numbers and takes_effect(config, group):
            text = f"asr-group {group.number} drops HTTP packets that come back to the other unit: enter "
            text += f"`replication http` in {numbered(numbers)}"
            yield config.line_in(group.members[0], "asr-group"), text


ASR_ADVISERS: tuple[tuple[str, Adviser], ...] = (
    ("ASR-5", nailed_translation),
    ("ASR-8", asr_group_without_effect),
    ("ASR-7", asr_group_without_http),
)
