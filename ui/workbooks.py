"""Tables as XLSX: numbers are numbers, shares are per cents, days are days; no text is ever taken for a formula."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any, NamedTuple

from django.http import HttpResponse
from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TITLE_MOST = 31  # characters of a sheet's name, and none of []:*?/\
WIDTH = 16


class Share(float):
    """A share from 0 to 1, shown as a per cent."""


class Sheet(NamedTuple):
    """One table of a workbook: its name, the cells of its head, and its rows, with as many cells each as the head."""

    title: Any
    head: Sequence[Any]
    rows: Iterable[Sequence[Any]]


def workbook_response(name: str, *sheets: Sheet) -> HttpResponse:
    """Return a download of this name with these sheets. Only the finished file is held in memory, not the rows."""
    book = Workbook(write_only=True)
    for one in sheets:
        _write(book, one)
    file = BytesIO()
    book.save(file)
    response = HttpResponse(file.getvalue(), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _write(book: Workbook, table: Sheet) -> None:
    sheet = book.create_sheet("".join(" " if sign in "[]:*?/\\" else sign for sign in str(table.title))[:TITLE_MOST])
    sheet.freeze_panes = "A2"
    for place in range(1, len(table.head) + 1):
        sheet.column_dimensions[get_column_letter(place)].width = WIDTH
    bold = Font(bold=True)
    sheet.append([_cell(sheet, value, bold) for value in table.head])
    for row in table.rows:
        sheet.append([_cell(sheet, value) for value in row])


def _cell(sheet: Any, value: Any, font: Font | None = None) -> WriteOnlyCell:
    if isinstance(value, datetime):  # workbooks know no zones
        value = timezone.localtime(value).replace(tzinfo=None)
    is_plain = value is None or isinstance(value, bool | int | float | Decimal | date)
    cell = WriteOnlyCell(sheet, value if is_plain else ILLEGAL_CHARACTERS_RE.sub("", str(value)))
    if not is_plain:
        cell.data_type = "s"  # a text that begins with = stays a text
    if isinstance(value, Share):
        cell.number_format = "0.0%"
    if font:
        cell.font = font
    return cell
