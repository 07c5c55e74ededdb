"""What is not in the file is said by every answer, and no figure rests on it."""

import json
from pathlib import Path

import pytest

from failover_fsm.analysis.verify import check
from failover_fsm.checker import Verdict
from failover_fsm.cli import main
from failover_fsm.config.records.gaps import find_gaps
from failover_fsm.config.records.pair_config import Allocation, Context, Interface, PairConfig, Unit

ROOT = Path(__file__).parents[2]

SECTION = """failover
failover lan unit {unit}
failover lan interface folink GigabitEthernet0/3
failover key *****
failover interface ip folink 10.0.0.253 255.255.255.252 standby 10.0.0.254
"""
PRIMARY, SECONDARY = SECTION.format(unit="primary"), SECTION.format(unit="secondary")
INSIDE = "interface GigabitEthernet0/1\n nameif inside\n ip address 10.1.0.1 255.255.255.0 standby 10.1.0.2\n"
SYSTEM = PRIMARY + "context one\n allocate-interface g0/1\ncontext two\n allocate-interface g0/2\n"
# Each file with a gap, and a word of what is not known.
GAPS = [
    (PRIMARY, "the data interfaces"),
    (SECONDARY, "the data interfaces"),
    (PRIMARY + "interface GigabitEthernet0/3\n description LAN Failover Interface\n", "the data interfaces"),
    (PRIMARY + "monitor-interface inside\n", "the data interfaces"),
    (SYSTEM, "the interfaces of contexts one, two"),
    (PRIMARY + "context one\ncontext two\n", "the interfaces of contexts one, two"),
    (PRIMARY + "mode multiple\n", "the contexts"),
    (SYSTEM + "changeto context two\n" + INSIDE.replace("0/1", "0/2"), "the interfaces of context one"),
]
WHOLE = [
    PRIMARY + INSIDE,
    SECONDARY + INSIDE,
    SYSTEM + "changeto context one\n" + INSIDE + "changeto context two\n" + INSIDE.replace("0/1", "0/2"),
    # the admin context has no port, and nothing to configure
    PRIMARY + "context admin\ncontext one\n allocate-interface g0/1\nchangeto context one\n" + INSIDE,
    "hostname x\n" + INSIDE,
]


def read(text: str) -> PairConfig:
    return PairConfig.from_asa(text, source="t.cfg")


@pytest.mark.parametrize(("text", "what"), GAPS)
def test_what_the_text_does_not_hold_is_a_gap(text: str, what: str) -> None:
    [gap] = read(text).gaps
    assert gap.unknown.startswith(what)
    assert str(gap) == f"not known: {gap.unknown}; {gap.remedy}"


@pytest.mark.parametrize("text", WHOLE)
def test_a_whole_configuration_has_no_gap(text: str) -> None:
    assert read(text).gaps == ()


@pytest.mark.parametrize(
    ("contexts", "configured", "subject", "reason"),
    [
        ("", "", "the contexts", "the file has none"),
        ("a+", "", "the interfaces of context a", "the file has no interfaces of contexts"),
        ("a", "", "the interfaces of context a", "the file has no interfaces of contexts"),
        ("a+ b+ c", "a", "the interfaces of context b", "the file has none of them"),
        ("a+ b+ c+", "a", "the interfaces of contexts b, c", "the file has none of them"),
        ("1+ 2+ 3+ 4+ 5+ 6+ 7+ 8+", "", "the interfaces of contexts 1, 2, 3, 4, 5, 6, 7, 8",
         "the file has no interfaces of contexts"),
        ("1+ 2+ 3+ 4+ 5+ 6+ 7+ 8+ 9+", "", "the interfaces of contexts 1, 2, 3, 4, 5, 6, 7, 8 and 1 more",
         "the file has no interfaces of contexts"),
    ],
)  # fmt: skip
def test_contexts_that_are_not_in_the_text_are_named(contexts: str, configured: str, subject: str, reason: str) -> None:
    """With + a context has a port: without, there may be nothing to configure in it."""
    port = Allocation(port="g0/1")
    made = [Context(name=word.strip("+"), ports=[port] * word.count("+")) for word in contexts.split()]
    interfaces = [Interface(port="g0/1", context=name) for name in configured.split()] + [Interface(port="g0/0")]
    [gap] = find_gaps(unit=Unit.PRIMARY, multiple_context=True, contexts=made, interfaces=interfaces)
    assert (gap.subject, gap.reason) == (subject, reason)


