"""What a verb about scores may refuse with, besides what any verb may (verbs/refusals.py)."""

from django.utils.translation import gettext_lazy as _

from verbs.refusals import Refusal


class TooEarly(Refusal):
    """The month cannot be frozen yet."""

    code = "too_early"


class TooLate(Refusal):
    """The month is frozen, or past the moment from which it may be."""

    code = "too_late"
    message = _("该月成绩已经冻结或已到冻结时间，不能再申诉、裁定或剔除。")  # type: ignore[assignment]
