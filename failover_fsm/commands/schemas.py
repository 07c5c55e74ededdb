"""The JSON Schemas of what the subcommands print with `--json`: the one place that says which keys there are.

`docs/schema` is written from here (`commands.schema_files`); tests hold the outputs against the same schemas without
room for other keys, so that neither can change alone.
"""

from __future__ import annotations

from failover_fsm.analysis.goals import STATES
from failover_fsm.analysis.what_if import SEVERITIES
from failover_fsm.assessment.facts import PairVerdict
from failover_fsm.assessment.outages import FAILURES
from failover_fsm.checker import Kind, Verdict
from failover_fsm.commands.json_object import SCHEMA_VERSION, schema_name
from failover_fsm.commands.schema_words import (
    COUNT,
    FLAG,
    NUMBER,
    TEXT,
    TEXTS,
    Schema,
    each,
    either,
    keyed,
    maybe,
    one_of,
    record,
    says,
)
from failover_fsm.config.review.kinds import PairKind
from failover_fsm.fleet.row import VERDICTS
from failover_fsm.pair.stateful import WHERE
from failover_fsm.postmortem.explain import Judgement
from failover_fsm.postmortem.watch import AlarmKind

__all__ = ["SCHEMAS", "schema_of"]

DIALECT = "https://json-schema.org/draft/2020-12/schema"

LINE = maybe(says("line of the configuration, from 1", {"type": "integer", "minimum": 1}))
EVENT = says("an event in the trace language", TEXT)
EVENTS = each(EVENT)
SECONDS = says("seconds", NUMBER)
GAPS = says("missing parts of the configuration", each(record({"not_known": TEXT, "remedy": TEXT})))

COMMON = {
    "advice": each(record({"file": TEXT, "line": LINE, "text": TEXT, "rule": TEXT})),
    "caveats": says("what the answer rests on, a sentence each", TEXTS),
    "version": record({"schema": {"const": SCHEMA_VERSION}, "tool": says("of failover-fsm", TEXT)}),
}
"""What every object has after its own keys (`commands.json_object`)."""

POINT = {"subject": TEXT, "reason": TEXT, "line": LINE, "remedy": TEXT}
NO_FAILOVER: Schema = {"no_failover?": says("why there is none; the answer is as if it worked", each(record(POINT)))}

UNDECIDED = record({"verdict": one_of("undecided"), "gaps": GAPS, **NO_FAILOVER})
"""Where part of the configuration is missing, so that nothing was searched."""


# -- check -----------------------------------------------------------------------------------------

