from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.conf import settings as configured
from pytest_django import Settings

from config.translation import CATALOG
from tests.cast import Cast
from tests.repository.english import EnglishStage


@pytest.fixture
def english(settings: Settings, tmp_path: Path) -> None:
    """The catalogue as it is now, not as it was compiled last; changing the setting also forgets active languages."""
    folder = tmp_path / "en" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    compiled = BytesIO()
    write_mo(compiled, read_po(BytesIO((configured.BASE_DIR / CATALOG).read_bytes())))
    (folder / "django.mo").write_bytes(compiled.getvalue())
    settings.LOCALE_PATHS = [tmp_path]


@pytest.fixture
def english_stage(english: None, cast: Cast) -> EnglishStage:
    return EnglishStage(cast)
