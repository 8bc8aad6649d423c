"""What a verb about scores may refuse with; the same shape as petitions' refusals, which this room does not know.

A message is a sentence for the person who asked; a code is for programs and never changes.
"""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _


class ScoreError(Exception):
    """Base of every refusal by a verb about facts, appeals and months."""

    code = "refused"
    status = 409
    message: str = _("这一步现在不能做。")  # type: ignore[assignment]

    def __init__(self, message: str = "") -> None:
        super().__init__(message or str(self.message))

    def __str__(self) -> str:
        return str(self.args[0])


class InvalidInput(ScoreError):
    """Some fields are wrong; `fields` maps each field's name to one sentence."""

    code = "invalid"
    status = 400

    def __init__(self, fields: Mapping[str, str]) -> None:
        self.fields = dict(fields)
        super().__init__(" ".join(self.fields.values()))


class NotPermitted(ScoreError):
    """The person may not do this with this department's facts, or with a month."""

    code = "not_permitted"
    status = 403
    message = _("您没有办理这一步的权限。")  # type: ignore[assignment]


class AlreadyDone(ScoreError):
    """The same step was taken before and cannot be taken twice."""

    code = "already_done"


class TooEarly(ScoreError):
    """The month cannot be frozen yet."""

    code = "too_early"


class TooLate(ScoreError):
    """The month is frozen, or past the moment from which it may be."""

    code = "too_late"
    message = _("该月成绩已经冻结或已到冻结时间，不能再申诉、裁定或剔除。")  # type: ignore[assignment]
