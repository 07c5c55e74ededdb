"""What is saved where: scenarios, mutants, promises that wrong machines break, model files, and its page."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import attrs
import pytest

from benchmarks.saving_mutation import TRACES, chosen, in_force, plays, recorded, trial
from failover_fsm.analysis.model_file import ModelFileError, read_model
from failover_fsm.analysis.saving_model import machine_of
from failover_fsm.analysis.session_model import beside_search
from failover_fsm.analysis.verify import verify
from failover_fsm.checker import Verdict
from failover_fsm.commands import check, export
from failover_fsm.commands.files import BadInput
from failover_fsm.config.asa.files import read_config
from failover_fsm.config.records.pair_config import Unit
from failover_fsm.model.scenario import Scenario
from failover_fsm.pair import Pair
from failover_fsm.pair import events as e
from failover_fsm.services.saving import SavingMachine, machine, procedure
from failover_fsm.services.saving import case as c
from failover_fsm.services.saving import happenings as h
from failover_fsm.services.saving.lines import is_external, saved_spaces
from failover_fsm.services.saving.promises import BROKEN, promises_of
from failover_fsm.services.saving.tables import TABLES
from failover_fsm.testing.pair.machine_mutation import MachineTrial, score
from failover_fsm.testing.pair.mutants import with_changed_row
from failover_fsm.trace.language import TraceError, parse_trace
from failover_fsm.trace.player import load, play
from tests.services.test_saving_rules import row_of
from tests.trace.wrong_claims import hold_every_claim_wrong

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "explanation" / "saving.md").read_text(encoding="utf-8")
WRONG = {
    "mark": {"synchronized": "overrun", "overrun": "out-of-sync", "out-of-sync": "synchronized"},
    "running": {"newest": "older", "older": "newest"},
    "startup": {"newest": "older", "older": "newest"},
    "connections_ended": {"yes": "no", "no": "yes"},
    "refused": {"yes": "no", "no": "yes"},
    "active": {"primary": "secondary", "secondary": "primary"},
    "state": {"active": "failed"},
}


# -- scenarios ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", TRACES, ids=lambda path: path.stem)
def test_a_scenario_does_what_it_expects(path: Path) -> None:
    played = play(*load(path))
    assert [str(failure) for failure in played.failures] == []
    assert not played.warnings


@pytest.mark.parametrize("path", TRACES[::4], ids=lambda path: path.stem)
def test_every_wrong_expectation_fails(path: Path) -> None:
    hold_every_claim_wrong(path, lambda key, value: WRONG[key][value])


@cache
def tried() -> MachineTrial:
    """Everything that the scenarios ask."""
    return trial()


def test_the_scenarios_take_every_row() -> None:
    taken = {
        row.name
        for name, asked in tried().asked.items()
        for each in asked
        for row in tried().machine(name, TABLES).answer(each.joint, each.event, tried().pair_step[name]).rows
    }
    direct = ("FileCopied", "Server")
    missing = [row.name for table in TABLES.values() for row in table.rows if row.name not in taken]
    assert len(TRACES) > 20 and not [name for name in missing if not name.startswith(direct)]


def test_a_sample_of_mutants_is_killed() -> None:
    mutants = chosen(())
    assert f"{len(mutants)} mutants" in PAGE
    verdicts = [tried().verdict(mutant) for mutant in mutants[:: len(mutants) // 12]]
    killed, survive, _ = score(verdicts)
    assert killed >= 8 and survive == 0


def test_single_mode_marks_agree_with_the_marks_of_the_pair() -> None:
    """One space, one mark: where both units are up, the two are kept by separate rules and agree."""
    compared = 0
    for path in TRACES:
        with recorded() as (found, moved):
            assert plays(path)
        for followed, each in found:
            after = moved.get((each.joint.pair, each.event))
            if len(followed.spaces) > 1 or after is None or not all(after.unit(unit).up for unit in Unit):
                continue
            own = followed.follow(each.joint.pair, each.event, after, each.joint.own)
            for unit in Unit:
                compared += 1
                assert own.spaces[0].of(unit).mark is after.unit(unit).config_sync, (path.stem, str(each.event))
    assert compared > 40


# -- lines ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text, context, expected",
    [
        ("write memory all", None, (None, "a", "b")),
        ("wr m al", None, (None, "a", "b")),
        ("write memory", None, (None,)),
        ("write", "a", ("a",)),
        ("copy running-config startup-config", "b", ("b",)),
        ("copy running-config tftp://192.0.2.9/x", "b", ()),
        ("write memory all", "a", ("a",)),
        ("hostname x", None, ()),
    ],
)
def test_which_spaces_a_line_saves(text: str, context: str | None, expected: tuple[str | None, ...]) -> None:
    assert saved_spaces(text, context, (None, "a", "b")) == expected


def test_where_a_startup_configuration_is() -> None:
    urls = {
        "tftp://192.0.2.9/a.cfg": True,
        "HTTPS://host/a": True,
        "disk0:/a.cfg": False,
        "flash:a": False,
        None: False,
    }
    assert {url: is_external(url) for url in urls} == urls
    config = read_config(ROOT / "models" / "saving.cfg")
    assert [each.config_url for each in config.contexts] == ["disk0:/office.cfg", "tftp://192.0.2.9/plant.cfg"]
    assert "  config-url tftp://192.0.2.9/plant.cfg" in config.to_asa().split("\n")


# -- promises --------------------------------------------------------------------------------------------------

ONE, TWO = ("office",), ("office", "plant")
SAVE = ("configure", "write memory all")


def asked(name: str, promise: str, spaces: tuple[str, ...], commands: tuple[str, ...], **more: Any) -> Scenario:
    """A small model without faults, or with those in `faults`."""
    found = read_model(ROOT / "models" / name)
    environment = attrs.evolve(found.environment, faults=more.pop("faults", ()))
    saving = attrs.evolve(found.saving, spaces=spaces, commands=commands, **more)
    return attrs.evolve(found, environment=environment, saving=saving, check=(promise,), expect=())


def broken(scenario: Scenario) -> bool:
    """Whether its promise is violated, and was put to the test."""
    _, promises, result = beside_search(scenario, {"stop_at_first": True})
    return result.finding(promises[0].id).verdict is Verdict.VIOLATED


SEEDS: dict[str, tuple[tuple[type[h.Happening], Any, dict[str, Any] | None], Any]] = {
    "saved-by-procedure-survives-both-stopping": (
        (h.Booted, None, {"do": ()}), ("saving.toml", ONE, SAVE, {"faults": ("power",), "units": ("primary",)})),
    "startup-has-what-was-saved": ((h.Saved, None, {"do": ()}), ("saving.toml", ONE, SAVE, {})),
    "write-memory-all-saves-every-space": ((h.Saved, None, {"do": (c.save_in_part,)}), ("saving.toml", ONE, SAVE, {})),
    "synchronization-is-not-saved": (
        (h.ReceptionBegan, None, {"do": (c.take_running, c.save)}),
        ("saving.toml", ONE, ("configure", "write standby"), {"units": ("primary",)})),
    "copied-file-waits-for-a-reload": (
        (h.CopyArrived, None, {"do": (c.take_file, c.lose_running)}),
        ("saving.toml", ONE, ("configure", "copy file"), {})),
    "space-in-step-has-the-newest": (
        (h.PeerConfigured, c.command_arrives, {"do": (c.miss_change,)}), ("saving.toml", ONE, ("configure",), {})),
    "write-standby-heals-its-space-only": (
        (h.Written, None, {"to": None}), ("saving-contexts.toml", ONE, ("configure", "write standby"), {})),
    "write-standby-ends-what-is-active-there": (
        (h.WholeWritten, None, {"do": ()}), ("saving-contexts.toml", TWO, ("write standby",), {})),
}  # fmt: skip
"""By promise: a wrong row that breaks it, and the model in which it does: file, spaces, commands, more."""


@pytest.mark.parametrize("promise", SEEDS)
def test_a_wrong_row_breaks_the_promise(promise: str) -> None:
    (event, guard, changes), (name, spaces, commands, more) = SEEDS[promise]
    table, row = row_of(event, guard)
    changed = None if changes is None else attrs.evolve(row, **changes)
    scenario = asked(name, promise, spaces, commands, **more)
    if promise == "write-standby-ends-what-is-active-there":
        scenario = attrs.evolve(scenario, saving=attrs.evolve(scenario.saving, spaces=("system", *spaces)))
    with in_force({**TABLES, table: with_changed_row(TABLES[table], row, changed)}):
        assert broken(scenario)


def test_a_save_of_every_space_breaks_the_promise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "saved_spaces", lambda text, _context, spaces: saved_spaces(text, None, spaces))
    spaces = ("system", "office")
    scenario = asked("saving.toml", "save-touches-only-its-spaces", spaces, ("configure", "write memory"))
    monkeypatch.setattr(machine, "saved_spaces", lambda *given: given[2] if saved_spaces(*given) else ())
    assert broken(scenario)


def test_a_server_with_two_files_breaks_the_promise() -> None:
    scenario = asked("saving.toml", "external-startup-is-one-file", ("plant",), ("configure", "write memory"))
    followed = machine_of(scenario)
    holds = promises_of(followed)["external-startup-is-one-file"].holds
    joint = attrs.evolve(
        followed.start().spaces[0], secondary=attrs.evolve(followed.start().spaces[0].primary, startup=False)
    )
    bad = attrs.evolve(followed.start(), spaces=(joint,))
    start = beside_search(scenario, {"max_states": 2})[0].initial_states()[0]
    assert holds(start) and not holds(attrs.evolve(start, own=bad))


TYPED = """
unit_restored unit=primary
settle
unit_restored unit=secondary
settle
typed unit=primary context=office text="configure terminal"
typed unit=primary context=office text="access-list outside permit ip any any"
expect unit=primary context=office running=newest startup=older
expect unit=primary context=plant startup=newest
typed unit=primary context=plant text="configure terminal"
typed unit=primary context=plant text="access-list outside permit ip any any"
expect unit=primary context=plant startup=older
expect unit=secondary context=plant running=newest startup=older
typed unit=primary context=office text="write memory"
expect unit=secondary context=office startup=newest
expect unit=primary context=plant startup=older
"""
"""The pair itself is the same before and after the second change: only the spaces are not."""


def test_a_line_that_is_typed_in_a_session_changes_and_saves_its_space() -> None:
    played = play(parse_trace(TYPED, config_given=True), read_config(ROOT / "models" / "saving.cfg"))
    assert [str(failure) for failure in played.failures] == []


def test_every_promise_is_broken_or_witnessed_in_a_test_or_a_finding() -> None:
    here = {*SEEDS, "save-touches-only-its-spaces", "external-startup-is-one-file", "one-space-alone-is-marked"}
    known = promises_of(
        SavingMachine.of(
            read_config(ROOT / "models" / "saving.cfg"), Pair.cold(read_config(ROOT / "models" / "saving.cfg")).settings
        )
    )
    assert here | {*BROKEN} == {*known}
    texts = "".join(path.read_text() for path in (ROOT / "models" / "findings").glob("saving-*.toml"))
    assert all(name in texts for name in BROKEN)


def test_a_promise_that_needs_a_save_is_put_to_the_test() -> None:
    scenario = asked("saving.toml", "write-memory-all-saves-every-space", ONE, SAVE, units=("primary",))
    _, _, result = beside_search(scenario, {})
    finding = result.finding("write-memory-all-saves-every-space")
    assert finding.verdict is Verdict.HOLDS and not finding.vacuous


def test_a_joint_model_steps_as_it_lists_its_successors() -> None:
    scenario = asked(
        "saving.toml", "external-startup-is-one-file", ("plant",), SAVE, faults=("power",), server_fails=True
    )
    model, _, _ = beside_search(scenario, {"max_states": 2})
    reached = dict.fromkeys(model.initial_states())
    for _ in range(3):
        for joint in list(reached):
            for event, after in model.successors(joint):
                assert model.step(joint, event) == after, str(event)
                reached[after] = None
    assert len(reached) > 20
    assert [event for event, _ in model.successors(joint)] == list(model.events(joint))


def test_write_standby_of_the_environment_heals_what_the_pair_does_not_notice() -> None:
    """In Active/Active `write standby` changes nothing of a pair in step; a space that is out of step is healed."""
    scenario = asked("saving-contexts.toml", "one-space-alone-is-marked", ("system", "office"), ("configure",))
    environment = attrs.evolve(scenario.environment, operator=("write-standby",))
    model, _, _ = beside_search(attrs.evolve(scenario, environment=environment), {"max_states": 2})
    pair = Pair.cold(scenario.config)
    for unit in Unit:
        pair, _ = pair.step(e.UnitRestored(unit=unit))
    pair, _ = pair.settle()
    start = attrs.evolve(model.initial_states()[0], pair=model.pairs.canonical(pair.state))
    wrong = e.CommandEntered(unit=Unit.SECONDARY, context="office", text="access-list outside permit ip any any")
    changed = next(after for event, after in model.successors(start) if event == wrong)
    assert changed.own.spaces[1].marked
    healed = next(after for event, after in model.successors(changed) if event == e.WriteStandby(unit=Unit.PRIMARY))
    assert not healed.own.spaces[1].marked and healed.own.ended == ()


def test_saving_is_judged_without_the_tables() -> None:
    assert "tables" not in re.findall(r"^from (\S+)", Path(procedure.__file__).read_text(), flags=re.MULTILINE)
    assert plays(TRACES[0])


# -- model files and the command line -----------------------------------------------------------------------------

MODEL = 'title = "t"\nconfig = "pair.cfg"\n[environment]\nfaults = []\noperator = []\nfollow = ["saved"]\n'


@pytest.mark.parametrize(
    "text, what",
    [
        ('[saving]\nspaces = ["third"]', "spaces cannot be third"),
        ('[saving]\ncommands = ["reload"]', "commands cannot be reload"),
        ('[saving]\nunits = ["third"]', "units cannot be third"),
        ('[saving]\nserver_fails = "yes"', "server_fails must be true or false"),
        ("[saving]\nlevel = 5", "unknown key 'level'"),
        ('[promises]\ncheck = ["exec-standby-stays"]', "unknown promise"),
        ("[sessions]\n", ":6: spaces are followed beside [sessions]"),
        ("[saving]\n[keys]\n", ":7: [saving] beside [keys]"),
    ],
)
def test_a_model_that_means_nothing_is_one_line(tmp_path: Path, text: str, what: str) -> None:
    (tmp_path / "pair.cfg").write_text((ROOT / "tests" / "traces" / "pair.cfg").read_text(encoding="utf-8"))
    model = tmp_path / "m.toml"
    model.write_text(MODEL + text + "\n", encoding="utf-8")
    with pytest.raises(ModelFileError, match=re.escape(what)):
        read_model(model)


def test_saving_is_asked_for_by_a_word(tmp_path: Path) -> None:
    (tmp_path / "pair.cfg").write_text((ROOT / "tests" / "traces" / "pair.cfg").read_text(encoding="utf-8"))
    model = tmp_path / "m.toml"
    model.write_text(MODEL.replace('follow = ["saved"]', "") + "[saving]\n", encoding="utf-8")
    with pytest.raises(ModelFileError, match="nothing is followed"):
        read_model(model)


def test_a_model_with_another_machine_follows_its_commands_without_spaces(tmp_path: Path) -> None:
    model = tmp_path / "m.toml"
    text = MODEL.replace("pair.cfg", str(ROOT / "models" / "saving-standby.cfg")).replace("saved", "commands")
    for table in ("traffic", "saving"):
        model.write_text(f"{text}[{table}]\n", encoding="utf-8")
        assert read_model(model).beside == table


@pytest.mark.slow
def test_commands_of_two_contexts_have_a_mark_for_each(tmp_path: Path) -> None:
    model = tmp_path / "m.toml"
    config = ROOT / "models" / "saving-standby.cfg"
    text = MODEL.replace("pair.cfg", str(config)).replace('["saved"]', '["commands"]')
    text = text.replace("operator = []", 'operator = ["command"]')
    names = ["space-in-step-has-the-newest", "one-space-alone-is-marked", "commands-replicate-from-active"]
    model.write_text(
        f'{text}[saving]\nspaces = ["system", "plant"]\nunits = ["primary"]\n[promises]\ncheck = {names}\n',
        encoding="utf-8",
    )
    report = verify(read_model(model))
    assert [each.word for each in report.answers] == ["holds", "happens", "holds"]


@pytest.mark.parametrize("option", ["--report x.html", "--slice", "--promise no-such"])
def test_check_says_what_it_cannot_do_with_spaces(option: str) -> None:
    with pytest.raises(BadInput, match="allowed:"):
        run_in_process(str(ROOT / "models" / "findings" / "saving-system-only.toml"), *option.split())


def test_a_model_with_spaces_is_not_exported() -> None:
    with pytest.raises(BadInput, match="spaces that are followed cannot be exported; allowed:"):
        _run(export, "export", str(ROOT / "models" / "saving.toml"), "--to", "tla")


def run_in_process(model: str, *options: str) -> int:
    """The status of `check` on a model file."""
    return _run(check, "check", model, *options)


def _run(module: Any, *words: str) -> int:
    import argparse

    parser = argparse.ArgumentParser()
    module.add_parser(parser.add_subparsers())
    args = parser.parse_args(words)
    status: int = args.run(args)
    return status


@pytest.mark.parametrize(
    "line, what",
    [
        ("expect unit=primary context=nowhere mark=overrun", "there is no context `nowhere`"),
        ("expect unit=primary mark=maybe", "mark cannot be"),
        ("expect context=office startup=newest", "without `unit=`"),
        ("file_copied context=office", "file_copied without `unit=`"),
    ],
)
def test_a_wrong_line_is_one_error(line: str, what: str) -> None:
    config = read_config(ROOT / "models" / "saving.cfg")
    with pytest.raises(TraceError, match=re.escape(what)):
        play(parse_trace(f"unit_restored unit=primary\n{line}\n", config_given=True), config)


def test_the_page_tells_what_the_models_count() -> None:
    for name in ("saving", "saving-contexts"):
        pinned = dict(read_model(ROOT / "models" / f"{name}.toml").expect)
        assert f"{pinned['states']:,} states and {pinned['transitions']:,} transitions" in PAGE
