"""What a notice of a petition says and where it leads: a title for each event and card, and lines below the title.

The words are made when a notice is shown or sent, so that it says what its reader may know then. It does not name the
enterprise to readers who may not know who asked. It does not show internal texts to the enterprise. Whoever may no
longer see the petition reads only its number. A notice that leaves the house (by mail, text message, robot or webhook)
has no texts of events and no names of people, and of a confidential petition only the number: others may read it too.
"""

from collections.abc import Collection, Iterator

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from accounts.models import User
from limits.models import Card
from notices.subjects import Known, Telling
from notices.wording import Wording
from petitions.models import EventKind, Petition, Promise
from petitions.models.event import DISPATCHER, ENTERPRISE, FILER, TOLD
from petitions.permissions import can_see_internal, can_see_petitioner
from petitions.ratings.links import token_for
from petitions.telling import PEOPLE
from record.models import Event

EXCERPT = 100

RATE_REMINDER = gettext_lazy("提醒：请评价部门的答复")
# By level: the title of a level without a card says whether the limit is nearly over, just over, or long over.
REMINDER_TITLES = {
    1: gettext_lazy("提醒：%(clock)s即将到期"),
    2: gettext_lazy("提醒：%(clock)s已到期"),
    3: gettext_lazy("提醒：%(clock)s超时仍未完成"),
}
CARD_TITLES = {
    Card.YELLOW: gettext_lazy("黄牌：%(clock)s已到期"),
    Card.RED: gettext_lazy("红牌：%(clock)s超时仍未完成"),
    Card.RAISED: gettext_lazy("提级：%(clock)s超时仍未完成"),
    Card.INTERVIEW: gettext_lazy("约谈：%(clock)s严重超时"),
}


def word_notice(event: Event, subject: Petition, *, reader: User, is_visible: bool, is_outside: bool) -> Wording:
    """Say in the active language what happened, for this reader.

    event       with its department loaded, which else costs a statement
    subject     the event's petition, with petitioner and enterprise loaded
    is_visible  whether the reader may see the petition now
    is_outside  whether the notice leaves the house
    """
    if not is_visible:
        return Wording(_title(event, reader), (_only_number(subject),))
    return Wording(_title(event, reader), tuple(_lines(event, subject, reader, is_outside=is_outside)))


def _title(event: Event, reader: User) -> str:
    if event.kind == EventKind.ESCALATE:
        if event.data["promise"] == Promise.RATE:
            return str(RATE_REMINDER)
        card, level = Card(event.data["card"]), min(event.data["level"], max(REMINDER_TITLES))
        title = REMINDER_TITLES[level] if card == Card.NONE else CARD_TITLES[card]
        return str(title) % {"clock": Promise(event.data["promise"]).label}
    told = TOLD[EventKind(event.kind)]
    sentence = told.title if can_see_internal(reader) else told.enterprise_title or told.title
    department = event.department.short_name if event.department else pgettext("notice", "承办部门")
    return str(sentence) % {"department": department, "order": event.data.get("order", "")}


def _lines(event: Event, petition: Petition, reader: User, *, is_outside: bool) -> Iterator[str]:
    if is_outside and petition.is_confidential:
        yield _only_number(petition)
        return
    yield _("诉求：%(title)s（%(number)s）") % {"title": petition.title, "number": petition.number}
    is_office = can_see_internal(reader)
    enterprise = petition.petitioner.enterprise
    if is_office and enterprise and can_see_petitioner(petition, reader):
        yield _("企业：%(name)s") % {"name": enterprise.name}
    if event.kind == EventKind.ESCALATE and event.department:
        yield _("部门：%(name)s") % {"name": event.department.short_name}
    detail = TOLD[EventKind(event.kind)].detail
    said = detail(event.data) if detail and event.kind != EventKind.ESCALATE else ""  # its title says it already
    if said:
        yield said
    if event.text and not is_outside and (event.is_public or is_office):
        text = mentioned(event) + event.text
        yield text if len(text) <= EXCERPT else f"{text[:EXCERPT]}…"


def mentioned(event: Event) -> str:
    """Return "@name " for a message to one department in the departments' thread, "" for any other event."""
    name = event.data.get("mention") if event.kind == EventKind.DISCUSS else None
    return f"@{name} " if name else ""


def _only_number(petition: Petition) -> str:
    return _("诉求%(number)s") % {"number": petition.number}


def load(keys: Collection[int], reader: User) -> dict[int, Known]:
    """Return petitions by key, and whether the reader may see them now. One statement."""
    visible = Petition.objects.visible_to(reader).filter(pk=OuterRef("pk"))
    rows = Petition.objects.filter(pk__in=keys).select_related("petitioner__enterprise")
    known = rows.annotate(is_visible=Exists(visible.order_by()))
    return {row.pk: Known(row, row.is_visible) for row in known}


def page(event: Event, subject: Petition, *, reader: User, may_act: bool) -> str:
    """Return the address to which a notice leads: the petition's, or that of rating without signing in.

    A notice that asks for a rating leads to the latter, if its reader may rate and `may_act`. For a confidential
    petition it leads to the petition: the page for rating shows how the title begins.
    """
    asks = event.kind == EventKind.RESOLVE or event.data.get("promise") == Promise.RATE
    token = token_for(subject, reader) if asks and may_act and not subject.is_confidential else None
    if token:
        return reverse("petitions:rate_by_link", args=[token])
    return reverse("petitions:show", args=[subject.number])


TELLING = Telling(
    tells={kind: told.groups for kind, told in TOLD.items()},
    load=load,
    word=word_notice,
    page=page,
    people=PEOPLE,
    groups={DISPATCHER: gettext_lazy("受理派单员"), ENTERPRISE: gettext_lazy("企业联络员")},
    outside=frozenset((ENTERPRISE, FILER)),
    table=Petition._meta.db_table,
    urgent="subject.urgency = 'urgent'",
)
