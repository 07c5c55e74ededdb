"""One search of a pair by our explorer, in a process of its own: `python -m benchmarks.ours_pair MODEL.toml ENGINE`.

It judges the promises that exports carry, those of single states, with every condition of the interfaces told apart as
in the exports. It keeps no tables from run to run, unless the engine is `kept`: that is the compiled one, with tables
in the user's cache folder, as `failover-fsm check` has them.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

import attrs

from failover_fsm.analysis.model_file import read_model
from failover_fsm.analysis.verify import verify
from failover_fsm.commands.kept_tables import KeptTables
from failover_fsm.promises import chosen

__all__ = ["main"]


def main(model: str, engine: str) -> dict[str, Any]:
    """Search with `compiled`, `kept` or `plain`; what was counted, and the seconds of the search with its learning.

    The numbers that the model file expects stay, since it is they that ask for every condition.
    """
    scenario = read_model(model)
    asked = chosen(scenario.environment, scenario.check, groups=bool(scenario.settings.groups))
    ids = tuple(promise.id for promise in asked if promise.kind == "always")
    begun = time.perf_counter()
    asked_of = attrs.evolve(scenario, check=ids, violated=(), within=())
    if engine == "kept":
        report = verify(asked_of, engine="compiled", tables=KeptTables(asked_of))
    else:
        report = verify(asked_of, engine=engine)
    result = report.of_whole_pair
    if report.observed or result is None:
        raise SystemExit(f"{model}: searched on observations, so that counts are others; give it [expect]")
    seconds = time.perf_counter() - begun
    return {"states": result.states, "transitions": result.transitions, "seconds": seconds}


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], sys.argv[2])))
