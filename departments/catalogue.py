"""The responsibility catalogue: its import from a table (CSV, XLSX), and its matters as routing.py needs them.

Columns, in English or Chinese: department (a city department's short name), level, matter, keywords, examples, basis,
partners (short names of departments that often have to help), is_active. Lists inside a cell are separated by `;`.
A matter that is there already (same department and name) is overwritten; one that is not in the file stays. All
rows are checked before the first one is written: a wrong cell is named by its row and column, and then nothing is
imported. What can be wrong with the file itself: reading/office.py.
Left out: deleting (switch a matter off instead), legacy .xls.
"""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from departments.models import Department, Level, Responsibility
from departments.routing import Matter
from departments.words import Names, tokens_of
from reading.office import FILE_MAX, ROWS_MAX, OfficeFile, UnreadableFile
from reading.tables import Columns, Row, Table
from verbs.texts import cleaned

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
YES_NO = {"": True, "1": True, "是": True, "yes": True, "0": False, "否": False, "no": False}
VALUES = ("level", "keywords", "examples", "partners", "basis", "is_active")  # beside department and matter
LISTS = ("keywords", "examples", "partners")
LONGEST = {"matter": 60, "keywords": 40, "examples": 200, "basis": 200}
TABLE = Columns(headers=COLUMNS, required=REQUIRED, looks_right=lambda cells: is_level(cells.get("level", "")))
KEYWORD_WEIGHT, MATTER_WEIGHT, EXAMPLE_WEIGHT = 2, 2, 1


