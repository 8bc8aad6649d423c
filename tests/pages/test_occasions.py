"""Occasions on the pages: the list, one of them, its form, and that it does not tell who asked."""

from typing import Any

import pytest

from enterprises.models import Occasion
from petitions.models import Petition
from tests.cast import Stage
from tests.occasions import close, occasion
from tests.pages.conftest import SignIn, statements
from tests.pages.html import errors_beside_fields, form_values, parse, with_class
from tests.pages.typed import report_form
from tests.pages.typed_intake import occasion_form

LIST, CREATE, REPORT = "/occasions/", "/occasions/create/", "/petitions/report/"
GONE = "二维码上的活动已结束登记或不存在，诉求不记入该活动。"


def page_of(where: Occasion, step: str = "") -> str:
    return f"{LIST}{where.key}/{step}"


def test_the_list_shows_counts_and_a_percentage_only_of_many(stage: Stage, sign_in: SignIn) -> None:
    few, many = occasion(stage, name="少"), occasion(stage, name="多")
    stage.rated(occasion=few)
    for _place in range(5):
        stage.rated(occasion=many)
    occasion(stage, "home", name="空")
    shown = with_class(parse(sign_in(stage.cast.chen).get(LIST)), "figures")
    assert shown == [
        "提交 0 办结 — 按时 — 满意 —",
        "提交 1 办结 1/1 按时 1/1 满意 1/1",
        "提交 5 办结 100% 5/5 按时 100% 5/5 满意 100% 5/5",
    ]


def test_one_occasion_lists_its_petitions(stage: Stage, sign_in: SignIn) -> None:
    where = occasion(stage)
    stage.reported(occasion=where, title="活动上提的事")
    stage.reported(title="平时提的事")
    answer = sign_in(stage.cast.sun).get(page_of(where))
    assert with_class(parse(answer), "petition-title") == ["活动上提的事"]
    assert sign_in(stage.cast.sun).get(f"{LIST}nothing/").status_code == 404


def test_it_is_put_up_changed_and_closed(stage: Stage, sign_in: SignIn) -> None:
    client = sign_in(stage.cast.sun)
    client.post(CREATE, occasion_form(stage))
    made = Occasion.objects.get()
    assert (made.kind, made.host, f"{made.starts_at:%H:%M %Z}") == ("event", "工商联", "06:30 UTC")
    typed = form_values(client.get(page_of(made, "change/")))
    assert typed["starts_at"] == ["2026-09-08T14:30"]
    assert "kind" not in typed
    client.post(page_of(made, "change/"), occasion_form(stage, name="改名", is_open=""))
    made.refresh_from_db()
    assert (made.name, made.is_open) == ("改名", False)
    assert "已结束登记" in client.get(page_of(made)).content.decode()


def test_a_district_is_offered_its_branch_alone(stage: Stage, sign_in: SignIn) -> None:
    citys, client = occasion(stage), sign_in(stage.cast.tang)
    assert "修改" not in with_class(parse(client.get(page_of(citys))), "btn")
    assert client.get(page_of(citys, "change/")).status_code == 403
    assert client.post(page_of(citys, "change/"), occasion_form(stage)).status_code == 403
    refused = client.post(CREATE, occasion_form(stage))
    assert (refused.status_code, set(errors_beside_fields(refused))) == (422, {"region"})
    client.post(CREATE, occasion_form(stage, region=stage.cast.district.pk))
    own = Occasion.objects.get(region=stage.cast.district)
    assert "修改" in with_class(parse(client.get(page_of(own))), "btn")


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"name": ""}, {"name"}),
        ({"name": "名" * 61}, {"name"}),
        ({"kind": ""}, {"kind"}),
        ({"kind": "home"}, {"starts_at", "ends_at"}),
        ({"starts_at": ""}, {"starts_at"}),
        ({"ends_at": "2026-09-08T14:30"}, {"ends_at"}),
        ({"ends_at": "tomorrow"}, {"ends_at"}),
        ({"region": "999"}, {"region"}),
    ],
)
def test_a_wrong_field_says_why_and_nothing_typed_is_lost(
    changes: dict[str, Any], fields: set[str], stage: Stage, sign_in: SignIn
) -> None:
    typed = occasion_form(stage, **changes)
    answer = sign_in(stage.cast.sun).post(CREATE, typed)
    assert (answer.status_code, set(errors_beside_fields(answer))) == (422, fields)
    assert form_values(answer)["place"] == [typed["place"]]
    assert not Occasion.objects.exists()


