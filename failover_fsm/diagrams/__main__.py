"""Write the pictures anew: `python -m failover_fsm.diagrams [FOLDER]`, by default `diagrams/` here.

The traces are those of `models/` here: the folder in which it is called is the project's.
"""

from __future__ import annotations

import sys
from pathlib import Path

from failover_fsm.config.errors import ConfigError
from failover_fsm.diagrams import FIGURES, RenderError, figure, render, to_dot, to_mermaid
from failover_fsm.diagrams.gallery import Told, page, pictures, told
from failover_fsm.play import load, play
from failover_fsm.show.lines import TraceError

CHAPTERS = {"Scenarios": ("models", "scenarios"), "Findings": ("models/findings", "findings")}
"""Heading, folder of the traces, folder of their pictures."""

Gallery = dict[str, list[tuple[str, Told]]]


def read_gallery(root: Path) -> Gallery:
    """The runs of the traces of the project in `root`, by chapter.  Raises TraceError, ConfigError, OSError."""
    return {
        title: [
            (f"{target}/{path.stem}", told(play(*load(path)), path.read_text(encoding="utf-8"), _title(path)))
            for path in sorted((root / source).glob("*.trace"))
        ]
        for title, (source, target) in CHAPTERS.items()
    }


def _title(path: Path) -> str:
    """The name of a trace file as a title."""
    words = path.stem.replace("-", " ")
    return words[:1].upper() + words[1:]


def texts(gallery: Gallery) -> dict[str, str]:
    """Name and text of each file that needs no program from outside."""
    found = {"README.md": page(gallery)}
    for name in FIGURES:
        found[f"{name}.dot"] = to_dot(figure(name))
        found[f"{name}.mmd"] = to_mermaid(figure(name))
    for runs in gallery.values():
        for stem, run in runs:
            found |= pictures(run, stem)
    return found


def write_all(folder: Path, root: Path = Path()) -> None:
    """Write all pictures into `folder`, of the tables and of the traces in `root`.

    Raises TraceError or ConfigError for a trace that cannot be played, OSError, and RenderError when
    dot cannot draw the tables; all that is text is written then.
    """
    for name, text in texts(read_gallery(root)).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    for name in FIGURES:
        (folder / f"{name}.svg").write_bytes(render(to_dot(figure(name)), "svg"))


def main(arguments: list[str]) -> int:
    """0 when all is written, 2 with one line on stderr when not."""
    if len(arguments) > 1 or any(argument.startswith("-") for argument in arguments):
        print("usage: python -m failover_fsm.diagrams [FOLDER]", file=sys.stderr)
        return 2
    try:
        write_all(Path(arguments[0] if arguments else "diagrams"))
    except (RenderError, OSError, TraceError, ConfigError) as error:
        print(f"failover_fsm.diagrams: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
