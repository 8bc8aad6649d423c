"""Walk the petitions of petitions.csv through the verbs, at their own times.

A row's `steps` are `verb@offset` tokens, offsets in hours or minutes since the petition was reported; what is done
about its limits is in limits.csv (limits.py). Everything is done by the people who would do it: the enterprise's
liaison, a dispatcher (who also files what came by phone or on a visit), the department's handler and head. Between
two steps the sweep raises what is due.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, time, timedelta
from functools import partial

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from departments.models import Category, Department
from enterprises.models import Enterprise, Occasion
from petitions.check_in import check_in_department
from petitions.dispatch import Placement, dispatch_petition
from petitions.handling import ContactWay, record_contact, record_progress
from petitions.models import Assignment, Channel, Decision, Outcome, Part, Petition, SendBack
from petitions.rating import Judgement, rate_petition
from petitions.rating_window import lapse_petition
from petitions.reporting import Report, report_petition, supplement_petition, urge_petition, withdraw_petition
from petitions.resolution import Answer, answer_support, reopen_petition, resolve_petition
from petitions.send_back import ask_send_back, decide_send_back
from regions.models import Region
from seeds.limits import read_older_notices, sweep_until, take_step

SOURCE = "seed"
# Nobody of the enterprise types these.
AT_THE_DESK = (Channel.PHONE, Channel.VISIT)
# An outcome of "planned" is dated this far ahead of the answer.
PLANNED_AFTER = timedelta(days=90)
SUPPORT_CONTACT = "与企业电话联系，了解需要协助的事项。"

Row = Mapping[str, str]


def walk_petitions(
    rows: Iterable[Row], limits: Iterable[Row], occasions: Mapping[str, Occasion], *, now: datetime
) -> int:
    """Walk every row that is not in the database yet; each row is one transaction. Returns how many were added.

    limits     what is done about their limits, by the petition's key
    occasions  where a petition comes from, by its key
    """
    known = set(Petition.objects.filter(source=SOURCE).values_list("source_id", flat=True))
    new = [row for row in rows if row["key"] not in known]
    limits_of = defaultdict(list)
    for limit in limits:
        limits_of[limit["petition"]].append(limit)
    # In the order of reporting, so that numbers and times rise together.
    for row in sorted(new, key=lambda row: _moment(row, now)):
        with transaction.atomic():
            _Walk(row, limits_of[row["key"]], occasions.get(row["key"]), now).go()
    if new:
        sweep_until(now)
        read_older_notices(now=now)
    return len(new)


def _moment(row: Row, now: datetime) -> datetime:
    """Return when the row's petition was reported, or its step done: `days_ago` at `time`."""
    return min(day_of(row["days_ago"], time.fromisoformat(row["time"]), now), now - timedelta(minutes=5))


def day_of(days_ago: str, hour: time, now: datetime) -> datetime:
    """Return that hour so many days ago, counted from the last Saturday: offices work on weekdays whenever the file
    is loaded."""
    today = timezone.localdate(now)
    saturday = today - timedelta(days=(today.weekday() - 5) % 7)
    return timezone.make_aware(datetime.combine(saturday - timedelta(days=int(days_ago)), hour))


def _offset(token: str) -> timedelta:
    amount = float(token[:-1])
    return timedelta(hours=amount) if token.endswith("h") else timedelta(minutes=amount)


def _city_dispatcher() -> User:
    return User.objects.get(username="dispatcher")


def _department(name: str) -> Department:
    """Find `short_name` in the city, or `region/short_name`."""
    region, _slash, short_name = name.rpartition("/")
    return Department.objects.get(region__code=region or "lanchuan", short_name=short_name)


