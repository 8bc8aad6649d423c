"""The pages of merging and linking: choosing the other petition, what each reader is shown, taking it back."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from petitions.models import Petition
from tests.cast import Stage
from tests.pages.conftest import SignIn, statements
from tests.pages.html import errors_beside_fields, form_values, links, parse, text, with_class
from tests.petitions.group_steps import WORKED, dispatched, linked
from tests.petitions.verbs import CALLS, another, stored


def at(petition: Petition, name: str = "show") -> str:
    return reverse(f"petitions:{name}", args=[petition.number])


def test_likely_duplicates_are_listed_and_one_is_chosen(stage: Stage, sign_in: SignIn) -> None:
    into, petition = stage.reported(title="货款八个月未付"), stage.reported()
    stage.reported(by=stage.cast.mallory, enterprise=stage.cast.other_enterprise, title="远帆物流的诉求")
    client = sign_in(stage.cast.sun)
    shown = text(parse(client.get(at(petition, "merge"))))
    assert "货款八个月未付" in shown
    assert "远帆物流的诉求" not in shown
    answer = client.post(at(petition, "merge"), {"likely": into.pk, "number": ""})
    assert answer.status_code == 302
    assert stored(petition).merged_into == into


def test_any_other_is_named_by_its_number_which_counts_first(stage: Stage, sign_in: SignIn) -> None:
    likely, petition = stage.reported(), stage.reported()
    other = stage.reported(title="另一件")
    answer = sign_in(stage.cast.sun).post(at(petition, "merge"), {"likely": likely.pk, "number": f" {other.number} "})
    assert answer.status_code == 302
    assert stored(petition).merged_into == other


@pytest.mark.parametrize(("typed", "why"), [("", "请选择一件诉求"), ("202609080000019", "没有这个编号")])
@pytest.mark.parametrize("verb", ["merge", "link"])
def test_nothing_or_nobodys_number_is_said_beside_the_field(
    verb: str, typed: str, why: str, stage: Stage, sign_in: SignIn
) -> None:
    petition = stage.reported()
    another(stage, petition, stage.cast.lin if verb == "merge" else stage.cast.mallory, stage.tick())
    answer = sign_in(stage.cast.sun).post(at(petition, verb), {"number": typed})
    assert answer.status_code == 422
    assert why in errors_beside_fields(answer)["number"]
    assert form_values(answer)["number"] == [typed]


def test_the_verbs_refusal_stands_beside_the_number(stage: Stage, sign_in: SignIn) -> None:
    petition, other = stage.reported(), stage.resolved()
    for by in (stage.cast.lin, stage.cast.mallory):
        another(stage, petition, by, stage.tick())
    for verb in ("merge", "link"):
        answer = sign_in(stage.cast.sun).post(at(petition, verb), {"number": other.number})
        assert (answer.status_code, set(errors_beside_fields(answer))) == (422, {"number"})


def test_where_there_is_nothing_to_join_that_is_said_at_once(stage: Stage, sign_in: SignIn) -> None:
    petition, client = stage.reported(), sign_in(stage.cast.sun)
    for verb, why in (("merge", "没有其他待派单或办理中的诉求"), ("link", "没有其他企业")):
        assert at(petition, verb) not in links(client.get(at(petition)))
        assert why in text(parse(client.get(at(petition, verb), follow=True)))


def test_a_merged_petition_leads_to_the_other_which_holds_its_texts_and_files(stage: Stage, sign_in: SignIn) -> None:
    petition = stage.reported(title="又一次：货款", files=[SimpleUploadedFile("对账单.txt", b"1")])
    into = stage.assigned()
    client = sign_in(stage.cast.sun)
    assert client.post(at(petition, "merge"), {"number": into.number}).status_code == 302
    for name in ("lin", "sun"):
        assert at(into) in links(sign_in(getattr(stage.cast, name)).get(at(petition)))
    assert at(petition, "unmerge") in links(client.get(at(petition)))
    zhou = sign_in(stage.cast.zhou)
    page = zhou.get(at(into))
    assert "又一次：货款" in text(parse(page))
    assert petition.number not in text(parse(page))
    (file,) = [link for link in links(page) if "/files/" in link]
    assert zhou.get(file).getvalue() == b"1"
    assert client.post(at(petition, "unmerge")).status_code == 302
    assert zhou.get(file).status_code == 404


def test_each_reader_sees_of_the_group_what_they_may_know(stage: Stage, sign_in: SignIn) -> None:
    parent, second, last = dispatched(stage)
    others = {at(parent), at(last)}
    for name in ("sun", "zhou", "chen"):
        page = sign_in(getattr(stage.cast, name)).get(at(second))
        assert others <= links(page)
        assert (at(second, "unlink") in links(page)) is (name != "zhou")
    page = sign_in(stage.cast.mallory).get(at(second))
    assert not others & links(page)
    shown = text(parse(page))
    assert "共3家企业" in shown
    assert "有其他企业反映了同样的问题" in shown
    for secret in ("青禾", "松风", parent.number, last.number):
        assert secret not in shown


def test_of_a_confidential_one_the_departments_see_the_number_alone(stage: Stage, sign_in: SignIn) -> None:
    parent, second, _last = dispatched(stage, *WORKED, is_confidential=True)
    for petition in (parent, second):
        shown = text(parse(sign_in(stage.cast.zhou).get(at(petition))))
        assert parent.number in shown
        assert not [secret for secret in ("青禾", "远帆", "松风", "唐联络", "马洛") if secret in shown]
    assert sign_in(stage.cast.wei).get(at(second)).status_code == 404


def test_a_child_offers_contact_and_its_other_pages_lead_back_with_the_parents_number(
    stage: Stage, sign_in: SignIn
) -> None:
    parent, second, _last = dispatched(stage, ("check_in", "zhou"))
    client = sign_in(stage.cast.zhou)
    shown = links(client.get(at(second)))
    assert at(second, "contact") in shown
    assert at(second, "resolve") not in shown
    answer = client.get(at(second, "progress"), follow=True)
    assert parent.number in " ".join(with_class(parse(answer), "alert"))
    answer = client.post(at(second, "progress"), {"text": "正在核对", "is_public": "on"})
    assert answer.status_code == 409
    assert parent.number in text(parse(answer))


def test_the_queue_has_the_group_once_and_lists_mark_it(stage: Stage, sign_in: SignIn) -> None:
    parent, second, _last = dispatched(stage)
    page = sign_in(stage.cast.zhou).get(reverse("petitions:queue"))
    assert at(parent) in links(page)
    assert at(second) not in links(page)
    assert "共3家企业" in with_class(parse(page), "mark")
    marks = with_class(parse(sign_in(stage.cast.sun).get(reverse("petitions:list"))), "mark")
    assert (marks.count("关联"), marks.count("共3家企业")) == (2, 1)


def test_whoever_answers_for_all_is_told_so(stage: Stage, sign_in: SignIn) -> None:
    parent, _second, _last = dispatched(stage, ("check_in", "zhou"))
    client = sign_in(stage.cast.zhou)
    assert "一并办理的3家企业" in text(parse(client.get(at(parent, "progress"))))
    assert "一并办理的3家企业" not in text(parse(client.get(at(parent, "contact"))))


def test_a_group_costs_the_same_however_large_it_is(stage: Stage, sign_in: SignIn) -> None:
    alone = stage.assigned()
    _parent, second, _last = linked(stage)
    client = sign_in(stage.cast.sun)
    costs = [statements(client, at(second))]
    third = CALLS["link"](stage, stage.reported(), stage.cast.sun, stage.tick())
    assert third.parent
    costs.append(statements(client, at(third.parent)))
    # Its members and what the reader is to them, and the numbers in its record.
    assert max(costs) <= statements(client, at(alone)) + 4
