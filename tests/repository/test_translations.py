"""Every text has its English, and the catalogue says so when one lacks it."""

import re
from pathlib import Path

import pytest
from django.conf import settings as configured

from config.rooms import rooms
from config.translation import CATALOG, HEADER, as_text, fault, merged
from tests.repository.english import CHINESE

ROOT: Path = configured.BASE_DIR


def test_every_text_has_its_english() -> None:
    assert fault(ROOT) == ""


def test_every_text_is_chinese() -> None:
    """Chinese is the source language: an English one would be shown to a Chinese office as it is."""
    texts = [message.id for message in merged(ROOT) if message.id]
    assert [text for text in texts if not CHINESE.search(str(text))] == []


def test_the_texts_of_all_templates_are_collected() -> None:
    tag = re.compile(r'{% translate "([^"]+)"')
    pages = [path.read_text() for room in rooms() for path in (ROOT / room).rglob("*.html")]
    found = {text for page in pages for text in tag.findall(page)}
    assert len(found) > 50
    assert {text.replace("%", "%%") for text in found} <= {message.id for message in merged(ROOT)}


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with one text of each form and its English."""
    for room in rooms():
        (tmp_path / room / "templates").mkdir(parents=True)
        (tmp_path / room / "__init__.py").touch()
    (tmp_path / "petitions" / "verbs.py").write_text('A = _("派单")\nB = pgettext_lazy("event", "派单")\n')
    (tmp_path / "petitions" / "templates" / "page.html").write_text(
        '  {% load i18n %}{# note #}\n    {% translate "退出" %}\n'
        "  {% blocktranslate count n=n %}{{ n }}件{% plural %}{{ n }}件诉求{% endblocktranslate %}\n"
    )
    (tmp_path / CATALOG).parent.mkdir(parents=True)
    (tmp_path / CATALOG).write_text(
        HEADER + '#, python-format\nmsgid "%(n)s件"\nmsgid_plural "%(n)s件诉求"\n'
        'msgstr[0] "%(n)s petition"\nmsgstr[1] "%(n)s petitions"\n\n'
        'msgid "派单"\nmsgstr "Dispatch"\n\n'
        'msgctxt "event"\nmsgid "派单"\nmsgstr "Dispatched"\n\n'
        'msgid "退出"\nmsgstr "Sign out"\n\n'
    )
    return tmp_path


def collect(checkout: Path) -> str:
    text = as_text(merged(checkout))
    (checkout / CATALOG).write_text(text)
    return text


def test_all_forms_of_texts_are_found_and_a_whole_file_stays_as_it_is(checkout: Path) -> None:
    before = (checkout / CATALOG).read_text()
    assert fault(checkout) == ""
    assert collect(checkout) == before


def test_a_new_text_is_missed_until_it_has_its_english(checkout: Path) -> None:
    (checkout / "accounts" / "pages.py").write_text('A = ngettext("%d天", "%d天", n)\n')
    assert fault(checkout) == f"{CATALOG} is not what the code says now; run `make messages` and write the English."
    collect(checkout)
    assert fault(checkout) == f"{CATALOG} lacks the English of 1 texts, such as “%d天”."


def test_a_text_that_is_no_longer_used_is_dropped(checkout: Path) -> None:
    (checkout / "petitions" / "verbs.py").unlink()
    assert "Dispatch" not in collect(checkout)
    assert fault(checkout) == ""


def test_a_changed_sentence_keeps_its_english_for_somebody_to_look_at(checkout: Path) -> None:
    page = checkout / "petitions" / "templates" / "page.html"
    page.write_text(page.read_text().replace("退出", "退出系统"))
    assert "#, fuzzy" in collect(checkout)
    assert "lacks the English of 1 texts" in fault(checkout)


def test_an_english_text_that_loses_a_placeholder_is_a_fault(checkout: Path) -> None:
    path = checkout / CATALOG
    path.write_text(path.read_text().replace("%(n)s petition", "%(m)s petition"))
    assert fault(checkout) == f"The English of “%(n)s件” in {CATALOG} has other placeholders than the Chinese."
