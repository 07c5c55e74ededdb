"""What a device prints and people paste: show commands, histories and system messages, written and read.

    from failover_fsm.device import read_show_failover

    found = read_show_failover(text)
    print(found.this.state, [(each.name, each.status) for each in found.this.interfaces], found.unread)

A reader takes any text and is never in error: lines that it does not know are listed in `unread`. Each text has one
table of templates, `FORM` in its module, from which the reader and the writer are made.
"""

from failover_fsm.device.console import read_console
from failover_fsm.device.failover_exec import read_failover_exec, write_failover_exec
from failover_fsm.device.failover_interface import read_failover_interface, write_failover_interface
from failover_fsm.device.failover_state import read_failover_state, write_failover_state
from failover_fsm.device.hardware import read_hardware
from failover_fsm.device.history import read_failover_history, write_failover_history
from failover_fsm.device.interfaces import read_interfaces, write_interfaces
from failover_fsm.device.inventory import read_inventory, write_inventory
from failover_fsm.device.modules import read_modules, write_modules
from failover_fsm.device.monitor_interface import read_monitor_interface, write_monitor_interface
from failover_fsm.device.prompt import read_prompt
from failover_fsm.device.show_failover import read_show_failover, write_show_failover
from failover_fsm.device.version import read_version, write_version

__all__ = [
    "read_console",
    "read_failover_exec",
    "read_failover_history",
    "read_failover_interface",
    "read_failover_state",
    "read_hardware",
    "read_interfaces",
    "read_inventory",
    "read_modules",
    "read_monitor_interface",
    "read_prompt",
    "read_show_failover",
    "read_version",
    "write_failover_exec",
    "write_failover_history",
    "write_failover_interface",
    "write_failover_state",
    "write_interfaces",
    "write_inventory",
    "write_modules",
    "write_monitor_interface",
    "write_show_failover",
    "write_version",
]
