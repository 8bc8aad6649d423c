"""Several rows of the queue at one press: each on its own, told one by one; and the queue's tabs by person."""

from typing import Any

import time_machine

from petitions.following_up import withdraw_petition
from petitions.models import Assignment, Petition
from petitions.office.handover import hand_over
from tests.cast import Stage, person
from tests.pages.conftest import SignIn
from tests.pages.html import attributes, elements, parse, with_class
from tests.petitions.department_steps import absence
from tests.petitions.verbs import CALLS, kinds

QUEUE = "/petitions/queue/"


def ticks(answer: Any) -> list[str]:
    boxes = [attributes(element) for element in elements(parse(answer))]
    return [box["value"] for box in boxes if box.get("name") == "part"]


def outcomes(answer: Any) -> dict[str, list[str]]:
    page = parse(answer)
    lists = [element for element in elements(page) if "outcomes" in attributes(element).get("class", "")]
    return {name: with_class(lists[0], name) if lists else [] for name in ("is-done", "is-refused")}


def test_what_is_ticked_is_checked_in_and_each_is_told(stage: Stage, sign_in: SignIn) -> None:
    petitions = [stage.assigned(title=f"第{place}件") for place in range(3)]
    client = sign_in(stage.cast.zhou)
    chosen = ticks(client.get(QUEUE))
    withdraw_petition(petition=petitions[0], by=stage.cast.lin, reason="已经解决了", now=stage.tick())
    CALLS["check_in"](stage, petitions[1], stage.cast.wu, stage.tick())
    answer = client.post(f"{QUEUE}check-in/", {"part": chosen}, follow=True)
    done, refused = outcomes(answer)["is-done"], outcomes(answer)["is-refused"]
    assert [("第1件" in done[0], "此前已报到" in done[0]), ("第2件" in done[1], "已报到。" in done[1])] == [
        (True, True)
    ] * 2
    assert len(refused) == 1
    assert "第0件" in refused[0]
    assert "不能办理这一步" in refused[0]
    assert "选中3件，办成2件。" in with_class(parse(answer), "alert-success")[0]
    assert [kinds(petition).count("check_in") for petition in petitions] == [0, 1, 1]
    assert outcomes(client.get(QUEUE)) == {"is-done": [], "is-refused": []}


def test_pressed_again_it_is_done_all_the_same(stage: Stage, sign_in: SignIn) -> None:
    petition = stage.assigned()
    client = sign_in(stage.cast.zhou)
    for _time in range(2):
        answer = client.post(f"{QUEUE}check-in/", {"part": [petition.assignments.get().pk]}, follow=True)
        assert len(outcomes(answer)["is-done"]) == 1
    assert kinds(petition).count("check_in") == 1


def test_of_somebody_elses_department_nothing_is_done_or_said(stage: Stage, sign_in: SignIn) -> None:
    petition = stage.assigned()
    key = petition.assignments.get().pk
    answer = sign_in(stage.cast.feng).post(f"{QUEUE}check-in/", {"part": [key, key, "x", "9" * 40]}, follow=True)
    assert petition.title not in answer.content.decode()
    assert "有1件已不归本部门办理。" in with_class(parse(answer), "alert-warning")[0]
    assert kinds(petition) == ["report", "dispatch"]


def test_what_is_ticked_is_handed_over(stage: Stage, sign_in: SignIn) -> None:
    for _place in range(3):
        stage.assigned()
    client, wu = sign_in(stage.cast.wu), stage.cast.wu
    typed = {"part": ticks(client.get(QUEUE))[:2], "to": wu.pk, "show": "unassigned", "page": "1", "next": "//evil.cn"}
    answer = client.post(f"{QUEUE}hand-over/", typed, follow=True)
    assert answer.redirect_chain == [(f"{QUEUE}?page=1&show=unassigned", 302)]
    assert len(outcomes(answer)["is-done"]) == 2
    assert Assignment.objects.filter(handler=wu).count() == 2
    assert len(with_class(parse(client.get(QUEUE, {"show": "mine"})), "petition-row")) == 2
    assert len(with_class(parse(client.get(QUEUE, {"show": "unassigned"})), "petition-row")) == 1


def test_nothing_ticked_or_nobody_chosen_is_said(stage: Stage, sign_in: SignIn) -> None:
    key = stage.assigned().assignments.get().pk
    client = sign_in(stage.cast.wu)
    for typed, sentence in (
        ({"to": stage.cast.wu.pk}, "请先勾选诉求。"),
        ({"part": [key]}, "请选择经办人。"),
        ({"part": [key], "to": stage.cast.feng.pk}, "请选择经办人。"),
    ):
        answer = client.post(f"{QUEUE}hand-over/", typed, follow=True)
        assert with_class(parse(answer), "alert-warning") == [sentence]


def test_a_person_of_another_of_ones_departments_is_refused_row_by_row(stage: Stage, sign_in: SignIn) -> None:
    """Somebody of two departments may choose people of both; each row takes only its own."""
    dual = person("dual", "两个部门的负责人", "head", department=stage.cast.lead)
    dual.memberships.create(department=stage.cast.support)
    petition = stage.assigned(with_support=True)
    keys = list(petition.assignments.values_list("pk", flat=True))
    typed = {"part": keys, "to": stage.cast.zheng.pk}
    answer = sign_in(dual).post(f"{QUEUE}hand-over/", typed, follow=True)
    found = outcomes(answer)
    assert (len(found["is-done"]), len(found["is-refused"])) == (1, 1)
    assert "请选择本部门在岗的人员。" in found["is-refused"][0]


def test_the_substitute_sees_whose_work_it_is(stage: Stage, sign_in: SignIn) -> None:
    petition = hand_over(petition=stage.assigned(), by=stage.cast.wu, to=stage.cast.zhou, now=stage.tick())
    absence(stage.cast.zhou, stage.cast.wu)
    with time_machine.travel(stage.now, tick=False):
        (row,) = with_class(parse(sign_in(stage.cast.wu).get(QUEUE, {"show": "mine"})), "petition-row")
        assert "吴局长 代 周经办" in row
        page = sign_in(stage.cast.wu).get(f"/petitions/{petition.number}/hand-over/").content.decode()
    assert "周经办（外出，吴局长代）" in page


def test_the_page_says_who_has_it_to_the_office_alone(stage: Stage, sign_in: SignIn) -> None:
    petition: Petition = hand_over(petition=stage.assigned(), by=stage.cast.wu, to=stage.cast.zhou, now=stage.tick())
    at = f"/petitions/{petition.number}/"
    assert "经办人 周经办" in sign_in(stage.cast.chen).get(at).content.decode()
    assert "交给周经办" in sign_in(stage.cast.zhou).get(at).content.decode()
    assert "周经办" not in sign_in(stage.cast.lin).get(at).content.decode()
