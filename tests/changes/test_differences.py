"""A change of one thing in a configuration, and the differences that an engineer would expect of it."""

from __future__ import annotations

from functools import cache

import attrs
import pytest

from failover_fsm.analysis.verify import Report
from failover_fsm.assessment.assess import assess
from failover_fsm.assessment.protocol import Protocol
from failover_fsm.assessment.record import Assessment
from failover_fsm.changes.differences import Difference, Differences, differences, outages_compared
from failover_fsm.changes.findings import of_differences
from failover_fsm.changes.text import change_words, differences_text
from failover_fsm.cli import main
from failover_fsm.commands import diff
from failover_fsm.model.scenario import Scenario
from failover_fsm.reports.gates.finding import Outcome
from tests.assessment.pairs import PAIR, ROOT, SHARED, config, without
from tests.patience import PATIENT

BASE = PAIR
"""Every change is tried backwards, too; a minute."""

CHANGES = {
    "policy 2": f"{PAIR}failover interface-policy 2\n",
    "hold time 3 s": f"{PAIR}failover polltime unit 1 holdtime 3\n",
    "interface hold 15 s": f"{PAIR}failover polltime interface 3 holdtime 15\n",
    "unmonitored": f"{PAIR}no monitor-interface inside\n",
    "shared port": f"{PAIR}{SHARED}\nmonitor-interface dmz\n",
    "no standby address": without(PAIR, " standby 10.0.1.2"),
    "failover off": PAIR.replace("\nfailover\n", "\nno failover\n"),
    "no stateful link": without(
        PAIR,
        "failover link statelink GigabitEthernet0/3\n",
        "failover interface ip statelink 172.16.0.5 255.255.255.252 standby 172.16.0.6\n",
    ),
    "http": f"{PAIR}failover replication http\n",
    "no key": without(PAIR, "failover key *****\n"),
    "one more interface": f"{PAIR}interface GigabitEthernet0/4\n nameif dmz\n"
    " ip address 10.0.9.1 255.255.255.0 standby 10.0.9.2\n",
}


@cache
def answer(text: str) -> Assessment:
    return assess(config(text), promises=False)


@cache
def changed(name: str) -> Differences:
    return differences(answer(BASE), answer(CHANGES[name]))


def of_kind(name: str, kind: str) -> list[Difference]:
    return [each for each in changed(name).found if each.kind == kind]


def test_a_pair_does_not_differ_from_itself() -> None:
    found = differences(answer(BASE), answer(BASE))
    assert (found.word, found.exit_status, found.found, found.behaviours) == ("SAME", 0, (), ())


@pytest.mark.slow
@pytest.mark.parametrize("name", CHANGES if PATIENT else ("policy 2", "no standby address", "interface hold 15 s"))
def test_exchanging_the_pairs_exchanges_better_and_worse(name: str) -> None:
    back = differences(answer(CHANGES[name]), answer(BASE))
    there = changed(name)
    flipped = {
        (each.kind, each.new, each.old, None if each.worse is None else not each.worse)
        for each in there.found
        if each.kind != "fault-set"
    }
    assert {(each.kind, each.old, each.new, each.worse) for each in back.found if each.kind != "fault-set"} == flipped
    told = {(story.events, story.new.roles, story.old.roles) for story in there.behaviours}
    assert {(story.events, story.old.roles, story.new.roles) for story in back.behaviours} == told


def test_an_interface_policy_of_two_gives_row_t2_7_and_its_story() -> None:
    found = changed("policy 2")
    story = found.behaviours[0]
    assert (found.word, found.exit_status) == ("WORSE", 1)
    assert story.rows == ("T2-7",) and story.worse
    assert story.headings == ("link down on interface outside of the primary",)
    assert story.old.active == ("secondary",) and story.new.active == ("primary",)
    assert story.new.lost == ("outside",)
    lines = {each.what: (each.worse, each.line) for each in of_kind("policy 2", "never-triggers")}
    policy = CHANGES["policy 2"].splitlines().index("failover interface-policy 2") + 1
    assert lines == {"failure of outside, inside alone": (True, policy)}


def test_a_shorter_hold_time_is_better() -> None:
    first = changed("hold time 3 s").found[0]
    assert (first.what, first.old, first.new, first.worse) == ("outage: unit dies", "14 to 15 s", "2 to 3 s", False)
    assert changed("hold time 3 s").exit_status == 0 and not changed("hold time 3 s").behaviours


def test_a_longer_hold_time_of_interfaces_changes_their_outages_only() -> None:
    assert {each.what for each in changed("interface hold 15 s").found} == {
        "outage: port down", "outage: silent interface",
    }  # fmt: skip


