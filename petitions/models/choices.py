"""What a petition's fields can hold: states, reasons to close, kinds, urgencies, channels, and the length of texts."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    REPORTED = "reported", _("待派单")
    ASSIGNED = "assigned", _("办理中")
    RESOLVED = "resolved", _("待评价")
    RATED = "rated", _("已评价")
    CLOSED = "closed", _("已关闭")


# In these states a petition waits for a dispatcher or an answer, others can be merged into it, and it can be linked
# and follows its parent.
OPEN_STATES = (State.REPORTED, State.ASSIGNED)


class ClosedReason(models.TextChoices):
    WITHDRAWN = "withdrawn", _("企业撤回")
    MERGED = "merged", _("并入其他诉求")
    LAPSED = "lapsed", _("逾期未评价")


class Kind(models.TextChoices):
    CONSULT = "consult", _("咨询")
    HELP = "help", _("求助")
    COMPLAINT = "complaint", _("投诉")
    SUGGESTION = "suggestion", _("建议")


class Urgency(models.TextChoices):
    NORMAL = "normal", _("一般")
    PRESSING = "pressing", _("较急")
    URGENT = "urgent", _("紧急")


class Channel(models.TextChoices):
    WEB = "web", _("网页")
    PHONE = "phone", _("电话")
    ENTERPRISE_HOME = "enterprise_home", _("企业之家")
    EVENT = "event", _("企业咖啡时")
    VISIT = "visit", _("走访")
    ASSISTANT = "assistant", _("产业助理")
    DINGTALK = "dingtalk", _("钉钉")
    WECOM = "wecom", _("企业微信")
    API = "api", _("接口")
    IMPORT = "import", _("导入")


TITLE_MAX = 100
BODY_MAX = 5000
