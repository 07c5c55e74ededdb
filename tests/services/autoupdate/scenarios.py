"""The chapter's sentences about Auto Update as scenarios: each fails for a process that breaks the rules it names."""

from __future__ import annotations

from collections.abc import Callable

import attrs

from failover_fsm.pair import events as e
from failover_fsm.pair.states import LinkState, Role
from failover_fsm.services.autoupdate import events as u
from failover_fsm.services.autoupdate import transcript
from failover_fsm.services.autoupdate.effects import DeviceDetails
from failover_fsm.services.autoupdate.machine import AutoUpdate
from failover_fsm.services.autoupdate.settings import BLOCK, File, UpdateOptions
from failover_fsm.services.autoupdate.states import Component, Content, Files, Step
from tests.services.autoupdate.kit import NEW, OLD, PRIMARY, SECONDARY, Scene, with_files

Change = Callable[[AutoUpdate], AutoUpdate]
A, R, F = Role.ACTIVE, Role.STANDBY_READY, Role.FAILED
INTERFACE = "outside"


def of(make: Change, **settings: object) -> AutoUpdate:
    """The process of a scenario, changed by `make`; `first` and `options` as in `kit.machine`."""
    from tests.services.autoupdate.kit import machine

    return make(machine(**settings))  # type: ignore[arg-type]  # fields of it


IMAGE_DONE = attrs.evolve(OLD, flash=Content.NEW, running=Content.NEW)
ASDM_DONE = attrs.evolve(IMAGE_DONE, asdm=Content.NEW)


# -- whether it may occur -----------------------------------------------------------------------------------


def needs_a_server_on_the_primary(make: Change) -> None:
    """AUT-1: the server configuration is entered on the primary unit; without it nothing begins."""
    scene = Scene(of(make, configured=False)).poll()
    assert scene.step is Step.REST and "no Auto Update Server" in scene.refused
    assert Scene(of(make)).until(Step.EXCHANGE).refused == ""


def only_single_mode_active_standby(make: Change) -> None:
    """AUT-2: only single mode, Active/Standby configurations are supported."""
    scene = Scene(of(make, single=False)).poll()
    assert scene.step is Step.REST and "single context mode" in scene.refused


def not_while_synchronising(make: Change) -> None:
    """AUT-9: the process cannot occur while the units synchronise, and is broken off when they begin to."""
    scene = Scene(of(make)).happen(e.UnitFailed(unit=SECONDARY), e.UnitRestored(unit=SECONDARY))
    scene.happen(e.HelloHeard(unit=SECONDARY)).happen(u.PollTimeReached())
    assert scene.step is Step.REST and "synchronise" in scene.refused
    scene = Scene(of(make)).until(Step.REPLY)
    scene.happen(e.UnitFailed(unit=SECONDARY), e.UnitRestored(unit=SECONDARY), e.HelloHeard(unit=SECONDARY))
    scene.happen(u.ProcessBrokenOff())
    assert scene.step is Step.REST and "synchronise" in scene.ran[-1].reason


def not_beside_a_failed_standby(make: Change) -> None:
    """AUT-10: not if the standby is failed for any reason other than its SSM, at the start and later."""
    port = e.InterfaceLinkFailed(unit=SECONDARY, interface=INTERFACE)
    scene = Scene(of(make)).happen(port).go_on().poll()
    assert scene.roles() == (A, F) and scene.step is Step.REST and "failed" in scene.refused
    scene = Scene(of(make)).until(Step.IMAGE_COPY).happen(port).go_on()
    assert scene.step is Step.REST and scene.state.own.secondary == OLD


def beside_a_standby_failed_for_its_module(make: Change) -> None:
    """AUT-10, AUT-19: an SSM card failure does not keep it; such a standby cannot take over, so both reload."""
    scene = Scene(of(make)).happen(e.ServiceModuleFailed(unit=SECONDARY)).go_on()
    assert scene.roles() == (A, F)
    scene.poll()
    assert scene.state.own.agree and scene.reloads() == ["secondary", "primary+secondary"]
    both = e.InterfaceLinkFailed(unit=SECONDARY, interface=INTERFACE)
    scene = Scene(of(make)).happen(e.ServiceModuleFailed(unit=SECONDARY), both).go_on().poll()
    assert scene.step is Step.REST and "failed" in scene.refused


