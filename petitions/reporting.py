"""The enterprise's verbs before an answer: report, supplement, urge, withdraw.

A petition is never rejected (诉求不拒绝): what is checked here is only whether it can be read and answered.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from django.core.files.base import File
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import Role, User
from departments.models import Category
from enterprises.models import Enterprise, Occasion
from petitions import attachments
from petitions.acts import Act
from petitions.clocks import start_clocks, stop_clocks
from petitions.errors import KeyReused
from petitions.facts import close_cycle
from petitions.leaving import leave_group
from petitions.models import (
    BODY_MAX,
    TITLE_MAX,
    Channel,
    ClockKind,
    EventKind,
    Kind,
    Petition,
    Petitioner,
    SendBack,
    StopReason,
    Urgency,
)
from petitions.models.number import new_query_code, next_number
from petitions.orders import end_orders
from petitions.search.similar import numbers_to_follow
from petitions.steps import begin, finish
from regions.desks import desk_for
from regions.models import Region
from scores.models import Ending
from verbs.inputs import NOTE_MAX, Problems, checked_reason
from verbs.refusals import AlreadyDone, NotPermitted

URGE_INTERVAL = timedelta(hours=4)  # assumption: more often tells the department nothing new
BODY_MIN = 10  # assumption: shorter cannot be placed
# Where a petition of an occasion came from, whoever typed it.
CHANNEL_OF = {
    Occasion.Kind.HOME: Channel.ENTERPRISE_HOME,
    Occasion.Kind.EVENT: Channel.EVENT,
    Occasion.Kind.VISIT: Channel.VISIT,
}


@dataclass(frozen=True, kw_only=True)
class Report:
    """What a petition is filed with. `submission_key` makes a second click the same petition; with an occasion the
    channel is that of its kind."""

    title: str
    body: str
    kind: str
    region: Region | None
    contact_name: str
    contact_phone: str = ""
    urgency: str = Urgency.NORMAL
    channel: str = Channel.WEB
    category: Category | None = None
    enterprise: Enterprise | None = None
    occasion: Occasion | None = None
    is_confidential: bool = False
    submission_key: str = ""
    source: str = ""
    source_id: str = ""
    files: Sequence[File] = field(default=())
    follow: bool = False  # "somebody has already asked this": noted with what is similar now, for the dispatcher


def report_petition(*, report: Report, by: User, now: datetime) -> Petition:
    """File a petition: for the own enterprise (liaison), on behalf of a served one (assistant) or of any (dispatcher).

    Safe to repeat with the same submission_key: the petition of the first call is returned.
    Raises  InvalidInput, NotPermitted, KeyReused
    """
    if not by.has_role(Role.LIAISON, Role.ASSISTANT, Role.DISPATCHER, Role.SYSTEM):
        raise NotPermitted()
    report = _checked(report, by)
    earlier = _earlier_submission(report, by)
    if earlier:
        return earlier
    try:
        with attachments.kept(report.files) as files, transaction.atomic():
            petition = _create(report, by, now)
            attachments.add(files, petition=petition, by=by, now=now)
            start_clocks(petition, now=now, kinds=[ClockKind.DISPATCH, ClockKind.RESOLVE_ENTERPRISE])
            data = {"similar_to": numbers_to_follow(report.title, report.body)} if report.follow else {}
            act = Act(petition=petition, by=by, now=now, from_state=petition.state)
            return finish(act, EventKind.REPORT, data=data)
    except IntegrityError:
        # Two clicks at once: the second one meets the first one's submission key.
        earlier = _earlier_submission(report, by)
        if earlier is None:
            raise
        return earlier


def _create(report: Report, by: User, now: datetime) -> Petition:
    petition = Petition.objects.create(
        number=next_number(now),
        query_code=new_query_code(),
        title=report.title,
        body=report.body,
        kind=report.kind,
        urgency=report.urgency,
        channel=report.channel,
        category=report.category,
        region=report.region,  # type: ignore[misc]  # checked above
        desk_id=desk_for(report.region.pk),  # type: ignore[union-attr]
        is_confidential=report.is_confidential,
        occasion=report.occasion,
        reported_at=now,
        source=report.source,
        source_id=report.source_id,
    )
    Petitioner.objects.create(
        petition=petition,
        enterprise=report.enterprise,
        filed_by=by,
        is_on_behalf=not by.has_role(Role.SYSTEM) and not _is_liaison(report, by),
        contact_name=report.contact_name,
        contact_phone=report.contact_phone,
        submission_key=report.submission_key,
    )
    return petition


def _is_liaison(report: Report, by: User) -> bool:
    return bool(report.enterprise) and report.enterprise in Enterprise.objects.of_liaison(by)


def _earlier_submission(report: Report, by: User) -> Petition | None:
    """Return the petition that the same person filed with the same key; raise KeyReused if it is another one."""
    if not report.submission_key:
        return None
    filed = Petition.objects.filter(petitioner__filed_by=by, petitioner__submission_key=report.submission_key)
    earlier = filed.select_related("petitioner__enterprise", "region").first()
    if earlier is None:
        return None
    # What nobody changes afterwards; a dispatcher may have corrected the kind, the category and the urgency.
    before = (earlier.title, earlier.body, earlier.region, earlier.petitioner.enterprise)
    if before != (report.title, report.body, report.region, report.enterprise):
        raise KeyReused()
    return earlier


def _checked(report: Report, by: User) -> Report:
    problems = Problems()
    occasion = report.occasion
    if occasion:
        report = replace(report, channel=CHANNEL_OF[Occasion.Kind(occasion.kind)])
        problems.need("occasion", occasion.is_open, _("这一场已结束登记，请重新选择来源。"))
    title = problems.text("title", report.title, most=TITLE_MAX)
    body = problems.text("body", report.body, least=BODY_MIN, most=BODY_MAX)
    contact_name = problems.text("contact_name", report.contact_name, most=40)
    contact_phone = problems.phone("contact_phone", report.contact_phone)
    problems.choice("kind", report.kind, Kind.values)
    problems.choice("urgency", report.urgency, Urgency.values)
    problems.choice("channel", report.channel, Channel.values)
    problems.need("region", report.region is not None, _("请选择所在区县或园区。"))
    problems.need(
        "category", report.category is None or report.category.is_choosable, _("这个类别已停用，请重新选择。")
    )
    problems.need("enterprise", _may_file_for(report, by), _("请选择您联络或服务的企业。"))
    problems.need("submission_key", len(report.submission_key) <= 64, _("提交编号最多64个字符。"))
    problems.raise_if_any()
    return replace(report, title=title, body=body, contact_name=contact_name, contact_phone=contact_phone)


def _may_file_for(report: Report, by: User) -> bool:
    if by.has_role(Role.SYSTEM):
        return True
    if report.enterprise is None:
        return False
    if by.has_role(Role.DISPATCHER):
        return True
    mine = Enterprise.objects.of_liaison(by).values("pk").union(Enterprise.objects.of_assistant(by).values("pk"))
    return report.enterprise.pk in {row["pk"] for row in mine}


def supplement_petition(
    *, petition: Petition, by: User, text: str, now: datetime, files: Sequence[File] = ()
) -> Petition:
    """Add to what was filed; the original text stays as it was.

    Safe to repeat at once: the same text and files by the same person right after are the same supplement.
    Raises  InvalidInput, NotPermitted, WrongState
    """
    problems = Problems()
    text = problems.text("text", text, most=NOTE_MAX)
    problems.raise_if_any()
    with attachments.kept(files) as rows, transaction.atomic():
        step = begin(petition=petition, by=by, verb="supplement", now=now)
        petition = step.petition
        data = {"files": len(rows), "sha256": [row.sha256 for row in rows]}
        if step.is_repeated(EventKind.SUPPLEMENT, text=text, data=data):
            return petition
        attachments.add(rows, petition=petition, by=by, now=now)
        return step.finish(EventKind.SUPPLEMENT, text=text, data=data)


def urge_petition(*, petition: Petition, by: User, text: str = "", now: datetime) -> Petition:
    """Ask the departments to hurry (催办); at most once in URGE_INTERVAL.

    Raises  InvalidInput, NotPermitted, WrongState, AlreadyDone
    """
    problems = Problems()
    text = problems.text("text", text, least=0, most=NOTE_MAX)
    problems.raise_if_any()
    with transaction.atomic():
        step = begin(petition=petition, by=by, verb="urge", now=now)
        petition = step.petition
        recent = petition.events.filter(kind=EventKind.URGE, at__gt=now - URGE_INTERVAL)
        if recent.exists():
            hours = int(URGE_INTERVAL.total_seconds() // 3600)
            raise AlreadyDone(_("%(hours)d小时内已经催办过，承办部门已收到提醒。") % {"hours": hours})
        return step.finish(EventKind.URGE, text=text)


def withdraw_petition(*, petition: Petition, by: User, reason: str, now: datetime) -> Petition:
    """Take the petition back; it closes and cannot be opened again. Those handled together with it go on.

    Raises  InvalidInput, NotPermitted, WrongState
    """
    reason = checked_reason(reason)
    with transaction.atomic():
        step = begin(petition=petition, by=by, verb="withdraw", now=now)
        petition = step.petition
        leave_group(step)
        petition.withdraw(now=now)
        stop_clocks(petition, now=now, reason=StopReason.WITHDRAWN)
        close_cycle(petition, ending=Ending.WITHDRAWN, now=now)
        end_orders(petition, by=by, now=now, why=_("诉求已撤回，督办单随之办结。"))
        SendBack.objects.filter(assignment__petition=petition).lapse(by=by, now=now)
        return step.finish(EventKind.WITHDRAW, text=reason)
