"""How bytes that somebody uploaded are sent: to be saved, never to be shown or guessed at by a browser."""

from django.db.models.fields.files import FieldFile
from django.http import FileResponse

from files.models import StoredFile


def response_for(stored: StoredFile) -> FileResponse:
    """Return the response by which a browser saves the file. The caller has checked that the reader may have it."""
    return sent(stored.content, stored.content_type, stored.name)


def sent(part: FieldFile, content_type: str, name: str) -> FileResponse:
    response = FileResponse(part.open("rb"), as_attachment=True, filename=name)
    response["Content-Type"] = content_type
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
