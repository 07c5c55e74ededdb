"""The answer about a pair: verdict, risks, gaps, times, and its text."""

from __future__ import annotations

import json
import re
import sys
from functools import cache
from pathlib import Path

import attrs
import pytest

from failover_fsm import ConfigError, Unit, assess, events
from failover_fsm.assessment.facts import PairVerdict
from failover_fsm.assessment.protocol import Protocol
from failover_fsm.assessment.record import Assessment
from failover_fsm.assessment.text import everything_to_do
from failover_fsm.text.layout import lines_of

from .pairs import EIGHT, GROUPS, MANAGEMENT, PAIR, ROOT, SHARED, config, without

FORBIDDEN = ("settled", "sample", "digest", "vacuous", "slice", "interchangeable")
README = (ROOT / "README.md").read_text(encoding="utf-8")
DMZ = "interface GigabitEthernet0/4{}\n nameif dmz\n ip address 10.0.2.1 255.255.255.0 standby 10.0.2.2\n"


@cache
def answer(text: str, topology: str | None = None) -> Assessment:
    """The answer about the pair with this configuration, without promises."""
    return assess(config(text), topology=topology, promises=False)


def flat(found: Assessment) -> str:
    """The short answer as one line, with one space between words."""
    return re.sub(r"\s+", " ", str(found))


# -- the table in README.md ------------------------------------------------------------------------


def rows() -> dict[str, str]:
    """The rows of the table in README.md."""
    table = README[README.index("| what is changed in") :].split("\n\n")[0]
    cells = [line.strip("| ").split(" | ") for line in table.splitlines()[2:]]
    return {left.strip(): right.strip() for left, right in cells}


def test_the_table_has_the_eight_configurations() -> None:
    assert list(rows()) == list(EIGHT)


@pytest.mark.parametrize("name", EIGHT)
def test_a_row_of_the_table_is_what_the_answer_says(name: str) -> None:
    found = answer(EIGHT[name])
    verdict, *quoted = rows()[name].split(": ", 1)
    assert verdict == f"**{found.verdict_text}**"
    for part in "".join(quoted).split("; "):
        assert part in flat(found), part


# -- verdicts, in their order of precedence --------------------------------------------------------


def test_a_healthy_pair_holds_and_survives_every_single_fault() -> None:
    found = answer(PAIR)
    assert (found.verdict, found.exit_status) == (PairVerdict.HOLDS, 0)
    assert len(found.outcomes) == len(found.survived) == 14 and not found.risks
    kinds = {type(each.fault) for each in found.outcomes}
    wanted = {events.UnitFailed, events.FailoverLinkFailed, events.InterfaceLinkFailed, events.InterfaceTrafficFailed}
    assert wanted <= kinds


@pytest.mark.parametrize(
    ("text", "verdict", "status"),
    [
        (EIGHT["`no failover`"], PairVerdict.NO_FAILOVER, 1),
        (PAIR.replace("\nfailover\n", "\n"), PairVerdict.NO_FAILOVER, 1),
        (EIGHT["no `standby` address for inside"], PairVerdict.AT_RISK, 1),
        (without(PAIR, " standby 10.0.1.2", " standby 198.51.100.2"), PairVerdict.AT_RISK, 1),
        (PAIR + DMZ.format(".5\n vlan 5"), PairVerdict.AT_RISK, 1),
        (PAIR[PAIR.index("failover lan unit") :] + "failover\n", PairVerdict.UNDECIDED, 3),
        (GROUPS[: GROUPS.index("changeto")], PairVerdict.UNDECIDED, 3),
        (f"{PAIR}failover interface-policy 2\n", PairVerdict.HOLDS_WITH_GAPS, 0),
        (f"{PAIR}{DMZ.format('')}no monitor-interface dmz\n", PairVerdict.HOLDS_WITH_GAPS, 0),
        (f"{PAIR}{DMZ.format('.5')} vlan 5\nno monitor-interface dmz\n", PairVerdict.HOLDS_WITH_GAPS, 0),
        (f"{PAIR}{MANAGEMENT}\n", PairVerdict.HOLDS_WITH_GAPS, 0),
        (PAIR + DMZ.format(""), PairVerdict.HOLDS, 0),
        (f"{PAIR}{DMZ.format('')} shutdown\n", PairVerdict.HOLDS, 0),
        (f"{PAIR}interface Loopback1\n nameif lo\n ip address 10.8.8.1 255.255.255.255\n", PairVerdict.HOLDS, 0),
        (GROUPS, PairVerdict.HOLDS, 0),
    ],
)
def test_the_verdict_of_a_configuration(text: str, verdict: PairVerdict, status: int) -> None:
    found = answer(text)
    assert (found.verdict, found.exit_status) == (verdict, status)
    record = found.to_dict()
    reasons = {"no-failover": "no_failover", "at-risk": "risks", "undecided": "undecided", "holds-with-gaps": "gaps"}
    assert record["verdict"] == verdict.value
    assert all(bool(record[key]) for word, key in reasons.items() if word == verdict.value)


