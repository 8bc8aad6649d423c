"""The lists: what an empty one says, what a full one shows, tabs and pages."""

from datetime import timedelta

import pytest
import time_machine

from tests.cast import Stage, due_of
from tests.pages.conftest import SignIn
from tests.pages.html import elements, links, parse, text, with_class
from tests.petitions.verbs import CALLS
from ui.paging import LAST_PAGE, PAGE_SIZE

EMPTY = {
    "mine": ("lin", "还没有提交过诉求"),
    "to-dispatch": ("sun", "没有待派单的诉求"),
    "queue": ("zhou", "没有待办的诉求"),
    "": ("chen", "没有符合条件的诉求"),
    "mine/?state=rated": ("lin", "这里没有诉求"),
    "queue/?show=overdue": ("zhou", "这里没有诉求"),
}


def at(name: str) -> str:
    return f"/petitions/{name}" if "?" in name or not name else f"/petitions/{name}/"


@pytest.mark.parametrize("name", EMPTY)
def test_an_empty_list_says_so(name: str, stage: Stage, sign_in: SignIn) -> None:
    person, sentence = EMPTY[name]
    answer = sign_in(getattr(stage.cast, person)).get(at(name))
    assert answer.status_code == 200
    assert with_class(parse(answer), "empty-title") == [sentence]


# who, at which list, narrowed by what, reads which sentence
NOT_LOOKED_FOR = [
    ("lin", "mine", {"q": "路"}, "“路”太短，请至少输入两个字。"),
    ("chen", "", {"q": "路"}, "“路”太短，请至少输入两个字。"),
    ("chen", "", {"since": "2026-13-01"}, "筛选条件有误，请改正标红的条件。"),
]


@pytest.mark.parametrize(("person", "name", "narrowed", "sentence"), NOT_LOOKED_FOR)
def test_a_list_does_not_call_missing_what_it_did_not_look_for(
    person: str, name: str, narrowed: dict[str, str], sentence: str, stage: Stage, sign_in: SignIn
) -> None:
    stage.rated()
    answer = sign_in(getattr(stage.cast, person)).get(at(name), narrowed)
    assert with_class(parse(answer), "empty-title") == [sentence]
    assert "没有符合条件" not in answer.content.decode()


@pytest.mark.parametrize("name", EMPTY)
def test_somebody_elses_petitions_do_not_fill_it(name: str, stage: Stage, sign_in: SignIn) -> None:
    stage.rated()
    person = {"lin": "mallory", "zhou": "feng"}.get(EMPTY[name][0])
    if person:
        answer = sign_in(getattr(stage.cast, person)).get(at(name))
        assert with_class(parse(answer), "empty-title") == [EMPTY[name][1]]


@pytest.mark.parametrize(("name", "person"), [("mine", "lin"), ("to-dispatch", "sun"), ("queue", "zhou"), ("", "chen")])
def test_a_row_shows_title_number_and_who_asked(name: str, person: str, stage: Stage, sign_in: SignIn) -> None:
    petition = stage.reported() if name == "to-dispatch" else stage.assigned()
    answer = sign_in(getattr(stage.cast, person)).get(at(name))
    (row,) = with_class(parse(answer), "petition-row")
    for shown in (petition.title, petition.number, "青禾机械", "拖欠中小企业账款"):
        assert shown in row
    assert f"/petitions/{petition.number}/" in links(answer)


def test_my_tabs_count_and_choose_by_state(stage: Stage, sign_in: SignIn) -> None:
    stage.assigned()
    rated, _other = stage.rated(), stage.rated()
    client = sign_in(stage.cast.lin)
    tabs = [text(tab) for tab in elements(parse(client.get(at("mine")))) if tab.name == "a" and "state=" in str(tab)]
    assert tabs == ["待派单 0", "办理中 1", "待评价 0", "已评价 2", "已关闭 0"]
    shown = with_class(parse(client.get(at("mine/?state=rated"))), "petition-row")
    assert len(shown) == 2
    assert rated.number in " ".join(shown)
    assert len(with_class(parse(client.get(at("mine/?state=nonsense"))), "petition-row")) == 3


def test_what_waits_has_the_urgent_first_and_marks_what_was_sent_back(stage: Stage, sign_in: SignIn) -> None:
    stage.reported(title="一般的那件")
    stage.reported(title="较急的那件", urgency="pressing")
    stage.reported(title="紧急的那件", urgency="urgent")
    rows = with_class(parse(sign_in(stage.cast.sun).get(at("to-dispatch"))), "petition-row")
    assert [row[:2] for row in rows] == ["紧急", "较急", "一般"]
    assert not any("被退单" in row for row in rows)


def test_the_queue_tells_how_much_time_is_left_and_what_is_overdue(stage: Stage, sign_in: SignIn) -> None:
    soon = stage.checked_in(title="快到期的")
    CALLS["contact"](stage, soon, stage.cast.zhou, stage.tick())
    due_at = due_of(soon.assignments.get())
    client = sign_in(stage.cast.zhou)
    with time_machine.travel(due_at - timedelta(hours=2), tick=False):
        rows = with_class(parse(client.get(at("queue"))), "petition-row")
        assert "办理时限 剩余 2小时 今天 17:30" in rows[0]
    with time_machine.travel(due_at + timedelta(hours=8), tick=False):
        page = parse(client.get(at("queue/?show=overdue")))
    (late,) = with_class(page, "petition-row")
    assert "快到期的" in late
    assert "办理时限 已超时 昨天" in late  # three hours after the office closed, no working time has passed


def test_the_queue_offers_the_check_in_in_its_row(stage: Stage, sign_in: SignIn) -> None:
    petition = stage.assigned()
    client = sign_in(stage.cast.zhou)
    assert with_class(parse(client.get(at("queue/?show=new"))), "petition-row")
    answer = client.post(f"/petitions/{petition.number}/check-in/", {"department": stage.cast.lead.pk})
    assert answer.status_code == 302
    assert not with_class(parse(client.get(at("queue/?show=new"))), "petition-row")
    assert petition.assignments.get().checked_in_at is not None


def test_a_long_list_is_leafed_through(stage: Stage, sign_in: SignIn) -> None:
    for place in range(PAGE_SIZE + 1):
        stage.reported(title=f"第{place}件")
    client = sign_in(stage.cast.lin)
    first, second = client.get(at("mine")), client.get(at("mine/?page=2"))
    assert len(with_class(parse(first), "petition-row")) == PAGE_SIZE
    (last,) = with_class(parse(second), "petition-row")
    assert "第0件" in last
    assert "?page=2" in links(first)
    assert "?page=1" in links(second)
    assert "?page=3" not in links(second)


def test_leafing_keeps_the_filters(stage: Stage, sign_in: SignIn) -> None:
    for _place in range(PAGE_SIZE + 1):
        stage.reported()
    answer = sign_in(stage.cast.chen).get("/petitions/", {"state": "reported", "kind": "help"})
    assert "?state=reported&kind=help&page=2" in links(answer)


@pytest.mark.parametrize("page", ["0", "-1", "x", "²", "٣", "1e3", "9" * 5000, "", "%00", str(LAST_PAGE + 1)])
@pytest.mark.parametrize(("name", "person"), [("mine", "lin"), ("", "chen")])
def test_a_page_number_that_is_none_is_no_accident(
    page: str, name: str, person: str, stage: Stage, sign_in: SignIn
) -> None:
    stage.reported()
    assert sign_in(getattr(stage.cast, person)).get(at(name), {"page": page}).status_code == 200
