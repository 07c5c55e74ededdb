"""JUnit and SARIF: read by others' parsers, and what is in them."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from junitparser import Error, Failure, JUnitXml, Skipped

from failover_fsm.cli import main
from failover_fsm.reports.gates.finding import Finding, Outcome
from failover_fsm.reports.gates.junit import junit_xml
from failover_fsm.reports.gates.sarif import sarif_json

ROOT = Path(__file__).parents[3]
PAIR, POLICY = str(ROOT / "models" / "active-standby.cfg"), str(ROOT / "models" / "policy-2.cfg")
FINDING = str(ROOT / "models" / "findings" / "switched-off-on-one-side.toml")
RUNBOOK = str(ROOT / "models" / "runbooks" / "upgrade-in-haste.runbook")

HOSTILE = Finding(
    kind="risk", id='a "b" <c> & \x1b[31m', says="line one\x00\nline two \u202e", outcome=Outcome.FAILED,
    message="]]> \ud800 \x07", file="a b/ü#?.cfg", line=3, steps=("one", "two <tag>"),
)  # fmt: skip


def results(sarif: bytes) -> list[dict[str, Any]]:
    record = json.loads(sarif)
    schema = json.loads((ROOT / "tests" / "data" / "sarif-schema-2.1.0.json").read_text(encoding="utf-8"))
    jsonschema.Draft7Validator(schema).validate(record)
    found: list[dict[str, Any]] = record["runs"][0]["results"]
    rules = record["runs"][0]["tool"]["driver"]["rules"]
    assert all(rules[each["ruleIndex"]]["id"] == each["ruleId"] for each in found)
    return found


def cases(xml: bytes) -> dict[str, Any]:
    (suite,) = JUnitXml.fromroot(JUnitXml.fromstring(xml)._elem)
    return {f"{case.classname.rpartition('.')[2]}/{case.name}": case for case in suite}


def both(tmp_path: Path, *words: str) -> tuple[int, dict[str, Any], list[dict[str, Any]]]:
    xml, sarif = tmp_path / "x.xml", tmp_path / "x.sarif"
    status = main([*words, "--junit", str(xml), "--sarif", str(sarif)])
    return status, cases(xml.read_bytes()), results(sarif.read_bytes())


def test_each_outcome_has_its_form() -> None:
    findings = [Finding(kind="promise", id=each.name, says="x", outcome=each, message="why") for each in Outcome]
    found = cases(junit_xml(findings, suite="s", seconds=1.5))
    forms = {name: [type(each) for each in case.result] for name, case in found.items()}
    assert forms == {
        "promise/PASSED": [], "promise/NOTED": [], "promise/NOT_TESTED": [Skipped], "promise/UNDECIDED": [Error],
        "promise/FAILED": [Failure],
    }  # fmt: skip
    assert found["promise/NOTED"].system_out == "why"
    levels = {each["ruleId"]: each["level"] for each in results(sarif_json(findings, "1"))}
    assert levels == {"promise/NOTED": "note", "promise/UNDECIDED": "warning", "promise/FAILED": "error"}


def test_numbers_of_the_suite() -> None:
    findings = [Finding(kind="promise", id=each.name, says="x", outcome=each) for each in Outcome]
    suite = next(iter(JUnitXml.fromroot(JUnitXml.fromstring(junit_xml(findings, suite="s", seconds=1.5))._elem)))
    assert (suite.tests, suite.failures, suite.skipped, suite.errors, suite.time) == (5, 1, 1, 1, 1.5)


def test_hostile_text_is_escaped() -> None:
    xml = junit_xml([HOSTILE], suite="s\x1b", seconds=0)
    (case,) = cases(xml).values()
    assert case.result[0].type == "risk" and "1. one" in case.result[0].text
    assert not {"\x1b", "\x00", "\x07", "\u202e"} & set(xml.decode())
    (result,) = results(sarif_json([HOSTILE], "1"))
    place = result["locations"][0]["physicalLocation"]
    assert place == {"artifactLocation": {"uri": "a%20b/%C3%BC%23%3F.cfg"}, "region": {"startLine": 3}}
    assert len(result["codeFlows"][0]["threadFlows"][0]["locations"]) == 2
    assert BytesIO(xml).read().endswith(b"\n")


@pytest.fixture(scope="module")
def policy(tmp_path_factory: pytest.TempPathFactory) -> tuple[int, dict[str, Any], list[dict[str, Any]]]:
    words = ("check", POLICY, "--strict", "--require", "survives=1", "--require", "monitored=outside")
    return both(tmp_path_factory.mktemp("policy"), *words)


def test_a_requirement_that_is_not_met_names_the_line(
    policy: tuple[int, dict[str, Any], list[dict[str, Any]]],
) -> None:
    status, found, shown = policy
    assert status == 1
    line = Path(POLICY).read_text().splitlines().index("failover interface-policy 2") + 1
    assert found["requirement/survives=1"].result and not found["requirement/monitored=outside"].result
    (required,) = [each for each in shown if each["ruleId"] == "requirement/survives=1"]
    assert required["locations"][0]["physicalLocation"]["region"] == {"startLine": line}
    assert [each["level"] for each in shown if each["ruleId"].startswith("gap/")] == ["error", "error"]


def test_every_promise_is_a_case(policy: tuple[int, dict[str, Any], list[dict[str, Any]]]) -> None:
    _, found, shown = policy
    promises = [name for name in found if name.startswith("promise/")]
    assert "promise/split-brain-recovers" in promises and len(promises) > 25
    assert not [each for each in shown if each["ruleId"].startswith("promise/")]


def test_a_finding_of_a_model_file_is_noted_with_its_counterexample(tmp_path: Path) -> None:
    status, found, shown = both(tmp_path, "check", FINDING, "--promise", "one-active-while-link-up")
    assert status == 0 and list(found) == ["promise/one-active-while-link-up"]
    (result,) = shown
    assert result["level"] == "note"
    assert len(result["codeFlows"][0]["threadFlows"][0]["locations"]) == 5


def test_a_runbook_fails_at_its_steps(tmp_path: Path) -> None:
    status, found, shown = both(tmp_path, "runbook", RUNBOOK, PAIR, "--no-faults")
    assert status == 1 and found["step/line-3"].result
    lines = {each["locations"][0]["physicalLocation"]["region"]["startLine"] for each in shown}
    assert 3 in lines and all(each["codeFlows"] for each in shown if each["level"] == "error")


def test_a_difference_for_the_worse_fails(tmp_path: Path) -> None:
    off = tmp_path / "off.cfg"
    off.write_text(Path(PAIR).read_text().replace("\nfailover\n", "\nno failover\n"))
    status, found, _ = both(tmp_path, "diff", PAIR, str(off))
    assert status == 1 and found["difference/verdict-verdict"].result


@pytest.mark.parametrize("option", ["--junit", "--sarif"])
def test_an_output_never_replaces_an_input(option: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "pair.cfg"
    file.write_text(Path(PAIR).read_text())
    for words in (["check", str(file)], ["diff", str(file), PAIR], ["runbook", RUNBOOK, str(file)]):
        assert main([*words, option, str(file)]) == 2
        assert "would replace" in capsys.readouterr().err


def test_faults_fail_for_a_single_fault_that_nobody_intends(tmp_path: Path) -> None:
    """A gap is noted, an interface that is forgotten fails; pairs of faults are noted, with the run as code flow."""
    config = tmp_path / "pair.cfg"
    text = Path(PAIR).read_text().replace("255.255.255.0 standby 198.51.100.2", "255.255.255.0")
    assert text != Path(PAIR).read_text()
    config.write_text(text)
    status, found, shown = both(tmp_path, "faults", str(config), "--goal", "service-lost", "--max", "2")
    assert status == 0
    down = "fault/service-lost-interface-link-failed-unit-primary-interface-outside"
    assert isinstance(found[down].result[0], Failure) and "standby address" in found[down].result[0].message
    assert found["fault/service-lost-both-units-stop"].result == [] and found["goal/service-lost"].result == []
    result = next(each for each in shown if each["ruleId"] == down)
    place = result["locations"][0]["physicalLocation"]
    assert text.splitlines()[place["region"]["startLine"] - 1].startswith(" ip address 198.51.100.1")
    (flow,) = result["codeFlows"][0]["threadFlows"]
    record = Path(tmp_path / "t")
    assert main(["faults", str(config), "--goal", "service-lost", "--max", "1", "--traces", str(record)]) == 0
    lines = (record / "service-lost-001.trace").read_text().splitlines()
    events = [line for line in lines if line and not line.startswith(("#", "config", "expect"))]
    assert len(flow["locations"]) == len(events) and result["level"] == "error"


def test_faults_that_were_not_all_tried_are_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _, found, _ = both(tmp_path, "faults", PAIR, "--goal", "dual-active", "--max", "4", "--time-limit", "0.0001")
    (undecided,) = found["goal/dual-active"].result
    assert isinstance(undecided, Error) and "looked at" in undecided.message
