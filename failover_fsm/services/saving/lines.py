"""What a command line means for saving, by its words."""

from __future__ import annotations

from failover_fsm.pair.entered_text import acting_lines, begins, words_of
from failover_fsm.pair.replicated_commands import Does, crossing_of
from failover_fsm.services.saving.records import Name

__all__ = ["EXTERNAL", "configures", "is_external", "saved_spaces", "saves"]

EXTERNAL = ("tftp", "ftp", "http", "https", "scp", "smb")
"""The schemes of a `config-url` on an external server (SYN-13); every other is a disk of the unit."""


def is_external(url: str | None) -> bool:
    """Whether the startup configuration at a `config-url` is on an external server; one without a url is on disk."""
    return url is not None and url.split(":", 1)[0].lower() in EXTERNAL


def configures(text: str) -> bool:
    """Whether a line changes the running configuration of its space."""
    return crossing_of(text).does is Does.CONFIGURES


def saves(text: str) -> bool:
    """Whether a line saves something."""
    return crossing_of(text).does is Does.SAVES


def saved_spaces(text: str, context: Name, spaces: tuple[Name, ...]) -> tuple[Name, ...]:
    """The spaces that a line saves which is entered in a context, or in the system space (None).

    `write memory all` in the system space saves every space (SYN-12); every other form saves only its own (CMD-18).
    """
    if not saves(text):
        return ()
    words = words_of(acting_lines(text)[0])
    every = context is None and begins("wr[ite] m[emory] al[l]", words)
    return spaces if every else tuple(space for space in spaces if space == context)
