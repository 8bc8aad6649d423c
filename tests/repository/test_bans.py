"""What no file of ours may say: found in the syntax tree, so that neither comments nor line breaks matter."""

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

from config.rooms import rooms

ROOT: Path = settings.BASE_DIR
ROOMS = rooms()
TASK_LINES = 6


def sources() -> Iterator[Path]:
    for room in ROOMS:
        yield from (path for path in (ROOT / room).rglob("*.py") if "migrations" not in path.parts)


def dotted(node: ast.expr) -> str:
    """Return `a.b.c` for an attribute of names, as far as it is one."""
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def updates_state(node: ast.AST) -> bool:
    """`.update(state=…)`, or `setattr`/`__dict__` tricks with it."""
    if not isinstance(node, ast.Call):
        return False
    is_update = isinstance(node.func, ast.Attribute) and node.func.attr in ("update", "create", "bulk_create")
    named = any(keyword.arg == "state" for keyword in node.keywords)
    words = [argument.value for argument in node.args if isinstance(argument, ast.Constant)]
    return (is_update and named) or (dotted(node.func) == "setattr" and "state" in words)


def catches_everything(node: ast.AST) -> bool:
    return isinstance(node, ast.ExceptHandler) and node.type is None


def publishes(node: ast.AST) -> bool:
    """Starting a Celery task: nothing does but the schedule."""
    return isinstance(node, ast.Attribute) and node.attr in ("delay", "apply_async", "send_task")


def sets_a_long_wait(node: ast.AST) -> bool:
    return isinstance(node, ast.keyword) and node.arg in ("eta", "countdown")


# Where the clock may be read, ruff says (pyproject.toml, banned-api).
BANS: dict[str, Callable[[ast.AST], bool]] = {
    "the state is set by transitions alone": updates_state,
    "no bare except": catches_everything,
    "nothing publishes": publishes,
    "nothing waits in the broker": sets_a_long_wait,
}


def found(code: str, is_banned: Callable[[ast.AST], bool]) -> list[int]:
    """Return the lines where the code does it."""
    return [getattr(node, "lineno", 0) for node in ast.walk(ast.parse(code)) if is_banned(node)]


@pytest.mark.parametrize("ban", BANS)
def test_no_file_does_it(ban: str) -> None:
    guilty = {
        f"{path.relative_to(ROOT)}:{line}"
        for path in sources()
        for line in found(path.read_text(encoding="utf-8"), BANS[ban])
    }
    assert guilty == set()


@pytest.mark.parametrize(
    ("ban", "code"),
    [
        (
            "the state is set by transitions alone",
            "Petition.objects.filter(pk=1).update(\n    cycle=2,\n    state='rated')",
        ),
        ("the state is set by transitions alone", "setattr(petition, 'state', 'rated')"),
        ("no bare except", "try:\n    go()\nexcept:\n    pass"),
        ("nothing publishes", "lapse.delay()"),
        ("nothing waits in the broker", "lapse.apply_async(countdown=600)"),
    ],
)
def test_it_would_be_found(ban: str, code: str) -> None:
    assert found(code, BANS[ban])


def test_tasks_are_at_most_six_lines_and_take_ids() -> None:
    for name in ROOMS:
        path = ROOT / name / "tasks.py"
        if not path.exists():
            continue
        for task in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(task, ast.FunctionDef):
                assert (task.end_lineno or 0) - task.lineno + 1 <= TASK_LINES, task.name
                kinds = {ast.unparse(argument.annotation) for argument in task.args.args if argument.annotation}
                assert kinds <= {"int", "str"}, task.name


def test_every_index_and_constraint_has_a_name_of_its_own() -> None:
    made_up_by_django = re.compile(r"_[0-9a-f]{6,8}(_\w+)?$")
    names = [
        item.name
        for room in apps.get_app_configs()
        if room.label in ROOMS
        for model in room.get_models()
        for item in (*model._meta.constraints, *model._meta.indexes)
    ]
    assert len(names) > 30
    assert [name for name in names if made_up_by_django.search(name)] == []
