"""Reads letters from JSON Lines, one object a line with id, title and body.

For the commands that try out proposals and similarity on a file.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError


def read_letters(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the file's objects, each with id, title and body. An object without an id gets its line number.

    Raises  CommandError for a file that cannot be read, and for a line without an object or without text
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as problem:
        raise CommandError(f"{path} cannot be read: {problem}.") from problem
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as problem:
            raise CommandError(f"{path}, line {number}: not JSON.") from problem
        if not isinstance(row, dict) or not (row.get("title") or row.get("body")):
            raise CommandError(f"{path}, line {number}: neither title nor body.")
        yield row | {"id": row.get("id", number), "title": row.get("title") or "", "body": row.get("body") or ""}
