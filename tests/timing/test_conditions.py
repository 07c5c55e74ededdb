"""In which ways a failure condition can come about in a pair: which ports fail, how many, and where."""

from __future__ import annotations

from functools import cache

import attrs
import pytest

from failover_fsm.config.records.pair_config import InterfacePolicy, Unit
from failover_fsm.pair import events as e
from failover_fsm.pair.health import Status
from failover_fsm.pair.ports import Carrier
from failover_fsm.pair.settings import GroupSettings, Port, Settings
from failover_fsm.timing.conditions import CONDITIONS, FailureCase, blocks, settled_cases
from failover_fsm.timing.location import Clock, InterfaceBlock, InterfaceWatch, Timer
from failover_fsm.timing.timed import TimedPair
from failover_fsm.timing.times import Times

P, S = Unit.PRIMARY, Unit.SECONDARY
BY_ID = {each.id: each for each in CONDITIONS}
NAMES = ("a", "b", "c", "d")
PLAIN = Settings(ports=tuple(Port(name=name) for name in NAMES[:3]))
GROUPS = Settings(
    ports=(Port(name="a", group=1), Port(name="b", group=0), Port(name="c", group=1), Port(name="d", group=0)),
    groups=(GroupSettings(preferred=P), GroupSettings(preferred=S)),
)


def policy(count: int) -> Settings:
    return attrs.evolve(PLAIN, policy=InterfacePolicy(count=count))


def on(*carriers: Carrier, count: int = 1) -> Settings:
    return attrs.evolve(policy(count), carriers=carriers)


def told(case: FailureCase) -> str:
    """Such as `primary 0: a b | 0:01 0:2`: whose ports fail, and the blocks of each group."""
    names = []
    for fault in case.faults:
        assert getattr(fault, "unit", case.active) is case.active
        names.append(getattr(fault, "interface", getattr(fault, "port", "")))
    divided = " ".join(f"{block.group}:{''.join(map(str, block.ports))}{'!' * block.card}" for block in case.blocks)
    return f"{case.active.value} {case.group}: {' '.join(names)} | {divided}"


@cache
def cases(settings: Settings, condition: str) -> list[str]:
    return [told(each) for each in BY_ID[condition].cases(settings)]


def both(text: str) -> list[str]:
    return [f"primary 0: {text}", f"secondary 0: {text}"]


SHARED = Carrier(name="Gi0", interfaces=(0, 1))
ON_LINK = Carrier(name="Gi0", interfaces=(0,), failover=True)


@pytest.mark.parametrize(
    ("settings", "silent", "down"),
    [
        (PLAIN, both("a | 0:0 0:12"), both("a | 0:0 0:12")),
        (policy(2), both("a b | 0:01 0:2"), both("a b | 0:01 0:2")),
        (policy(3), both("a b c | 0:012"), both("a b c | 0:012")),
        (policy(4), [], []),  # never reached
        (Settings(), [], []),
        # ports of one kind make no difference; an interface alone on its port is another kind than two together
        (on(SHARED), both("a | 0:0 0:12"),
         ["primary 0: Gi0 | 0:01 0:2", "primary 0: c | 0:2 0:01",
          "secondary 0: Gi0 | 0:01 0:2", "secondary 0: c | 0:2 0:01"]),
        (on(SHARED, count=2), both("a b | 0:01 0:2"),
         ["primary 0: Gi0 | 0:01 0:2", "primary 0: c Gi0 | 0:201",
          "secondary 0: Gi0 | 0:01 0:2", "secondary 0: c Gi0 | 0:201"]),
        # so is one with the failover link
        (on(ON_LINK), both("a | 0:0 0:12"),
         ["primary 0: Gi0 | 0:0 0:12", "primary 0: b | 0:1 0:02",
          "secondary 0: Gi0 | 0:0 0:12", "secondary 0: b | 0:1 0:02"]),
        (GROUPS, ["primary 0: b | 0:1 0:3 1:02", "secondary 1: a | 1:0 0:13 1:2"],
         ["primary 0: b | 0:1 0:3 1:02", "secondary 1: a | 1:0 0:13 1:2"]),
        (attrs.evolve(PLAIN, ports=(Port(name="a", monitored=False), *PLAIN.ports[1:])),
         both("b | 0:1 0:2"), both("b | 0:1 0:2")),
        (attrs.evolve(on(SHARED), ports=(PLAIN.ports[0], Port(name="b", monitored=False), PLAIN.ports[2])),
         both("a | 0:0 0:2"),
         ["primary 0: Gi0 | 0:0 0:2", "primary 0: c | 0:2 0:0",
          "secondary 0: Gi0 | 0:0 0:2", "secondary 0: c | 0:2 0:0"]),
    ],
)  # fmt: skip
def test_as_many_interfaces_fail_as_the_policy_asks_for(settings: Settings, silent: list[str], down: list[str]) -> None:
    """CFG-33, TRG-3: the interfaces that fail are one block, the others of each group another."""
    assert cases(settings, "interface-silent") == silent
    assert cases(settings, "interface-link-down") == down
    cards = BY_ID["interface-link-down-4ge"].cases(settings)
    assert [told(each).replace("!", "") for each in cards] == down
    assert all(told(each).count("!") == 1 and each.blocks[0].card for each in cards)