PROMISE_WORDS = ("holds", "happens", "not-tested", "violated", "undecided")
ANSWER = record({
    "id": TEXT, "kind": TEXT, "verdict": one_of(*PROMISE_WORDS), "rules": TEXTS,
    "vacuous": says("its premise never occurs", FLAG), "group": maybe(COUNT),
    "expected": says("the reason that a model file gives for a violation", maybe(TEXT)),
    "trace": EVENTS, "loop": says("the step at which the loop of the trace begins", maybe(COUNT)),
})  # fmt: skip
IN_TIME = record({
    "id": TEXT, "verdict": one_of("holds", "violated", "undecided"), "limit": maybe(NUMBER), "bound": maybe(NUMBER),
    "rules": TEXTS, "expected": maybe(TEXT), "time_stops?": TEXTS,
})  # fmt: skip
SEARCH = {
    "verdict": one_of(*(each.value for each in Verdict)), "states": COUNT, "transitions": COUNT, "depth": COUNT,
    "complete": FLAG, "search": one_of("observations", "conditions"), "seconds": SECONDS, "assumptions": TEXTS,
    "promises": each(ANSWER), "never_possible?": says("kinds of events that never changed anything", TEXTS),
    "digest": TEXT, "costs?": each(keyed({})),
    "wrong_pins?": each(record({"name": TEXT, "pinned": COUNT, "found": COUNT})),
    "slices?": each(record({
        "searched": FLAG, "without": TEXTS, "promises": TEXTS, "states": COUNT, "transitions": COUNT, "depth": COUNT,
    })),
    "searched_in_full?": says("promises that ask for more than observations, with the reason", keyed(TEXT)),
    "within?": says("promises in real time", each(IN_TIME)),
    "kept?": says("the earlier search that this is from, where none was made now; its seconds", TEXT),
    **NO_FAILOVER,
}  # fmt: skip
SPOT = {
    **POINT, "interfaces?": TEXTS, "for_management?": FLAG, "by_policy?": FLAG,
    "together?": says("failures of several do trigger a failover", FLAG),
}  # fmt: skip
ASSESSMENT = record({
    "verdict": one_of(*(each.value for each in PairVerdict)),
    "violated": says("ids of promises", TEXTS),
    "no_failover": each(record({**POINT, "peer_line?": LINE, "rule?": TEXT})),
    "risks": each(record({
        "faults": EVENTS, "consequence": TEXT, "without_service": TEXTS, "both_active": FLAG, "reason": maybe(TEXT),
        "line": LINE, "remedy": maybe(TEXT),
    })),
    "undecided": TEXTS,
    "gaps": each(record(SPOT)),
    "never_triggers": each(record(SPOT)),
    "single_faults": each(record({"fault": EVENT, "survived": FLAG, "without_service": TEXTS})),
    "outages": each(record({
        "failure": one_of(*FAILURES), "group": maybe(COUNT), "failed_together": COUNT,
        "seconds": says("best and worst; null for one without end, or not known", each(maybe(SECONDS))),
        "not_known?": TEXT,
    })),
    "pauses": says("how long an active unit may hang; null where that is not known", maybe(record({
        "survived": SECONDS, "takeover": says("for pauses of 1, 5, 20 and 60 s", keyed(FLAG)),
    }))),
    "asymmetric_routing": says("one for each ASR group of the configuration", each(record({
        "asr_group": COUNT, "interfaces": TEXTS, "takes_effect": FLAG,
        "without_http": says("interfaces whose HTTP sessions are not known to the peer", TEXTS), "says": TEXT,
    }))),
    "advice": each(record({"line": LINE, "text": TEXT, "rule": TEXT})),
    "promises": maybe(keyed(TEXT)),
    "requirements": each(record({
        "requirement": TEXT, "met": maybe(FLAG), "reasons": each(record(POINT)),
    })),
})  # fmt: skip
CHECK = (
    record({**SEARCH, "assessment?": ASSESSMENT}),
    record({"verdict": one_of("undecided"), "gaps?": GAPS, "assessment?": ASSESSMENT, **NO_FAILOVER}),
)

# -- faults ----------------------------------------------------------------------------------------

EFFORT = {"seconds": SECONDS, "max": COUNT, "time_limit": maybe(SECONDS), "seconds_left": maybe(SECONDS)}
GOAL = {
    "goal": says(f"{', '.join(STATES)}, or the id of a promise", TEXT), "verdict": says("a sentence", TEXT),
    "minimal_sets": each(EVENTS), "listed": one_of("every set", "one set of each kind"),
    "kinds": each(record({"kind": TEXT, "count": COUNT, "faults": EVENTS, "from": TEXT, "trace": EVENTS})),
    "from": TEXTS, "single_points": TEXTS, "complete_up_to": {"type": "integer", "minimum": -1}, "complete": FLAG,
    "looked_at": maybe(record({"size": COUNT, "sets": COUNT, "of": maybe(COUNT)})),
    "faults": EVENTS, "states": COUNT, "assumptions": TEXTS, "traces": each(EVENTS),
}  # fmt: skip
FAULTS = (
    record({**GOAL, **EFFORT, **NO_FAILOVER}),
    record({
        "verdict": says("a sentence", TEXT), "complete_up_to": {"type": "integer", "minimum": -1}, "complete": FLAG,
        "states": COUNT, **EFFORT, "goals": each(record(GOAL)), **NO_FAILOVER,
    }),
    record({
        "topology": TEXT, "elements": each(record({"name": TEXT, "ends": TEXTS, "carries": TEXTS, "runs?": TEXTS})),
    }),
    UNDECIDED,
)  # fmt: skip

# -- times -----------------------------------------------------------------------------------------

