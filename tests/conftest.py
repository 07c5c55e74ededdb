"""Settings of all tests: examples of Hypothesis have no deadline, so that a loaded machine fails none of them."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")
