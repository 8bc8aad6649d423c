"""Data flows one way: the contracts of pyproject.toml hold, every module stands in one, a breach would be seen."""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

from django.conf import settings

ROOT: Path = settings.BASE_DIR
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
INSIDE = next(contract for contract in CONTRACTS if "Inside petitions" in contract["name"])
# Only names, types and the way in: nothing to put into an order.
OUTSIDE_THE_ORDER = {"petitions.apps", "petitions.migrations", "petitions.templatetags"}


def lint(*arguments: str, where: Path = ROOT) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache", *arguments]
    environment = os.environ | {"SHAOYING_NO_SERVERS": "1", "PYTHONPATH": str(where)}
    return subprocess.run(command, cwd=where, env=environment, capture_output=True, text=True, timeout=60, check=False)


def test_the_layers_hold() -> None:
    result = lint()
    assert result.returncode == 0, result.stdout
    assert f"{len(CONTRACTS)} kept, 0 broken" in result.stdout


def test_every_module_of_petitions_has_its_layer() -> None:
    named = {name.strip() for layer in INSIDE["layers"] for name in re.split(r"[|:]", layer)}
    folder = ROOT / "petitions"
    modules = {f"petitions.{path.stem}" for path in folder.glob("*.py") if path.stem != "__init__"}
    modules |= {f"petitions.{path.parent.name}" for path in folder.glob("*/__init__.py")}
    assert modules - OUTSIDE_THE_ORDER <= named


def test_a_model_that_imports_a_verb_would_be_seen(tmp_path: Path) -> None:
    (tmp_path / "room").mkdir()
    (tmp_path / "room" / "__init__.py").touch()
    (tmp_path / "room" / "models.py").write_text("from room import verbs\n")
    (tmp_path / "room" / "verbs.py").touch()
    contract = "[tool.importlinter]\nroot_packages = ['room']\n[[tool.importlinter.contracts]]\nname = 'x'\n"
    contract += "type = 'layers'\nlayers = ['room.verbs', 'room.models']\n"
    (tmp_path / "pyproject.toml").write_text(contract)
    result = lint(where=tmp_path)
    assert result.returncode == 1
    assert "room.models -> room.verbs" in result.stdout
