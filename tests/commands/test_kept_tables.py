"""What a run has learned of a pair is used by the next question about the same pair, and by nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from failover_fsm.cli import main
from failover_fsm.commands import kept_tables
from failover_fsm.model.pair_rules import PairRules
from tests.assessment.pairs import PAIR

ASK = ("check", "pair.cfg", "--faults", "0", "--engine", "compiled", "--promise", "converges")


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of tables, beside a configuration in the current directory."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "pair.cfg").write_text(PAIR, encoding="utf-8")
    return tmp_path / "cache" / "failover-fsm"


def asked(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *words: str) -> tuple[str, str, int]:
    """The answer without its seconds, the errors, and how many paths were learned for it."""
    from failover_fsm.checker.rules.rule_tree import DecisionTree

    learned = []
    with monkeypatch.context() as patched:
        learn = DecisionTree.learn
        patched.setattr(DecisionTree, "learn", lambda tree, oracle: learned.append(tree) or learn(tree, oracle))
        assert main([*ASK, *words]) == 0
    printed = capsys.readouterr()
    return "".join(printed.out.splitlines(True)[-1:]), printed.err, len(learned)


def test_a_changed_question_needs_not_learn_the_rules_again(
    cache: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    out, err, learned = asked(capsys, monkeypatch)
    assert out.startswith("HOLDS: 1 of 1") and learned > 200 and err == ""
    assert asked(capsys, monkeypatch) == (out, "", 0)
    changed = asked(capsys, monkeypatch, "--promise", "always-someone-active")
    assert changed[0].startswith("HOLDS: 2 of 2") and 0 < changed[2] < learned / 2
    (path,) = cache.iterdir()
    assert path.stat().st_mode & 0o777 == 0o600 and cache.stat().st_mode & 0o777 == 0o700


def test_without_the_cache_nothing_is_read_or_written(
    cache: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, _, learned = asked(capsys, monkeypatch, "--no-cache")
    assert not cache.exists()
    asked(capsys, monkeypatch)
    assert asked(capsys, monkeypatch, "--no-cache")[2] == learned


def test_a_damaged_file_is_said_and_made_again(
    cache: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    out, _, learned = asked(capsys, monkeypatch)
    (path,) = cache.iterdir()
    good = path.read_bytes()
    path.write_bytes(good[:-1])
    again, err, relearned = asked(capsys, monkeypatch)
    assert (again, relearned) == (out, learned) and err.count("\n") == 1
    assert err.rstrip().endswith("kept tables cannot be used and are made again: its checksum is wrong")
    assert path.read_bytes() == good


def test_what_others_can_write_and_other_pairs_are_not_used(
    cache: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, _, learned = asked(capsys, monkeypatch)
    (path,) = cache.iterdir()
    path.chmod(0o620)
    assert asked(capsys, monkeypatch)[2] == learned
    Path("pair.cfg").write_text(f"{PAIR}failover interface-policy 2\n", encoding="utf-8")
    assert asked(capsys, monkeypatch)[2] > 0 and len(list(cache.iterdir())) == 2


def test_only_so_many_are_kept_and_none_that_is_too_large(
    cache: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_tables, "MOST_KEPT", 1)
    asked(capsys, monkeypatch)
    Path("pair.cfg").write_text(f"{PAIR}failover interface-policy 2\n", encoding="utf-8")
    asked(capsys, monkeypatch)
    (path,) = cache.iterdir()
    monkeypatch.setattr(kept_tables, "LARGEST", 10)
    path.unlink()
    asked(capsys, monkeypatch)
    assert not list(cache.iterdir())


def test_a_rule_that_changed_under_its_tables_is_searched_anew(
    cache: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """No key knows of a protocol that is changed in memory; the recheck of a sample does."""
    asked(capsys, monkeypatch)
    rule_of = PairRules._rule
    monkeypatch.setattr(PairRules, "_rule", lambda rules, event: lambda draft: rule_of(rules, event)(draft) and False)
    main([*ASK])
    assert "kept tables cannot be used and are made again" in capsys.readouterr().err
