"""The colours of everything that is drawn: pages, pictures, plots, and what other programs draw from our text.

A picture is drawn in the light colours; on a dark screen a style sheet exchanges each of them for its dark one. Paper
is always light. The hues are those of Okabe and Ito, which the colour-blind can tell apart, dark enough for text on
white and light enough for text on black; purple stands for their reddish purple, since it keeps away from green.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import attrs

__all__ = ["SHADES", "TEXTS", "Shade", "color", "for_dark", "variables", "with_dark"]


@attrs.frozen
class Shade:
    """A colour of the theme, as `#RRGGBB`.

    Attributes:
        name: What it is for.
        light: On a light screen, and in a picture as it is written.
        dark: On a dark screen.
        paper: In print.
    """

    name: str
    light: str
    dark: str
    paper: str = attrs.field()

    @paper.default
    def _as_light(self) -> str:
        return self.light


SHADES: tuple[Shade, ...] = (
    Shade("paper", "#FFFFFF", "#14171C"),
    Shade("card", "#F6F7F9", "#1E232A"),
    Shade("ink", "#222222", "#E8EAEE"),
    Shade("soft", "#565D68", "#A9B1BD"),
    Shade("line", "#C9CED6", "#414955"),
    Shade("frame", "#888888", "#8A919B"),
    Shade("active", "#0B4A8F", "#8FC1F5"),
    Shade("standby", "#BFE0F5", "#1F4A73"),
    Shade("standby-edge", "#2F7FB5", "#8AC4E8"),
    Shade("failed", "#FFD9BF", "#5A2B12"),
    Shade("disabled", "#D8D8D8", "#3A414B"),
    Shade("disabled-edge", "#6B6B6B", "#B0B0B0"),
    Shade("off", "#777777", "#9AA0A8"),
    Shade("both", "#000000", "#FDFDFD"),
    Shade("fault", "#B83D00", "#FF9C66"),
    Shade("repair", "#00724F", "#6FD6A8"),
    Shade("operator", "#6A3DD8", "#B49BFF"),
    Shade("open", "#5B4A00", "#E6CF6A"),
    Shade("mark", "#FFF0B8", "#57480F"),
    Shade("here", "#FFD24A", "#FFD34B"),
    Shade("here-edge", "#8A6100", "#FFD24B"),
    Shade("tint", "#FFF0D6", "#3D2C0E"),
    Shade("unit", "#E8EEF5", "#232C3A"),
    Shade("switch", "#FFF7E0", "#332D14"),
    Shade("state", "#EEEEEE", "#2A3039"),
    Shade("console", "#10151C", "#05080C", "#FEFEFE"),
    Shade("console-ink", "#D7F5D7", "#C9F2C9", "#232323"),
)
"""The light colours differ, so that each names its dark one."""

TEXTS: dict[str, tuple[str, ...]] = {
    "paper": ("ink", "soft", "active", "fault", "repair", "operator", "open", "disabled-edge"),
    "card": ("ink", "soft", "active", "fault", "repair", "open"),
    "tint": ("ink", "fault", "repair", "operator"),
    "unit": ("ink", "fault"),
    "switch": ("ink", "fault"),
    "state": ("ink",),
    "mark": ("ink",),
    "standby": ("ink",),
    "failed": ("ink",),
    "disabled": ("ink",),
    "active": ("paper",),
    "fault": ("paper",),
    "both": ("paper",),
    "ink": ("paper",),
    "console": ("console-ink",),
}
"""By ground: the colours of text on it."""

_BY_NAME = {shade.name: shade for shade in SHADES}


def color(name: str) -> str:
    """The light colour of this name.

    Raises:
        KeyError: If the theme has none of this name.
    """
    return _BY_NAME[name].light


def variables() -> str:
    """The colours as variables of a style sheet, for light and dark screens and for print."""
    light = "".join(f"--{shade.name}:{shade.light};" for shade in SHADES)
    dark = "".join(f"--{shade.name}:{shade.dark};" for shade in SHADES)
    paper = "".join(f"--{shade.name}:{shade.paper};" for shade in SHADES if shade.paper != shade.light)
    return f":root{{{light}}}\n{_on_dark(f':root{{{dark}}}')}@media print{{:root{{{paper}}}}}\n"


def for_dark(shades: Iterable[Shade] = SHADES) -> str:
    """The style sheet that exchanges colours of pictures for dark ones on a dark screen."""
    return _on_dark("".join(rule for shade in shades for rule in _exchanged(shade)))


def _on_dark(rules: str) -> str:
    return f"@media screen and (prefers-color-scheme:dark){{{rules}}}\n"


def _exchanged(shade: Shade) -> Iterator[str]:
    for attribute in ("fill", "stroke"):
        yield f'[{attribute}="{shade.light}" i]{{{attribute}:{shade.dark}}}'


def with_dark(picture: str) -> str:
    """A picture for a file of its own: with the style sheet for dark screens, of the colours that it has.

    Args:
        picture: The picture as svg text, without a style sheet.
    """
    drawn = picture.upper()
    style = for_dark(shade for shade in SHADES if shade.light in drawn)
    start = picture.index(">", picture.index("<svg")) + 1
    return f"{picture[:start]}\n<style>{style.rstrip()}</style>{picture[start:]}"
