"""`failover-fsm times` as people and programs use it."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as xml
from pathlib import Path
from typing import Any

import pytest

from failover_fsm.cli import main
from failover_fsm.config.asa.files import read_config
from failover_fsm.diagrams.style import svg
from failover_fsm.reports.svg.timing import sweep_svg
from failover_fsm.timing.sweep import own_point, sweep, sweep_text
from failover_fsm.trace.player import load, play
from tests.children import interrupted

ROOT = Path(__file__).parents[2]
CISCO = str(ROOT / "models" / "cisco-asav.cfg")
IDS = [
    "active-unit-dies", "interface-link-down", "interface-link-down-4ge", "interface-silent", "failover-link-lost",
    "preempted-return", "forced",
]  # fmt: skip


@pytest.mark.slow
def test_the_json_object_has_the_public_form(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["times", CISCO, "--json"]) == 0
    record = json.loads(capsys.readouterr().out)
    found = {each["id"]: each for each in record["conditions"]}
    assert list(found) == IDS
    assert found["active-unit-dies"]["takeover"] == found["active-unit-dies"]["no_active"] == [14.0, 15.0]
    assert found["failover-link-lost"]["takeover"] is None
    assert found["failover-link-lost"]["detection"] == [1.0, 2.0]
    assert found["preempted-return"]["detection"] is found["preempted-return"]["takeover"] is None
    assert all("advance seconds=" in text for text in found["interface-silent"]["traces"])


def test_no_outage_of_0_is_told_where_both_units_become_active(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without standby addresses the units cannot hear each other once the failover link is lost."""
    lines = (ROOT / "models" / "active-standby.cfg").read_text().splitlines()
    deaf = tmp_path / "deaf.cfg"
    deaf.write_text("\n".join(each.partition(" standby ")[0] if " ip address" in each else each for each in lines))
    assert main(["times", str(deaf)]) == 0
    assert "failover-link-lost       14 to 15   14 to 15  0               both active" in capsys.readouterr().out
    assert main(["times", str(ROOT / "models" / "active-standby.cfg"), "--topology", "figure-13-2"]) == 0
    out = capsys.readouterr().out
    rows = [line for line in out.splitlines() if line.endswith("both units become active")]
    assert len(rows) == 3 and all("both active" in row and "  0  " not in row for row in rows)


def test_the_text_is_a_table_with_what_it_rests_on(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["times", CISCO]) == 0
    out = capsys.readouterr().out
    assert "active-unit-dies         14 to 15   14 to 15  14 to 15" in out
    assert "failover-link-lost       1 to 2     never     0" in out
    assert "interface-silent         20 to 25   20 to 25  0               20 to 25" in out
    assert "come back" not in out, "no single fault ends service for good"
    assert "unit poll 1 s, hold 15 s" in out


