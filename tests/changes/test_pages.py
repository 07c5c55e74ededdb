"""docs/howto/runbooks.md and docs/howto/differences.md show what really happens."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from failover_fsm.changes.runbook_verdict import Safety
from tests.changes.test_runbook import VERDICTS

ROOT = Path(__file__).parents[2]


def page(name: str) -> str:
    return (ROOT / "docs" / "howto" / name).read_text(encoding="utf-8")


@pytest.mark.slow
@pytest.mark.parametrize(
    "name, shown", [("runbooks.md", "Safety.UNSAFE outage"), ("differences.md", "WORSE [('verdict'")]
)
def test_the_library_example_runs(
    name: str, shown: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    (code,) = re.findall(r"```python\n(.*?)```", page(name), flags=re.DOTALL)
    exec(compile(code, name, "exec"), {})
    assert capsys.readouterr().out.startswith(shown)


def test_the_table_of_runbooks_gives_each_its_verdict() -> None:
    words = {Safety.SAFE: "SAFE", Safety.UNSAFE: "UNSAFE", Safety.SAFE_BUT_FOR: "SAFE BUT FOR one fault"}
    rows = re.findall(r"^\| (`[^|]+\.runbook`) \| ([^|]+) \|", page("runbooks.md"), flags=re.MULTILINE)
    listed = {name: word for names, word in rows for name in re.findall(r"`([\w-]+)\.runbook`", names)}
    assert set(listed) == set(VERDICTS)
    assert all(listed[name].startswith(words[verdict]) for name, verdict in VERDICTS.items())