def test_a_secondary_is_told_where_its_interfaces_come_from() -> None:
    assert "take the primary's configuration" in read(SECONDARY).gaps[0].remedy
    assert "take the primary's" not in read(PRIMARY).gaps[0].remedy


def answer(tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, *words: str) -> tuple[int, str, str]:
    """Status, output and errors of a command; FILE stands for the file with the text."""
    file = tmp_path / "t.cfg"
    file.write_text(text)
    status = main([str(file) if word == "FILE" else word for word in words])
    printed = capsys.readouterr()
    return status, printed.out, printed.err


UNDECIDED = [
    ("check", "FILE"),
    ("check", "FILE", "--faults", "1"),
    ("faults", "FILE", "--goal", "dual-active"),
    ("faults", "FILE", "--goal", "no-active", "--max", "1"),
    ("whatif", "FILE", "--after", "failover_link_failed"),
    ("whatif", "FILE", "--after", "unit_failed unit=primary", "--plus-one-fault"),
]


@pytest.mark.parametrize("words", UNDECIDED)
@pytest.mark.parametrize(("text", "what"), [GAPS[0], GAPS[1], GAPS[4]])
def test_answers_that_rest_on_a_gap_are_not_given(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], text: str, what: str
) -> None:
    status, out, _err = answer(tmp_path, capsys, text, *words)
    assert status == 3
    assert what in out
    verdict = out.splitlines()[0].rpartition(": ")[2] if words[0] == "check" else out.splitlines()[-1].partition(":")[0]
    assert verdict == "UNDECIDED"
    assert not any(word in out for word in ("HOLDS", "SURVIVE", "states", "takeover"))
    status, out, _err = answer(tmp_path, capsys, text, *words, "--json")
    record = json.loads(out)
    assert (status, record["verdict"]) == (3, "undecided")
    assert record["gaps"][0]["not_known"].startswith(what)


@pytest.mark.parametrize("text", [GAPS[0][0], GAPS[1][0], GAPS[4][0]])
def test_the_function_gives_no_verdict_on_half_a_pair(text: str) -> None:
    report = check(read(text))
    assert (report.verdict, report.exit_status) == (Verdict.UNDECIDED, 3)
    assert report.result.limit == str(read(text).gaps[0])
    assert {each.verdict for each in report.answers} == {Verdict.UNDECIDED} and not any(e.steps for e in report.answers)
    assert report.to_dict()["complete"] is False


