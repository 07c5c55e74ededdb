"""Requirements on a pair: what they mean, and the line to change."""

from __future__ import annotations

import attrs
import pytest

from failover_fsm import assess
from failover_fsm.assessment.outages import Outage
from failover_fsm.assessment.requirements import Judged, _shorter, judged, requirement

from .pairs import EIGHT, GROUPS, MANAGEMENT, PAIR, SHARED, config

DMZ = "interface GigabitEthernet0/4\n nameif dmz\n ip address 10.0.2.1 255.255.255.0 standby 10.0.2.2\n"


def judge(text: str, wanted: str, topology: str | None = None) -> Judged:
    """The answer to a requirement on the pair with this configuration."""
    return judged(requirement(wanted), assess(config(text), topology=topology, promises=False))


@pytest.mark.parametrize(
    "text",
    [
        *("", "survives", "survives=2", "survives=0", "outage<15s", "outage<=15", "outage<=0.5ms", "outage<=x s"),
        *("monitored=", "monitored=a,,b", "monitored=a b", "monitors=a", "outage<=-1s", "outage>=15s"),
    ],
)
def test_a_requirement_that_is_none(text: str) -> None:
    with pytest.raises(ValueError, match="; allowed: survives=1, outage<=15s"):
        requirement(text)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("survives=2", ": no pair survives two dead units"),
        ("survives=010", ": no pair survives two dead units"),
        ("survives=0", " is no requirement"),
        ("survives=-1", " is no requirement"),
        ("survive=1", " is no requirement, did you mean survives"),
        ("outage<15s", " is no requirement"),
    ],
)
def test_why_a_requirement_is_none(text: str, what: str) -> None:
    with pytest.raises(ValueError) as found:
        requirement(text)
    assert str(found.value).partition("; allowed")[0] == f"{text!r}{what}"


@pytest.mark.parametrize(
    ("most", "failure", "remedy"),
    [
        (14_999, "active-unit-dies", "enter `failover polltime unit` with a holdtime of 14 s or less"),
        (14_000, "failover-link-lost", "enter `failover polltime unit` with a holdtime of 14 s or less"),
        (999, "active-unit-dies", "enter `failover polltime unit` with a holdtime of 0.99 s or less"),
        (799, "active-unit-dies", "the least that `failover polltime unit` allows is 0.8 s"),
        (24_500, "interface-silent", "enter `failover polltime interface` with a holdtime of 24 s or less"),
        (4_999, "interface-silent", "the least that `failover polltime interface` allows is 5 s"),
        (4_500, "interface-link-down", "enter `failover polltime interface` with a poll time of 4 s or less"),
        (499, "interface-link-down", "the least that `failover polltime interface` allows is 0.5 s"),
    ],
)
def test_the_time_to_enter_is_one_that_the_device_takes(most: int, failure: str, remedy: str) -> None:
    outage = Outage(failure=failure, group=None, best=0, worst=most + 1)
    assert _shorter(outage, most, config(PAIR)).remedy == remedy


def test_the_time_to_enter_of_a_group_stands_below_its_line() -> None:
    outage = Outage(failure="interface-silent", group=2, best=0, worst=25_000)
    remedy = "enter `polltime interface` below failover group 2 with a holdtime of 7 s or less"
    assert _shorter(outage, 7_999, config(GROUPS)).remedy == remedy


@pytest.mark.parametrize(("text", "most"), [("outage<=15s", 15_000), ("outage<=800ms", 800), ("outage <= 1.5 s", 1500)])
def test_the_longest_outage(text: str, most: int) -> None:
    assert requirement(text).most == most


@pytest.mark.parametrize("wanted", ["survives=1", "outage<=25s", "monitored=outside,Inside"])
def test_a_healthy_pair_meets_them(wanted: str) -> None:
    found = judge(PAIR, wanted)
    assert found.status == "met" and found.line == f"{wanted}: met" and found.to_dict()["met"] is True


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "wanted", "subject", "line"),
    [
        (PAIR, "outage<=24s", "silent interface", None),
        (f"{PAIR}failover polltime interface 1 holdtime 20\n", "outage<=15s", "silent interface", 21),
        (f"{PAIR}failover polltime unit 5 holdtime 45\n", "outage<=30s", "unit dies", 21),
        (f"{PAIR}failover interface-policy 2\n", "survives=1", "outside", 21),
        (f"{PAIR}failover interface-policy 2\n", "outage<=25s", "outside", 21),
        (EIGHT["no `standby` address for inside"], "survives=1", "inside", 9),
        (EIGHT["no `standby` address for inside"], "outage<=30s", "inside", 9),
        (EIGHT["no `standby` address for inside"], "monitored=inside", "inside", 9),
        (f"{PAIR}{DMZ}no monitor-interface dmz\n", "monitored=dmz", "dmz", 24),
        (f"{PAIR}{DMZ}no monitor-interface dmz\n", "survives=1", "dmz", 24),
        (f"{PAIR}{DMZ} shutdown\n", "monitored=dmz", "dmz", 24),
        (PAIR, "monitored=dmz", "dmz", None),
        (EIGHT["`no failover`"], "survives=1", "failover", 14),
        (EIGHT["`no failover`"], "outage<=100s", "failover", 14),
        (GROUPS.replace(" preempt 60\n", " polltime interface 9 holdtime 45\n"), "outage<=25s", "silent interface", 21),
    ],
)
def test_a_requirement_that_fails_names_the_line_to_change(
    text: str, wanted: str, subject: str, line: int | None
) -> None:
    found = judge(text, wanted)
    assert found.status == "FAILS" and found.line.startswith(f"{wanted}: FAILS: {subject}")
    assert found.unmet[0].line == line and found.unmet[0].remedy
    assert line is None or f"line {line}: " in found.line


