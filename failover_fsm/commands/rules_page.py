"""Regenerates the page of the rules: `python -m failover_fsm.commands.rules_page [FILE]`.

The default file is docs/rules.md; `-` prints the page.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from failover_fsm.rules.catalogue import Catalogue, CatalogueError, load
from failover_fsm.rules.evidence import ROOT, Evidence, gather
from failover_fsm.rules.page import RuleStatus, render, settled, status, statuses

PAGE = ROOT / "docs" / "rules.md"


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
        print("usage: python -m failover_fsm.commands.rules_page [FILE]; - prints the page", file=sys.stderr)
        return 2
    try:
        catalogue = load()
        evidence = gather(catalogue)
        text = render(catalogue, evidence)
        if arguments == ["-"]:
            sys.stdout.write(text)
        else:
            Path(arguments[0] if arguments else PAGE).write_bytes(text.encode("utf-8"))
    except (CatalogueError, OSError) as error:
        print(f"failover_fsm.rules: {error}", file=sys.stderr)
        return 2
    counts = statuses(catalogue, evidence)
    print("; ".join(f"{each.value}: {counts[each]}" for each in RuleStatus), file=sys.stderr)
    for rule in settled(catalogue, evidence):
        print(f"note: {rule.id} is cited and checked; does it wait for {rule.later}? (scope.toml)", file=sys.stderr)
    wrong = list(complaints(catalogue, evidence))
    for complaint in wrong:
        print(complaint, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
