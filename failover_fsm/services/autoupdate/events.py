"""The events of the process and of the server. Those of the pair stay the pair's."""

from __future__ import annotations

import attrs

from failover_fsm.pair import events as e
from failover_fsm.pair.states import Unit
from failover_fsm.services.autoupdate.states import Component
from failover_fsm.services.machine import MachineEvent

__all__ = [
    "PROCESS_EVENTS",
    "SERVER_FAULTS",
    "SERVER_REPAIRS",
    "ChecksumsExchanged",
    "ConfigurationReplaced",
    "DeviceDetailsSent",
    "FileCopied",
    "FileInstalled",
    "FileMended",
    "FilePublished",
    "FileRetrieved",
    "FileTruncated",
    "FileWrong",
    "LoadingFinished",
    "PollTimeReached",
    "PrimaryMadeActive",
    "PrimaryStopped",
    "ProcessBrokenOff",
    "ReloadChosen",
    "RetrievalFailed",
    "RoleHandedOver",
    "ServerFound",
    "ServerLost",
    "ServerSilent",
    "UpdateEvent",
    "UpdateInfoReceived",
]


@attrs.frozen(kw_only=True, cache_hash=True)
class UpdateEvent(MachineEvent):
    """Base of the events of Auto Update. They take place at the primary, which runs the process (AUT-5, AUT-7)."""

    unit: Unit = attrs.field(default=Unit.PRIMARY, validator=attrs.validators.instance_of(Unit))


class ProcessStep(UpdateEvent, e.ProtocolStep):
    """A step that the process takes by itself."""


class PollTimeReached(ProcessStep):
    """The poll time is reached: the process begins, if it may (AUT-25)."""


class ChecksumsExchanged(ProcessStep):
    """The units tell each other checksums and versions of image and ASDM (AUT-12)."""


class PrimaryMadeActive(ProcessStep):
    """The standby primary asks for the active role, so that it can call home (AUT-6)."""


class DeviceDetailsSent(ProcessStep):
    """The primary calls home: it tells the server what it is (AUT-5, AUT-8)."""


class UpdateInfoReceived(ProcessStep):
    """The server replies with checksums and URLs (AUT-13)."""


class ServerSilent(ProcessStep):
    """The server does not reply."""


class FileRetrieved(ProcessStep):
    """The primary has a file from the HTTP server (AUT-7, AUT-14)."""


class RetrievalFailed(ProcessStep):
    """The file does not arrive, or not whole."""


class FileCopied(ProcessStep):
    """The file is on the standby too, over the failover link (AUT-15, AUT-22)."""


class FileInstalled(ProcessStep):
    """The primary has put the file in its place (AUT-15, AUT-22)."""


class ReloadChosen(ProcessStep):
    """The primary sees which units have a new image, and who reloads first (AUT-16, AUT-20, AUT-21)."""


class RoleHandedOver(ProcessStep):
    """The secondary is active, so that the primary can reload (AUT-17, AUT-21)."""


class LoadingFinished(ProcessStep):
    """The unit that was waited for is up again with its new image (AUT-17 to AUT-21)."""


class ConfigurationReplaced(ProcessStep):
    """The new configuration replaces the old one on both units at once (AUT-23)."""


class ProcessBrokenOff(ProcessStep):
    """What the process assumes is so no more: it ends until the next poll time (AUT-9 to AUT-11)."""


class PrimaryStopped(ProcessStep):
    """The primary fails or is reloaded by hand, and with it the process that it runs."""


class ServerLost(UpdateEvent, e.Fault):
    """The primary gets no answer from the server any more."""


class ServerFound(UpdateEvent, e.Repair):
    """The server answers again."""


class FileTruncated(UpdateEvent, e.Fault):
    """Files arrive from the HTTP server without their end."""


class FileWrong(UpdateEvent, e.Fault):
    """The HTTP server has files that are not those of the announced checksums."""


class FileMended(UpdateEvent, e.Repair):
    """The HTTP server delivers the right files again."""


@attrs.frozen(kw_only=True, cache_hash=True)
class FilePublished(UpdateEvent, e.Command):
    """Somebody puts a newer file on the server, at any time and once for each component."""

    component: Component = Component.IMAGE


PROCESS_EVENTS: tuple[type[UpdateEvent], ...] = (
    PollTimeReached, ChecksumsExchanged, PrimaryMadeActive, DeviceDetailsSent, UpdateInfoReceived, ServerSilent,
    FileRetrieved, RetrievalFailed, FileCopied, FileInstalled, ReloadChosen, RoleHandedOver, LoadingFinished,
    ConfigurationReplaced, ProcessBrokenOff, PrimaryStopped,
)  # fmt: skip
"""The events of the table, in the order in which they are tried."""

SERVER_FAULTS: tuple[type[UpdateEvent], ...] = (ServerLost, FileTruncated, FileWrong)
SERVER_REPAIRS: tuple[type[UpdateEvent], ...] = (ServerFound, FileMended)
