"""Template filters for rates: as per cents with one decimal, and as coordinates of 0 to 100 for SVG pictures."""

from django import template

from scores.scoring import Rate

register = template.Library()


@register.filter
def percent(rate: Rate) -> str:
    """Return a rate's share as a per cent, such as 92.3%; "" for a rate without cases."""
    return "" if rate.share is None else per_cent(rate.share)


@register.filter
def per_cent(share: float) -> str:
    """A share from 0 to 1 as a per cent: 92.3%."""
    return f"{share:.1%}"


@register.filter
def hundredths(share: float, moved: int = 0) -> str:
    """Return a share plus `moved` hundredths as an SVG coordinate, cut off at 0.0 and 100.0."""
    return f"{max(0.0, min(100.0, 100 * share + moved)):.1f}"


@register.filter
def in_svg(number: float) -> str:
    """Return a number with two decimals and a decimal point, as SVG needs it in every language of the page."""
    return f"{number:.2f}"


@register.filter
def points(share: float) -> str:
    """A difference of two shares in percentage points, with its sign: +3.4, −0.5."""
    return f"{100 * share:+.1f}".replace("-", "−")


@register.filter
def from_top(share: float) -> str:
    """Return the SVG y coordinate at which a column of this share begins. The picture is 100 high, y runs downwards."""
    return f"{100 - 100 * share:.1f}"
