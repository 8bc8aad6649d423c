"""What a verb about petitions may refuse with, besides what any verb may (verbs/refusals.py)."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from verbs.refusals import Refusal


class WrongState(Refusal):
    """The petition's state does not have this edge; `possible` lists what the person can do now."""

    code = "wrong_state"

    def __init__(self, *, state: str, state_label: str, possible: Sequence[str]) -> None:
        self.state = state
        self.possible = list(possible)
        super().__init__(_("诉求当前为“%(state)s”，不能办理这一步。") % {"state": state_label})


class SupportsPending(Refusal):
    """The lead cannot resolve before every support has answered; `departments` names those who have not."""

    code = "supports_pending"

    def __init__(self, departments: Sequence[str]) -> None:
        self.departments = list(departments)
        names = _("、").join(self.departments)
        super().__init__(_("协办单位尚未答复：%(names)s。全部答复后主办单位才能办结。") % {"names": names})


class FollowsParent(Refusal):
    """The petition is handled together with others; the step is done on the group's parent, for all of them."""

    code = "follows_parent"

    def __init__(self, number: str) -> None:
        self.number = number
        super().__init__(_("这件诉求随牵头诉求%(number)s一并办理，请在牵头诉求上办理。") % {"number": number})


class KeyReused(Refusal):
    """An idempotency key was sent again with another content."""

    code = "key_reused"
    message = gettext_lazy("同一个提交编号已用于另一件诉求，请刷新页面后重新提交。")  # type: ignore[assignment]


class NotCheckedIn(Refusal):
    """The department has not checked in yet; it signs first, then works."""

    code = "not_checked_in"
    message = gettext_lazy("请先报到，再办理这件诉求。")  # type: ignore[assignment]


class TooLate(Refusal):
    """The limit that the step is about is over, or was stopped."""

    code = "too_late"
    message = gettext_lazy("时限已到期，不能再申请或批准延期、挂账。")  # type: ignore[assignment]


class LinkOver(Refusal):
    """A link that rates without signing in cannot be used: not ours, used, or its time is over."""

    code = "link_over"
    status = 410