def test_the_outage_of_a_pair_without_groups_is_compared_with_that_of_each_group() -> None:
    pair = answer(BASE)
    dies = next(each for each in pair.outages if each.failure == "active-unit-dies")
    sooner = attrs.evolve(dies, group=2, best=1000, worst=2000)
    groups = attrs.evolve(pair, outages=(attrs.evolve(dies, group=1), sooner))
    single = attrs.evolve(pair, outages=(dies,))
    name = "outage: unit dies in failover group 2"
    whole = "14 to 15 s, the whole pair"
    assert [(each.what, each.old, each.new, each.worse) for each in outages_compared(single, groups)] == [
        (name, whole, "1 to 2 s", False)
    ]
    assert [(each.what, each.old, each.new, each.worse) for each in outages_compared(groups, single)] == [
        (name, "1 to 2 s", whole, True)
    ]


def test_a_pair_that_cannot_come_up_has_no_failover_instead_of_an_outage() -> None:
    pair = answer(BASE)
    dies = next(each for each in pair.outages if each.failure == "active-unit-dies")
    gone = attrs.evolve(pair, outages=(), scenario=None)
    found = list(outages_compared(attrs.evolve(pair, outages=(dies,)), gone))
    assert [(each.old, each.new, each.worse) for each in found] == [("14 to 15 s", "no failover", True)]
    found = list(outages_compared(gone, attrs.evolve(pair, outages=(dies,))))
    assert [(each.old, each.new, each.worse) for each in found] == [("no failover", "14 to 15 s", False)]
    endless = attrs.evolve(dies, best=None, worst=None)
    found = list(outages_compared(attrs.evolve(pair, outages=(endless,)), gone))
    assert [(each.new, each.worse) for each in found] == [("no failover", None)]
    left_out = list(outages_compared(attrs.evolve(pair, outages=(dies,)), attrs.evolve(pair, outages=())))
    assert change_words(left_out[0]) == "14 to 15 s -> does not occur"


@pytest.mark.slow
def test_an_unmonitored_interface_is_a_gap_with_its_line_and_a_story() -> None:
    found = changed("unmonitored")
    assert found.exit_status == 1
    line = CHANGES["unmonitored"].splitlines().index("no monitor-interface inside") + 1
    assert [(each.what, each.line) for each in of_kind("unmonitored", "never-triggers")] == [
        ("failure of inside alone", line)
    ]
    assert found.behaviours[0].new.lost == ("inside",)
    assert of_kind("unmonitored", "single-fault")[0].new == "no service there"


@pytest.mark.slow
def test_a_port_shared_with_the_failover_link_is_advised_against_by_its_line() -> None:
    found = changed("shared port")
    told = [each for each in of_kind("shared port", "advice") if "shares port GigabitEthernet0/2" in each.new]
    assert [(each.line, each.old) for each in told] == [
        (BASE.splitlines().index("failover lan interface folink GigabitEthernet0/2") + 1, "")
    ]
    assert [each.what for each in of_kind("shared port", "interface")] == ["interface dmz"]
    assert found.word == "CHANGED"


def test_without_a_standby_address_two_faults_make_both_units_active() -> None:
    sets = of_kind("no standby address", "fault-set")
    assert [(each.what, each.worse) for each in sets] == [("two faults after which both units are active", True)]
    assert "failover link lost" in sets[0].new
    dual = [story for story in changed("no standby address").behaviours if "both" in story.new.active]
    assert dual and dual[0].worse


def test_failover_switched_off_is_worse_and_so_is_every_outage_that_it_ends() -> None:
    found = changed("failover off")
    assert [(each.what, each.old, each.new) for each in found.found if each.worse] == [
        ("verdict", "HOLDS", "NO FAILOVER"),
        ("outage: unit dies", "14 to 15 s", "no failover"),
        ("outage: port down", "0 to 5 s", "no failover"),
        ("outage: silent interface", "20 to 25 s", "no failover"),
    ]
    assert not found.behaviours
    assert found.exit_status == 1


@pytest.mark.slow
def test_connections_are_lost_without_a_stateful_link() -> None:
    assert [(each.old, each.new, each.worse) for each in of_kind("no stateful link", "connections")] == [
        ("kept, except those of HTTP", "lost", True)
    ]
    gone = of_kind("no stateful link", "connections")[0]
    assert gone.line is None and BASE.splitlines()[(gone.old_line or 0) - 1].startswith("failover link")
    assert [each.worse for each in of_kind("http", "connections")] == [False]


WHERE = [
    ("shared", "stateful link", "of its own", "on the failover link: one fault for both", None),
    ("on data", "stateful link", "of its own", "on a data interface: one fault for both", None),
    ("no address", "connections after a failover", "kept, except those of HTTP", "lost", True),
    ("port shut down", "connections after a failover", "kept, except those of HTTP", "lost", True),
    ("data port shut down", "connections after a failover", "kept, except those of HTTP", "lost", True),
]


