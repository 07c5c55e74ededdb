"""The page docs/reference/messages.md: how to read a log, and every message of the table."""

from __future__ import annotations

from collections.abc import Iterator

from failover_fsm.device.messages.traps import DEBUG_OPTIONS, TRAP_NAME, TRAP_NEEDS, TRAP_OID, TRAP_VALUES
from failover_fsm.pair.syslog import SYSTEM_REASONS
from failover_fsm.templates.messages.kind import MessageKind, Prefix
from failover_fsm.templates.messages.reasons import REASONS
from failover_fsm.templates.messages.table import CHAPTER_LEVEL, FIELD_LEVEL, MESSAGES, VPN_TEXT

__all__ = ["render"]

HEAD = """\
# System messages

Written by `python -m failover_fsm.commands.messages_page`, not by hand: the writer, the reader and this page are made
from one table (`failover_fsm/templates/messages/`).

To read a log, from a file of a syslog server, from `show logging`, or pasted:

```python
from failover_fsm.device.messages import read_log

log = read_log(
    "<161>Sep 28 2016 13:51:57 10.0.0.2 : %ASA-1-104001: (Secondary) Switching to ACTIVE - mate want me Active.\\n"
    "Sep 28 2016 13:51:57 fw1 : %ASA-1-104002: (Primary_group_2) Switching to STNDBY (cause: state check)\\n"
    "Sep 28 2016 13:51:58 fw1 : %ASA-6-302013: Built outbound TCP connection 7\\n"
)
for message in log:
    print(message.line, message.host, message.unit.value, message.group, message.number, message.fields["reason"])
print(log.counts)
```

```text
1 10.0.0.2 secondary None 104001 mate want me Active
2 fw1 primary 2 104002 state check
{'read': 2, 'set aside': 0, 'no system message': 0, 'another number': 1, 'no device prints this text for the number': 0}
```

A message has the number of its line, `unit`, `group`, `number`, `severity`, `fields`, `stamp` and `host`. Nothing in a
log is an error: other lines are in `log.unread`, each with the reason. The reader takes ASA, FTD and PIX, rows of the
log viewer of ASDM, a missing full stop, capital and small letters, `(cause: x)`, `STNDBY`, stamps and heads of many
collectors, and levels that `logging message N level L` has moved.

To see the messages of a run, both units' in their order, with the seconds in a run with time:

    failover-fsm run --messages models/forced-switch.trace

Without the option a run shows those that say more than the run itself does, marked *brief* below. `expect output=N` and
`no_output=N` in a trace ask for any, and `run --json` has all among its `outputs`: in a run with time a message that
comes with no event has `event` null, and its `seconds`.

## What is printed when

- A switch is a 104001 on one unit and a 104002 on the other. Each unit then takes its data interfaces down and up, one
  after the other: 411002, 411001. That is normal activity, no failure (MON-1, MON-3).
- 709003 and 709005 begin a copy of the configuration, 709004 and 709006 end it when Sync Config is over. 311001 and
  311002 stand around Bulk Sync. The console of the sender has two lines of its own (SYN-4).
- In a run without time a unit finds out about an interface at once. In one with time 105005 and 105008 come after half
  of the interface hold time without a hello, 105009 when the tests end, 105007 with the next interface poll, 105004
  with the first hello.
- In an Active/Active pair messages about a group, and about an interface of one, name it: `(Primary_group_1)`.
- Failover messages have level {field}, as devices print them. The chapter calls it level {chapter}, "a critical
  condition" (MON-2); no device prints that, and SNMP traps number level {field} as {chapter}. 411001 and 411002 are no
  failover messages (MON-3)."""


def render() -> str:
    """The whole page."""
    lines = [HEAD.replace("{field}", str(FIELD_LEVEL)).replace("{chapter}", str(CHAPTER_LEVEL))]
    lines += ["", "## Reasons", "", *_reasons()]
    lines += ["", "## Messages that events of the model print", "", "| number | level | text | printed when |"]
    lines += ["|---|---|---|---|", *(_row(kind, kind.cause) for kind in MESSAGES.values() if kind.cause)]
    lines += ["", "## Messages that are read and set aside", "", "| number | level | text | why nothing prints it |"]
    lines += ["|---|---|---|---|", *(_row(kind, kind.why_not) for kind in MESSAGES.values() if kind.set_aside)]
    lines += ["", VPN_TEXT, "", "## SNMP traps and debugging", "", *_traps()]
    return "\n".join(lines) + "\n"


def _reasons() -> Iterator[str]:
    yield "`show failover history` and 104001/104002 word reasons differently. Messages have these; a reader takes any:"
    yield ""
    yield from (f"- {reason}" for reason in REASONS)
    yield ""
    yield "| reason of a role change in a run | after 104001 or 104002 |"
    yield "|---|---|"
    yield from (f"| {ours} | {theirs} |" for ours, theirs in SYSTEM_REASONS.items())
    yield "| any other | the same |"


def _row(kind: MessageKind, when: str) -> str:
    before = {
        Prefix.UNIT: "(Primary) ", Prefix.ROLE: "(Primary-Active) ", Prefix.VPN: "(VPN-Primary) ",
        Prefix.WEBVPN: "(WebVPN-Primary) ", Prefix.NONE: "",
    }[kind.prefix]  # fmt: skip
    also = "".join(f"<br>also `{form}`" for form in kind.also)
    cells = (str(kind.number), str(kind.severity), f"`{before}{kind.text}`{also}", when + ("; *brief*" * kind.brief))
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _traps() -> Iterator[str]:
    yield f"A message reaches a management station as the trap `{TRAP_NAME}` ({TRAP_OID})"
    yield "if these things are there (MON-5):"
    yield ""
    yield from (f"- {need.name}: {need.description}" for need in TRAP_NEEDS)
    yield ""
    yield "`failover_fsm.device.messages.traps.trap_needs(text)` says which a running-config has. The trap carries:"
    yield ""
    yield "| object | name | value |"
    yield "|---|---|---|"
    yield from (f"| {each.oid} | `{each.name}` | {each.description} |" for each in TRAP_VALUES)
    yield ""
    yield "`debug fover OPTION` prints what failover does. It has a high priority on the CPU and can slow a device"
    yield "down; it is for searching one fault, or for support, and `undebug all` switches it off (MON-4). Options:"
    yield ""
    yield from (f"- `{option}`: {description}" for option, description in DEBUG_OPTIONS.items())
