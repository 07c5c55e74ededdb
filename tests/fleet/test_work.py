"""The unit of work, without anything in its place: from texts to a row."""

from __future__ import annotations

from pathlib import Path

import pytest

from failover_fsm.assessment.assess import assess
from failover_fsm.assessment.page import opening
from failover_fsm.config.asa.files import read_config
from failover_fsm.config.values.errors import ConfigError
from failover_fsm.fleet.pairs import Pair
from failover_fsm.fleet.row import Row
from failover_fsm.fleet.unit_file import read_unit
from failover_fsm.fleet.work import Failure, attempt, examine, search

ROOT = Path(__file__).parents[2]
MODELS = ROOT / "models"


def pair(*files: Path) -> Pair:
    return Pair(name="x", units=tuple(read_unit(str(file)) for file in files))


@pytest.mark.slow
def test_a_row_is_what_check_answers() -> None:
    texts = pair(MODELS / "active-standby.cfg").texts()
    promises = search(texts, None).protocol
    found = examine(texts, promises)
    whole = assess(str(MODELS / "active-standby.cfg"), promises=False)
    bare = Row.of(whole, name="x", host="edge", files=texts.paths, digest=texts.digest)
    assert found.row.promises == (("holds", len(promises.words)),) and not promises.violated
    assert (found.row.to_dict() | {"promises": {}}) == bare.to_dict()
    assert "survives all 14" in found.page
    parts = [part for _, part in opening(whole).parts]
    assert len(parts) == 2 and all(part in found.page for part in parts), "as on the page of `report`"
    assert all(name in found.page for name, _ in promises.words)


def test_a_search_that_is_given_up_is_undecided() -> None:
    texts = pair(MODELS / "active-standby.cfg").texts()
    row = examine(texts, search(texts, 1e-9).protocol).row
    assert row.verdict == "undecided" and row.reason.startswith("the promises: ")


def test_two_files_are_asked_whether_they_meet(tmp_path: Path) -> None:
    text = (MODELS / "active-standby.cfg").read_text().replace("unit primary", "unit secondary")
    other = tmp_path / "secondary.cfg"
    other.write_text(text.replace("folink GigabitEthernet0/2", "folink GigabitEthernet0/7"))
    row = examine(pair(MODELS / "active-standby.cfg", other).texts(), None).row
    assert row.verdict == "no-failover" and row.reason.startswith("the units never meet: ")
    both = pair(MODELS / "active-standby.cfg", MODELS / "active-standby.cfg").texts()
    found = attempt(examine, both, None)
    assert isinstance(found, Failure) and "both units" in found.reason and "\n" not in found.reason


def test_only_the_given_files_are_read(tmp_path: Path) -> None:
    """A worker on another machine has no file; the parts of a configuration travel too."""
    text = (MODELS / "active-active.cfg").read_text()
    system, _, contexts = text.partition("changeto context office\n")
    office, _, plant = contexts.partition("changeto context plant\n")
    folder = tmp_path / "edge"
    folder.mkdir()
    for name, part in (("system", system), ("office", office), ("plant", plant)):
        (folder / f"{name}.cfg").write_text(part)
    texts = pair(folder).texts()
    whole = read_config(folder)
    for path in folder.iterdir():
        path.unlink()
    assert read_config(str(folder), dict(texts.texts)) == whole and len(whole.interfaces) > 4
    with pytest.raises(ConfigError, match="not among the files"):
        read_config(str(MODELS / "active-standby.cfg"), dict(texts.texts))
