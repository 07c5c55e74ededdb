"""The catalogue of rules: complete, consistent, and every rule of today's scope implemented or checked."""

from __future__ import annotations

import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import attrs
import pytest

from failover_fsm.commands import rules_page
from failover_fsm.commands.rules_page import PAGE, complaints, main
from failover_fsm.rules import evidence as found
from failover_fsm.rules.catalogue import Catalogue, CatalogueError, Decision, load, read
from failover_fsm.rules.evidence import ROOT, Citation, Evidence, gather
from failover_fsm.rules.page import RuleStatus, render, status, statuses
from failover_fsm.rules.sources import source_texts

COUNTS = {
    "HW": 7, "LNK": 20, "TRG": 12, "AA": 17, "AS": 9, "STF": 26, "LIM": 4, "KEY": 9, "SPL": 14, "MAC": 17, "SYN": 18,
    "CMD": 28, "T2": 8, "T4": 7, "T5": 6, "T7": 4, "PRE": 6, "UHM": 9, "IFM": 25, "CTL": 14, "CFG": 44, "SHW": 49,
    "ASR": 15, "MON": 5, "EXE": 24, "AUT": 29,
}  # fmt: skip
"""The chapter's rules, counted by family."""

SCOPE = (
    "AS-1 to AS-9, TRG-1 to TRG-6, T2-1 to T2-8, T4-1 to T4-7, SPL-1 to SPL-14, UHM-1 to UHM-5, UHM-8, "
    "IFM-1 to IFM-23, IFM-25, "
    "CTL-1 to CTL-3, CTL-5, CTL-6, CTL-10, CTL-11, CTL-13, CTL-14, CFG-1 to CFG-44, LIM-1 to LIM-4, KEY-1 to KEY-9, "
    "LNK-1, LNK-4 to LNK-18, LNK-20, SYN-1 to SYN-3, SYN-5, SYN-6, SYN-18, "
    "CMD-1 to CMD-17, CMD-19 to CMD-25, CMD-27, CMD-28, SYN-8 to SYN-10, STF-1 to STF-26, HW-1, HW-4, HW-5, "
    "MAC-1 to MAC-10, MAC-12 to MAC-17"
)
"""What Active/Standby and its configuration must answer for."""

POSTPONED = {
    "CFG-2": "people", "CFG-3": "people",
}  # fmt: skip
"""Rules of that scope that wait all the same; adding one here is a decision, not an accident."""


@cache
def facts() -> Evidence:
    """The evidence in this checkout, which takes a second or two to find."""
    return gather(load())


# -- the catalogue ---------------------------------------------------------------------------------


def test_every_rule_of_the_chapter_has_one_line_of_its_own() -> None:
    catalogue = load()
    assert {family: len(catalogue.of_family(family)) for family in catalogue.families} == COUNTS
    for family, count in COUNTS.items():
        assert {rule.id for rule in catalogue.of_family(family)} == {f"{family}-{each}" for each in range(1, count + 1)}
    wordings = [rule.description for rule in catalogue.rules.values()]
    assert all(5 < len(text) < 120 and text == text.strip() for text in wordings)
    assert len(set(wordings)) == len(wordings)


def test_contradictions_are_known_on_both_sides() -> None:
    catalogue = load()
    for rule in catalogue.rules.values():
        for dispute in rule.disputes:
            for other in dispute.against:
                assert any(rule.id in back.against for back in catalogue.rules[other].disputes), (rule.id, other)


def decisions() -> set[Decision]:
    """Every decision in the catalogue."""
    return {dispute.decision for rule in load().rules.values() for dispute in rule.disputes}


def test_a_decision_that_names_a_row_of_the_semantics_names_one_that_is_there() -> None:
    page = (ROOT / "docs" / "explanation" / "semantics.md").read_text(encoding="utf-8")
    questions = {line.split("|")[1].strip() for line in page.splitlines() if line.startswith("| ")}
    named = {decision.row for decision in decisions() if decision.row}
    assert len(named) >= 4 and named <= questions


def test_what_is_undecided_waits_for_later_work_on_one_side_at_least() -> None:
    catalogue = load()
    for rule in catalogue.rules.values():
        for dispute in rule.disputes:
            sides = [rule, *(catalogue.rules[name] for name in dispute.against)]
            assert not dispute.decision.is_open or any(each.later for each in sides), rule.id


GOOD = '[X]\ntitle = "x"\n1 = ["AS", "one line"]\n2 = ["both", "another"]\n'


