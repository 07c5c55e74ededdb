"""Keys are printed nowhere, but by `config --show-key`."""

import json
import os
from pathlib import Path

import pytest

from failover_fsm.cli import main
from failover_fsm.config.records.pair_config import Key, KeyKind, PairConfig
from failover_fsm.config.values.errors import ConfigError

INSIDE = "interface GigabitEthernet0/1\n nameif inside\n ip address 10.1.0.1 255.255.255.0 standby 10.1.0.2\n"
LINK = """failover lan unit primary
failover lan interface folink GigabitEthernet0/3
failover interface ip folink 10.0.0.253 255.255.255.252 standby 10.0.0.254
failover
"""
WORD, DIGITS = "hushhush", "0123456789abcdef0123456789abcdef"
KEYS = [
    f"failover key {WORD}",
    f"failover key 0 {WORD}",
    f"failover key 8 {WORD}",
    f"failover key hex {DIGITS}",
    f"failover ipsec pre-shared-key {WORD}",
    f"failover ipsec pre-shared-key 8 {WORD}",
]


@pytest.mark.parametrize("line", KEYS)
def test_a_printed_configuration_has_no_key(line: str) -> None:
    config = PairConfig.from_asa(INSIDE + LINK + line)
    for everything in (False, True):
        printed = config.to_asa(all=everything)
        assert "*****" in printed
        assert WORD not in printed and DIGITS not in printed
        assert PairConfig.from_asa(config.to_asa(all=everything, show_key=True)) == config
    assert WORD not in repr(config) and DIGITS not in repr(config)
    masked = PairConfig.from_asa(config.to_asa())
    assert PairConfig.from_asa(masked.to_asa()) == masked
    assert not [each for each in masked.advice if each.rule.startswith("KEY")]


@pytest.mark.parametrize("line", KEYS)
def test_config_prints_the_key_only_when_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str], line: str) -> None:
    (tmp_path / "t.cfg").write_text(INSIDE + LINK + line)
    assert main(["config", str(tmp_path / "t.cfg")]) == 0
    printed = capsys.readouterr()
    assert WORD not in printed.out + printed.err and DIGITS not in printed.out + printed.err
    assert main(["config", str(tmp_path / "t.cfg"), "--show-key"]) == 0
    shown = capsys.readouterr().out
    assert WORD in shown or DIGITS in shown
    assert PairConfig.from_asa(shown) == PairConfig.from_asa(INSIDE + LINK + line)


@pytest.mark.slow
def test_no_file_that_a_command_writes_holds_a_key(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = INSIDE + LINK + f"failover key {WORD}\nfailover ipsec pre-shared-key {WORD}\n"
    (tmp_path / "t.cfg").write_text(text)
    (tmp_path / "t.trace").write_text("config t.cfg\nunit_restored unit=primary\nsettle\n")
    written = tmp_path / "written"
    written.mkdir()
    file, out = str(tmp_path / "t.cfg"), str(written)
    trace = str(tmp_path / "t.trace")
    for words in (
        ["check", file, "--json", "--faults", "0", "--report", f"{out}/page.html", "--traces", f"{out}/found"],
        ["check", file, "--faults", "0", "--engine", "compiled", "--checkpoint", f"{out}/kept"],
        ["faults", file, "--goal", "dual-active", "--max", "2", "--json", "--traces", f"{out}/sets"],
        ["whatif", file, "--after", "unit_failed unit=primary", "--json"],
        ["times", file, "--json", "--traces", f"{out}/times"],
        ["suite", file, "--cover", "rows", "--faults", "0", "-o", f"{out}/suite"],
        ["run", trace, "--json", "--show", "primary"],
    ):
        assert main(words) in (0, 1), words
        printed = capsys.readouterr()
        assert WORD not in printed.out + printed.err, words
        if "--json" in words:
            json.loads(printed.out)
    files = [Path(folder) / name for folder, _folders, names in os.walk(written) for name in names]
    assert {"page.html", "kept"} <= {each.name for each in files}
    assert not [each.name for each in files if WORD.encode() in each.read_bytes()]


@pytest.mark.parametrize(
    "line",
    [f"failover key {WORD} x", f"failover key 7 {WORD}", f"failover key hex {WORD}", f"failover key {WORD * 9}",
     f"failover ipsec {WORD}", f"failover ipsec psk {WORD}", f"failover key 8 {WORD} {WORD}",
     f"failover lan key {WORD}", f"failover ip {WORD}"],
)  # fmt: skip
def test_no_error_repeats_a_key(line: str) -> None:
    with pytest.raises(ConfigError) as caught:
        PairConfig.from_asa(f"{LINK}{line}\n")
    assert caught.value.line == 5
    assert WORD not in str(caught.value)


@pytest.mark.parametrize("kind", ["", "0 ", "8 ", "hex ", "h ", "8 hex "])
@pytest.mark.parametrize("instead", ["*****", "<removed>", "<secret hidden>", "<>"])
def test_what_stands_in_the_place_of_a_key_is_a_masked_key(kind: str, instead: str) -> None:
    config = PairConfig.from_asa(f"{LINK}failover key {kind}{instead}\n")
    assert config.key == Key.from_text("***") and config.key.kind is KeyKind.MASKED


@pytest.mark.parametrize("text", ["<a", "a>", "*a", "a<b>"])
def test_a_key_with_brackets_or_asterisks_in_it_is_a_key(text: str) -> None:
    assert PairConfig.from_asa(f"{LINK}failover key {text}\n").key == Key(text=text)
