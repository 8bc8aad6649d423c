"""The floor: the least that a request with one row costs with these parts (granian, Django, psycopg, PostgreSQL).

A function view without middleware, one INSERT into a table of four columns, JSON in and out. It is served as the
application is, on the same database, in the same run; all else is measured as a multiple of it. Keep it as it is: a
figure of another floor cannot be compared.
"""

import json
import os
from typing import Any

import django
from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.urls import path

TABLE = (
    "CREATE TABLE IF NOT EXISTS bench_floor (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
    " at timestamptz NOT NULL, name text NOT NULL, body text NOT NULL)"
)


def insert(request: HttpRequest) -> JsonResponse:
    """Write what the body says as one row."""
    from django.db import connection

    said = json.loads(request.body)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO bench_floor (at, name, body) VALUES (now(), %s, %s) RETURNING id", [said["name"], said["body"]]
        )
        (key,) = cursor.fetchone()
    return JsonResponse({"id": key}, status=201)


urlpatterns = [path("floor/", insert)]


def served() -> Any:
    """Return the WSGI application: settings of its own, the database of DATABASE_URL."""
    import dj_database_url
    from django.core.wsgi import get_wsgi_application

    database: Any = dj_database_url.parse(os.environ["DATABASE_URL"], conn_max_age=60)
    settings.configure(
        SECRET_KEY="x" * 50, ALLOWED_HOSTS=["127.0.0.1"], ROOT_URLCONF="bench.floor", DATABASES={"default": database}
    )
    django.setup()
    return get_wsgi_application()


# Granian imports this module for its application; Django imports it once more, for the addresses.
if not settings.configured:
    application = served()
