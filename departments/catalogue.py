"""The responsibility catalogue as a table (CSV, XLSX), and as what routing.py compares texts with.

Columns, in English or Chinese: department (a city department's short name), level, matter, keywords, examples, basis,
partners (short names of departments that often have to help), is_active. Lists inside a cell are separated by `;`.
A matter is found again by department and name and is then overwritten; what is not in the file stays. All rows are
checked before the first one is written: a wrong cell is named by its row and column, and then nothing is imported.
Left out: deleting (switch a matter off instead), legacy .xls.
"""

import csv
import hashlib
import io
import json
import re
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from departments.models import Department, Level, Responsibility
from departments.routing import Matter
from departments.words import Names, tokens_of

# field, which is the English header → the Chinese header
COLUMNS: dict[str, str] = {
    "department": "部门",
    "level": "层级",
    "matter": "事项",
    "keywords": "关键词",
    "examples": "例句",
    "basis": "依据",
    "partners": "协办部门",
    "is_active": "启用",
}
REQUIRED = ("department", "level", "matter", "keywords", "basis")
ENCODINGS = ("utf-8-sig", "gb18030")  # in this order: most GB18030 text is not valid UTF-8
YES_NO = {"": True, "1": True, "是": True, "yes": True, "0": False, "否": False, "no": False}
LISTS = ("keywords", "examples", "partners")
LONGEST = {"matter": 60, "keywords": 40, "examples": 200, "basis": 200}
FILE_MAX = 5 << 20
ROWS_MAX = 20_000  # a workbook of a few kilobytes can claim a million rows
KEYWORD_WEIGHT, MATTER_WEIGHT, EXAMPLE_WEIGHT = 2, 2, 1


class WrongCatalogue(ValueError):
    """A file cannot be imported; `problems` has one sentence for each wrong cell."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


@dataclass(frozen=True)
class Counts:
    """What an import did, or would do."""

    read: int
    added: int
    changed: int


def import_catalogue(content: bytes, name: str, *, is_dry_run: bool = False) -> Counts:
    """Import a file's rows.

    Safe to repeat: the same file again adds and changes nothing.
    name  the file's name; its ending says what it is
    Raises  WrongCatalogue
    """
    rows = _checked(_records(content, name))
    known = {(row.department_id, row.matter): row for row in Responsibility.objects.all()}
    new = [row for row in rows if (row.department_id, row.matter) not in known]
    changed = []
    for row in rows:
        old = known.get((row.department_id, row.matter))
        if old is not None and _values(old) != _values(row):
            row.pk = old.pk
            changed.append(row)
    if not is_dry_run:
        with transaction.atomic():
            Responsibility.objects.bulk_create(new)
            Responsibility.objects.bulk_update(
                changed, ["level", "keywords", "examples", "partners", "basis", "is_active"]
            )
    return Counts(len(rows), len(new), len(changed))


def _values(row: Responsibility) -> tuple[Any, ...]:
    return row.level, row.keywords, row.examples, row.partners, row.basis, row.is_active


def _records(content: bytes, name: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the file's rows with their numbers, as a person sees them in the table."""
    if len(content) > FILE_MAX:
        raise WrongCatalogue([_("文件超过%(most)d MB。") % {"most": FILE_MAX >> 20}])
    if name.lower().endswith(".xlsx"):
        return _workbook(content)
    for encoding in ENCODINGS:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return _table(text)
    raise WrongCatalogue([_("文件既不是Excel工作簿（.xlsx），也不是UTF-8或GB18030编码的CSV。")])


def _table(text: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    try:
        for record in reader:
            yield line, record
            line = reader.line_num + 1
    except csv.Error as error:
        raise WrongCatalogue([_("第%(row)d行不符合CSV的规则，请检查引号。") % {"row": line}]) from error


def _workbook(content: bytes) -> Iterator[tuple[int, list[str]]]:
    from openpyxl import load_workbook  # 10 MB, and needed here only
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError) as error:
        raise WrongCatalogue([_("文件不是可以读取的Excel工作簿（.xlsx）。")]) from error
    for number, cells in enumerate(book.worksheets[0].iter_rows(values_only=True, max_col=len(COLUMNS) * 2), 1):
        if number > ROWS_MAX:
            raise WrongCatalogue([_("表格超过%(most)d行。") % {"most": ROWS_MAX}])
        yield number, ["" if cell is None else str(cell) for cell in cells]


