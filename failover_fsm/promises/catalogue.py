"""The promises, in the order in which they are reported."""

from __future__ import annotations

from failover_fsm.pair import events as e
from failover_fsm.promises import addresses, causes, contents, groups, obstacles, roles
from failover_fsm.promises.promise import EventClass, Promise

_RECOVERIES: tuple[EventClass, ...] = (
    e.UnitRestored, e.SynchronizationAdvanced, e.SynchronizationFinished, e.FailoverLinkRestored, e.FailoverReset,
)  # fmt: skip

PROMISES: tuple[Promise, ...] = (
    Promise(
        id="split-brain-recovers", kind="when-settled", holds=roles.split_brain_recovers,
        premise=lambda look: look.dual,
        says="Two active units that can hear each other do not stay so: the pair settles with one.",
        rules=("SPL-3", "SPL-5", "AS-1"),
    ),
    Promise(
        id="primary-survives-split-brain", kind="step", holds=roles.primary_survives, premise=roles.ends_dual_by_hello,
        events=(e.HelloHeard, e.PeerAnsweredOnData),
        says="When two active units hear each other again, the primary stays active, whatever its interfaces.",
        rules=("SPL-3", "SPL-4"),
        lemma="implied by no-failover-without-trigger, and by no-failover-to-failed-standby where the primary has more "
              "failed interfaces: a hello of an active peer is no cause for it to give up",
    ),
    Promise(
        id="dual-active-only-when-cut-off", kind="step", holds=roles.dual_only_when_cut_off,
        premise=roles.becomes_second_active, events=e.PROTOCOL_STEPS,
        says="A unit becomes active beside an active peer only if one of them does not hear the other, "
             "or while it boots with the failover link down.",
        rules=("AS-1", "SPL-2", "T2-5"),
        lemma="implied by no-failover-without-trigger: nothing makes a unit active that hears an active peer",
    ),
    Promise(
        id="one-active-while-link-up", kind="when-settled", holds=roles.one_while_linked, premise=roles.both_linked,
        says="With the failover link up and both units running, the pair settles with at most one active unit.",
        rules=("AS-1", "CTL-10", "CTL-11"),
    ),
    Promise(
        id="takeover-on-active-failure", kind="when-settled", holds=roles.alone_is_active, premise=roles.one_runs_alone,
        says="When one unit is off and the other runs with failover on, the other becomes active.",
        rules=("T2-1", "T4-1", "AS-2", "TRG-2", "TRG-7", "UHM-5"),
        lemma="implied by always-someone-active: a unit that is off is not active",
    ),
    Promise(
        id="first-boot-becomes-active", kind="when-settled", holds=roles.alone_is_active, premise=roles.one_runs_alone,
        says="A unit that boots and finds no peer becomes active.",
        rules=("AS-7", "AA-12"), lemma="the same formula as takeover-on-active-failure",
    ),
    Promise(
        id="always-someone-active", kind="when-settled", holds=roles.someone_active, premise=roles.someone_listens,
        says="While a unit runs with failover on, the pair settles with an active unit.",
        rules=("T2-1", "UHM-5", "SPL-2", "AS-7"),
    ),
    Promise(
        id="no-failover-to-failed-standby", kind="step", holds=roles.no_failover_to_failed, premise=roles.gives_up,
        events=(e.InterfacesChecked, e.NoFailoverActive, e.MessageDelivered, e.PeerAnsweredOnData, e.HelloHeard,
                e.NoActiveUnitSeen, e.HoldTimeExpired, e.GroupHandedOut),
        says="An active unit gives up only to a peer it knows to be ready, and a failed unit takes no hand-over.",
        rules=("TRG-5", "TRG-12", "T2-8", "T4-3", "CTL-6", "CTL-8"),
    ),
    Promise(
        id="active-stays-when-standby-failed", kind="step", holds=roles.active_stays,
        premise=roles.over_policy_with_failed_standby, events=(e.InterfacesChecked,), needs=("ports",),
        says="While the standby is known failed, interface failures do not end the active role.",
        rules=("TRG-5", "TRG-12"), lemma="implied by no-failover-to-failed-standby",
    ),
    Promise(
        id="no-failover-while-failover-link-down", kind="step", holds=roles.suspension_holds,
        premise=roles.suspended_step,
        events=(e.InterfacesChecked, e.FailoverActive, e.NoFailoverActive, e.FailoverReset, e.HoldTimeExpired,
                e.GroupHandedOut, e.PreemptTimerExpired),
        needs=("failover-link",),
        says="Once both units know that the failover link is down and still hear each other, neither "
             "interface failures nor commands nor preemption move the active role.",
        rules=("TRG-6", "SPL-9", "T2-4", "T4-7", "UHM-4"),
    ),
    Promise(
        id="one-switchover-per-link-failure", kind="step", holds=roles.sample_only_once, premise=roles.is_sample_switch,
        events=(e.PeerAnsweredOnData, e.MessageDelivered), needs=("failover-link", "ports"),
        says="A failure of the failover link alone moves the active role at most once: a unit compares its interfaces "
             "with its peer's only when it loses the link, and the link has to come back before it can do so again.",
        rules=("SPL-8", "SPL-9"),
    ),
    Promise(
        id="interface-failure-fails-over", kind="when-settled", holds=roles.interfaces_fail_over,
        premise=roles.standby_over_policy, needs=("ports",),
        says="With the failover link up, no active unit over its interface policy stays beside a ready standby.",
        rules=("T2-7", "T4-2", "TRG-3", "TRG-9", "TRG-11", "IFM-15", "IFM-25", "SPL-10"),
    ),
    Promise(
        id="standby-health-follows-interfaces", kind="when-settled",
        holds=roles.standby_is_failed_when_unhealthy,
        premise=roles.standby_over_policy, needs=("ports",),
        says="A standby is failed exactly while its failed interfaces reach the policy.",
        rules=("T2-8", "T4-3", "T4-4", "TRG-3", "TRG-9", "TRG-11", "IFM-15", "IFM-18"),
    ),
    Promise(
        id="module-failure-fails-over", kind="when-settled", holds=roles.modules_fail_over,
        premise=roles.dead_module_at_active, needs=("modules",),
        says="With the failover link up, no active unit with a dead service module stays beside a ready standby.",
        rules=("TRG-2", "TRG-5", "T2-1"),
    ),
    Promise(
        id="standby-health-follows-its-module", kind="when-settled", holds=roles.standby_is_failed_when_unhealthy,
        premise=roles.dead_module_at_standby, needs=("modules",),
        says="A standby with a dead service module is failed, and ready again when the module works and its "
             "interfaces are within the policy.",
        rules=("TRG-2", "TRG-5", "T2-3"),
    ),
    Promise(
        id="no-failover-without-trigger", kind="step", holds=causes.no_role_without_cause, premise=causes.role_moves,
        events=(*e.PROTOCOL_STEPS, *e.COMMANDS, e.UnitFailed, e.UnitRestored),
        says="Every change of the active role, and every request for it, has a cause: silence, interfaces, a command, "
             "the comparison of interfaces when the failover link is lost, the end of a split brain, a boot, "
             "preemption, or that nobody was active. "
             "What names a group moves no other.",
        rules=("TRG-1", "TRG-8", "TRG-10", "AA-7"),
    ),
    Promise(
        id="no-preempt-stays", kind="step", holds=causes.active_role_stays_put, premise=causes.someone_was_active_step,
        events=_RECOVERIES,
        says="A unit that recovers, joins or is reset never moves the active role by that, nor asks for it: "
             "Active/Standby has no preemption, and a failover group only one of its own, by a timer.",
        rules=("AS-6", "T2-2", "T4-4", "AA-13", "PRE-1", "PRE-2", "CTL-14"),
        lemma="implied by no-failover-without-trigger: no recovery is a cause",
    ),
    Promise(
        id="simultaneous-boot-primary-active", kind="step", holds=causes.primary_first,
        premise=causes.both_negotiate_step,
        events=e.PROTOCOL_STEPS, needs=("power",),
        says="When both units boot and the failover link is up, the primary becomes active first.",
        rules=("AS-5", "AS-8", "SYN-15"),
    ),
    Promise(
        id="simultaneous-boot-preferred-active", kind="leads-to", holds=groups.at_home_if_it_can,
        premise=causes.both_negotiate, needs=("power",), pairs="active-active",
        says="When both units boot together, each group ends on the unit it prefers once that is synchronised, "
             "unless its interfaces there are over the policy.",
        rules=("AA-9", "AA-10", "AA-14"),
    ),
    Promise(
        id="group-handed-out-to-a-ready-unit", kind="step", holds=groups.handed_out_to_a_ready_home,
        premise=groups.handed_out, events=(e.GroupHandedOut,), needs=("power",), pairs="active-active",
        says="After a common boot a group is handed out once, to the unit it prefers, when that is known to be ready.",
        rules=("AA-14", "TRG-12"),
    ),
    Promise(
        id="preempt-returns-home", kind="when-settled", holds=groups.does_not_wait_in_vain,
        premise=groups.at_home, pairs="active-active",
        says="A group whose preempt timer is armed on the unit it prefers, in contact with its peer, goes home.",
        rules=("PRE-2", "PRE-3", "PRE-6"),
    ),
    Promise(
        id="preempt-when-available", kind="when-settled", holds=groups.home_when_available,
        premise=groups.home_is_available, unless=("failover-active",), pairs="active-active",
        says="While nobody moves groups by hand, a group with preempt is active on the unit it prefers whenever that "
             "is up, in contact on the failover link and within the group's policy.",
        rules=("PRE-3", "PRE-6"),
    ),
    Promise(
        id="preempt-begins-when-available", kind="step", holds=groups.timer_begins, premise=groups.becomes_available,
        events=(e.SynchronizationAdvanced, e.SynchronizationFinished, e.HelloHeard), pairs="active-active",
        says="When the unit that a group with preempt prefers ends its synchronisation, or hears its peer again on the "
             "failover link, and is standby for the group, the preempt timer begins, or waits for its recovery.",
        rules=("PRE-3", "PRE-6"),
    ),
    Promise(
        id="preempt-only-to-the-preferred-unit", kind="step", holds=groups.arrives_home,
        premise=groups.timer_fires, events=(e.PreemptTimerExpired,), pairs="active-active",
        says="Preemption moves a group that has it to the unit it prefers, and nothing else.",
        rules=("PRE-1", "PRE-2", "PRE-3", "PRE-6"),
    ),
    Promise(
        id="moved-group-stays", kind="step", holds=groups.preempts_at_an_edge, premise=groups.leaves_home,
        events=(*e.PROTOCOL_STEPS, *e.COMMANDS, e.UnitFailed), pairs="active-active",
        says="A group that leaves the unit it prefers, by hand or for its interfaces, is not asked back at once: a "
             "preempt timer begins when the unit becomes available, and only then.",
        rules=("PRE-2", "PRE-3", "CTL-8"),
    ),
    Promise(
        id="groups-move-one-by-one", kind="step", holds=groups.leaves_the_other_group_alone,
        premise=groups.names_the_other_group, pairs="active-active",
        events=(e.MessageDelivered, e.NoActiveUnitSeen, e.GroupHandedOut, e.PreemptTimerExpired,
                e.FailoverActive, e.NoFailoverActive, e.FailoverReset),
        says="A command, a message or a timer of one group changes nothing of the other one.",
        rules=("AA-6", "AA-7", "TRG-10", "CTL-7", "CTL-8", "CTL-13"),
    ),
    Promise(
        id="interfaces-of-the-other-group-do-not-count", kind="step", holds=groups.stays_while_in_order,
        premise=groups.some_group_is_checked, events=(e.InterfacesChecked,), needs=("ports",),
        pairs="active-active",
        says="A group whose own interfaces are in order keeps the active role when the other group fails there.",
        rules=("AA-6", "AA-15", "TRG-9", "TRG-11"),
        lemma="implied by no-failover-without-trigger: an interface check is a cause for an unhealthy group only",
    ),
    Promise(
        id="join-never-disturbs-active", kind="step", holds=causes.join_disturbs_nobody,
        premise=causes.joins_beside_active,
        events=e.PROTOCOL_STEPS,
        says="A unit that boots or joins takes nothing from an active peer that it hears on the failover link.",
        rules=("AS-6", "T2-2"),
        lemma="implied by no-failover-without-trigger: nothing makes a unit active that hears an active peer",
    ),
    Promise(
        id="link-down-at-boot-both-active", kind="when-settled", holds=causes.strangers_are_active,
        premise=causes.booted_apart, needs=("failover-link",), unless=("disable",), least_faults=1,
        says="With the failover link down at boot both units become active, even with good interfaces: so it is "
             "whenever two units that have not met since they booted cannot hear each other there.",
        rules=("T2-5", "T4-5"),
    ),
    Promise(
        id="stateful-link-changes-nothing", kind="step", holds=causes.stateful_link_moves_nothing,
        premise=causes.stateful_link_is_down,
        events=(e.StatefulLinkFailed, e.StatefulLinkRestored, e.InterfacesChecked), needs=("stateful-link",),
        says="A failure of the Stateful Failover link, a link of its own, changes no role and no health, neither at "
             "once nor at the next interface check.",
        rules=("T2-6", "T4-6"),
    ),
    Promise(
        id="unknown-interfaces-do-not-count", kind="step", holds=causes.failed_by_known_failures,
        premise=causes.marked_failed,
        events=(e.InterfacesChecked,), needs=("traffic",),
        says="Interfaces that are silent on both units never fail a unit.",
        rules=("IFM-16", "IFM-14", "IFM-15"),
    ),
    Promise(
        id="disabled-failover-freezes-roles", kind="step", holds=causes.off_freezes, premise=causes.off_at_unit,
        events=e.PROTOCOL_STEPS, needs=("disable",),
        says="While failover is off on a unit, the unit's role changes only by commands and restarts.",
        rules=("CTL-10", "CTL-12"),
    ),
    Promise(
        id="reset-does-not-activate", kind="step", holds=causes.reset_moves_nothing, events=(e.FailoverReset,),
        premise=lambda before, event, after: True, needs=("reset",),
        says="A reset ends in standby.",
        rules=("CTL-14", "CTL-13"), lemma="implied by no-failover-without-trigger: a reset is no cause",
    ),
    Promise(
        id="configuration-flows-from-active", kind="step", holds=causes.flows_from_active,
        premise=causes.copies_configuration,
        events=(e.HelloHeard, e.SynchronizationAdvanced, e.SynchronizationFinished, e.WriteStandby),
        says="A synchronisation copies from the active unit to the one that joins, and makes that one a standby.",
        rules=("SYN-1", "SYN-2", "SYN-3", "SYN-16"),
    ),
    Promise(
        id="ready-means-healthy", kind="step", holds=causes.stands_by_health, premise=causes.ends_sync,
        events=(e.SynchronizationAdvanced, e.SynchronizationFinished, e.InterfacesChecked),
        says="A unit that ends its synchronisation is Standby Ready only if its interfaces are within the policy and "
             "its service module works, else failed; a failed unit is ready again only then. So an active unit gives "
             "up for its interfaces to a unit within the policy, but for two failures within one message delay.",
        rules=("T2-8", "T4-3", "TRG-5", "TRG-12", "IFM-18"),
    ),
    Promise(
        id="commands-replicate-from-active", kind="step", holds=causes.both_have_command,
        premise=causes.some_unit_commands,
        events=(e.CommandEntered,), needs=("command",),
        says="A command on the active unit of a pair in contact reaches the standby; any other command leaves "
             "a configuration marked out of synchronisation.",
        rules=("CMD-1", "CMD-2", "CMD-11", "CMD-12", "CMD-20", "CMD-22", "CMD-23"),
    ),
    Promise(
        id="acknowledged-commands-survive", kind="always", holds=contents.has_what_its_peer_has,
        premise=contents.in_step_with_the_newest, needs=("command", "commands"), unless=("disable",),
        says="While neither configuration is marked as out of step, a standby has the newest command if its active "
             "peer has it: a failover of a pair in step loses no command.",
        rules=("CMD-2", "CMD-16", "SYN-3", "SYN-5"), pairs="active-standby",
    ),
    Promise(
        id="active-unit-keeps-its-commands", kind="step", holds=contents.active_keeps_commands,
        premise=contents.only_on_an_active_unit, events=e.EVENTS, needs=("command", "commands"), unless=("disable",),
        says="A command entered on an active unit that runs on is never lost.",
        rules=("CMD-2", "CMD-16", "SYN-3"), pairs="active-standby",
    ),
    Promise(
        id="standby-keeps-its-commands", kind="step", holds=contents.standby_keeps_commands,
        premise=contents.only_on_a_standby, events=e.EVENTS, needs=("command", "commands"), unless=("disable",),
        says="A command entered on a standby that runs on is never lost.",
        rules=("CMD-11", "CMD-12", "CMD-13", "CMD-23"), pairs="active-standby",
    ),
    Promise(
        id="older-configuration-never-wins", kind="step", holds=obstacles.keeps_the_newest,
        premise=obstacles.joins_with_the_newest, events=(*e.PROTOCOL_STEPS, *e.COMMANDS),
        needs=("commands", "older-startup"), unless=("disable",), pairs="active-standby",
        says="A unit that boots with the newest configuration in Flash does not run an older one by its join.",
        rules=("SYN-2", "SYN-15", "CFG-22"),
    ),
    Promise(
        id="ready-standby-has-the-same-interfaces-up", kind="when-settled", holds=obstacles.ready_can_serve,
        premise=obstacles.some_interface_is_shut, needs=("shutdown",),
        says="A standby that is ready beside an active unit has no interface shut down that the active unit has not.",
        rules=("CMD-4", "CMD-12", "SYN-3"),
    ),
    Promise(
        id="unlike-units-do-not-pair", kind="when-settled", holds=obstacles.one_does_without_failover,
        premise=obstacles.unlike_units_meet, needs=("mismatch",),
        says="Of two units that differ in version, mode, license or hardware, and meet on the failover link, one does "
             "without failover.",
        rules=("HW-2", "HW-4", "HW-5", "HW-7"),
    ),
    Promise(
        id="no-failover-without-heartbeat", kind="step", holds=obstacles.stays_off_without_heartbeat,
        premise=obstacles.begins_without_heartbeat, events=(e.UnitRestored, e.Restarted, e.FailoverEnabled),
        needs=("heartbeat",),
        says="While the chassis supervisor does not answer a unit, failover is not switched on there, neither by its "
             "startup configuration nor by hand.",
        rules=("CFG-21",),
    ),
    Promise(
        id="failed-synchronisation-stays-failed", kind="step", holds=obstacles.stays_failed,
        premise=obstacles.some_unit_has_given_up,
        events=(e.HelloHeard, e.InterfacesChecked, e.WriteStandby, e.FailoverReset, e.MessageDelivered),
        needs=("failed-for-good",),
        says="A unit whose synchronisation failed for good is not ready before it has begun a new one.",
        rules=("SYN-3", "TRG-5"),
    ),
    Promise(
        id="no-ready-standby-without-room", kind="step", holds=obstacles.is_not_ready,
        premise=obstacles.joins_without_room,
        events=(e.SynchronizationAdvanced, e.SynchronizationFinished, e.SynchronizationFailed), needs=("flash",),
        says="A unit whose Flash has no room for what the active unit sends does not become a ready standby.",
        rules=("HW-3",),
    ),
    Promise(
        id="failover-keeps-sessions", kind="step", holds=contents.takeover_keeps_sessions,
        premise=contents.some_unit_takes_over, events=e.EVENTS, needs=("sessions",),
        unless=("stateful-link", "disable"),
        says="While the Stateful Failover link does not fail, a standby that takes over has the connections.",
        rules=("STF-5", "STF-6"),
    ),
    Promise(
        id="copies-follow-the-stateful-link", kind="always", holds=contents.copies_follow_the_link,
        premise=contents.some_copy_is_old, needs=("sessions",),
        says="A standby beside an active peer has a good copy of the connections exactly while the Stateful Failover "
             "link carries them: what is taken over without it is lost.",
        rules=("STF-2", "STF-3", "STF-5", "T2-6", "T4-6"),
    ),
    Promise(
        id="one-owner-per-address", kind="when-settled", holds=addresses.one_owner, premise=addresses.in_contact,
        unless=("disable",),
        says="At rest and in contact, no IP and no MAC address has two owners.",
        rules=("AS-3", "MAC-2", "MAC-3", "CFG-6"),
    ),
    Promise(
        id="units-keep-an-address", kind="always", holds=addresses.each_has_one, premise=addresses.some_unit_owes_one,
        says="A unit that joins an active peer has the standby addresses, and one with failover off those of its role.",
        rules=("CTL-10", "CFG-6", "MAC-2"),
    ),
    Promise(
        id="addresses-change-hands-one-by-one", kind="always", holds=addresses.never_twice,
        premise=addresses.gave_up_and_waits, unless=("disable",),
        says="While at most one unit is active no IP address has two owners, not even for a moment: a unit that "
             "gave up has none until it hears its peer active.",
        rules=("MAC-2", "MAC-3", "CFG-6"),
    ),
    Promise(
        id="standby-hears-its-peer", kind="always", holds=causes.hold_timer_armed, premise=causes.waiting_standby,
        says="A standby always hears its peer on some channel or is about to notice that it does not.",
        rules=("UHM-1", "UHM-8"),
    ),
    Promise(
        id="converges", kind="converges",
        says="After the last fault and command the units stop changing anything: they do not flap.",
        rules=("SPL-5", "TRG-1"),
    ),
    Promise(
        id="no-role-flapping", kind="converges",
        says="After the last fault and command no role changes for ever.",
        rules=("SPL-5", "TRG-1"), lemma="implied by converges",
    ),
    Promise(
        id="always-recoverable", kind="can-recover", holds=lambda look: look.healthy, unless=("disable",),
        says="From anywhere, repairs and the units' own steps lead back to one active and one ready standby.",
        rules=("T2-2", "SPL-10", "IFM-18"),
    ),
)  # fmt: skip
