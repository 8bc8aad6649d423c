"""Small files of letters, written by the tests that read them, and a run over them."""

import csv
import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from petitions.importing.directory import Directory
from petitions.importing.formats import FORMATS
from petitions.importing.reading import LetterFile
from petitions.importing.runs import Counts, Reject, Run, import_letters
from regions.models import Region
from tests.moments import SHANGHAI

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=SHANGHAI)

TABLE_ROW = {
    "编号": "2025-1",
    "标题": "厂区门口路灯不亮",
    "内容": "厂区北门外的三盏路灯两周不亮，请安排检修。",
    "提交时间": "2025-03-03 09:20",
    "办理部门": "经信局",
    "派单时间": "2025-03-03 10:05",
    "答复时间": "2025-03-05 16:30",
    "答复内容": "已更换三盏路灯的灯具和线路。",
    "办理结果": "已解决",
}
MAILBOX_ROW = {
    "id": "s-1",
    "title": "小区停水",
    "asked": "2021-03-01",
    "body": "我们小区已经连续停水三天，请尽快处理。",
    "replied": "2021-03-02",
    "reply": "已转市经信局阅处。管道已经修好，恢复供水。",
    "agency": "市信息办",
    "forwarded_to": ["市经信局"],
    "signed_by": "某市经济和信息化局",
    "final_reply": "2021-03-05",
    "dept": "经信局",
}
MESSAGE_ROW = {
    "id": "m-1",
    "title": "咨询补贴发放时间",
    "time": "2019-02-28T11:25:05",
    "body": "请问今年的补贴什么时候可以发放到账？",
    "reply": "您好，补贴将在下月发放。市工信局 2019年3月4日",
    "reply_time": "2019-03-04T08:00:00",
}


def table(path: Path, *rows: Mapping[str, str], encoding: str = "utf-8") -> Path:
    """Write a CSV table; the header is that of the first row."""
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def lines(path: Path, *rows: object) -> Path:
    """Write JSON Lines; a text stands as it is."""
    texts = (row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows)
    path.write_text("\n".join(texts) + "\n", encoding="utf-8")
    return path


def run_over(path: Path, form: str, *, labels: Mapping[str, str] | None = None, **more: Any) -> Counts:
    """Import a file as the command does, without the terminal."""
    chosen = FORMATS[form]
    city = Region.objects.get(kind=Region.Kind.CITY)
    directory = Directory(city, {**chosen.labels, **(labels or {})})
    run = Run(source=form, letter=lambda cells: chosen.letter(cells, directory), now=NOW, **more)
    return import_letters(LetterFile(path, chosen.reader), run)


def rejects_of(path: Path, form: str, **more: Any) -> list[Reject]:
    """Import a file and return its rejects."""
    rejects: list[Reject] = []
    run_over(path, form, on_reject=rejects.append, **more)
    return rejects
