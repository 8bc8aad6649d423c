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
from petitions.models import Card, ClockKind, EventKind, Petition
from petitions.permissions import can_see_internal, can_see_petitioner
from record.models import Event

EXCERPT = 100
MOST_IN_DIGEST = 10

# What the office reads; ENTERPRISE_TITLES where the enterprise reads something else. A robot shows no more than this.
TITLES = {
    EventKind.REPORT: gettext_lazy("新诉求，请派单"),
    EventKind.SUPPLEMENT: gettext_lazy("诉求有补充材料"),
    EventKind.URGE: gettext_lazy("企业催办"),
    EventKind.DISPATCH: gettext_lazy("新交办诉求，请报到"),
    EventKind.UNDO_DISPATCH: gettext_lazy("派单已撤回，等待重新派单"),
    EventKind.ESCALATE_UP: gettext_lazy("下级派单台提请派单"),
    EventKind.DELEGATE_DOWN: gettext_lazy("上级派单台下放诉求，请派单"),
    EventKind.CHECK_IN: gettext_lazy("%(department)s已报到"),
    EventKind.HAND_OVER: gettext_lazy("请您经办这件诉求"),
    EventKind.CONTACT: gettext_lazy("%(department)s已联系企业"),
    EventKind.PROGRESS: gettext_lazy("%(department)s有新的办理进展"),
    EventKind.ANSWER_SUPPORT: gettext_lazy("%(department)s已提交协办答复"),
    EventKind.RESOLVE: gettext_lazy("%(department)s已答复"),
    EventKind.RATE: gettext_lazy("企业已评价"),
    EventKind.CHANGE_RATING: gettext_lazy("企业修改了评价"),
    EventKind.RECTIFY: gettext_lazy("企业不满意，请限时整改"),
    EventKind.CANCEL_RECTIFY: gettext_lazy("企业已改评，整改撤销"),
    EventKind.REFER_RATING: gettext_lazy("企业再次不满意，请督查处理"),
    EventKind.JUDGE_RATING: gettext_lazy("再次差评已有督查处理意见"),
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
    EventKind.DISCUSS: gettext_lazy("部门协商有新的发言"),
    EventKind.ADD_SUPPORT: gettext_lazy("增加%(department)s协办，请其限时报到"),
    EventKind.REMOVE_SUPPORT: gettext_lazy("%(department)s已撤出协办"),
    EventKind.WAIVE_SUPPORT: gettext_lazy("%(department)s已免于协办答复"),
    EventKind.ASK_SEND_BACK: gettext_lazy("%(department)s申请退单，请裁决"),
    EventKind.ASK_SEND_BACK_AGAIN: gettext_lazy("%(department)s再次申请退单，请裁决"),
    EventKind.DECIDE_SEND_BACK: gettext_lazy("%(department)s的退单申请已有裁决"),
    EventKind.DISPUTE_SEND_BACK: gettext_lazy("%(department)s对退单裁决有争议，请裁决"),
    EventKind.MERGE: gettext_lazy("诉求已并入同一企业的另一件诉求"),
    EventKind.ABSORB: gettext_lazy("同一企业有一件诉求并入"),
    EventKind.UNMERGE: gettext_lazy("诉求的合并已撤销，请派单"),
    EventKind.RELEASE: gettext_lazy("并入的诉求已分出"),
    EventKind.LINK: gettext_lazy("诉求已与其他企业的同类诉求一并办理"),
    EventKind.GAIN_LINK: gettext_lazy("又有一家企业的同类诉求一并办理"),
    EventKind.UNLINK: gettext_lazy("诉求不再一并办理，请单独办理"),
    EventKind.LOSE_LINK: gettext_lazy("有一家企业的诉求不再一并办理"),
    EventKind.TAKE_LEAD: gettext_lazy("牵头诉求已更换，请在这一件上办理"),
    EventKind.TAKE_BACK: gettext_lazy("诉求已关联到其他部门承办的诉求，交办收回"),
}
ENTERPRISE_TITLES = {
    EventKind.REPORT: gettext_lazy("诉求已提交"),
    EventKind.DISPATCH: gettext_lazy("诉求已派单给%(department)s"),
    EventKind.RESOLVE: gettext_lazy("%(department)s已答复，请评价"),
    EventKind.WITHDRAW: gettext_lazy("诉求已撤回"),
    EventKind.ADD_SUPPORT: gettext_lazy("%(department)s已加入协办"),
    EventKind.MERGE: gettext_lazy("诉求已并入本企业的另一件诉求"),
    EventKind.UNMERGE: gettext_lazy("诉求的合并已撤销，将单独办理"),
    EventKind.UNLINK: gettext_lazy("诉求改为单独办理"),
}
RATE_REMINDER = gettext_lazy("提醒：请评价部门的答复")
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


def word_notice(event: Event, petition: Petition, *, reader: User, is_visible: bool, is_outside: bool) -> Wording:
    """Say in the active language what happened, for this reader.

    event       with its department at hand, else it costs a statement
    petition    what it happened to, with petitioner and enterprise at hand
    is_visible  whether the reader may see the petition now
    is_outside  whether it leaves the house
    """
    if not is_visible:
        return Wording(_title(event, reader), (_only_number(petition),))
    return Wording(_title(event, reader), tuple(_lines(event, petition, reader, is_outside=is_outside)))


def word_digest(wordings: list[Wording]) -> Wording:
    """Say many notices in one: the first few by name, the rest by their count."""
    count = len(wordings)
    title = ngettext("有%(count)d条新通知", "有%(count)d条新通知", count) % {"count": count}
    lines = [f"{each.title} {each.lines[0]}"[:60] for each in wordings[:MOST_IN_DIGEST]]
    if count > MOST_IN_DIGEST:
        lines.append(_("其余%(count)d条请在站内通知中查看") % {"count": count - MOST_IN_DIGEST})
    return Wording(title, tuple(lines))


def _title(event: Event, reader: User) -> str:
    if event.kind == EventKind.ESCALATE:
        if event.data["clock_kind"] == ClockKind.RATE:
            return str(RATE_REMINDER)
        card, level = Card(event.data["card"]), min(event.data["level"], max(REMINDER_TITLES))
        title = REMINDER_TITLES[level] if card == Card.NONE else CARD_TITLES[card]
        return str(title) % {"clock": ClockKind(event.data["clock_kind"]).label}
    kind = EventKind(event.kind)
    sentence = TITLES[kind] if can_see_internal(reader) else ENTERPRISE_TITLES.get(kind, TITLES[kind])
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
    if event.text and not is_outside and (event.is_public or is_office):
        text = mentioned(event) + event.text
        yield text if len(text) <= EXCERPT else f"{text[:EXCERPT]}…"


def mentioned(event: Event) -> str:
    """Return whom a word of the departments' thread is for, before the word itself; empty where it is for all."""
    name = event.data.get("mention") if event.kind == EventKind.DISCUSS else None
    return f"@{name} " if name else ""


def _only_number(petition: Petition) -> str:
    return _("诉求%(number)s") % {"number": petition.number}
