"""The database's clock, by which sweeps go instead of their machine's; and SQL for a moment in the city's time."""

from datetime import datetime

from django.conf import settings
from django.db import connection

# SQL that turns a moment into the date and time that the city's clocks show.
IN_THE_CITY = f"AT TIME ZONE '{settings.TIME_ZONE}'"


def now() -> datetime:
    """Return the present moment, aware, as the database's machine has it. One statement."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        (moment,) = cursor.fetchone()
    return moment
