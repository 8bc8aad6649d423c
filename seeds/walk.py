"""Walk the petitions of petitions.csv and past_petitions.csv through the verbs, at their own times (moments.py).

A row's `steps` are `verb@offset` tokens; an offset counts from when the petition was reported. What is done about its
limits is in limits.csv (limits.py). Everything is done by the people who would do it (cast.py): the enterprise's
liaison, a dispatcher (who also files what came by phone or on a visit), the department's handler and head. Between two
steps the sweep raises what is due.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from departments.models import Department
from enterprises.models import Occasion
from petitions.arbitration import decide_send_back
from petitions.check_in import check_in_department
from petitions.dispatch import Placement, dispatch_petition
from petitions.following_up import supplement_petition, urge_petition, withdraw_petition
from petitions.handling import ContactWay, record_contact, record_progress
from petitions.models import Channel, Decision, Outcome, Petition, SendBack, Urgency
from petitions.ratings.rating import Judgement, rate_petition
from petitions.ratings.window import lapse_petition, window_end
from petitions.reopening import reopen_petition
from petitions.reporting import Report, report_petition
from petitions.resolution import Answer, answer_support, resolve_petition
from petitions.send_back import ask_send_back
from seeds.cast import Cast
from seeds.limits import read_older_notices, sweep_until, take_step
from seeds.moments import after, moment_of

SOURCE = "seed"
# Petitions that the dispatcher files, not the enterprise.
AT_THE_DESK = (Channel.PHONE, Channel.VISIT)
# An outcome of "planned" is dated this far ahead of the answer.
PLANNED_AFTER = timedelta(days=90)
CONTACT = "与企业电话联系，核实诉求的具体情况。"
SUPPORT_CONTACT = "与企业电话联系，了解需要协助的事项。"

Row = Mapping[str, str]


def walk_petitions(
    rows: Iterable[Row], limits: Iterable[Row], occasions: Mapping[str, Occasion], *, now: datetime
) -> int:
    """Walk every petition that is not in the database yet; each is one transaction.

    rows       the rows of petitions.csv and past_petitions.csv
    limits     the rows of limits.csv
    occasions  the occasion that a petition comes from, by the petition's key in the files
    Returns how many petitions were added
    """
    known = set(Petition.objects.filter(source=SOURCE).values_list("source_id", flat=True))
    new = [row for row in rows if row["key"] not in known]
    limits_of = defaultdict(list)
    for limit in limits:
        limits_of[limit["petition"]].append(limit)
    cast = Cast()
    # In the order in which they were reported, so that a later petition has a higher number.
    for row in sorted(new, key=lambda row: moment_of(row, now)):
        with transaction.atomic():
            _Walk(row, limits_of[row["key"]], occasions.get(row["key"]), cast, now).go()
    if new:
        sweep_until(now)
        read_older_notices(now=now)
    return len(new)


class _Walk:
    def __init__(self, row: Row, limits: Iterable[Row], occasion: Occasion | None, cast: Cast, now: datetime) -> None:
        self.row = defaultdict(str, row)  # a column that the file lacks is empty
        self.occasion = occasion
        self.limits = limits
        self.cast = cast
        self.now = now
        self.reported_at = moment_of(row, now)
        self.enterprise = cast.enterprise(row["enterprise"])
        self.liaison = cast.liaison(self.enterprise)
        self.petition: Petition
        self.lead: Department
        self.supports: list[Department] = []

    def go(self) -> None:
        self.petition = self._report()
        for now, step in sorted(self._steps(), key=lambda each: each[0]):
            sweep_until(now)
            step(now)

    def _steps(self) -> Iterator[tuple[datetime, Callable[[datetime], None]]]:
        for token in self.row["steps"].split():
            verb, offset = token.split("@")
            yield after(self.reported_at, offset), partial(self._step, verb)
        for limit in self.limits:
            yield moment_of(limit, self.now), partial(self._limit_step, limit)

    def _step(self, verb: str, now: datetime) -> None:
        self.petition = STEPS[verb](self, now)

    def _limit_step(self, limit: Row, now: datetime) -> None:
        department = self.cast.department(limit["department"]) if limit["department"] else self.lead
        take_step(limit, self.petition, department, now)

    def _report(self) -> Petition:
        report = Report(
            title=self.row["title"],
            body=self.row["body"],
            kind=self.row["kind"],
            urgency=self.row["urgency"] or Urgency.NORMAL,
            channel=self.row["channel"],
            category=self.cast.categories[self.row["category"]],
            region=self.cast.regions[self.row["region"]] if self.row["region"] else self.enterprise.region,
            enterprise=self.enterprise,
            occasion=self.occasion,
            is_confidential=self.row["confidential"] == "1",
            contact_name=self.enterprise.contact_name,
            contact_phone=self.enterprise.contact_phone,
            source=SOURCE,
            source_id=self.row["key"],
        )
        return report_petition(report=report, by=self._filer(), now=self.reported_at)

    def _filer(self) -> User:
        if self.row["channel"] in AT_THE_DESK:
            return self.cast.dispatcher
        is_on_behalf = self.row["channel"] == Channel.ASSISTANT
        return self.cast.assistant(self.enterprise) if is_on_behalf else self.liaison

    def dispatch(self, now: datetime) -> Petition:
        is_second = self.petition.assignments.exists()
        self.lead = self.cast.department(self.row["redispatch_to"] if is_second else self.row["lead"])
        self.supports = [self.cast.department(name) for name in self.row["supports"].split(";") if name]
        placement = Placement(lead=self.lead, supports=self.supports)
        by = self.cast.dispatcher_of(self.petition, self.lead)
        return dispatch_petition(petition=self.petition, by=by, placement=placement, now=now)

    def ask_send_back(self, now: datetime) -> Petition:
        return ask_send_back(
            petition=self.petition,
            by=self.cast.worker(self.lead, "head"),
            reason=self.row["send_back_reason"],
            basis=self.row["send_back_note"],
            proposed=self.cast.department(self.row["redispatch_to"]) if self.row["redispatch_to"] else None,
            now=now,
        )

    def decide_send_back(self, now: datetime) -> Petition:
        asked = SendBack.objects.open().get(assignment__petition=self.petition)
        return decide_send_back(send_back=asked, by=self.cast.dispatcher, decision=Decision.APPROVED, now=now)

    def check_in(self, now: datetime) -> Petition:
        return self._check_in(self.lead, now)

    def support_check_in(self, now: datetime) -> Petition:
        for support in self.supports:
            self._check_in(support, now)
        return self.petition

    def _check_in(self, department: Department, now: datetime) -> Petition:
        worker = self.cast.worker(department)
        return check_in_department(petition=self.petition, by=worker, department=department, now=now)

    def support_contact(self, now: datetime) -> Petition:
        for support in self.supports:
            worker = self.cast.worker(support)
            record_contact(petition=self.petition, by=worker, way=ContactWay.PHONE, text=SUPPORT_CONTACT, now=now)
        return self.petition

    def contact(self, now: datetime) -> Petition:
        said = self._again("second_contact") or self.row["contact_note"] or CONTACT
        worker = self.cast.worker(self.lead)
        return record_contact(petition=self.petition, by=worker, way=ContactWay.PHONE, text=said, now=now)

    def progress(self, now: datetime) -> Petition:
        return record_progress(
            petition=self.petition,
            by=self.cast.worker(self.lead),
            text=self.row["progress_note"],
            is_public=True,
            now=now,
        )

    def support_answer(self, now: datetime) -> Petition:
        said = self._again("second_support") or self.row["support_answer"]
        answer = Answer(outcome=Outcome.EXPLAINED, public_answer=said)
        for support in self.supports:
            answer_support(petition=self.petition, by=self.cast.worker(support), answer=answer, now=now)
        return self.petition

    def answer(self, now: datetime) -> Petition:
        is_planned = self.row["outcome"] == Outcome.PLANNED
        answer = Answer(
            outcome=self.row["outcome"],
            public_answer=self._again("second_answer") or self.row["public_answer"],
            internal_note=self.row["internal_note"],
            planned_date=timezone.localdate(now + PLANNED_AFTER) if is_planned else None,
        )
        return resolve_petition(petition=self.petition, by=self.cast.worker(self.lead), answer=answer, now=now)

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
        """Return the column's text if the petition is in a later cycle (rectified or reopened); "" in the first one."""
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
        return lapse_petition(petition=self.petition, by=User.objects.system(), now=window_end(self.petition))


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
