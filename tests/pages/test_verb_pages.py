"""The page of every verb: done, refused for a field, refused for the state, refused for the person; with and without
htmx. Only the forms differ, so each test runs for every verb.
"""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from petitions.models import Petition, State
from petitions.offered import VERBS
from tests.cast import Stage
from tests.moments import WEDNESDAY_10AM
from tests.pages.conftest import SignIn
from tests.pages.html import attributes, elements, errors_beside_fields, form_values, parse, text, with_class
from tests.pages.typed import FORMS
from tests.petitions.verbs import kinds, ready_for

# Their pages are at the order's address: test_orders.py.
OF_AN_ORDER = {"reply_order", "judge_order"}
# What a supervisor may; everything else is refused to one.
SUPERVISORS = {"reopen", "judge_rating", "issue_order", "decide_extension", "decide_hold", "resume", "waive_support"}
# The event of a verb that is not called as the verb.
EVENTS = {"review_hold": "progress"}
# What both offices may; it is refused to a department, or to a liaison where no department has a part.
OFFICES = {"add_support", "remove_support", "decide_send_back"}
OFFICES_ALONE = {"discuss", "unmerge", "unlink"}
HTMX = {"HX-Request": "true"}
# verb: who, in which state, what the page says afterwards, and a state that does not have the verb
STORY = {
    "supplement": ("lin", "assigned", "补充内容已提交。", "resolved"),
    "urge": ("lin", "assigned", "已催办，承办部门会收到提醒。", "reported"),
    "withdraw": ("lin", "reported", "诉求已撤回。", "resolved"),
    "reopen": ("lin", "resolved", "已退回原承办部门重新办理。", "assigned"),
    "rate": ("lin", "resolved", "感谢评价，您的意见计入部门成绩。", "assigned"),
    "change_rating": ("lin", "rated", "评价已修改。", "resolved"),
    "judge_rating": ("chen", "rated", "处理意见已提交。", "assigned"),
    "dispatch": ("sun", "reported", "已派单，承办部门的时限从现在起算。", "assigned"),
    "undo_dispatch": ("sun", "assigned", "派单已撤回，诉求回到待派单。", "resolved"),
    "escalate_up": ("tang", "reported", "已提请上级派单台派单，时限照常计算。", "assigned"),
    "delegate_down": ("sun", "reported", "已下放给下级派单台，时限照常计算。", "assigned"),
    "merge": ("sun", "reported", "已合并，企业可以在并入的诉求中看到办理情况。", "assigned"),
    "unmerge": ("sun", "closed", "合并已撤销，诉求回到待派单。", "assigned"),
    "link": ("sun", "reported", "已关联，今后由牵头诉求一并办理。", "resolved"),
    "unlink": ("sun", "reported", "已解除关联，这件诉求单独办理。", "resolved"),
    "check_in": ("zhou", "assigned", "已报到。", "resolved"),
    "propose_appointment": ("zhou", "assigned", "预约已提交，等待企业确认。", "resolved"),
    "confirm_appointment": ("lin", "assigned", "预约已确认，部门会收到通知。", "resolved"),
    "move_appointment": ("lin", "assigned", "新的时间已告知部门。", "resolved"),
    "hand_over": ("zhou", "assigned", "经办人已指定。", "resolved"),
    "contact": ("zhou", "assigned", "联系情况已记录。", "resolved"),
    "progress": ("zhou", "assigned", "进展已记录。", "resolved"),
    "answer_support": ("zheng", "assigned", "协办答复已提交给主办部门。", "resolved"),
    "resolve": ("zhou", "assigned", "已答复企业，等待评价。", "resolved"),
    "discuss": ("zhou", "assigned", "已发言，各承办部门会收到通知。", "resolved"),
    "add_support": ("sun", "assigned", "已增加协办部门，它的时限从现在起算。", "resolved"),
    "remove_support": ("sun", "assigned", "已撤出协办。", "resolved"),
    "waive_support": ("chen", "assigned", "已免于协办答复，主办部门可以办结。", "resolved"),
    "ask_send_back": ("wu", "assigned", "退单申请已提交；裁决前仍由本部门负责办理。", "resolved"),
    "decide_send_back": ("sun", "assigned", "退单申请已裁决。", "resolved"),
    "dispute_send_back": ("wu", "assigned", "已提交督查员裁决；裁决前仍由本部门负责办理。", "resolved"),
    "issue_order": ("chen", "assigned", "督办单已开具，部门会收到通知。", "resolved"),
    "ask_extension": ("wu", "assigned", "延期申请已提交，等待督查员审批。", "resolved"),
    "decide_extension": ("chen", "assigned", "延期申请已审批。", "resolved"),
    "ask_hold": ("wu", "assigned", "挂账申请已提交，等待督查员审批。", "resolved"),
    "decide_hold": ("chen", "assigned", "挂账申请已审批。", "resolved"),
    "review_hold": ("wu", "assigned", "复核情况已记录。", "resolved"),
    "resume": ("wu", "assigned", "已恢复办理，时限接着计算。", "resolved"),
}
# verb: what is typed wrong, and the fields that say so
WRONG: dict[str, tuple[dict[str, Any], set[str]]] = {
    "supplement": ({"text": "页" * 2001}, {"text"}),
    "urge": ({"text": "急" * 2001}, {"text"}),
    "withdraw": ({"reason": "短"}, {"reason"}),
    "reopen": ({"reason": " "}, {"reason"}),
    "rate": ({}, {"level"}),
    "change_rating": ({}, {"level"}),
    "judge_rating": ({"why": "好"}, {"why"}),
    "dispatch": ({"lead": "", "note": "说" * 3}, {"lead"}),
    "undo_dispatch": ({"reason": "短"}, {"reason"}),
    "escalate_up": ({"reason": ""}, {"reason"}),
    "delegate_down": ({"desk": ""}, {"desk"}),
    "merge": ({"number": "1"}, {"number"}),
    "link": ({"number": ""}, {"number"}),
    "propose_appointment": ({"at": "2020-01-01T10:00"}, {"at"}),
    "move_appointment": ({"at": "9999-12-31T23:59"}, {"at"}),
    "hand_over": ({"to": "0", "note": "说" * 9}, {"to"}),
    "contact": ({"way": "pigeon", "text": ""}, {"way", "text"}),
    "progress": ({"text": ""}, {"text"}),
    "answer_support": ({"public_answer": "好"}, {"public_answer"}),
    "resolve": ({"outcome": "planned", "planned_date": ""}, {"planned_date"}),
    "discuss": ({"text": " "}, {"text"}),
    "add_support": ({"department": ""}, {"department"}),
    "remove_support": ({"reason": "短"}, {"reason"}),
    "waive_support": ({"reason": ""}, {"reason"}),
    "ask_send_back": ({"basis": "", "reason": "tired"}, {"basis", "reason"}),
    "decide_send_back": ({"note": ""}, {"note"}),
    "dispute_send_back": ({"text": "不服"}, {"text"}),
    "issue_order": ({"text": "快"}, {"text"}),
    "ask_extension": ({"days": 11}, {"days"}),
    "decide_extension": ({"decision": "refused", "note": ""}, {"note"}),
    "ask_hold": ({"review_date": "2020-01-01"}, {"review_date"}),
    "decide_hold": ({"decision": "perhaps"}, {"decision"}),
    "review_hold": ({"text": ""}, {"text"}),
    "resume": ({"note": "长" * 2001}, {"note"}),
}


