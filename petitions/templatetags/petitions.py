"""Template tags: who may be named, how time is written, what an event says."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts.models import User
from limits.templatetags.limits import elapsed
from petitions.models import (
    Attachment,
    Decision,
    EventKind,
    FlagKind,
    IntegrityFlag,
    Petition,
    Promise,
)
from petitions.models.event import TOLD
from petitions.permissions import can_see_petitioner
from petitions.proposals.likelihood import likelihood_of
from petitions.search.words import marked as with_marks
from record.models import Event

register = template.Library()


@register.filter
def petitioner_for(petition: Petition, user: User) -> str:
    """Return who asked, or words for "kept confidential" when the reader may not know."""
    return str(petition.petitioner) if can_see_petitioner(petition, user) else _("企业身份保密")


@register.filter
def is_petitioner_known(petition: Petition, user: User) -> bool:
    """Return whether the reader may know who asked."""
    return can_see_petitioner(petition, user)


@register.filter
def of_petition(files: Iterable[Attachment], petition: Petition) -> list[Attachment]:
    """Return those of the files that came with this petition.

    A petition's page also has the files of the petitions that were merged into it.
    """
    return [file for file in files if file.petition_id == petition.pk]


@register.filter
def of_key(found: Mapping[int, Any] | None, key: int) -> Any:
    """Return what `found` has for the row with this key, such as its excerpt or its limit; "" when it has none."""
    return found.get(key, "") if found else ""


@register.filter
def marked(text: str, words: Sequence[str]) -> SafeString:
    """Return the text as HTML, with the words that were searched for marked."""
    return with_marks(text, words or ())


@register.filter
def seen(flag: IntegrityFlag) -> str:
    """Return what caused an integrity flag, in a sentence."""
    said = flag.seen
    if flag.kind == FlagKind.WITHDRAWN_AFTER_CONTACT:
        return _("部门联系企业%(time)s后，企业撤回诉求。") % {"time": elapsed(said["minutes"])}
    if flag.kind == FlagKind.LEFT_LATE:
        labels = {"clock": Promise(said["clock"]).label, "step": EventKind(said["step"]).label}
        return _("%(clock)s到期前%(time)s：%(step)s。") % (labels | {"time": elapsed(said["minutes"])})
    if flag.kind == FlagKind.RESOLVED_WITHOUT_CONTACT:
        return _("这一轮没有联系企业的记录就办结。")
    if flag.kind == FlagKind.OWN_NETWORK:
        return _("评价从部门网络%(network)s提交。") % said
    return _("答复后%(seconds)d秒就评价。") % said


@register.filter
def likelihood(confidence: float) -> str:
    """Return the word for a confidence: 很可能, 可能 or 不确定."""
    return str(likelihood_of(confidence).label)


@register.filter
def event_detail(event: Event) -> str:
    """Return what an event's data says, in words, such as: which card, how many days, until when, what was decided."""
    data, detail = event.data, TOLD[EventKind(event.kind)].detail
    words = [said] if detail and (said := detail(data)) else []
    if "decision" in data:
        words.append(str(Decision(data["decision"]).label))
    if "handler_name" in data:
        words.append(_("交给%(name)s") % {"name": data["handler_name"]})
    if "days" in data:
        words.append(_("延长%(days)d个工作日") % {"days": data["days"]})
    if "review_date" in data:
        words.append(_("复核日期 %(day)s") % {"day": data["review_date"]})
    if "order" in data:
        words.append(data["order"])
    if data.get("lapsed_send_backs"):
        words.append(_("退单申请随答复失效"))
    return " · ".join(words)