@pytest.mark.slow
def test_single_faults_that_end_service_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["times", str(ROOT / "models" / "policy-2.cfg")]) == 0
    head = "Service that does not come back until somebody repairs the fault:\n"
    assert f"{head}  - any one of outside, inside: down or silent at either unit\n" in capsys.readouterr().out
    assert main(["times", str(ROOT / "models" / "fpr4150.cfg"), "--json"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert [(each["kind"], each["count"]) for each in record["lost_for_good"]] == [
        ("management: down or silent at either unit", 4)
    ]
    assert main(["times", str(ROOT / "models" / "active-standby.cfg"), "--topology", "figure-13-3", "--json"]) == 0
    assert [each["kind"] for each in json.loads(capsys.readouterr().out)["lost_for_good"]] == ["switch-2"]
    found = {each["id"]: each["without_service"] for each in record["conditions"]}
    assert (found["interface-link-down"], found["failover-link-lost"], found["forced"]) == ([0, 0.6], [0, 0], [0, 0])


@pytest.mark.slow
def test_every_written_trace_replays(tmp_path: Path) -> None:
    folder = tmp_path / "traces"
    assert main(["times", CISCO, "--traces", str(folder), "--plot", str(tmp_path / "p.svg")]) == 0
    files = sorted(folder.glob("*.trace"))
    assert len(files) == 12
    for file in files:
        assert play(*load(file)).failures == (), file
    picture = xml.fromstring((tmp_path / "p.svg").read_text())
    assert picture.tag.endswith("svg") and "takeover after 15 s" in "".join(picture.itertext())


@pytest.mark.slow
def test_a_pair_with_groups_has_bounds_too(capsys: pytest.CaptureFixture[str]) -> None:
    """PRE-5: one group is to move at once, the other after a minute."""
    found = of_groups(str(ROOT / "models" / "active-active.cfg"), capsys)
    assert [found["preempted-return", group]["takeover"] for group in (1, 2)] == [[0.0, 0.0], [60.0, 60.0]]
    assert found["active-unit-dies", 1]["no_active"] == found["active-unit-dies", 2]["no_active"] == [14.0, 15.0]


def of_groups(file: str, capsys: pytest.CaptureFixture[str]) -> dict[tuple[str, int], dict[str, Any]]:
    """What `times --json` says of a pair with failover groups, by condition and group."""
    assert main(["times", file, "--json"]) == 0
    return {(each["id"], each["group"]): each for each in json.loads(capsys.readouterr().out)["conditions"]}


ACTIVE_ACTIVE = (ROOT / "models" / "active-active.cfg").read_text()
SECOND = "failover group 2\n"


def changed(tmp_path: Path, old: str, new: str) -> str:
    """The shipped Active/Active pair with other words in it."""
    assert old in ACTIVE_ACTIVE
    (tmp_path / "changed.cfg").write_text(ACTIVE_ACTIVE.replace(old, new, 1))
    return str(tmp_path / "changed.cfg")


@pytest.mark.slow
def test_each_group_has_its_own_times(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """CFG-40: an interface poll time is that of one group; no interval mixes the two."""
    found = of_groups(changed(tmp_path, SECOND, SECOND + "  polltime interface 3 holdtime 16\n"), capsys)
    assert [found["interface-link-down", group]["takeover"] for group in (1, 2)] == [[0.0, 5.0], [0.0, 3.0]]
    assert [found["interface-silent", group]["detection"] for group in (1, 2)] == [[20.0, 25.0], [13.0, 16.0]]


@pytest.mark.parametrize("policy", ["5", "9"])
def test_a_policy_that_is_never_reached_says_never_for_its_group(
    policy: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """CFG-36: no number of failed interfaces moves group 2; group 1 is not concerned. `faults` gives the advice too."""
    file = changed(tmp_path, SECOND, f"{SECOND}  interface-policy {policy}\n")
    assert main(["times", file]) == 0
    printed = capsys.readouterr()
    lines = [" ".join(line.split()) for line in printed.out.splitlines()]
    assert "interface-link-down group 1 0 to 5 0 to 5 0 0 to 5" in lines
    assert "interface-link-down group 2 never never - for good" in lines
    advice = f"interface policy {policy} of failover group 2 is never reached"
    assert advice in printed.err
    assert main(["faults", file, "--goal", "dual-active", "--max", "1"]) == 0
    assert advice in capsys.readouterr().err


@pytest.mark.slow
def test_a_group_without_preempt_never_returns_and_the_other_does(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = of_groups(changed(tmp_path, " preempt 60\n", ""), capsys)
    assert found["preempted-return", 2]["takeover"] is None
    assert found["preempted-return", 1]["takeover"] == [0.0, 0.0]


def test_what_advice_says_comes_with_the_times(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["times", CISCO]) == 0
    assert "no failover key" in capsys.readouterr().err


@pytest.mark.slow
def test_table_13_7_says_what_agrees(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["times", "--table-13-7"]) == 0
    assert "12 of 12 figures are the worst case" in capsys.readouterr().out
    assert main(["times", "--table-13-7", "--json", str(ROOT / "models" / "timing" / "first-missed.toml")]) == 0
    cells = json.loads(capsys.readouterr().out)["cells"]
    assert sorted({cell["rule"] for cell in cells if not cell["agrees"]}) == ["T7-1", "T7-4"]


@pytest.mark.slow
def test_a_sweep_is_a_table_and_a_picture(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["times", "--sweep", "--plot", str(tmp_path / "s.svg")]) == 0
    assert "hellos survived" in capsys.readouterr().out
    text = (tmp_path / "s.svg").read_text()
    tips = re.findall("<title>(poll [^<]*)</title>", text)
    assert len(set(tips)) == len(tips) == 55, "each setting that a device takes"
    assert "poll 1 s, hold 15 s: outage 15 s, 13 hellos survived" in tips
    assert "this pair" not in text


def test_the_sweep_marks_the_setting_of_the_pair(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    points = tuple(sweep(polls=(500, 1000), holds=(3000, 15_000)))
    own = own_point(read_config(CISCO))
    assert (own.poll, own.hold, own.outage, own.survived) == (1000, 15_000, 15_000, 13)
    text, drawn = sweep_text(points, own), sweep_svg(points, own)
    assert text.endswith("This pair: poll 1, hold 15: worst outage 15, 13 hellos survived.\n")
    assert "this pair: poll 1 s, hold 15 s" in drawn and "this pair" not in sweep_svg(points)
    assert "poll 0.5 s</text>" in drawn and "poll 1 s</text>" in drawn
    lines = re.findall("<polyline [^>]*>", drawn)
    assert (
        len({re.sub("points=.*? fill", "", re.sub("stroke=.#......", "", line)) for line in lines}) == len(lines) == 2
    )


def test_no_words_of_the_picture_lie_over_others_or_beyond_its_edge(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    picture = tmp_path / "t.svg"
    assert main(["times", str(ROOT / "models" / "active-active.cfg"), "--plot", str(picture)]) == 0
    shown = re.findall(r'<text x="([\d.]+)" y="([\d.]+)"( font-weight="bold")?>([^<]*)</text>', picture.read_text())
    ends = {y: float(x) + svg.width(words, bold=True) for x, y, bold, words in shown if bold}
    captions = [(float(x), y, words) for x, y, bold, words in shown if not bold and words.startswith("takeover")]
    assert len(captions) > 6 and all(x > ends[y] for x, y, _ in captions)
    assert all(float(x) + svg.width(words) <= svg.PAGE_WIDTH for x, _, bold, words in shown if not bold)


def test_failover_switched_off_is_looked_at_as_if_it_were_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = Path(CISCO).read_text().replace("\nfailover\n", "\nno failover\n")
    (tmp_path / "off.cfg").write_text(text)
    assert main(["times", str(tmp_path / "off.cfg")]) == 0
    out = capsys.readouterr().out
    assert "looked at as if it were on" in out and "14 to 15" in out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "failover-fsm times: no configuration; allowed: PRIMARY.cfg, --table-13-7 or --sweep"),
        (["nothing.cfg"], "nothing.cfg: cannot be read"),
        (["nothing.toml"], "nothing.toml: cannot be read"),
        ([str(ROOT)], "cannot be read"),
        (["--table-13-7", "--traces", "x"], "--traces: there are no runs to write"),
        (["--table-13-7", "--plot", "x.svg"], "--plot: a table has no picture"),
        (["--sweep", "--topology", "stack"], "--topology: the chapter's tables are about no pair"),
        ([CISCO, "--topology", "nothing.toml"], "--topology: nothing.toml: cannot be read"),
        ([CISCO, "--plot", "x.pdf"], "--plot x.pdf: the suffix names no format; allowed: .svg\n"),
        (
            ["--table-13-7", CISCO],
            ": --table-13-7 is about no pair; allowed: no configuration, or a MODEL.toml for its options",
        ),
        (["--sweep", "--plot", "x"], "--plot x: the suffix names no format; allowed: .svg\n"),
        ([CISCO, "--plot", "/nowhere/x.svg"], "/nowhere/x.svg: cannot be written"),
        ([CISCO, "--traces", "/dev/null/x"], "--traces /dev/null/x: Not a directory"),
    ],
)
def test_bad_input_is_one_line_and_exit_status_two(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT / "tests")
    assert main(["times", *arguments]) == 2
    captured = capsys.readouterr()
    assert said in captured.err and captured.err.count("\n") == 1 and captured.out == ""


@pytest.mark.parametrize("text", ["", "hostname x\n", "failover lan interface folink GigabitEthernet0/2\n", "\x00\x01"])
def test_a_file_that_makes_no_pair_is_refused(text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "x.cfg").write_text(text)
    assert main(["times", str(tmp_path / "x.cfg")]) == 2
    assert "x.cfg" in capsys.readouterr().err


def test_both_tables_at_once_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["times", "--sweep", "--table-13-7"])
    assert caught.value.code == 2 and "not allowed with" in capsys.readouterr().err


SWEEP = r"""
import runpy, sys
from failover_fsm.timing import sweep
survived = sweep.survived
def told(*of):
    sys.stderr.write("begun\n")  # at once: an interrupt may come next
    return survived(*of)
sweep.survived, sys.argv[1:] = told, ["times", "--sweep"]
runpy.run_module("failover_fsm", run_name="__main__")
"""
"""The command, which says that it has begun."""


def test_an_interrupt_ends_it_quietly() -> None:
    status, out, shown = interrupted(["-c", SWEEP], "begun")
    shown = re.sub(r"begun\r\n|\r\x1b\[K[^\r]*(?=\r)|\r\x1b\[K", "", shown)
    assert (status, out, shown) == (130, "", "interrupted\r\n")


def test_a_search_that_is_given_up_is_said_in_text_and_json(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("failover_fsm.timing.bounds.MOST_STATES", 3)
    assert main(["times", CISCO]) == 0
    text = capsys.readouterr().out
    assert "interface-link-down: not known, the search was given up at more than 3 symbolic states" in text
    assert main(["times", CISCO, "--json"]) == 0
    conditions = {each["id"]: each for each in json.loads(capsys.readouterr().out)["conditions"]}
    given_up = conditions["interface-link-down"]
    assert given_up["takeover"] is None and given_up["not_known"] == "more than 3 symbolic states"
    assert "not_known" not in conditions["preempted-return"]
