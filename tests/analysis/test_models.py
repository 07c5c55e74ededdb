"""The shipped models say what they claim, and a model file that means nothing is refused in one line."""

from __future__ import annotations

import pickle
from pathlib import Path

import attrs
import pytest

from failover_fsm.analysis.model_file import ModelFileError, read_model
from failover_fsm.analysis.session_model import promises_beside
from failover_fsm.analysis.verify import Report, verify
from failover_fsm.checker import Verdict
from failover_fsm.config.values.errors import ConfigError
from failover_fsm.model.scenario import Expected, Scenario
from failover_fsm.model.search_environment import Environment
from failover_fsm.promises import BY_ID, chosen
from tests.pairs import settings
from tests.patience import PATIENT

MODELS = Path(__file__).parents[2] / "models"
ALL = sorted((*MODELS.glob("*.toml"), *(MODELS / "findings").glob("*.toml")))
QUICK = 5_000 if PATIENT else 600
"""Models with at most so many states are checked here; the others take longer and are left to `.ci/run`."""

EACH = pytest.mark.parametrize("path", ALL, ids=lambda path: path.stem)


def pinned(path: Path) -> dict[str, int]:
    """The numbers that a model file pins."""
    return dict(read_model(path).expect)


# -- the shipped models ------------------------------------------------------------------------------------


@EACH
def test_a_shipped_model_has_a_title_a_configuration_and_promises_that_apply(path: Path) -> None:
    scenario = read_model(path)
    assert scenario.title and scenario.config.hostname
    assert scenario.assumptions()[0].startswith("faults: ")
    groups = scenario.config.active_active
    asked = (
        {promise.id for promise in chosen(scenario.environment, scenario.check, groups=groups)}
        if not scenario.beside
        else set(scenario.check or promises_beside(scenario.beside))
    )
    assert {item.promise for item in scenario.violated} <= asked
    assert all(item.reason for item in scenario.violated)
    assert set(pinned(path)) == {"states", "transitions", "depth"}, "a change of a model must be seen"


@EACH
def test_findings_break_a_promise_and_other_models_break_none(path: Path) -> None:
    assert bool(read_model(path).violated) is (path.parent.name == "findings")


def test_some_shipped_models_are_checked_here_and_some_have_too_many_states() -> None:
    assert 3 <= len(SMALL_MODELS) < len(ALL)


SMALL_MODELS = [path for path in ALL if pinned(path).get("states", QUICK + 1) <= QUICK]


@pytest.mark.parametrize("path", SMALL_MODELS, ids=lambda path: path.stem)
def test_a_small_shipped_model_gives_the_verdict_and_the_numbers_it_claims(path: Path) -> None:
    report = verify(read_model(path))
    assert report.wrong_pins == ()
    assert [item.promise.id for item in report.answers if item.surprising] == []
    assert (report.verdict, report.exit_status) == (Verdict.HOLDS, 0)
    violated = {item.promise.id for item in report.answers if item.verdict is Verdict.VIOLATED}
    assert violated == {item.promise for item in read_model(path).violated}


# -- verdicts ------------------------------------------------------------------------------------------------

SMALL = attrs.evolve(
    read_model(MODELS / "active-standby.toml"),
    environment=Environment(faults=("power", "failover-link"), operator=()),
    expect=(),
)


def report(**changes: object) -> Report:
    """The report on a small scenario with something changed."""
    return verify(attrs.evolve(SMALL, **changes))


def test_a_scenario_in_which_all_is_as_it_should_be_holds() -> None:
    found = report()
    pins = (("states", found.result.states), ("depth", found.result.depth))
    again = report(expect=pins)
    assert (again.verdict, again.exit_status, again.wrong_pins) == (Verdict.HOLDS, 0, ())
    assert again.to_dict()["digest"] == found.to_dict()["digest"]


def test_a_report_is_the_same_in_another_process() -> None:
    found = report()
    assert pickle.loads(pickle.dumps(found)) == found


def test_a_wrong_pin_makes_the_report_violated_and_says_what_was_found() -> None:
    found = report(expect=(("states", 1), ("depth", report().result.depth)))
    assert (found.verdict, found.exit_status) == (Verdict.VIOLATED, 1)
    assert found.wrong_pins == (("states", 1, found.result.states),)


def test_an_expected_violation_that_does_not_happen_makes_the_report_violated() -> None:
    found = report(violated=(Expected(promise="converges", reason="we thought it flaps"),))
    assert (found.verdict, found.exit_status) == (Verdict.VIOLATED, 1)
    assert [item.promise.id for item in found.answers if item.surprising] == ["converges"]


