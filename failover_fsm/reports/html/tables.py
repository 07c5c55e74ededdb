"""Tables of a page, which its script can search and filter, and folded where they are long."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from failover_fsm.reports.html.html import Markup, join, tag

__all__ = ["Table", "section"]


MOST_PRINTED = 100
"""The most rows of a folded table that is unfolded in print."""

PLURALS = {"holds": "hold"}
"""Words of the first column that are others for several rows."""


@attrs.frozen
class Table:
    """A table.

    Attributes:
        name: What it shows; different from every other table of the page.
        heads: The headings of the columns.
        rows: The cells of each row, text or markup.
        words: The words of the first column by which the rows can be filtered, the weightiest first; empty for a
            table without a filter.
        is_folded: True to show it when it is asked for.
    """

    name: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    words: tuple[str, ...] = ()
    is_folded: bool = False

    def drawn(self) -> Markup:
        """The table as markup."""
        head = tag("thead", tag("tr", *(tag("th", each, scope="col") for each in self.heads)))
        table = tag("table", head, tag("tbody", *map(self._row, self.rows)))
        scrolled = tag("div", table, class_="scroll", tabindex=0, role="region", aria_label=f"{self.name}, a table")
        whole = tag("div", *([self._finder()] if self.words else []), scrolled, class_="found-in")
        if not self.is_folded:
            return whole
        count = f"{self.name}: {len(self.rows)}"
        kind = "list" if len(self.rows) <= MOST_PRINTED else "list long"
        return tag("details", tag("summary", count, *(f", {part}" for part in self._counts())), whole, class_=kind)

    def _counts(self) -> Iterator[str]:
        for word in self.words:
            count = sum(row[0] == word for row in self.rows)
            if count:
                number = "all" if count == len(self.rows) > 1 else str(count)
                yield f"{number} {word if count == 1 else PLURALS.get(word, word)}"

    def _row(self, row: tuple[str, ...]) -> Markup:
        if not self.words:
            return tag("tr", *(tag("td", cell) for cell in row))
        word, *others = row
        badge = tag("td", tag("span", word, class_=f"badge {word.replace(' ', '-')}"))
        return tag("tr", badge, *(tag("td", cell) for cell in others), data_word=word)

    def _finder(self) -> Markup:
        """The filter and the search, which the script of the page shows."""
        known = [word for word in self.words if any(row[0] == word for row in self.rows)]
        options = [tag("option", "all", value=""), *(tag("option", word, value=word) for word in known)]
        return tag(
            "p",
            tag("select", *options, aria_label=f"{self.name}: which ones"),
            " ",
            tag("input", type="search", placeholder="search", aria_label=f"{self.name}: search"),
            " ",
            tag("span", class_="small", role="status"),
            class_="finder",
            hidden=True,
        )


def section(name: str, title: str, *parts: str) -> Markup:
    """A part of the page with its heading, to which the menu leads."""
    heading = tag("h2", title, id=f"{name}-title")
    return tag("section", heading, join(parts), id=name, aria_labelledby=f"{name}-title")
