"""The software that an answer comes from, so that no answer outlives a change of it."""

from __future__ import annotations

import functools
import hashlib
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

__all__ = ["software_digest"]

PACKAGE = Path(__file__).parents[1]


@functools.cache
def software_digest() -> str:
    """A digest of every source file of this package, of Python and of numpy; they stay as they are while it runs."""
    digest = hashlib.sha256(repr((sys.version, _numpy())).encode())
    for path in sorted(PACKAGE.rglob("*.py")):
        digest.update(path.relative_to(PACKAGE).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _numpy() -> str:
    try:
        return version("numpy")
    except PackageNotFoundError:
        return ""
