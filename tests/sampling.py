"""Tests with many cases of which a usual run has a sample: all of them take longer than a change should wait."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import pytest

from tests.patience import PATIENT

__all__ = ["SAMPLED", "left_out"]

SAMPLED = {
    "analysis/test_cut_sets.py::test_the_sets": 2,
    "analysis/test_element_outages.py::test_elements_with": 2,
    "analysis/test_observed_structure.py::test_one_structure_is_one_search[": 3,
    "changes/test_differences.py::test_what_the_failure": 2,
    "changes/test_differences.py::test_where_the_stateful_link": 3,
    "changes/test_runbook.py::test_a_shipped_runbook": 3,
    "checker/bitset/test_against_plain.py::test_random_models": 3,
    "checker/bitset/test_altered_checkpoints.py::test_no_random_alteration": 3,
    "checker/bitset/test_limits.py::test_a_search_stops": 3,
    "checker/bitset/test_shipped_models.py::test_both_engines_tell_the_same[": 3,
    "checker/oracle/test_oracle.py::test_a_fault_of_an_engine": 2,
    "checker/reduce/test_symmetry.py::test_both_engines_refuse": 3,
    "checker/reduce/test_symmetry.py::test_random_models": 2,
    "checker/rules/test_user_code.py::test_predicates_answer": 2,
    "checker/test_published.py": 3,
    "checker/test_sliced.py::test_slices_of_random_models": 3,
    "cli/test_exit_status.py::test_errors_that_cannot_be_written": 3,
    "cli/test_terminal.py::test_the_title_of_a_model": 2,
    "commands/test_answers.py::test_a_command": 3,
    "commands/test_no_failover.py::test_a_pair_that_works": 3,
    "commands/test_no_failover.py::test_the_first_line": 3,
    "commands/test_no_failover.py::test_the_json_object": 4,
    "commands/test_shipped_promises.py::test_all_that_runs": 2,
    "config/test_corpus.py::test_every_public": 2,
    "config/test_round_trip.py::test_odd_configurations": 3,
    "diagrams/test_exports.py::test_itf_py": 4,
    "diagrams/test_runs.py": 2,
    "diagrams/test_states.py::test_the_pair_is": 2,
    "model/test_doors.py::test_the_explorers_count": 3,
    "model/test_observations.py::test_observations_are": 3,
    "model/test_ports.py::test_a_search_loses": 2,
    "model/test_wired_rules.py::test_both_explorers": 2,
    "pair/test_knowledge.py::test_all_reads": 2,
    "promises/test_alone.py::test_one_promise": 2,
    "promises/test_graphs.py::test_a_small_pair": 3,
    "promises/test_groups.py::test_a_wrong_protocol": 2,
    "promises/test_judged.py::test_a_promise_judges": 3,
    "promises/test_promises.py::test_a_wrong_protocol": 3,
    "services/test_judged.py::test_promises_judge": 4,
    "test_fuzz.py::test_damaged_inputs": 3,
    "testing/pair/test_stateful.py::test_a_reading_that": 2,
    "topology/test_topology.py::test_the_wired_model_reaches": 2,
    "trace/test_both_ways.py::test_a_shipped_trace": 2,
}
"""By the beginning of a test's name, one of how many of its cases is in the sample."""


def left_out(items: Iterable[pytest.Item]) -> list[pytest.Item]:
    """The cases that a usual run leaves out; none where FAILOVER_FSM_LONG_TESTS asks for all.

    Of each test those with the same numbers stay, so that two tests of the same cases have the same sample. Whoever
    asks for one case by its name gets it.
    """
    found: list[pytest.Item] = []
    seen: Counter[str] = Counter()
    for item in () if PATIENT else items:
        name = item.nodeid.removeprefix("tests/")
        number = next((each for beginning, each in SAMPLED.items() if name.startswith(beginning)), 1)
        test = name.partition("[")[0]
        if seen[test] % number:
            found.append(item)
        seen[test] += 1
    return found
