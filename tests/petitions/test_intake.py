"""The desk files for whoever phones or walks in; an occasion is the source and gives the channel."""

from typing import Any

import pytest

from enterprises.models import Enterprise, Liaison
from enterprises.registering import Registration
from notices.models import Notice
from petitions.errors import KeyReused
from petitions.intake import report_for_new_enterprise
from petitions.models import Petition
from petitions.permissions import relation_to
from petitions.ratings.rating import RATE, rate_petition
from tests.cast import Cast, Stage
from tests.faults.threads import together
from tests.occasions import close, occasion
from tests.pages.typed_intake import NEW_CREDIT_CODE, register_form
from tests.petitions.offers import offers
from tests.petitions.verbs import stored
from verbs.refusals import InvalidInput, NotPermitted

CLOSED = "这一场已结束登记，请重新选择来源。"


def test_a_dispatcher_files_for_any_enterprise_and_both_identities_are_kept(stage: Stage) -> None:
    cast = stage.cast
    for enterprise in (cast.enterprise, cast.other_enterprise):
        petition = stored(stage.reported(by=cast.sun, enterprise=enterprise, channel="phone"))
        asked = petition.petitioner
        assert (asked.enterprise, asked.filed_by, asked.is_on_behalf) == (enterprise, cast.sun, True)
        assert petition.channel == "phone"


def test_a_dispatcher_who_is_its_liaison_files_for_the_own_enterprise(stage: Stage) -> None:
    sun = stage.cast.sun
    sun.roles = ["dispatcher", "liaison"]
    sun.save()
    Liaison.objects.create(user=sun, enterprise=stage.cast.enterprise)
    assert not stage.reported(by=sun).petitioner.is_on_behalf
    assert stage.reported(by=sun, enterprise=stage.cast.other_enterprise).petitioner.is_on_behalf


def test_without_an_enterprise_nothing_is_filed(stage: Stage) -> None:
    with pytest.raises(InvalidInput) as refusal:
        stage.reported(by=stage.cast.sun, enterprise=None)
    assert set(refusal.value.fields) == {"enterprise"}


def test_the_enterprises_liaison_is_told_and_the_desk_is_not(stage: Stage) -> None:
    petition = stage.reported(by=stage.cast.sun)
    told = Notice.objects.filter(event__in=petition.events, channel="inbox")
    assert set(told.values_list("recipient__username", flat=True)) == {"lin"}


def test_the_desk_does_not_rate_what_it_filed_and_the_liaison_does(stage: Stage) -> None:
    petition = stage.resolved(by=stage.cast.sun)
    assert not RATE.rule(relation_to(petition, stage.cast.sun))
    assert "rate" in offers(petition, stage.cast.lin, stage.now)
    with pytest.raises(NotPermitted):
        rate_petition(petition=petition, by=stage.cast.sun, judgements=stage.judgements(petition), now=stage.tick())


@pytest.mark.parametrize(("kind", "channel"), [("home", "enterprise_home"), ("event", "event"), ("visit", "visit")])
@pytest.mark.parametrize("name", ["sun", "lin", "qian"])
def test_the_channel_is_that_of_the_occasion(name: str, kind: str, channel: str, stage: Stage) -> None:
    where = occasion(stage, kind)
    petition = stored(stage.reported(by=getattr(stage.cast, name), occasion=where, channel="phone"))
    assert (petition.channel, petition.occasion) == (channel, where)


def test_a_closed_occasion_takes_no_more(stage: Stage) -> None:
    closed = close(stage, occasion(stage))
    with pytest.raises(InvalidInput) as refusal:
        stage.reported(by=stage.cast.sun, occasion=closed)
    assert refusal.value.fields == {"occasion": CLOSED}
    assert not Petition.objects.exists()


def call(stage: Stage, changes: dict[str, Any] | None = None, **report: Any) -> Petition:
    """File for somebody who is not in the register."""
    cast: Cast = stage.cast
    values = register_form() | {"region": cast.city, "contact_name": "顾一", "contact_phone": "13800003333"}
    return report_for_new_enterprise(
        registration=Registration(**(values | (changes or {}))),
        report=stage.report_form(**({"submission_key": "k1", "channel": "phone"} | report)),
        by=report.pop("by", cast.sun),
        now=stage.now,
    )


def test_an_enterprise_is_entered_and_filed_for_in_one_step(stage: Stage) -> None:
    petition = stored(call(stage))
    entered = Enterprise.objects.get(credit_code=NEW_CREDIT_CODE)
    assert (entered.contact_name, entered.contact_phone) == ("顾一", "13800003333")
    assert (petition.petitioner.enterprise, petition.petitioner.is_on_behalf) == (entered, True)


def test_what_is_wrong_of_both_is_said_at_once_and_neither_is_kept(stage: Stage) -> None:
    with pytest.raises(InvalidInput) as refusal:
        call(stage, {"credit_code": "91990199MA0000017X"}, title="", contact_phone="12")
    assert set(refusal.value.fields) == {"credit_code", "title", "contact_phone"}
    with pytest.raises(InvalidInput) as refusal:
        call(stage, title="")
    assert set(refusal.value.fields) == {"title"}
    assert (Petition.objects.count(), Enterprise.objects.count()) == (0, 2)


def test_a_code_that_is_registered_says_so(stage: Stage) -> None:
    with pytest.raises(InvalidInput) as refusal:
        call(stage, {"credit_code": stage.cast.enterprise.credit_code})
    assert refusal.value.fields == {"credit_code": "这个统一社会信用代码已经登记，请按代码查找这家企业。"}


def test_nobody_else_files_so(stage: Stage) -> None:
    with pytest.raises(NotPermitted):
        report_for_new_enterprise(
            registration=Registration(**register_form(), region=stage.cast.city),
            report=stage.report_form(),
            by=stage.cast.lin,
            now=stage.now,
        )
    assert Enterprise.objects.count() == 2


def test_the_second_click_is_the_same_petition(stage: Stage) -> None:
    assert call(stage) == call(stage)
    assert (Petition.objects.count(), Enterprise.objects.count()) == (1, 3)
    with pytest.raises(KeyReused):
        call(stage, body="换了一件完全不同的事情来反映。")


def test_whoever_entered_the_enterprise_files_the_next_one_for_it(stage: Stage) -> None:
    """So a form that was refused because its key was used is not stuck: it is shown again with another key."""
    call(stage)
    second = call(stage, submission_key="k2", body="换了一件完全不同的事情来反映。")
    assert (Petition.objects.count(), Enterprise.objects.count()) == (2, 3)
    assert second.petitioner.enterprise == Enterprise.objects.get(name=register_form()["name"])


def test_another_name_under_a_known_code_is_told_that_it_is_registered(stage: Stage) -> None:
    call(stage)
    with pytest.raises(InvalidInput) as refusal:
        call(stage, {"name": "澜川市另一家有限公司"}, submission_key="k2")
    assert set(refusal.value.fields) == {"credit_code"}


@pytest.mark.django_db(transaction=True)
def test_clicks_at_the_same_moment_are_one_petition_of_one_enterprise(stage: Stage) -> None:
    petitions = together(4, lambda _worker: call(stage))
    assert len({petition.pk for petition in petitions}) == 1
    assert (Petition.objects.count(), Enterprise.objects.count()) == (1, 3)