def not_without_failover_and_its_link(make: Change) -> None:
    """AUT-11: failover is enabled and operational; the process cannot occur if the failover link is down."""
    scene = Scene(of(make)).happen(e.FailoverLinkFailed()).poll()
    assert scene.step is Step.REST and "failover link" in scene.refused
    scene.go_on().happen(e.FailoverLinkRestored(), u.PollTimeReached())
    assert scene.step is Step.REST and "do not hear each other" in scene.refused
    scene = Scene(of(make)).until(Step.IMAGE_COPY).happen(e.FailoverLinkFailed()).go_on()
    assert scene.step is Step.REST and scene.state.own.secondary == OLD


def configuration_with_another_link(make: Change) -> None:
    """AUT-4: new configurations must not change the failover link; where one does, communication fails."""
    ready = with_files(ASDM_DONE, ASDM_DONE)
    scene = Scene(of(make, changes_link=True, first=ready)).poll()
    assert scene.state.own.primary == ASDM_DONE and scene.state.pair.links.failover is LinkState.GOOD
    assert scene.words.count("device_details_sent") == 1 and scene.step is Step.REST
    assert "changes the failover link" in scene.ran[-1].reason
    taken = UpdateOptions(refuses_link_change=False)
    scene = Scene(of(make, changes_link=True, first=ready, options=taken)).poll()
    assert scene.state.pair.links.failover is LinkState.CUT and scene.state.own.agree
    assert scene.steps[-3:] == ["6b", "1", "7"] and "process_broken_off" in scene.words


# -- steps 1 to 3 -------------------------------------------------------------------------------------------


def exchange_first(make: Change) -> None:
    """AUT-12: step 1, both units exchange checksum and version information; each round begins with it."""
    scene = Scene(of(make)).poll()
    calls = [at for at, word in enumerate(scene.words) if word == "device_details_sent"]
    assert scene.words[1] == "checksums_exchanged" and len(calls) == 4
    assert [scene.words[at - 1] for at in calls].count("checksums_exchanged") >= 3
    assert scene.words.count("checksums_exchanged") == 4


def active_primary_calls_home(make: Change) -> None:
    """AUT-5: only the primary calls home, and it is active when it does; else the process is broken off."""
    scene = Scene(of(make)).poll()
    for each in scene.ran:
        if isinstance(each.event, u.DeviceDetailsSent):
            assert each.event.unit is PRIMARY and each.before.pair.primary.groups[0].active
    scene = Scene(of(make)).until(Step.IMAGE).happen(e.ServiceModuleFailed(unit=PRIMARY)).go_on()
    assert scene.roles() == (F, A) and scene.step is Step.REST and "not active any more" in scene.ran[-1].reason


def standby_primary_becomes_active_first(make: Change) -> None:
    """AUT-6: a primary that is not active is made active before it contacts the server."""
    scene = Scene(of(make), secondary_active=True)
    assert scene.roles() == (R, A)
    scene.until(Step.REPLY)
    assert scene.words == [
        "poll_time_reached", "checksums_exchanged", "primary_made_active", "message_delivered", "message_delivered",
        "hello_heard", "device_details_sent",
    ]  # fmt: skip
    assert scene.roles() == (A, R)
    failed = Scene(of(make), secondary_active=True).happen(e.ServiceModuleFailed(unit=PRIMARY)).go_on().poll()
    assert failed.roles() == (F, A) and failed.step is Step.REST and "device_details_sent" not in failed.words


def primary_downloads_and_copies(make: Change) -> None:
    """AUT-7: only the primary downloads; what it has is then copied to the secondary."""
    scene = Scene(of(make)).until(Step.IMAGE_UPDATE)
    assert scene.words[-2:] == ["file_retrieved", "file_copied"]
    assert scene.ran[-2].after.own.secondary == OLD and scene.ran[-2].after.own.fetched is Content.NEW
    assert scene.state.own.secondary.flash is Content.NEW and scene.state.own.primary == OLD
    asdm = Scene(of(make, first=with_files(IMAGE_DONE, IMAGE_DONE))).until(Step.ASDM_UPDATE)
    assert asdm.words[-2:] == ["file_retrieved", "file_copied"] and asdm.state.own.secondary.asdm is Content.NEW


def identity_of_the_primary(make: Change) -> None:
    """AUT-8: MAC address and serial ID are the primary's, also when the secondary was active before."""
    for secondary_active in (False, True):
        scene = Scene(of(make), secondary_active=secondary_active).until(Step.REPLY)
        answer = scene.model.machine.answer(scene.ran[-1].before, u.DeviceDetailsSent(), scene.model.pair_step)
        assert answer.outputs == (DeviceDetails(unit=PRIMARY, identity=PRIMARY),)


