"""Template filters for every room: the options of a grouped field; days, moments and sizes of files in words."""

from datetime import date, datetime

from django import template
from django.forms import BoundField
from django.utils import timezone

from verbs import dates

register = template.Library()


@register.filter
def option_groups(field: BoundField) -> list[tuple[str | None, list[dict[str, object]], int]]:
    """Return the options of a grouped choice field, as its widget would draw them: (group, options, index)."""
    return field.field.widget.optgroups(field.html_name, field.field.widget.format_value(field.value()))


@register.filter
def day(value: date) -> str:
    """Return a day as people say it now: 今天, 明天, 12-04 周五."""
    return dates.day_in_words(value, timezone.now())


@register.filter
def moment(value: datetime) -> str:
    """Return a moment as people say it now: 今天 17:30, 12-04 周五 09:00."""
    return dates.moment_in_words(value, timezone.now())


@register.filter
def file_size(size: int) -> str:
    """Return a number of bytes in MB or KB."""
    return f"{size / 1024 / 1024:.1f} MB" if size >= 1024 * 1024 else f"{max(1, size // 1024)} KB"
