"""Rendering of dot text as svg and png by the `dot` program of Graphviz."""

from __future__ import annotations

import shutil
import subprocess
from typing import Literal

SECONDS = 60
"""The time limit for dot in seconds; a table of the pair needs less than one."""

PNG_DPI = 96


class RenderError(RuntimeError):
    """The picture cannot be drawn; the text is one line with the remedy."""


def render(dot_text: str, format: Literal["svg", "png"]) -> bytes:
    """Draws dot text.

    Args:
        dot_text: The diagram.
        format: svg or png.

    Raises:
        RenderError: If dot is not installed, fails, or exceeds the time limit.
        ValueError: If the format is another one.
    """
    if format not in ("svg", "png"):
        raise ValueError(f"{format!r} cannot be rendered; allowed: svg, png")
    program = shutil.which("dot")
    if program is None:
        raise RenderError(
            f"{format} needs the program 'dot', which is not installed: install Graphviz (apt install graphviz,"
            " brew install graphviz, or graphviz.org); --format dot and --format mermaid need nothing"
        )
    command = [program, f"-T{format}", *([f"-Gdpi={PNG_DPI}"] if format == "png" else [])]
    try:
        done = subprocess.run(command, input=dot_text.encode(), capture_output=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise RenderError(f"'dot' took more than {SECONDS} seconds") from None
    except OSError as error:
        raise RenderError(f"'dot' at {program} cannot be run: {error.strerror}") from None
    if done.returncode != 0 or not done.stdout:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise RenderError(f"'dot' failed with status {done.returncode}: {said[0] if said else 'it said nothing'}")
    return done.stdout
