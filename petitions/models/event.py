"""The kinds of events of a petition (record/models.py): whom each tells, under which title, and what its data says.

Most verbs have one kind; a verb on two petitions has a second kind for the other petition. Who belongs to a department,
who stands in for whom, and how notices are written: notices/. How the groups that only petitions know are found:
petitions/telling.py. What a notice says below its title: petitions/wording.py.
Source: domain, notices.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from limits.models import Card
from notices.subjects import Group
from petitions.models.assignment import Appointment
from petitions.models.choices import Kind, Urgency
from petitions.models.clock import Promise
from petitions.models.send_back import SendBackReason

# The subject type of petitions in the record (record/models.py).
SUBJECT = "petition"


class EventKind(models.TextChoices):
    REPORT = "report", pgettext_lazy("event", "提交诉求")
    SUPPLEMENT = "supplement", pgettext_lazy("event", "补充材料")
    URGE = "urge", pgettext_lazy("event", "催办")
    DISPATCH = "dispatch", pgettext_lazy("event", "派单")
    UNDO_DISPATCH = "undo_dispatch", pgettext_lazy("event", "撤回派单")
    ESCALATE_UP = "escalate_up", pgettext_lazy("event", "提请上级派单")
    DELEGATE_DOWN = "delegate_down", pgettext_lazy("event", "下放派单")
    ASK_SEND_BACK = "ask_send_back", pgettext_lazy("event", "申请退单")
    ASK_SEND_BACK_AGAIN = "ask_send_back_again", pgettext_lazy("event", "再次申请退单")
    DECIDE_SEND_BACK = "decide_send_back", pgettext_lazy("event", "退单裁决")
    DISPUTE_SEND_BACK = "dispute_send_back", pgettext_lazy("event", "退单争议")
    DISCUSS = "discuss", pgettext_lazy("event", "部门协商")
    ADD_SUPPORT = "add_support", pgettext_lazy("event", "增加协办")
    REMOVE_SUPPORT = "remove_support", pgettext_lazy("event", "撤出协办")
    WAIVE_SUPPORT = "waive_support", pgettext_lazy("event", "免于协办答复")
    CHECK_IN = "check_in", pgettext_lazy("event", "部门报到")
    PROPOSE_APPOINTMENT = "propose_appointment", pgettext_lazy("event", "预约联系时间")
    CONFIRM_APPOINTMENT = "confirm_appointment", pgettext_lazy("event", "确认预约")
    MOVE_APPOINTMENT = "move_appointment", pgettext_lazy("event", "另约时间")
    CANCEL_APPOINTMENT = "cancel_appointment", pgettext_lazy("event", "预约取消")
    HAND_OVER = "hand_over", pgettext_lazy("event", "指定经办人")
    CONTACT = "contact", pgettext_lazy("event", "联系企业")
    PROGRESS = "progress", pgettext_lazy("event", "办理进展")
    ANSWER_SUPPORT = "answer_support", pgettext_lazy("event", "协办答复")
    RESOLVE = "resolve", pgettext_lazy("event", "办结答复")
    RATE = "rate", pgettext_lazy("event", "企业评价")
    CHANGE_RATING = "change_rating", pgettext_lazy("event", "修改评价")
    RECTIFY = "rectify", pgettext_lazy("event", "差评整改")
    CANCEL_RECTIFY = "cancel_rectify", pgettext_lazy("event", "撤销整改")
    REFER_RATING = "refer_rating", pgettext_lazy("event", "再次差评转督查")
    JUDGE_RATING = "judge_rating", pgettext_lazy("event", "再次差评的处理")
    REOPEN = "reopen", pgettext_lazy("event", "重新办理")
    WITHDRAW = "withdraw", pgettext_lazy("event", "撤回")
    LAPSE = "lapse", pgettext_lazy("event", "评价期满")
    ESCALATE = "escalate", pgettext_lazy("event", "超时升级")
    ASK_EXTENSION = "ask_extension", pgettext_lazy("event", "申请延期")
    DECIDE_EXTENSION = "decide_extension", pgettext_lazy("event", "延期审批")
    ASK_HOLD = "ask_hold", pgettext_lazy("event", "申请挂账")
    DECIDE_HOLD = "decide_hold", pgettext_lazy("event", "挂账审批")
    RESUME = "resume", pgettext_lazy("event", "恢复办理")
    ISSUE_ORDER = "issue_order", pgettext_lazy("event", "开具督办单")
    REPLY_ORDER = "reply_order", pgettext_lazy("event", "回复督办单")
    ACCEPT_ORDER = "accept_order", pgettext_lazy("event", "督办单办结")
    REJECT_ORDER = "reject_order", pgettext_lazy("event", "督办单退回")
    RECOMPUTE = "recompute", pgettext_lazy("event", "时限重算")
    # Verbs on two petitions: the kind on the petition, then the kind on the other. The last two kinds have no pair.
    MERGE = "merge", pgettext_lazy("event", "并入其他诉求")
    ABSORB = "absorb", pgettext_lazy("event", "有诉求并入")
    UNMERGE = "unmerge", pgettext_lazy("event", "合并已撤销")
    RELEASE = "release", pgettext_lazy("event", "并入的诉求已分出")
    LINK = "link", pgettext_lazy("event", "关联到牵头诉求")
    GAIN_LINK = "gain_link", pgettext_lazy("event", "有诉求关联")
    UNLINK = "unlink", pgettext_lazy("event", "已解除关联")
    LOSE_LINK = "lose_link", pgettext_lazy("event", "关联诉求退出")
    TAKE_LEAD = "take_lead", pgettext_lazy("event", "接替牵头")
    TAKE_BACK = "take_back", pgettext_lazy("event", "收回交办")
    # A department of the petition closed (departments/closing.py), and its order went to the successor.
    CLOSE_DEPARTMENT = "close_department", pgettext_lazy("event", "承办部门停用")
    MOVE_ORDER = "move_order", pgettext_lazy("event", "督办单转交")


# Groups: people of the departments with a live part, the enterprise's liaisons, and whoever filed the petition or one
# that was merged into it.
ASSIGNED, ENTERPRISE, FILER = "assigned", "enterprise", "filer"
# Dispatchers of the other regions that the petition concerns.
CONCERNED = "concerned"
# Dispatchers of the desk in charge. Groups that every room has: notices/people.py.
DISPATCHER = "dispatcher"
# The handlers and heads of the department that the event is about.
UNIT = (Group.HANDLER, Group.HEAD)


class Told(NamedTuple):
    """Whom a kind of event tells, and in which words.

    groups            who is told
    title             of the notice; may name %(department)s and %(order)s; empty when petitions/wording.py makes it
    enterprise_title  what the enterprise reads instead; empty when it reads the same
    detail            puts the event's data into words, which the record shows, and the notice below its title
    """

    groups: tuple[str, ...]
    title: Any = ""
    enterprise_title: Any = ""
    detail: Callable[[Mapping[str, Any]], str] | None = None


def _appointment(data: Mapping[str, Any]) -> str:
    return str(Appointment.of_data(data))


def _changed(data: Mapping[str, Any]) -> str:
    """Say which kind or urgency became which; "" where both stayed."""
    labels = {"kind": Kind, "urgency": Urgency}
    sentences = {"kind": _("诉求类型由“%(old)s”改为“%(new)s”"), "urgency": _("紧急程度由“%(old)s”改为“%(new)s”")}
    return " · ".join(
        str(sentences[name]) % {"old": labels[name](old).label, "new": labels[name](new).label}
        for name, (old, new) in data.get("changed", {}).items()
    )


def _level(data: Mapping[str, Any]) -> str:
    return f"{Promise(data['promise']).label} · {Card(data['card']).label}"


def _reason(data: Mapping[str, Any]) -> str:
    return str(SendBackReason(data["reason"]).label)


TOLD: dict[EventKind, Told] = {
    EventKind.REPORT: Told((DISPATCHER, ENTERPRISE), _("新诉求，请派单"), _("诉求已提交")),
    EventKind.SUPPLEMENT: Told((DISPATCHER, ASSIGNED), _("诉求有补充材料")),
    EventKind.URGE: Told((ASSIGNED,), _("企业催办")),
    EventKind.DISPATCH: Told(
        (ASSIGNED, ENTERPRISE, FILER, CONCERNED), _("新交办诉求，请报到"), _("诉求已派单给%(department)s"), _changed
    ),
    EventKind.UNDO_DISPATCH: Told(UNIT, _("派单已撤回，等待重新派单")),
    EventKind.ESCALATE_UP: Told((DISPATCHER,), _("下级派单台提请派单")),
    EventKind.DELEGATE_DOWN: Told((DISPATCHER,), _("上级派单台下放诉求，请派单")),
    EventKind.ASK_SEND_BACK: Told((DISPATCHER,), _("%(department)s申请退单，请裁决"), detail=_reason),
    EventKind.ASK_SEND_BACK_AGAIN: Told((Group.SUPERVISOR,), _("%(department)s再次申请退单，请裁决"), detail=_reason),
    EventKind.DECIDE_SEND_BACK: Told((*UNIT, DISPATCHER), _("%(department)s的退单申请已有裁决")),
    EventKind.DISPUTE_SEND_BACK: Told((Group.SUPERVISOR,), _("%(department)s对退单裁决有争议，请裁决")),
    EventKind.DISCUSS: Told((ASSIGNED,), _("部门协商有新的发言")),
    EventKind.ADD_SUPPORT: Told(
        (ASSIGNED, ENTERPRISE), _("增加%(department)s协办，请其限时报到"), _("%(department)s已加入协办")
    ),
    EventKind.REMOVE_SUPPORT: Told((*UNIT, ASSIGNED), _("%(department)s已撤出协办")),
    EventKind.WAIVE_SUPPORT: Told((*UNIT, ASSIGNED), _("%(department)s已免于协办答复")),
    EventKind.CHECK_IN: Told((ENTERPRISE,), _("%(department)s已报到")),
    EventKind.PROPOSE_APPOINTMENT: Told(
        (ENTERPRISE, FILER), _("%(department)s已向企业预约时间"), _("%(department)s与您预约时间，请确认"), _appointment
    ),
    EventKind.CONFIRM_APPOINTMENT: Told(
        (*UNIT, ENTERPRISE), _("企业已确认预约"), _("已确认%(department)s的预约"), _appointment
    ),
    EventKind.MOVE_APPOINTMENT: Told(
        (Group.HANDLER, ENTERPRISE),
        _("企业另约了时间，请按时联系"),
        _("已与%(department)s另约时间"),
        _appointment,
    ),
    EventKind.CANCEL_APPOINTMENT: Told((ENTERPRISE, FILER), _("%(department)s的预约已取消"), detail=_appointment),
    EventKind.HAND_OVER: Told((Group.NAMED,), _("请您经办这件诉求")),
    EventKind.CONTACT: Told((), _("%(department)s已联系企业")),
    EventKind.PROGRESS: Told((ENTERPRISE,), _("%(department)s有新的办理进展")),
    EventKind.ANSWER_SUPPORT: Told((ASSIGNED,), _("%(department)s已提交协办答复")),
    EventKind.RESOLVE: Told((ENTERPRISE, FILER), _("%(department)s已答复"), _("%(department)s已答复，请评价")),
    EventKind.RATE: Told((ASSIGNED,), _("企业已评价")),
    EventKind.CHANGE_RATING: Told((ASSIGNED,), _("企业修改了评价")),
    EventKind.RECTIFY: Told((ASSIGNED, Group.SUPERVISOR), _("企业不满意，请限时整改")),
    EventKind.CANCEL_RECTIFY: Told((*UNIT, Group.SUPERVISOR), _("企业已改评，整改撤销")),
    EventKind.REFER_RATING: Told((Group.SUPERVISOR,), _("企业再次不满意，请督查处理")),
    EventKind.JUDGE_RATING: Told((ASSIGNED, ENTERPRISE), _("再次差评已有督查处理意见")),
    EventKind.REOPEN: Told((ASSIGNED, Group.SUPERVISOR), _("诉求重新办理")),
    EventKind.WITHDRAW: Told((ASSIGNED, DISPATCHER), _("企业已撤回诉求"), _("诉求已撤回")),
    EventKind.LAPSE: Told((ENTERPRISE,), _("评价期满，诉求已关闭")),
    EventKind.ESCALATE: Told((), detail=_level),  # the ladder's steps name whom it tells
    EventKind.ASK_EXTENSION: Told((Group.SUPERVISOR,), _("%(department)s申请延期，请审批")),
    EventKind.DECIDE_EXTENSION: Told((*UNIT, ENTERPRISE), _("延期申请已有审批结果")),
    EventKind.ASK_HOLD: Told((Group.SUPERVISOR,), _("%(department)s申请挂账，请审批")),
    EventKind.DECIDE_HOLD: Told((*UNIT, ENTERPRISE), _("挂账申请已有审批结果")),
    EventKind.RESUME: Told((*UNIT, Group.SUPERVISOR), _("挂账结束，恢复办理")),
    EventKind.ISSUE_ORDER: Told(UNIT, _("收到督办单%(order)s，请限时回复")),
    EventKind.REPLY_ORDER: Told((Group.SUPERVISOR,), _("%(department)s已回复督办单%(order)s")),
    EventKind.ACCEPT_ORDER: Told(UNIT, _("督办单%(order)s已办结")),
    EventKind.REJECT_ORDER: Told(UNIT, _("督办单%(order)s的回复被退回，请重新回复")),
    EventKind.RECOMPUTE: Told((), _("时限已重算")),
    EventKind.MERGE: Told((ENTERPRISE, FILER), _("诉求已并入同一企业的另一件诉求"), _("诉求已并入本企业的另一件诉求")),
    EventKind.ABSORB: Told((ASSIGNED,), _("同一企业有一件诉求并入")),
    EventKind.UNMERGE: Told(
        (DISPATCHER, ENTERPRISE, FILER), _("诉求的合并已撤销，请派单"), _("诉求的合并已撤销，将单独办理")
    ),
    EventKind.RELEASE: Told((ASSIGNED,), _("并入的诉求已分出")),
    EventKind.LINK: Told((ENTERPRISE, FILER), _("诉求已与其他企业的同类诉求一并办理")),
    EventKind.GAIN_LINK: Told((ASSIGNED,), _("又有一家企业的同类诉求一并办理")),
    EventKind.UNLINK: Told((ASSIGNED, ENTERPRISE, FILER), _("诉求不再一并办理，请单独办理"), _("诉求改为单独办理")),
    EventKind.LOSE_LINK: Told((ASSIGNED,), _("有一家企业的诉求不再一并办理")),
    EventKind.TAKE_LEAD: Told((ASSIGNED,), _("牵头诉求已更换，请在这一件上办理")),
    EventKind.TAKE_BACK: Told(UNIT, _("诉求已关联到其他部门承办的诉求，交办收回")),
    EventKind.CLOSE_DEPARTMENT: Told(
        (DISPATCHER, ASSIGNED, *UNIT, ENTERPRISE, FILER),
        _("%(department)s已停用，请查看由谁接替"),
        _("%(department)s已停用，诉求等待重新派单"),
    ),
    EventKind.MOVE_ORDER: Told((*UNIT, Group.SUPERVISOR), _("督办单%(order)s转由%(department)s回复")),
}