@pytest.fixture(autouse=True)
def _the_next_morning() -> Iterator[None]:
    """While the limits of the stage's petitions still run."""
    with time_machine.travel(WEDNESDAY_10AM, tick=False):
        yield


def prepared(verb: str, state: str, stage: Stage) -> Petition:
    """A petition that the verb can be used on; one that is rated was rated in the last hours."""
    if verb == "change_rating":
        stage.now = WEDNESDAY_10AM - timedelta(hours=9)
    petition = ready_for(verb, state, stage)
    if verb in ("merge", "link"):  # there has to be one to join
        FORMS[verb](stage, petition)
    return petition


def at(petition: Petition, verb: str) -> str:
    return f"/petitions/{petition.number}/{verb.replace('_', '-')}/"


def test_every_verb_of_a_person_has_its_page_and_its_story() -> None:
    assert set(STORY) == set(FORMS) == set(VERBS) - {"lapse"} - OF_AN_ORDER
    assert set(WRONG) == set(FORMS) - {"check_in", "confirm_appointment", "unmerge", "unlink"}  # which ask for nothing


@pytest.mark.parametrize("verb", STORY)
def test_a_verb_is_done_and_the_next_page_says_so_and_a_double_click_is_one(
    verb: str, stage: Stage, sign_in: SignIn
) -> None:
    person, state, done, _wrong = STORY[verb]
    petition = prepared(verb, state, stage)
    client, typed = sign_in(getattr(stage.cast, person)), FORMS[verb](stage, petition)
    answer = client.post(at(petition, verb), typed, follow=True)
    assert answer.redirect_chain[0] == (f"/petitions/{petition.number}/", 302)
    assert with_class(parse(answer), "alert-success") == [done]
    assert kinds(petition)[-1] == EVENTS.get(verb, verb)
    assert client.post(at(petition, verb), typed).status_code in (302, 403, 404, 409)
    assert kinds(petition).count(EVENTS.get(verb, verb)) == 1


@pytest.mark.parametrize("verb", STORY)
def test_htmx_gets_the_form_alone_and_is_sent_on_by_header(verb: str, stage: Stage, sign_in: SignIn) -> None:
    person, state, _done, _wrong = STORY[verb]
    petition = prepared(verb, state, stage)
    client = sign_in(getattr(stage.cast, person))
    page = parse(client.get(at(petition, verb), headers=HTMX))
    assert [element.name for element in elements(page) if element.name in ("html", "form")] == ["form"]
    answer = client.post(at(petition, verb), FORMS[verb](stage, petition), headers=HTMX)
    assert (answer.status_code, answer["HX-Redirect"]) == (200, f"/petitions/{petition.number}/")
    assert kinds(petition)[-1] == EVENTS.get(verb, verb)


