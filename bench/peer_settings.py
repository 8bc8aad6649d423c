"""django-helpdesk as a site of its own, and its rows. Run by the Python that has it; uses nothing of ours.

Everything as its documentation says: Django's usual middleware, its API on, no mail. `python -m bench.peer_settings N`
fills the database with N tickets and prints, as JSON, the sessions of 50 people of the staff and the keys of tickets.
"""

import base64
import json
import os
import sys
from typing import Any

from django.conf import settings
from django.urls import include, path

APPS = "django.contrib.admin django.contrib.auth django.contrib.contenttypes django.contrib.sessions"
APPS += " django.contrib.messages django.contrib.staticfiles django.contrib.sites django.contrib.humanize"
MIDDLEWARE = "security.SecurityMiddleware sessions.middleware.SessionMiddleware common.CommonMiddleware"
CONTEXT = "django.template.context_processors.request django.contrib.auth.context_processors.auth"
CONTEXT += " django.contrib.messages.context_processors.messages"
SETTINGS: dict[str, Any] = {
    "SECRET_KEY": "x" * 50,
    "ALLOWED_HOSTS": ["127.0.0.1"],
    "ROOT_URLCONF": "bench.peer_settings",
    "INSTALLED_APPS": [*APPS.split(), "rest_framework", "helpdesk"],
    "MIDDLEWARE": [
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ],
    "TEMPLATES": [
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "APP_DIRS": True,
            "OPTIONS": {"context_processors": CONTEXT.split()},
        }
    ],
    "SITE_ID": 1,
    "USE_TZ": True,
    "STATIC_URL": "static/",
    "LOGIN_URL": "helpdesk:login",
    "EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend",
    "DEFAULT_AUTO_FIELD": "django.db.models.BigAutoField",
    "HELPDESK_ACTIVATE_API_ENDPOINT": True,
    "HELPDESK_TEAMS_MODE_ENABLED": False,
    "LOGGING": {"version": 1, "disable_existing_loggers": True},
}
QUEUES, PEOPLE, FOLLOW_UPS = 33, 50, 6


def database() -> dict[str, Any]:
    """Return what PEER_DATABASE says, as Django wants it: host port name user password."""
    host, port, name, user, password = os.environ["PEER_DATABASE"].split()
    connection = {"HOST": host, "PORT": port, "NAME": name, "USER": user, "PASSWORD": password}
    return {"ENGINE": "django.db.backends.postgresql", "CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True, **connection}


def set_up() -> Any:
    """Set Django up and return the WSGI application."""
    from django.core.wsgi import get_wsgi_application

    settings.configure(**SETTINGS, DATABASES={"default": database()})
    return get_wsgi_application()


def fill(tickets: int) -> dict[str, Any]:
    """Migrate and write queues, staff, tickets with their follow-ups. Return sessions, tickets and the list's query."""
    from datetime import timedelta

    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
    from django.contrib.sessions.backends.db import SessionStore
    from django.core.management import call_command
    from django.utils import timezone
    from helpdesk.models import FollowUp, Queue, Ticket, UserSettings

    call_command("migrate", verbosity=0, interactive=False)
    now = timezone.now()  # noqa: TID251
    people = get_user_model().objects.bulk_create(
        get_user_model()(username=f"staff{n}", is_staff=True, is_superuser=True, password="!") for n in range(PEOPLE)
    )
    UserSettings.objects.bulk_create(UserSettings(user=user) for user in people)
    queues = [Queue.objects.create(title=f"Queue {n}", slug=f"q{n}", escalate_days=3) for n in range(QUEUES)]
    rows = Ticket.objects.bulk_create(
        Ticket(
            title=f"The lamp at gate {n} is out",
            description="Three lamps at the north gate have been out for two weeks. " * 3,
            queue=queues[n % QUEUES],
            submitter_email=f"somebody{n % 1000}@shaoying.example",
            assigned_to=people[n % PEOPLE],
            status=Ticket.OPEN_STATUS if n > tickets * 0.7 else Ticket.CLOSED_STATUS,
            priority=3,
            created=now - timedelta(days=5),
        )
        for n in range(tickets)
    )
    FollowUp.objects.bulk_create(
        FollowUp(ticket=row, title="Noted", comment="The electricians have been told.", public=True, user=people[0])
        for row in rows
        for _place in range(FOLLOW_UPS)
    )
    sessions = []
    for user in people:
        session = SessionStore()
        session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(user.pk), "django.contrib.auth.backends.ModelBackend"
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.save()
        sessions.append(session.session_key)
    asked = {"filtering": {"status__in": [1, 2]}, "sorting": "created", "search_string": "", "sortreverse": False}
    query = base64.b64encode(json.dumps(asked).encode()).decode()
    open_tickets = list(Ticket.objects.filter(status=1).order_by("-pk").values_list("pk", flat=True)[:200])
    return {"sessions": sessions, "tickets": open_tickets, "queues": [one.pk for one in queues], "query": query}


if __name__ != "__main__":
    if not settings.configured:  # granian imports it; later Django does, for the addresses
        application = set_up()
    urlpatterns = [path("", include("helpdesk.urls"))]
else:
    set_up()
    if sys.argv[1] == "escalate":
        from django.core.management import call_command

        call_command("escalate_tickets")
    else:
        print(json.dumps(fill(int(sys.argv[1]))))