@pytest.mark.slow
@pytest.mark.parametrize(
    "failure", ["active-unit-dies", "interface-link-down", "interface-silent", "failover-link-lost"]
)
def test_an_outage_that_may_never_end_is_longer_than_any_time(failure: str) -> None:
    """Also where the single faults are survived, and the times alone show it."""
    shared = f"{PAIR}{SHARED}\nmonitor-interface dmz\n"
    for text, line in (
        (PAIR, None),
        (shared, shared.splitlines().index("failover lan interface folink GigabitEthernet0/2") + 1),
    ):
        found = assess(config(text), promises=False)
        assert judged(requirement("outage<=100s"), found).status == "met"
        outages = tuple(attrs.evolve(each, worst=None) if each.failure == failure else each for each in found.outages)
        endless = judged(requirement("outage<=100s"), attrs.evolve(found, outages=outages))
        assert attrs.evolve(found, outages=outages).exit_status == 3, "the single faults do not show it"
        assert endless.status == "FAILS" and endless.to_dict()["met"] is False
        (point,) = endless.unmet
        assert point.subject == next(each.words for each in outages if each.failure == failure)
        assert point.reason == "an outage that may never end" and point.line == line and point.remedy


def test_a_time_search_that_is_given_up_leaves_the_outage_not_known() -> None:
    found = assess(config(PAIR), promises=False)
    outages = tuple(
        attrs.evolve(each, best=None, worst=None, unknown="more than 5 symbolic states")
        if each.failure == "interface-silent"
        else each
        for each in found.outages
    )
    given_up = attrs.evolve(found, outages=outages)
    assert (found.exit_status, given_up.exit_status, given_up.verdict_text) == (0, 3, "UNDECIDED")
    assert "not known       the outage after silent interface (more than 5 symbolic states)" in str(given_up)
    assert "silent interface not known" in str(given_up)
    assert given_up.to_dict()["undecided"] == ["the outage after silent interface: more than 5 symbolic states"]
    assert judged(requirement("outage<=25s"), given_up).status == "not known"
    assert judged(requirement("outage<=9s"), given_up).status == "FAILS", "a dead unit takes longer"


@pytest.mark.slow
def test_monitoring_is_required_by_name_only() -> None:
    text = f"{PAIR}{DMZ}no monitor-interface dmz\nfailover interface-policy 2\n"
    assert judge(text, "monitored=outside").status == "met", "a policy is no matter of monitoring"
    assert judge(GROUPS, "monitored=outside,office/outside,machines").status == "met"
    assert judge(GROUPS, "monitored=elsewhere/outside").status == "FAILS"


@pytest.mark.slow
def test_management_does_not_count() -> None:
    text = f"{PAIR}{MANAGEMENT}\nno monitor-interface mgmt\n"
    assert judge(text, "survives=1").status == judge(text, "outage<=25s").status == "met"
    assert judge(text, "monitored=mgmt").status == "FAILS"


def test_what_cannot_be_reached_is_said() -> None:
    assert "the least that `failover polltime interface` allows is 5 s" in judge(PAIR, "outage<=4s").unmet[-1].remedy


def test_what_rests_on_a_gap_is_not_known() -> None:
    system = GROUPS[: GROUPS.index("changeto")]
    found = judge(system, "survives=1")
    assert found.status == "not known" and found.to_dict()["met"] is None
    assert judge(system, "outage<=10s").status == "FAILS", "the unit's own times are known"


def test_a_switch_that_everything_depends_on_is_not_survived() -> None:
    found = judge(PAIR, "survives=1", topology="figure-13-3")
    assert found.unmet[0].subject == "switch-2 fails"
