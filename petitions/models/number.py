"""The numbers of petitions: a daily counter, the check digit, the query code."""

import secrets
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection, models
from stdnum.iso7064 import mod_11_10

# Without 0/O and 1/I/L, so that a code can be read over the phone without mistakes.
QUERY_CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
QUERY_CODE_LENGTH = 6


class Series(models.TextChoices):
    PETITION = "petition"
    ORDER = "order"


class DailyNumber(models.Model):
    """The last sequence number of a series (petitions or orders) that was given out on a day."""

    series = models.CharField(max_length=10, choices=Series.choices)
    date = models.DateField()
    last = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["series", "date"], name="daily_number_once")]

    def __str__(self) -> str:
        return f"{self.series} {self.date}: {self.last}"


def next_number(now: datetime) -> str:
    """Return the day's next petition number: YYYYMMDD + six digits + check digit.

    Inside the caller's transaction: it keeps the day's counter locked until it commits, so numbers have no gaps.
    Source  check digit: ISO/IEC 7064 MOD 11,10
    """
    day, last = _take(Series.PETITION, now, 1)
    digits = f"{day:%Y%m%d}{last:06d}"
    return digits + mod_11_10.calc_check_digit(digits)


def next_order_numbers(now: datetime, count: int) -> list[str]:
    """Return the day's next `count` numbers of supervision orders: DB + YYYYMMDD + at least four digits."""
    day, last = _take(Series.ORDER, now, count)
    return [f"DB{day:%Y%m%d}{number:04d}" for number in range(last - count + 1, last + 1)]


def _take(series: str, now: datetime, count: int) -> tuple[date, int]:
    day = now.astimezone(ZoneInfo(settings.TIME_ZONE)).date()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO petitions_dailynumber AS day (series, date, last) VALUES (%s, %s, %s) "
            "ON CONFLICT (series, date) DO UPDATE SET last = day.last + excluded.last RETURNING last",
            [series, day, count],
        )
        (last,) = cursor.fetchone()
    return day, last


def is_number(text: str) -> bool:
    """Return whether text is a well-formed petition number with a right check digit."""
    return len(text) == 15 and text.isascii() and text.isdigit() and mod_11_10.is_valid(text)


def new_query_code() -> str:
    """Return a new query code: six random characters, meant for looking a petition up without signing in."""
    return "".join(secrets.choice(QUERY_CODE_ALPHABET) for _ in range(QUERY_CODE_LENGTH))
