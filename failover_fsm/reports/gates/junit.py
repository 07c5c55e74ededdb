"""Findings as a JUnit report: a testcase for each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree import ElementTree

from failover_fsm.config.values.printable import printable
from failover_fsm.reports.gates.finding import Finding, Outcome

__all__ = ["junit_xml"]

_NOT_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit_xml(findings: Sequence[Finding], *, suite: str, seconds: float) -> bytes:
    """The report as XML in UTF-8.

    What failed is a failure; what was not decided is an error, so that who reads only this file does not take it for
    good; what was not put to the test is skipped, with the reason; what is only noted, such as advice, passes with its
    text as output.

    Args:
        findings: The findings, in the order of the report.
        suite: The name of the test suite, as the configuration's file.
        seconds: How long the command took.
    """
    failed = sum(each.outcome is Outcome.FAILED for each in findings)
    undecided = sum(each.outcome is Outcome.UNDECIDED for each in findings)
    skipped = sum(each.outcome is Outcome.NOT_TESTED for each in findings)
    numbers = {"tests": str(len(findings)), "failures": str(failed), "errors": str(undecided), "skipped": str(skipped)}
    numbers["time"] = f"{seconds:.3f}"
    top = ElementTree.Element("testsuites", {"name": "failover-fsm", **numbers})
    cases = ElementTree.SubElement(top, "testsuite", {"name": _clean(suite), **numbers})
    for each in findings:
        _case(cases, each, suite)
    ElementTree.indent(top)
    text: bytes = ElementTree.tostring(top, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


def _case(suite: ElementTree.Element, finding: Finding, name: str) -> None:
    case = ElementTree.SubElement(
        suite, "testcase", {"classname": _clean(f"{name}.{finding.kind}"), "name": _clean(finding.id), "time": "0"}
    )
    if finding.file is not None:
        case.set("file", _clean(finding.file))
    if finding.line is not None:
        case.set("line", str(finding.line))
    text = _clean("\n".join([finding.says, *(f"{number}. {step}" for number, step in enumerate(finding.steps, 1))]))
    if finding.outcome is Outcome.FAILED:
        ElementTree.SubElement(case, "failure", {"message": _clean(finding.message), "type": finding.kind}).text = text
    elif finding.outcome is Outcome.UNDECIDED:
        ElementTree.SubElement(case, "error", {"message": _reason(finding), "type": finding.kind}).text = text
    elif finding.outcome is Outcome.NOT_TESTED:
        ElementTree.SubElement(case, "skipped", {"message": _reason(finding)})
    elif finding.outcome is Outcome.NOTED:
        ElementTree.SubElement(case, "system-out").text = _clean(finding.message)


def _reason(finding: Finding) -> str:
    """The outcome, and why."""
    outcome = finding.outcome.value
    return _clean(f"{outcome}: {finding.message}" if finding.message else outcome)


def _clean(text: str) -> str:
    """Text without the characters that XML cannot hold, or that control a terminal."""
    return _NOT_XML.sub("?", "\n".join(printable(line) for line in text.split("\n")))