def reply_with_checksums(make: Change) -> None:
    """AUT-13: the server replies with checksums and URLs, and what then arrives must be what it announced."""
    scene = Scene(of(make)).until(Step.IMAGE)
    assert scene.state.own.announced == scene.state.own.server.offered
    scene.happen(u.FileWrong(), u.FileRetrieved())
    assert scene.step is Step.REST and scene.state.own.primary == OLD and scene.ran[-1].reason == "wrong checksum"
    scene = Scene(of(make)).until(Step.IMAGE).happen(u.FilePublished(component=Component.IMAGE), u.FileRetrieved())
    assert scene.step is Step.REST and scene.state.own.primary == OLD
    assert scene.poll().state.own.primary.running is Content.NEWER
    silent = Scene(of(make)).until(Step.REPLY).happen(u.ServerLost()).go_on()
    assert silent.step is Step.REST and silent.words[-1] == "server_silent"


# -- step 4 -------------------------------------------------------------------------------------------------


def image_is_needed_by_either(make: Change) -> None:
    """AUT-14: step 4 runs if either unit needs the image; the primary retrieves the file by the URL."""
    for primary, secondary in ((OLD, OLD), (OLD, NEW), (NEW, OLD)):
        scene = Scene(of(make, first=with_files(primary, secondary))).poll()
        assert scene.words.index("file_retrieved") < len(scene.words) and "4a" in scene.steps
        assert scene.state.own.primary.running is scene.state.own.secondary.running is Content.NEW
    assert "4a" not in Scene(of(make, first=with_files(IMAGE_DONE, IMAGE_DONE))).poll().steps
    cut = Scene(of(make)).until(Step.IMAGE).happen(u.FileTruncated()).go_on()
    assert cut.step is Step.REST and cut.words[-1] == "retrieval_failed" and cut.state.own.primary == OLD


def standby_gets_it_first(make: Change) -> None:
    """AUT-15: the primary copies the image to the standby and then updates it on itself."""
    scene = Scene(of(make)).until(Step.RELOAD)
    assert scene.words[-2:] == ["file_copied", "file_installed"]
    assert scene.ran[-2].after.own.secondary.flash is Content.NEW and scene.ran[-2].after.own.primary == OLD
    assert scene.state.own.primary.flash is Content.NEW and scene.state.own.primary.running is Content.OLD


def secondary_reloads_first(make: Change) -> None:
    """AUT-16: if both units have a new image, the secondary is reloaded first."""
    scene = Scene(of(make)).until(Step.SECONDARY_LOADS)
    assert scene.reloads() == ["secondary"] and scene.roles() == (A, Role.NONE)
    assert Scene(of(make)).poll().reloads() == ["secondary", "primary"]


def hitless(make: Change) -> None:
    """AUT-17: the secondary becomes active when it has booted, and the primary reloads; a unit is always active."""
    scene = Scene(of(make)).until(Step.PRIMARY_LOADS)
    assert scene.roles() == (Role.NONE, A) and scene.somebody_active()
    loaded = scene.words.index("loading_finished")
    assert scene.words[loaded : loaded + 2] == ["loading_finished", "message_delivered"]
    assert scene.words[-1] == "role_handed_over"
    assert scene.go_on().somebody_active() and scene.state.own.agree


def primary_returns(make: Change) -> None:
    """AUT-18: the primary becomes active when it has finished loading, before anything else begins."""
    scene = Scene(of(make)).until(Step.PRIMARY_LOADS).go_on()
    loaded = [at for at, word in enumerate(scene.words) if word == "loading_finished"][1]
    assert not scene.ran[loaded].after.pair.secondary.groups[0].quiet, "it asks for the role at once"
    assert "primary_made_active" not in scene.words
    assert scene.words.index("checksums_exchanged", loaded) > loaded and scene.roles() == (A, R)


def not_hitless(make: Change) -> None:
    """AUT-19, AUT-3: else both units reload at the same time, and nobody passes traffic until one is up."""
    scene = Scene(of(make, hitless=False)).until(Step.BOTH_LOAD)
    assert scene.roles() == (Role.NONE, Role.NONE) and scene.reloads() == ["secondary", "primary+secondary"]
    assert not scene.somebody_active()
    assert scene.go_on().roles() == (A, R) and scene.state.own.agree


