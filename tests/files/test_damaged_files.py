"""Good files with some bytes changed or cut off: they pass or are refused, and no error of a library comes through."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from files.checking import TYPES, check_file
from tests.files.uploads import GOOD, upload
from verbs.refusals import InvalidInput

PICTURES = sorted(extension for extension, (_type, expected) in TYPES.items() if expected == "picture")
OTHERS = sorted(set(TYPES) - set(PICTURES))
CHANGES = st.lists(st.tuples(st.integers(0, 20_000), st.integers(0, 255)), max_size=6)


def test_every_type_on_the_list_has_a_good_example() -> None:
    assert set(GOOD) == set(TYPES)


def damaged(extension: str, changes: list[tuple[int, int]]) -> bytes:
    content = bytearray(GOOD[extension])
    for place, value in changes:
        content[place % len(content)] = value
    return bytes(content)


def assert_passes_or_is_refused(extension: str, content: bytes) -> None:
    try:
        checked = check_file(upload(f"材料{extension}", content))
    except InvalidInput as refusal:
        assert set(refusal.fields) == {"files"}  # noqa: PT017
    else:
        assert checked.content


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(extension=st.sampled_from(OTHERS), cut=st.integers(0, 400), changes=CHANGES)
def test_a_damaged_document_passes_or_is_refused(extension: str, cut: int, changes: list[tuple[int, int]]) -> None:
    assert_passes_or_is_refused(extension, damaged(extension, changes)[cut:])


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(extension=st.sampled_from(PICTURES), changes=CHANGES)
def test_a_damaged_picture_passes_or_is_refused(extension: str, changes: list[tuple[int, int]]) -> None:
    assert_passes_or_is_refused(extension, damaged(extension, changes))  # each example is a process


@pytest.mark.parametrize("extension", [".doc", ".xls", ".docx", ".ofd", ".heic"])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_a_file_that_was_cut_off_passes_or_is_refused(extension: str, share: float) -> None:
    content = GOOD[extension]
    assert_passes_or_is_refused(extension, content[: int(len(content) * share)])
