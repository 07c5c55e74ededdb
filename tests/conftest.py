"""Settings of all tests, and the tests that the quick subset leaves out besides those marked where they stand."""

from __future__ import annotations

import functools
import gc
import json
import os
import tempfile
from itertools import count
from typing import Any

import jsonschema
import pytest
from hypothesis import settings

from failover_fsm.commands import json_object
from tests.sampling import left_out

_CACHE = tempfile.TemporaryDirectory(prefix="failover-fsm-")
os.environ["XDG_CACHE_HOME"] = _CACHE.name  # no test reads or fills the user's own

_FOLDERS = count()

gc.set_threshold(200_000, 20, 100)  # a worker holds all tests: to look through them often takes a sixth of its time

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
    "analysis/test_cut_sets.py::test_the_sets",
    "analysis/test_element_outages.py",
    "analysis/test_incidents.py",
    "analysis/test_models.py",
    "analysis/test_policies.py",
    "assessment/test_assess.py",
    "changes/test_runbook.py",
    "checker/bitset/test_altered_checkpoints.py",
    "checker/bitset/test_reference.py",
    "checker/bitset/test_shipped_models.py",
    "checker/bitset/test_spill.py",
    "checker/export/test_promela_murphi.py::test_tables_do",
    "checker/oracle",
    "checker/reduce/test_symmetry.py::test_the_random_models",
    "checker/reduce/test_symmetry.py::test_two_phase",
    "checker/rules/test_spelling.py::test_nothing_is_doubted",
    "checker/test_published.py",
    "checker/test_richer.py::test_rumur",
    "checker/test_sliced.py",
    "cli/test_exit_status.py::test_errors_that_cannot_be_written",
    "cli/test_plain_words.py",
    "commands/test_fleet.py",
    "commands/test_follow.py",
    "commands/test_incident_pages.py",
    "commands/test_kept_tables.py",
    "commands/test_long_runs.py",
    "commands/test_model.py::test_a_limit_leaves",
    "commands/test_model.py::test_a_search_is_kept",
    "commands/test_report.py",
    "commands/test_report.py::test_the_page_opens",
    "commands/test_schemas.py",
    "commands/test_shipped_promises.py::test_a_first_run",
    "commands/test_shipped_promises.py::test_each_ordinary_pair",
    "config/test_asa.py::test_any_text",
    "config/test_corpus.py",
    "device/messages/test_runs.py",
    "device/test_oracles.py::test_pygrok",
    "diagrams/test_exports.py",
    "diagrams/test_machine.py::test_all_files",
    "diagrams/test_machine.py::test_two_hash_seeds",
    "diagrams/test_runs.py",
    "diagrams/test_states.py::test_every_language",
    "diagrams/test_states.py::test_groups_are",
    "diagrams/test_states.py::test_the_pair_",
    "diagrams/test_states.py::test_without_a_fold",
    "model/test_doors.py::test_every",
    "model/test_doors.py::test_the_explorers",
    "model/test_pair_model.py",
    "model/test_ports.py::test_both_explorers",
    "model/test_ports.py::test_messages_on_their_way",
    "model/test_wired_rules.py::test_few_wirings",
    "pair/test_canonical.py",
    "pair/test_knowledge.py",
    "pair/test_late_hellos.py",
    "pair/test_live.py::test_a_machine_without_a_row",
    "pair/test_live.py::test_every_record_with_every_event_class",
    "pair/test_live.py::test_the_machines_answer_every_question",
    "pair/test_live.py::test_those_questions",
    "pair/test_step.py::test_commands_are_refused",
    "pair/test_step.py::test_step_gives_the_same_answer_twice",
    "pair/test_tables.py::test_a_row_that",
    "pair/test_tables.py::test_every_row",
    "pair/test_unmonitored_module.py::test_both",
    "postmortem/test_landmarks.py",
    "promises/test_groups.py::test_a_counterexample",
    "promises/test_groups.py::test_a_wrong_protocol",
    "promises/test_groups.py::test_every_promise",
    "promises/test_groups.py::test_the_shipped_protocol",
    "promises/test_promises.py::test_a_wrong_protocol",
    "promises/test_promises.py::test_every_promise",
    "promises/test_promises.py::test_the_shipped_protocol",
    "promises/test_promises.py::test_where_a_lemma",
    "records/test_steady.py::test_the_hash_seed",
    "reports/gates/test_gates.py::test_a_difference_for_the_worse",
    "reports/gates/test_gates.py::test_a_finding_of_a_model_file",
    "reports/gates/test_gates.py::test_a_requirement_that_is_not_met",
    "reports/html",
    "reports/test_fault_table.py",
    "rules/test_rules.py::test_known_places",
    "rules/test_rules.py::test_the_command_writes",
    "services/test_beside.py",
    "services/test_saving.py",
    "test_architecture.py::test_help_and_config",
    "test_architecture.py::test_optional_packages",
    "test_architecture.py::test_two_hash_seeds",
    "test_ci_example.py",
    "test_extending.py",
    "test_fuzz.py",
    "test_mutation_of_functions.py",
    "test_readme.py::test_the_library",
    "testing/pair/test_conformance.py::test_a_disagreement",
    "testing/pair/test_conformance.py::test_a_model_read_otherwise",
    "testing/pair/test_conformance.py::test_each_mutant_is_caught",
    "testing/pair/test_conformance.py::test_the_correct_daemons",
    "testing/pair/test_conformance.py::test_the_model_agrees",
    "testing/pair/test_mutation.py",
    "testing/pair/test_stateful.py",
    "testing/pair/test_suites.py",
    "testing/test_vrrp_as_pair.py",
    "timing/test_bounds.py",
    "timing/test_delay.py::test_a_scenario",
    "timing/test_sweep.py",
    "topology/test_topology.py",
    "vrrp/test_vrrp.py::test_a_wrong_router",
    "vrrp/test_vrrp.py::test_counts_and_promises",
)
"""Beginnings of the names of tests that took more than a few seconds of one core, alone or together."""


