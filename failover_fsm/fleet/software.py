"""The software that an answer comes from, so that no answer outlives a change of it."""

from __future__ import annotations

import functools
import hashlib
import os
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

__all__ = ["software_digest"]

PACKAGE = Path(__file__).parents[1]


@functools.cache
def software_digest() -> str:
    """A digest of every source file of this package, of Python and of numpy; they stay as they are while it runs."""
    digest = hashlib.sha256(repr((sys.version, _numpy())).encode())
    for name in sorted(_sources()):
        digest.update(os.path.relpath(name, PACKAGE).encode())
        with open(name, "rb") as source:
            digest.update(source.read())
    return digest.hexdigest()


def _sources() -> Iterator[str]:
    """The source files, as texts: hundreds of paths would take longer to make and to sort than the files to read."""
    for folder, _, names in os.walk(PACKAGE):
        yield from (os.path.join(folder, name) for name in names if name.endswith(".py"))


def _numpy() -> str:
    try:
        return version("numpy")
    except PackageNotFoundError:
        return ""