@pytest.mark.parametrize(("name", "what", "was", "now", "worse"), WHERE)
def test_where_the_stateful_link_runs_and_whether_it_comes_up(
    name: str, what: str, was: str, now: str, worse: bool | None
) -> None:
    line = "failover link statelink GigabitEthernet0/3\n"
    address = "failover interface ip statelink 172.16.0.5 255.255.255.252 standby 172.16.0.6\n"
    on_data = without(PAIR, address).replace(line, "failover link inside\n")
    text = {
        "shared": without(PAIR, address).replace(line, "failover link folink\n"),
        "on data": on_data,
        "no address": without(PAIR, address),
        "port shut down": f"{PAIR}interface GigabitEthernet0/3\n shutdown\n",
        "data port shut down": f"{on_data}interface GigabitEthernet0/1\n shutdown\n",
    }[name]
    found = differences(answer(BASE), answer(text))
    assert (what, was, now, worse) in [(each.what, each.old, each.new, each.worse) for each in found.found]
    assert found.word == ("WORSE" if worse else "CHANGED")


def test_a_key_that_is_gone_is_advice_and_no_change_for_the_worse() -> None:
    found = changed("no key")
    assert [each.kind for each in found.found] == ["advice"] and found.exit_status == 0


@pytest.mark.slow
def test_a_new_interface_is_named_and_does_no_harm() -> None:
    found = changed("one more interface")
    assert [(each.kind, each.new) for each in found.found] == [("interface", "there; its failure triggers a failover")]
    assert found.word == "CHANGED" and found.exit_status == 0
    assert {len(story.events) for story in found.behaviours} == {3}, "two faults leave a path in either pair"
    assert all(story.worse is None for story in found.behaviours), "three faults make no pair the worse one"


def test_what_is_not_known_is_neither_worse_nor_better_and_the_status_says_so() -> None:
    links = "\n".join(line for line in BASE.splitlines() if line.startswith(("failover", "hostname"))) + "\n"
    for one, other in ((BASE, links), (links, BASE)):
        found = differences(answer(one), answer(other))
        verdict = next(each for each in found.found if each.kind == "verdict")
        assert verdict.worse is None and found.undecided
        assert found.exit_status == (1 if True in found.judged else 3)
        own = [each for each in found.found if each.kind in ("interface", "outage") and "" in (each.old, each.new)]
        assert not own, "no interface is said not to be there, and no outage not to occur"
        assert {each.new if other is links else each.old for each in found.found if each.kind == "interface"} == {
            "not known"
        }
        assert "single-fault" not in {each.kind for each in found.found}


@pytest.mark.parametrize(
    ("added", "says"),
    [
        ("interface Loopback1\n nameif lo\n ip address 192.0.2.9 255.255.255.255\n", "it has no port to fail"),
        ("interface g0/5\n shutdown\n nameif dmz\n", "shut down, it has nothing to lose"),
        ("interface g0/5\n nameif dmz\n", "its failure never triggers a failover (no standby address"),
    ],
)
def test_what_the_failure_of_a_new_interface_does(added: str, says: str) -> None:
    (found,) = [each for each in differences(answer(BASE), answer(BASE + added)).found if each.kind == "interface"]
    assert says in found.new and found.old == ""


def test_what_was_left_out_of_the_comparison_is_no_status_0() -> None:
    found = attrs.evolve(changed("no key"), left_out=("stories: only one of the pairs has failover groups",))
    assert (found.word, found.exit_status) == ("CHANGED", 3)
    text = differences_text(found)
    assert "not everything compared" in text.splitlines()[0] and "not compared: stories: only one" in text
    assert [each.outcome for each in of_differences(found)][-1] is Outcome.UNDECIDED


def test_an_interrupted_comparison_is_none(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    searched = diff.verify

    def interrupted(scenario: Scenario, **_: object) -> Report:
        report = searched(scenario, max_states=10)
        return attrs.evolve(report, result=attrs.evolve(report.result, interrupted=True))

    monkeypatch.setattr(diff, "verify", interrupted)
    pair = str(ROOT / "models" / "active-standby.cfg")
    assert main(["diff", pair, pair, "--no-cache"]) == 130
    assert capsys.readouterr().out == ""


def test_a_promise_that_is_not_decided_is_neither_worse_nor_better() -> None:
    decided, not_decided = (
        attrs.evolve(answer(BASE), protocol=Protocol(words=(("split-brain-recovers", word),)))
        for word in ("holds", "undecided")
    )
    for one, other in ((decided, not_decided), (not_decided, decided)):
        (found,) = (each for each in differences(one, other).found if each.kind == "promise")
        assert found.worse is None
