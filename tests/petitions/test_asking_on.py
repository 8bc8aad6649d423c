"""What the enterprise does after filing: supplement, urge, withdraw."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile, File

from petitions.errors import WrongState
from petitions.following_up import URGE_INTERVAL, supplement_petition, urge_petition, withdraw_petition
from petitions.models import Petition
from petitions.steps import REPEAT_WINDOW
from record.models import Event
from tests.cast import Stage
from tests.petitions.verbs import kinds, stored
from verbs.refusals import AlreadyDone, InvalidInput

SECOND = timedelta(seconds=1)


def note(text: str) -> ContentFile:
    return ContentFile(text.encode(), name="说明.txt")


def supplement(stage: Stage, petition: Petition, text: str = "补充合同", files: Sequence[File] = ()) -> Event:
    files = stage.uploaded(*files)
    supplement_petition(petition=petition, by=stage.cast.lin, text=text, now=stage.now, files=files)
    return petition.events.order_by("id").last()  # type: ignore[return-value]


def test_a_supplement_is_an_event_and_leaves_the_text_as_it_was(stage: Stage) -> None:
    petition = stage.assigned()
    event = supplement(stage, petition, "  补充合同第三页 ", files=[note("附言")])
    assert (event.kind, event.text, event.is_public, event.data["files"]) == ("supplement", "补充合同第三页", True, 1)
    assert petition.attachments.get().stored.name == "说明.txt"
    assert stored(petition).body == petition.body


@pytest.mark.parametrize(("text", "sentence"), [(" ", "请填写这一项。"), ("长" * 2001, "最多2000个字，现在是2001个。")])
def test_a_supplement_says_something_and_not_too_much(stage: Stage, text: str, sentence: str) -> None:
    petition = stage.reported()
    with pytest.raises(InvalidInput) as refusal:
        supplement(stage, petition, text)
    assert refusal.value.fields == {"text": sentence}
    assert kinds(petition) == ["report"]


def test_the_same_supplement_right_after_is_one(stage: Stage) -> None:
    petition = stage.reported()
    first = supplement(stage, petition, files=[note("附言")])
    stage.tick(REPEAT_WINDOW)
    assert supplement(stage, petition, files=[note("附言")]).pk == first.pk
    assert petition.attachments.count() == 1


@pytest.mark.parametrize("later", [SECOND, REPEAT_WINDOW + SECOND])
def test_another_text_another_file_or_a_later_day_is_another_supplement(stage: Stage, later: timedelta) -> None:
    petition = stage.reported()
    supplement(stage, petition, files=[note("附言一")])
    stage.tick(later)
    supplement(stage, petition, files=[note("附言二")])
    supplement(stage, petition, "另一句话", files=[note("附言二")])
    assert kinds(petition) == ["report", *["supplement"] * 3]


def test_the_same_words_much_later_are_not_lost(stage: Stage) -> None:
    petition = stage.reported()
    supplement(stage, petition, "仍未付款")
    stage.tick(timedelta(days=7))
    supplement(stage, petition, "仍未付款")
    assert kinds(petition) == ["report", "supplement", "supplement"]


def test_the_same_words_of_two_people_are_two_supplements(stage: Stage) -> None:
    petition = stage.reported()
    for by in (stage.cast.lin, stage.cast.sun):
        supplement_petition(petition=petition, by=by, text="补充合同", now=stage.now)
    assert kinds(petition) == ["report", "supplement", "supplement"]


def test_urging_twice_inside_the_interval_is_refused(stage: Stage) -> None:
    petition = stage.assigned()
    urge_petition(petition=petition, by=stage.cast.lin, now=stage.now)
    with pytest.raises(AlreadyDone, match="4小时内已经催办过"):
        urge_petition(petition=petition, by=stage.cast.lin, now=stage.now + URGE_INTERVAL - SECOND)
    assert kinds(petition) == ["report", "dispatch", "urge"]


def test_urging_again_when_the_interval_is_over_counts(stage: Stage) -> None:
    petition = stage.assigned()
    urge_petition(petition=petition, by=stage.cast.lin, text=" 请尽快 ", now=stage.now)
    urge_petition(petition=petition, by=stage.cast.lin, now=stage.now + URGE_INTERVAL)
    assert [event.text for event in petition.events.filter(kind="urge").order_by("id")] == ["请尽快", ""]


def test_an_urge_has_at_most_2000_characters(stage: Stage) -> None:
    petition = stage.assigned()
    with pytest.raises(InvalidInput) as refusal:
        urge_petition(petition=petition, by=stage.cast.lin, text="快" * 2001, now=stage.now)
    assert refusal.value.fields == {"text": "最多2000个字，现在是2001个。"}


@pytest.mark.parametrize("state", ["reported", "assigned"])
def test_withdraw_closes_with_its_reason(stage: Stage, state: str) -> None:
    petition = stage.in_state(state)
    withdraw_petition(petition=petition, by=stage.cast.lin, reason=" 问题已经解决 ", now=stage.tick())
    petition = stored(petition)
    assert (petition.state, petition.closed_reason, petition.closed_at) == ("closed", "withdrawn", stage.now)
    last = petition.events.order_by("id").last()
    assert last is not None
    assert (last.kind, last.text, last.from_state, last.to_state) == ("withdraw", "问题已经解决", state, "closed")


@pytest.mark.parametrize(
    ("reason", "sentence"),
    [
        ("", "请填写这一项。"),
        ("不用", "请至少写4个字，现在是2个。"),
        ("长" * 2001, "最多2000个字，现在是2001个。"),
    ],
)
def test_withdraw_needs_a_reason(stage: Stage, reason: str, sentence: str) -> None:
    petition = stage.reported()
    with pytest.raises(InvalidInput) as refusal:
        withdraw_petition(petition=petition, by=stage.cast.lin, reason=reason, now=stage.now)
    assert refusal.value.fields == {"reason": sentence}
    assert stored(petition).state == "reported"


def test_the_second_click_on_withdraw_is_refused(stage: Stage) -> None:
    petition = stage.withdrawn()
    with pytest.raises(WrongState, match="已关闭"):
        withdraw_petition(petition=petition, by=stage.cast.lin, reason="问题已经解决", now=stage.now)
    assert kinds(petition) == ["report", "withdraw"]
