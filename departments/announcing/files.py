"""A file that states days: a table (CSV, XLSX) or an iCalendar file, told apart by the name's ending."""

from departments.announcing.events import read_events
from departments.announcing.statements import Reading, WrongCalendar
from departments.announcing.tables import read_table
from reading.office import UnreadableFile, records

# Columns of a workbook that are read: those that are known, and as many that are not.
COLUMNS_MOST = 10
EVENTS = (".ics", ".ical", ".ifb")


def read_calendar(content: bytes, name: str) -> Reading:
    """Return what a file states. Nothing is written.

    Raises  WrongCalendar with every wrong line
    """
    if name.lower().endswith(EVENTS):
        return read_events(content)
    try:
        return read_table(records(content, name, columns=COLUMNS_MOST))
    except UnreadableFile as unreadable:
        raise WrongCalendar([str(unreadable)]) from unreadable