def _checked(records: Iterator[tuple[int, list[str]]]) -> list[Responsibility]:
    """Return the rows, unsaved, or raise with every wrong cell."""
    fields = _fields(next(records, (1, []))[1])
    departments = {unit.short_name: unit for unit in Department.objects.filter(level=Level.CITY, is_active=True)}
    rows, problems = [], []
    first_rows: dict[tuple[str, str], int] = {}
    for number, record in records:
        if not any(cell.strip() for cell in record):
            continue
        cells = dict.fromkeys(COLUMNS, "") | {
            field: cell.strip() for field, cell in zip(fields, record, strict=False) if field
        }
        wrong = dict(_wrong_cells(cells, departments))
        before = first_rows.setdefault((cells["department"], cells["matter"]), number)
        if before != number:
            wrong.setdefault("matter", _("与第%(row)d行重复") % {"row": before})
        for field, why in wrong.items():
            names = {"row": number, "column": COLUMNS[field], "why": why}
            problems.append(_("第%(row)d行“%(column)s”列：%(why)s") % names)
        if not wrong:
            rows.append(_row(cells, departments))
    if problems or not rows:
        raise WrongCatalogue(problems or [_("文件里没有一行职责。")])
    return rows


def _fields(header: list[str]) -> list[str]:
    """Return the field of each column, "" for columns that are none of ours."""
    known = {name: field for field, chinese in COLUMNS.items() for name in (field, chinese)}
    fields = [known.get(cell.strip().lower(), "") for cell in header]
    missing = [COLUMNS[field] for field in REQUIRED if field not in fields]
    if missing:
        raise WrongCatalogue([_("第1行缺少列：%(missing)s。") % {"missing": "、".join(missing)}])
    return fields


def _wrong_cells(cells: Mapping[str, str], departments: Mapping[str, Department]) -> Iterator[tuple[str, str]]:
    """Yield each wrong cell's field, and why; a cell that is wrong twice comes twice."""
    for field, known in (("department", departments), ("partners", departments), ("level", _levels())):
        unknown = [name for name in _list(cells[field]) if name not in known]
        if unknown and field == "level":
            yield field, _("只能填：%(values)s") % {"values": "、".join(known)}
        elif unknown:
            yield field, _("没有简称为“%(name)s”的市级部门") % {"name": "、".join(unknown)}
    for field, most in LONGEST.items():
        longest = max(map(len, _list(cells[field]) if field in LISTS else [cells[field]]), default=0)
        if longest > most:
            yield field, _("最多%(most)d个字，现在是%(now)d个") % {"most": most, "now": longest}
    if cells["is_active"].lower() not in YES_NO:
        yield "is_active", _("请填“是”或“否”")
    yield from ((field, _("不能为空")) for field in REQUIRED if not cells[field].strip(" ;；"))


def _levels() -> dict[str, str]:
    """Return the levels by value and by Chinese label."""
    with override(None):  # labels as they stand in the code
        return {name: value for value, label in Level.choices for name in (value, str(label))}


def _row(cells: Mapping[str, str], departments: Mapping[str, Department]) -> Responsibility:
    return Responsibility(
        department=departments[cells["department"]],
        level=_levels()[cells["level"]],
        matter=cells["matter"],
        keywords=_list(cells["keywords"]),
        examples=_list(cells["examples"]),
        basis=cells["basis"],
        partners=_list(cells["partners"]),
        is_active=YES_NO[cells["is_active"].lower()],
    )


def _list(cell: str) -> list[str]:
    parts = (part.strip() for part in re.split("[;；]", cell))
    return list(dict.fromkeys(part for part in parts if part))


def department_names() -> dict[str, str]:
    """Return every name and alias of the active city departments with their short names. One statement."""
    names: dict[str, str] = {}
    for unit in Department.objects.filter(level=Level.CITY, is_active=True, is_fallback=False):
        names |= {name: unit.short_name for name in (unit.short_name, unit.name, *unit.aliases)}
    return names


def active_matters() -> list[Responsibility]:
    """Return the rows that texts are compared with. One statement."""
    active = Responsibility.objects.filter(is_active=True, department__is_active=True, department__level=Level.CITY)
    return list(active.select_related("department").order_by("department_id", "id"))


def fingerprint(rows: Iterable[Responsibility], names: Mapping[str, str]) -> str:
    """Return a checksum that changes when the catalogue or a department's name does."""
    content = [[row.department.short_name, row.matter, *_values(row)[:4]] for row in rows]
    return hashlib.sha256(json.dumps([content, sorted(names.items())]).encode()).hexdigest()


def as_matters(rows: Iterable[Responsibility], names: Mapping[str, str]) -> list[Matter]:
    """Return the rows as tokens; names of departments say nothing about what they do."""
    cut = Names(names)
    return [Matter(row.department.short_name, row.level, row.matter, _tokens(row, cut), row.partners) for row in rows]


def _tokens(row: Responsibility, names: Names) -> dict[str, float]:
    tokens: Counter[str] = Counter()
    parts = [(word, KEYWORD_WEIGHT) for word in row.keywords] + [(row.matter, MATTER_WEIGHT)]
    for text, weight in [*parts, *((example, EXAMPLE_WEIGHT) for example in row.examples)]:
        for token in tokens_of(names.split(text)[0]):
            tokens[token] += weight
    return dict(tokens)