@pytest.mark.parametrize("verb", WRONG)
def test_a_wrong_field_says_why_and_the_rest_stays_typed(verb: str, stage: Stage, sign_in: SignIn) -> None:
    person, state, _done, _wrong = STORY[verb]
    petition = prepared(verb, state, stage)
    changes, fields = WRONG[verb]
    typed = FORMS[verb](stage, petition) | changes
    if verb in ("rate", "change_rating"):
        typed = {name: value for name, value in typed.items() if not name.endswith("-level")}
    before = kinds(petition)
    client = sign_in(getattr(stage.cast, person))
    for headers in ({}, HTMX):
        answer = client.post(at(petition, verb), typed, headers=headers)
        assert answer.status_code == 422
        assert {name.rpartition("-")[2] for name in errors_beside_fields(answer)} == fields
        kept = form_values(answer)
        for name, value in typed.items():
            values = [str(one).strip() for one in value] if isinstance(value, list) else [str(value).strip()]
            if name not in fields or name in ("text", "note", "public_answer"):
                assert [text.strip() for text in kept[name]] == values, name
    assert kinds(petition) == before


@pytest.mark.parametrize("verb", STORY)
def test_a_text_says_its_least_length_before_it_is_sent(verb: str, stage: Stage, sign_in: SignIn) -> None:
    """Each text that is refused for its length stood beside the same number when the form was opened, and no other."""
    person, state, _done, _wrong = STORY[verb]
    petition = prepared(verb, state, stage)
    client, typed = sign_in(getattr(stage.cast, person)), FORMS[verb](stage, petition)
    typed |= {"decision": "refused"} if "decision" in typed else {}  # which needs a note
    page = parse(client.get(at(petition, verb)))
    areas = {attributes(one)["name"] for one in elements(page) if one.name == "textarea"}
    blocks = {attributes(one).get("id", "").removeprefix("div_id_"): one for one in elements(page)}
    shown = {
        name: re.findall(r"至少(\d+)个字", text(blocks.get(name) or blocks[f"{verb}-{name}"]))
        for name in areas & set(typed)
    }
    for name in sorted(shown, key=lambda name: not shown[name]):
        answer = client.post(at(petition, verb), typed | {name: "短"})
        said = errors_beside_fields(answer).get(name, "") if answer.status_code == 422 else ""
        assert re.findall(r"请至少写(\d+)个字", said) == shown[name], name
        if answer.status_code != 422:
            break  # it is done: nothing more can be asked


@pytest.mark.parametrize("verb", STORY)
def test_the_wrong_state_is_409_with_the_sentence_and_what_was_typed_and_the_page_leads_back(
    verb: str, stage: Stage, sign_in: SignIn
) -> None:
    person, _state, _done, wrong = STORY[verb]
    petition = prepared(verb, wrong, stage)
    typed = FORMS[verb](stage, petition) | ({"department": stage.cast.lead.pk} if verb == "check_in" else {})
    client, sentence = sign_in(getattr(stage.cast, person)), f"诉求当前为“{State(wrong).label}”，不能办理这一步。"
    for headers in ({}, HTMX):
        answer = client.post(at(petition, verb), typed, headers=headers)
        assert answer.status_code == 409
        assert sentence in with_class(parse(answer), "alert-danger")
        for name in ("text", "reason", "note", "public_answer"):
            if name in typed:
                assert form_values(answer)[name] == [typed[name]]
    answer = client.get(at(petition, verb), follow=True)
    assert answer.redirect_chain == [(f"/petitions/{petition.number}/", 302)]
    assert with_class(parse(answer), "alert-warning") == [sentence]


def test_the_page_of_somebody_elses_verb_leads_back_too(stage: Stage, sign_in: SignIn) -> None:
    petition = stage.reported()
    answer = sign_in(stage.cast.chen).get(at(petition, "dispatch"), follow=True)
    assert with_class(parse(answer), "alert-warning") == ["您没有办理这一步的权限。"]


@pytest.mark.parametrize("verb", STORY)
def test_whoever_may_not_is_told_so_and_nothing_happens(verb: str, stage: Stage, sign_in: SignIn) -> None:
    _person, state, _done, _wrong = STORY[verb]
    petition = prepared(verb, state, stage)
    person = stage.cast.sun if verb in SUPERVISORS else stage.cast.chen
    person = stage.cast.zhou if verb in OFFICES else stage.cast.lin if verb in OFFICES_ALONE else person
    before = kinds(petition)
    answer = sign_in(person).post(at(petition, verb), FORMS[verb](stage, petition))
    assert answer.status_code == 403
    fields = [name for name in form_values(answer) if name not in ("csrfmiddlewaretoken", "next")]
    assert fields == []  # what the form offers is not theirs to read
    assert "您没有办理这一步的权限。" in with_class(parse(answer), "alert-danger")
    assert kinds(petition) == before
