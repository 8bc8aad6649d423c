"""Saved filters: kept from a list, shown above it, shared by a tick, and leading nowhere but to the list."""

import pytest

from petitions.models import SavedFilter
from petitions.office.saved_filters import MOST, known_part
from tests.cast import Cast, Stage, person
from tests.pages.conftest import SignIn
from tests.pages.html import attributes, elements, errors_beside_fields, form_values, links, parse, text, with_class
from tests.petitions.department_steps import saved

LIST, QUEUE = "/petitions/", "/petitions/queue/"


def chips(answer: object) -> list[str]:
    found = [one for one in elements(parse(answer)) if "chip" in attributes(one).get("class", "").split()]
    return [text(one) for one in found if "chip-plain" not in attributes(one)["class"]]


def test_the_list_offers_to_save_what_is_chosen_and_shows_it_then(stage: Stage, sign_in: SignIn) -> None:
    client = sign_in(stage.cast.chen)
    assert not [link for link in links(client.get(LIST)) if "save" in link]
    filtered = client.get(LIST, {"state": "assigned", "overdue": "on", "page": "2", "kind": ""})
    (save,) = [link for link in links(filtered) if "save" in link]
    assert save == "/filters/list/save/?overdue=on&state=assigned"
    page = client.get(save)
    assert [(text(one)) for one in elements(parse(page)) if one.name in ("dt", "dd")] == [
        *("只看超时", "是"),
        *("状态", "办理中"),
    ]
    assert "is_shared" not in page.content.decode()
    answer = client.post(save, {"name": "超时在办"}, follow=True)
    assert answer.redirect_chain == [("/petitions/?overdue=on&state=assigned", 302)]
    assert chips(answer) == ["超时在办"]
    assert chips(client.get(QUEUE, follow=True)) == []
    assert chips(sign_in(stage.cast.wei).get(LIST)) == []


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("state=assigned&next=//evil.cn&page=3", "state=assigned"),
        ("state=assigned&state=rated", "state=rated"),
        ("q=%2F%2Fevil.cn%23%0d%0aSet-Cookie:x", "q=%2F%2Fevil.cn%23%0ASet-Cookie%3Ax"),
        ("q=%00&state=", ""),
        ("javascript:alert(1)", ""),
    ],
)
def test_only_what_the_list_knows_is_kept(query: str, kept: str) -> None:
    assert known_part(query, ("q", "state")) == kept


def test_a_row_written_otherwise_leads_nowhere_else(stage: Stage, sign_in: SignIn) -> None:
    saved(stage.cast.zhou, query="next=https://evil.cn&show=mine#x")
    answer = sign_in(stage.cast.zhou).get(QUEUE)
    assert "/petitions/queue/?show=mine%23x" in links(answer)
    assert "evil" not in answer.content.decode()


def test_a_shared_one_is_read_by_the_department_and_changed_by_its_owner(cast: Cast, sign_in: SignIn) -> None:
    row, _own = saved(cast.zhou, "共用", shared=True), saved(cast.zhou, "自用", "show=new")
    assert chips(sign_in(cast.zhou).get(QUEUE)) == ["共用", "自用"]
    assert chips(sign_in(cast.wu).get(QUEUE)) == ["共用 周经办"]
    assert chips(sign_in(cast.zheng).get(QUEUE)) == []
    wu = sign_in(cast.wu)
    assert {wu.get(f"/filters/{row.pk}/change/").status_code, wu.post(f"/filters/{row.pk}/drop/").status_code} == {404}
    cast.zhou.memberships.all().delete()
    assert chips(wu.get(QUEUE)) == []


def test_it_is_renamed_shared_and_deleted(cast: Cast, sign_in: SignIn) -> None:
    row, other = saved(cast.zhou), saved(cast.zhou, "别的", "show=new")
    client = sign_in(cast.zhou)
    assert form_values(client.get(f"/filters/{row.pk}/change/"))["name"] == ["我的"]
    refused = client.post(f"/filters/{row.pk}/change/", {"name": "别的", "is_shared": "on"})
    assert (refused.status_code, errors_beside_fields(refused)) == (422, {"name": "已经有一个同名的筛选。"})
    assert {"name": ["别的"], "is_shared": ["on"]}.items() <= form_values(refused).items()
    client.post(f"/filters/{row.pk}/change/", {"name": "待办", "is_shared": "on"})
    row.refresh_from_db()
    assert (row.name, row.is_shared, row.query) == ("待办", True, "show=mine")
    client.post(f"/filters/{other.pk}/drop/")
    assert with_class(parse(client.get("/filters/")), "petition-title") == ["待办"]


def test_the_same_name_takes_the_new_conditions(cast: Cast, sign_in: SignIn) -> None:
    client = sign_in(cast.zhou)
    for show in ("mine", "new"):
        client.post(f"/filters/queue/save/?show={show}", {"name": "常用"})
    assert SavedFilter.objects.get().query == "show=new"


@pytest.mark.parametrize(
    ("address", "name", "sentence"),
    [
        ("/filters/queue/save/?show=mine", " ", "该字段是必填项。"),
        ("/filters/queue/save/?show=mine", "长" * 21, "最多20个字，现在是21个。"),
        ("/filters/queue/save/?next=x", "常用", "没有可以保存的筛选条件。"),
        ("/filters/list/save/?q=" + "x" * 600, "常用", "筛选条件太长，不能保存。"),
    ],
)
def test_what_cannot_be_saved_is_said_beside_the_name(
    address: str, name: str, sentence: str, cast: Cast, sign_in: SignIn
) -> None:
    answer = sign_in(cast.zhou).post(address, {"name": name})
    assert (answer.status_code, errors_beside_fields(answer)) == (422, {"name": sentence})
    assert not SavedFilter.objects.exists()


def test_there_is_an_end_and_a_list_that_is_none(cast: Cast, sign_in: SignIn) -> None:
    for place in range(MOST):
        saved(cast.zhou, f"第{place}个")
    client = sign_in(cast.zhou)
    answer = client.post("/filters/queue/save/?show=new", {"name": "又一个"})
    assert errors_beside_fields(answer) == {"name": "最多保存20个，请先删除不用的。"}
    assert client.post("/filters/inbox/save/?show=new", {"name": "别处"}).status_code == 404
    assert sign_in(cast.chen).post("/filters/queue/save/?show=new", {"name": "别处"}).status_code == 403


def test_an_inactive_colleague_shares_nothing(cast: Cast, sign_in: SignIn) -> None:
    gone = person("gone", "离职的人", "handler", department=cast.lead, is_active=False)
    saved(gone, shared=True)
    assert chips(sign_in(cast.wu).get(QUEUE)) == []
