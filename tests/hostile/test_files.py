"""Damaged office files, wherever one is taken: a sentence, or rows, and never an error of the library that reads it."""

import contextlib
import zlib
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import transaction

from departments.announcing.files import read_calendar
from departments.announcing.statements import WrongCalendar
from departments.catalogue import WrongCatalogue, import_catalogue
from departments.models import Responsibility
from files.checking import TYPES, check_file
from tests.access.test_admin_secrecy import staff
from tests.cast import Cast, Stage
from tests.departments.catalogue_files import csv_bytes
from tests.departments.days import events, table
from tests.files.uploads import GOOD, upload
from tests.hostile.values import TEXTS
from tests.hostile.workbooks import damaged, members, packed
from verbs.refusals import InvalidInput

AT = "/admin/departments/responsibility/import/"
UNREADABLE = "文件不是可以读取的Excel工作簿（.xlsx）。"
# Damaged in what no row needs, or in what a reader may pass over: the table is read as it is.
AT_LEAST_REFUSED = 60


def test_a_good_one_is_taken(cast: Cast) -> None:
    assert import_catalogue(packed(members()), "x.xlsx").added == 1


def problems(content: bytes, name: str) -> list[str]:
    """Import the file and take that back; return the sentences by which it was refused, none if it was not."""
    try:
        with transaction.atomic():
            import_catalogue(content, name)
            transaction.set_rollback(True)
    except WrongCatalogue as wrong:
        return wrong.problems
    return []


def refused_fields(name: str, content: bytes) -> set[str]:
    """Check a file to attach; return the fields by which it was refused, none if it was not."""
    try:
        check_file(upload(name, content))
    except InvalidInput as refused:
        return set(refused.fields)
    return set()


def test_a_damaged_workbook_is_a_sentence_or_rows(cast: Cast) -> None:
    found = {label: problems(content, "x.xlsx") for label, content in damaged()}
    assert [label for label, told in found.items() if not all(told)] == []
    assert sum(told == [UNREADABLE] for told in found.values()) > AT_LEAST_REFUSED


def test_no_damaged_workbook_ends_the_page_of_the_import(cast: Cast) -> None:
    client = staff(cast, "sysadmin")
    for label, content in damaged():
        with transaction.atomic():
            answer = client.post(AT, {"file": SimpleUploadedFile("x.xlsx", content)})
            transaction.set_rollback(True)
        assert answer.status_code in (200, 302), label


def test_the_command_says_what_is_wrong_with_a_damaged_workbook(cast: Cast, tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    for _label, content in damaged():
        path.write_bytes(content)
        with contextlib.suppress(CommandError):
            call_command("import_responsibilities", path, dry_run=True)
    assert not Responsibility.objects.exists()


def test_a_damaged_document_is_attached_or_refused(stage: Stage) -> None:
    found = [refused_fields("x.xlsx", content) for _label, content in damaged()]
    assert {frozenset(fields) for fields in found} == {frozenset(), frozenset({"files"})}


@pytest.mark.parametrize("extension", TYPES)
def test_a_file_with_any_byte_changed_is_attached_or_refused(extension: str) -> None:
    good = GOOD[extension]
    is_picture = TYPES[extension][1] == "picture"  # each takes a process, so fewer of them
    cuts, places, masks = (10, 20, (0xFF,)) if is_picture else (100, 300, (0xFF, 0x80, 0x01))
    cut = [good[:length] for length in range(0, len(good), max(1, len(good) // cuts))]
    changed = [
        good[:place] + bytes([good[place] ^ mask]) + good[place + 1 :]
        for place in range(0, len(good), max(1, len(good) // places))
        for mask in masks
    ]
    # A PNG's own checksums would refuse most: what comes behind them is asked with right ones, too.
    sent = [*cut, *changed, *(_with_right_sums(one) for one in changed if extension == ".png")]
    fields = {field for content in sent for field in refused_fields(f"x{extension}", content)}
    assert fields == {"files"}


def _with_right_sums(png: bytes) -> bytes:
    parts, place = [png[:8]], 8
    while place + 12 <= len(png):
        length = int.from_bytes(png[place : place + 4])
        chunk = png[place + 4 : place + 8 + length]
        parts.append(png[place : place + 4] + chunk + zlib.crc32(chunk).to_bytes(4))
        place += 12 + length
    return b"".join(parts)


def test_a_table_with_any_value_in_any_cell_is_a_sentence_or_rows(cast: Cast) -> None:
    for field in ("department", "level", "matter", "keywords", "examples", "basis", "partners", "is_active"):
        for label, text in TEXTS.items():
            for cell in (text, f'"{text}"'):
                assert all(problems(csv_bytes({field: cell}), "x.csv")), label


def calendar_problems(content: bytes, name: str) -> list[str]:
    """Read a file as a calendar; return the sentences by which it was refused, none if it was not."""
    try:
        read_calendar(content, name)
    except WrongCalendar as wrong:
        return wrong.problems
    return []


def test_a_damaged_calendar_is_a_sentence_or_days(cast: Cast) -> None:
    found = {label: calendar_problems(content, "x.xlsx") for label, content in damaged()}
    assert [label for label, told in found.items() if not all(told)] == []
    assert sum(told == [UNREADABLE] for told in found.values()) > AT_LEAST_REFUSED


@pytest.mark.parametrize("label", TEXTS)
def test_whatever_stands_in_a_calendar_is_a_sentence_or_days(label: str, cast: Cast) -> None:
    """In every cell of a table, and in every place of an event."""
    text = TEXTS[label]
    cells = ["2027-01-01", "休", "", "元旦", ""]
    for place in range(len(cells)):
        row = ",".join([*cells[:place], text, *cells[place + 1 :]])
        assert all(calendar_problems(table(row), "x.csv"))
    good = ["DTSTART:20270101", "DTEND:20270102", "SUMMARY:元旦放假"]
    for place, line in enumerate(good):
        for other in (
            text,
            f"{line.partition(':')[0]}:{text}",
            f"{line.partition(':')[0]};TZID={text}:20270101T000000",
        ):
            content = events("|".join([*good[:place], other, *good[place + 1 :]]))
            assert all(calendar_problems(content, "x.ics"))
