"""The description of a server: what it says, and errors of one line each."""

from __future__ import annotations

import re

import pytest

from failover_fsm.services.autoupdate.server_file import ServerFileError, read_server
from failover_fsm.services.autoupdate.settings import SAMPLE_SIZE
from failover_fsm.services.autoupdate.states import Component, Content
from tests.services.autoupdate.kit import ROOT

NEW, OTHER, THIRD = "0x" + "ab" * 16, "cd" * 16, "ef" * 16
FILES = "".join(f'[{each.value}]\nurl = "http://h/{each.value}"\nchecksum = "{NEW}"\n' for each in Component)
NO_URL = FILES.replace('url = "http://h/image"\n', "")


def test_the_example_is_read() -> None:
    path = ROOT / "examples" / "auto-update" / "server.toml"
    found = read_server(path.read_text(encoding="utf-8"), str(path))
    assert (found.version, found.address, found.hitless, found.configuration) == ("9.1(7)", None, None, None)
    assert found.files[Component.IMAGE].size == 27_260_928 and found.files[Component.ASDM].size == SAMPLE_SIZE
    assert found.files[Component.ASDM].checksum == "94bced0261cc992ae710faf8d244cf32"
    assert found.first.primary.configuration is found.first.secondary.configuration is Content.NEW
    assert found.first.primary.running is found.first.secondary.flash is Content.OLD


def test_equal_checksums_are_equal_contents() -> None:
    units = f'[primary]\nimage = "{OTHER}"\nasdm = "{NEW.upper().replace("X", "x")}"\n[secondary]\n'
    own = read_server(f'address = "h"\nhitless = false\n{FILES}{units}image = "{THIRD}"\nasdm = "{OTHER}"\n', "f")
    assert own.address == "h" and own.hitless is False
    assert own.first.primary.flash is own.first.primary.running is Content.OLD and own.first.mixed
    assert own.first.secondary.running is Content.OLDER
    assert own.first.primary.asdm is Content.NEW and own.first.secondary.asdm is Content.OLD
    same = read_server(f'{FILES}{units}image = "{OTHER}"\n', "f").first
    assert not same.mixed and same.secondary.asdm is Content.OLD


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[image\n", "f:1: not TOML: "),
        ("x = " + "[" * 3000, "f: nested too deeply"),
        (f"[imag]\n{FILES}", "f:1: unknown key 'imag' in the file, did you mean image; allowed: address, hitless, "),
        ("image = 1\n", "f:1: image must be a table; allowed: [image]"),
        (FILES.replace("url =", "uri =", 1), "f:2: unknown key 'uri' in [asdm], did you mean url; allowed: url, "),
        ('[asdm]\nchecksum = ""\n', "f:1: no url in [asdm]; allowed: url = "),
        ('[asdm]\nurl = "ftp://h/x"\n', "f:2: url cannot be 'ftp://h/x'; allowed: url = "),
        ('[asdm]\nurl = "http://h/x"\n', "f:1: no checksum in [asdm]; allowed: "),
        ('[asdm]\nurl = "http://h/x"\nchecksum = "0x1"\n', "f:3: checksum cannot be '0x1'; allowed: 0x and 32 "),
        ('[asdm]\nurl = "http://h/x"\nchecksum = 12\n', "f:3: checksum cannot be 12; allowed: 0x and 32 "),
        (f'{FILES}size = 0\n', "f:10: size cannot be 0; allowed: bytes, from 1"),
        (f'{FILES}size = true\n', "f:10: size cannot be True; allowed: bytes: 1, 2"),
        (f'{FILES}version = 9\n', "f:10: version cannot be 9; allowed: as in"),
        (f'{FILES}[config2]\n', "f:10: unknown key 'config2' in the file"),
        (f'hitless = "no"\n{FILES}', "f:1: hitless cannot be 'no'; allowed: true, false"),
        (f'address = "a b"\n{FILES}', "f:1: address cannot be 'a b'; allowed: an address or a host name"),
        (f'{FILES}[primary]\nimage = "1"\n', "f:11: image cannot be '1'; allowed: 0x and 32"),
        (f'address = 5\n{FILES}', "f:1: address cannot be 5; allowed: an address or a host name"),
        (f'address = ""\n{FILES}', "f:1: address cannot be ''; allowed: an address or a host name"),
        ("asdm = 1\nimage = 1\n", "f:1: asdm must be a table; allowed: [asdm]"),
        (FILES.replace("http://h/image", "h/image"), "f:8: url cannot be 'h/image'; allowed: url = "),
        (FILES.replace("[image]", "file = 5\n[image]"), "f:7: file cannot be 5; allowed: the name of a file"),
        (f"{FILES}size = {2**40 + 1}\n", "f:10: size cannot be 1099511627777; allowed: bytes, from 1 to 2"),
        (f'primary = {{ image = "1" }}\n{FILES}', "f:1: image cannot be '1'; allowed: 0x and 32"),
        (f'{FILES}version = ""\n', "f:10: version cannot be ''; allowed: as in"),
        (f'{NO_URL}[primary]\nimage = "{OTHER}"\n', "f:7: no url in [image]; allowed: "),
        (f'{FILES}[secondary]\nflash = "1"\n', "f:11: unknown key 'flash' in [secondary]; allowed: asdm, "),
    ],
)  # fmt: skip
def test_errors_name_line_and_what_is_allowed(text: str, said: str) -> None:
    with pytest.raises(ServerFileError, match=f"^{re.escape(said)}") as caught:
        read_server(text, "f")
    assert "\n" not in str(caught.value)


def test_an_error_without_a_line_names_the_file() -> None:
    assert str(ServerFileError("f", None, "wrong", "right")) == "f: wrong; allowed: right"
    assert ServerFileError("f", 3, "wrong", "right").args == ("f", 3, "wrong", "right")


@pytest.mark.parametrize("size", [1, 2**40])
def test_the_smallest_and_the_largest_file(size: int) -> None:
    assert read_server(f"{FILES}size = {size}\n", "f").files[Component.IMAGE].size == size


@pytest.mark.parametrize(
    ("primary", "secondary", "contents"),
    [
        (OTHER, "", (Content.OLD, Content.OLD)),  # what is not given is an old file
        ("", OTHER, (Content.OLD, Content.OLD)),
        (OTHER, OTHER, (Content.OLD, Content.OLD)),
        (OTHER, THIRD, (Content.OLD, Content.OLDER)),
        (NEW, OTHER, (Content.NEW, Content.OLD)),
        (OTHER, NEW, (Content.OLD, Content.NEW)),
    ],
)
def test_what_the_units_have_by_the_checksums_of_their_files(
    primary: str, secondary: str, contents: tuple[Content, Content]
) -> None:
    units = "".join(f"[{unit}]\n" + (f'image = "{text}"\n' if text else "")
                    for unit, text in (("primary", primary), ("secondary", secondary)))  # fmt: skip
    first = read_server(f"{FILES}{units}", "f").first
    assert (first.primary.flash, first.secondary.flash) == contents
    assert (first.primary.running, first.secondary.running) == contents
    assert first.primary.asdm is first.secondary.configuration is Content.OLD
