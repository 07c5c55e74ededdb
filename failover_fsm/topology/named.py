"""Topologies that people have, each a file that ships with the package and can be copied."""

from __future__ import annotations

from importlib.resources import files

import attrs

__all__ = ["NAMED", "NamedTopology", "named_text", "named_topology"]

NAMED = (
    "two-switches",
    "direct-cable",
    "stack",
    "virtual-port-channels",
    "two-sites",
    "out-of-band-management",
    "asav-on-two-hosts",
    "asav-on-one-host",
)
"""Their names; the file of each is called after it."""


@attrs.frozen
class NamedTopology:
    """What the head of the file says.

    Attributes:
        description: The topology in a few words.
        scenario: What the chapter says of it, with the rules.
    """

    description: str
    scenario: str


def named_text(name: str) -> str:
    """The file of a named topology.

    Raises:
        KeyError: If the name is not one of NAMED.
    """
    if name not in NAMED:
        raise KeyError(name)
    return (files(__package__) / "named_topologies" / f"{name}.toml").read_text(encoding="utf-8")


def named_topology(name: str) -> NamedTopology:
    """What the head of the file says: its first two comments.

    Raises:
        KeyError: If the name is not one of NAMED.
    """
    comments = [line.removeprefix("#").strip() for line in named_text(name).splitlines() if line.startswith("#")]
    return NamedTopology(comments[0], " ".join(comments[1:]))
