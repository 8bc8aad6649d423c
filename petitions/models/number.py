"""The numbers of petitions: a daily counter, the check digit, the query code."""

import secrets
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection, models
from stdnum.iso7064 import mod_11_10

# No 0/O, 1/I/L: read over the phone without a question.
QUERY_CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
QUERY_CODE_LENGTH = 6


class DailyNumber(models.Model):
    """The last sequence number given out on a day."""

    date = models.DateField(primary_key=True)
    last = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.date}: {self.last}"


def next_number(now: datetime) -> str:
    """Return the day's next petition number: YYYYMMDD + six digits + check digit.

    Inside the caller's transaction: the day's row stays locked until it commits, so numbers have no gaps.
    Source  check digit: ISO/IEC 7064 MOD 11,10
    """
    day: date = now.astimezone(ZoneInfo(settings.TIME_ZONE)).date()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO petitions_dailynumber AS day (date, last) VALUES (%s, 1) "
            "ON CONFLICT (date) DO UPDATE SET last = day.last + 1 RETURNING last",
            [day],
        )
        (sequence,) = cursor.fetchone()
    digits = f"{day:%Y%m%d}{sequence:06d}"
    return digits + mod_11_10.calc_check_digit(digits)


def is_number(text: str) -> bool:
    """Return whether text is a well-formed petition number with a right check digit."""
    return len(text) == 15 and text.isascii() and text.isdigit() and mod_11_10.is_valid(text)


def new_query_code() -> str:
    """Return six random characters with which a liaison looks a petition up without signing in."""
    return "".join(secrets.choice(QUERY_CODE_ALPHABET) for _ in range(QUERY_CODE_LENGTH))
