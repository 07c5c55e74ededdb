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
        (f'{FILES}[secondary]\nflash = "1"\n', "f:11: unknown key 'flash' in [secondary]; allowed: asdm, "),
    ],
)  # fmt: skip
def test_errors_name_line_and_what_is_allowed(text: str, said: str) -> None:
    with pytest.raises(ServerFileError, match=f"^{re.escape(said)}") as caught:
        read_server(text, "f")
    assert "\n" not in str(caught.value)
