"""The formulas about files and about the end of a run of Auto Update, asked of steps that are made by hand."""

from __future__ import annotations

import attrs

from failover_fsm.services.autoupdate.states import Content
from tests.services.autoupdate.looks import (
    ACTIVE,
    CUT_LINK,
    FAILED,
    FLASHED,
    LOADED,
    NEW,
    NEW_FILES,
    OLD,
    READY,
    Step,
    at,
    kept,
    premise_of,
    steps_tested,
)

CONFIGURED = attrs.evolve(LOADED, configuration=Content.NEW)
"""The files of a unit that runs the new image under the new configuration."""

# -- files --------------------------------------------------------------------------------------------------


def test_the_secondary_gets_a_copy_of_what_the_primary_has_retrieved() -> None:
    keeps = kept("the-secondary-gets-copies")
    image, asdm = at(Step.IMAGE_COPY, fetched=Content.NEW), at(Step.ASDM_COPY, fetched=Content.NEW)
    to_image, to_asdm = at(files=(OLD, FLASHED)), at(files=(OLD, attrs.evolve(OLD, asdm=Content.NEW)))
    assert keeps(image, to_image) and keeps(asdm, to_asdm)
    assert not keeps(image, to_asdm) and not keeps(asdm, to_image)
    assert not keeps(image, at(files=(FLASHED, FLASHED))) and not keeps(image, at(files=(OLD, LOADED)))
    assert not keeps(at(Step.IMAGE_COPY), to_image), "nothing was retrieved"


def test_the_image_is_on_the_standby_before_it_is_on_the_primary() -> None:
    keeps = kept("the-standby-gets-the-image-first")
    installed = (FLASHED, FLASHED)
    assert keeps(at(Step.IMAGE_UPDATE, files=(OLD, FLASHED), fetched=Content.NEW), at(files=installed))
    assert not keeps(at(Step.IMAGE_UPDATE, fetched=Content.NEW), at(files=(FLASHED, OLD)))
    runs = attrs.evolve(OLD, running=Content.NEW)
    assert keeps(at(Step.IMAGE_UPDATE, files=(OLD, runs), fetched=Content.NEW), at(files=(FLASHED, runs))), (
        "it did not need it"
    )
    assert not keeps(at(Step.IMAGE_UPDATE, files=(OLD, FLASHED), fetched=Content.NEW), at(files=(LOADED, FLASHED)))
    to_asdm = attrs.evolve(OLD, asdm=Content.NEW)
    assert keeps(at(Step.ASDM_UPDATE, fetched=Content.NEW), at(files=(to_asdm, OLD)))
    assert not keeps(at(Step.ASDM_UPDATE, fetched=Content.NEW), at(files=(to_asdm, to_asdm)))


def test_the_configuration_changes_on_both_to_what_was_retrieved() -> None:
    keeps = kept("the-configuration-changes-on-both-at-once")
    before = at(Step.CONFIGURATION_REPLACE, files=(LOADED, LOADED), fetched=Content.NEW)
    assert keeps(before, at(files=(CONFIGURED, CONFIGURED)))
    assert not keeps(before, at(files=(CONFIGURED, LOADED))) and not keeps(before, at(files=(LOADED, CONFIGURED)))
    assert not keeps(before, at(files=(LOADED, LOADED)))


def test_what_is_kept_is_what_was_announced_for_the_component() -> None:
    keeps = kept("only-announced-files-are-kept")
    announced = attrs.evolve(NEW_FILES, asdm=Content.NEWER, configuration=Content.OLDER)
    right = {Step.IMAGE: Content.NEW, Step.ASDM: Content.NEWER, Step.CONFIGURATION: Content.OLDER}
    for step, content in right.items():
        after = [at(announced=announced, fetched=each) for each in Content]
        assert [each.own.fetched for each in after if keeps(at(step), each)] == [content]
        assert keeps(at(step), at()), "it was thrown away"


def test_the_failover_link_stays() -> None:
    keeps = kept("the-failover-link-stays")
    assert keeps(at(), at()) and keeps(at(links=CUT_LINK), at(links=CUT_LINK)) and not keeps(at(), at(links=CUT_LINK))


# -- the end ------------------------------------------------------------------------------------------------


def test_what_is_broken_off_leaves_the_pair_alone_and_rests() -> None:
    keeps = kept("what-is-broken-off-rests")
    assert keeps(at(Step.IMAGE), at()) and not keeps(at(Step.IMAGE), at(secondary=FAILED))
    assert [step for step in Step if keeps(at(Step.IMAGE), at(step))] == [Step.REST]


def test_at_last_the_files_agree_and_the_process_is_at_rest() -> None:
    done = kept("the-files-agree-at-last")
    assert done(at(files=(NEW, NEW)))
    assert not done(at(files=(NEW, LOADED))) and not done(at(Step.CALL, files=(NEW, NEW)))
    assert steps_tested("the-files-agree-at-last") == list(Step), "whatever the process is doing"
    assert kept("the-process-rests")(at()), "it speaks of no state by itself"


def test_two_versions_come_to_an_end_and_the_primary_is_active_again() -> None:
    ended, mixed = kept("two-versions-do-not-stay"), premise_of("two-versions-do-not-stay")
    for files, differ in (((OLD, OLD), False), ((LOADED, FLASHED), True), ((LOADED, NEW), False)):
        assert (mixed(at(files=files)), ended(at(files=files))) == (differ, not differ)
    again = kept("the-primary-is-active-again")
    assert again(at()) and not again(at(primary=READY, secondary=ACTIVE))
    assert steps_tested("the-primary-is-active-again") == [Step.PRIMARY_LOADS, Step.ONLY_PRIMARY_LOADS]
