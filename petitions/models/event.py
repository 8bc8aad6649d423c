"""What happened to a petition: append-only, one row per verb. A database trigger refuses UPDATE and DELETE."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from petitions.models.choices import State
from petitions.models.petition import Petition


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
    # Each of these has its counterpart on the other petition.
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


class PetitionEvent(models.Model):
    petition = models.ForeignKey(Petition, on_delete=models.PROTECT, db_index=False, related_name="events")
    kind = models.CharField(_("事项"), max_length=20, choices=EventKind.choices)
    at = models.DateTimeField(_("时间"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, db_index=False, related_name="+")
    department = models.ForeignKey(
        "departments.Department", on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    cycle = models.PositiveSmallIntegerField(_("办理轮次"))
    from_state = models.CharField(max_length=10, blank=True)
    to_state = models.CharField(max_length=10)
    is_public = models.BooleanField(_("企业可见"), default=True)
    text = models.TextField(_("说明"), blank=True)
    data = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name = _("诉求记录")
        verbose_name_plural = _("诉求记录")
        ordering = ["petition", "id"]
        indexes = [
            models.Index(fields=["petition", "id"], name="event_timeline"),  # the timeline of one petition
            models.Index(  # what integrity flags are looked for in (petitions/integrity.py)
                fields=["at"],
                name="event_of_integrity",
                condition=Q(
                    kind__in=[
                        *("withdraw", "ask_send_back", "ask_send_back_again", "decide_send_back", "remove_support"),
                        *("resolve", "rate", "change_rating"),
                    ]
                ),
            ),
        ]
        constraints = [
            models.CheckConstraint(name="event_kind_known", condition=Q(kind__in=EventKind.values)),
            models.CheckConstraint(name="event_to_state_known", condition=Q(to_state__in=State.values)),
        ]

    def __str__(self) -> str:
        return f"{self.petition_id} {self.kind}"
