"""What changes on a page without a new one: forms with errors, the menu of a phone, filters and the way back."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from departments.catalogue import import_catalogue
from departments.models import Category, CategoryLead, Level
from petitions.proposals.learning import refresh_routing_model
from tests.browser.checks import overflowing, violations
from tests.browser.chromium import PHONE, WIDTHS, OpenWindow
from tests.cast import Stage
from tests.departments.catalogue_files import csv_bytes
from tests.journeys.steps import open_verb, press
from tests.petitions.test_proposals import ARREARS, JOINT, SCHOOL, TAX
from tests.petitions.test_similar import ARREARS as LETTER
from tests.petitions.test_similar import ARREARS_TOO as LETTER_TOO

pytestmark = pytest.mark.browser

# who, on which page ({} is the petition's number) of a petition at that stage, the button that brings the form
# there, and the button that sends it with nothing filled in
SENT_EMPTY = [
    ("anonymous", "/accounts/sign-in/", "", "", "登录"),
    ("lin", "/petitions/report/", "", "", "提交诉求"),
    ("lin", "/petitions/{}/rate/", "resolved", "", "提交评价"),
    ("lin", "/petitions/{}/", "assigned", "补充材料", "提交补充"),
    ("sun", "/petitions/{}/dispatch/", "reported", "", "派单"),
    ("zhou", "/petitions/{}/", "assigned", "办结答复", "办结并答复企业"),
    ("wu", "/petitions/{}/", "assigned", "申请退单", "提交退单申请"),
    ("zhou", "/petitions/{}/", "assigned", "", "发言"),
]


@pytest.mark.parametrize(("person", "path", "state", "verb", "button"), SENT_EMPTY)
def test_a_form_sent_empty(
    person: str, path: str, state: str, verb: str, button: str, stage: Stage, open_window: OpenWindow
) -> None:
    stage.now = timezone.now() - timedelta(hours=12)  # while the department may still send back
    number = (
        stage.in_state(state, category=None if state == "reported" else stage.cast.category).number if state else ""
    )
    page = open_window(getattr(stage.cast, person, None)).open(path.format(number))
    if verb:
        open_verb(page, verb)
    press(page, button)
    expect(page.locator(".is-invalid").first).to_be_focused()
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert (overflowing(page), violations(page)) == ([], [])


# who, on which page of a petition at that stage, the field, and the choices with and without which it applies
WHEN = [
    ("zhou", "resolve/", "assigned", "计划完成日期", "列入计划", "已解决"),
    ("lin", "rate/", "resolved", "哪里不满意", "非常不满意", "非常满意"),
]


@pytest.mark.parametrize(("person", "path", "state", "field", "applies", "does_not"), WHEN)
def test_a_field_that_applies_only_to_some_choices_shows_with_these(
    person: str, path: str, state: str, field: str, applies: str, does_not: str, stage: Stage, open_window: OpenWindow
) -> None:
    stage.now = timezone.now() - timedelta(hours=12)
    petition = stage.in_state(state)
    page = open_window(getattr(stage.cast, person)).open(f"/petitions/{petition.number}/{path}")
    label = page.get_by_text(field, exact=True)
    expect(label).to_be_hidden()
    page.get_by_label(applies, exact=True).check()
    expect(label).to_be_visible()
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert (overflowing(page), violations(page)) == ([], [])
    page.get_by_label(does_not, exact=True).first.check()
    expect(label).to_be_hidden()


def test_what_was_typed_into_a_field_that_applies_no_more_is_kept_and_not_sent(
    stage: Stage, open_window: OpenWindow
) -> None:
    stage.now = timezone.now() - timedelta(hours=12)
    petition = stage.checked_in()
    page = open_window(stage.cast.zhou).open(f"/petitions/{petition.number}/")
    open_verb(page, "办结答复")
    page.get_by_label("列入计划").check()
    page.get_by_label("计划完成日期").fill("2020-01-01")
    page.get_by_label("已解决", exact=True).check()
    expect(page.get_by_label("计划完成日期")).to_be_disabled()
    page.get_by_label("列入计划").check()
    expect(page.get_by_label("计划完成日期")).to_have_value("2020-01-01")
    page.get_by_label("公开答复").fill("已列入明年的计划。")
    press(page, "办结并答复企业")
    expect(page.get_by_text("计划完成日期应在今天之后。")).to_be_visible()  # the form that comes back shows it, too
    expect(page.get_by_label("计划完成日期")).to_have_value("2020-01-01")


def test_a_filter_that_narrows_another_shows_with_any_choice_of_that_one(stage: Stage, open_window: OpenWindow) -> None:
    page = open_window(stage.cast.chen).open("/petitions/")
    expect(page.get_by_label("部门承办")).to_be_hidden()
    page.get_by_label("承办部门").select_option(str(stage.cast.lead.pk))
    expect(page.get_by_label("部门承办")).to_be_visible()
    page.get_by_label("承办部门").select_option("")
    expect(page.get_by_label("部门承办")).to_be_hidden()


def test_without_a_script_every_field_is_there(stage: Stage, open_window: OpenWindow) -> None:
    petition = stage.checked_in()
    window = open_window(stage.cast.zhou)
    window.page.route("**/site*.js", lambda route: route.fulfill(body="", content_type="text/javascript"))
    window.page.goto(f"{window.address}/petitions/{petition.number}/resolve/")
    expect(window.page.get_by_label("计划完成日期")).to_be_visible()
    expect(window.page.get_by_label("计划完成日期")).to_be_enabled()


def test_the_menu_of_a_phone(stage: Stage, open_window: OpenWindow) -> None:
    page = open_window(stage.cast.sun, width=PHONE).open("/")
    expect(page.get_by_role("link", name="全部诉求")).to_be_hidden()
    page.get_by_role("button", name="打开菜单").click()
    expect(page.locator("#sidebar-menu.show")).to_be_visible()
    assert (overflowing(page), violations(page)) == ([], [])


def test_characters_are_counted_while_typing(stage: Stage, open_window: OpenWindow) -> None:
    page = open_window(stage.cast.lin).open("/petitions/report/")
    page.get_by_label("标题").fill("路灯🔦坏了")
    expect(page.get_by_text("5 / 100")).to_be_visible()
    page.get_by_label("标题").fill("长" * 101)
    expect(page.locator(".char-count.is-over")).to_have_text("101 / 100")


def test_back_from_a_petition_shows_the_list_as_it_was_filtered(stage: Stage, open_window: OpenWindow) -> None:
    wanted = stage.assigned(title="要找的那一件")
    stage.assigned()
    page = open_window(stage.cast.chen).open("/petitions/")
    page.get_by_label("编号或内容中的词").fill("要找")
    expect(page.locator(".petition-row")).to_have_count(1)
    page.locator(".petition-row").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(wanted.title)
    page.go_back()
    expect(page).to_have_url(re.compile(r"\?q="))
    expect(page.get_by_role("heading", level=1)).to_have_text("全部诉求")
    expect(page.locator(".petition-row")).to_have_count(1)


def test_a_proposal_fills_the_form_and_sends_nothing(stage: Stage, open_window: OpenWindow) -> None:
    import_catalogue(csv_bytes(ARREARS, TAX | {"partners": "经信局"}, SCHOOL), "x.csv")
    refresh_routing_model(now=stage.tick())
    petition = stage.reported(**JOINT)
    page = open_window(stage.cast.sun).open(f"/petitions/{petition.number}/dispatch/")
    assert (overflowing(page), violations(page)) == ([], [])
    page.get_by_role("button", name="税务局").click()
    expect(page.get_by_label("主办部门")).to_have_value(str(stage.cast.support.pk))
    expect(page.get_by_role("checkbox", name="经信局").first).to_be_checked()
    expect(page.get_by_label("紧急程度")).to_have_value("normal")
    expect(page.get_by_label("诉求类型")).to_have_value("help")
    expect(page.locator(".filled-mark")).to_have_text(["按系统建议填入", "按系统建议填入"])
    page.get_by_role("button", name="经信局").click()
    expect(page.get_by_label("主办部门")).to_have_value(str(stage.cast.lead.pk))
    expect(page.get_by_role("checkbox", name="经信局").first).not_to_be_checked()
    page.set_viewport_size({"width": PHONE, "height": 900})
    assert (overflowing(page), violations(page)) == ([], [])
    page.get_by_label("主办部门").select_option(str(stage.cast.other_department.pk))
    expect(page.locator("#lead .filled-mark")).to_have_count(0)
    petition.refresh_from_db(fields=["assigned_at"])
    assert petition.assigned_at is None


def test_what_a_person_chose_stays_when_something_else_is_proposed(stage: Stage, open_window: OpenWindow) -> None:
    import_catalogue(csv_bytes(ARREARS, TAX | {"partners": "经信局"}, SCHOOL), "x.csv")
    refresh_routing_model(now=stage.tick())
    other = Category.objects.create(
        code="funds.loan", name="融资", parent=stage.cast.category.parent, service_level="ordinary"
    )
    CategoryLead.objects.create(category=other, level=Level.CITY, department=stage.cast.other_department)
    petition = stage.reported(**JOINT)
    page = open_window(stage.cast.sun).open(f"/petitions/{petition.number}/dispatch/")
    page.get_by_role("checkbox", name="教体局").first.check()
    page.get_by_role("button", name="税务局").click()
    expect(page.get_by_role("checkbox", name="教体局").first).to_be_checked()
    page.get_by_label("类别").select_option(str(other.pk))
    expect(page.get_by_text("这个类别由教体局主办；您已选的主办部门没有改动。")).to_be_visible()
    expect(page.get_by_label("主办部门")).to_have_value(str(stage.cast.support.pk))


def test_an_untouched_lead_follows_the_category_each_time(stage: Stage, open_window: OpenWindow) -> None:
    other = Category.objects.create(
        code="funds.loan", name="融资", parent=stage.cast.category.parent, service_level="ordinary"
    )
    CategoryLead.objects.create(category=other, level=Level.CITY, department=stage.cast.other_department)
    petition = stage.reported()
    page = open_window(stage.cast.sun).open(f"/petitions/{petition.number}/dispatch/")
    for category, lead in ((other, stage.cast.other_department), (stage.cast.category, stage.cast.lead)) * 2:
        page.get_by_label("类别").select_option(str(category.pk))
        expect(page.get_by_label("主办部门")).to_have_value(str(lead.pk))


@pytest.mark.parametrize(("person", "path"), [("lin", "/petitions/report/"), ("sun", "/petitions/intake/{}/")])
def test_what_others_asked_already_comes_up_while_one_types(
    person: str, path: str, stage: Stage, open_window: OpenWindow
) -> None:
    stage.reported(by=stage.cast.mallory, enterprise=stage.cast.other_enterprise, **LETTER_TOO)
    page = open_window(getattr(stage.cast, person)).open(path.format(stage.cast.enterprise.credit_code))
    page.get_by_label("标题").press_sequentially(LETTER["title"])
    page.get_by_label("诉求内容").fill(LETTER["body"])
    expect(page.locator(".similar-others")).to_be_visible()
    page.get_by_label("是同一个问题").check()
    expect(page.get_by_label("诉求内容")).to_have_value(LETTER["body"])
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
