"""The README shows what really happens."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()


def test_the_library_example_runs(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    block = re.search(r"((?:    .*\n|\n)*    from failover_fsm import (?:    .*\n|.*\n|\n)*?)\n## ", README)
    assert block is not None
    code = "\n".join(line[4:] for line in block[1].splitlines() if line.startswith("    ") or not line)
    exec(compile(code, "README.md", "exec"), {})
    assert capsys.readouterr().out.endswith("Verdict.HOLDS\n")


def test_every_link_leads_somewhere() -> None:
    for page in (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")), ROOT / "models" / "README.md"):
        text = re.sub(r"`[^`\n]*`", "", page.read_text())  # what stands as code is no link
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text):
            assert (page.parent / target).exists(), f"{page.name}: {target}"
