"""The gap in templates: numbers with their sign, and a department's gap on its scorecard."""

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
    """The department's gap of the month as whoever reads its scorecard may know it; nothing without pairs.

    A tag, because the scorecard belongs to `petitions`, which knows nothing of surveys: data flows one way, and the
    page names only where the gap goes. One statement.
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
