"""Template tags for the gap: numbers with their sign, and a department's gap on its scorecard."""

from datetime import date
from typing import Any

from django import template

from accounts.models import User
from departments.models import Department
from surveys.gap import can_read_gap, gap_of
from surveys.pages.gap_chart import mark_of, scale_of
from surveys.queries import READERS

register = template.Library()


@register.filter
def signed(points: float) -> str:
    """Points with two decimals and their sign: +0.42, −0.30, 0.00."""
    return f"{points:+.2f}".replace("-", "−") if round(points, 2) else "0.00"


@register.inclusion_tag("surveys/_card_gap.html")
def survey_gap(department: Department, month: date, user: User) -> dict[str, Any]:
    """Show a department's gap of the month on its scorecard, as far as the user may read it; nothing without pairs.

    This is a tag because the room of the scorecard's page does not import surveys: the page only says where the gap
    goes. One statement.
    month  the month's first day
    user   somebody who may read the scorecard
    """
    ratings, stands = gap_of(department, month)
    return {
        "ratings": ratings,
        "mark": mark_of(ratings, scale_of([ratings])),
        "is_withheld": not can_read_gap(user, ratings, stands=stands),
        "stands": stands,
        "month": month,
        "may_open": user.has_role(*READERS),
    }
