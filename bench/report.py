"""What was measured: kept in bench/results.json, written into docs/performance.md as a table, and drawn as a plot."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
RESULTS = HERE / "results.json"
PERFORMANCE = HERE.parent / "docs" / "performance.md"
PLOT = HERE.parent / "docs" / "performance.svg"
BEGIN, END = "<!-- bench.http: begin -->", "<!-- bench.http: end -->"
WORSE = 1.5  # times the recorded ratio: then the run fails
MORE = 2  # statements, more than recorded: a page of somebody else's may take one or two more
LEAST_RATIO = 1.0  # below this, differences of a ratio are noise

SMALLEST = 10_000  # cities below are for short runs
Rows = Mapping[str, Mapping[str, Any]]
NAMES = {
    "floor": "floor: one INSERT, JSON",
    "create": "API create",
    "dispatch": "API dispatch",
    "check-in": "API check in",
    "contact": "API contact",
    "resolve": "API resolve",
    "rate": "API rate",
    "queue": "queue, 25 rows",
    "list": "list, 25 rows",
    "inbox": "inbox, 25 rows",
    "api list": "API list, 25 rows",
    "petition": "petition page",
    "dispatch page": "dispatch page, with proposals and similar ones",
    "search": "search",
    "overview": "overview",
    "board": "board",
    "league": "league",
}


def recorded() -> dict[str, Rows]:
    """Return what results.json says: rows by name, by size of the city."""
    return json.loads(RESULTS.read_text()) if RESULTS.exists() else {}


def worse(size: str, rows: Rows, *, is_short: bool) -> Iterator[str]:
    """Yield what is worse than recorded: ratios, or in a short run the number of statements."""
    for name, before in recorded().get(size, {}).items():
        now = rows.get(name)
        if now is None:
            continue
        if is_short and now["statements"] > before["statements"] + MORE:
            yield f"{name}: {now['statements']} statements, {before['statements']} are recorded"
        if not is_short and now["ratio"] > max(before["ratio"] * WORSE, LEAST_RATIO * WORSE):
            yield f"{name}: {now['ratio']:.1f} times the floor, {before['ratio']:.1f} is recorded"


def record(results: Mapping[str, Rows], *, remark: str) -> None:
    """Keep the results of these cities, and those recorded of others; write the table and the plot."""
    before = recorded()
    kept = before | {size: {**before.get(size, {}), **rows} for size, rows in results.items()}
    kept |= {size: _statements(rows) for size, rows in kept.items() if int(size) < SMALLEST}
    RESULTS.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n")
    full = {size: kept[size] for size in sorted(kept, key=int) if int(size) >= SMALLEST}
    if not full:
        return
    text = PERFORMANCE.read_text(encoding="utf-8")
    above, _begin, rest = text.partition(BEGIN)
    _old, _end, below = rest.partition(END)
    PERFORMANCE.write_text(f"{above}{BEGIN}\n{remark}\n\n{table(full)}\n{END}{below}", encoding="utf-8")
    PLOT.write_text(plot(full), encoding="utf-8")


def _statements(rows: Rows) -> Rows:
    """Return what a short run is compared with."""
    return {name: {"statements": row["statements"]} for name, row in rows.items()}


def table(results: Mapping[str, Rows]) -> str:
    """Return the table: of the smallest city all figures, of the others the CPU time and how it grew."""
    sizes = list(results)
    first = results[sizes[0]]
    head = ["What", "CPU = server + database, ms", "× floor", "p50, p95", "of 8: p50, p95", "Statements", "KB"]
    head += [f"CPU at {int(size):,}" for size in sizes[1:]] + ["Growth"] * (len(sizes) > 1)
    lines = [head, ["---"] * len(head)]
    for name, row in first.items():
        cpu = row["server"] + row["database"]
        cells = [
            NAMES.get(name, name),
            f"{cpu:.1f} = {row['server']:.1f} + {row['database']:.1f}",
            f"{row['ratio']:.1f}",
            f"{row['p50']:.0f}, {row['p95']:.0f}",
            f"{row['p50_of_8']:.0f}, {row['p95_of_8']:.0f}",
            str(row["statements"]),
            f"{row['bytes'] / 1000:.1f}",
        ]
        others = [results[size].get(name) for size in sizes[1:]]
        cpus = [other["server"] + other["database"] if other else None for other in others]
        cells += ["" if one is None else f"{one:.1f}" for one in cpus]
        if len(sizes) > 1:
            cells.append(f"{cpus[-1] / cpu:.2f}" if cpus[-1] and cpu else "")
        lines.append(cells)
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def plot(results: Mapping[str, Rows]) -> str:
    """Return an SVG: for each row a bar for each city, the server's part dark and the database's light."""
    names = [name for name in NAMES if any(name in rows for rows in results.values())]
    most = max((row["server"] + row["database"] for rows in results.values() for row in rows.values()), default=1)
    bar, gap, left, width = 7, 8, 210, 460
    step = bar * max(len(results), 1) + gap
    height = step * len(names) + 40
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {left + width + 60} {height}" '
        'font-family="sans-serif" font-size="11">',
        "<title>CPU time of a request in milliseconds: server dark, database light; one bar a city</title>",
    ]
    for place, name in enumerate(names):
        top = 20 + place * step
        parts.append(f'<text x="{left - 8}" y="{top + step / 2}" text-anchor="end">{NAMES[name]}</text>')
        for line, rows in enumerate(results.values()):
            if name in rows:
                parts += _bar(left, top + line * bar, bar - 1, width / most, rows[name])
    return "\n".join([*parts, "</svg>"]) + "\n"


def _bar(x: float, y: float, height: float, scale: float, row: Mapping[str, Any]) -> Iterator[str]:
    server, database = row["server"] * scale, row["database"] * scale
    total = row["server"] + row["database"]
    yield f'<rect x="{x}" y="{y}" width="{server:.1f}" height="{height}" fill="#1f5fae"/>'
    yield f'<rect x="{x + server:.1f}" y="{y}" width="{database:.1f}" height="{height}" fill="#9dc3f0"/>'
    yield f'<text x="{x + server + database + 4:.1f}" y="{y + height}" font-size="8">{total:.1f}</text>'
