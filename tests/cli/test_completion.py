"""Shell completion and the manual page: made from the parser, and read by a shell and by groff."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from failover_fsm.cli import main
from failover_fsm.cli.command_line import COMMANDS, GROUPS


def printed(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    with pytest.raises(SystemExit) as leave:
        main(words)
    assert leave.value.code == 0
    return capsys.readouterr().out


def completed(script: Path, *words: str) -> set[str]:
    """What bash offers after these words."""
    quoted = " ".join(f"'{word}'" for word in words)
    text = f"source {script}; COMP_WORDS=({quoted}); COMP_CWORD={len(words) - 1}; _shtab_failover_fsm; "
    shown = subprocess.run(
        ["bash", "--noprofile", "--norc", "-c", f'{text} printf "%s\\n" "${{COMPREPLY[@]}}"'],
        capture_output=True, text=True, check=True, cwd=script.parent,
    )  # fmt: skip
    return set(shown.stdout.split())


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
def test_bash_completes_subcommands_options_and_files(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    pytest.importorskip("shtab")
    script = tmp_path / "completion.bash"
    script.write_text(printed(capsys, "--print-completion", "bash"))
    (tmp_path / "primary.cfg").touch()
    (tmp_path / "pages").mkdir()
    assert completed(script, "failover-fsm", "") >= set(COMMANDS)
    assert completed(script, "failover-fsm", "f") == {"faults", "fleet"}
    assert {"--jobs", "--journal", "--json", "--junit"} <= completed(script, "failover-fsm", "fleet", "--j")
    assert "primary.cfg" in completed(script, "failover-fsm", "check", "pri")
    assert completed(script, "failover-fsm", "check", "--traces", "p") == {"pages"}
    assert completed(script, "failover-fsm", "check", "x.cfg", "--engine", "pl") == {"plain"}


@pytest.mark.parametrize("shell", ["zsh", "tcsh"])
def test_other_shells_have_one_too(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("shtab")
    assert "fleet" in printed(capsys, "--print-completion", shell)


def test_without_the_package_one_line_says_so(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "shtab", None)
    with pytest.raises(SystemExit) as leave:
        main(["--print-completion", "bash"])
    told = capsys.readouterr()
    assert leave.value.code == 2 and told.out == "" and "pip install 'failover-fsm[completion]'" in told.err


def test_the_manual_page_has_every_subcommand_and_option(capsys: pytest.CaptureFixture[str]) -> None:
    page = printed(capsys, "--print-man")
    for name in COMMANDS:
        assert f".SH {name.upper()}" in page
    assert all(f".SS {group.capitalize()}" in page for group in GROUPS)
    assert ".B \\-\\-baseline OLD.json" in page and "exit status: 0 as it should be" in page
    assert not any(line.startswith("'") for line in page.splitlines())


@pytest.mark.skipif(shutil.which("groff") is None, reason="needs groff")
def test_groff_reads_the_manual_page_without_a_warning(capsys: pytest.CaptureFixture[str]) -> None:
    page = printed(capsys, "--print-man")
    words = ["groff", "-man", "-Tutf8", "-ww", "-K", "utf8"]
    shown = subprocess.run(words, input=page, capture_output=True, text=True, check=True)
    assert shown.stderr == "" and "so many processes" in shown.stdout
