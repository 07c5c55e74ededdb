"""Checks model files as `failover-fsm check` does, on every core, those with most states first.

A question that an incident asks is put to the test, or the file is wrong too.

The package is imported once, and each model has a process of its own.
"""

from __future__ import annotations

import importlib
import io
import json
import multiprocessing
import os
import sys
import tomllib
from contextlib import redirect_stdout
from pathlib import Path

import jsonschema

from failover_fsm.cli import main
from failover_fsm.commands.schema_words import closed
from failover_fsm.commands.schemas import schema_of


def states(path: str) -> int:
    """The number of states that the model file pins."""
    pinned: int = tomllib.loads(Path(path).read_text(encoding="utf-8")).get("expect", {}).get("states", 0)
    return pinned


def check(path: str) -> tuple[str, int, str]:
    """The file, the exit status of its check, a search whatever an earlier one found, and what it printed."""
    with redirect_stdout(io.StringIO()) as printed:
        status = main(["check", path, "--json", "--no-cache"])
    return path, status, printed.getvalue()


def check_all(paths: list[str]) -> int:
    """Prints a line for each model as it is done; 1 if one is not as its file says, with what was printed of it.

    Raises jsonschema.ValidationError for an object that is not as its schema says.
    """
    validator = jsonschema.Draft202012Validator(closed(schema_of("check")))
    importlib.import_module("failover_fsm.checker.compiled")  # once, for all of them
    wrong = 0
    with multiprocessing.get_context("fork").Pool(os.cpu_count(), maxtasksperchild=1) as pool:
        for path, status, printed in pool.imap_unordered(check, sorted(paths, key=states, reverse=True)):
            if status:
                wrong = 1
                print(printed)
                continue
            report = json.loads(printed)
            validator.validate(report)
            idle = [each["id"] for each in report["promises"] if each["vacuous"]] if "/incidents/" in path else []
            if idle:
                wrong = 1
                print(" ", path, "asks and never puts to the test:", *idle)
            print(" ", path, report["verdict"], report["states"], "states", report["seconds"], "s", flush=True)
    return wrong


if __name__ == "__main__":
    sys.exit(check_all(sys.argv[1:]))
