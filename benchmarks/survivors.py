"""Mutants that nothing kills, by a part of their name, and why that is so."""

from __future__ import annotations

SURVIVORS: dict[str, str] = {}