@pytest.mark.parametrize(
    ("rules", "scope", "said"),
    [
        ("[X", "", "not TOML"),
        ('[X]\n1 = ["AS", "says"]\n', "", "family X has no title"),
        ('[X]\ntitle = "x"\n1 = ["A/S", "says"]\n', "", "X-1 is no number, mode and line; allowed modes: AS, AA, both"),
        ('[X]\ntitle = "x"\none = ["AS", "says"]\n', "", "X-one is no number"),
        ('[X]\ntitle = "x"\n1 = ["AS", ""]\n', "", "X-1 is no number, mode and line"),
        (GOOD, '[later.a]\nis = "a"\nrules = ["X-3"]\n', "'X-3' names no rule"),
        (GOOD, '[later.a]\nis = "a"\nrules = ["Y"]\n', "'Y' names no rule"),
        (GOOD, '[later]\na = {is = "a", rules = ["X"]}\nb = {is = "b", rules = ["X-1"]}\n', "X-1 waits for a and for"),
        (GOOD, '[[decision]]\nsides = [["X-1"]]\n', "needs two sides"),
        (GOOD, '[[decision]]\nrow = "r"\nsays = "s"\nsides = [["X-1"], ["X-2"]]\n', "two sides, and a row or words"),
    ],
)
def test_a_catalogue_that_contradicts_itself_is_refused(rules: str, scope: str, said: str) -> None:
    with pytest.raises(CatalogueError, match=re.escape(said)):
        read(rules, scope)


def test_a_small_catalogue() -> None:
    scope = '[later.a]\nis = "work a"\nrules = ["X-2"]\n[[decision]]\nsays = "so"\nsides = [["X-1"], ["X-2"]]\n'
    catalogue = read(GOOD, scope)
    one, two = catalogue.rules.values()
    assert (one.id, one.mode, one.description, one.later, one.family) == ("X-1", "AS", "one line", None, "X")
    assert (two.later, two.disputes[0].against, two.disputes[0].decision.description) == ("a", ("X-1",), "so")
    assert catalogue.works == {"a": "work a"}


def test_ids_in_a_text() -> None:
    ids = load().ids_in
    assert ids("(CFG-42 to CFG-44), T2-7; SPL-3, SPL-3") == ("CFG-42", "CFG-43", "CFG-44", "T2-7", "SPL-3")
    assert ids("IFM-5 to 7") == ("IFM-5", "IFM-6", "IFM-7")
    assert ids("SPL-99") == ("SPL-99",)
    assert ids("UTF-8, SHA-256, %ASA-1-104001, XAS-1, AS-1x, x-AS-1, ALIAS-2") == ()


# -- looking -----------------------------------------------------------------------------------------


