"""Files of digests: what is known of something, by its name, one line each."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

__all__ = ["read", "write"]


def read(file: Path) -> dict[str, str]:
    """What the file says of each name."""
    lines = file.read_text(encoding="utf-8").splitlines()
    return {name: found for name, _, found in (line.rpartition(": ") for line in lines)}


def write(file: Path, found: Iterable[tuple[str, str]]) -> None:
    """Writes the file anew.

    Args:
        file: Where.
        found: Names, and what is known of them, in which no colon with a blank stands.
    """
    file.write_text("".join(f"{name}: {each}\n" for name, each in found), encoding="utf-8")
