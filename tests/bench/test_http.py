"""The measurement of requests measures: all that it asks is answered, and costs no more statements than recorded."""

import subprocess
import sys
from typing import Any

from django.conf import settings

from bench import report
from tests.slow import hours

ROW = {"server": 2.0, "database": 1.0, "p50": 4.0, "p95": 9.0, "p50_of_8": 8.0, "p95_of_8": 20.0}
ROW |= {"a_second_of_8": 100.0, "statements": 5, "bytes": 1500, "ratio": 3.0}


def rows(**changes: Any) -> dict[str, dict[str, Any]]:
    return {"floor": {**ROW, "ratio": 1.0}, "queue": {**ROW, **changes}}


@hours("builds a city of 2,000 petitions, starts the servers and asks every page: four minutes; make bench SHORT=1")
def test_a_short_run_gets_an_answer_to_everything() -> None:
    short = [sys.executable, "-m", "bench.http", "--short"]
    run = subprocess.run(short, cwd=settings.BASE_DIR, capture_output=True, text=True, timeout=600)
    assert run.returncode == 0, run.stdout + run.stderr
    for name in report.NAMES:
        assert f"\n{name} " in run.stdout


def test_more_than_half_as_much_again_is_worse(tmp_path: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(report, "recorded", lambda: {"10000": rows()})
    assert not list(report.worse("10000", rows(ratio=4.4), is_short=False))
    assert list(report.worse("10000", rows(ratio=4.6), is_short=False)) == [
        "queue: 4.6 times the floor, 3.0 is recorded"
    ]


def test_three_statements_more_are_worse_in_a_short_run(monkeypatch: Any) -> None:
    monkeypatch.setattr(report, "recorded", lambda: {"2000": rows()})
    assert not list(report.worse("2000", rows(ratio=9.0, statements=7), is_short=True))
    assert list(report.worse("2000", rows(statements=8), is_short=True)) == ["queue: 8 statements, 5 are recorded"]


def test_the_table_says_how_the_largest_city_compares() -> None:
    table = report.table({"10000": rows(), "1000000": rows(server=5.0)})
    assert "| queue, 25 rows | 3.0 = 2.0 + 1.0 | 3.0 | 4, 9 | 8, 20 | 5 | 1.5 | 6.0 | 2.00 |" in table


def test_the_plot_has_a_bar_for_each_row_and_city() -> None:
    plot = report.plot({"10000": rows(), "1000000": rows()})
    assert plot.count("<rect") == 2 * 2 * 2


def test_recording_keeps_what_stands_around_the_table(tmp_path: Any, monkeypatch: Any) -> None:
    page = tmp_path / "performance.md"
    page.write_text(f"before\n{report.BEGIN}\nold\n{report.END}\nafter\n")
    monkeypatch.setattr(report, "PERFORMANCE", page)
    monkeypatch.setattr(report, "RESULTS", tmp_path / "results.json")
    monkeypatch.setattr(report, "PLOT", tmp_path / "performance.svg")
    report.record({"2000": rows(), "10000": rows()}, remark="Quiet.")
    text = page.read_text()
    assert text.startswith(f"before\n{report.BEGIN}\nQuiet.\n")
    assert text.endswith(f"{report.END}\nafter\n")
    assert "old" not in text
    assert list(report.recorded()) == ["2000", "10000"]