def test_a_violation_that_nobody_expects_makes_the_report_violated_and_one_that_is_expected_does_not() -> None:
    options = attrs.evolve(SMALL.options, recovery="edge")
    found = report(options=options)
    broken = [item for item in found.answers if item.verdict is Verdict.VIOLATED]
    assert found.exit_status == 1 and broken
    expected = tuple(Expected(promise=item.promise.id, reason="known") for item in broken)
    assert report(options=options, violated=expected).exit_status == 0
    trace = found.answer("split-brain-recovers").steps
    assert trace and trace[-1].after.primary.groups[0].role is trace[-1].after.secondary.groups[0].role


def test_a_limit_gives_undecided_and_neither_pins_nor_events_are_judged_then() -> None:
    found = verify(attrs.evolve(SMALL, expect=(("states", 1),)), max_states=50)
    assert (found.verdict, found.exit_status) == (Verdict.UNDECIDED, 3)
    assert (found.wrong_pins, found.never_possible) == ((), ())


def test_events_that_never_happen_are_named() -> None:
    found = report(environment=Environment(faults=("power",), operator=()), check=("converges",))
    assert "peer_answered_on_data" in found.never_possible
    assert "hello_heard" not in found.never_possible


def test_a_promise_that_was_not_asked_has_no_answer() -> None:
    found = report(check=("converges",))
    assert [item.promise.id for item in found.answers] == ["converges"]
    with pytest.raises(KeyError):
        found.answer("no-role-flapping")


# -- model files that mean nothing ------------------------------------------------------------------------------

GOOD = 'title = "t"\nconfig = "a.cfg"\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a configuration that can be used."""
    (tmp_path / "a.cfg").write_text((MODELS / "active-standby.cfg").read_text())
    (tmp_path / "b.cfg").write_text("hello\n")
    (tmp_path / "d.cfg").write_text((MODELS.parent / "tests" / "traces" / "state-on-data.cfg").read_text())
    return tmp_path


def error(folder: Path, text: str | bytes) -> str:
    """What is said of a model file with this text, the folder left out."""
    path = folder / "m.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises((ModelFileError, ConfigError)) as caught:
        read_model(path)
    said = str(caught.value)
    assert said and "\n" not in said
    return said.removeprefix(f"{folder}/")


