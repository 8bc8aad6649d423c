"""Every page in a real Chromium: no error on the console, nothing wider than the window, neither on a phone nor on a
wide screen, and no serious or critical fault that axe-core knows.
"""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import URLPattern
from django.utils import timezone
from playwright.sync_api import Page

from figures.urls import urlpatterns as figures
from limits.urls import urlpatterns as limits
from notices.urls import urlpatterns as notices
from petitions.discussion import discuss
from petitions.models import AutoDispatch, IntegrityFlag, Petition, ReplyTemplate, SavedFilter
from petitions.proposals.auto_dispatch import auto_dispatch
from petitions.ratings.links import token_for
from petitions.reopening import reopen_petition
from petitions.supervision.flags import raise_flags
from petitions.supervision.orders import issue_order
from petitions.urls import petitions
from scores.models import CycleFact
from surveys.calling import Attempt
from surveys.urls import urlpatterns as surveys
from tests.browser.checks import overflowing, violations
from tests.browser.chromium import PHONE, WIDE, OpenWindow
from tests.browser.pages import PAGES
from tests.cast import Stage
from tests.occasions import occasion
from tests.petitions.automatic import switch_on
from tests.petitions.department_steps import furnish_department
from tests.petitions.flags import withdrawn_after_contact
from tests.petitions.ratings import LOW, put_right, rate, rated_low
from tests.petitions.send_backs import asked, refused, sent_back
from tests.petitions.verbs import CALLS, ready_for
from tests.scores.facts import scored
from tests.scores.figures import frozen_september
from tests.slow import MOST_SECONDS, slow
from tests.surveys.steps import REACHED, drawn, long_ago, tried
from ui.paging import PAGE_SIZE

pytestmark = pytest.mark.browser

# A file, parts of the report and the dispatch form, a link that leads on, and what is only posted.
NOT_PAGES = {"already_asked", "download", "propose_lead", "read", "read_all", "drop_channel"}
# Of those inside a department: what is only posted.
NOT_PAGES |= {
    "freeze_month",
    "check_in_all",
    "hand_over_all",
    "end_absence",
    "drop_filter",
    "drop_template",
    "fill_answer",
}
SHOW = "/petitions/{}/"
LONG_WORD = "https://example.cn/" + "a" * 90


def plan() -> list[tuple[str, str, int]]:
    rows = [line.split() for line in PAGES.strip().splitlines()]
    return [(person, path, int(*status or ["200"])) for person, path, *status in rows]


def plain(template: str) -> str:
    """The address as the routes have it."""
    template = template.replace("{scored}", "?").partition("?")[0]
    return re.sub(r"{\w+}|(?<=awards/)pilot|jingxin|(?<=limits/)resolve_department", "{}", template)


@pytest.fixture
def numbers(stage: Stage) -> dict[str, str]:
    """Numbers of petitions with all that a page can hold: two cycles, files, a confidential one, words without end."""
    long: dict[str, Any] = {"title": LONG_WORD[:95], "body": LONG_WORD * 3, "contact_name": "名" * 40}
    files = [SimpleUploadedFile(f"{LONG_WORD[19:]}.txt", b"1")]
    again = stage.resolved(with_support=True, files=files, urgency="urgent", **long)
    again = reopen_petition(petition=again, by=stage.cast.lin, reason="货款仍未到账", now=stage.tick())
    made: dict[str, Petition] = {
        "again": again,
        "sent_back": sent_back(stage, stage.assigned(**long), basis=LONG_WORD),
        "new": stage.assigned(with_support=True, is_confidential=True, **long),
        "assigned": ready_for("answer_support", "assigned", stage, urgency="urgent"),
        "of_district": stage.reported(region=stage.cast.district, is_confidential=True, **long),
        "automatic": automatic(stage),
        **{state: ready_for("rate", state, stage, **long) for state in ("resolved", "rated", "closed")},
    }
    for _place in range(PAGE_SIZE):
        stage.reported(urgency="pressing")
    furnish_department(stage.cast)
    keys = {"filter": SavedFilter.objects.get().pk, "template": ReplyTemplate.objects.get().pk}
    inside = {"page": "list"} | {name: str(key) for name, key in keys.items()}
    numbers = {state: petition.number for state, petition in made.items()} | limited(stage, long) | inside
    event = occasion(stage, name=LONG_WORD[:60], place=LONG_WORD[:90], host=LONG_WORD[:90])
    rated = stage.rated(occasion=event, **long)
    numbers |= {"event": event.key, "enterprise": stage.cast.enterprise.credit_code}
    numbers |= grouped(stage, long) | surveyed(stage, long) | joined(stage, long) | counted(stage)
    frozen_september(stage.cast, rated.number)  # what closes in it later is October's
    return numbers


