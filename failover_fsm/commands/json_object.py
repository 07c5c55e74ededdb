"""What every JSON object has that a subcommand prints, whatever it is about."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from failover_fsm import __version__
from failover_fsm.config.records.pair_config import PairConfig

__all__ = ["SCHEMA_VERSION", "json_object", "schema_name"]

SCHEMA_VERSION = 1
"""Of the JSON Schemas: keys are added without a new version, and none is ever renamed or left out."""


def schema_name(command: str) -> str:
    """The name of a subcommand's JSON Schema, which stands in `docs/schema`."""
    return f"urn:failover-fsm:schema:{command}:{SCHEMA_VERSION}"


def json_object(
    command: str,
    record: Mapping[str, Any],
    configs: Iterable[tuple[str, PairConfig]] = (),
    caveats: Iterable[str] = (),
    *,
    on_one_line: bool = False,
) -> str:
    """The JSON object of a subcommand: the name of its schema, its own keys, then advice, caveats and versions.

    Args:
        command: The subcommand.
        record: Its own keys.
        configs: The configurations that the answer is about, each with its file.
        caveats: What the answer rests on, a sentence each; the missing parts of the configurations are added.
        on_one_line: For a subcommand that prints an object a line.
    """
    files = tuple(configs)
    gaps = (str(gap) for _, config in files for gap in config.gaps)
    whole = {
        "$schema": schema_name(command),
        **record,
        "advice": [each for file, config in files for each in _advice(file, config)],
        "caveats": list(dict.fromkeys((*caveats, *gaps))),
        "version": {"schema": SCHEMA_VERSION, "tool": __version__},
    }
    return json.dumps(whole, indent=None if on_one_line else 2) + "\n"


def _advice(file: str, config: PairConfig) -> Iterator[dict[str, object]]:
    for each in config.advice:
        yield {"file": file, "line": each.line, "text": each.text, "rule": each.rule}
