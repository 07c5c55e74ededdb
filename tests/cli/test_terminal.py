"""Words of the input reach a terminal, whole and harmless: escapes instead of control sequences and line ends."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from failover_fsm.cli import main

ROOT = Path(__file__).parents[2]
MODELS = ROOT / "models"
EVIL = "\x1b[2J\x1b[31mHOLDS all\x07 \u202e \u200b \x9b \ud7ff"
FORGED = "one\nPromises\n  holds       everything:"
HIDDEN = ("\x1b", "\x07", "\u202e", "\u200b", "\x9b")


@pytest.fixture(autouse=True)
def beside_a_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copy(MODELS / "active-standby.cfg", "pair.cfg")


def toml(text: str) -> str:
    return json.dumps(text)


def model(title: str = "t", name: str = "m.toml", more: str = "") -> str:
    text = f'title = {toml(title)}\nconfig = "pair.cfg"\n[environment]\nfaults = ["power"]\noperator = []\n'
    Path(name).write_text(f'{text}[promises]\ncheck = ["split-brain-recovers"]\n{more}', encoding="utf-8")
    return name


def said(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """What a command answers; nothing in it may move a cursor or hide, and its errors are short lines."""
    try:
        status = main(words)
    except SystemExit as leave:
        status = int(leave.code or 0)
    out, err = capsys.readouterr()
    for text in (out, err):
        assert not [char for char in text if char != "\n" and not char.isprintable()], ascii(text)
    assert all(len(line) <= 300 for line in err.splitlines()), err
    assert not [line for line in (out + err).splitlines() if line.strip().startswith("holds       everything")]
    return status, out, err


@pytest.mark.slow
@pytest.mark.parametrize("title", [EVIL, FORGED])
@pytest.mark.parametrize(
    "words",
    [
        ("check", "m.toml"),
        ("faults", "m.toml", "--goal", "dual-active", "--max", "1"),
        ("export", "m.toml", "--to", "promela"),
        ("export", "m.toml", "--to", "murphi"),
        ("export", "m.toml", "--to", "tla"),
        ("diagram", "pair", "m.toml"),
        ("diagram", "pair", "m.toml", "--format", "mermaid"),
        ("diagram", "pair", "m.toml", "--format", "plantuml"),
    ],
    ids=" ".join,
)
def test_the_title_of_a_model(title: str, words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    model(title)
    status, out, _ = said(capsys, *words)
    assert status == 0 and out


def test_the_title_is_shown_escaped_and_json_keeps_it(capsys: pytest.CaptureFixture[str]) -> None:
    model(FORGED)
    assert said(capsys, "check", "m.toml")[1].startswith(r"one\nPromises\n  holds       everything:" + "\n")
    model(EVIL)
    assert said(capsys, "check", "m.toml")[1].startswith(r"\x1b[2J\x1b[31mHOLDS all\x07 \u202e")


@pytest.mark.slow
def test_a_page_for_a_browser_shows_it_escaped_too(capsys: pytest.CaptureFixture[str]) -> None:
    model(EVIL)
    assert said(capsys, "check", "m.toml", "--report", "page.html")[0] == 0
    page = Path("page.html").read_text(encoding="utf-8")
    assert r"\x1b[2J" in page and r"\u202e" in page and "&#8238;" not in page
    assert not [char for char in HIDDEN if char in page]


@pytest.mark.slow
@pytest.mark.parametrize("reason", [EVIL, FORGED])
def test_the_reason_of_a_finding(reason: str, capsys: pytest.CaptureFixture[str]) -> None:
    text = (MODELS / "findings" / "switched-off-on-one-side.toml").read_text(encoding="utf-8")
    text = text.replace("../active-standby.cfg", "pair.cfg")
    head = text[: text.index("[promises.violated]")]
    Path("m.toml").write_text(
        f"{head}[promises.violated]\none-active-while-link-up = {toml(reason)}\n", encoding="utf-8"
    )
    status, out, _ = said(capsys, "check", "m.toml", "--traces", "out")
    assert status == 0 and "Known finding: " in out
    trace = "out/one-active-while-link-up.trace"
    assert not [char for char in HIDDEN if char in Path(trace).read_text(encoding="utf-8")]
    assert said(capsys, "run", trace)[0] == 0


@pytest.mark.slow
@pytest.mark.parametrize("name", ["\x1b[2J.cfg", "a\nholds       everything:\n.cfg", "\u202e.cfg", "x" * 240 + ".cfg"])
def test_the_name_of_a_file(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copy("pair.cfg", name)
    assert said(capsys, "check", name, "--faults", "0", "--promise", "converges")[0] == 0
    assert said(capsys, "times", name)[0] == 0
    assert said(capsys, "config", name)[0] == 0
    os.rename(name, f"no{name}")
    for command in ("check", "config", "times", "faults", "run"):
        status, out, err = said(capsys, command, name)
        assert (status, out, err.count("\n")) == (2, "", 1)
    shutil.copy(MODELS / "split-brain.trace", trace := name.replace(".cfg", ".trace"))
    status, out, err = said(capsys, "run", trace, trace, "--config", str(MODELS / "cisco-asav.cfg"))
    assert status == 0 and "== " in out
    model(name=name.replace(".cfg", ".toml"))
    assert said(capsys, "check", name.replace(".cfg", ".toml"))[0] == 0


@pytest.mark.parametrize("word", [EVIL, FORGED, "y" * 5000])
@pytest.mark.parametrize(
    "words",
    [
        ("check", "pair.cfg", "--promise", "{}"),
        ("check", "pair.cfg", "--faults", "{}"),
        ("check", "pair.cfg", "--max-states", "{}"),
        ("check", "pair.cfg", "--{}"),
        ("check", "m.toml", "--traces", "/dev/null/{}"),
        ("check", "m.toml", "--resume", "{}"),
        ("faults", "pair.cfg", "--goal", "{}"),
        ("faults", "pair.cfg", "--goal", "dual-active", "--topology", "{}"),
        ("whatif", "pair.cfg", "--after", "{}"),
        ("suite", "pair.cfg", "--cover", "{}", "-o", "out"),
        ("diagram", "{}"),
        ("diagram", "unit", "--events", "{}"),
        ("export", "pair.cfg", "--to", "{}"),
        ("{}",),
    ],
    ids=" ".join,
)
def test_a_word_of_the_command_line(word: str, words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    model()
    status, out, err = said(capsys, *(each.replace("{}", word) for each in words))
    assert (status, out, err.count("\n")) == (2, "", 1)


@pytest.mark.parametrize("word", [EVIL, FORGED, "y" * 900])
@pytest.mark.parametrize(
    "text",
    [
        'title = "t"\nconfig = "pair.cfg"\n[environment]\nfaults = [{}]\n',
        'title = "t"\nconfig = {}\n',
        'title = "t"\nconfig = "pair.cfg"\n{} = 1\n',
        'title = "t"\nconfig = "pair.cfg"\ntopology = {}\n',
        'title = "t"\nconfig = "pair.cfg"\n[topology]\nfailover-link = {}\n',
        'title = "t"\nconfig = "pair.cfg"\n[topology]\nfailover-link = "s1"\n{} = "x"\n',
        'title = "t"\nconfig = "pair.cfg"\n[topology]\nfailover-link = "s1"\ninterfaces = {{ {} = "s1" }}\n',
        'title = "t"\nconfig = "pair.cfg"\n[topology]\nfailover-link = "s1"\ndevices = {{ failover-link = [{}] }}\n',
        'title = "t"\nconfig = "pair.cfg"\n[options]\nprobe_after = {}\n',
        'title = "t"\nconfig = "pair.cfg"\n[promises]\ncheck = [{}]\n',
        'title = "t"\nconfig = "pair.cfg"\n[expect]\n{} = 1\n',
    ],
)
def test_a_word_of_a_model_file(word: str, text: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("m.toml").write_text(text.replace("{{", "{").replace("}}", "}").replace("{}", toml(word)), encoding="utf-8")
    status, out, err = said(capsys, "check", "m.toml")
    assert (status, out, err.count("\n")) == (2, "", 1)


@pytest.mark.parametrize("word", ["\x1b[2J", "in\u200bside", "\u202e", "y" * 400])
@pytest.mark.parametrize(
    "line",
    [
        "hostname {}",
        "interface GigabitEthernet0/9\n nameif {}",
        "interface {}1",
        "monitor-interface {}",
        "failover lan unit {}",
        "failover {}",
        "failover key {}",
        "failover interface ip {} 1.2.3.4 255.255.255.0 standby 1.2.3.5",
        "context {}",
        "prompt {}",
        "crypto {}",
    ],
)
def test_a_word_of_a_configuration(word: str, line: str, capsys: pytest.CaptureFixture[str]) -> None:
    with open("pair.cfg", "a", encoding="utf-8") as file:
        file.write(f"{line.replace('{}', word)}\n")
    for words in (("config", "pair.cfg"), ("check", "pair.cfg", "--faults", "0", "--promise", "converges")):
        assert said(capsys, *words)[0] in (0, 2)


@pytest.mark.parametrize("word", ["\u202e", "in\u200bside", "y" * 900])
@pytest.mark.parametrize(
    "line",
    [
        "{} unit=primary",
        "unit_failed unit={}",
        "unit_failed {}=primary",
        "interface_link_failed unit=primary interface={}",
        "option {}=yes",
        "option probe_after={}",
        "topology {}",
        "expect active={}",
        "expect reason={} unit=primary",
        "advance seconds={}",
        'command_typed unit=primary text="{}"',
    ],
)
def test_a_word_of_a_trace(word: str, line: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("t.trace").write_text(f"config pair.cfg\n{line.replace('{}', word)}\n", encoding="utf-8")
    assert said(capsys, "run", "t.trace")[0] in (0, 1, 2)
