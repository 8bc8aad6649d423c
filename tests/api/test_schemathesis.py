"""The running application against its own OpenAPI document: random cases, chains of calls, and boundary cases.

The boundaries of every parameter are thousands of requests.
"""

import logging
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.db import connections
from knox.models import AuthToken
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema

from petitions.api import tokens
from tests.cast import Stage
from tests.hostile.places import ROLES
from tests.slow import MOST_SECONDS, hours, slow

pytestmark = pytest.mark.django_db(transaction=True)

# A code that fits the document can still be unknown, and a text of spaces is empty: 400 is right for both.
# And who tries one name with five passwords is locked out: 429.
ACCEPTED = ["2xx", 400, 401, 403, 404, 409, 429]
# Some of the endpoints each: together they are all, but the one that would end the run.
LIAISONS = ".*/(petitions|{number}|{id}|events|rate|reopen|withdraw|supplement|urge|token|enterprises|regions)/$"
DEPARTMENTS = ".*/({number}|events|dispatch|check-in|contact|progress|.*answer.*|resolve|c.*s|d.*s|me)/$"
LIMITS = ".*/(scores|limits|send-backs|resume|[a-z]+-(extension|hold|order|support|send-back))/$"

ENDS_THE_RUN = ".*/revoke/$"
EXAMPLES = 200

CALLERS = {"lin": LIAISONS, "zhou": DEPARTMENTS, "chen": LIMITS}


@pytest.fixture(autouse=True)
def _surroundings(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens.SignInThrottle, "allow_request", lambda *_: True)
    monkeypatch.setattr(logging.getLogger("django.request"), "disabled", True)
    # The server's threads outlive the test; with their connections the test's database could not be dropped.
    monkeypatch.setitem(connections.settings["default"], "CONN_MAX_AGE", 0)
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def problems(server: LiveServer, config: dict[str, Any]) -> Iterator[str]:
    """Run all phases and yield what each failed check says."""
    parsed = SchemathesisConfig.from_dict(config)
    document = schemathesis.openapi.from_url(f"{server.url}/api/schema/?format=json", config=parsed)
    for event in from_schema(document).execute():
        if isinstance(event, events.NonFatalError | events.FatalError):
            yield str(event.value if isinstance(event, events.NonFatalError) else event.exception)
        if isinstance(event, events.ScenarioFinished):
            for check in (check for checks in event.recorder.checks.values() for check in checks):
                if check.failure_info:
                    yield f"{check.name}: {check.failure_info.failure}\n{check.failure_info.code_sample}"


@pytest.mark.parametrize("name", CALLERS)
def test_every_answer_is_one_the_document_names(live_server: LiveServer, stage: Stage, name: str) -> None:
    assert list(problems(live_server, configuration(stage, name, {"coverage": {"enabled": False}}))) == []


@slow("every boundary of every parameter: thousands of requests, a minute each")
@pytest.mark.timeout(MOST_SECONDS)
@pytest.mark.parametrize("name", CALLERS)
def test_so_is_every_answer_at_the_boundaries(live_server: LiveServer, stage: Stage, name: str) -> None:
    phases = {phase: {"enabled": False} for phase in ("examples", "fuzzing", "stateful")}
    phases["coverage"] = {"enabled": True, "unexpected-methods": ["put", "delete"]}
    assert list(problems(live_server, configuration(stage, name, phases))) == []


@hours("two hundred random cases of every operation, some ten minutes each")
@pytest.mark.timeout(MOST_SECONDS * 2)
@pytest.mark.parametrize("role", ROLES)
def test_so_is_every_answer_to_many_random_cases(live_server: LiveServer, stage: Stage, role: str) -> None:
    phases = {"examples": {"enabled": False}, "coverage": {"enabled": False}, "stateful": {"enabled": False}}
    config = configuration(stage, ROLES[role], phases)
    config["generation"] |= {"max-examples": EXAMPLES}
    config["operations"][0] = {"include-path-regex": ENDS_THE_RUN, "enabled": False}
    assert list(problems(live_server, config)) == []


def configuration(stage: Stage, name: str, phases: dict[str, Any]) -> dict[str, Any]:
    """Schemathesis's configuration for a caller: the endpoints that are theirs, a petition that is there."""
    petition = stage.checked_in(with_support=True)
    _row, token = AuthToken.objects.create(user=getattr(stage.cast, name))
    return {
        "headers": {"Authorization": f"Token {token}"},
        "parameters": {"path.number": petition.number},
        "generation": {"max-examples": 3, "deterministic": True, "no-shrink": True},
        "phases": phases,
        "checks": {"positive_data_acceptance": {"expected-statuses": ACCEPTED}},
        "operations": [
            {"exclude-path-regex": CALLERS.get(name, ".*"), "enabled": False},
            # The number is given, so one that breaks its pattern is never sent.
            {"include-path-regex": "attachments", "checks": {"negative_data_rejection": {"enabled": False}}},
        ],
        "cache": {"enabled": False},
    }