BOUNDS = says("best and worst in seconds; null for never, or not known", maybe(each(maybe(SECONDS))))
TIMES = (
    record({
        "config": TEXT, "assumptions": TEXTS,
        "conditions": each(record({
            "id": TEXT, "group": maybe(COUNT), "detection": BOUNDS, "takeover": BOUNDS, "no_active": BOUNDS,
            "without_service": BOUNDS, "both_active": FLAG, "rules": TEXTS, "traces": each(maybe(TEXT)),
            "not_known?": TEXT,
        })),
        "states": COUNT, "lost_for_good": each(record({"kind": TEXT, "count": COUNT, "faults": EVENTS})),
        "elements?": each(record({"elements": TEXTS, "outages": each(record({
            "group": maybe(COUNT), "active": TEXT, "without_service": BOUNDS, "lost": TEXTS, "dual_active": FLAG,
            "not_known?": TEXT,
        }))})),
        "not_known?": TEXTS, "gaps?": GAPS, **NO_FAILOVER,
        "link_delay": says("what the delay of the failover link does; null for never", record({
            "delay": SECONDS, "quality": TEXT, "link_marked_failed_from": maybe(SECONDS),
            "false_failover_from": maybe(SECONDS), "active_unit_dies": each(SECONDS), "forced": SECONDS,
            "forced_no_active": SECONDS,
        })),
        "join": record({"synchronisation": SECONDS, "without_redundancy": each(SECONDS)}),
    }),
    record({"cells": each(record({
        "rule": TEXT, "id": TEXT, "settings": TEXT, "chapter": SECONDS, "takeover": each(SECONDS), "agrees": FLAG,
        "explained": TEXT,
    }))}),
    record({"settings": each(record({
        "poll": SECONDS, "hold": SECONDS, "worst_outage": SECONDS, "hellos_survived": COUNT,
        "pause_survived": SECONDS,
        "hellos_per_second": NUMBER, "best": FLAG,
    })), **NO_FAILOVER}),
)  # fmt: skip

# -- runs ------------------------------------------------------------------------------------------

UNIT = record({
    "groups": each(record({"group": maybe(COUNT), "state": TEXT, "role": TEXT, "sees": TEXT})),
    "power": FLAG, "failover": FLAG, "failover_link": TEXT, "config": TEXT, "interfaces": keyed(TEXT),
})  # fmt: skip
STATE = record({"primary": UNIT, "secondary": UNIT})
# The fields of each kind are those of its class in `pair.outputs`.
OUTPUT: Schema = {"type": "object", "properties": {"kind": TEXT, "message": TEXT}, "required": ["kind"],
          "additionalProperties": True}  # fmt: skip
