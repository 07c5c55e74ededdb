"""Writes the JSON Schemas of the subcommands: `python -m failover_fsm.commands.schema_files [DIR]` (docs/schema)."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from failover_fsm.commands.schemas import SCHEMAS, schema_of

__all__ = ["schema_text", "write_schemas"]

DOCS = Path(__file__).parents[2] / "docs" / "schema"


def schema_text(command: str) -> str:
    """The file of a subcommand's schema."""
    return json.dumps(schema_of(command), indent=1, ensure_ascii=False) + "\n"


def write_schemas(folder: Path) -> None:
    """Writes one file for each subcommand; those of other subcommands are taken away."""
    folder.mkdir(parents=True, exist_ok=True)
    for command in SCHEMAS:
        (folder / f"{command}.json").write_text(schema_text(command), encoding="utf-8")
    for path in folder.glob("*.json"):
        if path.stem not in SCHEMAS:
            path.unlink()


if __name__ == "__main__":
    write_schemas(Path(sys.argv[1]) if len(sys.argv) > 1 else DOCS)