def test_an_earlier_verdict_takes_precedence() -> None:
    worst = without(PAIR, " standby 10.0.1.2").replace("\nfailover\n", "\n") + "failover interface-policy 2\n"
    broken = Protocol(words=(("converges", "violated"),), violated=(("converges", "They settle."),))
    found = attrs.evolve(answer(worst), protocol=broken)
    assert found.trouble and found.risks and found.gaps
    assert found.verdict is PairVerdict.VIOLATED
    assert "VIOLATED, a promise (what failover must do in any order of events): converges" in flat(found)
    found = attrs.evolve(found, protocol=Protocol(words=(("converges", "undecided"),), limit="max_states = 5"))
    assert found.verdict is PairVerdict.NO_FAILOVER
    found = attrs.evolve(found, trouble=())
    assert found.verdict is PairVerdict.AT_RISK
    found = attrs.evolve(found, risks=())
    assert found.verdict is PairVerdict.UNDECIDED and "not decided, stopped early: max_states = 5" in flat(found)
    found = attrs.evolve(found, protocol=None)
    assert found.verdict_text == "HOLDS WITH GAPS (1)"


def test_failover_that_cannot_come_up() -> None:
    no_address = without(PAIR, "failover interface ip folink 172.16.0.1 255.255.255.252 standby 172.16.0.2\n")
    shut = PAIR.replace(" description failover link\n", " shutdown\n")
    member = (
        PAIR.replace(" description failover link\n", " channel-group 1 mode active\n") + "interface Port-channel1\n"
    )
    for text, reason in ((no_address, "no addresses"), (shut, "shut down"), (member, "member of Port-channel1")):
        found = answer(text)
        assert found.verdict is PairVerdict.NO_FAILOVER
        assert reason in found.trouble[0].reason and found.trouble[0].line and "`" in found.trouble[0].remedy
    assert answer(no_address).scenario is None and answer(shut).outcomes


def test_a_text_that_says_nothing_of_failover_is_no_pair() -> None:
    with pytest.raises(ConfigError, match="no failover link"):
        answer("hostname alone\n")
    assert answer("no failover\n").verdict is PairVerdict.NO_FAILOVER


def test_every_fault_is_tried_once() -> None:
    for text in EIGHT.values():
        faults = [each.fault for each in answer(text).outcomes]
        assert len(faults) == len(set(faults)) > 10


# -- reasons ---------------------------------------------------------------------------------------


def test_a_risk_names_the_faults_the_interface_and_the_line() -> None:
    (risk,) = answer(EIGHT["no `standby` address for inside"]).risks
    assert risk.lost == ("inside",) and not risk.both_active
    assert set(risk.faults) == {
        each(unit=unit, interface="inside")
        for unit in Unit
        for each in (events.InterfaceLinkFailed, events.InterfaceTrafficFailed)
    }
    assert risk.point is not None and risk.point.line == 9
    assert risk.point.remedy == "give inside a standby address: `ip address 10.0.1.1 255.255.255.0 standby ADDRESS`"


