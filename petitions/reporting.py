"""File a petition (提交诉求). What the enterprise does with it until it is answered: petitions/following_up.py.

No petition is rejected for what it asks (诉求不拒绝). The checks ask whether it can be read and answered, and whether
this person may file it for this enterprise.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import Any, NamedTuple

from django.db import IntegrityError, transaction
from django.db.models import Exists, Model, OuterRef
from django.utils.translation import gettext as _

from accounts.models import Role, User
from departments.models import Category
from enterprises.models import Enterprise, Occasion
from files.models import StoredFile
from petitions import attachments
from petitions.acts import Act
from petitions.clocks.starting import start_clocks
from petitions.errors import KeyReused
from petitions.models import (
    BODY_MAX,
    TITLE_MAX,
    Channel,
    Clock,
    EventKind,
    Kind,
    Petition,
    Petitioner,
    Promise,
    Urgency,
)
from petitions.models.number import new_query_code, next_number
from petitions.search.index import index_new
from petitions.search.similar import numbers_to_follow
from regions.desks import desk_for
from regions.models import Region
from verbs.inputs import Problems
from verbs.refusals import NotPermitted

BODY_MIN = 10  # assumption: no department can be found for a shorter text
# The channel of an occasion's petition depends on the kind of the occasion, not on who typed the petition in.
CHANNEL_OF = {
    Occasion.Kind.HOME: Channel.ENTERPRISE_HOME,
    Occasion.Kind.EVENT: Channel.EVENT,
    Occasion.Kind.VISIT: Channel.VISIT,
}


@dataclass(frozen=True, kw_only=True)
class Report:
    """What a petition is filed with.

    A second click with the same `submission_key` files no second petition. With an occasion, the channel is that of the
    occasion's kind.
    """

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
    files: Sequence[StoredFile] = field(default=())
    follow: bool = False  # whoever files says it is the same problem as an open petition: the event names similar ones


class Filed(NamedTuple):
    """A petition that was filed, with the limits that were started; none if it had been filed before."""

    petition: Petition
    is_new: bool
    clocks: Sequence[Clock] = ()


def report_petition(*, report: Report, by: User, now: datetime) -> Petition:
    """File a petition, as `report_once` says."""
    return report_once(report=report, by=by, now=now).petition


def report_once(*, report: Report, by: User, now: datetime) -> Filed:
    """File a petition. Eight statements for a liaison, three more with files.

    A liaison files for their own enterprise, an assistant on behalf of one they serve, a dispatcher on behalf of any.
    The system files what is imported, also without an enterprise.
    Safe to repeat with the same submission_key and the same content, files included: the petition of the first call is
    returned.
    Raises  InvalidInput, NotPermitted, KeyReused
    """
    if not by.has_role(Role.LIAISON, Role.ASSISTANT, Role.DISPATCHER, Role.SYSTEM):
        raise NotPermitted()
    filer = _filer(report, by)
    report = _checked(report, by, filer)
    earlier = _earlier_submission(report, by)
    if earlier:
        return Filed(earlier, is_new=False)
    try:
        with transaction.atomic():
            petition = _create(report, by, now, filer)
            attachments.attach(report.files, petition=petition, by=by, now=now)
            clocks = start_clocks(petition, now=now, promises=[Promise.DISPATCH, Promise.RESOLVE_ENTERPRISE])
            data = {"similar_to": numbers_to_follow(report.title, report.body)} if report.follow else {}
            side = filer.is_liaison or not by.has_role(Role.DISPATCHER, Role.SYSTEM)
            act = Act(petition=petition, by=by, now=now, from_state=petition.state, is_for_enterprise=side)
            act.announce(act.note(EventKind.REPORT, data=data, is_public=True))
            index_new(petition)
            return Filed(petition, is_new=True, clocks=clocks)
    except IntegrityError:
        # Two clicks at once: the database refuses the second one, whose submission key is not new any more.
        earlier = _earlier_submission(report, by)
        if earlier is None:
            raise
        return Filed(earlier, is_new=False)


class Filer(NamedTuple):
    """What the person who files is to the enterprise."""

    is_liaison: bool = False
    is_assistant: bool = False


def _filer(report: Report, by: User) -> Filer:
    """One statement, none for who can be neither."""
    if report.enterprise is None or not by.has_role(Role.LIAISON, Role.ASSISTANT):
        return Filer()
    of_both = (Enterprise.objects.of_liaison(by), Enterprise.objects.of_assistant(by))
    known = [Exists(rows.filter(pk=OuterRef("pk"))) for rows in of_both]
    return Filer(*Enterprise.objects.filter(pk=report.enterprise.pk).values_list(*known)[0])


def _create(report: Report, by: User, now: datetime, filer: Filer) -> Petition:
    desk = desk_for(report.region.pk)  # type: ignore[union-attr]  # checked above
    petition = Petition.objects.create(
        number=next_number(now),
        query_code=new_query_code(),
        title=report.title,
        body=report.body,
        kind=report.kind,
        urgency=report.urgency,
        channel=report.channel,
        category=report.category,
        region=report.region,  # type: ignore[misc]
        desk_id=desk,
        is_confidential=report.is_confidential,
        occasion=report.occasion,
        reported_at=now,
        source=report.source,
        source_id=report.source_id,
    )
    if desk == petition.region_id:
        petition.desk = petition.region  # nobody has to look it up again
    Petitioner.objects.create(
        petition=petition,
        enterprise=report.enterprise,
        filed_by=by,
        is_on_behalf=not by.has_role(Role.SYSTEM) and not filer.is_liaison,
        contact_name=report.contact_name,
        contact_phone=report.contact_phone,
        submission_key=report.submission_key,
        submission_digest=_digest(report),
    )
    return petition


def _earlier_submission(report: Report, by: User) -> Petition | None:
    """Return the petition that the same person filed with the same key; raise KeyReused if something else was sent."""
    if not report.submission_key:
        return None
    filed = Petition.objects.filter(petitioner__filed_by=by, petitioner__submission_key=report.submission_key)
    earlier = filed.select_related("petitioner").first()
    if earlier is not None and earlier.petitioner.submission_digest != _digest(report):
        raise KeyReused(earlier.number)
    return earlier


def _digest(report: Report) -> str:
    """Return a digest of everything that is sent, of files the names and contents. Without a key nobody compares it."""
    if not report.submission_key:
        return ""
    sent = {item.name: _plain(getattr(report, item.name)) for item in fields(report) if item.name != "files"}
    sent["files"] = [[file.name, file.sha256] for file in report.files]
    return hashlib.sha256(json.dumps(sent, sort_keys=True).encode()).hexdigest()


def _plain(value: Any) -> Any:
    return value.pk if isinstance(value, Model) else value


def _checked(report: Report, by: User, filer: Filer) -> Report:
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
    problems.need("enterprise", _may_file_for(report, by, filer), _("请选择您联络或服务的企业。"))
    problems.need("submission_key", len(report.submission_key) <= 64, _("提交编号最多64个字符。"))
    problems.raise_if_any()
    return replace(report, title=title, body=body, contact_name=contact_name, contact_phone=contact_phone)


def _may_file_for(report: Report, by: User, filer: Filer) -> bool:
    if by.has_role(Role.SYSTEM):
        return True
    if report.enterprise is None:
        return False
    return by.has_role(Role.DISPATCHER) or any(filer)