def surveyed(stage: Stage, long: dict[str, Any]) -> dict[str, str]:
    """Keys of a call that was tried, its survey's month, and an integrity flag."""
    survey = drawn(long_ago(stage.cast), 5, 1, is_confidential=True, **long)
    call, other = survey.calls.order_by("place")
    tried(stage, call, Attempt(result="no_answer", remarks=LONG_WORD))
    tried(stage, other, REACHED)
    withdrawn_after_contact(flagging := long_ago(stage.cast))
    raise_flags(now=flagging.now)
    flag = IntegrityFlag.objects.all()[0]
    return {"call": str(call.pk), "month": str(survey), "flag": str(flag.pk)}


def joined(stage: Stage, long: dict[str, Any]) -> dict[str, str]:
    """Numbers of what joint handling brings: words, a support let off, requests at each stage, one still possible."""
    joint = ready_for("waive_support", "assigned", stage, **long)
    CALLS["waive_support"](stage, joint, stage.cast.chen, stage.tick())
    discuss(petition=joint, by=stage.cast.zhou, text=LONG_WORD, mention=stage.cast.support, now=stage.tick())
    returning = stage.assigned(with_support=True, **long)
    asked(stage, returning, basis=LONG_WORD)
    # The pages read the real clock, and time to ask or to dispute runs out.
    stage.now = timezone.now() - timedelta(hours=12)
    made = {"joint": joint, "returning": returning, "recent": stage.assigned(**long)}
    made["at_work"] = stage.checked_in(**long)
    made["appointed"] = ready_for("move_appointment", "assigned", stage, **long)
    made["rectifying"] = rated_low(stage, with_support=True, **long)
    made["referred"] = rate(stage, put_right(stage, rated_low(stage, **long)), **LOW)
    made["fresh"] = stage.resolved(with_support=True, **long)
    made["refused"] = refused(stage, stage.assigned(with_support=True, **long)).assignment.petition
    numbers = {name: petition.number for name, petition in made.items()}
    return numbers | {"token": str(token_for(made["fresh"], stage.cast.lin))}


def counted(stage: Stage) -> dict[str, str]:
    """Keys of a fact and an appeal of this month, and the address's part that names the month."""
    month = timezone.localdate().replace(day=1)
    appeal = scored(stage.cast, month, text=LONG_WORD * 3)
    free = CycleFact.objects.filter(appeal__isnull=True, month=month)
    return {"scored": f"?month={month:%Y-%m}", "fact": str(free[0].pk), "appeal": str(appeal.pk)}


def grouped(stage: Stage, long: dict[str, Any]) -> dict[str, str]:
    """Numbers of a merged petition and what it was merged into, of a linked one and its parent."""
    files = [SimpleUploadedFile(f"{LONG_WORD[19:]}.txt", b"1")]
    merged = CALLS["merge"](stage, stage.reported(files=files, **long), stage.cast.sun, stage.tick())
    linked = CALLS["link"](stage, stage.assigned(with_support=True, **long), stage.cast.sun, stage.tick())
    assert merged.merged_into
    assert linked.parent
    # One that can be followed: the parent above has a petition of this enterprise already.
    stage.reported(by=stage.cast.mallory, enterprise=stage.cast.other_enterprise, **long)
    numbers = {"merged": merged.number, "kept": merged.merged_into.number, "plain": stage.reported(**long).number}
    return numbers | {"linked": linked.number, "parent": linked.parent.number}


def automatic(stage: Stage) -> Petition:
    """Dispatched automatically today, by the page's own clock; then the category is switched off again."""
    switch_on(stage)
    petition = stage.reported()
    assert auto_dispatch(now=timezone.now()) == 1
    AutoDispatch.objects.update(is_on=False)
    return petition


