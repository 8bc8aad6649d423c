"""What templates need beside the models: who may be named, and how time is said."""

from datetime import datetime

from django import template
from django.forms import BoundField
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timesince import timesince, timeuntil
from django.utils.translation import gettext as _

from accounts.models import User
from petitions.dispatch import SendBackReason
from petitions.models import Petition, PetitionEvent
from petitions.permissions import can_see_petitioner

register = template.Library()

NEAR_SECONDS = 24 * 3600  # a limit that ends within a day is shown as near


@register.filter
def petitioner_for(petition: Petition, user: User) -> str:
    """Who asked, or a word for "kept confidential" where the reader may not know."""
    return str(petition.petitioner) if can_see_petitioner(petition, user) else _("企业身份保密")


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
def option_groups(field: BoundField) -> list[tuple[str | None, list[dict[str, object]], int]]:
    """The options of a grouped choice field, as its widget would draw them: (group, options, index)."""
    return field.field.widget.optgroups(field.html_name, field.field.widget.format_value(field.value()))


@register.filter
def send_back_reason(event: PetitionEvent) -> str:
    """The reason from the list that a send-back was given with."""
    return str(SendBackReason(event.data["reason"]).label)


@register.filter
def file_size(size: int) -> str:
    """Bytes as people say them."""
    return f"{size / 1024 / 1024:.1f} MB" if size >= 1024 * 1024 else f"{max(1, size // 1024)} KB"
