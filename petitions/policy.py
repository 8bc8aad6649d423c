"""The default limits and the default ladder, each row with its basis; a migration writes them, people change them.

A changed rule is a new row: the old one is ended, so that a clock always finds the rule it was computed from.
"""

from datetime import UTC, datetime
from typing import Any, NamedTuple


class Limit(NamedTuple):
    """One row of LimitRule."""

    clock_kind: str
    amount: str
    unit: str
    basis: str
    petition_kind: str = ""
    urgency: str = ""
    service_level: str = ""


HOURS, DAYS, CALENDAR = "working_hours", "working_days", "calendar_days"
SHANDONG = "山东省12345热线办理规范：一般事项5个工作日"
BEIJING = "北京市接诉即办实施办法（征求意见稿）：15日"

LIMITS: list[Limit] = [
    Limit("dispatch", "4", HOURS, "assumption; 青岛西海岸新区 1 day, 北京 draft 2 h"),
    Limit("check_in", "1", DAYS, "24小时签收率"),
    Limit("check_in", "2", HOURS, "assumption", urgency="urgent"),
    Limit("contact", "1", DAYS, "青岛西海岸新区：1个工作日内联系"),
    Limit("contact", "2", HOURS, "assumption; 江门 60 min", urgency="urgent"),
    Limit("rate", "15", CALENDAR, "12345热线惯例：15日"),
    Limit("rectify", "5", DAYS, "德州：差评5个工作日整改"),
    Limit("order", "2", DAYS, "assumption"),
    Limit("send_back", "2", DAYS, "assumption: 首接负责，派单后2个工作日内可退单一次"),
    Limit("dispute", "1", DAYS, "assumption: 裁决后1个工作日内可提出争议一次"),
]
for _kind in ("resolve_enterprise", "resolve_department"):
    LIMITS += [
        Limit(_kind, "5", DAYS, SHANDONG),
        Limit(_kind, "3", DAYS, "assumption", service_level="consult"),
        Limit(_kind, "15", DAYS, BEIJING, service_level="complex"),
        Limit(_kind, "3", DAYS, "assumption", petition_kind="consult"),
        Limit(_kind, "15", DAYS, BEIJING, petition_kind="consult", service_level="complex"),
    ]
SHORTER = "assumption: the lead's limit less 1 day"
# One working day shorter than the lead's, at least one (assumption).
LIMITS += [
    Limit("support", "4", DAYS, SHORTER),
    Limit("support", "2", DAYS, SHORTER, service_level="consult"),
    Limit("support", "14", DAYS, SHORTER, service_level="complex"),
    Limit("support", "2", DAYS, SHORTER, petition_kind="consult"),
    Limit(
        "support",
        "14",
        DAYS,
        SHORTER,
        petition_kind="consult",
        service_level="complex",
    ),
]


class Step(NamedTuple):
    """One row of LadderStep. `share` is a per cent of the limit, `after` working days after it was due."""

    level: int
    tells: tuple[str, ...]
    card: str
    share: int | None = None
    after: int | None = None
    opens_order: bool = False


DEPARTMENT_LADDER: list[Step] = [
    Step(1, ("handler", "head"), "none", share=75),
    Step(2, ("head", "supervisor"), "yellow", after=0),
    Step(3, ("head", "supervisor"), "red", after=1, opens_order=True),
    Step(4, ("parent_head", "leader"), "raised", after=3),
    Step(5, ("leader", "supervisor"), "interview", after=5),
]
# An order that is late does not open another one.
ORDER_LADDER = [step._replace(opens_order=False) for step in DEPARTMENT_LADDER]
# The city's own limits: no department gets a card for them.
OFFICE_LADDER: list[Step] = [
    Step(1, ("dispatcher",), "none", share=75),
    Step(2, ("dispatcher", "supervisor"), "none", after=0),
    Step(3, ("supervisor",), "none", after=1),
]
ENTERPRISE_LADDER: list[Step] = [
    Step(2, ("supervisor",), "none", after=0),
    Step(4, ("leader",), "none", after=3),
]
# The enterprise is asked again for its rating on the 3rd and the 10th of 15 days.
RATING_LADDER: list[Step] = [
    Step(1, ("enterprise",), "none", share=20),
    Step(2, ("enterprise",), "none", share=67),
]
LADDERS: dict[str, list[Step]] = {
    "check_in": DEPARTMENT_LADDER,
    "contact": DEPARTMENT_LADDER,
    "resolve_department": DEPARTMENT_LADDER,
    "support": DEPARTMENT_LADDER,
    "rectify": DEPARTMENT_LADDER,
    "order": ORDER_LADDER,
    "dispatch": OFFICE_LADDER,
    "resolve_enterprise": ENTERPRISE_LADDER,
    "rate": RATING_LADDER,
}
LADDER_BASIS = "assumption: 提醒、黄牌、红牌、提级、约谈五级"

# Long before the first petition, so that imported letters find a rule too.
IN_FORCE_SINCE = datetime(2000, 1, 1, tzinfo=UTC)


def write_defaults(limit_rule: Any, ladder_step: Any) -> None:
    """Write the default rows where there are none yet. Safe to repeat.

    limit_rule, ladder_step  the model classes, today's or a migration's
    """
    if not limit_rule.objects.exists():
        limit_rule.objects.bulk_create(limit_rule(valid_from=IN_FORCE_SINCE, **row._asdict()) for row in LIMITS)
    write_missing_ladders(ladder_step)


def write_missing_ladders(ladder_step: Any) -> None:
    """Write the default ladder of every clock that never had one. Safe to repeat."""
    known = set(ladder_step.objects.values_list("clock_kind", flat=True))
    ladder_step.objects.bulk_create(
        ladder_step(
            clock_kind=kind,
            level=step.level,
            tells=list(step.tells),
            card=step.card,
            share_percent=step.share,
            days_after_due=step.after,
            opens_order=step.opens_order,
            basis=LADDER_BASIS,
            valid_from=IN_FORCE_SINCE,
        )
        for kind, steps in LADDERS.items()
        if kind not in known
        for step in steps
    )