class WrongCatalogue(ValueError):
    """A file cannot be imported; `problems` has one sentence for each wrong cell."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join(problems))


@dataclass(frozen=True)
class Counts:
    """What an import did, or would do. Records after the header = read + empty; read = added + changed + same.

    changes  what became of which row, a sentence each
    notes    what whoever sent the file should know besides
    """

    read: int
    added: int
    changed: int
    empty: int = dataclass_field(default=0, compare=False)
    changes: tuple[str, ...] = dataclass_field(default=(), compare=False)
    notes: tuple[str, ...] = dataclass_field(default=(), compare=False)

    @property
    def same(self) -> int:
        return self.read - self.added - self.changed


def import_catalogue(content: bytes, name: str, *, is_dry_run: bool = False) -> Counts:
    """Import a file's rows.

    Safe to repeat: the same file again adds and changes nothing.
    name        the file's name; what it is, its content says
    is_dry_run  check the file and count what would change, but write nothing
    Raises  WrongCatalogue
    """
    if len(content) > FILE_MAX:
        raise WrongCatalogue([_("文件超过%(most)d MB。") % {"most": FILE_MAX >> 20}])
    file = OfficeFile.of(content)
    try:
        rows, empty = _checked(Table(file, TABLE, rows_max=ROWS_MAX))
    except UnreadableFile as unreadable:
        raise WrongCatalogue([str(unreadable)]) from unreadable
    new, changed, changes = _compared(rows)
    if not is_dry_run:
        with transaction.atomic():
            Responsibility.objects.bulk_create(new)
            Responsibility.objects.bulk_update(changed, VALUES)
    return Counts(len(rows), len(new), len(changed), empty, tuple(changes), tuple(file.notes))


def _compared(
    rows: list[tuple[int, Responsibility]],
) -> tuple[list[Responsibility], list[Responsibility], list[str]]:
    """Return the rows that are new, those that differ, with the key of what is there, and a sentence for each."""
    known = {(row.department_id, row.matter): row for row in Responsibility.objects.all()}
    new, changed, changes = [], [], []
    for line, row in rows:
        old = known.get((row.department_id, row.matter))
        differing = _differing(old, row) if old else []
        names = {"row": line, "matter": f"{row.department.short_name} {row.matter}", "columns": "、".join(differing)}
        if old is None:
            new.append(row)
            changes.append(_("第%(row)d行新增：%(matter)s") % names)
        elif differing:
            row.pk = old.pk
            changed.append(row)
            changes.append(_("第%(row)d行修改：%(matter)s（%(columns)s）") % names)
    return new, changed, changes


def _differing(old: Responsibility, new: Responsibility) -> list[str]:
    """Return the headers of the columns whose cells differ."""
    return [COLUMNS[name] for name in VALUES if getattr(old, name) != getattr(new, name)]


def _checked(table: Iterable[Row]) -> tuple[list[tuple[int, Responsibility]], int]:
    """Return the rows, unsaved, each with its line, and how many are empty, or raise with every wrong cell."""
    departments = {unit.short_name: unit for unit in Department.objects.filter(level=Level.CITY, is_active=True)}
    rows, problems, empty = [], [], 0
    first_rows: dict[tuple[str, str], int] = {}
    for row in table:
        if row.problem:
            problems.append(_("第%(row)d行：%(why)s") % {"row": row.line, "why": row.problem})
        empty += row.is_empty
        if row.problem or row.is_empty:
            continue
        cells = dict.fromkeys(COLUMNS, "") | {name: cleaned(str(cell)) for name, cell in row.cells.items()}
        wrong = dict(_wrong_cells(cells, departments))
        before = first_rows.setdefault((cells["department"], cells["matter"]), row.line)
        if before != row.line:
            wrong.setdefault("matter", _("与第%(row)d行重复") % {"row": before})
        for name, why in wrong.items():
            names = {"row": row.line, "column": COLUMNS[name], "why": why}
            problems.append(_("第%(row)d行“%(column)s”列：%(why)s") % names)
        if not wrong:
            rows.append((row.line, _row(cells, departments)))
    if problems or not rows:
        raise WrongCatalogue(problems or [_("文件里没有一行职责。")])
    return rows, empty


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
    yield from ((field, _("不能为空")) for field in REQUIRED if not _list(cells[field]))


def is_level(cell: str) -> bool:
    """Return whether a cell names a level, which a line of a text in quotes would not do at that place."""
    return cell in _levels()


def _levels() -> dict[str, str]:
    """Return the value of each level by what a cell may say: this value, or the Chinese label."""
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
    parts = map(cleaned, re.split("[;；]", cell))
    return list(dict.fromkeys(part for part in parts if part))


def department_names() -> dict[str, str]:
    """Return every name and alias of active city departments but the fallback, with the short name. One statement."""
    names: dict[str, str] = {}
    for unit in Department.objects.filter(level=Level.CITY, is_active=True, is_fallback=False):
        names |= {name: unit.short_name for name in (unit.short_name, unit.name, *unit.aliases)}
    return names


def active_matters() -> list[Responsibility]:
    """Return the matters that texts are compared with: those in use, of city departments in use. One statement."""
    active = Responsibility.objects.filter(is_active=True, department__is_active=True, department__level=Level.CITY)
    return list(active.select_related("department").order_by("department_id", "id"))


def fingerprint(rows: Iterable[Responsibility], names: Mapping[str, str]) -> str:
    """Return a checksum of the names and of the rows without their basis: when it changes, a new model is needed."""
    content = [
        [row.department.short_name, row.matter, row.level, row.keywords, row.examples, row.partners] for row in rows
    ]
    return hashlib.sha256(json.dumps([content, sorted(names.items())]).encode()).hexdigest()


def as_matters(rows: Iterable[Responsibility], names: Mapping[str, str]) -> list[Matter]:
    """Return the rows as tokens. Names of departments are cut out: a name does not tell what its department does."""
    cut = Names(names)
    return [Matter(row.department.short_name, row.level, row.matter, _tokens(row, cut), row.partners) for row in rows]


def _tokens(row: Responsibility, names: Names) -> dict[str, float]:
    tokens: Counter[str] = Counter()
    parts = [(word, KEYWORD_WEIGHT) for word in row.keywords] + [(row.matter, MATTER_WEIGHT)]
    for text, weight in [*parts, *((example, EXAMPLE_WEIGHT) for example in row.examples)]:
        for token in tokens_of(names.split(text)[0]):
            tokens[token] += weight
    return dict(tokens)
