"""A department's ready-made answers: kept by its heads, used by everybody in it.

A word in braces is replaced by what it stands for (WORDS). These few words are all: there is no template language.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import Role, User
from departments.models import Department
from petitions.models import BODY_MAX, Outcome, Petition, ReplyTemplate
from verbs.inputs import REASON_MIN, Problems
from verbs.refusals import NotPermitted

TITLE_MAX = 40
WORD = re.compile(r"\{([^{}]*)\}")
# The words that may stand in braces, each with the function that returns its value; ENGLISH has their English forms.
WORDS: dict[str, Callable[[Petition, Department, datetime], str]] = {
    "诉求编号": lambda petition, department, now: petition.number,
    "标题": lambda petition, department, now: petition.title,
    "部门": lambda petition, department, now: department.name,
    "日期": lambda petition, department, now: "{0.year}年{0.month}月{0.day}日".format(timezone.localdate(now)),
}
ENGLISH = {"number": "诉求编号", "title": "标题", "department": "部门", "date": "日期"}


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A template as a head typed it. The outcome is the one that the answer gets with the text; "" for none."""

    department: Department
    title: str
    text: str
    outcome: str = ""


def kept_by(user: User) -> QuerySet[Department]:
    """Return the departments whose templates the user may change: those in which they are a head."""
    return Department.objects.of(user) if user.has_role(Role.HEAD) else Department.objects.none()


def known_words() -> str:
    """Say in the active language which words may stand in braces."""
    names = ENGLISH if get_language() == "en" else WORDS
    return _("、").join(f"{{{name}}}" for name in names)


def keep_template(*, draft: Draft, by: User, template: ReplyTemplate | None = None) -> ReplyTemplate:
    """Add a template, or change one.

    template  the one to change; None adds one
    Raises  InvalidInput, NotPermitted
    """
    problems = Problems()
    title = problems.text("title", draft.title, most=TITLE_MAX)
    text = problems.text("text", draft.text, least=REASON_MIN, most=BODY_MAX)
    unknown = [f"{{{word}}}" for word in WORD.findall(text) if ENGLISH.get(word, word) not in WORDS]
    sentence = _("不认识%(word)s；可以用：%(known)s。")
    problems.need("text", not unknown, sentence % {"word": "".join(unknown[:1]), "known": known_words()})
    problems.choice("outcome", draft.outcome, ["", *Outcome.values])
    problems.raise_if_any()
    with transaction.atomic():
        _check_keeper(by, draft.department, template)
        Department.objects.select_for_update(no_key=True).get(pk=draft.department.pk)
        row = template or ReplyTemplate()
        same = ReplyTemplate.objects.filter(department=draft.department, title=title).exclude(pk=row.pk)
        problems.need("title", not same.exists(), _("本部门已有同名的模板。"))
        problems.raise_if_any()
        row.department, row.title, row.text, row.outcome = draft.department, title, text, draft.outcome
        row.save()
    return row


def drop_template(*, template: ReplyTemplate, by: User) -> None:
    """Delete the template; answers that were made from it stay. Safe to repeat.

    Raises  NotPermitted
    """
    _check_keeper(by, template.department, template)
    ReplyTemplate.objects.filter(pk=template.pk).delete()


def _check_keeper(by: User, department: Department, template: ReplyTemplate | None) -> None:
    needed = {department.pk} | ({template.department_id} if template else set())
    if kept_by(by).filter(pk__in=needed).count() < len(needed):
        raise NotPermitted()


def filled(template: ReplyTemplate, *, petition: Petition, now: datetime) -> str:
    """Return the template's text with its words filled in for the petition."""

    def value(match: re.Match[str]) -> str:
        known = WORDS.get(ENGLISH.get(match[1], match[1]))
        return known(petition, template.department, now) if known else match[0]

    return WORD.sub(value, template.text)
