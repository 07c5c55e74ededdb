"""What the commands answer about a pair whose failover is off, or never comes up: first that, then as if it worked."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from failover_fsm import PairConfig, check
from failover_fsm.cli import main
from failover_fsm.reports.text.verdict import report_text

ROOT = Path(__file__).parents[2]
PAIR = (ROOT / "models" / "active-standby.cfg").read_text()
RUNBOOK = str(ROOT / "models" / "runbooks" / "upgrade.runbook")
AS_IF = "NO FAILOVER; as if it worked: "

WAYS = {
    "off": (PAIR.replace("\nfailover\n", "\nno failover\n"), "NO FAILOVER (line 14): failover is off"),
    "unsaid": (PAIR.replace("\nfailover\n", "\n"), "NO FAILOVER: failover is off: the file has no `failover` line"),
    "shut": (
        PAIR.replace("interface GigabitEthernet0/2\n", "interface GigabitEthernet0/2\n shutdown\n"),
        "NO FAILOVER (line 11): the failover link folink never comes up: its port GigabitEthernet0/2",
    ),
}  # fmt: skip
"""Why there is no failover, with the configuration and how the first line of each answer begins."""

ASKED = {
    "faults": (["faults", "PAIR", "--max", "1"], 1),
    "faults of one goal": (["faults", "PAIR", "--max", "1", "--goal", "no-active"], 1),
    "times": (["times", "PAIR"], 0),
    "sweep": (["times", "PAIR", "--sweep"], 0),
    "whatif": (["whatif", "PAIR", "--after", "unit_failed unit=primary"], 0),
    "whatif in any order": (["whatif", "PAIR", "--after", "unit_failed unit=primary", "--any-order"], 0),
    "runbook": (["runbook", RUNBOOK, "PAIR", "--no-faults"], 1),
}
"""What is asked, and the exit status."""


def asked(tmp_path: Path, way: str, question: str, *more: str) -> int:
    """Asks a question about such a pair; returns the exit status."""
    pair = tmp_path / "pair.cfg"
    pair.write_text(WAYS[way][0])
    return main([*(str(pair) if word == "PAIR" else word for word in ASKED[question][0]), *more])


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("question", ASKED)
def test_the_first_line_says_that_there_is_no_failover(
    question: str, way: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert asked(tmp_path, way, question) == ASKED[question][1]
    out = capsys.readouterr().out
    assert out.startswith(WAYS[way][1])
    assert "; what follows is as if it worked" in " ".join(out.split())


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("question", ASKED)
def test_the_json_object_says_so_too(
    question: str, way: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert asked(tmp_path, way, question, "--json") == ASKED[question][1]
    record = json.loads(capsys.readouterr().out)
    assert main(["check", str(tmp_path / "pair.cfg"), "--json"]) == 1
    assert record["no_failover"] == json.loads(capsys.readouterr().out)["assessment"]["no_failover"]
    assert record["caveats"][0].startswith("NO FAILOVER")
    for each in (record, *record.get("goals", ())):
        assert each.get("verdict", "no-failover").lower().startswith("no") and "no_failover" in record


@pytest.mark.parametrize("question", ASKED)
def test_a_pair_that_works_has_no_such_line(question: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = [str(ROOT / "models" / "active-standby.cfg") if word == "PAIR" else word for word in ASKED[question][0]]
    assert main(command) == 0
    assert "NO FAILOVER" not in capsys.readouterr().out
    assert main([*command, "--json"]) == 0
    assert "no_failover" not in json.loads(capsys.readouterr().out)


def test_no_verdict_stands_without_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked(tmp_path, "off", "faults")
    verdicts = [line for line in capsys.readouterr().out.splitlines() if "SURVIVES" in line]
    assert len(verdicts) == 4 and all(AS_IF in line for line in verdicts)
    asked(tmp_path, "off", "runbook")
    assert capsys.readouterr().out.splitlines()[1].endswith(f"{AS_IF}SAFE")


@pytest.mark.parametrize("question", ASKED)
def test_pages_say_it_at_the_top(question: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "page.html"
    assert asked(tmp_path, "shut", question, "--report", str(page)) == ASKED[question][1]
    assert '<pre class="answer" tabindex="0">NO FAILOVER (line 11)' in page.read_text()


@pytest.mark.parametrize("question", [question for question in ASKED if question != "sweep"])
def test_the_heading_of_a_page_is_the_name_of_the_file(
    question: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "page.html"
    asked(tmp_path, "off", question, "--report", str(page))
    (heading,) = re.findall("<h1>(.*?)</h1>", page.read_text())
    assert heading.endswith("pair.cfg") and str(tmp_path) not in heading and f"<title>{heading}" in page.read_text()


def test_so_it_is_on_the_page_of_the_pair(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page, pair = tmp_path / "page.html", tmp_path / "pair.cfg"
    pair.write_text(PAIR)
    main(["report", str(pair), "-o", str(page)])
    assert "<h1>pair.cfg</h1>" in page.read_text() and "<title>pair.cfg: failover check</title>" in page.read_text()


MODEL = """
title = "pair"
config = "pair.cfg"
[environment]
faults = ["power"]
operator = []
[promises]
check = ["split-brain-recovers"]
"""


def promises_of_a_model(tmp_path: Path, way: str, *more: str) -> int:
    """Checks a model file whose configuration is that of such a pair; returns the exit status."""
    (tmp_path / "pair.cfg").write_text(WAYS[way][0])
    (tmp_path / "pair.toml").write_text(MODEL)
    return main(["check", str(tmp_path / "pair.toml"), *more])


@pytest.mark.parametrize("way", WAYS)
def test_the_promises_of_a_model_are_as_if_it_worked(
    way: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert promises_of_a_model(tmp_path, way) == 1
    out = capsys.readouterr().out
    assert out.startswith(WAYS[way][1]) and out.splitlines()[-1].startswith(f"{AS_IF}HOLDS: ")
    assert promises_of_a_model(tmp_path, way, "--json") == 1
    record = json.loads(capsys.readouterr().out)
    assert record["no_failover"] and record["caveats"][0].startswith(WAYS[way][1].partition(":")[0])


ON_A_BUNDLE = PAIR.replace("folink GigabitEthernet0/2", "folink Port-channel1") + (
    "interface GigabitEthernet0/2\n channel-group 1 mode active\ninterface Port-channel1\n port-channel min-bundle 2\n"
)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (WAYS["off"][0], "failover is off (line 14)"),
        (
            WAYS["shut"][0],
            "the failover link folink never comes up: its port GigabitEthernet0/2 is shut down (line 11)",
        ),
        (PAIR.replace("failover interface ip folink", "! "), "the failover link folink has no addresses, so it never"),
        (ON_A_BUNDLE, "the failover link folink never comes up: Port-channel1 needs 2 members (min-bundle) and has 1"),
    ],
)
def test_so_says_a_program_that_asks_for_promises(text: str, said: str) -> None:
    report = check(PairConfig.from_asa(text), faults=0)
    assert f"\n  but {said}" in str(report) and f"; but {said}" in report_text(report)


def test_what_the_first_line_says_the_verdict_does_not_say_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    promises_of_a_model(tmp_path, "off")
    assert "but failover is off" not in capsys.readouterr().out


def test_so_are_those_that_are_asked_by_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pair = tmp_path / "pair.cfg"
    pair.write_text(WAYS["off"][0])
    assert main(["check", str(pair), "--promise", "split-brain-recovers"]) == 1
    out = capsys.readouterr().out
    assert out.startswith(WAYS["off"][1]) and f"\n{AS_IF}HOLDS: " in out


def test_the_page_and_the_gate_of_a_model_say_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page, junit = tmp_path / "page.html", tmp_path / "gate.xml"
    assert promises_of_a_model(tmp_path, "shut", "--report", str(page), "--junit", str(junit)) == 1
    assert "NO FAILOVER (line 11): the failover link folink never comes up" in page.read_text()
    assert ", as if failover worked" in page.read_text()
    assert 'failures="1"' in junit.read_text()


@pytest.mark.parametrize("way", WAYS)
def test_a_show_command_says_it_beside_what_the_device_prints(
    way: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pair = tmp_path / "pair.cfg"
    pair.write_text(WAYS[way][0])
    assert main(["show", "show failover state", str(pair)]) == 0
    shown = capsys.readouterr()
    assert f"{pair}: {WAYS[way][1]}" in shown.err and "NO FAILOVER" not in shown.out


@pytest.mark.parametrize("question", ["faults", "runbook"])
def test_gates_fail(question: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    junit = tmp_path / "gate.xml"
    assert asked(tmp_path, "off", question, "--junit", str(junit)) == 1
    assert "failover is off: enter `failover`" in junit.read_text() and 'failures="1"' in junit.read_text()


def test_with_interfaces_that_are_not_known_it_is_said_as_well(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pair = tmp_path / "pair.cfg"
    pair.write_text("".join(line for line in PAIR.splitlines(True) if line.startswith("failover ")))
    for command in (["faults", str(pair)], ["runbook", RUNBOOK, str(pair)]):
        assert main(command) == 1
        assert capsys.readouterr().out.startswith("NO FAILOVER: failover is off")
        assert main([*command, "--json"]) == 1
        assert json.loads(capsys.readouterr().out)["no_failover"][0]["reason"].startswith("is off")