def test_two_active_units_are_a_risk() -> None:
    found = answer(without(PAIR, " standby 10.0.1.2", " standby 198.51.100.2"))
    both = next(risk for risk in found.risks if risk.both_active)
    assert both.faults == (events.FailoverLinkFailed(),)
    assert both.point is not None and both.point.line == 5 and "give outside a standby address" in both.point.remedy
    assert "failover link lost (both units become active)" in flat(found)


def test_what_a_policy_leaves_uncovered_is_one_gap_for_each_port() -> None:
    found = answer(f"{PAIR}failover interface-policy 2\n")
    assert [each.subject for each in found.gaps] == ["outside", "inside"]
    assert all(each.by_policy and each.together for each in found.gaps)
    far = answer(f"{PAIR}failover interface-policy 3\n")
    assert not any(each.together for each in far.gaps) and "out of reach of 2 monitored" in flat(far)
    subs = "".join(
        DMZ.format(f".{n}\n vlan {n}").replace("dmz", f"v{n}").replace("10.0.2", f"10.0.{n}") for n in (5, 6)
    )
    text = f"{PAIR}{subs}monitor-interface v5\nmonitor-interface v6\nfailover interface-policy 3\n"
    assert [each.subject for each in answer(text).gaps] == ["outside", "inside", "v5, v6"]


BRIDGE = """firewall transparent
interface BVI1
 ip address 10.1.1.1 255.255.255.0
interface GigabitEthernet0/0
 nameif outside
 bridge-group 1
"""


@pytest.mark.parametrize(("head", "line"), [(BRIDGE, 3), (BRIDGE.replace("interface BVI1\n", ""), 2)])
def test_the_address_of_a_bridge_group_has_its_own_line(head: str, line: int) -> None:
    """On its BVI, or before 8.4 outside every block."""
    text = head + PAIR[PAIR.index("interface GigabitEthernet0/2") :]
    if line == 2:
        text = text.replace(" ip address 10.1.1.1", "ip address 10.1.1.1").replace(" bridge-group 1\n", "")
    (risk, *_) = [each for each in answer(text).risks if each.lost]
    assert risk.point is not None and (risk.point.line, risk.lost) == (line, ("outside",))


IPV6 = PAIR.replace("ip address 198.51.100.1 255.255.255.0 standby 198.51.100.2", "ipv6 address 2001:db8::1/64")


def test_an_interface_with_an_ipv6_address_alone_is_given_an_ipv6_standby_address() -> None:
    found = answer(f"ASA Version 9.16(4)\n{IPV6}")
    line = IPV6[: IPV6.index("ipv6 address")].count("\n") + 2
    assert (
        f"do first line {line}: give outside a standby address: `ipv6 address 2001:db8::1/64 standby ADDRESS`"
        in flat(found)
    )
    assert (line, "CFG-5") in [(each.line, each.rule) for each in found.config.advice]


def test_what_is_kept_and_not_modelled_is_nothing_to_do_first() -> None:
    found = answer(f"{PAIR}failover replication rate 6000\n")
    assert "do first" not in flat(found) and "replication rate" in "".join(everything_to_do(found))


def test_a_port_that_carries_all_is_a_risk_with_the_line_of_the_failover_link() -> None:
    only = SHARED + "\n" + PAIR[PAIR.index("interface GigabitEthernet0/2") :] + "monitor-interface dmz\n"
    (risk,) = answer(only).risks
    assert risk.both_active and {type(each) for each in risk.faults} == {events.PortFailed}
    assert risk.point is not None and risk.point.remedy == "give the failover link a port of its own"
    assert risk.point.line == only.splitlines().index("failover lan interface folink GigabitEthernet0/2") + 1


