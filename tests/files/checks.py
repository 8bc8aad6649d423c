"""Checking one file, in a line."""

import io

import pytest
from PIL import Image

from files.checking import Checked, check_file
from tests.files.uploads import upload
from verbs.refusals import InvalidInput


def check(name: str, content: bytes) -> Checked:
    return check_file(upload(name, content))


def why_not(name: str, content: bytes) -> str:
    """Return why the file is refused, without its name, which the sentence has to begin with."""
    with pytest.raises(InvalidInput) as refusal:
        check(name, content)
    (field, sentence), *more = refusal.value.fields.items()
    assert (field, more) == ("files", [])
    shown, colon, why = sentence.partition("：")
    assert (shown[0], shown[-1], colon) == ("“", "”", "：")
    return why


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))