def test_a_page_says_what_is_not_known(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "page.html"
    status, _out, _err = answer(tmp_path, capsys, PRIMARY, "check", "FILE", "--report", str(page))
    assert status == 3
    text = page.read_text(encoding="ascii")
    assert "UNDECIDED" in text and "the data interfaces: the file names none" in text


@pytest.mark.parametrize("text", [PRIMARY, SYSTEM])
def test_what_does_not_rest_on_interfaces_is_answered_with_a_note(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    for after in ("unit_failed unit=primary", "failover_active unit=secondary"):
        status, out, err = answer(tmp_path, capsys, text, "whatif", "FILE", "--after", after)
        assert status == 0 and "Active" in out
        assert "t.cfg: not known: " in err
    status, out, err = answer(tmp_path, capsys, text, "config", "FILE")
    assert status == 0 and "failover lan unit primary" in out
    assert "t.cfg: not known: " in err


MODEL = 'title = "t"\nconfig = "t.cfg"\n\n[environment]\nfaults = ["power"]\noperator = []\nmax_faults = 1\n'
SCENE = "config t.cfg\nunit_restored unit=primary\nunit_restored unit=secondary\nsettle\nexpect active=primary\n"
SAID = [
    ("run", "s.trace"),
    ("run", "s.trace", "--json"),
    ("run", "s.trace", "--config", "t.cfg"),
    ("diagram", "s.trace"),
    ("diagram", "s.trace", "--roles"),
    ("diagram", "pair", "m.toml"),
    ("diagram", "pair", "m.toml", "--fold", "active"),
    ("export", "m.toml", "--to", "promela"),
    ("faults", "t.cfg", "--topology", "figure-13-1", "--list-elements"),
]


@pytest.mark.slow
@pytest.mark.parametrize("words", SAID)
@pytest.mark.parametrize(("text", "what"), [GAPS[0], GAPS[4], (PRIMARY + INSIDE, "")])
def test_what_is_missing_is_said_once_beside_the_answer(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
    text: str,
    what: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "m.toml").write_text(MODEL)
    (tmp_path / "s.trace").write_text(SCENE)
    (tmp_path / "t.cfg").write_text(text)
    assert main([*words]) == 0
    printed = capsys.readouterr()
    said = [line for line in printed.err.splitlines() if "not known" in line]
    assert len(said) == (1 if what else 0)
    assert all(line.startswith(f"t.cfg: not known: {what}") for line in said)
    if "--json" in words:
        gaps = json.loads(printed.out).get("gaps", [])
        assert [each["not_known"].startswith(what) for each in gaps] == [True] * len(said)


@pytest.mark.parametrize(("text", "what"), [GAPS[0], GAPS[1], GAPS[4]])
def test_a_suite_of_half_a_pair_is_not_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, what: str
) -> None:
    folder = tmp_path / "suite"
    words = ("suite", "FILE", "--cover", "rows", "-o", str(folder))
    status, out, err = answer(tmp_path, capsys, text, *words)
    assert (status, folder.exists()) == (3, False)
    assert what in out and out.splitlines()[-1].startswith("UNDECIDED: ")
    assert f"{folder}: not written, since nothing was searched\n" in err


@pytest.mark.slow
def test_times_that_rest_on_a_gap_are_left_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _err = answer(tmp_path, capsys, PRIMARY, "times", "FILE")
    assert status == 0
    assert "active-unit-dies  14 to 15" in out
    assert "Not known: interface-link-down, " in out and "failover-link-lost; the data interfaces" in out
    status, out, _err = answer(tmp_path, capsys, PRIMARY, "times", "FILE", "--json")
    record = json.loads(out)
    assert [each["id"] for each in record["conditions"]] == ["active-unit-dies", "preempted-return", "forced"]
    assert "failover-link-lost" in record["not_known"]
    status, out, _err = answer(tmp_path, capsys, PRIMARY + INSIDE, "times", "FILE", "--json")
    assert "not_known" not in json.loads(out)


@pytest.mark.slow
def test_a_whole_configuration_is_answered(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = answer(tmp_path, capsys, PRIMARY + INSIDE, "check", "FILE", "--faults", "1")
    assert status == 0 and "HOLDS" in out and "not known" not in out + err
    status, out, err = answer(
        tmp_path, capsys, PRIMARY + INSIDE, "faults", "FILE", "--goal", "dual-active", "--max", "1"
    )
    assert status == 0 and "not known" not in out + err


def test_a_run_says_what_keeps_the_failover_link_down(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = (ROOT / "models" / "active-standby.cfg").read_text(encoding="utf-8")
    (tmp_path / "pair.cfg").write_text(text + "interface GigabitEthernet0/2\n shutdown\n")
    (tmp_path / "a.trace").write_text("config pair.cfg\nunit_restored unit=primary\nsettle\n")
    assert main(["run", str(tmp_path / "a.trace")]) == 0
    (line,) = capsys.readouterr().err.splitlines()
    assert "never comes up: its port GigabitEthernet0/2 is shut down; the scenario is played as if it worked" in line
