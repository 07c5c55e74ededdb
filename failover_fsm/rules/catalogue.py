"""The catalogue: every rule of the chapter in the project's words, with its fixed properties.

These are: the kind of pair it applies to, the later work it waits for, the rules that contradict it and the decision.
Implementations and checks are not recorded but found, by `failover_fsm.rules.evidence`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import attrs

HERE = Path(__file__).parent
MODES = ("AS", "AA", "both")


class CatalogueError(ValueError):
    """The data files contradict themselves."""


@attrs.frozen(kw_only=True)
class Decision:
    """The decision of a contradiction: a row of docs/explanation/semantics.md, or these words, or open."""

    row: str = ""
    description: str = ""

    @property
    def is_open(self) -> bool:
        """True if nothing has been decided yet."""
        return not (self.row or self.description)


@attrs.frozen(kw_only=True)
class Dispute:
    """The rules that contradict a rule in one point, and the decision."""

    against: tuple[str, ...]
    decision: Decision


@attrs.frozen(kw_only=True)
class ChapterRule:
    """One rule of the chapter.

    Attributes:
        id: Family and number.
        mode: "AS" Active/Standby, "AA" Active/Active, "both".
        description: The rule in one line.
        later: The later work that it waits for, None for a rule of today's scope.
        disputes: The contradictions.
    """

    id: str
    mode: str
    description: str
    later: str | None = None
    disputes: tuple[Dispute, ...] = ()

    @property
    def family(self) -> str:
        """The part of the id before the number."""
        return self.id.rsplit("-", 1)[0]


@attrs.frozen(kw_only=True)
class Catalogue:
    """All rules by id, in the order of the data file; family titles; later works by name, with a description."""

    rules: Mapping[str, ChapterRule]
    families: Mapping[str, str]
    works: Mapping[str, str]

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        families = "|".join(map(re.escape, self.families))
        return re.compile(rf"(?<![\w-])({families})-(\d+)(?:\s+to\s+(?:\1-)?(\d+))?(?![\w-])")

    def ids_in(self, text: str) -> tuple[str, ...]:
        """The rule ids in a text, once each; "X-1 to X-3" names three. They need not be in the catalogue."""
        return tuple(dict.fromkeys(self._each_id(text)))

    def _each_id(self, text: str) -> Iterator[str]:
        for match in self._pattern.finditer(text):
            first, last = int(match[2]), int(match[3] or match[2])
            yield from (f"{match[1]}-{number}" for number in range(first, last + 1))

    def of_family(self, family: str) -> tuple[ChapterRule, ...]:
        """The rules of a family, in order."""
        return tuple(rule for rule in self.rules.values() if rule.family == family)


@cache
def load() -> Catalogue:
    """The catalogue of this package.

    Raises:
        CatalogueError: If its files contradict themselves.
    """
    return read((HERE / "rules.toml").read_text("utf-8"), (HERE / "scope.toml").read_text("utf-8"))


def read(rules: str, scope: str) -> Catalogue:
    """A catalogue from the texts of its two files.

    Raises:
        CatalogueError: If they contradict themselves.
    """
    try:
        wordings, known = tomllib.loads(rules), tomllib.loads(scope)
    except tomllib.TOMLDecodeError as error:
        raise CatalogueError(f"not TOML: {error}") from None
    families = {family: str(table.get("title", "")) for family, table in wordings.items()}
    works = {name: str(work["is"]) for name, work in known.get("later", {}).items()}
    bare = Catalogue(rules=dict(_wordings(wordings)), families=families, works=works)
    later = _later(bare, known.get("later", {}))
    disputes = _disputes(bare, known.get("decision", ()))
    complete = {
        name: attrs.evolve(rule, later=later.get(name), disputes=tuple(disputes.get(name, ())))
        for name, rule in bare.rules.items()
    }
    return attrs.evolve(bare, rules=complete)


def _wordings(families: Mapping[str, Any]) -> Iterator[tuple[str, ChapterRule]]:
    for family, table in families.items():
        if not table.get("title"):
            raise CatalogueError(f"family {family} has no title")
        for number, value in table.items():
            if number == "title":
                continue
            name = f"{family}-{number}"
            mode, description = value
            if mode not in MODES or not description or "\n" in description or not number.isdigit():
                raise CatalogueError(f"{name} is no number, mode and line; allowed modes: {', '.join(MODES)}")
            yield name, ChapterRule(id=name, mode=mode, description=description)


def _later(catalogue: Catalogue, works: Mapping[str, Any]) -> dict[str, str]:
    """Rule id to later work; no rule waits for two."""
    later: dict[str, str] = {}
    for work, table in works.items():
        for name in _named(catalogue, table["rules"]):
            if name in later:
                raise CatalogueError(f"{name} waits for {later[name]} and for {work}")
            later[name] = work
    return later


def _named(catalogue: Catalogue, words: Iterable[str]) -> Iterator[str]:
    for word in words:
        family = [rule.id for rule in catalogue.of_family(word)]
        names = family or catalogue.ids_in(word)
        if not names or any(name not in catalogue.rules for name in names):
            raise CatalogueError(f"{word!r} names no rule")
        yield from names


def _disputes(catalogue: Catalogue, decisions: Iterable[Mapping[str, Any]]) -> dict[str, list[Dispute]]:
    found: dict[str, list[Dispute]] = {}
    for table in decisions:
        decision = Decision(row=table.get("row", ""), description=table.get("says", ""))
        sides = [tuple(_named(catalogue, side)) for side in table["sides"]]
        if len(sides) != 2 or (decision.row and decision.description):
            raise CatalogueError(f"the decision on {sides} needs two sides, and a row or words")
        for one, other in (sides, sides[::-1]):
            for name in one:
                found.setdefault(name, []).append(Dispute(against=other, decision=decision))
    return found