class _Walk:
    def __init__(self, row: Row, limits: Iterable[Row], occasion: Occasion | None, now: datetime) -> None:
        self.row = row
        self.occasion = occasion
        self.limits = limits
        self.now = now
        self.reported_at = _moment(row, now)
        self.enterprise = Enterprise.objects.get(credit_code=row["enterprise"])
        self.liaison = User.objects.get(liaisons__enterprise=self.enterprise)
        self.petition: Petition

    def go(self) -> None:
        self.petition = self._report()
        for now, step in sorted(self._steps(), key=lambda each: each[0]):
            sweep_until(now)
            step(now)

    def _steps(self) -> Iterator[tuple[datetime, Callable[[datetime], None]]]:
        for token in self.row["steps"].split():
            verb, offset = token.split("@")
            yield self.reported_at + _offset(offset), partial(self._step, verb)
        for limit in self.limits:
            yield _moment(limit, self.now), partial(self._limit_step, limit)

    def _step(self, verb: str, now: datetime) -> None:
        self.petition = STEPS[verb](self, now)

    def _limit_step(self, limit: Row, now: datetime) -> None:
        department = _department(limit["department"]) if limit["department"] else self._lead().department
        take_step(limit, self.petition, department, now)

    def _report(self) -> Petition:
        by = _city_dispatcher() if self.row["channel"] in AT_THE_DESK else self.liaison
        if self.row["channel"] == Channel.ASSISTANT:
            by = User.objects.filter(assistant__enterprises=self.enterprise).order_by("pk").first() or by
        report = Report(
            title=self.row["title"],
            body=self.row["body"],
            kind=self.row["kind"],
            urgency=self.row["urgency"],
            channel=self.row["channel"],
            category=Category.objects.get(code=self.row["category"]),
            region=Region.objects.get(code=self.row["region"]),
            enterprise=self.enterprise,
            occasion=self.occasion,
            is_confidential=self.row["confidential"] == "1",
            contact_name=self.enterprise.contact_name,
            contact_phone=self.enterprise.contact_phone,
            source=SOURCE,
            source_id=self.row["key"],
        )
        return report_petition(report=report, by=by, now=self.reported_at)

    def _worker(self, assignment: Assignment, role: str = "handler") -> User:
        return User.objects.get(memberships__department=assignment.department, roles__contains=[role])

    def _live(self, part: str) -> list[Assignment]:
        live = self.petition.assignments.live().filter(cycle=self.petition.cycle, part=part)
        return list(live.select_related("department"))

    def _lead(self) -> Assignment:
        return self._live(Part.LEAD)[0]

    def dispatch(self, now: datetime) -> Petition:
        is_second = self.petition.assignments.exists()
        lead = self.row["redispatch_to"] if is_second else self.row["lead"]
        supports = [_department(name) for name in self.row["supports"].split(";") if name]
        placement = Placement(lead=_department(lead), supports=supports)
        by = self._dispatcher(placement.lead)
        return dispatch_petition(petition=self.petition, by=by, placement=placement, now=now)

    def _dispatcher(self, lead: Department) -> User:
        """The dispatcher of the desk in charge; where the lead is the city's, the city takes over."""
        of_desk = User.objects.filter(desks__region=self.petition.desk, desks__region_id=lead.region_id)
        return of_desk.first() or _city_dispatcher()

    def ask_send_back(self, now: datetime) -> Petition:
        return ask_send_back(
            petition=self.petition,
            by=self._worker(self._lead(), "head"),
            reason=self.row["send_back_reason"],
            basis=self.row["send_back_note"],
            proposed=_department(self.row["redispatch_to"]) if self.row["redispatch_to"] else None,
            now=now,
        )

    def decide_send_back(self, now: datetime) -> Petition:
        asked = SendBack.objects.open().get(assignment__petition=self.petition)
        return decide_send_back(send_back=asked, by=_city_dispatcher(), decision=Decision.APPROVED, now=now)

    def check_in(self, now: datetime) -> Petition:
        lead = self._lead()
        return check_in_department(petition=self.petition, by=self._worker(lead), department=lead.department, now=now)

    def support_check_in(self, now: datetime) -> Petition:
        for support in self._live(Part.SUPPORT):
            check_in_department(
                petition=self.petition, by=self._worker(support), department=support.department, now=now
            )
        return self.petition

    def support_contact(self, now: datetime) -> Petition:
        for support in self._live(Part.SUPPORT):
            worker = self._worker(support)
            record_contact(petition=self.petition, by=worker, way=ContactWay.PHONE, text=SUPPORT_CONTACT, now=now)
        return self.petition

    def contact(self, now: datetime) -> Petition:
        return record_contact(
            petition=self.petition,
            by=self._worker(self._lead()),
            way=ContactWay.PHONE,
            text=self._again("second_contact") or self.row["contact_note"],
            now=now,
        )

    def progress(self, now: datetime) -> Petition:
        return record_progress(
            petition=self.petition,
            by=self._worker(self._lead()),
            text=self.row["progress_note"],
            is_public=True,
            now=now,
        )

    def support_answer(self, now: datetime) -> Petition:
        said = self._again("second_support") or self.row["support_answer"]
        answer = Answer(outcome=Outcome.EXPLAINED, public_answer=said)
        for support in self._live(Part.SUPPORT):
            answer_support(petition=self.petition, by=self._worker(support), answer=answer, now=now)
        return self.petition

    def answer(self, now: datetime) -> Petition:
        is_planned = self.row["outcome"] == Outcome.PLANNED
        answer = Answer(
            outcome=self.row["outcome"],
            public_answer=self._again("second_answer") or self.row["public_answer"],
            internal_note=self.row["internal_note"],
            planned_date=timezone.localdate(now + PLANNED_AFTER) if is_planned else None,
        )
        return resolve_petition(petition=self.petition, by=self._worker(self._lead()), answer=answer, now=now)

    def rate(self, now: datetime) -> Petition:
        answered = self.petition.assignments.live().filter(cycle=self.petition.cycle, answered_at__isnull=False)
        which = "second" if self._again("second_level") else "rating"
        level, is_solved, text = (self.row[f"{which}_{name}"] for name in ("level", "solved", "text"))
        judgement = Judgement(level=int(level), is_solved=is_solved, text=text)
        return rate_petition(
            petition=self.petition,
            by=self.liaison,
            judgements={assignment.pk: judgement for assignment in answered},
            now=now,
        )

    def _again(self, column: str) -> str:
        """What is said while a low rating is put right, "" in the first cycle."""
        return self.row[column] if self.petition.cycle > 1 else ""

    def supplement(self, now: datetime) -> Petition:
        return supplement_petition(petition=self.petition, by=self.liaison, text=self.row["supplement_text"], now=now)

    def urge(self, now: datetime) -> Petition:
        return urge_petition(petition=self.petition, by=self.liaison, now=now)

    def reopen(self, now: datetime) -> Petition:
        return reopen_petition(petition=self.petition, by=self.liaison, reason=self.row["reopen_reason"], now=now)

    def withdraw(self, now: datetime) -> Petition:
        return withdraw_petition(petition=self.petition, by=self.liaison, reason=self.row["closing_reason"], now=now)

    def lapse(self, now: datetime) -> Petition:
        return lapse_petition(petition=self.petition, by=User.objects.system(), now=now)


STEPS: dict[str, Callable[[_Walk, datetime], Petition]] = {
    "dispatch": _Walk.dispatch,
    "ask_send_back": _Walk.ask_send_back,
    "decide_send_back": _Walk.decide_send_back,
    "check_in": _Walk.check_in,
    "support_check_in": _Walk.support_check_in,
    "support_contact": _Walk.support_contact,
    "contact": _Walk.contact,
    "progress": _Walk.progress,
    "support_answer": _Walk.support_answer,
    "answer": _Walk.answer,
    "rate": _Walk.rate,
    "supplement": _Walk.supplement,
    "urge": _Walk.urge,
    "reopen": _Walk.reopen,
    "withdraw": _Walk.withdraw,
    "lapse": _Walk.lapse,
}