FIRST = (
    "pair/test_canonical.py",
    "testing/pair/test_stateful.py",
    "checker/test_sliced.py",
    "model/test_doors.py",
    "testing/pair/test_mutation.py",
    "reports/html/test_page.py",
    "testing/pair/test_suites.py",
    "diagrams/test_states.py",
    "promises/test_groups.py",
    "model/test_ports.py",
    "promises/test_promises.py",
    "commands/test_pair_answer.py",
    "config/test_corpus.py",
    "checker/bitset/test_shipped_models.py",
    "analysis/test_cut_sets.py",
    "trace/test_both_ways.py",
    "topology/test_topology.py",
    "model/test_pair_model.py",
    "analysis/test_incidents.py",
)
"""The files that take longest, longest first: begun last, one of them would keep one worker busy at the end."""

TOGETHER = dict.fromkeys(
    (
        "tests/pair/test_addresses.py",
        "tests/pair/test_canonical.py",
        "tests/pair/test_knowledge.py",
        "tests/pair/test_live.py",
        "tests/pair/test_step.py",
        "tests/pair/test_tables.py",
    ),
    "explored",
)
"""Files that one worker runs, since they look at the same explored pairs (`pairs.explored`), with a name for them."""


def pytest_runtest_setup() -> None:
    """A cache folder for each test: some change the protocol in memory, which no key of the cache knows of."""
    os.environ["XDG_CACHE_HOME"] = os.path.join(_CACHE.name, str(next(_FOLDERS)))


def pytest_collection_finish() -> None:
    """What has been collected stays to the end: nobody looks through it again."""
    gc.collect()
    gc.freeze()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Takes a sample, marks them, `-m "not slow"` is the quick subset; and puts the files that take longest first."""
    if others := left_out(items):
        config.hook.pytest_deselected(items=others)
        items[:] = [item for item in items if item not in set(others)]
    for item in items:
        if item.nodeid.removeprefix("tests/").startswith(SLOW):
            item.add_marker(pytest.mark.slow)
    places = {f"tests/{file}": place for place, file in enumerate(FIRST)}
    items.sort(key=lambda item: places.get(item.nodeid.partition("::")[0], len(places)))


@pytest.hookimpl(optionalhook=True)  # there is none without pytest-xdist
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Gives workers whole files, as `--dist loadfile` does, and those of TOGETHER to one worker."""
    if config.getvalue("dist") != "loadfile":
        return None
    from xdist.scheduler import LoadFileScheduling

    class Scheduling(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = nodeid.partition("::")[0]
            return TOGETHER.get(file, file)

    config.option.loadscopereorder = False  # the order is that of FIRST, not that of the number of tests
    return Scheduling(config, log)
