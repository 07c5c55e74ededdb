"""The subcommands: what each is for, without the modules that do it, so that the help text is printed at once."""

from __future__ import annotations

__all__ = ["COMMANDS", "GROUPS"]

GROUPS = {
    "my pair": {
        "check": "check a configuration or a model file",
        "report": "everything about a pair as one page for a browser",
        "explore": "step through all that can happen, in a browser",
        "faults": "all minimal sets of faults that lead to two active units, to none, or to lost service",
        "times": "best and worst times to detection and takeover",
        "whatif": "what becomes of a healthy pair after given events",
        "diff": "what a change of the configuration does to the pair",
        "runbook": "whether a procedure ever leaves the pair without service",
        "autoupdate": "what an Auto Update of the pair would do, with and without one fault",
        "config": "print the normalised failover configuration, with advice",
        "explain": "what happened, from the logs and histories of both units",
        "watch": "messages as they come: what is impossible, lacks its cause, or is late",
    },
    "my pairs": {
        "fleet": "many pairs at once: one row for each, the worst first",
    },
    "the device": {
        "run": "play scenario files",
        "show": "what a unit prints for a show command",
    },
    "build on it": {
        "suite": "write a small set of tests that covers what can happen to a pair",
        "model": "check a model of your own, in Python",
        "diagram": "draw a table that runs, the pair in product, or a scenario step by step",
        "export": "write a model for SPIN, Rumur or TLC",
        "tables": "the chapter's tables: failover policies as the model behaves, kinds of pair, connection state",
    },
}
"""By what they are for, in the order of the help text: each a module of `failover_fsm.commands`, and what it does."""

COMMANDS = {name: says for group in GROUPS.values() for name, says in group.items()}
"""What each does."""
