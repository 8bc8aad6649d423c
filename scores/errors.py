"""What a verb about scores may refuse with, besides what any verb may (verbs/refusals.py)."""

from django.utils.translation import gettext_lazy as _

from verbs.refusals import Refusal


class TooEarly(Refusal):
    """The month may not be frozen yet, or the verb needs a frozen month and this one is not frozen yet."""

    code = "too_early"


class TooLate(Refusal):
    """The month is frozen or may be frozen by now, so nothing about its facts can be asked or decided any more."""

    code = "too_late"
    message = _("该月成绩已经冻结或已到冻结时间，不能再申诉、裁定或剔除。")  # type: ignore[assignment]
