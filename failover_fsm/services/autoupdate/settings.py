"""What the process reads of the configuration and of the server's description, and the decisions left open."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import attrs

from failover_fsm.pair.settings import Settings
from failover_fsm.services.autoupdate.states import Component

__all__ = ["BLOCK", "SAMPLE_SIZE", "File", "UpdateOptions", "UpdateSettings"]

BLOCK = 1024
"""Bytes in each piece that is copied to the standby (AUT-29)."""

SAMPLE_SIZE = 9001 * BLOCK
"""The smallest image whose copy prints as many lines as the chapter's sample (AUT-29)."""


@attrs.frozen(kw_only=True)
class File:
    """A file as the server describes it (AUT-13).

    Attributes:
        url: Where the primary gets it.
        checksum: 32 hexadecimal digits.
        size: In bytes, 1 or more.
    """

    url: str
    checksum: str
    size: int = SAMPLE_SIZE


_SAMPLE: Mapping[Component, File] = {
    Component.ASDM: File(url="http://192.168.0.21/asdm.bin", checksum="a" * 32),
    Component.CONFIGURATION: File(url="http://192.168.0.21/config.cfg", checksum="c" * 32),
    Component.IMAGE: File(url="http://192.168.0.21/image.bin", checksum="f" * 32),
}


@attrs.frozen(kw_only=True)
class UpdateOptions:
    """Decisions on what the chapter leaves open.

    verifies: the primary compares the checksum of what it has retrieved with the announced one, and keeps nothing
        else; the chapter speaks only of the comparison before (AUT-13, AUT-14).
    compares: what a unit tells of its image in step 1: of the one it is "running", or of the one in "flash" (AUT-12).
    refuses_link_change: a configuration with another failover link is not taken; false: it is, and the units lose each
        other (AUT-4).
    """

    verifies: bool = True
    compares: Literal["running", "flash"] = attrs.field(
        default="running", validator=attrs.validators.in_(("running", "flash"))
    )
    refuses_link_change: bool = True


@attrs.frozen(kw_only=True)
class UpdateSettings:
    """What the process reads.

    Attributes:
        pair: What the protocol of the pair reads.
        configured: The primary's configuration names a server (AUT-1).
        single: The pair is in single context mode, without failover groups (AUT-2).
        hitless: The versions are near enough for the units to run both for a while (AUT-17, HW-6).
        changes_link: The offered configuration has another failover link (AUT-4).
        server: The address of the Auto Update Server.
        files: What it describes.
        options: Decisions.
    """

    pair: Settings
    configured: bool = True
    single: bool = True
    hitless: bool = True
    changes_link: bool = False
    server: str = "192.168.0.21"
    files: Mapping[Component, File] = attrs.field(factory=lambda: dict(_SAMPLE))
    options: UpdateOptions = attrs.field(factory=UpdateOptions)
