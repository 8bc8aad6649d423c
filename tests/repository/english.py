"""A stage whose data is English, and the search for Chinese on its pages."""

import re
from typing import Any

from django.test import Client
from django.urls import reverse

from accounts.models import User
from departments.models import Department
from enterprises.models import Enterprise
from limits.models import LadderStep, LimitRule
from petitions.models import Petition
from petitions.reporting import Report
from petitions.resolution import Answer
from tests.cast import Cast, Stage

CHINESE = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]+")
IN_CHINESE_ON_PURPOSE = re.compile(r'<button[^>]*lang="zh-hans">[^<]*</button>')


class EnglishStage(Stage):
    """Petitions whose texts are English, as are the names of everybody and everything in them."""

    def __init__(self, cast: Cast) -> None:
        super().__init__(cast)
        for user in User.objects.exclude(pk=cast.system.pk):
            User.objects.filter(pk=user.pk).update(display_name=user.username)
        for unit in Department.objects.all():
            Department.objects.filter(pk=unit.pk).update(name=unit.code, short_name=unit.code, name_en=unit.code)
        for enterprise in Enterprise.objects.all():
            Enterprise.objects.filter(pk=enterprise.pk).update(name=f"E{enterprise.pk}", short_name=f"E{enterprise.pk}")
        for policy in (LimitRule, LadderStep):
            policy.objects.update(basis="The city's rules")

    def report_form(self, **changes: Any) -> Report:
        texts = {"title": "Unpaid invoices", "body": "Nobody pays our invoices.", "contact_name": "Lin"}
        return super().report_form(**(texts | changes))

    def answer(self, **changes: Any) -> Answer:
        return super().answer(**({"public_answer": "They will pay.", "internal_note": "A visit helped."} | changes))


def chinese_in(response: Any) -> str:
    return " ".join(CHINESE.findall(IN_CHINESE_ON_PURPOSE.sub("", response.content.decode())))


def reader(user: User | None, language: str = "en") -> Client:
    client = Client(headers={"accept-language": language})
    if user:
        client.force_login(user)
    return client


def address(verb: str, petition: Petition) -> str:
    return reverse(f"petitions:{verb}", args=[petition.number])