def only_the_secondary(make: Change) -> None:
    """AUT-20: only the secondary has a new image: only it reloads, and the primary waits until it has finished."""
    scene = Scene(of(make, first=with_files(NEW, OLD))).poll()
    assert scene.reloads() == ["secondary"] and scene.somebody_active() and "4d" in scene.steps
    assert all(each.after.pair.primary.groups[0].active for each in scene.ran)
    reload = scene.words.index("reload_chosen")
    up = scene.words.index("synchronization_finished")
    after = [word for word in scene.words[reload + 1 :] if word in ("loading_finished", "checksums_exchanged")]
    assert after[:2] == ["loading_finished", "checksums_exchanged"] and scene.words.index("loading_finished") > up
    assert scene.words[reload - 1] == "file_copied", "the primary installs nothing"


def only_the_primary(make: Change) -> None:
    """AUT-21: only the primary has a new image: the secondary becomes active and the primary reloads."""
    scene = Scene(of(make, first=with_files(OLD, NEW))).until(Step.ONLY_PRIMARY_LOADS)
    assert scene.roles() == (Role.NONE, A) and scene.reloads() == ["primary"] and "file_copied" not in scene.words
    scene.go_on()
    assert "primary_made_active" in scene.words and scene.roles() == (A, R), "the next round returns by AUT-6"
    failed = Scene(of(make, first=with_files(OLD, NEW))).happen(e.ServiceModuleFailed(unit=SECONDARY)).go_on().poll()
    assert failed.step is Step.REST and failed.reloads() == [] and failed.state.own.mixed


def primary_dies_with_its_process(make: Change) -> None:
    """AUT-5, AUT-7: the process runs on the primary; when that stops it is over, and the next poll begins anew."""
    scene = Scene(of(make)).until(Step.IMAGE_COPY).happen(e.UnitFailed(unit=PRIMARY))
    assert scene.step is Step.REST and scene.state.own.fetched is None
    scene.go_on().happen(e.UnitRestored(unit=PRIMARY)).go_on()
    assert scene.roles() == (R, A) and scene.poll().state.own.agree and scene.roles() == (A, R)


# -- steps 5 to 7 -------------------------------------------------------------------------------------------


def asdm(make: Change) -> None:
    """AUT-22: retrieve, copy to the standby if needed, update on itself, begin again; no unit reloads."""
    first = with_files(attrs.evolve(NEW, asdm=Content.OLD), attrs.evolve(NEW, asdm=Content.OLD))
    scene = Scene(of(make, first=first)).poll()
    assert scene.words[4:8] == ["file_retrieved", "file_copied", "file_installed", "checksums_exchanged"]
    assert (
        scene.state.own.agree
        and scene.reloads() == []
        and {each.after.pair for each in scene.ran} == {scene.state.pair}
    )
    one = Scene(of(make, first=with_files(attrs.evolve(NEW, asdm=Content.OLD), NEW))).poll()
    assert "file_copied" not in one.words and one.state.own.agree
    other = Scene(of(make, first=with_files(NEW, attrs.evolve(NEW, asdm=Content.OLD)))).poll()
    assert "file_installed" not in other.words and other.state.own.agree
    assert one.steps == ["1", "2", "3", "5a", "5c", "1", "2", "3", "7"]
    assert other.steps == ["1", "2", "3", "5a", "5b", "1", "2", "3", "7"]


def configuration(make: Change) -> None:
    """AUT-23: the new configuration replaces the old one on both units simultaneously; then it begins again."""
    scene = Scene(of(make, first=with_files(ASDM_DONE, ASDM_DONE))).poll()
    replaced = scene.words.index("configuration_replaced")
    before, after = scene.ran[replaced].before.own, scene.ran[replaced].after.own
    assert before.primary == before.secondary == ASDM_DONE and after.primary == after.secondary == NEW
    assert scene.words[replaced + 1] == "checksums_exchanged" and scene.reloads() == []
    assert "6a" not in Scene(of(make, first=with_files(NEW, ASDM_DONE))).poll().steps, "the primary decides"


def one_component_a_round(make: Change) -> None:
    """AUT-24: image, then ASDM, then the configuration, one in each round, and a last round finds nothing."""
    scene = Scene(of(make)).poll()
    rounds = ["4a", "5a", "6a", "7"]
    assert [step for step in scene.steps if step in rounds] == rounds
    assert scene.steps.count("1") == scene.steps.count("3") == 4