WHATIF = (
    record({
        "after": EVENTS, "status": STATE,
        "actions": each(record({"event": EVENT, "outputs": each(OUTPUT), "refused": maybe(TEXT)})),
        "new_status": STATE, "without_service": TEXTS, "livelock": maybe(EVENTS), **NO_FAILOVER,
    }),
    record({"after": EVENTS, "outcomes": each(record({
        "outcome": one_of(*SEVERITIES), "fault": maybe(EVENT), "status": STATE, "without_service": TEXTS,
        "events": EVENTS,
    })), **NO_FAILOVER}),
    UNDECIDED,
)  # fmt: skip
PLAYED = {
    "file": TEXT, "final": STATE, "outputs": each(OUTPUT),
    "failed_expectations": each(record({"line": COUNT, "wanted": TEXT, "found": TEXT})),
    "refused": each(record({"line": COUNT, "command": EVENT, "why": TEXT})),
    "warnings": each(record({"file": TEXT, "line": COUNT, "what": TEXT})),
    "livelock": maybe(EVENTS), "gaps?": GAPS, "show?": TEXT,
    "shows?": each(record({"command": TEXT, "unit": one_of("primary", "secondary"), "text": TEXT})),
}  # fmt: skip
RUN = (record(PLAYED), record({"runs": each(record(PLAYED))}))
LASTS = maybe(says("best and worst in seconds; null where not known, or without end", each(maybe(SECONDS))))
PROBLEM = record({
    "kind": TEXT, "line": LINE, "says": TEXT, "fault": maybe(EVENT), "without_service": TEXTS, "seconds": LASTS,
    "until": maybe(TEXT), "events": EVENTS,
})  # fmt: skip
RUNBOOK = (
    record({
        "verdict": TEXT, "runbook": TEXT, "configuration": TEXT, "steps": each(record({"line": COUNT, "text": TEXT})),
        "unsafe": each(PROBLEM), "interruptions": each(PROBLEM), "with_one_fault": each(PROBLEM),
        "short_waits": each(PROBLEM), "no_standby_after": each(COUNT), "no_standby_for": each(LASTS),
        "riskiest": maybe(PROBLEM),
        "comes_to_its_end": FLAG, "places": COUNT, "limit": maybe(TEXT), "assumed": TEXT, **NO_FAILOVER,
    }),
    UNDECIDED,
)  # fmt: skip
STAND = record({"condition": TEXT, "ending": TEXT, "without_service": TEXTS})
SIDE = record({"file": TEXT, "verdict": one_of(*(each.value for each in PairVerdict))})
DIFF = (
    record({
        "result": TEXT, "old": SIDE, "new": SIDE,
        "differences": each(record({
            "kind": TEXT, "about": TEXT, "old": maybe(TEXT), "new": maybe(TEXT), "worse": maybe(FLAG), "line": LINE,
            "old_line": LINE,
        })),
        "stories": each(record({
            "events": EVENTS, "rows": TEXTS, "worse": maybe(FLAG), "old": STAND, "new": STAND,
        })),
        "not_known": TEXTS,
    }),
)  # fmt: skip
AUTOUPDATE = (
    record({
        "verdict": TEXT, "assumed": TEXTS, "refused": maybe(TEXT), "finished": FLAG, "outage": FLAG,
        "steps": each(record({"event": EVENT, "step": TEXT, "lines": TEXTS})),
        "faults": each(record({"fault": EVENT, "after": COUNT, "step": TEXT, "effects": TEXTS, "run": EVENTS})),
        **NO_FAILOVER,
    }),
    UNDECIDED,
)  # fmt: skip
OUTCOME = {"failover": FLAG, "active": TEXTS, "standby": TEXTS}
TABLES = (
    record({"tables": each(record({
        "table": TEXT, "pair": TEXT, "explored": TEXT, "states": COUNT, "settled": COUNT,
        "rows": each(record({
            "row": TEXT, "condition": TEXT, "agrees": FLAG, "cases": COUNT, "as_the_chapter_says": COUNT, **OUTCOME,
            "others": each(record({
                "rule": TEXT, "says": TEXT, "cases": COUNT, "outcomes": each(record(OUTCOME)), "example": TEXT,
            })),
        })),
    })),
    "features": says("Table 13-5: what each kind of pair supports", each(record({
        "row": TEXT, "feature": TEXT, **{kind.value: FLAG for kind in PairKind},
    }))),
    "state": says("Table 13-6: what Stateful Failover passes", each(record({
        "kind": TEXT, "passed": one_of(*WHERE.values()), "rules": TEXTS,
    })))}),
)  # fmt: skip

# -- what happened ---------------------------------------------------------------------------------

NOTE = record({
    "place": says("FILE:LINE", TEXT), "what": TEXT, "line": TEXT, "allowed": says("what could stand there", TEXTS),
})  # fmt: skip
SEEN_AT = record({"evidence": each(record({"place": TEXT, "line": TEXT})), "lost": TEXTS})
EXPLAIN = (
    record({
        "judgement": one_of(*(each.value for each in Judgement)),
        "cost": maybe(record({"unexplained": COUNT, "events": COUNT, "lost": COUNT})),
        "explanations": each(record({
            "events": each(record({"event": EVENT, "says": TEXT, "logged": FLAG})),
            "steps": each(record({
                "event": EVENT, "says": TEXT, "outside": FLAG, "primary": SEEN_AT, "secondary": SEEN_AT,
            })),
            "unexplained": TEXTS,
            "clocks": record({
                "primary_ahead_least": maybe(NUMBER), "primary_ahead_most": maybe(NUMBER), "contradiction": TEXTS,
            }),
            "late": says("a line later than hold times allow; with --timed one that may be", TEXTS),
        })),
        "all": says("every smallest set is listed", FLAG), "smallest": says("no smaller set explains it", FLAG),
        "least_events": says("every explanation has so many events from outside at least", COUNT),
        "shared": EVENTS, "telling": each(record({"line": TEXT, "explanations": each(COUNT)})),
        "cannot_be": each(NOTE), "notes": each(NOTE), "states": TEXTS, "read": keyed(COUNT), "assumed": TEXTS,
        "most_events": maybe(COUNT),
        "out_of_order": says("with --timed, two lines that contradict what explains it without times", maybe(TEXT)),
    }),
    UNDECIDED,
)  # fmt: skip
WATCH = (
    record({
        "kind": one_of(*(each.value for each in AlarmKind)), "says": TEXT,
        "line": says("the line that brought it about, empty for none", TEXT),
    }),
    UNDECIDED,
)  # fmt: skip

