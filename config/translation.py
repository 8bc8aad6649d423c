"""Keeps the English translation whole: `python -m config.translation` collects the texts, `--check` names faults.

Chinese is the source language (docs/adr/0008-chinese-msgids.md). Every text that the rooms' Python files and templates
put through gettext is merged into config/locale/en; Babel reads and writes, so no gettext program has to be there.
What is no longer used is dropped. An English text whose Chinese was changed is kept, marked fuzzy, and not shown
until somebody has looked at it and taken the mark off. The file has no line numbers and no dates: it changes only
when a text does.
Left out: compiling to .mo (`make static`), texts inside migrations, Django's own texts (it brings them translated).
"""

import re
import sys
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from config.rooms import CHECKOUT, rooms

CATALOG = Path("config/locale/en/LC_MESSAGES/django.po")
# Django's lazy forms beside Babel's names; a number is the place of the text, "c" marks its context.
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[\d.]*[a-z]|\{\w+\}")  # Python's, and Django REST framework's
HEADER = """\
# English for the Chinese texts in the code. `make messages` collects them; the English is written here by hand.
msgid ""
msgstr ""
"Language: en\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""


def merged(checkout: Path) -> Catalog:
    """Return the catalogue as it should be: every text of the code, with the English that is there already.

    Raises  SyntaxError for a template that Django cannot read either
    """
    texts = Catalog(locale="en")
    for source in _sources(checkout):
        for _line, text, _comments, context in extract("python", BytesIO(source), KEYWORDS):
            texts.add(text, context=context)
    path = checkout / CATALOG
    catalog = read_po(BytesIO(path.read_bytes() if path.exists() else HEADER.encode()), locale="en")
    catalog.update(texts)
    return catalog


def _sources(checkout: Path) -> Iterator[bytes]:
    """Yield Python source with the texts: the rooms' files as they are, templates as Django turns them into calls."""
    for room in rooms(checkout):
        for path in sorted((checkout / room).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path.read_bytes()
        for path in sorted((checkout / room).rglob("templates/**/*.*")):
            calls = templatize(path.read_text(encoding="utf-8"), origin=str(path.relative_to(checkout)))
            # The lines keep the template's indentation, which would mean something else in Python.
            yield "\n".join(line.strip() for line in calls.splitlines()).encode()


def as_text(catalog: Catalog) -> str:
    """Return the catalogue as the file holds it; the same for the same texts."""
    out = BytesIO()
    write_po(out, catalog, width=0, omit_header=True, no_location=True, sort_output=True, ignore_obsolete=True)
    return HEADER + out.getvalue().decode()


def fault(checkout: Path) -> str:
    """Return one sentence about what keeps the translation from being whole, "" when nothing does."""
    path = checkout / CATALOG
    catalog = merged(checkout)
    if not path.exists() or path.read_text(encoding="utf-8") != as_text(catalog):
        return f"{CATALOG} is not what the code says now; run `make messages` and write the English."
    messages = [message for message in catalog if message.id]
    unfinished = [message for message in messages if message.fuzzy or not all(_forms(message.string))]
    if unfinished:
        return f"{CATALOG} lacks the English of {len(unfinished)} texts, such as “{_forms(unfinished[0].id)[0]}”."
    uneven = [message for message in messages if _placeholders(message.id) != _placeholders(message.string)]
    if uneven:
        return f"The English of “{_forms(uneven[0].id)[0]}” in {CATALOG} has other placeholders than the Chinese."
    return ""


def _forms(text: str | Sequence[str] | None) -> Sequence[str]:
    return (text or "",) if text is None or isinstance(text, str) else text


def _placeholders(text: str | Sequence[str] | None) -> set[str]:
    return set(PLACEHOLDER.findall(" ".join(_forms(text))))


def main() -> None:
    """Write the merged file, or with --check only say in one sentence, exit status 1, what is wrong with it."""
    parser = ArgumentParser(prog="python -m config.translation", description="Collect the texts to translate.")
    parser.add_argument("--check", action="store_true", help="write nothing; fail when something lacks")
    if parser.parse_args().check:
        sys.exit(fault(CHECKOUT) or 0)
    path = CHECKOUT / CATALOG
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(as_text(merged(CHECKOUT)), encoding="utf-8")


if __name__ == "__main__":
    main()