def test_remarks_belong_to_what_is_around_them(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    function = '    def f(self):\n        """F."""\n        # in f\n        return 1\n'
    path.write_text('"""Module."""\nX = "AS-1"  # AS-2\nclass C:\n    """C."""\n' + function)
    said = {(item.owner, item.text, item.is_code) for item in source_texts(path)}
    assert said == {
        ("", "Module.", False), ("X", "AS-1", True), ("X", "# AS-2", False), ("C", "C.", False), ("C.f", "F.", False),
        ("C.f", "# in f", False),
    }  # fmt: skip


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with one file of each kind."""
    texts = {
        "failover_fsm/pair/a.py": 'def f() -> None:\n    """Yields (SPL-3)."""\n\n\nRULE = "SPL-4"\n',
        "failover_fsm/config/b.py": 'def g() -> str:\n    return "CFG-1"\n\n\nTEXT = "see CFG-2"\n',
        "failover_fsm/promises/c.py": '"""SPL-5"""\n',
        "failover_fsm/rules/d.py": '"""SPL-6"""\n',
        "models/m.toml": "# T2-1\n[options]\nrecovery = 1\n",
        "models/findings/f.trace": "# T2-2\n",
        "tests/traces/t2-3-name.trace": "config x.cfg\n",
        "tests/test_x.py": '"""T2-4"""\n',
        "tests/rules/test_rules.py": '"""T2-5"""\n',
    }
    for name, text in texts.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def test_where_things_are_found(checkout: Path) -> None:
    catalogue = load()
    assert list(found.in_sources(catalogue, checkout)) == [
        Citation(rule="CFG-1", shown="config/b.py: g"), Citation(rule="SPL-3", shown="pair/a.py: f")
    ]  # fmt: skip
    assert sorted(found.in_shipped(catalogue, checkout)) == [
        Citation(rule="T2-1", shown="models/m.toml"),
        Citation(rule="T2-2", shown="models/findings/f.trace"),
        Citation(rule="T2-3", shown="tests/traces/t2-3-name.trace"),
    ]
    assert list(found.in_tests(catalogue, checkout)) == [Citation(rule="T2-4", shown="tests/test_x.py")]
    assert {item.shown for item in found.in_options(catalogue, checkout)} == {"recovery"}
    assert gather(catalogue, checkout).unknown(catalogue) == ()


def test_the_options_are_read_from_their_documentation() -> None:
    said = found.described_options()
    assert "SPL-8" in said["sample_on_link_failure"] and "TRG-5" in said["failed_standby_takes_over"]
    assert "TRG-5" not in said["sample_on_link_failure"]


def test_known_places_are_found_in_this_checkout() -> None:
    assert "group table: hold_time_expired" in facts().implemented("UHM-5")
    assert "config/review/link_advice.py: no_key" in facts().implemented("KEY-1")
    assert "config/checks/consistency.py: failover_has_link" in facts().implemented("LNK-1")
    assert "converges" in facts().checked("TRG-1")
    assert "tests/traces/t2-8-interface-of-standby.trace" in facts().checked("T2-8")
    assert "failed_standby_takes_over" in facts().optional("TRG-5")


def test_without_a_checkout_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="in a checkout of the project"):
        gather(load(), tmp_path)


# -- statuses ---------------------------------------------------------------------------------------------


def test_each_status() -> None:
    now = load().rules["SPL-3"]
    then = attrs.evolve(now, later="time")
    cited = (Citation(rule="SPL-3", shown="x"),)
    cases = [
        (now, Evidence(), RuleStatus.MISSING),
        (now, Evidence(where=cited), RuleStatus.IMPLEMENTED),
        (now, Evidence(checks=cited), RuleStatus.CLAIMED),
        (now, Evidence(where=cited, checks=cited), RuleStatus.CHECKED),
        (now, Evidence(where=cited, checks=cited, options=cited), RuleStatus.OPTION),
        (then, Evidence(), RuleStatus.OPEN),
        (then, Evidence(where=cited), RuleStatus.PARTLY),
        (then, Evidence(where=cited, checks=cited), RuleStatus.PARTLY),
    ]
    for rule, evidence, wanted in cases:
        assert status(rule, evidence) is wanted


# -- this project --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", load().ids_in(SCOPE))
def test_a_rule_in_scope_is_implemented_or_checked(name: str) -> None:
    rule = load().rules[name]
    assert rule.later == POSTPONED.get(name), f"{name} is in scope; waiting for {rule.later} is a decision"
    assert rule.later or facts().implemented(name) or facts().checked(name), f"{name}: {rule.description}"


def test_nothing_that_does_not_wait_is_missing_and_no_unknown_rule_is_cited() -> None:
    assert list(complaints(load(), facts())) == []


def without(catalogue: Catalogue, name: str) -> Catalogue:
    """The catalogue without a rule."""
    return attrs.evolve(catalogue, rules={key: rule for key, rule in catalogue.rules.items() if key != name})


def test_an_unknown_rule_and_a_missing_one_are_complained_of() -> None:
    said = list(complaints(without(load(), "SPL-3"), facts()))
    assert said and all("cites SPL-3, which is not in the catalogue" in line for line in said)
    assert any("group table" in line for line in said) and any("split-brain-recovers" in line for line in said)
    gone = attrs.evolve(facts(), where=(), checks=())
    assert any(line.startswith("SPL-3 is in scope, and nothing") for line in complaints(load(), gone))


def test_rows_and_promises_without_a_known_family_are_complained_of() -> None:
    strange = attrs.evolve(facts(), where=(*facts().where, Citation(rule="XYZ-1", shown="group table: made_up")))
    assert list(complaints(load(), strange)) == ["group table: made_up cites XYZ-1, which is not in the catalogue"]


def test_the_page_is_current() -> None:
    page = render(load(), facts())
    assert PAGE.read_text(encoding="utf-8") == page, "run `python -m failover_fsm.commands.rules_page`"


def test_the_page_has_every_rule_once_and_its_numbers_add_up() -> None:
    page = render(load(), facts())
    rows = [line for line in page.splitlines() if re.match(r"\| [A-Z]+\d?-\d+", line)]
    assert len(rows) == len(load().rules) == sum(statuses(load(), facts()).values())
    assert all(len(re.split(r"(?<!\\)\|", row)) == 7 for row in rows)
    assert sum(int(number) for number in re.findall(r"^- \*[a-z-]+\*, .*: (\d+)$", page, flags=re.MULTILINE)) == sum(
        rule.later is not None for rule in load().rules.values()
    )


# -- the command ------------------------------------------------------------------------------------------------


def test_the_command_writes_the_page_where_it_is_told_and_is_deterministic(tmp_path: Path) -> None:
    pages = []
    for seed in ("1", "4711"):
        target = tmp_path / seed
        command = [sys.executable, "-m", "failover_fsm.commands.rules_page", str(target)]
        done = subprocess.run(command, env={"PYTHONHASHSEED": seed}, cwd=ROOT, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        pages.append(target.read_bytes())
    assert pages[0] == pages[1] == render(load(), facts()).encode()


def test_the_command_prints_and_refuses(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules_page, "gather", lambda catalogue: facts())
    assert main(["-"]) == 0
    assert capsys.readouterr().out.startswith("# The rules of the chapter")
    assert main(["a", "b"]) == 2 and main(["--help"]) == 2
    assert main([str(tmp_path)]) == 2
    assert capsys.readouterr().err.splitlines()[-1].startswith("failover_fsm.rules: ")
