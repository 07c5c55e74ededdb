"""Write the pictures anew: `python -m failover_fsm.diagrams [FOLDER]`, by default `diagrams/` here."""

from __future__ import annotations

import sys
from pathlib import Path

from failover_fsm.diagrams import FIGURES, RenderError, figure, render, to_dot, to_mermaid


def write_all(folder: Path) -> None:
    """Write dot, mmd and svg of every figure into `folder`.  Raises RenderError when dot cannot draw, OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in FIGURES:
        diagram = figure(name)
        text = to_dot(diagram)
        (folder / f"{name}.dot").write_bytes(text.encode("ascii"))
        (folder / f"{name}.mmd").write_bytes(to_mermaid(diagram).encode("ascii"))
        (folder / f"{name}.svg").write_bytes(render(text, "svg"))


def main(arguments: list[str]) -> int:
    """0 when all is written, 2 with one line on stderr when not."""
    if len(arguments) > 1 or any(argument.startswith("-") for argument in arguments):
        print("usage: python -m failover_fsm.diagrams [FOLDER]", file=sys.stderr)
        return 2
    try:
        write_all(Path(arguments[0] if arguments else "diagrams"))
    except (RenderError, OSError) as error:
        print(f"failover_fsm.diagrams: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
