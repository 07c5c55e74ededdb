"""Views of frozen records: mutable ones for a single state, traced ones for symbolic execution.

A state is a tree of frozen attrs records with finite domains. `edit` makes a mutable view (`Draft`) of one: a
copy-on-write proxy that records reads and assignments in a journal and builds the next record with `Draft.freeze`. A
`Tracer` makes a traced view (`TracingDraft`), which behaves in the same way but has no state behind it: it takes the
value of a leaf from an oracle when the leaf is first read, so that every path through a function can be executed.
"""

from failover_fsm.records.identity import TypeTests
from failover_fsm.records.packing import Packing, Place
from failover_fsm.records.queries import (
    OpaqueValue,
    Queryable,
    Questioned,
    UnknownAnswer,
    answered,
    ask,
    ask_of,
    unchanged,
)
from failover_fsm.records.recording import (
    Draft,
    DraftError,
    Journal,
    Path,
    applied,
    assigned_leaf,
    bring,
    brought,
    edit,
)
from failover_fsm.records.schema import Schema, SchemaError, Slot, check_domains, domain_of
from failover_fsm.records.shape import Query, Shape
from failover_fsm.records.tracing import Assigned, Tracer, TracingDraft, same_view, tracer_of
from failover_fsm.records.view import RecordView, record_of

__all__ = [
    "Assigned",
    "Draft",
    "DraftError",
    "Journal",
    "OpaqueValue",
    "Packing",
    "Path",
    "Place",
    "Query",
    "Queryable",
    "Questioned",
    "RecordView",
    "Schema",
    "SchemaError",
    "Shape",
    "Slot",
    "Tracer",
    "TracingDraft",
    "TypeTests",
    "UnknownAnswer",
    "answered",
    "applied",
    "ask",
    "ask_of",
    "assigned_leaf",
    "bring",
    "brought",
    "check_domains",
    "domain_of",
    "edit",
    "record_of",
    "same_view",
    "tracer_of",
    "unchanged",
]
