"""The description of an Auto Update Server: a TOML text with the files that it offers, and what the units have."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from typing import Any

import attrs

from failover_fsm.config.values.printable import printable
from failover_fsm.config.values.suggestions import listed, nearest
from failover_fsm.config.values.toml_lines import line_of, line_of_syntax_error
from failover_fsm.pair.states import Unit
from failover_fsm.services.autoupdate.settings import SAMPLE_SIZE, File
from failover_fsm.services.autoupdate.states import Component, Content, Files, Process

__all__ = ["ServerDescription", "ServerFileError", "read_server"]

_KEYS = ("address", "hitless", *(each.value for each in Component), *(unit.value for unit in Unit))
_FILE_KEYS = {
    Component.IMAGE: ("url", "checksum", "size", "version"),
    Component.ASDM: ("url", "checksum"),
    Component.CONFIGURATION: ("url", "checksum", "file"),
}
_CHECKSUM = re.compile(r"(0x)?[0-9A-Fa-f]{32}")


class ServerFileError(Exception):
    """A description that cannot be used; `str` is one line, `FILE:LINE: what is wrong; allowed: ...`."""

    def __init__(self, source: str, line: int | None, what: str, allowed: str) -> None:
        super().__init__(source, line, what, allowed)
        self.source, self.line, self.what, self.allowed = source, line, what, allowed

    def __str__(self) -> str:
        place = self.source if self.line is None else f"{self.source}:{self.line}"
        return printable(f"{place}: {self.what}; allowed: {self.allowed}")


@attrs.frozen(kw_only=True)
class ServerDescription:
    """What a description says.

    Attributes:
        address: The address of the server; None where it is not given.
        hitless: Whether the update can do without an outage; None where it is not given.
        version: The version of the image; None where it is not given.
        configuration: The file with the offered configuration; None where it is not given.
        files: The offered files.
        first: The record of the process before, by the checksums of the units' files.
    """

    address: str | None
    hitless: bool | None
    version: str | None
    configuration: str | None
    files: Mapping[Component, File]
    first: Process


@attrs.frozen
class _Reader:
    """A parsed description, with its text to find lines in."""

    source: str
    text: str

    def error(self, table: str, key: str, what: str, allowed: str) -> ServerFileError:
        """An error at the line of a key in a table, or else at that of the table; `table` is empty for the top."""
        return ServerFileError(self.source, line_of(self.text, key, table), what, allowed)

    def only(self, table: Mapping[str, Any], name: str, allowed: tuple[str, ...]) -> None:
        """Refuses keys that are not `allowed`."""
        for key in table:
            if key not in allowed:
                where = f"[{name}]" if name else "the file"
                raise self.error(
                    name, key, f"unknown key {key!r} in {where}{nearest(key, allowed)}", listed(key, allowed)
                )

    def value(self, table: Mapping[str, Any], name: str, key: str, kind: type, allowed: str) -> Any:
        """A value of a kind, None where it is not there."""
        value = table.get(key)
        if value is not None and (type(value) is not kind or value == ""):
            raise self.error(name, key, f"{key} cannot be {value!r}", allowed)
        return value

    def table(self, data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
        """A table, empty where there is none."""
        value = data.get(name, {})
        if not isinstance(value, dict):
            raise self.error("", name, f"{name} must be a table", f"[{name}]")
        return value

    def checksum(self, table: Mapping[str, Any], name: str, key: str) -> str | None:
        """32 hexadecimal digits in lower case, None where they are not there."""
        text = self.value(table, name, key, str, "0x and 32 hexadecimal digits")
        if text is not None and not _CHECKSUM.fullmatch(text):
            raise self.error(name, key, f"{key} cannot be {text!r}", "0x and 32 hexadecimal digits")
        return None if text is None else str(text).lower().removeprefix("0x")


def read_server(text: str, source: str) -> ServerDescription:
    """What a description says.

    Args:
        text: The TOML text.
        source: The name of its file, for errors.

    Raises:
        ServerFileError: If it is no description.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ServerFileError(source, line_of_syntax_error(error), f"not TOML: {error}", "TOML") from None
    except (RecursionError, ValueError):
        raise ServerFileError(source, None, "nested too deeply, or a number too long", "TOML") from None
    reader = _Reader(source, text)
    reader.only(data, "", _KEYS)
    for name in _KEYS[2:]:
        reader.table(data, name)
    files = {component: _file(reader, data, component) for component in Component}
    image, configuration = reader.table(data, "image"), reader.table(data, "config")
    return ServerDescription(
        address=_address(reader, data),
        hitless=reader.value(data, "", "hitless", bool, "true, false"),
        version=reader.value(image, "image", "version", str, 'as in "9.1(7)"'),
        configuration=reader.value(configuration, "config", "file", str, "the name of a file"),
        files=files,
        first=_first(reader, data, files),
    )


def _address(reader: _Reader, data: Mapping[str, Any]) -> str | None:
    address = reader.value(data, "", "address", str, "an address or a host name")
    if address is not None and not re.fullmatch(r"[\w.:-]+", address):
        raise reader.error("", "address", f"address cannot be {address!r}", "an address or a host name")
    return None if address is None else str(address)


def _file(reader: _Reader, data: Mapping[str, Any], component: Component) -> File:
    name = component.value
    table = reader.table(data, name)
    reader.only(table, name, _FILE_KEYS[component])
    url = reader.value(table, name, "url", str, "http://... or https://...")
    if url is None or not re.fullmatch(r"https?://[^\s/]+/\S*", url):
        what = f"no url in [{name}]" if url is None else f"url cannot be {url!r}"
        raise reader.error(name, "url", what, 'url = "http://SERVER/FILE"')
    checksum = reader.checksum(table, name, "checksum")
    if checksum is None:
        raise reader.error(name, "checksum", f"no checksum in [{name}]", 'checksum = "0x" and 32 hexadecimal digits')
    size = reader.value(table, name, "size", int, "bytes: 1, 2, 3, ...")
    if size is not None and not 1 <= size <= 2**40:
        raise reader.error(name, "size", f"size cannot be {size}", "bytes, from 1 to 2 to the power of 40")
    return File(url=url, checksum=checksum, size=SAMPLE_SIZE if size is None else size)


def _first(reader: _Reader, data: Mapping[str, Any], files: Mapping[Component, File]) -> Process:
    """The units' files: equal checksums are equal contents, and one that is not given is an old file."""
    has: dict[Unit, dict[Component, str | None]] = {}
    for unit in Unit:
        table = reader.table(data, unit.value)
        reader.only(table, unit.value, tuple(each.value for each in Component))
        has[unit] = {each: reader.checksum(table, unit.value, each.value) for each in Component}
    return Process(
        primary=_contents(has[Unit.PRIMARY], has[Unit.PRIMARY], files),
        secondary=_contents(has[Unit.SECONDARY], has[Unit.PRIMARY], files),
    )


def _contents(
    mine: Mapping[Component, str | None], primary: Mapping[Component, str | None], files: Mapping[Component, File]
) -> Files:
    def content(component: Component) -> Content:
        if mine[component] == files[component].checksum:
            return Content.NEW
        alike = None in (mine[component], primary[component]) or mine[component] == primary[component]
        return Content.OLD if alike or primary[component] == files[component].checksum else Content.OLDER

    image = content(Component.IMAGE)
    return Files(
        flash=image, running=image, asdm=content(Component.ASDM), configuration=content(Component.CONFIGURATION)
    )
