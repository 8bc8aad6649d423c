"""What somebody types into each form of the pages, valid as it stands: `FORMS[verb](stage, petition)`."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils import timezone

from petitions.models import Extension, Hold, Petition, Rating, ReplyTemplate, SendBack
from tests.cast import Stage
from tests.petitions.verbs import another

Typed = dict[str, Any]

REASON = "情况有变，见说明"


def report_form(stage: Stage, **changes: Any) -> Typed:
    """The report form of somebody who files for Lin's enterprise."""
    typed = {
        "enterprise": stage.cast.enterprise.pk,
        "title": "厂区门口道路积水",
        "body": "厂区东门外的道路一下雨就积水，货车进不来，请协调排水。",
        "kind": "help",
        "urgency": "normal",
        "category": stage.cast.category.pk,
        "region": stage.cast.city.pk,
        "contact_name": "林晓",
        "contact_phone": "13800000001",
        "submission_key": "0123456789abcdef",
    }
    return typed | changes


def dispatch_form(stage: Stage, petition: Petition) -> Typed:
    return {
        "category": stage.cast.category.pk,
        "kind": "help",
        "urgency": "pressing",
        "lead": stage.cast.lead.pk,
        "supports": [stage.cast.support.pk],
        "note": "请两部门会商",
    }


def rate_form(stage: Stage, petition: Petition) -> Typed:
    answered = petition.assignments.live().filter(cycle=petition.cycle, answered_at__isnull=False)
    typed: Typed = {}
    for assignment in answered:
        typed |= {f"{assignment.pk}-level": "5", f"{assignment.pk}-is_solved": "yes", f"{assignment.pk}-text": "谢谢"}
    return typed


def change_rating_form(stage: Stage, petition: Petition) -> Typed:
    ratings = Rating.objects.filter(assignment__petition=petition, locked_at__isnull=True)
    return {
        f"{rating.assignment_id}-{name}": value
        for rating in ratings
        for name, value in {"level": "4", "is_solved": "partly", "text": "付了一半"}.items()
    }


def answer_form(stage: Stage, petition: Petition) -> Typed:
    return {"outcome": "solved", "public_answer": "已协调付款。", "internal_note": "已电话核实", "planned_date": ""}


def decision_form(model: type[Extension] | type[Hold], petition: Petition) -> Typed:
    asked: Any = model.objects  # type: ignore[attr-defined]
    chosen = asked.filter(assignment__petition=petition).values_list("pk", flat=True).first()
    return {"request": chosen or "", "decision": "approved", "note": "同意"}


def hold_form(stage: Stage, petition: Petition) -> Typed:
    """The page's own clock says what is ahead."""
    return {"reason": "等待上级部门批复", "review_date": f"{timezone.localdate() + timedelta(days=30)}"}


def send_back_form(petition: Petition, **typed: str) -> Typed:
    chosen = SendBack.objects.filter(assignment__petition=petition).values_list("pk", flat=True).first()
    return {"request": chosen or "", **typed}


def template_form(stage: Stage, petition: Petition) -> Typed:
    return {"department": stage.cast.lead.pk, "title": "另一个模板", "text": "关于{标题}，已经办结。", "outcome": ""}


def appointed(*, days: int) -> str:
    """So many days ahead of the page's own clock, as a browser sends it."""
    return f"{timezone.localtime() + timedelta(days=days):%Y-%m-%dT%H:%M}"


def appointment_shown(petition: Petition) -> str:
    """How the form names the appointment: whose, and the time that was shown."""
    part = petition.current_assignments().order_by("part").first()
    return f"{part.department_id}@{(part.appointment_at or timezone.now()).isoformat()}" if part else ""