# -- fleet -----------------------------------------------------------------------------------------

ROW = record({
    "name": TEXT, "host": TEXT, "files": TEXTS, "digest": says("of the bytes of the files", TEXT),
    "verdict": one_of(*VERDICTS), "reason": TEXT, "single_faults": COUNT, "survived": COUNT,
    "worst_outage": maybe(SECONDS), "worst_failure": TEXT,
    "for_good": says("interfaces whose failure alone ends their service for good", TEXTS), "advice": COUNT,
    "promises": keyed(COUNT), "change?": one_of("new", "worse", "better", "changed", "same"), "changed?": TEXTS,
})  # fmt: skip
FLEET = (
    record({
        "fleet": TEXT, "complete": FLAG, "counts": keyed(COUNT), "structures": COUNT, "pairs": each(ROW),
        "other_files": COUNT, "unchanged": COUNT, "gone?": TEXTS,
    }),
)  # fmt: skip


# -- model -----------------------------------------------------------------------------------------

FIELDS = says("values by the names of fields, as written in Python", keyed(TEXT))
MODEL = (
    record({
        "model": says("as it was named", TEXT), "verdict": one_of(*(each.value for each in Verdict)),
        "engine": one_of("plain", "compiled"),
        "not_compiled": says("why `--engine auto` did not take the compiled one for a large model", maybe(TEXT)),
        "states": COUNT, "transitions": COUNT, "depth": COUNT, "complete": FLAG,
        "limit": says("the limit that ended the search", maybe(TEXT)), "seconds": SECONDS, "digest": TEXT,
        "warnings": says("values in properties that no field or event has", TEXTS),
        "never_possible": says("events of rules that no reached state allows", TEXTS),
        "properties": each(record({
            "name": TEXT, "kind": one_of(*(each.value for each in Kind)),
            "verdict": one_of(*(each.value for each in Verdict)),
            "vacuous": says("what it speaks of never occurs", FLAG), "reason": TEXT,
            "start": says("the first state of the trace", maybe(FIELDS)),
            "trace": each(record({"event": TEXT, "changes": says("a line for each field that changes", TEXTS)})),
            "loop": says("the step at which the loop of the trace begins", maybe(COUNT)),
        })),
    }),
)  # fmt: skip

SCHEMAS: dict[str, tuple[Schema, ...]] = {
    "check": CHECK, "faults": FAULTS, "times": TIMES, "whatif": WHATIF, "diff": DIFF, "runbook": RUNBOOK,
    "autoupdate": AUTOUPDATE, "explain": EXPLAIN, "watch": WATCH, "fleet": FLEET, "run": RUN, "tables": TABLES,
    "model": MODEL,
}  # fmt: skip
"""The forms of each subcommand's object, without what every object has."""


def schema_of(command: str) -> Schema:
    """The JSON Schema of a subcommand, with what every object has.

    Raises:
        KeyError: If the subcommand prints no JSON.
    """
    name = schema_name(command)
    forms = [_with_common(form, name) for form in SCHEMAS[command]]
    about = {"$schema": DIALECT, "$id": name, "title": f"The output of failover-fsm {command} --json"}
    return {**about, **(forms[0] if len(forms) == 1 else either(*forms))}


def _with_common(form: Schema, name: str) -> Schema:
    return {
        **form,
        "properties": {"$schema": {"const": name}, **form["properties"], **COMMON},
        "required": ["$schema", *form["required"], *COMMON],
    }
