"""The page of a pair opens with what it is about: the picture of its risk, or its ports where it has none."""

from __future__ import annotations

import re

import attrs

from failover_fsm import assess
from failover_fsm.assessment.facts import PairVerdict
from failover_fsm.assessment.fault_runs import fault_runs
from failover_fsm.assessment.page import answer_parts, pair_page
from failover_fsm.assessment.record import Assessment
from failover_fsm.diagrams.runs.roles import role_chart
from failover_fsm.pair.service import dual_groups
from failover_fsm.pair.states import Role

from .pairs import PAIR, config


def text_of(found: Assessment) -> str:
    return "".join(answer_parts(found))


def test_a_pair_at_risk_opens_with_the_picture_of_its_first_risk() -> None:
    found = assess(config(PAIR), topology="figure-13-2", promises=False)
    assert found.verdict is PairVerdict.AT_RISK
    runs = list(fault_runs(found))
    risks = [run for run in runs if run.breaks]
    assert risks and risks == runs[: len(risks)] and len({run.id for run in runs}) == len(runs)
    for run in risks:
        assert re.fullmatch(r"fault-[A-Za-z0-9-]+", run.id) and not run.is_promise
        assert dual_groups(run.steps[-1].after, run.settings), "both units are active at its end"
        assert run.steps[0].before.primary.powered is False
    page = text_of(found)
    picture, ports, times = (page.index(word) for word in (risks[0].name, "The ports of the pair", "Times without"))
    assert picture < times < ports, "what is at risk is seen first"
    assert page.index("Role chart of switch-1 fails") < times


def test_a_pair_that_holds_opens_with_its_ports_and_shows_how_the_peer_takes_over() -> None:
    found = assess(config(PAIR), promises=False)
    (run,) = fault_runs(found)
    assert not run.breaks and "dies" in run.name
    end = run.steps[-1].after
    assert [end.primary.groups[0].role, end.secondary.groups[0].role] == [Role.NONE, Role.ACTIVE]
    page = text_of(found)
    assert page.index("The ports of the pair") < page.index("Times without")
    assert re.search(r"<dd>unit dies [\d.]+ s; port down [\d.]+ s; [^<]*</dd>", page), "short items share a line"
    assert "Role chart" not in page, "nothing that happens is the first picture where nothing is wrong"


def test_without_failover_every_heading_says_that_it_is_as_if_it_worked() -> None:
    off = config(PAIR.replace("\nfailover\n", "\nno failover\n"))
    found = assess(off)
    assert found.verdict is PairVerdict.NO_FAILOVER and not list(fault_runs(found)), "no peer takes over"
    as_if = ", as if failover worked"
    for page in (text_of(found), pair_page(found)):
        for heading in ("Times without service", "Single faults", "Promises"):
            assert re.findall(f">{heading}([^<]*)</h2>", page) == [as_if], heading
        assert re.findall("as they were understood([^<]*)</figcaption>", page) == [as_if]
        labels = re.findall("<dt>([^<]*)</dt>", page)
        assert f"worst outage{as_if}" in labels and f"protocol{as_if}" in labels
        assert not any(each.startswith("single fault") for each in labels)
        assert "service comes back everywhere" not in page and "how the peer takes over" not in page
    assert re.findall(">Step by step([^<]*)</h2>", pair_page(found)) == [as_if]
    works = pair_page(assess(config(PAIR)))
    assert as_if not in works and "service comes back everywhere" in works


def test_many_ports_that_fail_together_are_one_line_of_the_chart() -> None:
    names = [f"dmz{number}" for number in range(6)]
    more = "".join(
        f"interface GigabitEthernet0/0.{number + 10}\n vlan {number + 10}\n nameif {name}\n"
        f" ip address 10.7.{number}.1 255.255.255.0 standby 10.7.{number}.2\nmonitor-interface {name}\n"
        for number, name in enumerate(names)
    )
    found = assess(config(PAIR + more), topology="figure-13-2", promises=False)
    run = next(iter(fault_runs(found)))
    labels = [track.label for track in role_chart(run.steps, run.settings).faults]
    assert labels == ["failover link", "primary, 8 ports: outside to inside"]


def test_without_single_faults_there_are_no_runs() -> None:
    found = attrs.evolve(assess(config(PAIR), promises=False), scenario=None, outcomes=())
    assert list(fault_runs(found)) == [] and text_of(found)
