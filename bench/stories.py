"""Petitions that go through the verbs by the API, step by step: every step of all of them is one row of the table."""

import csv
import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.conf import settings

from accounts.models import User
from bench.asked import API, sent
from bench.clients import Answer, Asked
from bench.people import People, dispatchers_at, workers
from departments.models import Category, Department
from enterprises.models import Enterprise
from petitions.models import Assignment
from regions.models import Region

VERBS = ("create", "dispatch", "check-in", "contact", "resolve", "rate")
ANSWER = "经现场核实，材料齐全，已按规定为贵公司办结，批复文件已同步推送至企业账户。联系人：办公室，0999-0160000。"


@dataclass
class Story:
    """One petition: who files it where, who dispatches it to whom, who answers. `number` is known once it is filed."""

    place: int
    enterprise: Enterprise
    liaison: User
    region: Region
    dispatcher: User
    lead: Department
    handler: User
    number: str = ""

    def take_number(self, answer: Answer) -> None:
        """Keep the number that the filed petition was given."""
        self.number = json.loads(answer.body)["number"]


class Stories:
    """So many petitions, of 50 liaisons in turn, at the city's and the districts' desks."""

    def __init__(self, people: People, count: int) -> None:
        self.people = people
        liaisons = [
            (user, user.liaisons.select_related("enterprise").get().enterprise) for user in people.of("liaison")
        ]
        at, by_department = dispatchers_at(), workers()
        desks = []
        for region in Region.objects.order_by("pk"):
            units = Department.objects.filter(region=region, pk__in=by_department, is_active=True)
            dispatchers = at.get(region.pk if region.parent_id else None, [])
            desks += [(region, user, unit) for user, unit in zip(dispatchers, itertools.cycle(units), strict=False)]
        desks.sort(key=lambda desk: desk[1].pk)
        self.all = []
        for place in range(count):
            liaison, enterprise = liaisons[place % len(liaisons)]
            region, dispatcher, lead = desks[place % len(desks)]
            handlers = by_department[lead.pk]
            handler = handlers[place % len(handlers)]
            self.all.append(Story(place, enterprise, liaison, region, dispatcher, lead, handler))
        with (settings.BASE_DIR / "seeds" / "petitions.csv").open(encoding="utf-8", newline="") as file:
            self.letters = [(row["title"], row["body"]) for row in csv.DictReader(file)]
        self.categories = list(Category.objects.filter(parent__isnull=False).order_by("pk"))

    def step(self, verb: str) -> Iterator[Asked]:
        """Yield the request of this step for each petition, in order."""
        parts = {}
        if verb == "rate":
            rows = Assignment.objects.filter(petition__number__in=[story.number for story in self.all])
            parts = dict(rows.values_list("petition__number", "pk"))
        for story in self.all:
            yield self._asked(verb, story, parts)

    def _asked(self, verb: str, story: Story, parts: dict[str, int]) -> Asked:
        api, path = self.people.api, f"{API}{story.number}/{verb}/"
        if verb == "create":
            return self._filed(story)
        if verb == "dispatch":
            return sent(api(story.dispatcher), path, lead=story.lead.code, note="请按职责办理。")
        if verb == "rate":
            rating = {"assignment": parts[story.number], "level": 5, "is_solved": "yes", "text": "很快就解决了。"}
            return sent(api(story.liaison), path, ratings=[rating])
        bodies = {
            "check-in": {},
            "contact": {"way": "phone", "text": "与企业电话联系，核实诉求的具体情况。"},
            "resolve": {"outcome": "solved", "public_answer": ANSWER},
        }
        return sent(api(story.handler), path, **bodies[verb])

    def _filed(self, story: Story) -> Asked:
        title, body = self.letters[story.place % len(self.letters)]
        asked = sent(
            self.people.api(story.liaison) | {"Idempotency-Key": f"bench-{id(self)}-{story.place}"},
            API,
            title=title,
            body=f"{body}（第{story.place}件）",
            kind="help",
            urgency="normal",
            category=self.categories[story.place % len(self.categories)].code,
            region=story.region.code,
            enterprise=story.enterprise.credit_code,
            contact_name="林晓",
            contact_phone="13800000000",
            is_confidential=story.place % 20 == 0,
        )
        return replace(asked, told=story.take_number)