def test_a_gap_at_a_management_port_says_so() -> None:
    (gap,) = answer(f"{PAIR}{MANAGEMENT}\n").gaps
    assert gap.for_management and "management-only" in gap.reason


def test_no_way_is_laid_around_a_host_that_carries_both_units() -> None:
    told = "\n".join(everything_to_do(answer(PAIR, topology="asav-on-one-host")))
    assert "run each unit on a host of its own: both stop with host" in told
    assert "a way around host" not in told and "a way around vswitch-data" in told


def test_what_makes_service_modules_count_is_advised() -> None:
    (advice,) = [
        each.text for each in config(f"{PAIR}no monitor-interface service-module\n").advice if each.rule == "TRG-2"
    ]
    assert advice.endswith("stays beside it: enter `monitor-interface service-module`, unless there is none")


@pytest.mark.parametrize("width", [60, 80, 200])
def test_the_short_answer_fits_a_terminal(width: int) -> None:
    """One that takes all of its twelve lines in a file has more of them on a narrow terminal."""
    much = (ROOT / "models" / "fpr4150.cfg").read_text(encoding="utf-8")
    holds = Protocol(words=(("converges", "holds"),) * 29)
    for text in (*EIGHT.values(), much):
        with lines_of(width):
            lines = str(attrs.evolve(answer(text), protocol=holds)).splitlines()
        assert max(map(len, lines)) <= width


def test_elements_of_a_topology_are_single_faults() -> None:
    found = answer(PAIR, topology="figure-13-1")
    assert found.verdict is PairVerdict.AT_RISK
    assert [risk.faults for risk in found.risks] == [(events.ElementFailed(element="switch-1"),)]
    assert found.advice[0].rule == "SPL-7"
    assert answer(PAIR, topology="figure-13-5").verdict is PairVerdict.HOLDS
    found = answer(PAIR, topology="figure-13-3")
    assert "lay a way around switch-2" in flat(found)


# -- times -----------------------------------------------------------------------------------------


def test_the_times_are_those_of_the_configuration_by_group() -> None:
    polled = GROUPS.replace(" preempt 60\n", " preempt 60\n polltime interface 1 holdtime 5\n interface-policy 2\n")
    found = {(each.failure, each.group): (each.count, each.worst) for each in answer(polled).outages}
    assert found["active-unit-dies", 1] == found["active-unit-dies", 2] == (1, 15_000)
    assert found["interface-link-down", 1] == (1, 5000) and found["interface-link-down", 2] == (2, 1000)
    assert found["interface-silent", 1] == (1, 25_000) and found["interface-silent", 2] == (2, 5000)
    assert found["forced", 1] == (1, 0) and found["failover-link-lost", 2] == (1, 0)
    assert "port down 5 s (group 1), 2 ports down 1 s (group 2)" in flat(answer(polled))


def test_an_outage_without_end_has_no_number() -> None:
    found = {each.failure: each for each in answer(f"{PAIR}failover interface-policy 3\n").outages}
    assert found["interface-link-down"].worst is None and found["interface-link-down"].time == "for good"
    assert found["active-unit-dies"].worst == 15_000


def test_times_that_rest_on_a_gap_are_left_out() -> None:
    found = answer(GROUPS[: GROUPS.index("changeto")])
    assert {each.failure for each in found.outages} == {"active-unit-dies", "forced"}
    assert not found.outcomes and not found.blind_spots


# -- text ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", sorted((ROOT / "models").glob("*.cfg")), ids=lambda path: path.name)
def test_the_short_answer_has_at_most_twelve_lines_and_no_word_of_model_checking(path: Path) -> None:
    text = str(assess(path, promises=False)).replace(str(path), "pair.cfg")
    lines = text.splitlines()
    assert len(lines) <= 12 and not any(len(line) > 100 for line in lines[2:])
    assert not [word for word in FORBIDDEN if word in text.lower()]


