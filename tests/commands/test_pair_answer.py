"""`check` of a configuration: the answer about the pair, its exit status, and what fits with it."""

from __future__ import annotations

import json
from pathlib import Path

import attrs
import pytest

from failover_fsm import events, verify
from failover_fsm.assessment.protocol import Protocol
from failover_fsm.cli import main
from failover_fsm.commands import check, kept_promises
from failover_fsm.commands.scenarios import scenario_of
from failover_fsm.fleet import software
from failover_fsm.pair.settings import Options
from failover_fsm.promises import BY_ID
from failover_fsm.reports.text.verdict import report_text
from tests.assessment.pairs import EIGHT, GROUPS, PAIR
from tests.assessment.test_assess import FORBIDDEN
from tests.wrong import group_may

QUICK = ("--faults", "0")


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A configuration in the current directory."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "pair.cfg").write_text(PAIR, encoding="utf-8")
    return tmp_path / "pair.cfg"


def said(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """Status, output and errors of `check pair.cfg` with these words."""
    try:
        status = main(["check", "pair.cfg", *words])
    except SystemExit as leave:
        status = int(leave.code or 0)
    printed = capsys.readouterr()
    return status, printed.out, printed.err


@pytest.mark.slow
def test_the_answer_is_short_and_all_there_is(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = said(capsys)
    assert (status, err) == (0, "")
    lines = out.splitlines()
    assert lines[0] == "pair.cfg: HOLDS" and len(lines) <= 12
    assert not [word for word in FORBIDDEN if word in out.lower()]
    assert " promises hold; -v lists them (a promise: " in out


@pytest.mark.slow
def test_verbose_adds_the_promises_as_they_were(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    short = said(capsys, "--faults", "1")[1]
    status, out, _ = said(capsys, "--faults", "1", "-v")
    assert status == 0 and out.startswith(short.splitlines()[0])
    assert "\nAssumed\n  - faults: " in out and "holds       split-brain-recovers" in out
    assert out.splitlines()[-1].startswith("HOLDS: ")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "words", "status"),
    [
        (PAIR, (), 0),
        (EIGHT["`no failover`"], (), 1),
        (EIGHT["no `standby` address for inside"], (), 1),
        (EIGHT["`failover interface-policy 3`"], (), 0),
        (EIGHT["`failover interface-policy 3`"], ("--strict",), 1),
        (PAIR, ("--strict",), 0),
        (GROUPS[: GROUPS.index("changeto")], (), 3),
        (GROUPS[: GROUPS.index("changeto")], ("--require", "outage<=10s"), 1),
        (GROUPS[: GROUPS.index("changeto")], ("--require", "survives=1"), 3),
        (PAIR, ("--max-states", "20"), 3),
        (PAIR, ("--topology", "figure-13-3"), 1),
        (PAIR, ("--topology", "figure-13-5"), 0),
        (PAIR, ("--require", "survives=1", "--require", "outage<=25s"), 0),
        (PAIR, ("--require", "survives=1", "--require", "outage<=15s"), 1),
        (PAIR.replace(" 172.16.0.1 255.255.255.252 standby 172.16.0.2\n", " ", 1), (), 2),
        (PAIR.replace("failover interface ip folink", "failover interface ip other"), (), 1),
    ],
)
def test_the_exit_status(
    text: str, words: tuple[str, ...], status: int, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_text(text, encoding="utf-8")
    found, out, err = said(capsys, *QUICK, *words)
    assert found == status, out + err
    assert said(capsys, *QUICK, *words, "--json")[0] == status


@pytest.mark.slow
def test_json_has_the_promises_as_ever_and_the_answer_beside(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.write_text(EIGHT["`failover interface-policy 3`"], encoding="utf-8")
    status, out, _ = said(capsys, "--faults", "1", "--json", "--require", "survives=1")
    record = json.loads(out)
    assert status == 1 and record["verdict"] == "holds" and record["complete"] is True
    words = {each["id"]: each["verdict"] for each in record["promises"]}
    assert words["split-brain-recovers"] == "holds" and {"holds", "not-tested"} <= set(words.values())
    answer = record["assessment"]
    assert answer["verdict"] == "holds-with-gaps" and len(answer["gaps"]) == 2
    assert {"violated", "no_failover", "risks", "undecided", "gaps"} <= set(answer)
    (wanted,) = answer["requirements"]
    assert wanted["met"] is False and wanted["reasons"][0]["line"] == 21


@pytest.mark.slow
def test_with_a_topology_its_elements_fail_in_the_search_for_promises(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    records = [json.loads(said(capsys, *QUICK, "--json", *words)[1]) for words in ((), ("--topology", "figure-13-1"))]
    assert ["elements" in each["assumptions"][0] for each in records] == [False, True]
    assert not [promise for each in records for promise in each["promises"] if promise["verdict"] == "violated"]
    assert [each["assessment"]["verdict"] for each in records] == ["holds", "at-risk"]


def test_a_requirement_is_printed_with_the_line_to_change(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.write_text(f"{PAIR}failover polltime interface 5 holdtime 30\n", encoding="utf-8")
    _, out, _ = said(capsys, *QUICK, "--require", "outage<=15s")
    text = " ".join(out.split())
    assert "required outage<=15s: FAILS: silent interface: an outage of 30 s; line 21: enter `failover polltime" in text


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (("--require", "survives=2"), "no pair survives two dead units; allowed: survives=1"),
        (("--require", "nonsense"), "'nonsense' is no requirement; allowed: survives=1, outage<=15s"),
        (("--require", "outage<=15"), "allowed: survives=1, outage<=15s"),
        (
            ("--strict", "--promise", "converges"),
            "--strict: --promise is about promises alone; allowed: with PRIMARY.cfg and without --promise",
        ),
        (("--topology", "figure-13-9"), "--topology"),
    ],
)
def test_bad_words_are_one_line(
    words: tuple[str, ...], what: str, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, out, err = said(capsys, *words)
    assert (status, out, err.count("\n")) == (2, "", 1) and what in err


def test_a_model_file_takes_no_word_about_a_pair(capsys: pytest.CaptureFixture[str]) -> None:
    for words in (["--strict"], ["--require", "survives=1"]):
        assert main(["check", "m.toml", *words]) == 2
        assert "m.toml is a model file; allowed: with PRIMARY.cfg" in capsys.readouterr().err


def test_with_a_promise_the_answer_is_about_promises(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = said(capsys, *QUICK, "--promise", "converges", "--promise", "always-recoverable")
    assert status == 0 and "holds       converges" in out and out.splitlines()[-1].startswith("HOLDS: 2 of 2")


@pytest.mark.slow
def test_a_broken_promise_comes_first(
    file: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    group_may(monkeypatch, events.NoActiveUnitSeen, lambda *_: False)  # a lost hand-over leaves nobody active
    status, out, _ = said(capsys, "--no-cache")  # no digest knows of a protocol that is changed in memory
    assert status == 1 and out.splitlines()[0] == "pair.cfg: VIOLATED" and len(out.splitlines()) <= 12
    text = " ".join(out.split())
    assert "VIOLATED, a promise (what failover must do in any order of events): always-someone-active" in text
    record = json.loads(said(capsys, "--json")[1])
    assert record["assessment"]["verdict"] == "violated" and record["assessment"]["violated"]


# -- the second run --------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_second_run_searches_nothing_and_says_the_same(
    file: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = said(capsys, *QUICK)
    searched = []
    monkeypatch.setattr(check, "_searched", lambda *args: searched.append(args) or pytest.fail("searched again"))
    assert said(capsys, *QUICK) == first and not searched


@pytest.mark.slow
@pytest.mark.parametrize(
    "words",
    [
        ("--json",),
        ("--report", "page.html"),
        ("--max-states", "9"),
        ("--engine", "plain"),
        ("--slice",),
        ("--no-cache",),
    ],
)
def test_an_answer_with_more_than_verdicts_is_always_searched_anew(
    words: tuple[str, ...], file: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    said(capsys, *QUICK)
    monkeypatch.setattr(kept_promises, "kept", lambda _: pytest.fail("an earlier result is used"))
    assert said(capsys, *QUICK, *words)[1] or "--report" in words


@pytest.mark.slow
def test_a_second_run_says_with_v_that_nothing_was_searched(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fresh, kept = (said(capsys, *QUICK, "-v")[1] for _ in range(2))
    explored = next(line for line in fresh.splitlines() if line.startswith("  explored ")).partition(":")[0].split()
    where = "not searched now: found in an earlier run on a pair of the same structure, "
    assert where + " ".join(explored[1:]) in " ".join(kept.split())
    assert fresh.partition("\nAssumed\n")[2] == kept.partition("\nAssumed\n")[2] != ""


def test_another_pair_another_environment_or_another_source_is_not_known(
    file: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    said(capsys, *QUICK)
    here = scenario_of("pair.cfg")
    quick = attrs.evolve(here, environment=attrs.evolve(here.environment, max_faults=0))
    more = attrs.evolve(quick, environment=attrs.evolve(quick.environment, max_faults=1))
    assert kept_promises.kept(quick) is not None and kept_promises.kept(more) is None
    other = attrs.evolve(quick, options=Options(recovery="edge"))
    assert kept_promises.kept(other) is None
    monkeypatch.setattr(software, "software_digest", lambda: "changed")
    assert kept_promises.kept(quick) is None


@pytest.mark.slow
def test_a_file_that_holds_anything_else_is_no_result(
    file: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    first = said(capsys, *QUICK)
    (path,) = (tmp_path / "cache").rglob("*.json")
    results = json.loads(path.read_text())
    (record,) = results.values()
    violated = {**record, "words": dict.fromkeys(record["words"], "violated")}
    broken = (["holds"], {"words": {"converges": "holds"}}, {**record, "words": ["converges"]}, violated)
    records = [json.dumps(dict.fromkeys(results, each)) for each in broken]
    for content in ("", "{", "[1]", "null", "{}", '{"a": 1}', "[" * 100_000, *records):
        path.write_text(content)
        assert said(capsys, *QUICK) == first, content[:80]


@pytest.mark.parametrize("pattern", ["failover-fsm", "*.json"])
def test_what_others_can_write_is_no_result(
    pattern: str, file: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    said(capsys, *QUICK)
    here = scenario_of("pair.cfg")
    quick = attrs.evolve(here, environment=attrs.evolve(here.environment, max_faults=0))
    assert kept_promises.kept(quick) is not None
    (path,) = (tmp_path / "cache").rglob(pattern)
    path.chmod(path.stat().st_mode | 0o020)
    assert kept_promises.kept(quick) is None


def test_a_relative_cache_folder_is_ignored(
    file: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    said(capsys, *QUICK)
    assert not Path("relative").exists() and list((tmp_path / "home" / ".cache").rglob("*.json"))


def test_a_result_is_of_this_python_and_numpy(
    file: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    said(capsys, *QUICK)
    here = scenario_of("pair.cfg")
    quick = attrs.evolve(here, environment=attrs.evolve(here.environment, max_faults=0))
    monkeypatch.setattr(software, "_numpy", lambda: "0.0")
    software.software_digest.cache_clear()
    assert kept_promises.kept(quick) is None
    software.software_digest.cache_clear()


@pytest.mark.slow
def test_without_a_folder_to_write_nothing_is_kept(
    file: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "/dev/null")
    first = said(capsys, *QUICK)
    assert first[0] == 0 and said(capsys, *QUICK) == first


def test_what_is_not_finished_is_not_kept(file: Path, tmp_path: Path) -> None:
    scenario = scenario_of("pair.cfg")
    kept_promises.keep(scenario, Protocol(words=(("converges", "undecided"),), limit="time"))
    kept_promises.keep(scenario, Protocol(words=(("converges", "violated"),), violated=(("converges", "x"),)))
    assert not list(tmp_path.rglob("*.json"))


# -- five tasks, each one command --------------------------------------------------------------------

DATA = Path(__file__).parents[1] / "data" / "config"
TASKS = {
    "is my pair safe": ("cisco-asav_day0_primary.cfg", (), ["cisco-asav_day0_primary.cfg: HOLDS", "survives all 18"]),
    "how long is the outage": (
        "fpr4150_multicontext_primary.cfg",
        (),
        ["worst outage management for good; unit dies 1 s; port down 0.6 s; silent interface 5 s"],
    ),
    "what single fault kills it": (
        "subinterfaces.cfg",
        (),
        ["subinterfaces.cfg: AT RISK", "port Ethernet0 (outside, partners) down (no service there)"],
    ),
    "what never fails over": (
        "subinterfaces.cfg",
        (),
        ["never triggers outside, partners: not monitored (a subinterface without a `monitor-interface` line)"],
    ),
    "gate a pull request": (
        "cisco-asav_day0_primary.cfg",
        ("--strict", "--require", "survives=1", "--require", "outage<=15s", "--require", "monitored=outside,inside"),
        ["required survives=1: met", "required outage<=15s: FAILS: silent interface: an outage of 25 s"],
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("task", TASKS)
def test_a_task_is_one_command_and_a_short_answer(
    task: str, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, words, wanted = TASKS[task]
    monkeypatch.chdir(DATA)
    status = main(["check", name, *QUICK, *words])
    out, err = capsys.readouterr()
    text = " ".join(out.split())
    assert err == "" and all(part in text for part in wanted)
    assert len([line for line in out.splitlines() if not line.startswith("  required")]) <= 13
    assert not [word for word in FORBIDDEN if word in out.lower()]
    assert status == ("FAILS" in out or "AT RISK" in out)


@pytest.mark.slow
def test_what_can_happen_and_what_never_came_up_is_not_said_to_hold(file: Path) -> None:
    report = verify(attrs.evolve(scenario_of("pair.cfg"), check=("converges",)), max_states=100_000)
    (found,) = report.answers
    can = attrs.evolve(found, promise=attrs.evolve(BY_ID["converges"], kind="sometimes"))
    answers = (found, can, attrs.evolve(found, vacuous=True))
    assert [each.word for each in answers] == ["holds", "happens", "not tested"]
    record = attrs.evolve(report, answers=answers).to_dict()
    assert [each["verdict"] for each in record["promises"]] == ["holds", "happens", "not-tested"]
    last = report_text(attrs.evolve(report, answers=answers)).splitlines()[-1]
    assert last.startswith("HOLDS: 1 of 3 promises hold in every reachable state; 1 can happen; 1 could not be put")