def test_other_conditions_need_no_interface() -> None:
    assert cases(PLAIN, "active-unit-dies") == both(" | 0:012")
    assert cases(PLAIN, "failover-link-lost") == both(" | 0:012")
    dies, lost = (BY_ID[name].cases(GROUPS) for name in ("active-unit-dies", "failover-link-lost"))
    assert [each.faults for each in dies] == [(e.UnitFailed(unit=P),), (e.UnitFailed(unit=S),)]
    assert [each.faults for each in lost] == [(e.FailoverLinkFailed(),)] * 2
    forced = BY_ID["forced"].cases(PLAIN)
    assert [each.faults for each in forced[:2]] == [(e.FailoverActive(unit=S),), (e.NoFailoverActive(unit=P),)]
    of_group = BY_ID["forced"].cases(GROUPS)[2:]
    assert [each.faults for each in of_group] == [
        (e.FailoverActive(unit=P, group=2),), (e.NoFailoverActive(unit=S, group=2),)
    ]  # fmt: skip


def test_a_group_without_preempt_does_not_return() -> None:
    """PRE-5: of the others each begins with its peer, when the preferred unit is available again."""
    assert BY_ID["preempted-return"].cases(PLAIN) == BY_ID["preempted-return"].cases(GROUPS) == []
    groups = (GROUPS.groups[0], GroupSettings(preferred=S, preempt=True))
    (case,) = BY_ID["preempted-return"].cases(attrs.evolve(GROUPS, groups=groups))
    assert (case.active, case.group, case.faults) == (P, 1, ())
    assert case.pair.unit(S).groups[1].return_pending and [each.group for each in case.blocks] == [0, 1]


def test_interfaces_are_divided_into_those_that_fail_and_the_others_of_each_group() -> None:
    assert blocks(GROUPS) == (InterfaceBlock(group=0, ports=(1, 3)), InterfaceBlock(group=1, ports=(0, 2)))
    assert blocks(GROUPS, (0, 1, 3), card=True) == (
        InterfaceBlock(group=0, ports=(1, 3), card=True),
        InterfaceBlock(group=1, ports=(0,), card=True),
        InterfaceBlock(group=1, ports=(2,)),
    )
    assert blocks(Settings()) == ()


@pytest.mark.parametrize(
    ("unit", "place", "status", "detected"),
    [
        (P, 0, Status.FAILED, True),
        (S, 0, Status.NO_LINK, True),
        (P, 0, Status.TESTING, False),
        (S, 0, Status.UNKNOWN, False),
        (P, 1, Status.FAILED, False),  # of the other group
    ],
)
def test_a_failure_is_detected_when_a_unit_counts_it(unit: Unit, place: int, status: Status, detected: bool) -> None:
    (case, _) = settled_cases(GROUPS)
    timed = TimedPair(settings=GROUPS, times=Times(), blocks=case.blocks)
    rest = timed.at(case.pair)
    assert not case.detected(rest) and not case.taken_over(rest)
    assert case.detected(rest.with_watch(unit, place, InterfaceWatch(status=status))) is detected
    other = (InterfaceBlock(group=1, ports=(0, 2)), InterfaceBlock(group=0, ports=(1, 3)))
    moved = rest.with_watch(unit, 1 - place, InterfaceWatch(status=status))
    assert case.detected_on(moved, other) is detected


def test_a_peer_that_is_not_heard_on_the_failover_link_is_noticed_by_who_listens() -> None:
    (case, _) = settled_cases(PLAIN)
    timed = TimedPair(settings=PLAIN, times=Times(), blocks=case.blocks)
    dead = timed.happen(timed.at(case.pair), e.UnitFailed(unit=P))
    assert not case.detected(dead)
    (over,) = timed.fire(dead.with_probes(S, 13), Clock(Timer.SILENCE, S))
    assert case.detected(over.location) and case.taken_over(over.location)
