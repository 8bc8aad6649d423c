"""What a notice says: one sentence by event and card, and the lines below it, masked for its reader.

Made when a notice is shown or sent, so that it says what its reader may know then. Nobody who may not know who asked
is told so; a note for the office is not shown to the enterprise; whoever lost sight of a petition reads its number.
Outside the house (mail, text message, robot, webhook) there are no notes and no names of people, and of a
confidential petition only the number: others read there too.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from accounts.models import User
from petitions.models import Card, ClockKind, EventKind, PetitionEvent
from petitions.permissions import can_see_internal, can_see_petitioner

EXCERPT = 100
MOST_IN_DIGEST = 10

# What the office reads; ENTERPRISE_TITLES where the enterprise reads something else. A robot shows no more than this.
TITLES = {
    EventKind.REPORT: gettext_lazy("新诉求，请派单"),
    EventKind.SUPPLEMENT: gettext_lazy("诉求有补充材料"),
    EventKind.URGE: gettext_lazy("企业催办"),
    EventKind.DISPATCH: gettext_lazy("新交办诉求，请报到"),
    EventKind.SEND_BACK: gettext_lazy("%(department)s退单，请重新派单"),
    EventKind.CHECK_IN: gettext_lazy("%(department)s已报到"),
    EventKind.CONTACT: gettext_lazy("%(department)s已联系企业"),
    EventKind.PROGRESS: gettext_lazy("%(department)s有新的办理进展"),
    EventKind.ANSWER_SUPPORT: gettext_lazy("%(department)s已提交协办答复"),
    EventKind.RESOLVE: gettext_lazy("%(department)s已答复"),
    EventKind.RATE: gettext_lazy("企业已评价"),
    EventKind.REOPEN: gettext_lazy("诉求重新办理"),
    EventKind.WITHDRAW: gettext_lazy("企业已撤回诉求"),
    EventKind.LAPSE: gettext_lazy("评价期满，诉求已关闭"),
    EventKind.ASK_EXTENSION: gettext_lazy("%(department)s申请延期，请审批"),
    EventKind.DECIDE_EXTENSION: gettext_lazy("延期申请已有审批结果"),
    EventKind.ASK_HOLD: gettext_lazy("%(department)s申请挂账，请审批"),
    EventKind.DECIDE_HOLD: gettext_lazy("挂账申请已有审批结果"),
    EventKind.RESUME: gettext_lazy("挂账结束，恢复办理"),
    EventKind.ISSUE_ORDER: gettext_lazy("收到督办单%(order)s，请限时回复"),
    EventKind.REPLY_ORDER: gettext_lazy("%(department)s已回复督办单%(order)s"),
    EventKind.ACCEPT_ORDER: gettext_lazy("督办单%(order)s已办结"),
    EventKind.REJECT_ORDER: gettext_lazy("督办单%(order)s的回复被退回，请重新回复"),
    EventKind.RECOMPUTE: gettext_lazy("时限已重算"),
}
ENTERPRISE_TITLES = {
    EventKind.REPORT: gettext_lazy("诉求已提交"),
    EventKind.DISPATCH: gettext_lazy("诉求已派单给%(department)s"),
    EventKind.RESOLVE: gettext_lazy("%(department)s已答复，请评价"),
    EventKind.WITHDRAW: gettext_lazy("诉求已撤回"),
}
# A level without a card is told by how far it is: before the limit's end, at it, or after it.
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


@dataclass(frozen=True)
class Wording:
    """A sentence, and the lines below it."""

    title: str
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


def word_notice(event: PetitionEvent, *, reader: User, is_visible: bool, is_outside: bool) -> Wording:
    """Say in the active language what happened, for this reader.

    event       with petition, petitioner, enterprise and department at hand, else each costs a statement
    is_visible  whether the reader may see the petition now
    is_outside  whether it leaves the house
    """
    if not is_visible:
        return Wording(_title(event, reader), (_only_number(event),))
    return Wording(_title(event, reader), tuple(_lines(event, reader, is_outside=is_outside)))


def word_digest(wordings: list[Wording]) -> Wording:
    """Say many notices in one: the first few by name, the rest by their count."""
    count = len(wordings)
    title = ngettext("有%(count)d条新通知", "有%(count)d条新通知", count) % {"count": count}
    lines = [f"{each.title} {each.lines[0]}"[:60] for each in wordings[:MOST_IN_DIGEST]]
    if count > MOST_IN_DIGEST:
        lines.append(_("其余%(count)d条请在站内通知中查看") % {"count": count - MOST_IN_DIGEST})
    return Wording(title, tuple(lines))


def _title(event: PetitionEvent, reader: User) -> str:
    if event.kind == EventKind.ESCALATE:
        card, level = Card(event.data["card"]), min(event.data["level"], max(REMINDER_TITLES))
        title = REMINDER_TITLES[level] if card == Card.NONE else CARD_TITLES[card]
        return str(title) % {"clock": ClockKind(event.data["clock_kind"]).label}
    kind = EventKind(event.kind)
    sentence = TITLES[kind] if can_see_internal(reader) else ENTERPRISE_TITLES.get(kind, TITLES[kind])
    department = event.department.short_name if event.department else pgettext("notice", "承办部门")
    return str(sentence) % {"department": department, "order": event.data.get("order", "")}


def _lines(event: PetitionEvent, reader: User, *, is_outside: bool) -> Iterator[str]:
    petition = event.petition
    if is_outside and petition.is_confidential:
        yield _only_number(event)
        return
    yield _("诉求：%(title)s（%(number)s）") % {"title": petition.title, "number": petition.number}
    is_office = can_see_internal(reader)
    enterprise = petition.petitioner.enterprise
    if is_office and enterprise and can_see_petitioner(petition, reader):
        yield _("企业：%(name)s") % {"name": enterprise.name}
    if event.kind == EventKind.ESCALATE and event.department:
        yield _("部门：%(name)s") % {"name": event.department.short_name}
    if event.text and not is_outside and (event.is_public or is_office):
        yield event.text if len(event.text) <= EXCERPT else f"{event.text[:EXCERPT]}…"


def _only_number(event: PetitionEvent) -> str:
    return _("诉求%(number)s") % {"number": event.petition.number}
