"""That a department was closed, by whom and in whose favour, as an event of the department."""

from departments.closing import SUBJECT, Closing, DepartmentEventKind, Work, register_work
from departments.models import Department
from record.subjects import register_subject
from record.writing import Said, write_event


def record_closing(closing: Closing) -> None:
    data = {"successor": closing.successor.code if closing.successor else ""}
    said = Said(department=closing.department, is_public=False, text=closing.sentence, data=data)
    write_event(closing.department, DepartmentEventKind.CLOSE, by=closing.by, at=closing.now, said=said)


def register() -> None:
    """Register departments as subjects of events, and that their closing is recorded."""
    register_subject(Department, SUBJECT, DepartmentEventKind)
    register_work(Work(record_closing))
