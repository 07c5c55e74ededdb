"""Releases of the software, as `ASA Version 9.16(4)` names them, and their order."""

from __future__ import annotations

import re

import attrs

PRODUCTS = ("ASA", "PIX", "NGFW", "FWSM")
"""The words before `Version`: NGFW is Firepower Threat Defense, whose engine is that of a recent ASA."""

_RELEASE = re.compile(r"([0-9]{1,3})\.([0-9]{1,3})(?:\.[0-9.]+)?(?:\(([0-9.]{1,9})\)([0-9]{0,6}))?")


@attrs.frozen(order=True)
class Release:
    """A release by its numbers: 9.16(4)38 is (9, 16, 4, 38); a number that is not written counts as 0."""

    major: int
    minor: int
    maintenance: int = 0
    interim: int = 0

    @classmethod
    def parse(cls, text: str) -> Release | None:
        """The release that `text` begins with, None for anything else."""
        found = _RELEASE.match(text)
        if found is None:
            return None
        major, minor, maintenance, interim = found.groups()
        return cls(int(major), int(minor), int((maintenance or "0").split(".")[0] or 0), int(interim or 0))


IPV6 = Release(8, 2, 2)
"""The first release with IPv6 addresses in failover, on data interfaces and on the failover link."""

BRIDGE_GROUPS = Release(8, 4)
"""The first release whose transparent mode has bridge groups, each with a BVI that holds its address."""

MODULE_MONITORING = Release(9, 3)
"""The first release with `no monitor-interface service-module`."""

FIRST_ASA = Release(7, 0)
"""The release before which failover was configured with other commands (PIX 6)."""


def accepts(product: str, release: Release | None, since: Release) -> bool | None:
    """Whether a unit with this software accepts what `since` brought; None where the software is not known."""
    if product == "NGFW":
        return True
    return None if release is None or product == "FWSM" else release >= since