FORMS: dict[str, Callable[[Stage, Petition], Typed]] = {
    "supplement": lambda stage, petition: {"text": "补充合同第三页"},
    "urge": lambda stage, petition: {"text": "请尽快"},
    "withdraw": lambda stage, petition: {"reason": REASON},
    "reopen": lambda stage, petition: {"reason": REASON},
    "rate": rate_form,
    "change_rating": change_rating_form,
    "judge_rating": lambda stage, petition: {"is_again": "no", "why": "部门已尽责，付款方失联"},
    "dispatch": dispatch_form,
    "undo_dispatch": lambda stage, petition: {"reason": REASON},
    "escalate_up": lambda stage, petition: {"reason": REASON},
    "delegate_down": lambda stage, petition: {"desk": stage.cast.district.pk, "note": ""},
    "check_in": lambda stage, petition: {},
    "propose_appointment": lambda stage, petition: {"method": "visit", "at": appointed(days=3), "text": "请备好合同"},
    "confirm_appointment": lambda stage, petition: {"appointment": appointment_shown(petition)},
    "move_appointment": lambda stage, petition: {
        "appointment": appointment_shown(petition),
        "at": appointed(days=4),
        "text": "当天厂里有人",
    },
    "hand_over": lambda stage, petition: {"to": stage.cast.wu.pk, "note": "请跟进"},
    "contact": lambda stage, petition: {"way": "phone", "text": "已与企业通话"},
    "progress": lambda stage, petition: {"text": "正在核对账目", "is_public": "on"},
    "answer_support": answer_form,
    "resolve": answer_form,
    "discuss": lambda stage, petition: {"text": "请先核对发票", "mention": ""},
    "add_support": lambda stage, petition: {"department": stage.cast.other_department.pk, "note": "请核对发票"},
    "remove_support": lambda stage, petition: {"department": stage.cast.support.pk, "reason": REASON},
    "waive_support": lambda stage, petition: {"department": stage.cast.support.pk, "reason": REASON},
    "ask_send_back": lambda stage, petition: {
        "reason": "not_responsible",
        "basis": "依据本市职责清单第12条",
        "proposed": stage.cast.other_department.pk,
    },
    "decide_send_back": lambda stage, petition: send_back_form(petition, decision="refused", note="清单写明由你局主办"),
    "dispute_send_back": lambda stage, petition: send_back_form(petition, text="清单第12条已经修订"),
    "merge": lambda stage, petition: {"number": another(stage, petition, stage.cast.lin, stage.now).number},
    "unmerge": lambda stage, petition: {},
    "link": lambda stage, petition: {"number": another(stage, petition, stage.cast.mallory, stage.now).number},
    "unlink": lambda stage, petition: {},
    "issue_order": lambda stage, petition: {"department": stage.cast.lead.pk, "text": "请说明原因并立即办理"},
    "ask_extension": lambda stage, petition: {"days": 3, "reason": "需要等待评估报告"},
    "decide_extension": lambda stage, petition: decision_form(Extension, petition),
    "ask_hold": hold_form,
    "decide_hold": lambda stage, petition: decision_form(Hold, petition),
    "review_hold": lambda stage, petition: {
        "request": decision_form(Hold, petition)["request"],
        "text": "评估机构已进场",
        "review_date": hold_form(stage, petition)["review_date"],
    },
    "resume": lambda stage, petition: {"request": decision_form(Hold, petition)["request"], "note": "批复已到"},
}
# What is typed on the pages about one order or hold that are no verbs of a petition's own.
LIMIT_FORMS: dict[str, Callable[[Stage, Petition], Typed]] = {
    "reply_order": lambda stage, petition: {"text": "已安排专人办理"},
    "accept_order": lambda stage, petition: {"note": "同意"},
    "reject_order": lambda stage, petition: {"note": "没有说明完成时间"},
}
# What is typed inside a department, on pages that are not about one petition or change nothing of it.
INSIDE_FORMS: dict[str, Callable[[Stage, Petition], Typed]] = {
    "check_in_all": lambda stage, petition: {"part": [row.pk for row in petition.assignments.all()]},
    "hand_over_all": lambda stage, petition: {
        "part": [row.pk for row in petition.assignments.all()],
        "to": stage.cast.wu.pk,
    },
    "save_filter": lambda stage, petition: {"name": "逾期的"},
    "change_filter": lambda stage, petition: {"name": "改了名字"},
    "add_template": template_form,
    "change_template": template_form,
    "fill_answer": lambda stage, petition: {"template": ReplyTemplate.objects.values_list("pk", flat=True)[0]},
}
# What is typed on the pages of scores; about the fact, the appeal or the month that the address or the form names.
SCORE_FORMS: dict[str, Callable[[Stage, Petition], Typed]] = {
    "appeal_fact": lambda stage, petition: {"reason": "mistaken", "text": "企业来电说明点错了"},
    "exclude_fact": lambda stage, petition: {"reason": "beyond_control", "text": "台风期间道路中断"},
    "decide_appeal": lambda stage, petition: {"is_accepted": "yes", "why": "已向企业核实"},
    "freeze_month": lambda stage, petition: {"month": "2026-09"},
}
