"""Data that lies beside the checkout and is never shipped; tests that need it are skipped where it is not."""

from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "shared" / "data"


def shared_data(name: str) -> Path:
    """Return the path of a file of ../shared/data, or skip the test."""
    path = FOLDER / name
    if not path.exists():
        pytest.skip(f"../shared/data/{name} is not there")
    return path
