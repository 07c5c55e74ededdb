"""The page docs/reference/rules.md: every rule with its implementations, its checks, and its status."""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Iterable, Iterator

from failover_fsm.rules.catalogue import Catalogue, ChapterRule, Dispute
from failover_fsm.rules.evidence import Evidence

HEAD = """\
# The rules of the chapter, and where each one went

Written by `python -m failover_fsm.commands.rules_page`, not by hand. Ids are the chapter's as this project numbers
them, words are its own (`failover_fsm/rules/`). *Where* is found: rows of the tables that cite the rule, pieces of
advice that carry it, functions whose documentation names it. *Checked by* is found: promises that cite it, shipped
models, scenarios and tests that name it. A rule that is *broken in a test* is broken on purpose by a wrong protocol,
and a shipped scenario that names the rule catches that (`tests/rules/test_broken_rules.py`). A rule marked A/S or A/A
speaks of that kind of pair only."""

MODES = {"AS": " A/S", "AA": " A/A", "both": ""}
COLUMNS = ("| id | rule | where | checked by | status |", "|---|---|---|---|---|")
SHOWN_PLACES = 6
"""So many places are named, of the others how many there are."""


class RuleStatus(enum.Enum):
    """The status of a rule."""

    CHECKED = "checked"
    OPTION = "checked under an option"
    IMPLEMENTED = "implemented, and no check names it"
    CLAIMED = "checked, and no code names it"
    PARTLY = "in part"
    OPEN = "open"
    MISSING = "missing"


def status(rule: ChapterRule, evidence: Evidence) -> RuleStatus:
    """The status of the rule. MISSING is a rule of today's scope that nothing names."""
    where, checks = evidence.implemented(rule.id), evidence.checked(rule.id)
    if rule.later:
        return RuleStatus.PARTLY if where or checks else RuleStatus.OPEN
    if where and checks:
        return RuleStatus.OPTION if evidence.optional(rule.id) else RuleStatus.CHECKED
    if where:
        return RuleStatus.IMPLEMENTED
    return RuleStatus.CLAIMED if checks else RuleStatus.MISSING


def statuses(catalogue: Catalogue, evidence: Evidence) -> Counter[RuleStatus]:
    """The number of rules with each status."""
    return Counter(status(rule, evidence) for rule in catalogue.rules.values())


def settled(catalogue: Catalogue, evidence: Evidence) -> tuple[ChapterRule, ...]:
    """Rules that wait for later work in the catalogue but are implemented and checked: perhaps the work is done."""
    waiting = (rule for rule in catalogue.rules.values() if rule.later)
    return tuple(rule for rule in waiting if evidence.implemented(rule.id) and evidence.checked(rule.id))


def render(catalogue: Catalogue, evidence: Evidence) -> str:
    """The whole page."""
    lines = [HEAD, "", *_summary(catalogue, evidence)]
    for family, title in catalogue.families.items():
        lines += ["", f"## {family}: {title}", "", *COLUMNS]
        lines += [_row(catalogue, rule, evidence) for rule in catalogue.of_family(family)]
    return "\n".join(lines) + "\n"


def _summary(catalogue: Catalogue, evidence: Evidence) -> Iterator[str]:
    counts = statuses(catalogue, evidence)
    disputed = [rule for rule in catalogue.rules.values() if rule.disputes]
    undecided = [rule for rule in disputed if all(item.decision.is_open for item in rule.disputes)]
    yield "| status | rules |"
    yield "|---|---|"
    for each in RuleStatus:
        if counts[each]:
            yield f"| {each.value} | {counts[each]} |"
    yield f"| all | {len(catalogue.rules)} |"
    yield ""
    yield (f"{len(disputed)} of them are contradicted by others; for {len(undecided)} of those nothing is decided "
           "before the work they wait for.")  # fmt: skip
    yield "Rules that are open, or done in part, wait for:"
    yield ""
    for work, what in catalogue.works.items():
        yield f"- *{work}*, {what}: {sum(rule.later == work for rule in catalogue.rules.values())}"


def _row(catalogue: Catalogue, rule: ChapterRule, evidence: Evidence) -> str:
    cells = (
        f"{rule.id}{MODES[rule.mode]}",
        rule.description,
        _listed(_merged(evidence.implemented(rule.id))),
        _listed(evidence.checked(rule.id)),
        "; ".join(_verdict(rule, evidence)),
    )
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _verdict(rule: ChapterRule, evidence: Evidence) -> Iterator[str]:
    found = status(rule, evidence)
    if found is RuleStatus.OPTION:
        yield "checked, both ways of " + ", ".join(f"`{name}`" for name in evidence.optional(rule.id))
    elif found in (RuleStatus.OPEN, RuleStatus.PARTLY):
        yield f"{found.value}: {rule.later}" if found is RuleStatus.OPEN else f"in part, the rest with {rule.later}"
    else:
        yield found.value
    if evidence.is_broken(rule.id):
        yield "broken in a test"
    yield from map(_decided, rule.disputes)


def _decided(dispute: Dispute) -> str:
    contradicted = f"contradicts {', '.join(dispute.against)}"
    if dispute.decision.row:
        return f"{contradicted}, decided by [{dispute.decision.row}](../explanation/semantics.md#decisions)"
    return f"{contradicted}: {dispute.decision.description or 'not decided yet'}"


def _merged(places: Iterable[str]) -> tuple[str, ...]:
    """Places with the names in one file, or the rows of one table, merged."""
    names: dict[str, list[str]] = {}
    for place in places:
        file, _, name = place.partition(": ")
        names.setdefault(file, []).extend([name] if name else [])
    return tuple(f"{file}: {', '.join(found)}" if found else file for file, found in names.items())


def _listed(places: tuple[str, ...]) -> str:
    more = len(places) - SHOWN_PLACES
    shown = [*places[:SHOWN_PLACES], *([f"and {more} more"] if more > 0 else [])]
    return "<br>".join(shown)
