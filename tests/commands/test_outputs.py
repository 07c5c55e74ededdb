"""No output replaces a file that is read, or another output; all are looked at before the work begins."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

import pytest

from failover_fsm.cli import main
from failover_fsm.commands import outputs

MODELS = Path(__file__).parents[2] / "models"
TRACE = "config pair.cfg\ntopology drawn.toml\nunit_restored unit=primary\nsettle\n"
CONTEXTS = """failover
failover lan unit primary
failover lan interface fo GigabitEthernet0/2
failover interface ip fo 10.9.9.1 255.255.255.0 standby 10.9.9.2
failover group 1
failover group 2
admin-context admin
context admin
  allocate-interface GigabitEthernet0/0
"""
CONTEXT = """interface GigabitEthernet0/0
 nameif inside
 ip address 10.1.1.1 255.255.255.0 standby 10.1.1.2
"""
SPARE = {
    "model.toml": 'title = "t"\nconfig = "pair.cfg"\n[environment]\nfaults = ["power"]\noperator = []\n',
    "drawn.toml": 'topology = "figure-13-3"\n',
    "wired.toml": 'title = "t"\nconfig = "pair.cfg"\ntopology = "figure-13-3"\n',
    "run.trace": TRACE,
    "multi.cfg": CONTEXTS,
}


def too_early(*_: object, **__: object) -> NoReturn:
    raise AssertionError("work began before the outputs were looked at")


@pytest.fixture(autouse=True)
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copy(MODELS / "active-standby.cfg", "pair.cfg")
    Path("peer.cfg").write_text(Path("pair.cfg").read_text().replace("unit primary", "unit secondary"))
    for name, text in SPARE.items():
        Path(name).write_text(text)
    Path("multi").mkdir()
    Path("multi/admin.cfg").write_text(CONTEXT)
    Path("dir").mkdir()
    shutil.copy("pair.cfg", "dir/converges.trace")
    Path("dir/faulty.trace").write_text(SPARE["model.toml"].replace("pair.cfg", "../pair.cfg"))
    Path("dir/model.toml").write_text(SPARE["model.toml"].replace("pair.cfg", "converges.trace"))
    Path("link.cfg").symlink_to("pair.cfg")
    Path("nowhere").symlink_to("gone")
    Path("loop").symlink_to("loop")
    Path("checkpoint").write_bytes(b"failover-fsm checkpoint 1\n")


def contents() -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(Path().rglob("*")) if path.is_file()}


@pytest.mark.parametrize(
    "words",
    [
        "check pair.cfg --report pair.cfg",
        "check pair.cfg --report ./dir/../pair.cfg",
        "check pair.cfg --report link.cfg",
        "check link.cfg --report pair.cfg",
        "check pair.cfg --checkpoint pair.cfg",
        "check pair.cfg peer.cfg --report peer.cfg",
        "check model.toml --report model.toml",
        "check model.toml --report pair.cfg",
        "check model.toml --checkpoint pair.cfg",
        "check multi.cfg --report multi/admin.cfg",
        "check multi.cfg --checkpoint multi/admin.cfg",
        "check dir/converges.trace --traces dir",
        "check dir/model.toml --traces dir",
        "check pair.cfg --report page --checkpoint page",
        "check pair.cfg --report dir/page.trace --traces dir",
        "check pair.cfg --checkpoint dir/some.trace --traces ./dir",
        "times pair.cfg --plot pair.cfg",
        "times model.toml --plot pair.cfg",
        "times dir/converges.trace --traces dir",
        "times pair.cfg --traces dir --plot dir/x.trace",
        "faults dir/converges.trace --goal no-active --traces dir",
        "faults pair.cfg --topology dir/faulty.trace --goal no-active --traces dir",
        "suite dir/converges.trace --cover rows -o dir",
        "suite dir/model.toml --cover rows -o dir",
        "export model.toml --to promela -o model.toml",
        "export model.toml --to promela -o pair.cfg",
        "diagram pair model.toml --format dot -o model.toml",
        "diagram pair model.toml --format dot -o pair.cfg",
        "diagram run.trace --format svg -o run.trace",
        "diagram run.trace --format svg -o pair.cfg",
        "diagram run.trace --format svg -o drawn.toml",
    ],
)
def test_an_output_that_names_an_input_or_another_output_is_refused_at_once(
    words: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    if "faulty" in words:
        shutil.copy("drawn.toml", "dir/faulty.trace")
    for name in ("check.verify", "times.pair_times", "faults.CutSetSearch", "suite.make_suite", "diagram.pair_diagram"):
        monkeypatch.setattr(f"failover_fsm.commands.{name}", too_early)
    before = contents()
    assert main(words.split()) == 2
    out, err = capsys.readouterr()
    assert out == "" and contents() == before
    (line,) = err.splitlines()
    assert "; allowed: another " in line and ("which is read" in line or "of this name" in line or "same file" in line)


@pytest.mark.slow
@pytest.mark.parametrize(
    "words",
    [
        "check model.toml --report page.html --traces . --checkpoint new",
        "check model.toml --report dir/page.html --traces dir",
        "times pair.cfg --plot dir/x.svg --traces dir",
        "suite model.toml --cover states --format markdown -o dir",
        "export model.toml --to promela -o pair.pml",
        "diagram run.trace -o run.svg",
        "diagram unit -o link.dot",
    ],
)
def test_other_names_are_as_good_as_ever(words: str, capsys: pytest.CaptureFixture[str]) -> None:
    before = contents()
    assert main(words.split()) == 0, capsys.readouterr().err
    after = contents()
    assert len(after) > len(before) and {name: after[name] for name in before} == before


@pytest.mark.slow
def test_a_search_may_go_on_in_its_own_checkpoint_and_nothing_else_may_replace_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["check", "model.toml", "--checkpoint", "kept.trace"]) == 0
    assert main(["check", "model.toml", "--resume", "kept.trace", "--checkpoint", "./kept.trace"]) == 0
    held = Path("kept.trace").read_bytes()
    for words in (["--report", "kept.trace"], ["--traces", "."]):
        capsys.readouterr()
        assert main(["check", "model.toml", "--resume", "kept.trace", *words]) == 2
        assert "kept.trace, which is read; allowed: another" in capsys.readouterr().err
    assert Path("kept.trace").read_bytes() == held


LONG = "x" * 300


@pytest.mark.parametrize(
    "words",
    [
        "check pair.cfg --traces nowhere",
        "check pair.cfg --traces nowhere/traces",
        "times pair.cfg --traces loop",
        "check pair.cfg --report dir",
        "check pair.cfg --report none/page.html",
        f"check pair.cfg --report {LONG}",
        "check pair.cfg --traces pair.cfg",
        f"check pair.cfg --traces {LONG}",
        "check pair.cfg --traces pair.cfg/traces",
        f"check pair.cfg --checkpoint {LONG}",
        "times pair.cfg --plot dir",
        "times pair.cfg --plot none/x.svg",
        "times --sweep --plot none/x.svg",
        "times pair.cfg --traces pair.cfg",
        "faults pair.cfg --goal no-active --traces pair.cfg",
        "suite model.toml --cover rows -o pair.cfg",
        "export model.toml --to promela -o dir",
        f"export model.toml --to promela -o {LONG}",
        "diagram pair model.toml --format dot -o dir",
        "diagram unit --format dot -o none/unit",
    ],
)
def test_an_output_that_cannot_be_written_is_refused_before_the_work(
    words: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    late = ("check.verify", "times.pair_times", "times.sweep", "faults.CutSetSearch", "suite.make_suite")
    for name in (*late, "diagram.pair_diagram"):
        monkeypatch.setattr(f"failover_fsm.commands.{name}", too_early)
    assert main(words.split()) == 2
    out, err = capsys.readouterr()
    assert out == "" and len(err.splitlines()) == 1 and ("allowed: " in err or LONG[:200] in err)


def test_a_file_that_may_not_be_written_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked of the system: a test that runs as root may write everywhere."""
    monkeypatch.setattr(outputs.os, "access", lambda path, mode: False)
    for files, folders in (({"-o": "new"}, {}), ({"-o": os.devnull}, {}), ({}, {"--traces": "dir"})):
        with pytest.raises(outputs.BadInput, match=r"allowed: a (path|directory) that can be written"):
            outputs.check_outputs([], files, folders)


def test_the_longest_name_of_a_file_can_be_written() -> None:
    name = "x" * 251 + ".dot"
    assert main(["diagram", "unit", "-o", name]) == 0 and Path(name).stat().st_size
    assert main(["check", "model.toml", "--checkpoint", "y" * 255]) == 0 and Path("y" * 255).stat().st_size


@pytest.mark.slow
def test_devices_and_pipes_take_several_outputs(capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "model.toml", "--report", os.devnull]) == 0
    outputs.check_outputs([], {"--plot": os.devnull, "-o": os.devnull})
    done = subprocess.run(
        [sys.executable, "-m", "failover_fsm", "diagram", "unit", "--format", "dot", "-o", "/dev/stdout"],
        stdout=subprocess.PIPE,
        check=True,
    )
    assert done.stdout.startswith(b"//") or b"digraph" in done.stdout


def test_a_checkpoint_has_the_permissions_of_any_new_file() -> None:
    assert main(["check", "model.toml", "--checkpoint", "kept"]) == 0
    Path("other").touch()
    assert Path("kept").stat().st_mode == Path("other").stat().st_mode