def rest_until_the_next_poll(make: Change) -> None:
    """AUT-25: if all checksums match nothing is updated, and the process ends until the next poll time."""
    scene = Scene(of(make, first=with_files(NEW, NEW))).poll()
    assert scene.steps == ["1", "2", "3", "7"] and scene.words[-1] == "update_info_received"
    assert scene.state.own.announced is None and scene.go_on().words[-1] == "update_info_received"
    assert scene.poll().steps == ["1", "2", "3", "7", "1", "2", "3", "7"]


# -- the transcript -----------------------------------------------------------------------------------------

FILES = {
    Component.ASDM: File(url="http://192.168.0.21/asdm.bint", checksum="94bced0261cc992ae710faf8d244cf32"),
    Component.CONFIGURATION: File(
        url="http://192.168.0.21/config-rms.xml", checksum="67358553572688a805a155af312f6898"
    ),
    Component.IMAGE: File(url="http://192.168.0.21/cdisk73.bin", checksum="6d091b43ce96243e29a62f2330139419"),
}
"""The files of the chapter's sample."""


def first_lines(make: Change) -> None:
    """AUT-26: the first two lines, with the server's address, sent before processing; two commands show them."""
    scene = Scene(of(make)).until(Step.IMAGE)
    assert scene.lines[:2] == [
        "Auto-update client: Sent DeviceDetails to /cgi-bin/dda.pl of server 192.168.0.21",
        "Auto-update client: Processing UpdateInfo from server 192.168.0.21",
    ]
    assert transcript.COMMANDS == ("debug auto-update client", "debug fover cmd-exe")


def component_lines(make: Change) -> None:
    """AUT-27: one line for each component, asdm, config, image, with URL and checksum, in every reply."""
    scene = Scene(of(make, files=FILES)).until(Step.IMAGE)
    assert scene.lines[2:5] == [
        "  Component: asdm, URL: http://192.168.0.21/asdm.bint, checksum: 0x94bced0261cc992ae710faf8d244cf32",
        "  Component: config, URL: http://192.168.0.21/config-rms.xml, checksum: 0x67358553572688a805a155af312f6898",
        "  Component: image, URL: http://192.168.0.21/cdisk73.bin, checksum: 0x6d091b43ce96243e29a62f2330139419",
    ]
    assert sum("Component: config" in line for line in Scene(of(make)).poll().lines) == 4


def need_lines(make: Change) -> None:
    """AUT-28: which of active and standby needs the image; no colon after `stby`."""
    needs = {(OLD, OLD): "act: yes, stby yes", (OLD, NEW): "act: yes, stby no", (NEW, OLD): "act: no, stby yes"}
    for (primary, secondary), words in needs.items():
        lines = Scene(of(make, first=with_files(primary, secondary))).poll().lines
        assert [line for line in lines if "need to" in line] == [f"Auto-update client: need to update img, {words}"]
    assert not any("need to" in line for line in Scene(of(make, first=with_files(NEW, NEW))).poll().lines)


def copy_lines(make: Change) -> None:
    """AUT-29: the copy to the standby, pseq 1, 501, ... 9001, before anything is updated on the active unit."""
    scene = Scene(of(make)).until(Step.IMAGE_UPDATE)
    numbers = range(1, 9002, 500)
    copied = [f"auto-update: Fover copyfile, seq = 4 type = 1, pseq = {number}, len = 1024" for number in numbers]
    assert scene.lines[-20:] == ["Auto-update client: update img on stby unit...", *copied]
    assert scene.state.own.primary == OLD
    small = {**FILES, Component.IMAGE: attrs.evolve(FILES[Component.IMAGE], size=500 * BLOCK)}
    assert sum("pseq" in line for line in Scene(of(make, files=small)).poll().lines) == 1
    assert not any("pseq" in line for line in Scene(of(make, first=with_files(OLD, NEW))).poll().lines)


