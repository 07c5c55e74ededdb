"""What was imported from failover_fsm.testing for a pair goes on working, with a warning."""

from __future__ import annotations

import warnings
from pathlib import Path

import pytest

from failover_fsm import PairConfig, testing
from failover_fsm.model.search_environment import Environment
from failover_fsm.testing import pair
from tests.testing.kit.cluster import Cluster

CONFIG = Path(__file__).parents[2] / "models" / "active-standby.cfg"
SMALL = Environment(faults=("power",), operator=(), max_faults=1)


def config() -> PairConfig:
    return PairConfig.from_asa(CONFIG.read_text(encoding="utf-8"))


class Dead:
    """An adapter of a pair that never does anything."""

    def reset(self, config: PairConfig) -> None: ...

    def apply(self, event: object) -> None: ...

    def observe(self) -> dict[object, str]:
        return {}


def test_the_three_functions_tell_a_pair_from_a_model() -> None:
    moved = r"conform for a pair is now failover_fsm\.testing\.pair\.conform"
    with pytest.warns(DeprecationWarning, match=moved), pytest.raises(testing.NothingObserved):
        testing.conform(Dead(), config(), environment=SMALL, examples=2)
    with pytest.warns(DeprecationWarning, match="machine_for for a pair"):
        assert issubclass(testing.machine_for(config(), environment=SMALL), pair.FailoverMachine)
    with pytest.warns(DeprecationWarning):
        assert issubclass(testing.machine_for(), pair.FailoverMachine), "one that draws its configuration"
    with pytest.warns(DeprecationWarning, match="make_suite for a pair"):
        assert testing.make_suite(pair.TransitionSystem(config(), SMALL), "rows").met > 5
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert issubclass(testing.machine_for(Cluster()), testing.ModelMachine)
        assert testing.make_suite(model=Cluster(), cover="rows").met == 9


def test_the_warning_names_the_line_of_the_caller() -> None:
    with pytest.warns(DeprecationWarning) as caught:
        testing.machine_for(config(), environment=SMALL)
    assert caught[0].filename == __file__


@pytest.mark.parametrize(
    "name",
    [
        "COVERS", "Coverage", "FailoverMachine", "Follower", "Ground", "PromiseBroken", "TransitionSystem",
        "check_pair", "config_texts", "configs", "conform_to", "environments", "event_sequences", "events", "options",
        "plans", "situation",
    ],
)  # fmt: skip
def test_other_names_are_those_of_the_pair(name: str) -> None:
    with pytest.warns(DeprecationWarning, match=f"{name} for a pair is now failover_fsm.testing.pair.{name}"):
        assert getattr(testing, name) is getattr(pair, name)


def test_names_of_both_kits_are_one_class_or_one_above_the_other() -> None:
    for name in ("Act", "AdapterError", "Conformity", "Floor", "FloorNotReached", "NothingObserved", "Restless"):
        assert getattr(testing, name) is getattr(pair, name)
    assert issubclass(pair.Disagreement, testing.Disagreement), "an old `except` clause goes on catching"
    assert all(hasattr(testing, name) for name in testing.__all__) and all(hasattr(pair, name) for name in pair.__all__)
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = testing.nonsense
