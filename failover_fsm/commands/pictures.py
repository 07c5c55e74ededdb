"""Regenerates the pictures: `python -m failover_fsm.commands.pictures [FOLDER]`, by default `diagrams/`.

The traces are those of `models/` in the current folder, which has to be the project's.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from failover_fsm.analysis.model_file import ModelFileError, read_model
from failover_fsm.commands.files import complain
from failover_fsm.config.values.errors import ConfigError
from failover_fsm.diagrams import (
    FIGURES,
    Diagram,
    Kind,
    RenderError,
    figure,
    pair_diagram,
    render,
    state_diagram,
    to_dot,
    to_mermaid,
    to_plantuml,
    to_scxml,
)
from failover_fsm.diagrams.gallery import RecordedRun, page, pictures, recorded_run
from failover_fsm.diagrams.machine.figures import seven_steps
from failover_fsm.diagrams.wiring.layout import layout
from failover_fsm.diagrams.wiring.pictures import wiring_svg
from failover_fsm.model.typed_model import model_of
from failover_fsm.reports.text.topologies import drawn
from failover_fsm.services.asymmetric.tables import LOOKUP
from failover_fsm.services.keys.tables import KEY
from failover_fsm.services.remote.tables import MODES
from failover_fsm.services.saving.tables import COPY
from failover_fsm.topology import KNOWN, NAMED, figure_description, named_topology
from failover_fsm.trace.lines import TraceError
from failover_fsm.trace.player import load, play

CHAPTERS = {"Scenarios": ("models", "scenarios"), "Findings": ("models/findings", "findings")}
"""Heading, folder of the traces, folder of their pictures."""

PARTS = {
    "states/unit-faults": ("unit", (Kind.FAULT, Kind.REPAIR)),
    "states/unit-commands": ("unit", (Kind.OPERATOR,)),
    "states/unit-protocol": ("unit", (Kind.PROTOCOL,)),
    "states/group-commands": ("group", (Kind.OPERATOR,)),
    "states/group-protocol": ("group", (Kind.PROTOCOL,)),
}
"""Name of a picture, the table, and the causes it shows."""

PAIRS = {
    "states/pair-interfaces": ("models/incidents/11-both-lose-interfaces.toml", "roles"),
    "states/pair-recovery": ("models/findings/recovery-by-edge.toml", "active"),
}
"""Name of a picture, the model, and how its explored graph is folded."""

LANGUAGES = {"dot": to_dot, "mmd": to_mermaid, "puml": to_plantuml, "scxml": to_scxml}
"""The formats of tables; the gallery has other state diagrams in dot only."""

Gallery = dict[str, list[tuple[str, RecordedRun]]]


def read_gallery(root: Path) -> Gallery:
    """The runs of the traces of the project in `root`, by chapter.

    Raises:
        TraceError, ConfigError, OSError: If a file cannot be used or read.
    """
    return {
        title: [
            (f"{target}/{path.stem}", recorded_run(play(*load(path)), path.read_text(encoding="utf-8"), _title(path)))
            for path in sorted((root / source).glob("*.trace"))
        ]
        for title, (source, target) in CHAPTERS.items()
    }


def _title(path: Path) -> str:
    """The name of a trace file as a title."""
    words = path.stem.replace("-", " ")
    return words[:1].upper() + words[1:]


def state_pictures(root: Path) -> dict[str, Diagram]:
    """The state diagrams besides those of whole tables, by name.

    Raises:
        ModelFileError, ConfigError, OSError: If a file cannot be used or read.
    """
    found = {name: figure(table, kinds) for name, (table, kinds) in PARTS.items()}
    found["states/auto-update"] = seven_steps()
    for name, (path, fold) in PAIRS.items():
        scenario = read_model(root / path)
        model = model_of(scenario.settings, scenario.environment)
        found[name] = pair_diagram(model, fold=fold, title=scenario.title)
    found["states/asymmetric-routing"] = state_diagram(LOOKUP, title="asr-group: what a unit does with a packet")
    found["states/failover-key"] = state_diagram(KEY, title="failover key: what the command does, by unit")
    found["states/failover-exec"] = state_diagram(MODES, title="failover exec: the command mode for a device")
    found["states/saving"] = state_diagram(COPY, title="what happens to a space on a unit", direction="across")
    return found


def texts(gallery: Gallery, states: Mapping[str, Diagram]) -> dict[str, str]:
    """Name and text of each file that needs no external program."""
    found = {"README.md": page(gallery, states, {name: _about(name) for name in KNOWN})}
    found |= {f"topologies/{name}.svg": wiring_svg(layout(drawn(name))) for name in KNOWN}
    for name in FIGURES:
        found |= {f"{name}.{end}": write(figure(name, whole=end == "scxml")) for end, write in LANGUAGES.items()}
    found |= {f"{name}.dot": to_dot(diagram) for name, diagram in states.items()}
    for runs in gallery.values():
        for stem, run in runs:
            found |= pictures(run, stem)
    return found


def _about(name: str) -> str:
    """A topology in a few words."""
    return named_topology(name).description if name in NAMED else figure_description(name)


def write_all(folder: Path, root: Path = Path()) -> None:
    """Writes all pictures into `folder`: of the tables, and of the traces in `root`.

    Raises:
        TraceError, ModelFileError, ConfigError, OSError: If a file cannot be used, read or written.
        RenderError: If dot cannot draw the state diagrams; all text files are written by then.
    """
    states = state_pictures(root)
    for name, text in texts(read_gallery(root), states).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    for name, diagram in ({name: figure(name) for name in FIGURES} | states).items():
        (folder / f"{name}.svg").write_bytes(render(to_dot(diagram), "svg"))


def main(arguments: list[str]) -> int:
    """Writes all pictures.

    Returns:
        0 if all is written, 2 with one line on stderr if not.
    """
    if len(arguments) > 1 or any(argument.startswith("-") for argument in arguments):
        complain("usage: python -m failover_fsm.commands.pictures [FOLDER]")
        return 2
    try:
        write_all(Path(arguments[0] if arguments else "diagrams"))
    except (RenderError, OSError, TraceError, ModelFileError, ConfigError) as error:
        complain(f"failover_fsm.diagrams: {error}")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
