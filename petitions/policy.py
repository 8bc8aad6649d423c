"""The default limits and ladders, each row with its basis. A migration writes them; people change them later.

A change writes a new row and ends the old one, so that a clock always finds the rule it was computed from.
"""

from typing import Any

from limits.defaults import Limit, Rung, write_ladders, write_limits

# The effect of the red card: it opens a supervision order (petitions/supervision/opening.py).
OPEN_ORDER = "open_order"
HOURS, DAYS, CALENDAR = "working_hours", "working_days", "calendar_days"
SHANDONG = "山东省12345热线办理规范：一般事项5个工作日"
BEIJING = "北京市接诉即办实施办法（征求意见稿）：15日"

LIMITS: list[Limit] = [
    Limit("dispatch", "4", HOURS, "assumption; 青岛西海岸新区 1 day, 北京 draft 2 h"),
    Limit("check_in", "1", DAYS, "24小时签收率"),
    Limit("check_in", "2", HOURS, "assumption", axes={"urgency": "urgent"}),
    Limit("contact", "1", DAYS, "青岛西海岸新区：1个工作日内联系"),
    Limit("contact", "2", HOURS, "assumption; 江门 60 min", axes={"urgency": "urgent"}),
    Limit("rate", "15", CALENDAR, "12345热线惯例：15日"),
    Limit("rectify", "5", DAYS, "德州：差评5个工作日整改"),
    Limit("order", "2", DAYS, "assumption"),
    Limit("send_back", "2", DAYS, "assumption: 首接负责，派单后2个工作日内可退单一次"),
    Limit("dispute", "1", DAYS, "assumption: 裁决后1个工作日内可提出争议一次"),
]
for _kind in ("resolve_enterprise", "resolve_department"):
    LIMITS += [
        Limit(_kind, "5", DAYS, SHANDONG),
        Limit(_kind, "3", DAYS, "assumption", axes={"service_level": "consult"}),
        Limit(_kind, "15", DAYS, BEIJING, axes={"service_level": "complex"}),
        Limit(_kind, "3", DAYS, "assumption", axes={"kind": "consult"}),
        Limit(_kind, "15", DAYS, BEIJING, axes={"kind": "consult", "service_level": "complex"}),
    ]
SHORTER = "assumption: the lead's limit less 1 day"
# A support's limit is one working day shorter than the lead's (assumption).
LIMITS += [
    Limit("support", "4", DAYS, SHORTER),
    Limit("support", "2", DAYS, SHORTER, axes={"service_level": "consult"}),
    Limit("support", "14", DAYS, SHORTER, axes={"service_level": "complex"}),
    Limit("support", "2", DAYS, SHORTER, axes={"kind": "consult"}),
    Limit(
        "support",
        "14",
        DAYS,
        SHORTER,
        axes={"kind": "consult", "service_level": "complex"},
    ),
]


DEPARTMENT_LADDER: list[Rung] = [
    Rung(1, ("handler", "head"), "none", share=75),
    Rung(2, ("head", "supervisor"), "yellow", after=0),
    Rung(3, ("head", "supervisor"), "red", after=1, effect=OPEN_ORDER),
    Rung(4, ("parent_head", "leader"), "raised", after=3),
    Rung(5, ("leader", "supervisor"), "interview", after=5),
]
# A late order raises the same cards, but opens no further order.
ORDER_LADDER = [step._replace(effect="") for step in DEPARTMENT_LADDER]
# For the dispatch, which is the city's own work: no department gets a card for it.
OFFICE_LADDER: list[Rung] = [
    Rung(1, ("dispatcher",), "none", share=75),
    Rung(2, ("dispatcher", "supervisor"), "none", after=0),
    Rung(3, ("supervisor",), "none", after=1),
]
ENTERPRISE_LADDER: list[Rung] = [
    Rung(2, ("supervisor",), "none", after=0),
    Rung(4, ("leader",), "none", after=3),
]
# The enterprise is reminded to rate when 3 and when 10 of the 15 days are over.
RATING_LADDER: list[Rung] = [
    Rung(1, ("enterprise",), "none", share=20),
    Rung(2, ("enterprise",), "none", share=67),
]
LADDERS: dict[str, list[Rung]] = {
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


def write_defaults(limit_rule: Any, ladder_step: Any) -> None:
    """Write the default limits and ladders of the promises that have none yet. Safe to repeat.

    limit_rule, ladder_step  the model classes, today's or a migration's
    """
    write_limits(limit_rule, LIMITS)
    write_ladders(ladder_step, LADDERS, basis=LADDER_BASIS)
