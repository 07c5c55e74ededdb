"""What subcommands print where part of a configuration is missing: what is not known, no figure that rests on it."""

from __future__ import annotations

from typing import Any

from failover_fsm.commands.files import complain, emit, emit_answer
from failover_fsm.commands.json_object import json_object
from failover_fsm.config.records.pair_config import PairConfig
from failover_fsm.config.values.printable import printable

UNDECIDED = 3


def print_gaps(config: PairConfig, source: str) -> None:
    """Prints the gaps of a configuration on stderr, one line each."""
    for gap in config.gaps:
        complain(f"{source}: {gap}")


def gap_records(config: PairConfig) -> list[dict[str, str]]:
    """The gaps as a list of JSON objects."""
    return [{"not_known": gap.unknown, "remedy": gap.remedy} for gap in config.gaps]


def answer_undecided(command: str, title: str, config: PairConfig, *, as_json: bool) -> int:
    """Prints that there is no answer because of gaps, and returns the exit status."""
    from failover_fsm.assessment import no_failover as off  # its import takes longer than reading a file

    if as_json:
        record: dict[str, Any] = {"verdict": "undecided", "gaps": gap_records(config)}
        record |= off.no_failover_record(config)
        emit(json_object(command, record, ((title, config),), off.no_failover_caveats(config)))
    else:
        lines = [printable(title), "", "Not known", *(f"  - {gap.unknown}; {gap.remedy}" for gap in config.gaps), ""]
        lines.append("UNDECIDED: the answer rests on what is not known; nothing was searched.\n")
        emit_answer(lambda: off.no_failover_text(config) + "\n".join(lines))
    return UNDECIDED