def test_the_good_model_is_read(folder: Path) -> None:
    (folder / "m.toml").write_text(GOOD)
    source = str(folder / "a.cfg")
    wanted = Scenario(title="t", config=SMALL.config, sources=(source,), environment=Environment())
    assert read_model(folder / "m.toml") == wanted


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "m.toml: the file is empty"),
        (" \n\t\n", "m.toml: the file is empty"),
        (b"\xff\xfe\x00", "m.toml: not a text file"),
        (GOOD + "\n[environment\n", "m.toml:4: not TOML"),
        ("colour = 1\n" + GOOD, "m.toml:1: unknown key 'colour'"),
        ('title = "t"\n', "m.toml: no configuration"),
        ('config = "a.cfg"\n', "m.toml: no title"),
        ('config = "a.cfg"\ntitle = " "\n', "m.toml:2: title cannot be ' '"),
        ('title = "t"\nconfig = 3\n', "m.toml:2: config cannot be 3; allowed: config = "),
        ('title = "t"\nconfig = ""\n', "m.toml:2: config cannot be ''; allowed: config = "),
        ('title = "t"\n\nconfig = "no.cfg"\n', "m.toml:3: config names no file: 'no.cfg'; allowed: "),
        ('title = "t"\nconfig = "a\\u0000.cfg"\n', "m.toml:2: config names no file: "),
        (GOOD + "environment = 1\n", "m.toml:3: environment must be a table"),
        (GOOD + "[environment]\nfault = []\n", "m.toml:4: unknown key 'fault' in [environment], did you mean faults; "),
        (GOOD + '[environment]\nfaults = "power"\n', "m.toml:4: faults must be a list of words"),
        (GOOD + "[environment]\nfaults = [1]\n", "m.toml:4: faults must be a list of words"),
        (GOOD + '[environment]\nfaults = ["fire"]\n', "m.toml:4: unknown faults word 'fire'; allowed: power"),
        (GOOD + '[environment]\nmax_faults = 1\nfaults = [""]\n', "m.toml:5: unknown faults word ''"),
        (GOOD + '[environment]\noperator = [\n""]\n', "m.toml:5: unknown operator word ''; allowed: failover-active"),
        (GOOD + '# "power"\n[environment]\noperator = ["power"]\n', "m.toml:5: unknown operator word 'power'"),
        (GOOD + '[environment]\noperator = ["power"]\n', "m.toml:4: unknown operator word 'power'; allowed: "),
        (
            GOOD + '[environment]\noperator = ["reset"]\nfaults = ["stuck-sync"]\n',
            "m.toml:5: stuck-sync changes nothing by itself; allowed: beside one of failover-link, ports, ",
        ),
        (
            GOOD + '[environment]\nfaults = ["paths", "spanning-tree"]\n',
            "m.toml:4: spanning-tree changes nothing by itself; allowed: beside one of failover-link, ports, ",
        ),
        (GOOD + "[environment]\nmax_faults = -1\n", "m.toml:4: max_faults cannot be -1; allowed: 0, 1, 2"),
        (GOOD + '[environment]\nmax_faults = "2"\n', "m.toml:4: max_faults cannot be '2'"),
        (GOOD + "[environment]\nmax_faults = true\n", "m.toml:4: max_faults cannot be True"),
        (GOOD + '[environment]\nfollow = ["money"]\n', "m.toml:4: unknown follow word 'money'; allowed: com"),
        (
            'title = "t"\nconfig = "d.cfg"\n[environment]\nfollow = ["sessions"]\n',
            "m.toml:4: sessions cannot be followed where a data interface carries the state",
        ),
        (GOOD + "[environment]\nsync_states = 1\n", "m.toml:4: sync_states must be true or false"),
        (GOOD + "[options]\nspeed = 1\n", "m.toml:4: unknown key 'speed' in [options]"),
        (GOOD + "[options]\nfailed_unit_obeys = 1\n", "m.toml:4: failed_unit_obeys cannot be 1; allowed: true, false"),
        (GOOD + '[options]\nrecovery = "never"\n', "m.toml:4: recovery cannot be 'never'; allowed: level, edge"),
        (GOOD + '[promises]\ncheck = ["peace"]\n', "m.toml:4: unknown promise 'peace'; allowed: split-brain-recovers"),
        (GOOD + "[promises]\ncheck = 5\n", "m.toml:4: check must be a list of words"),
        (GOOD + '[promises]\nviolated = "converges"\n', "m.toml:4: violated must be ids with reasons"),
        (GOOD + '[promises.violated]\nconverges = ""\n', "m.toml:3: violated must be ids with reasons"),
        (GOOD + '[promises.violated]\npeace = "war"\n', "m.toml:4: unknown promise 'peace'"),
        (
            GOOD + '[promises]\ncheck = ["commands-replicate-from-active"]\n',
            "m.toml:4: promise 'commands-replicate-from-active' says nothing in this environment",
        ),
        (
            GOOD + '[promises]\ncheck = ["converges"]\nviolated = ["split-brain-recovers"]\n',
            "m.toml:5: promise 'split-brain-recovers' is expected to be violated but not checked",
        ),
        (GOOD + "[expect]\nstate = 1\n", "m.toml:4: unknown key 'state' in [expect], did you mean states; allowed: "),
        (GOOD + '[expect]\nstates = "1"\n', "m.toml:4: states cannot be '1'; allowed: a whole number"),
        (GOOD + "[expect]\nstates = -1\n", "m.toml:4: states cannot be -1"),
        (GOOD + "[expect]\ndepth = true\n", "m.toml:4: depth cannot be True"),
        ('title = "t"\nconfig = "b.cfg"\n', "b.cfg: "),
    ],
)
def test_an_error_in_a_model_file_is_one_line_with_file_line_and_what_is_allowed(
    folder: Path, text: str | bytes, said: str
) -> None:
    assert error(folder, text).startswith(said)


@pytest.mark.parametrize(
    "words",
    ['faults = ["stuck-sync", "keys"]', 'faults = ["stuck-sync"]\noperator = ["reload"]',
     'faults = ["spanning-tree", "ports"]'],
)  # fmt: skip
def test_words_that_need_another_are_taken_beside_it(folder: Path, words: str) -> None:
    (folder / "m.toml").write_text(f"{GOOD}[environment]\n{words}\n")
    assert read_model(folder / "m.toml").environment.faults


def test_a_byte_order_mark_is_no_error(folder: Path) -> None:
    (folder / "m.toml").write_text(GOOD, encoding="utf-8-sig")
    assert read_model(folder / "m.toml").title == "t"


def test_a_model_file_that_cannot_be_read_or_is_too_long_is_one_line_too(folder: Path) -> None:
    with pytest.raises(ModelFileError, match=r"nothing\.toml: cannot be read: No such file"):
        read_model(folder / "nothing.toml")
    with pytest.raises(ModelFileError, match="cannot be read"):
        read_model(folder)
    assert "more than 1,000,000 bytes; allowed: a file of at most" in error(folder, GOOD + "#" * 1_000_001)


def test_an_environment_refuses_unknown_words_and_bounds_that_are_no_numbers() -> None:
    words = (
        {"faults": ("fire",)},
        {"operator": ("pray",)},
        {"faults": (None,)},
        {"operator": (5,)},
        {"follow": (b"x",)},
    )
    for wrong in (*words, {"max_faults": -1}, {"max_faults": 1.5}):
        with pytest.raises(ValueError, match="allowed"):
            Environment(**wrong)  # type: ignore[arg-type]
    assert Environment(faults=("power", "power")).faults == ("power",)
    assert set(BY_ID) and settings(2).monitored_in(0) == 2
