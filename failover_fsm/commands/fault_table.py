"""Writes the table of faults of docs/explanation/semantics.md (`failover_fsm/reports/text/fault_table.py`).

python -m failover_fsm.commands.fault_table            # from the root of a clone
"""

from __future__ import annotations

import sys
from pathlib import Path

from failover_fsm.reports.text.fault_table import BEGIN, END, fault_rows, in_page, table_text

__all__ = ["main"]

PAGE = Path("docs/explanation/semantics.md")


def main() -> int:
    """Writes the table of faults between its marks in the page; returns 0, or 2 where the page is missing."""
    if not PAGE.is_file():
        print(f"{PAGE}: no such file; allowed: the root of a clone as working directory", file=sys.stderr)
        return 2
    page = PAGE.read_text(encoding="utf-8")
    if BEGIN not in page or END not in page:
        print(f"{PAGE}: the marks of the table are missing; allowed: {BEGIN} and {END}", file=sys.stderr)
        return 2
    PAGE.write_text(in_page(page, table_text(fault_rows())), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
