"""The gaps that a scenario is played with. They stand apart from `gaps`, which needs neither the pair nor scenarios."""

from __future__ import annotations

from pathlib import Path

from failover_fsm.commands.files import complain
from failover_fsm.commands.gaps import print_gaps
from failover_fsm.config.records.pair_config import PairConfig
from failover_fsm.config.review.trouble import link_trouble
from failover_fsm.trace.language import Trace

__all__ = ["print_gaps_of_run"]


def print_gaps_of_run(config: PairConfig, trace: Trace, given: str | None = None) -> None:
    """Prints the gaps of the configuration that a scenario is played with, and what keeps its failover link down.

    Args:
        config: The configuration.
        trace: The scenario, which names the file of the configuration.
        given: The file that was read instead.
    """
    named = trace.config.paths[0] if trace.config is not None else ""
    source = given or str(Path(trace.source).parent / named)
    print_gaps(config, source)
    for point in link_trouble(config):
        place = f"{source}:{point.line}" if point.line else source
        complain(f"{place}: {point.subject} {point.reason}; the scenario is played as if it worked")
