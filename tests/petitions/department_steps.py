"""What the tests inside a department start from: an absence, a template, a saved filter of the lead's people."""

from datetime import date, timedelta

from accounts.models import User
from departments.models import Absence
from petitions.models import ReplyTemplate, SavedFilter
from tests.cast import Cast
from tests.moments import TUESDAY_10AM

TODAY = TUESDAY_10AM.date()
WEEK = timedelta(days=7)
TEXT = "关于“{标题}”（{诉求编号}），{部门}已经办结。{日期}"


def absence(user: User, substitute: User, first: date = TODAY, last: date = TODAY + WEEK) -> Absence:
    """Write an absence as it stands in the table, whatever the verb would say."""
    return Absence.objects.create(user=user, substitute=substitute, first_date=first, last_date=last)


def template(cast: Cast, title: str = "已协调付款", text: str = TEXT, outcome: str = "solved") -> ReplyTemplate:
    return ReplyTemplate.objects.create(department=cast.lead, title=title, text=text, outcome=outcome)


def saved(
    owner: User, name: str = "我的", query: str = "show=mine", page: str = "queue", *, shared: bool = False
) -> SavedFilter:
    return SavedFilter.objects.create(owner=owner, page=page, name=name, query=query, is_shared=shared)


def furnish_department(cast: Cast) -> None:
    """One of each: Zhou will be away and Wu stands in; the lead has a template; Zhou has a filter for all petitions."""
    absence(cast.zhou, cast.wu, TODAY + WEEK, TODAY + 2 * WEEK)
    template(cast)
    saved(cast.zhou, "逾期", "overdue=on", "list")
