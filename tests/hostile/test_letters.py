"""Letters with hostile values in any field: each is imported or rejected, and the run goes on."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cast import Cast
from tests.hostile.values import LONE_SURROGATES, TEXTS
from tests.petitions.letter_files import MAILBOX_ROW, MESSAGE_ROW, TABLE_ROW, run_over, table

KINDS: tuple[Any, ...] = (10**400, -1, 1e308, True, None, [], ["a", None], {}, {"a": {"b": []}})
EMPTY = dict.fromkeys(("区县园区", "统一社会信用代码", "联系人", "联系电话", "保密", "诉求类型", "紧急程度"), "")


def test_every_value_in_every_column_of_a_table(cast: Cast, tmp_path: Path) -> None:
    good = TABLE_ROW | EMPTY
    rows = [good | {"编号": f"{column}-{label}"} | {column: text} for column in good for label, text in TEXTS.items()]
    counts = run_over(table(tmp_path / "t.csv", *rows), "csv")
    assert counts.read == len(rows) == counts.imported.total() + counts.skipped + counts.rejected.total()
    assert counts.imported.total() > 0


@pytest.mark.parametrize(("form", "good"), [("shangluo", MAILBOX_ROW), ("tipdm", MESSAGE_ROW)])
def test_every_value_in_every_field_of_a_line(form: str, good: dict[str, Any], cast: Cast, tmp_path: Path) -> None:
    values = [*TEXTS.values(), *LONE_SURROGATES, *KINDS]
    rows: list[dict[str, Any]] = [good]
    rows += [good | {"id": f"{field}-{place}"} | {field: value} for field in good for place, value in enumerate(values)]
    path = tmp_path / "t.jsonl"
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    counts = run_over(path, form)
    assert counts.read == len(rows) == counts.imported.total() + counts.skipped + counts.rejected.total()
    assert counts.imported.total() > 0
