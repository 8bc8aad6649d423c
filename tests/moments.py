"""Named moments: tests say when, not which number. All in Asia/Shanghai."""

from datetime import datetime
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")

TUESDAY_10AM = datetime(2026, 9, 8, 10, 0, tzinfo=SHANGHAI)
TUESDAY_2PM = datetime(2026, 9, 8, 14, 0, tzinfo=SHANGHAI)
WEDNESDAY_10AM = datetime(2026, 9, 9, 10, 0, tzinfo=SHANGHAI)
FRIDAY_5PM = datetime(2026, 9, 11, 17, 0, tzinfo=SHANGHAI)
SATURDAY_NOON = datetime(2026, 9, 12, 12, 0, tzinfo=SHANGHAI)
LAST_DAY_BEFORE_SPRING_FESTIVAL = datetime(2026, 2, 14, 10, 0, tzinfo=SHANGHAI)
# When every test begins (tests/conftest.py): a Wednesday in the middle of things, behind all of the above.
TODAY = datetime(2026, 11, 25, 10, 0, tzinfo=SHANGHAI)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)
