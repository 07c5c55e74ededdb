"""The theme: its contrast, its hues as the colour-blind see them, and that nothing has colours of its own."""

from __future__ import annotations

import re
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree

import pytest

from failover_fsm.diagrams.style import theme
from failover_fsm.diagrams.style.kinds import STROKES
from failover_fsm.diagrams.style.theme import SHADES, TEXTS, Shade, color, with_dark
from failover_fsm.reports.html.style import style_sheet

ROOT = Path(__file__).parents[2]
MODES = ("light", "dark", "paper")
BY_NAME = {shade.name: shade for shade in SHADES}
COLOR = re.compile(r"#(?:[0-9A-Fa-f]{6}|[0-9A-Fa-f]{3})\b(?!;)")
NAMED = re.compile(
    r"""(?:fill|stroke|colou?r|background)["']?\s*[=:]\s*["']?(?:white|black|red|green|blue|gr[ae]y)\b"""
)


def linear(code: str) -> list[float]:
    channels = [int(code[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    return [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]


def contrast(one: str, other: str) -> float:
    """As WCAG 2 defines it."""
    lights = [0.2126 * red + 0.7152 * green + 0.0722 * blue for red, green, blue in map(linear, (one, other))]
    return (max(lights) + 0.05) / (min(lights) + 0.05)


@pytest.mark.parametrize("mode", MODES)
def test_text_stands_out_from_its_ground(mode: str) -> None:
    assert contrast("#FFFFFF", "#000000") == pytest.approx(21)
    for ground, inks in TEXTS.items():
        for ink in inks:
            found = contrast(getattr(BY_NAME[ground], mode), getattr(BY_NAME[ink], mode))
            assert found >= 4.5, (mode, ink, ground, round(found, 2))


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_edges_and_strokes_stand_out_from_the_paper(mode: str) -> None:
    """3 is what WCAG 2 asks of what is no text."""
    for name in ("frame", "standby-edge", "disabled-edge", "off", "active", "fault", "repair", "operator", "here-edge"):
        assert contrast(getattr(BY_NAME["paper"], mode), getattr(BY_NAME[name], mode)) >= 3, name


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize(
    "matrix",
    [
        ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
        ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
        ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
    ],
    ids=["protanopia", "deuteranopia", "tritanopia"],
)
def test_kinds_differ_for_the_colour_blind(matrix: tuple[tuple[float, ...], ...], mode: str) -> None:
    """Seen through the matrices of Machado, Oliveira and Fernandes (2009)."""
    seen = []
    for name in ("fault", "repair", "operator", "ink"):
        rgb = linear(getattr(BY_NAME[name], mode))
        mixed = [sum(weight * part for weight, part in zip(row, rgb, strict=True)) for row in matrix]
        seen.append([255 * max(0.0, part) ** (1 / 2.2) for part in mixed])
    for one, other in combinations(seen, 2):
        assert sum((a - b) ** 2 for a, b in zip(one, other, strict=True)) ** 0.5 > 55


def test_each_light_colour_names_one_dark_colour() -> None:
    assert len({shade.light for shade in SHADES}) == len(SHADES)
    assert all(
        re.fullmatch(r"#[0-9A-F]{6}", code) for shade in SHADES for code in (shade.light, shade.dark, shade.paper)
    )
    assert {stroke.color for stroke in STROKES.values()} <= {shade.light for shade in SHADES}


def colours_of_their_own(text: str) -> list[str]:
    return [found[0] for pattern in (COLOR, NAMED) for found in pattern.finditer(text)]


def test_no_code_has_colours_of_its_own() -> None:
    assert colours_of_their_own('fill="#12ab9F"') and colours_of_their_own("color: #fff") == ["#fff"]
    assert colours_of_their_own('fill="white"') and not colours_of_their_own('"{": "#123;", rules ("T2-1",) # 12345')
    own = Path(theme.__file__).resolve()
    files = [*(ROOT / "failover_fsm").rglob("*"), *(ROOT / "benchmarks").rglob("*"), *(ROOT / "examples").rglob("*.py")]
    read = [path for path in files if path.suffix in {".py", ".js", ".css"} and path.resolve() != own]
    assert len(read) > 200
    found = {str(path.relative_to(ROOT)): colours_of_their_own(path.read_text(encoding="utf-8")) for path in read}
    assert {name: colours for name, colours in found.items() if colours} == {}


def test_the_style_sheet_knows_every_variable_that_pages_use() -> None:
    folder = ROOT / "failover_fsm" / "reports" / "html"
    used = {
        name
        for path in folder.iterdir()
        if path.suffix in {".css", ".js"}
        for name in re.findall(r"var\(--([\w-]+)", path.read_text(encoding="utf-8"))
    }
    assert len(used) > 15 and used <= set(BY_NAME)
    assert all(f"--{name}:" in style_sheet() for name in used)


def pictures() -> list[Path]:
    found = [*(ROOT / "diagrams").rglob("*.svg"), *(ROOT / "docs").rglob("*.svg"), ROOT / "benchmarks" / "scaling.svg"]
    assert len(found) > 80
    return found


def test_every_colour_of_a_picture_is_of_the_theme_and_has_its_dark_one() -> None:
    known = {shade.light.lower(): shade for shade in SHADES}
    for path in pictures():
        text = path.read_text(encoding="utf-8")
        style = "".join(re.findall(r"<style>.*?</style>", text, re.S))
        drawn = text.replace(style, "")
        for attribute, value in re.findall(r'\b(fill|stroke)="([^"]*)"', drawn):
            if value in {"none", "transparent"} or value.startswith("url("):
                continue
            assert value.lower() in known, (path, value)
            shade = known[value.lower()]
            assert f'[{attribute}="{shade.light}" i]{{{attribute}:{shade.dark}}}' in style, path


def test_a_picture_stays_well_formed_and_light_without_style() -> None:
    ink, dark = color("ink"), BY_NAME["ink"].dark
    picture = with_dark(f'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg" fill="{ink}"><g/></svg>')
    root = ElementTree.fromstring(picture)
    assert root.get("fill") == ink and f"fill:{dark}" in picture
    assert BY_NAME["fault"].dark not in picture, "only the colours that it has"
    with pytest.raises(KeyError):
        color("nothing")
    assert Shade("x", "#111111", "#222222").paper == "#111111"
