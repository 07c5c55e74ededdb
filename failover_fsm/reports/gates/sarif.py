"""Findings in SARIF 2.1.0, which code hosts show beside the lines of a pull request."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from failover_fsm.reports.gates.finding import Finding, Outcome

__all__ = ["SCHEMA", "sarif_json"]

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

LEVELS = {Outcome.FAILED: "error", Outcome.UNDECIDED: "warning", Outcome.NOTED: "note"}
"""The level of a result; what passed, or was not put to the test, is none."""


def sarif_json(findings: Sequence[Finding], version: str) -> bytes:
    """The findings that did not pass as one run of the tool, in UTF-8.

    Args:
        findings: The findings, in the order of the results.
        version: The version of this package.

    Returns:
        For each result its rule, the line of the configuration that is to be changed, and for a counterexample a code
        flow with a location for each of its steps.
    """
    shown = [each for each in findings if each.outcome in LEVELS]
    rules = {each.name: each for each in shown}
    names = list(rules)
    run = {
        "tool": {
            "driver": {
                "name": "failover-fsm",
                "version": version,
                "rules": [_rule(each) for each in rules.values()],
            }
        },
        "columnKind": "unicodeCodePoints",
        "results": [_result(each, names.index(each.name)) for each in shown],
    }
    return (json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n").encode()


def _rule(finding: Finding) -> dict[str, Any]:
    rule: dict[str, Any] = {"id": finding.name, "shortDescription": {"text": finding.says}}
    if finding.rules:
        rule["properties"] = {"tags": list(finding.rules)}
    return rule


def _result(finding: Finding, index: int) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": finding.name,
        "ruleIndex": index,
        "level": LEVELS[finding.outcome],
        "message": {"text": finding.message or finding.says},
    }
    place = _place(finding)
    if place is not None:
        result["locations"] = [{"physicalLocation": place}]
    if finding.steps:
        result["codeFlows"] = [{"threadFlows": [{"locations": [_step(each, place) for each in finding.steps]}]}]
    return result


def _place(finding: Finding) -> dict[str, Any] | None:
    """Where the finding is: a file, and a line in it where one is known."""
    if finding.file is None:
        return None
    place: dict[str, Any] = {"artifactLocation": {"uri": _uri(finding.file)}}
    if finding.line is not None:
        place["region"] = {"startLine": finding.line}
    return place


def _step(text: str, place: dict[str, Any] | None) -> dict[str, Any]:
    location: dict[str, Any] = {"message": {"text": text}}
    if place is not None:
        location["physicalLocation"] = place
    return {"location": location}


def _uri(file: str) -> str:
    """The name of a file as the reference of a URI: relative as it was given, with `/` between its parts."""
    path = PurePath(file)
    return path.as_uri() if path.is_absolute() else quote(path.as_posix())
