"""Settings of all tests, and the tests that the quick subset leaves out besides those marked where they stand."""

from __future__ import annotations

import functools
import json
import os
import tempfile
from typing import Any

import jsonschema
import pytest
from hypothesis import settings

from failover_fsm.commands import json_object

_CACHE = tempfile.TemporaryDirectory(prefix="failover-fsm-")
os.environ["XDG_CACHE_HOME"] = _CACHE.name  # no test reads or fills the user's own

settings.register_profile("unhurried", deadline=None)  # a loaded machine fails no example
settings.load_profile("unhurried")


class _HeldAgainstTheSchema:
    """Stands in for `json` where subcommands write their objects: none leaves that has another key than its schema."""

    def dumps(self, whole: dict[str, Any], **options: Any) -> str:
        """The text of an object, which is held against the schema that it names."""
        text = json.dumps(whole, **options)
        _validator(whole["$schema"].split(":")[3]).validate(json.loads(text))
        return text


@functools.cache
def _validator(command: str) -> Any:
    from failover_fsm.commands.schema_words import closed
    from failover_fsm.commands.schemas import schema_of

    return jsonschema.Draft202012Validator(closed(schema_of(command)))


json_object.json = _HeldAgainstTheSchema()  # type: ignore[assignment]

SLOW = (
    "promises/test_promises.py::test_a_wrong_protocol",
    "promises/test_promises.py::test_the_shipped_protocol",
    "promises/test_promises.py::test_every_promise",
    "promises/test_groups.py::test_a_wrong_protocol",
    "promises/test_groups.py::test_the_shipped_protocol",
    "promises/test_groups.py::test_a_counterexample",
    "promises/test_groups.py::test_every_promise",
    "pair/test_live.py::test_the_machines_answer_every_question",
    "pair/test_live.py::test_every_record_with_every_event_class",
    "pair/test_live.py::test_a_machine_without_a_row",
    "pair/test_live.py::test_those_questions",
    "pair/test_step.py::test_step_gives_the_same_answer_twice",
    "pair/test_canonical.py",
    "pair/test_knowledge.py",
    "checker/test_sliced.py",
    "checker/test_published.py",
    "checker/bitset/test_altered_checkpoints.py",
    "checker/bitset/test_shipped_models.py",
    "checker/oracle",
    "topology/test_topology.py",
    "diagrams/test_runs.py",
    "reports",
    "testing",
    "timing/test_bounds.py",
    "analysis/test_incidents.py",
    "analysis/test_models.py",
    "analysis/test_cut_sets.py::test_the_sets",
    "assessment/test_assess.py",
    "model/test_doors.py::test_the_explorers",
    "model/test_pair_model.py::test_states_with_interchangeable",
    "model/test_pair_model.py::test_successors",
    "model/test_ports.py::test_both_explorers",
    "model/test_ports.py::test_messages_on_their_way",
    "config/test_corpus.py",
    "test_fuzz.py",
    "test_extending.py",
)
"""Beginnings of the names of tests that took more than a few seconds of one core, alone or together."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks them; `-m "not slow"` is the quick subset."""
    for item in items:
        if item.nodeid.removeprefix("tests/").startswith(SLOW):
            item.add_marker(pytest.mark.slow)
