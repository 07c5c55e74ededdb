"""Files: their encoding, and whether they hold a configuration at all."""

from pathlib import Path

import attrs
import pytest

from failover_fsm.config.asa.files import read_config
from failover_fsm.config.records.pair_config import PairConfig
from failover_fsm.config.values.errors import ConfigError
from tests.config.test_asa import FOLINK_IP, LAN, read


@pytest.mark.parametrize("line", ["nameif büro", " description Zürich \x93Nord\x94", "! größer"])
def test_a_line_in_latin_1_is_read_and_told(tmp_path: Path, line: str) -> None:
    path = tmp_path / "latin.cfg"
    text = f"interface g0/1\n{line}\nnameif b\u20ac\n"
    path.write_bytes(f"interface g0/1\n{line}\n".encode("latin-1") + "nameif b\u20ac\n".encode())
    config = read_config(path)
    assert config == read(text)
    assert config.monitored == ("b\u20ac",), "the other lines stay UTF-8"
    told = [each for each in config.advice if each.rule == "encoding"]
    assert [each.line for each in told] == [2]
    assert "Latin-1" in told[0].text
    assert [each.line or 99 for each in config.advice] == sorted(each.line or 99 for each in config.advice)


def test_a_name_in_latin_1(tmp_path: Path) -> None:
    path = tmp_path / "latin.cfg"
    path.write_bytes(b"interface g0/1\r\n nameif b\xfcro\r\n")
    assert read_config(path).monitored == ("büro",)


def test_a_context_in_latin_1(tmp_path: Path) -> None:
    (tmp_path / "system.cfg").write_text("context one\n allocate-interface g0/1\n")
    (tmp_path / "one.cfg").write_bytes(b"interface g0/1\n nameif b\xfcro\n")
    config = read_config(tmp_path)
    assert config.monitored == ("büro",)
    [told] = [each for each in config.advice if each.rule == "encoding"]
    assert (told.line, told.text.startswith(f"{tmp_path / 'one.cfg'}:2: ")) == (None, True)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be"])
def test_a_configuration_in_utf_16_is_read(tmp_path: Path, encoding: str) -> None:
    text = f"interface g0/1\r\n nameif büro\r\n{LAN}\r\n{FOLINK_IP}\r\nfailover\r\n"
    data = ("" if encoding == "utf-16" else "\ufeff") + text
    path = tmp_path / "pair.cfg"
    path.write_bytes(data.encode(encoding))
    assert read_config(path) == read(text)
    assert read_config("pair.cfg", {"pair.cfg": data.encode(encoding)}) == read(text)


def test_an_error_in_utf_16_names_its_line(tmp_path: Path) -> None:
    path = tmp_path / "pair.cfg"
    path.write_text(f"hostname a\n{LAN}\nfailover polltime 99\n", encoding="utf-16")
    with pytest.raises(ConfigError, match=r"pair.cfg:4: "):
        read_config(path)


@pytest.mark.parametrize("data", [b"hostname a\nnameif b\xfc\x07\n", b"\x7fELF\xff", b"hostname a\nnameif b\x81\n"])
def test_binary_data_is_no_latin_1(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "bad.cfg"
    path.write_bytes(data)
    with pytest.raises(
        ConfigError, match="binary data or another encoding; allowed: a text file in UTF-8, UTF-16 or Latin-1"
    ):
        read_config(path)


PASSWD = "root:x:0:0:root:/root:/bin/bash\nsystemd-network:x:998:998:systemd Network Management:/:/usr/sbin/nologin\n"
PYTHON = "import os\n\nname = 'x'\nmode = 'single'\nhostname = os.uname()\ndef f(end):\n    return end\nexit(0)\n"


@pytest.mark.parametrize(
    "text",
    [
        "hello world\n", PASSWD, PYTHON, "! only a comment\n", "exit\nend\n", "The interface policy of our firm\n",
        "Mode of work\nprompt the user\nname the ports\ncontext of all this\nInterface to the world\n",
        "asa# show failover\nFailover On\n", "service is down\nHostname to use\nhostname -f\n", "Failover is on.\n",
    ],
)  # fmt: skip
def test_a_file_without_any_command_is_no_configuration(tmp_path: Path, text: str) -> None:
    path = tmp_path / "prose.cfg"
    path.write_text(text)
    with pytest.raises(ConfigError) as caught:
        read_config(path)
    assert str(caught.value).startswith(f"{path}: no ASA configuration command in this file; allowed: ")
    assert not read(text).says_anything_of_failover, "a text that is no file is left to the caller"


@pytest.mark.parametrize(
    "line",
    [
        "hostname a", "HOSTNAME A", "access-list x extended permit ip any any", "nat (inside) 0 0", "no failover",
        "mode multiple", "prompt hostname state", "name 10.0.0.1 web", "route outside 0 0 192.0.2.1",
        "ip address 10.0.0.1 255.0.0.0", "interface g0/1", "ASA Version 9.7(1)", "no ssh 10.0.0.0 255.0.0.0 inside",
    ],
)  # fmt: skip
def test_one_command_makes_a_configuration(tmp_path: Path, line: str) -> None:
    path = tmp_path / "one.cfg"
    path.write_text(f"And this is prose\n{line}\n")
    assert read_config(path) == read(f"{line}\n")


def test_a_context_file_without_any_command_is_no_configuration(tmp_path: Path) -> None:
    (tmp_path / "system.cfg").write_text("context one\n allocate-interface g0/1\n")
    (tmp_path / "one.cfg").write_text("hello world\n")
    with pytest.raises(ConfigError, match=r"one.cfg: no ASA configuration command"):
        read_config(tmp_path)


@pytest.mark.parametrize(
    "text",
    [
        "no failover", "failover polltime 1 holdtime 15", "failover lan unit secondary", "failover timeout 0:0:0",
        "monitor-interface inside", "no monitor-interface service-module", "interface g0/1\n nameif inside",
        "failover group 1", LAN, FOLINK_IP, "failover key k", "no failover replication http", "failover link x g0/3",
        "failover mac address g0/2 0.0.1 0.0.2", "failover interface-policy 1", "no failover wait-disable",
        "failover ipsec pre-shared-key k", "failover health-check bfd t", "failover standby config-lock",
        "failover lan enable", "failover replication rate 9", "failover polltime link-state msec 500",
    ],
)  # fmt: skip
def test_a_text_that_says_something_of_failover(text: str) -> None:
    config = read(text + "\n")
    assert config.says_anything_of_failover
    if config.to_asa() != PairConfig().to_asa():
        assert attrs.evolve(config, lines={}).says_anything_of_failover, "told by the records alone"


@pytest.mark.parametrize(
    "text",
    [
        "hostname a\nASA Version 9.7(1)\nprompt hostname\n",
        "interface g0/1\n shutdown\n ip address 10.0.0.1 255.0.0.0\n",
        "mode multiple\nadmin-context a\ncontext a\n allocate-interface g0/1\n",
        "mac-address auto prefix 7\n",
        "firewall transparent\nkey chain x\nlink y\n",
        "hello\n",
    ],
)
def test_a_text_that_says_nothing_of_failover(text: str) -> None:
    assert not read(text).says_anything_of_failover
    assert not PairConfig().says_anything_of_failover
