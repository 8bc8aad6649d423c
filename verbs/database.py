"""The database's clock: sweeps go by it, not by that of the machine they run on."""

from datetime import datetime

from django.db import connection


def now() -> datetime:
    """Return the present moment, aware, as the database's machine has it. One statement."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        (moment,) = cursor.fetchone()
    return moment
