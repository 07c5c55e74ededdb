"""Regenerates the page of the rules: `python -m failover_fsm.commands.rules_page [FILE]`.

The default file is docs/reference/rules.md; `-` prints the page.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from failover_fsm.commands.files import BadInput, complain, emit
from failover_fsm.rules.catalogue import Catalogue, CatalogueError, load
from failover_fsm.rules.evidence import ROOT, Evidence, gather
from failover_fsm.rules.page import RuleStatus, render, settled, status, statuses

PAGE = ROOT / "docs" / "reference" / "rules.md"


def complaints(catalogue: Catalogue, evidence: Evidence) -> Iterator[str]:
    """Errors: cited ids that no rule has, and rules of today's scope that nothing names."""
    for citation in evidence.unknown(catalogue):
        yield f"{citation.shown} cites {citation.rule}, which is not in the catalogue"
    for rule in catalogue.rules.values():
        if status(rule, evidence) is RuleStatus.MISSING:
            yield f"{rule.id} is in scope, and nothing implements or checks it: {rule.description}"


def main(arguments: list[str]) -> int:
    """Writes the page.

    Returns:
        0 if it is written, 1 if a rule is missing or unknown, 2 with one line on stderr if it cannot be written.
    """
    if len(arguments) > 1 or any(each.startswith("-") and each != "-" for each in arguments):
        complain("usage: python -m failover_fsm.commands.rules_page [FILE]; - prints the page")
        return 2
    try:
        catalogue = load()
        evidence = gather(catalogue)
        text = render(catalogue, evidence)
        if arguments == ["-"]:
            emit(text)
        else:
            Path(arguments[0] if arguments else PAGE).write_bytes(text.encode("utf-8"))
    except (BadInput, CatalogueError, OSError) as error:
        complain(f"failover_fsm.rules: {error}")
        return 2
    counts = statuses(catalogue, evidence)
    complain("; ".join(f"{each.value}: {counts[each]}" for each in RuleStatus))
    for rule in settled(catalogue, evidence):
        complain(f"note: {rule.id} is cited and checked; does it wait for {rule.later}? (scope.toml)")
    wrong = list(complaints(catalogue, evidence))
    for complaint in wrong:
        complain(complaint)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
