"""The refusals that only verbs about petitions raise; those of every verb are in verbs/refusals.py."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from verbs.refusals import Refusal


class WrongState(Refusal):
    """The verb cannot be used in the petition's present state."""

    code = "wrong_state"
    possible: Sequence[str] = ()  # names of the verbs that the person can use instead; the API fills them in

    def __init__(self, *, state: str, state_label: str) -> None:
        self.state = state
        super().__init__(_("诉求当前为“%(state)s”，不能办理这一步。") % {"state": state_label})


class SupportsPending(Refusal):
    """The lead cannot resolve yet: some supports still owe their answers, and `departments` names them."""

    code = "supports_pending"

    def __init__(self, departments: Sequence[str]) -> None:
        self.departments = list(departments)
        names = _("、").join(self.departments)
        super().__init__(_("协办单位尚未答复：%(names)s。全部答复后主办单位才能办结。") % {"names": names})


class FollowsParent(Refusal):
    """This verb cannot be used on a child of a group: it has to be used on the parent, for the whole group.

    Other verbs work on a child.
    """

    code = "follows_parent"

    def __init__(self, number: str) -> None:
        self.number = number
        super().__init__(_("这件诉求随牵头诉求%(number)s一并办理，请在牵头诉求上办理。") % {"number": number})


class KeyReused(Refusal):
    """An idempotency key (`submission_key`) was sent again with another content; `number` is the petition it filed."""

    code = "key_reused"

    def __init__(self, number: str) -> None:
        self.number = number
        sentence = _(
            "之前已用同一份表单提交诉求%(number)s，这次的内容与它不同。"
            "要改那件诉求，请打开它补充材料；要另提一件，请再提交一次（接口请换一个提交编号）。"
        )
        super().__init__(sentence % {"number": number})


class NotCheckedIn(Refusal):
    """The department has not checked in yet, which it has to do before it works on the petition."""

    code = "not_checked_in"
    message = gettext_lazy("请先报到，再办理这件诉求。")  # type: ignore[assignment]


class TooLate(Refusal):
    """The time for this step is over: the limit that it is about, or the window for asking or disputing."""

    code = "too_late"
    message = gettext_lazy("时限已到期，不能再申请或批准延期、挂账。")  # type: ignore[assignment]


class LinkOver(Refusal):
    """A link for rating without signing in cannot be used.

    The link is forged, used or too old, or its liaison may not rate any more.
    """

    code = "link_over"
    status = 410


class IndexIsOld(Refusal):
    """The search's index was made by other rules than the present ones, and is being written again."""

    code = "index_is_old"
    message = gettext_lazy("搜索索引正在更新，暂时不能搜索，请稍后再试。")  # type: ignore[assignment]
