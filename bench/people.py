"""The people of a city who ask: signed in without the sign-in page, and what each of them would open."""

import itertools
from collections.abc import Iterator, Sequence

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from knox.models import AuthToken

from accounts.models import User
from bench.city_plan import PEOPLE
from departments.models import Membership
from petitions.models import Assignment, Petition
from regions.models import DeskMember

LONG = 20  # events, from which on a petition's page is a long one
LONG_PETITIONS = """
SELECT subject_id FROM record_event JOIN petitions_petition petition ON petition.id = subject_id
 WHERE subject_type = 'petition' AND petition.source = 'bench'
   AND subject_id > (SELECT max(id) FROM petitions_petition) - 200000
   AND (SELECT count(DISTINCT department_id) FROM petitions_assignment WHERE petition_id = subject_id) >= 2
 GROUP BY subject_id HAVING count(*) >= %s ORDER BY subject_id DESC LIMIT 50
"""


class People:
    """50 people of each role, each with a session and a token."""

    def __init__(self) -> None:
        self._cookies: dict[int, dict[str, str]] = {}
        self._tokens: dict[int, dict[str, str]] = {}

    def of(self, role: str) -> list[User]:
        """Return the people that the city has for a role."""
        return list(User.objects.filter(username__startswith=f"{role}_").order_by("pk")[:PEOPLE])

    def page(self, user: User) -> dict[str, str]:
        """Return the headers with which the person opens pages."""
        if user.pk not in self._cookies:
            session = SessionStore()
            session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(user.pk), settings.AUTHENTICATION_BACKENDS[1]
            session[HASH_SESSION_KEY] = user.get_session_auth_hash()
            session.save()
            cookie = f"{settings.SESSION_COOKIE_NAME}={session.session_key}"
            self._cookies[user.pk] = {"Cookie": cookie}
        return self._cookies[user.pk]

    def api(self, user: User) -> dict[str, str]:
        """Return the headers with which the person's program asks the API."""
        if user.pk not in self._tokens:
            _row, token = AuthToken.objects.create(user)
            self._tokens[user.pk] = {"Authorization": f"Token {token}", "Content-Type": "application/json"}
        return self._tokens[user.pk]


def dispatchers_at() -> dict[int | None, list[User]]:
    """Return the dispatchers that the city added, by the region of their desk; None stands for the city's."""
    at = dict(DeskMember.objects.values_list("user", "region"))
    found: dict[int | None, list[User]] = {}
    for user in User.objects.filter(username__startswith="dispatcher_").order_by("pk"):
        found.setdefault(at.get(user.pk), []).append(user)
    return found


def workers() -> dict[int, list[User]]:
    """Return the handlers of each department."""
    found: dict[int, list[User]] = {}
    rows = Membership.objects.filter(user__roles__contains=["handler"]).select_related("user").order_by("-user")
    for row in rows:
        found.setdefault(row.department_id, []).append(row.user)
    return found


def waiting(people: dict[int | None, list[User]]) -> Iterator[tuple[User, Petition]]:
    """Yield dispatchers, each with a petition that waits at their own desk; the desks in turn, without end."""
    city = Petition.objects.exclude(desk__in=[region for region in people if region]).filter(state="reported")
    here = itertools.cycle(city.order_by("-pk")[:PEOPLE])
    yield from zip(itertools.cycle(people[None]), here, strict=False)


def open_parts() -> list[Assignment]:
    """Return parts that are worked on, with the petition of each: what progress is noted about."""
    rows = Assignment.objects.filter(answered_at=None, ended_at=None, petition__state="assigned", part="lead")
    return list(rows.exclude(checked_in_at=None).select_related("petition").order_by("pk")[:400])


def readers(petition: Petition, roles: Sequence[User]) -> list[User]:
    """Return people who may read the petition: a supervisor, its lead's handler, its liaison."""
    by_department = workers()
    part = petition.assignments.live().order_by("part", "pk").first()
    handler = by_department.get(part.department_id, [])[:1] if part else []
    enterprise = petition.petitioner.enterprise
    liaison = [row.user for row in enterprise.liaisons.all()][:1] if enterprise else []
    return [*roles, *handler, *liaison]
