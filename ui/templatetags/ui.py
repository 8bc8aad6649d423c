"""Template filters for every room: the options of a grouped field, and sizes of files in words."""

from django import template
from django.forms import BoundField

register = template.Library()


@register.filter
def option_groups(field: BoundField) -> list[tuple[str | None, list[dict[str, object]], int]]:
    """Return the options of a grouped choice field, as its widget would draw them: (group, options, index)."""
    return field.field.widget.optgroups(field.html_name, field.field.widget.format_value(field.value()))


@register.filter
def file_size(size: int) -> str:
    """Return a number of bytes in MB or KB."""
    return f"{size / 1024 / 1024:.1f} MB" if size >= 1024 * 1024 else f"{max(1, size // 1024)} KB"
