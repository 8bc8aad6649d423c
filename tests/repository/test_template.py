"""The template of the test database is another one when a migration changes, or what a migration imports."""

from pathlib import Path

import pytest
from django.db import connection

from tests import template


def test_a_changed_migration_or_what_it_imports_makes_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(template, "ROOT", tmp_path)
    migration, policy, other = (tmp_path / name for name in ("0001_initial.py", "policy.py", "other.py"))
    migration.write_text("from policy import write_defaults\nimport django\n")
    seen = []
    for path, text in ((policy, "A = 1"), (other, "B = 1"), (policy, "A = 2"), (migration, "import policy")):
        path.write_text(text)
        seen.append(template.fingerprint([migration]))
    assert seen[0] == seen[1]
    assert len(set(seen)) == 3


def test_policies_are_among_what_is_read() -> None:
    read = {path for file in template.migrations() for path in template._imports(file)}
    assert template.ROOT / "petitions" / "policy.py" in read


@pytest.mark.django_db
def test_tests_run_in_a_copy() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_database WHERE starts_with(datname, %s)", [template.PREFIX])
        assert cursor.fetchone() == (1,)
    assert not connection.settings_dict["NAME"].startswith(template.PREFIX)
