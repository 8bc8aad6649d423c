"""The document: valid, the committed one, complete, and served to everybody with its pages."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from openapi_spec_validator import OpenAPIV31SpecValidator

from petitions.offered import VERBS

COMMITTED = Path(settings.BASE_DIR) / "docs" / "openapi.yaml"


@pytest.fixture(scope="module")
def document() -> Any:
    return yaml.safe_load(COMMITTED.read_text())


def test_the_committed_document_is_that_of_this_code() -> None:
    made = StringIO()
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=made)
    assert made.getvalue().strip() == COMMITTED.read_text().strip(), "run: make openapi"


def test_it_is_openapi_3_1(document: Any) -> None:
    assert document["openapi"] == "3.1.0"
    OpenAPIV31SpecValidator(document).validate()


def test_every_verb_is_a_post_with_all_its_refusals(document: Any) -> None:
    verbs = {verb.replace("_", "-") for verb in VERBS} - {"lapse"}
    addresses = {path.split("/")[-2]: item for path, item in document["paths"].items() if "{number}/" in path}
    assert verbs <= set(addresses)
    assert "lapse" not in addresses
    for verb in verbs:
        assert set(addresses[verb]) == {"post"}
        assert set(addresses[verb]["post"]["responses"]) >= {"200", "400", "401", "403", "404", "409"}


def test_every_endpoint_is_described_and_answers_401_without_a_token(document: Any) -> None:
    for path, item in document["paths"].items():
        for operation in item.values():
            assert operation["description"].endswith("."), path
            assert operation["operationId"]
            if path != "/api/v1/token/":
                assert "401" in operation["responses"], path
                assert {"token": []} in operation["security"]


def test_answers_promise_every_field(document: Any) -> None:
    """A field that may be missing would be read by nobody."""
    for name in ("PetitionRow", "WholePetition", "AssignmentBlock", "EventEntry", "Standing", "CategoryEntry"):
        shape = document["components"]["schemas"][name]
        assert set(shape["required"]) == set(shape["properties"]), name


@pytest.mark.parametrize("path", ["/api/schema/", "/api/docs/", "/api/docs/?script="])
def test_it_is_served_without_signing_in(db: None, path: str) -> None:
    answer = Client().get(path)
    assert answer.status_code == 200
    assert "Location" not in answer
