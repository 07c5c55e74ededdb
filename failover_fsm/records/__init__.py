"""Drafts: the only way a rule touches a state.

A state is a tree of frozen attrs records with finite domains.  A rule works on a
`Draft` of such a record: it reads attributes and assigns to them, the draft keeps a
journal of both, and `Draft.freeze` builds the next frozen record.  A `TracingDraft` looks
the same to the rule, but has no state behind it: it asks for the value of each leaf when
the rule first reads it, so that every path through a rule can be replayed.
"""

from failover_fsm.records.identity import TypeTests
from failover_fsm.records.packing import Packing, Place
from failover_fsm.records.queries import Asked, Questioned, ask, ask_of, unchanged
from failover_fsm.records.recording import Draft, DraftError, Journal, Path, assigned_leaf, edit
from failover_fsm.records.schema import Schema, SchemaError, Slot, domain_of
from failover_fsm.records.shape import Shape
from failover_fsm.records.tracing import Assigned, Tracer, TracingDraft, same_view, tracer_of
from failover_fsm.records.view import record_of

__all__ = [
    "Asked",
    "Assigned",
    "Draft",
    "DraftError",
    "Journal",
    "Packing",
    "Path",
    "Place",
    "Questioned",
    "Schema",
    "SchemaError",
    "Shape",
    "Slot",
    "Tracer",
    "TracingDraft",
    "TypeTests",
    "ask",
    "ask_of",
    "assigned_leaf",
    "domain_of",
    "edit",
    "record_of",
    "same_view",
    "tracer_of",
    "unchanged",
]
