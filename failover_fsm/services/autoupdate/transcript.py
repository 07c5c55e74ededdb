"""The lines of `debug auto-update client`, each written and read by one template (AUT-26 to AUT-29).

The chapter shows the lines of an image; for ASDM and the configuration it shows nothing beyond the component lines, and
nothing is printed here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import attrs

from failover_fsm.services.autoupdate.settings import BLOCK, File
from failover_fsm.services.autoupdate.states import Component
from failover_fsm.templates.template import NUMBER, WORD, Field, Template, one_of

__all__ = ["COMMANDS", "TEMPLATES", "TranscriptLine", "component_lines", "copy_lines", "need_line", "read"]

COMMANDS = ("debug auto-update client", "debug fover cmd-exe")
"""The commands that show the lines (AUT-26)."""

STRIDE = 500
"""A line is printed for the first piece, and for each that lies so many further (AUT-29)."""

_YES_NO = Field("yes|no", lambda value: "yes" if value else "no", lambda text: text == "yes")
_CHECKSUM = Field("0x[0-9a-f]{32}", lambda value: f"0x{value}", lambda text: text[2:])

SENT = Template(
    "Auto-update client: Sent DeviceDetails to /cgi-bin/dda.pl of server {server}", {"server": WORD}
)  # AUT-26
PROCESSING = Template("Auto-update client: Processing UpdateInfo from server {server}", {"server": WORD})  # AUT-26
COMPONENT = Template(
    "  Component: {name}, URL: {url}, checksum: {checksum}",
    {"name": one_of(*(each.value for each in Component)), "url": WORD, "checksum": _CHECKSUM},
)  # AUT-27
NEED = Template(
    "Auto-update client: need to update img, act: {active}, stby {standby}", {"active": _YES_NO, "standby": _YES_NO}
)  # AUT-28
COPYING = Template("Auto-update client: update img on stby unit...")  # AUT-29
COPIED = Template(
    "auto-update: Fover copyfile, seq = {seq} type = {type}, pseq = {piece}, len = {length}",
    {"seq": NUMBER, "type": NUMBER, "piece": NUMBER, "length": NUMBER},
)  # AUT-29

TEMPLATES = {
    "sent": SENT, "processing": PROCESSING, "component": COMPONENT, "need": NEED, "copying": COPYING, "copied": COPIED,
}  # fmt: skip
"""Every line by name."""

_PROMPT = re.compile(r"^[\w.-]+(?:/[\w.-]+)*(?:\([\w-]+\))?[>#] ")
_WRAPPED = re.compile(r"(checksum:)\s*\n\s*(0x)")


@attrs.frozen
class TranscriptLine:
    """A line that was read: the name of its template, and its values."""

    name: str
    values: dict[str, object]


def component_lines(files: Mapping[Component, File]) -> Iterator[str]:
    """A line for each component, in the server's order (AUT-27)."""
    for component in Component:
        file = files[component]
        yield COMPONENT.write(name=component.value, url=file.url, checksum=file.checksum)


def need_line(active: bool, standby: bool) -> str:
    """The line that tells which unit needs the image (AUT-28)."""
    return NEED.write(active=active, standby=standby)


def copy_lines(size: int) -> Iterator[str]:
    """The lines of a copy to the standby (AUT-29).

    Args:
        size: Of the file, in bytes, 1 or more.
    """
    yield COPYING.write()
    pieces = -(-size // BLOCK)
    for piece in range(1, pieces + 1, STRIDE):
        yield COPIED.write(seq=4, type=1, piece=piece, length=BLOCK)


def read(text: str) -> Iterator[TranscriptLine]:
    """The lines of a transcript; other lines of the same console are passed over.

    A prompt before a line is cut off, and a checksum that was wrapped to the next line belongs to its component.
    """
    for line in _WRAPPED.sub(r"\1 \2", text).splitlines():
        bare = _PROMPT.sub("", line)
        for name, template in TEMPLATES.items():
            if (values := template.read(bare)) is not None:
                yield TranscriptLine(name, values)
                break
