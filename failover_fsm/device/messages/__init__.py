"""System messages of devices: read from lines and whole logs, and written again.

from failover_fsm.device.messages import read_log

for message in read_log(text):
    print(message.stamp, message.unit, message.number, message.fields)
"""

from failover_fsm.device.messages.reader import Log, Message, Unread, Why, message_line, read_head, read_line, read_log
from failover_fsm.device.messages.stamps import Stamp, read_stamp

__all__ = [
    "Log",
    "Message",
    "Stamp",
    "Unread",
    "Why",
    "message_line",
    "read_head",
    "read_line",
    "read_log",
    "read_stamp",
]
