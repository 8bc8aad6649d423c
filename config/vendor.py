"""Copies the few files that browsers load from node_modules into ui/static/vendor: `python -m config.vendor`.

Versions are pinned in package-lock.json. The reference to a source map is cut off, because the map is not served and
Django's hashed storage refuses a reference to a missing file.
"""

from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
FILES = ("@tabler/core/dist/css/tabler.min.css", "@tabler/core/dist/js/tabler.min.js")


def copy_files(source: Path, target: Path) -> None:
    """Copy each of FILES from `source` (node_modules) to `target`; safe to repeat."""
    target.mkdir(parents=True, exist_ok=True)
    for name in FILES:
        lines = (source / name).read_text().splitlines(keepends=True)
        (target / Path(name).name).write_text("".join(line for line in lines if "sourceMappingURL" not in line))


if __name__ == "__main__":
    copy_files(CHECKOUT / "node_modules", CHECKOUT / "ui" / "static" / "vendor")