@pytest.mark.parametrize("name", EIGHT)
def test_neither_have_the_eight(name: str) -> None:
    text = str(answer(EIGHT[name]))
    assert len(text.splitlines()) <= 12 and not [word for word in FORBIDDEN if word in text.lower()]


def test_what_does_not_fit_is_counted_and_the_long_form_has_it() -> None:
    subs = "".join(
        DMZ.format(f".{n}\n vlan {n}").replace("dmz", f"a-long-name-of-vlan-{n}").replace("10.0.2", f"10.1.{n}")
        for n in range(10, 40)
    )
    found = answer(PAIR + subs)
    text = str(found)
    assert len(text.splitlines()) <= 12 and "more with -v" in text
    assert (
        "a-long-name-of-vlan-39" not in text and found.to_text().count("monitor-interface a-long-name-of-vlan-") == 30
    )


def test_the_long_answer_lists_the_promises_and_explains_the_word() -> None:
    found = assess(config(PAIR))
    assert found.protocol is not None and found.report is not None
    count = sum(each.word == "holds" for each in found.report.answers)
    told = f"{count} promises hold; -v lists them (a promise: what failover must do in any order of events)"
    assert count > 20 and told in flat(found)
    assert found.to_text().startswith(str(found).splitlines()[0])
    assert "  holds       split-brain-recovers" in found.to_text()
    assert len(str(found).splitlines()) <= 12


# -- other forms -----------------------------------------------------------------------------------


def test_the_record_is_json() -> None:
    record = json.loads(json.dumps(answer(f"{PAIR}failover interface-policy 2\n").to_dict()))
    assert record["gaps"][0]["line"] == 21 and record["outages"][0]["seconds"] == [14.0, 15.0]
    assert [each["survived"] for each in record["single_faults"]].count(False) == 8


def test_the_rows_are_a_table_where_pandas_is_installed() -> None:
    pandas = pytest.importorskip("pandas")
    found = answer(EIGHT["no `standby` address for inside"])
    frame = found.to_frame()
    assert isinstance(frame, pandas.DataFrame) and len(frame) == len(found.outcomes) == 13
    assert set(frame[~frame.survived].without_service) == {"inside"}


def test_without_pandas_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(ModuleNotFoundError, match=r"pip install 'failover-fsm\[frames\]'"):
        answer(PAIR).to_frame()


def test_the_example_of_the_page_runs(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pandas")
    monkeypatch.chdir(ROOT)
    page = (ROOT / "docs" / "explanation" / "answer.md").read_text(encoding="utf-8")
    code = page[page.index("```python\n") + 10 :].split("```")[0]
    names: dict[str, object] = {}
    exec(compile(code, "docs/explanation/answer.md", "exec"), names)
    assert capsys.readouterr().out.endswith("PairVerdict.HOLDS_WITH_GAPS [21, 21]\n")
    assert len(names["frame"]) > 20  # type: ignore[arg-type]  # a table


def test_the_page_names_every_key() -> None:
    page = (ROOT / "docs" / "explanation" / "answer.md").read_text(encoding="utf-8")
    keys = [*answer(PAIR).to_dict(), "requirements", *(each.value for each in PairVerdict)]
    assert not [key for key in keys if f"`{key}`" not in page]


def test_two_active_units_are_no_harmless_zero() -> None:
    text = re.sub(r" standby (198[.]51[.]100[.]2|10[.]0[.]1[.]2)", "", PAIR)
    assert text != PAIR
    shown = flat(answer(text))
    assert "failover link lost: both units become active" in shown and "failover link lost 0 s" not in shown


def test_an_outage_without_end_comes_first() -> None:
    shown = flat(answer(PAIR.replace("\nfailover\n", "\nfailover\nfailover interface-policy 2\n", 1)))
    assert "worst outage outside, inside alone for good; unit dies" in shown
