"""How fast are deadlines? A random mix of hours, days and pauses, and three other libraries (peers) for comparison.

`make bench`, or `python -m bench.deadlines [--deadlines N] [--peers N] [--rounds N]`. Needs no database.
The limits are those of the default policy. Starts are spread over 2025 and 2026 and come in UTC, as from the database;
in the mix every fifth limit rests in a pause. A figure is that of the fastest round in one process, measured in its CPU
time, so that other work of the machine does not count.

Each peer is measured on what it can express, on the same cases as we; its answers are compared with ours:
workalendar        adds working days to a date, make-up days included; knows no hours
businesstimedelta  adds working hours, several spans a day; knows no make-up days and no limits in days
businesstime       measures the time between two moments, one span a day, no make-up days; it cannot add, and counts
                   nothing of a limit of one day that starts after hours
None of them knows pauses.
"""

import argparse
import os
import random
import time as clock
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple

import django
import pytz

os.environ.setdefault("SHAOYING_NO_SERVERS", "1")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from businesstime import BusinessTime  # noqa: E402
from businesstimedelta import BusinessTimeDelta, HolidayRule, Rules, WorkDayRule  # noqa: E402
from workalendar.core import SAT, SUN, Calendar  # noqa: E402

from departments.shipped_calendar import shipped_rules  # noqa: E402
from departments.working_calendar import SPANS, ZONE, Pause, WorkingCalendar  # noqa: E402
from petitions.policy import LIMITS  # noqa: E402

FIRST, LAST = datetime(2025, 1, 1, tzinfo=UTC), datetime(2026, 11, 30, tzinfo=UTC)
HOURS = [int(row.amount) for row in LIMITS if row.unit == "working_hours"]
DAYS = [int(row.amount) for row in LIMITS if row.unit == "working_days"]
RULES = shipped_rules()
HOLIDAYS = {day for day, rule in RULES.items() if not rule.spans}
MAKE_UP_DAYS = [day for day, rule in RULES.items() if rule.spans and FIRST.year <= day.year <= LAST.year]
PLAIN = {day: RULES[day] for day in HOLIDAYS}  # the rules without make-up days
ONE_SPAN = ((time(9), time(17)),)

Case = tuple[datetime, int, Sequence[Pause]]


class Contest(NamedTuple):
    """The same cases for us and for a peer: two functions, each of which returns the answers to all of them."""

    name: str
    ours: Callable[[], list[Any]]
    theirs: Callable[[], list[Any]]


class Council(Calendar):
    """workalendar with the State Council's holidays, because its own calendar of China ends with 2023."""

    WEEKEND_DAYS = (SAT, SUN)

    def get_calendar_holidays(self, year: int) -> list[tuple[date, str]]:
        """Return the year's holidays as workalendar wants them."""
        return [(day, "") for day in HOLIDAYS if day.year == year]


