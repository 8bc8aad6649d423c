"""The refusals that any verb may raise. Pages show a refusal in the form, the API answers with its status and code.

A message is a sentence for the person who asked; a code is for programs and never changes. Rooms add refusals of their
own (petitions/errors.py, scores/errors.py).
"""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy


class Refusal(Exception):
    """Base of every refusal by a verb."""

    code = "refused"
    status = 409
    message: str = gettext_lazy("这一步现在不能做。")  # type: ignore[assignment]

    def __init__(self, message: str = "") -> None:
        super().__init__(message or str(self.message))

    def __str__(self) -> str:
        return str(self.args[0])


class InvalidInput(Refusal):
    """Some fields are wrong; `fields` maps each field's name to one sentence."""

    code = "invalid"
    status = 400

    def __init__(self, fields: Mapping[str, str]) -> None:
        self.fields = dict(fields)
        super().__init__(" ".join(self.fields.values()))


class NotPermitted(Refusal):
    """The person may see the subject but may not do this with it."""

    code = "not_permitted"
    status = 403
    message = gettext_lazy("您没有办理这一步的权限。")  # type: ignore[assignment]


class AlreadyDone(Refusal):
    """The same step was taken before and cannot be taken twice."""

    code = "already_done"
