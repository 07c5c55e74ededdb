"""Functions around the tables made wrong by hand: a scenario notices each of them."""

from __future__ import annotations

from collections.abc import Callable

import attrs
import pytest

from failover_fsm.config.records.pair_config import PairConfig
from failover_fsm.pair import environment, health, syslog, unit, unit_effects
from failover_fsm.pair.settings import Options
from failover_fsm.timing import ports
from failover_fsm.timing.running_clocks import RunningClocks
from failover_fsm.timing.timed import TimedPair
from failover_fsm.timing.times import Times
from tests.wrong import Patch, catches, reworded

Wrong = Callable[[Patch], None]


def of_group_1(field: str) -> Wrong:
    """A time of group 1 holds for every group."""

    def wrong(patch: Patch) -> None:
        right = Times.of

        def of(config: PairConfig, options: Options | None = None) -> Times:
            times = right(config, options)
            known = getattr(times, field)
            return attrs.evolve(times, **{field: known[:1] * len(known)})

        patch.setattr(Times, "of", of)

    return wrong


def phrase(function: object, old: str, new: str) -> Wrong:
    """A phrase of a function is another one."""
    return lambda patch: reworded(patch, function, old, new)


WRONG: dict[str, tuple[str, Wrong]] = {
    "interface times of group 1 for all": ("cfg-40-each-group-has-its-times", of_group_1("interfaces")),
    "preempt delay of group 1 for both": ("pre-5-each-group-has-its-delay", of_group_1("preempt")),
    "`write standby` while suspended": (
        "cmd-13-write-standby-while-suspended",
        phrase(environment.targets, "reachable and peer.contact is PeerContact.LINK", "reachable"),
    ),
    "`write standby` over a link that is gone": (
        "cmd-13-write-standby-while-suspended",
        phrase(environment.targets, "reachable and peer.contact is", "peer.contact is"),
    ),
    "a wish to move that outlives silence": (
        "aa-14-hand-out-ends-with-silence", phrase(unit.record_silence, "drop_timers(ctx)", "pass"),
    ),
    "a wish to move that outlives `no failover`": (
        "aa-14-hand-out-ends-with-failover-off", phrase(unit_effects.stop_listening, "drop_timers(ctx)", "pass"),
    ),
    "no 105042 after contact on data": (
        "uhm-4-105042-when-the-link-is-back",
        phrase(
            syslog._channel, "if new.contact is PeerContact.LINK:",
            "if new.contact is PeerContact.LINK and old.contact is not PeerContact.DATA:",
        ),
    ),
    "no hold time after a lost link": (
        "uhm-2-asks-in-time",
        phrase(RunningClocks._due_at, "in (PeerContact.LINK, PeerContact.DATA)", "is PeerContact.LINK"),
    ),
    "silence that counts without contact": (
        "ifm-16-silence-before-the-hold-time",
        phrase(health.failed_interfaces, "silent and hears(state, settings, unit)", "silent"),
    ),
    "silence that is shown as failed without contact": (
        "ifm-16-silence-without-contact",
        phrase(health.status, "receives and hears(state, settings, unit)", "receives"),
    ),
    "tests that know the peer's results without contact": (
        "ifm-16-silence-without-contact-in-time",
        phrase(TimedPair._watched, "hears(location.pair, self.settings, unit)", "True"),
    ),
    "a silent port that hears hellos": (
        "uhm-2-a-silent-port-hears-nothing",
        phrase(health.carries_hellos, "port.line(unit) is _GOOD", "port.line(unit) is not _DOWN"),
    ),
    "a silent port that hears hellos in time": (
        "t7-4-silent-interface", phrase(ports.carries, "peer is PortState.GOOD", "peer is not PortState.DOWN"),
    ),
}  # fmt: skip
"""By what is wrong, the scenario that fails and the mistake."""


@pytest.mark.parametrize("what", WRONG)
def test_a_scenario_notices_a_wrong_function(what: str) -> None:
    name, wrong = WRONG[what]
    assert catches(name, wrong)