def cases(dice: random.Random, amounts: Sequence[int], count: int, *, paused: int = 0) -> list[Case]:
    """Return random limits: start, amount, pauses.

    amounts  what the amounts are drawn from
    paused   every so many limits, one rests in a pause of up to two days; 0 for no pauses
    """
    rows: list[Case] = []
    for number in range(count):
        start = FIRST + timedelta(minutes=dice.randrange((LAST - FIRST) // timedelta(minutes=1)))
        rests = start + timedelta(minutes=dice.randrange(1440))
        pause = (rests, rests + timedelta(minutes=dice.randrange(1, 2880)))
        rows.append((start, dice.choice(amounts), [pause] if paused and number % paused == 0 else ()))
    return rows


def per_second(rounds: int, *functions: Callable[[], list[Any]]) -> list[float]:
    """Return how many answers a second each function gave in its fastest round; in a round each has its turn."""
    best = [0.0] * len(functions)
    for _ in range(rounds):
        for place, answer in enumerate(functions):
            began = clock.process_time()
            count = len(answer())
            best[place] = max(best[place], count / (clock.process_time() - began))
    return best


def own(calendar: WorkingCalendar, dice: random.Random, count: int) -> dict[str, Callable[[], list[Any]]]:
    """Return the functions that are measured without a peer: for hours, for days, and for a mix of both with pauses."""
    add_hours, add_days = calendar.add_hours, calendar.add_days
    hours, days = cases(dice, HOURS, count), cases(dice, DAYS, count)
    mixed = [(add_hours, *case) for case in cases(dice, HOURS, count // 2, paused=5)]
    mixed += [(add_days, *case) for case in cases(dice, DAYS, count // 2, paused=5)]
    dice.shuffle(mixed)
    return {
        "hours": lambda: [add_hours(start, amount) for start, amount, _pauses in hours],
        "days": lambda: [add_days(start, amount) for start, amount, _pauses in days],
        "mixed, a fifth paused": lambda: [add(start, amount, pauses) for add, start, amount, pauses in mixed],
    }


def beside_workalendar(dice: random.Random, count: int) -> Contest:
    """Adding working days; both know the make-up days."""
    calendar, peer, rows = WorkingCalendar(RULES), Council(), cases(dice, DAYS, count)
    dates = [(start.astimezone(ZONE).date(), amount) for start, amount, _pauses in rows]
    return Contest(
        "workalendar, days",
        lambda: [calendar.add_days(start, amount) for start, amount, _pauses in rows],
        lambda: [peer.add_working_days(day, amount, extra_working_days=MAKE_UP_DAYS) for day, amount in dates],
    )


def beside_businesstimedelta(dice: random.Random, count: int) -> Contest:
    """Adding working hours, in two spans a day, without make-up days."""
    calendar, rows, zone = WorkingCalendar(PLAIN), cases(dice, HOURS, count), pytz.timezone(ZONE.key)
    spans = [WorkDayRule(opens, closes, tz=zone) for opens, closes in SPANS]
    ahead = {*HOLIDAYS, date(LAST.year + 1, 1, 1)}  # the peer fails without a holiday ahead; no limit gets to this
    rule = Rules([*spans, HolidayRule(ahead, tz=zone)])
    limits = [(start, BusinessTimeDelta(rule, hours=amount)) for start, amount, _pauses in rows]
    return Contest(
        "businesstimedelta, hours",
        lambda: [calendar.add_hours(start, amount) for start, amount, _pauses in rows],
        lambda: [start + limit for start, limit in limits],
    )


def beside_businesstime(dice: random.Random, count: int) -> Contest:
    """Measuring the working time between start and end of a limit in days, in one span a day, without make-up days."""
    calendar = WorkingCalendar(PLAIN, spans=ONE_SPAN)
    peer = BusinessTime(business_hours=ONE_SPAN[0], holidays=HOLIDAYS)
    pairs = [(start, calendar.add_days(start, amount)) for start, amount, _pauses in cases(dice, DAYS, count)]
    walls = [[moment.astimezone(ZONE).replace(tzinfo=None) for moment in pair] for pair in pairs]
    return Contest(
        "businesstime, time between",
        lambda: [calendar.minutes_between(start, end) for start, end in pairs],
        lambda: [peer.businesstime_hours(start, end).total_seconds() / 60 for start, end in walls],
    )


def is_same(ours: object, theirs: object) -> bool:
    """Whether two answers agree; with a peer that answers in dates, only the dates are compared."""
    if isinstance(ours, datetime) and not isinstance(theirs, datetime):
        return ours.date() == theirs
    return ours == theirs


def main() -> None:
    """Run the benchmark and print its figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--deadlines", type=int, default=5_000, help="limits in a round of ours")
    parser.add_argument("--peers", type=int, default=1_000, help="limits in a round beside a peer")
    parser.add_argument("--rounds", type=int, default=30)
    options = parser.parse_args()
    dice = random.Random(2026)
    functions = own(WorkingCalendar(RULES), dice, options.deadlines)
    for name, rate in zip(functions, per_second(options.rounds, *functions.values()), strict=True):
        print(f"{name}: {rate:,.0f}/s")
    for beside in (beside_workalendar, beside_businesstimedelta, beside_businesstime):
        contest = beside(dice, options.peers)
        ours, theirs = per_second(options.rounds, contest.ours, contest.theirs)
        same = sum(map(is_same, contest.ours(), contest.theirs()))
        print(f"{contest.name}: {ours:,.0f}/s and {theirs:,.0f}/s, {ours / theirs:,.0f} times", end="; ")
        print(f"{same:,} of {options.peers:,} answers equal")
    print(f"load: {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
