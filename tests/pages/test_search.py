"""The search on the pages: hits are marked and escaped, what cannot be found says so, similar ones while filing."""

import pytest

from petitions.models import Petition, SearchText
from petitions.reporting import report_petition
from petitions.resolution import answer_support
from petitions.search import token_shares
from tests.cast import Stage
from tests.pages.conftest import SignIn
from tests.pages.html import errors_beside_fields, form_values, links, parse, with_class

ASKED = "/petitions/report/already-asked/"
SIMILAR = {"title": "货款被整车厂拖欠", "body": "给整车厂供货，货款拖了大半年没有付，催要多次，请协调付款。"}


@pytest.mark.parametrize(("name", "address"), [("chen", "/petitions/"), ("lin", "/petitions/mine/")])
def test_a_hit_is_marked_and_the_text_around_it_escaped(name: str, address: str, stage: Stage, sign_in: SignIn) -> None:
    stage.reported(title="<b>货款</b>", body="<i>去年拖欠的货款<img src=x>至今未付")
    stage.reported(title="别的事情", body="请问办事大厅周末开门吗？")
    answer = sign_in(getattr(stage.cast, name)).get(address, {"q": "货款"})
    page = answer.content.decode()
    assert len(with_class(parse(answer), "petition-row")) == 1
    assert "&lt;b&gt;<mark>货款</mark>&lt;/b&gt;" in page
    assert "&lt;i&gt;去年拖欠的<mark>货款</mark>&lt;img src=x&gt;" in page


def test_one_character_is_too_little_and_says_so_beside_the_field(stage: Stage, sign_in: SignIn) -> None:
    stage.reported()
    answer = sign_in(stage.cast.lin).get("/petitions/mine/", {"q": "款"})
    assert "至少输入两个字" in errors_beside_fields(answer)["q"]
    assert form_values(answer)["q"] == ["款"]
    assert not with_class(parse(answer), "petition-row")


def test_what_is_typed_in_place_gets_the_same_sentence(stage: Stage, sign_in: SignIn) -> None:
    rows = sign_in(stage.cast.chen).get("/petitions/", {"q": "款"}, headers={"HX-Request": "true"})
    (title,) = with_class(parse(rows), "empty-title")
    assert "至少输入两个字" in title


def test_marks_stand_where_the_word_stands_in_the_original(stage: Stage, sign_in: SignIn) -> None:
    stage.reported(title="資金⼈⼒都“缺”", body="整车厂的资\n金 与⼈⼒资源")
    page = sign_in(stage.cast.chen).get("/petitions/", {"q": "资金 人力"}).content.decode()
    assert "<mark>資金</mark><mark>⼈⼒</mark>都“缺”" in page
    assert "整车厂的<mark>资 金</mark> 与<mark>⼈⼒</mark>资源" in page


@pytest.mark.parametrize(("name", "address"), [("chen", "/petitions/"), ("lin", "/petitions/mine/")])
def test_while_the_index_is_old_one_sentence_says_so(
    name: str, address: str, stage: Stage, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    petition = stage.reported()
    SearchText.objects.update(version=0)
    monkeypatch.setattr(token_shares, "_kept", {})
    client = sign_in(getattr(stage.cast, name))
    answer = client.get(address, {"q": "货款"})
    assert (answer.status_code, with_class(parse(answer), "petition-row")) == (200, [])
    assert with_class(parse(answer), "empty-title") == ["搜索索引正在更新，暂时不能搜索，请稍后再试。"]
    (row,) = with_class(parse(client.get(address)), "petition-row")  # the list without a search is as ever
    assert petition.number in row


def test_my_petitions_are_searched_inside_a_tab(stage: Stage, sign_in: SignIn) -> None:
    petition = stage.reported()
    stage.resolved()
    client = sign_in(stage.cast.lin)
    (row,) = with_class(parse(client.get("/petitions/mine/", {"q": "货款", "state": "reported"})), "petition-row")
    assert petition.number in row
    assert "?q=%E8%B4%A7%E6%AC%BE&state=resolved" in links(client.get("/petitions/mine/", {"q": "货款"}))


@pytest.fixture
def other(stage: Stage) -> Petition:
    form = stage.report_form(enterprise=stage.cast.other_enterprise, **SIMILAR)
    return report_petition(report=form, by=stage.cast.mallory, now=stage.tick())


def test_whoever_files_is_shown_what_is_similar_and_no_word_of_others(
    stage: Stage, other: Petition, sign_in: SignIn
) -> None:
    form = stage.report_form()
    typed = {"title": form.title, "body": form.body}
    shown = sign_in(stage.cast.lin).post(ASKED, typed).content.decode()
    assert "1家企业反映过类似问题" in shown
    assert [word for word in (other.number, "远帆", "整车厂", "货款", "催要") if word in shown] == []
    assert other.number in sign_in(stage.cast.mallory).post(ASKED, typed).content.decode()
    assert "follow" not in sign_in(stage.cast.lin).post(ASKED, {"title": "供暖", "body": ""}).content.decode()


def test_following_reaches_the_dispatcher(stage: Stage, other: Petition, sign_in: SignIn) -> None:
    cast, form = stage.cast, stage.report_form()
    typed = {
        "title": form.title,
        "body": form.body,
        "kind": "help",
        "urgency": "normal",
        "region": cast.city.pk,
        "enterprise": cast.enterprise.pk,
        "contact_name": "林晓",
        "submission_key": "k1",
        "follow": "on",
    }
    client = sign_in(cast.lin)
    again = client.post("/petitions/report/", typed | {"contact_name": ""})
    assert (again.status_code, form_values(again)["follow"]) == (422, ["on"])
    client.post("/petitions/report/", typed)
    filed = Petition.objects.get(petitioner__enterprise=cast.enterprise)
    for address in (f"/petitions/{filed.number}/dispatch/", f"/petitions/{filed.number}/"):
        page = sign_in(cast.sun).get(address).content.decode()
        assert other.number in page
        assert "企业称为同一问题" in page
    assert other.number not in client.get(f"/petitions/{filed.number}/").content.decode()


def test_departments_and_leaders_are_shown_nothing_similar(stage: Stage, other: Petition, sign_in: SignIn) -> None:
    petition = stage.assigned()
    for name in ("zhou", "wu", "wei", "lin"):
        page = sign_in(getattr(stage.cast, name)).get(f"/petitions/{petition.number}/").content.decode()
        assert "类似诉求" not in page
        assert other.number not in page
    assert other.number in sign_in(stage.cast.chen).get(f"/petitions/{petition.number}/").content.decode()


def test_an_unpublished_answer_is_neither_found_nor_shown(stage: Stage, sign_in: SignIn) -> None:
    cast = stage.cast
    petition = stage.checked_in(with_support=True)
    answer = stage.answer(public_answer="金丝雀协办答复，货款在途", internal_note="金丝雀备注")
    answer_support(petition=petition, by=cast.zheng, answer=answer, now=stage.tick())
    client = sign_in(cast.lin)
    assert not with_class(parse(client.get("/petitions/mine/", {"q": "金丝雀"})), "petition-row")
    assert "在途" not in client.get("/petitions/mine/", {"q": "货款"}).content.decode()
    assert "<mark>金丝雀</mark>协办答复" in sign_in(cast.zhou).get("/petitions/", {"q": "金丝雀"}).content.decode()
    assert not with_class(parse(sign_in(cast.chen).get("/petitions/", {"q": "金丝雀备注"})), "petition-row")
