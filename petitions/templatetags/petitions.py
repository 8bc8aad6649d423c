"""What templates need beside the models: who may be named, and how time is said."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timesince import timesince, timeuntil
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from petitions.clock_reading import ClockReading
from petitions.models import (
    Attachment,
    Card,
    ClockKind,
    Decision,
    EventKind,
    FlagKind,
    IntegrityFlag,
    Petition,
    SendBackReason,
    Unit,
)
from petitions.permissions import can_see_petitioner
from petitions.search.words import marked as with_marks
from record.models import Event

register = template.Library()

NEAR_SECONDS = 24 * 3600  # a limit that ends within a day is shown as near


@register.filter
def petitioner_for(petition: Petition, user: User) -> str:
    """Who asked, or a word for "kept confidential" where the reader may not know."""
    return str(petition.petitioner) if can_see_petitioner(petition, user) else _("企业身份保密")


@register.filter
def is_petitioner_known(petition: Petition, user: User) -> bool:
    """Whether the reader may know who asked, and so whose other petitions it belongs with."""
    return can_see_petitioner(petition, user)


@register.filter
def of_petition(files: Iterable[Attachment], petition: Petition) -> list[Attachment]:
    """Those of the files that came with this petition: a page also shows what was merged into its own."""
    return [file for file in files if file.petition_id == petition.pk]


@register.filter
def marked(text: str, words: Sequence[str]) -> SafeString:
    """The text with the words that were searched for marked."""
    return with_marks(text, words or ())


@register.simple_tag
def time_left(due_at: datetime | None, now: datetime) -> str | SafeString:
    """A badge that says how long a limit still runs, or since when it is over."""
    if due_at is None:
        return ""
    seconds = (due_at - now).total_seconds()
    if seconds < 0:
        words = _("已超时 %(time)s") % {"time": timesince(due_at, now, depth=1)}
        return format_html('<span class="due due-over">{}</span>', words)
    words = _("剩余 %(time)s") % {"time": timeuntil(due_at, now, depth=1)}
    look = "due-near" if seconds < NEAR_SECONDS else "due-far"
    return format_html('<span class="due {}">{}</span>', look, words)


@register.filter
def seen(flag: IntegrityFlag) -> str:
    """What was seen that made an integrity flag, in a sentence."""
    said = flag.seen
    if flag.kind == FlagKind.WITHDRAWN_AFTER_CONTACT:
        return _("部门联系企业%(minutes)d分钟后，企业撤回诉求。") % said
    if flag.kind == FlagKind.LEFT_LATE:
        labels = {"clock": ClockKind(said["clock"]).label, "step": EventKind(said["step"]).label}
        return _("%(clock)s到期前%(minutes)d分钟：%(step)s。") % (said | labels)
    if flag.kind == FlagKind.RESOLVED_WITHOUT_CONTACT:
        return _("这一轮没有联系企业的记录就办结。")
    if flag.kind == FlagKind.OWN_NETWORK:
        return _("评价从部门网络%(network)s提交。") % said
    return _("答复后%(seconds)d秒就评价。") % said


@register.filter
def minutes_in_words(reading: ClockReading, minutes: float) -> str:
    """Minutes of the clock's own kind as people say them, the two largest units: 2个工作日3小时, 3小时20分钟."""
    whole = int(abs(minutes))
    days, rest = divmod(whole, reading.minutes_a_day)
    hours, left = divmod(rest, 60)
    if days and reading.clock.unit == Unit.CALENDAR_DAYS:
        words = _("%(days)d天%(hours)d小时") if hours else _("%(days)d天")
    elif days and hours:
        words = ngettext("%(days)d个工作日%(hours)d小时", "%(days)d个工作日%(hours)d小时", days)
    elif days:
        words = ngettext("%(days)d个工作日", "%(days)d个工作日", days)
    elif hours:
        words = _("%(hours)d小时%(minutes)d分钟") if left else _("%(hours)d小时")
    else:
        words = _("%(minutes)d分钟")
    return words % {"days": days, "hours": hours, "minutes": left}


@register.filter
def lateness(reading: ClockReading) -> str:
    """How long a limit is, or was, over in working time; nothing of it has passed on the weekend after."""
    time = minutes_in_words(reading, reading.left_minutes)
    has_time = reading.left_minutes <= -1
    if reading.clock.stopped_at:
        return _("超时 %(time)s 完成") % {"time": time} if has_time else _("超时完成")
    return _("已超时 %(time)s") % {"time": time} if has_time else _("已超时")


@register.filter
def counted(minutes: int) -> str:
    """Counted minutes as hours and minutes: 7:00."""
    return f"{minutes // 60}:{minutes % 60:02d}"


@register.filter
def limit_in_words(reading: ClockReading) -> str:
    """The limit as the rule gives it, and what was added: 5 工作日 + 3."""
    clock = reading.clock
    limit = f"{clock.amount.normalize():f} {clock.get_unit_display()}"
    return f"{limit} + {clock.extended_days}" if clock.extended_days else limit


@register.filter
def event_detail(event: Event) -> str:
    """What an event says beside its text: which card, how many days, until when, what was decided."""
    data = event.data
    if event.kind == EventKind.ESCALATE:
        return f"{ClockKind(data['clock_kind']).label} · {Card(data['card']).label}"
    words = [str(Decision(data["decision"]).label)] if "decision" in data else []
    if "handler_name" in data:
        words.append(_("交给%(name)s") % {"name": data["handler_name"]})
    if "days" in data:
        words.append(_("延长%(days)d个工作日") % {"days": data["days"]})
    if "review_date" in data:
        words.append(_("复核日期 %(day)s") % {"day": data["review_date"]})
    if "order" in data:
        words.append(data["order"])
    if event.kind in (EventKind.ASK_SEND_BACK, EventKind.ASK_SEND_BACK_AGAIN):
        words.append(str(SendBackReason(data["reason"]).label))
    if data.get("lapsed_send_backs"):
        words.append(_("退单申请随答复失效"))
    return " · ".join(words)
