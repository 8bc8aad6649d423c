"""How rates are written: per cents with one decimal, and places on a scale from 0 to 100 for pictures."""

from django import template

from scores.scoring import Rate

register = template.Library()


@register.filter
def percent(rate: Rate) -> str:
    """A rate's share as a per cent: 92.3%."""
    return "" if rate.share is None else per_cent(rate.share)


@register.filter
def per_cent(share: float) -> str:
    """A share from 0 to 1 as a per cent: 92.3%."""
    return f"{share:.1%}"


@register.filter
def hundredths(share: float, moved: int = 0) -> str:
    """A share as a place on a scale of 100, moved by so much, as SVG writes numbers."""
    return f"{max(0.0, min(100.0, 100 * share + moved)):.1f}"


@register.filter
def in_svg(number: float) -> str:
    """A number as SVG writes it, whatever the reader's language."""
    return f"{number:.2f}"


@register.filter
def points(share: float) -> str:
    """A difference of two shares in percentage points, with its sign: +3.4, −0.5."""
    return f"{100 * share:+.1f}".replace("-", "−")


@register.filter
def from_top(share: float) -> str:
    """Where a column as high as the share begins, from the top of 100."""
    return f"{100 - 100 * share:.1f}"
