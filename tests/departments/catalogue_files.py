"""Catalogue files for tests, and the seeds' catalogue as a router without a database."""

import io
from functools import cache

from departments.catalogue import COLUMNS, as_matters
from departments.models import Department, Responsibility
from departments.routing import Router
from seeds.load import rows

GOOD = {
    "department": "经信局",
    "level": "city",
    "matter": "拖欠货款",
    "keywords": "拖欠货款;账款;尾款",
    "examples": "货款一年没付。;对方不肯对账。",
    "basis": "《保障中小企业款项支付条例》",
    "partners": "税务局",
    "is_active": "是",
}


def csv_bytes(*changes: dict[str, str], header: str = "", encoding: str = "utf-8") -> bytes:
    """Return a file with one row for each dict of changes to the good row."""
    lines = [header or ",".join(COLUMNS)]
    lines += [",".join((GOOD | change)[field] for field in COLUMNS) for change in changes]
    return ("\n".join(lines) + "\n").encode(encoding)


def xlsx_bytes(*changes: dict[str, str]) -> bytes:
    """Return the same as a workbook with Chinese headers."""
    from openpyxl import Workbook

    book = Workbook()
    book.active.append(list(COLUMNS.values()))
    for change in changes:
        book.active.append([(GOOD | change)[field] for field in COLUMNS])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


@cache
def seed_names() -> dict[str, str]:
    """Return the names of the seeds' city departments, as department_names() would."""
    units = [row for row in rows("departments.csv") if row["level"] == "city" and row["is_fallback"] == "0"]
    return {
        name: unit["short_name"]
        for unit in units
        for name in (unit["short_name"], unit["name"], *filter(None, unit["aliases"].split(";")))
    }


def seed_router() -> Router:
    """Return a router that knows the seeds' catalogue and nothing else."""
    matters = [
        Responsibility(
            department=Department(short_name=row["department"]),
            level=row["level"],
            matter=row["matter"],
            keywords=row["keywords"].split(";"),
            examples=row["examples"].split(";"),
            partners=[name for name in row["partners"].split(";") if name],
        )
        for row in rows("responsibilities.csv")
    ]
    return Router(as_matters(matters, seed_names()), seed_names())
