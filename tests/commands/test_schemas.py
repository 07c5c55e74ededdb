"""The JSON Schemas: valid, written to docs/schema, and in step with what the subcommands print.

While tests run, every JSON object that a subcommand prints is held against its schema without room for other keys
(`conftest.py`); here are the forms that no other test prints.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from failover_fsm import __version__
from failover_fsm.cli import main
from failover_fsm.cli.command_line import COMMANDS, parser
from failover_fsm.commands.schema_files import DOCS, schema_text, write_schemas
from failover_fsm.commands.schema_words import closed
from failover_fsm.commands.schemas import SCHEMAS, schema_of

ROOT = Path(__file__).parents[2]
PAIR = "models/active-standby.cfg"
SMALL = "models/findings/switched-off-on-one-side.toml"
TRACE = "models/split-brain.trace"


@pytest.fixture(autouse=True)
def in_project(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)


def printed(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    main(words)
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


@pytest.mark.parametrize("command", SCHEMAS)
def test_schemas_are_schemas_and_written(command: str, tmp_path: Path) -> None:
    jsonschema.Draft202012Validator.check_schema(schema_of(command))
    assert (DOCS / f"{command}.json").read_text(encoding="utf-8") == schema_text(command), (
        "python -m failover_fsm.commands.schema_files writes it anew"
    )
    write_schemas(tmp_path)
    assert sorted(path.stem for path in tmp_path.iterdir()) == sorted(path.stem for path in DOCS.iterdir())


def test_each_subcommand_that_prints_json_has_one() -> None:
    helped = {name: parser((name,)) for name in COMMANDS}
    subparsers = {name: next(iter(top._subparsers._group_actions)).choices[name] for name, top in helped.items()}  # type: ignore[union-attr,index]
    assert {name for name, each in subparsers.items() if "--json" in each.format_help()} == set(SCHEMAS)


@pytest.mark.parametrize(
    "words",
    [
        ("check", SMALL), ("check", PAIR, "--faults", "0"), ("check", PAIR, "--promise", "converges", "--faults", "0"),
        ("check", "models/timing/default-times.toml"),
        ("faults", PAIR, "--max", "1"), ("faults", PAIR, "--goal", "no-active", "--max", "1"),
        ("faults", PAIR, "--topology", "figure-13-7", "--list-elements"),
        ("whatif", PAIR, "--after", "unit_failed unit=primary"),
        ("whatif", PAIR, "--after", "unit_failed unit=primary", "--any-order"),
        ("times", PAIR), ("run", TRACE), ("run", TRACE, TRACE), ("run", TRACE, "--show", "show failover@primary"),
        ("autoupdate", "examples/auto-update/pair.cfg", "--server", "examples/auto-update/server.toml"),
    ],
)  # fmt: skip
def test_outputs_keep_to_their_schema(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    record = printed(capsys, *words, "--json")
    jsonschema.Draft202012Validator(closed(schema_of(words[0]))).validate(record)
    assert record["version"] == {"schema": 1, "tool": __version__}


def test_advice_and_caveats_are_in_every_output(capsys: pytest.CaptureFixture[str]) -> None:
    record = printed(capsys, "whatif", "models/fpr4150.cfg", "--after", "unit_failed unit=primary", "--json")
    assert {"file": "models/fpr4150.cfg", "line": 206}.items() <= record["advice"][0].items()
    record = printed(capsys, "faults", PAIR, "--max", "1", "--json")
    assert any(each.startswith("faults: ") for each in record["caveats"])


def test_another_key_or_a_missing_one_does_not_pass(capsys: pytest.CaptureFixture[str]) -> None:
    """What outputs are held against has teeth; the published schema has room for keys to come."""
    record = printed(capsys, "check", SMALL, "--json")
    published, own = (
        jsonschema.Draft202012Validator(each) for each in (schema_of("check"), closed(schema_of("check")))
    )
    more = {**record, "new": 1}
    assert published.is_valid(more) and not own.is_valid(more)
    for key in ("verdict", "$schema", "version", "caveats"):
        assert not published.is_valid({name: value for name, value in record.items() if name != key})