def limited(stage: Stage, long: dict[str, Any]) -> dict[str, str]:
    """Numbers of what limits bring: an extension and a hold that were asked for, a hold, an order at each stage."""
    cast, now = stage.cast, stage.tick
    asked = CALLS["ask_hold"](stage, ready_for("decide_extension", "assigned", stage, **long), cast.wu, now())
    held = ready_for("resume", "assigned", stage, **long)
    issued, replied = (
        issue_order(petition=petition, by=cast.chen, department=cast.lead, text=LONG_WORD, now=now())
        for petition in (held, asked)
    )
    CALLS["reply_order"](stage, asked, cast.wu, now())
    clock = str(held.clocks.get(promise="resolve_department").pk)
    numbers = {"asked": asked.number, "held": held.number, "issued": issued.number, "replied": replied.number}
    return numbers | {"clock": clock, "webhook": "webhook"}


def addresses(routes: Any, before: str = "/") -> Iterator[tuple[str, str]]:
    """The address and name of every page, `{}` for what differs from one to the next."""
    for route in routes:
        address = before + re.sub(r"<[^>]+>", "{}", str(route.pattern))
        if not isinstance(route, URLPattern):
            yield from addresses(route.url_patterns, address)
        elif route.name not in NOT_PAGES:
            yield address, str(route.name)


def test_every_page_is_in_the_plan() -> None:
    planned = {plain(path) for _person, path, status in plan() if status == 200}
    known = [*addresses(petitions[0]), *addresses(figures, "/scores/"), *addresses(surveys, "/surveys/")]
    known += [*addresses(notices, "/notices/"), *addresses(limits, "/limits/")]
    assert {address for address, _name in known} - planned == set()


def test_every_planned_page_answers_as_planned(stage: Stage, numbers: dict[str, str]) -> None:
    """Without a browser, so that a page that refuses what the plan asks for is seen in every run."""
    unexpected = []
    for person, template, status in plan():
        client, path = Client(), template.format(**numbers)
        if user := getattr(stage.cast, person, None):
            client.force_login(user)
        page = client.get(path)
        if page.status_code != status:
            unexpected.append((person, template, page.status_code, page.headers.get("Location")))
    assert unexpected == []


@slow("all pages there are, a minute")
@pytest.mark.timeout(MOST_SECONDS)
def test_no_page_is_wider_than_its_window(open_window: OpenWindow, stage: Stage, numbers: dict[str, str]) -> None:
    faults = []
    for page, person, path in opened(PHONE, open_window, stage, numbers):
        faults += [(person, path, PHONE, fault) for fault in overflowing(page)]
        page.set_viewport_size({"width": WIDE, "height": 768})
        faults += [(person, path, WIDE, fault) for fault in overflowing(page)]
        page.set_viewport_size({"width": PHONE, "height": 844})
    assert faults == []


@slow("axe-core on every page, 1 to 2 minutes a width")
@pytest.mark.timeout(MOST_SECONDS)
@pytest.mark.parametrize("width", [PHONE, WIDE])
def test_no_page_trips_anybody(width: int, open_window: OpenWindow, stage: Stage, numbers: dict[str, str]) -> None:
    pages = opened(width, open_window, stage, numbers)
    assert [(person, path, fault) for page, person, path in pages for fault in violations(page)] == []


def opened(
    width: int, open_window: OpenWindow, stage: Stage, numbers: dict[str, str]
) -> Iterator[tuple[Page, str, str]]:
    """Open the plan's pages one after the other; yield each with who opened it, and its address."""
    windows = {}
    for person, template, status in plan():
        if person not in windows:
            windows[person] = open_window(getattr(stage.cast, person, None), width=width)
        window, path = windows[person], template.format(**numbers)
        page = window.open(path)
        assert (window.status, page.url) == (status, window.address + path)
        yield page, person, path


def test_what_would_trip_somebody_is_seen(open_window: OpenWindow) -> None:
    """The negative control: a page with one fault of each kind."""
    window = open_window(width=PHONE)
    page = window.open("/accounts/sign-in/")
    assert (overflowing(page), violations(page), window.troubles) == ([], [], [])
    fault = "<img class=wide style='min-width: 600px' src=/static/gone.svg>"
    page.evaluate("(html) => document.body.insertAdjacentHTML('beforeend', html)", fault)
    page.evaluate("console.error('noted')")
    page.evaluate("setTimeout(() => gone(), 0)")
    page.wait_for_load_state("networkidle")
    assert "IMG.wide" in overflowing(page)
    assert [fault.partition(":")[0] for fault in violations(page)] == ["image-alt"]
    kinds = {trouble.partition(":")[0] for trouble in window.troubles}
    window.troubles.clear()
    assert kinds == {"404", "console", "script"}
