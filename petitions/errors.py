"""What a verb may refuse with. Interfaces translate: pages beside the field, the API to a status code.

A message is a sentence for the person who asked; a code is for programs and never changes.
"""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class PetitionError(Exception):
    """Base of every refusal by a verb."""

    code = "refused"
    status = 409
    message: str = gettext_lazy("这一步现在不能做。")  # type: ignore[assignment]

    def __init__(self, message: str = "") -> None:
        super().__init__(message or str(self.message))

    def __str__(self) -> str:
        return str(self.args[0])


class InvalidInput(PetitionError):
    """Some fields are wrong; `fields` maps each field's name to one sentence."""

    code = "invalid"
    status = 400

    def __init__(self, fields: Mapping[str, str]) -> None:
        self.fields = dict(fields)
        super().__init__(" ".join(self.fields.values()))


class NotPermitted(PetitionError):
    """The person sees the petition but may not do this with it."""

    code = "not_permitted"
    status = 403
    message = gettext_lazy("您没有办理这一步的权限。")  # type: ignore[assignment]


class WrongState(PetitionError):
    """The petition's state does not have this edge; `possible` lists what the person can do now."""

    code = "wrong_state"

    def __init__(self, *, state: str, state_label: str, possible: Sequence[str]) -> None:
        self.state = state
        self.possible = list(possible)
        super().__init__(_("诉求当前为“%(state)s”，不能办理这一步。") % {"state": state_label})


class SupportsPending(PetitionError):
    """The lead cannot resolve before every support has answered; `departments` names those who have not."""

    code = "supports_pending"

    def __init__(self, departments: Sequence[str]) -> None:
        self.departments = list(departments)
        names = _("、").join(self.departments)
        super().__init__(_("协办单位尚未答复：%(names)s。全部答复后主办单位才能办结。") % {"names": names})


class FollowsParent(PetitionError):
    """The petition is handled together with others; the step is done on the group's parent, for all of them."""

    code = "follows_parent"

    def __init__(self, number: str) -> None:
        self.number = number
        super().__init__(_("这件诉求随牵头诉求%(number)s一并办理，请在牵头诉求上办理。") % {"number": number})


class AlreadyDone(PetitionError):
    """The same step was taken before and cannot be taken twice."""

    code = "already_done"


class KeyReused(PetitionError):
    """An idempotency key was sent again with another content."""

    code = "key_reused"
    message = gettext_lazy("同一个提交编号已用于另一件诉求，请刷新页面后重新提交。")  # type: ignore[assignment]


class NotCheckedIn(PetitionError):
    """The department has not checked in yet; it signs first, then works."""

    code = "not_checked_in"
    message = gettext_lazy("请先报到，再办理这件诉求。")  # type: ignore[assignment]


class TooLate(PetitionError):
    """The limit that the step is about is over, or was stopped."""

    code = "too_late"
    message = gettext_lazy("时限已到期，不能再申请或批准延期、挂账。")  # type: ignore[assignment]


class LinkOver(PetitionError):
    """A link that rates without signing in cannot be used: not ours, used, or its time is over."""

    code = "link_over"
    status = 410