def late_faults(make: Change) -> None:
    """AUT-10, AUT-11: a unit out of reach while it loads, or while the role changes hands, ends the process."""
    lost = Scene(of(make)).until(Step.SECONDARY_LOADS).happen(e.UnitFailed(unit=SECONDARY)).go_on()
    assert lost.step is Step.REST and lost.roles() == (A, Role.NONE) and lost.reloads() == ["secondary"]
    alone = Scene(of(make)).until(Step.PRIMARY_LOADS).happen(e.UnitFailed(unit=SECONDARY)).go_on()
    assert alone.step is Step.REST and alone.roles() == (A, Role.NONE) and not alone.somebody_active()
    apart = Scene(of(make)).until(Step.SECONDARY_LOADS).happen(e.FailoverLinkFailed()).go_on()
    assert apart.step is Step.REST and apart.roles() == (A, A) and apart.state.own.mixed
    apart.happen(e.FailoverLinkRestored()).go_on().poll()
    assert apart.state.own.agree and apart.roles() == (A, R)
    cut = Scene(of(make)).until(Step.HAND_OVER).happen(e.FailoverLinkFailed()).go_on()
    assert cut.step is Step.REST and A in cut.roles() and cut.state.own.mixed
    both = Scene(of(make, hitless=False)).until(Step.BOTH_LOAD).happen(e.UnitFailed(unit=SECONDARY)).go_on()
    assert both.step is Step.REST and both.roles() == (A, Role.NONE)
    returns = Scene(of(make)).until(Step.PRIMARY_LOADS).happen(e.ServiceModuleFailed(unit=PRIMARY)).go_on()
    assert returns.step is Step.REST and returns.roles() == (F, A) and not returns.state.own.mixed
    one = Scene(of(make, first=with_files(OLD, NEW))).until(Step.ONLY_PRIMARY_LOADS)
    one.happen(e.UnitFailed(unit=SECONDARY)).go_on()
    assert one.step is Step.REST and one.roles() == (A, Role.NONE)
    booted = Scene(of(make, first=with_files(NEW, OLD))).until(Step.RELOAD)
    booted.happen(e.UnitFailed(unit=SECONDARY), e.UnitRestored(unit=SECONDARY))
    while booted.state.pair.secondary.groups[0].role is not R:
        booted.happen(next(event for event, after in booted.model.successors(booted.state) if _own(event)))
    booted.happen(next(event for event, _ in booted.model.successors(booted.state) if _own(event)))
    assert booted.happen(u.ReloadChosen()).step is Step.EXCHANGE, "it has booted the new image already"


def _own(event: e.Event) -> bool:
    """The event is a step of the pair."""
    return isinstance(event, e.ProtocolStep) and not isinstance(event, u.UpdateEvent)


def unverified_files_go_round(make: Change) -> None:
    """AUT-13, AUT-25: a process that keeps what it was not announced copies and reloads for ever."""
    trusting = of(make, options=UpdateOptions(verifies=False))
    scene = Scene(trusting).until(Step.IMAGE).happen(u.FileWrong())
    for _ in range(3):
        scene.happen(*[next(event for event, _ in scene.model.successors(scene.state) if _process(event))] * 1)
        assert scene.step is not Step.REST
    assert scene.state.own.primary.flash is scene.state.own.secondary.flash is Content.WRONG


def _process(event: e.Event) -> bool:
    """The event is a step of the process."""
    return isinstance(event, u.ProcessStep) and not isinstance(event, u.PollTimeReached)


def images_in_flash_are_not_running(make: Change) -> None:
    """AUT-12: units that tell of the image in flash forget to load it: two versions stay for ever."""
    split = with_files(Files(flash=Content.NEW), Files(flash=Content.NEW, running=Content.NEW))
    flash = Scene(of(make, first=split, options=UpdateOptions(compares="flash"))).poll().poll()
    assert flash.reloads() == [] and flash.state.own.mixed
    assert not Scene(of(make, first=split)).poll().state.own.mixed


SCENARIOS: tuple[Callable[[Change], None], ...] = (
    needs_a_server_on_the_primary, only_single_mode_active_standby, not_while_synchronising,
    not_beside_a_failed_standby, beside_a_standby_failed_for_its_module, not_without_failover_and_its_link,
    configuration_with_another_link, exchange_first, active_primary_calls_home, standby_primary_becomes_active_first,
    primary_downloads_and_copies, identity_of_the_primary, reply_with_checksums, image_is_needed_by_either,
    standby_gets_it_first, secondary_reloads_first, hitless, primary_returns, not_hitless, only_the_secondary,
    only_the_primary, primary_dies_with_its_process, asdm, configuration, one_component_a_round,
    rest_until_the_next_poll, first_lines, component_lines, need_lines, copy_lines, late_faults,
    unverified_files_go_round, images_in_flash_are_not_running,
)  # fmt: skip