def test_the_filing_form_names_where_the_code_was(stage: Stage, sign_in: SignIn) -> None:
    where = occasion(stage)
    client = sign_in(stage.cast.lin)
    address = f"{REPORT}?from={where.key}"
    assert "来自：企业咖啡时 · 制造业配套专场" in " ".join(with_class(parse(client.get(address)), "alert-info"))
    client.post(address, report_form(stage))
    petition = Petition.objects.get()
    assert (petition.occasion, petition.channel, petition.petitioner.is_on_behalf) == (where, "event", False)


@pytest.mark.parametrize("key", ["closed", "nothing", "\x00", "x" * 300])
def test_a_code_that_leads_nowhere_says_so_and_the_petition_is_filed_all_the_same(
    key: str, stage: Stage, sign_in: SignIn
) -> None:
    closed = close(stage, occasion(stage))
    client = sign_in(stage.cast.lin)
    query = {"from": closed.key if key == "closed" else key}
    assert GONE in with_class(parse(client.get(REPORT, query)), "alert-warning")
    answer = client.post(REPORT, report_form(stage), query_params=query, follow=True)
    assert GONE in with_class(parse(answer), "alert-warning")
    petition = Petition.objects.get()
    assert (petition.occasion, petition.channel) == (None, "web")


def test_a_code_survives_signing_in(stage: Stage, client: Any) -> None:
    where = occasion(stage)
    stage.cast.lin.set_password("a-long-password")
    stage.cast.lin.save()
    address = f"{REPORT}?from={where.key}"
    door = client.get(address)
    sign_in = client.get(door["Location"])
    typed = form_values(sign_in) | {"username": "lin", "password": "a-long-password"}
    typed["next"] = address if address in typed["next"] else ""
    assert client.post("/accounts/sign-in/", typed)["Location"] == address


@pytest.mark.parametrize("name", ["zhou", "wu", "wei"])
def test_an_occasion_does_not_tell_who_asked(name: str, stage: Stage, sign_in: SignIn) -> None:
    """A visit is to one enterprise: whoever reads of it knows who asked."""
    where = occasion(stage, "visit", name="走访金丝雀企业")
    secret = stage.assigned(occasion=where, is_confidential=True, title="保密的事")
    client = sign_in(getattr(stage.cast, name))
    for address in (f"/petitions/{secret.number}/", "/petitions/", "/petitions/queue/", "/notices/"):
        assert "金丝雀" not in client.get(address).content.decode(), address
    assert "保密的事" not in client.get(page_of(where)).content.decode()
    plain = stage.assigned(occasion=where)
    assert "走访金丝雀企业" in client.get(f"/petitions/{plain.number}/").content.decode()


@pytest.mark.parametrize(("step", "expected"), [("", 9), ("poster/", 4), ("change/", 7)])
def test_a_page_costs_the_same_however_much_there_is(step: str, expected: int, stage: Stage, sign_in: SignIn) -> None:
    where = occasion(stage)
    stage.reported(occasion=where)
    client = sign_in(stage.cast.sun)
    few = statements(client, page_of(where, step))
    for _place in range(12):
        stage.rated(occasion=where)
    assert (few, statements(client, page_of(where, step))) == (expected, expected)


def test_the_list_costs_the_same_however_long(stage: Stage, sign_in: SignIn) -> None:
    client = sign_in(stage.cast.chen)
    stage.rated(occasion=occasion(stage))
    few = statements(client, LIST)
    for _place in range(12):
        stage.rated(occasion=occasion(stage))
    assert (few, statements(client, LIST)) == (6, 6)
