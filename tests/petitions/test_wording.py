"""What a notice says, to whom: every event has its sentence, and nobody reads what they may not know."""

import pytest
from django.utils.translation import override

from accounts.models import User
from limits.models import Card
from notices.models import Notice
from notices.wording import Wording, word_digest
from petitions.handling import record_progress
from petitions.models import EventKind, Petition, Promise
from petitions.models.event import TOLD
from petitions.wording import CARD_TITLES, word_notice
from record.models import Event
from tests.cast import Stage


def event_of(petition: Petition, kind: str, **more: object) -> Event:
    values: dict[str, object] = {"cycle": 1, "to_state": "assigned", "text": "请抓紧办理"} | more
    return Event(subject_type="petition", subject_id=petition.pk, kind=kind, **values)


def said(event: Event, reader: User, *, is_visible: bool = True, is_outside: bool = False) -> Wording:
    petition = Petition.objects.get(pk=event.subject_id)
    return word_notice(event, petition, reader=reader, is_visible=is_visible, is_outside=is_outside)


# What any kind of event may want to say.
DATA = {"order": "DB202609080001", "reason": "other", "method": "visit", "at": "2026-09-10T10:00:00+08:00"}


@pytest.mark.parametrize("kind", [kind for kind in EventKind if kind != EventKind.ESCALATE])
def test_every_event_has_a_sentence_for_everybody(kind: str, stage: Stage) -> None:
    petition = stage.assigned()
    event = event_of(petition, kind, department=stage.cast.lead, data=DATA)
    for reader in stage.cast.users.values():
        title = said(event, reader).title
        assert title
        assert "%" not in title


def test_the_table_has_no_sentence_for_an_event_that_nobody_knows() -> None:
    assert set(TOLD) == set(EventKind)
    assert [kind for kind, told in TOLD.items() if not told.title] == [EventKind.ESCALATE]
    assert set(CARD_TITLES) == set(Card) - {Card.NONE}


@pytest.mark.parametrize("card", Card)
@pytest.mark.parametrize("clock", [clock for clock in Promise if clock != Promise.RATE])
def test_a_card_names_its_clock(card: Card, clock: Promise, stage: Stage) -> None:
    event = event_of(stage.assigned(), "escalate", data={"card": card, "promise": clock, "level": 2})
    assert str(clock.label) in said(event, stage.cast.chen).title


@pytest.mark.parametrize(
    ("level", "title"),
    [
        (1, "提醒：派单时限即将到期"),
        (2, "提醒：派单时限已到期"),
        (3, "提醒：派单时限超时仍未完成"),
        (4, "提醒：派单时限超时仍未完成"),
    ],
)
def test_a_level_without_a_card_says_how_far_it_is(level: int, title: str, stage: Stage) -> None:
    data = {"card": "none", "promise": "dispatch", "level": level}
    assert said(event_of(stage.reported(), "escalate", data=data), stage.cast.chen).title == title


def test_the_enterprise_reads_its_own_sentence(stage: Stage) -> None:
    event = event_of(stage.assigned(), "dispatch", department=stage.cast.lead)
    assert said(event, stage.cast.lin).title == "诉求已派单给经信局"
    assert said(event, stage.cast.zhou).title == "新交办诉求，请报到"


def test_the_office_reads_who_asked(stage: Stage) -> None:
    petition = stage.assigned()
    text = said(event_of(petition, "urge"), stage.cast.zhou).text
    assert petition.title in text
    assert "企业：澜川市青禾机械有限公司" in text
    assert "请抓紧办理" in text


@pytest.mark.parametrize(
    ("name", "knows"), [("zhou", False), ("wu", False), ("wei", False), ("sun", True), ("chen", True)]
)
@pytest.mark.parametrize("is_outside", [False, True])
def test_a_confidential_petitions_enterprise_is_never_named_to_departments(
    name: str, knows: bool, is_outside: bool, stage: Stage
) -> None:
    petition = stage.assigned(is_confidential=True)
    text = said(event_of(petition, "urge"), getattr(stage.cast, name), is_outside=is_outside).text
    assert ("青禾机械" in text) == (knows and not is_outside)


@pytest.mark.parametrize("kind", EventKind)
def test_outside_the_house_a_confidential_petition_is_a_number(kind: str, stage: Stage) -> None:
    petition = stage.assigned(is_confidential=True)
    data = {"card": "red", "promise": "check_in", "level": 3, "order": "DB1"}
    event = event_of(petition, kind, department=stage.cast.lead, data=data)
    for reader in stage.cast.users.values():
        wording = said(event, reader, is_outside=True)
        assert wording.lines == (f"诉求{petition.number}",)


def test_outside_the_house_there_are_no_notes(stage: Stage) -> None:
    assert "请抓紧办理" not in said(event_of(stage.assigned(), "urge"), stage.cast.zhou, is_outside=True).text


def test_an_internal_note_is_not_shown_to_the_enterprise(stage: Stage) -> None:
    event = event_of(stage.assigned(), "progress", is_public=False, department=stage.cast.lead)
    assert "请抓紧办理" in said(event, stage.cast.chen).text
    assert "请抓紧办理" not in said(event, stage.cast.lin).text


@pytest.mark.parametrize(("is_public", "told"), [(True, {"lin"}), (False, set())])
def test_the_enterprise_is_not_even_told_of_an_internal_note(is_public: bool, told: set[str], stage: Stage) -> None:
    petition = stage.checked_in()
    record_progress(petition=petition, by=stage.cast.zhou, text="内部核对", is_public=is_public, now=stage.tick())
    notices = Notice.objects.filter(event__in=petition.events, event__kind="progress")
    assert set(notices.values_list("recipient__username", flat=True)) == told


def test_whoever_lost_sight_of_a_petition_reads_its_number_only(stage: Stage) -> None:
    petition = stage.assigned()
    wording = said(event_of(petition, "urge"), stage.cast.zhou, is_visible=False)
    assert wording.lines == (f"诉求{petition.number}",)


def test_a_long_note_is_cut(stage: Stage) -> None:
    wording = said(event_of(stage.assigned(), "urge", text="长" * 500), stage.cast.zhou)
    assert wording.lines[-1] == "长" * 100 + "…"


def test_a_digest_names_ten_and_counts_the_rest() -> None:
    wording = word_digest([Wording(f"第{place}条", ("诉求",)) for place in range(12)])
    assert wording.title == "有12条新通知"
    assert len(wording.lines) == 11
    assert wording.lines[0] == "第0条 诉求"
    assert wording.lines[-1] == "其余2条请在站内通知中查看"


def test_it_is_said_in_the_active_language(stage: Stage) -> None:
    event = event_of(stage.assigned(), "escalate", data={"card": "red", "promise": "check_in", "level": 3})
    with override("zh-hans"):
        assert said(event, stage.cast.chen).title == "红牌：报到时限超时仍未完成"
