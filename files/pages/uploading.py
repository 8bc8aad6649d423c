"""Uploading a file before its form is sent, showing it in the form, taking it off, and reading what belongs to a room.

ui/static/uploads.js asks for the first three; the fragments it gets are what the form itself would show.
"""

from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from accounts.requests import signed_in
from files.models import StoredFile
from files.readers import can_read
from files.responses import response_for, sent
from files.storing import FILES_MAX, drop, store_each
from verbs.refusals import Refusal


@method_decorator(never_cache, name="dispatch")
class Uploads(View):
    def get(self, request: HttpRequest) -> HttpResponse:
        """Answer with the form's lines for those of the files `key` that are the reader's own and not claimed."""
        keys = request.GET.getlist("key")[:FILES_MAX]
        rows = {row.key: row for row in _own(request).filter(key__in=keys)}
        attached = [rows[key] for key in keys if key in rows and rows[key].is_there()]
        return render(request, "files/_items.html", {"attached": attached})

    def post(self, request: HttpRequest) -> HttpResponse:
        """Store the one file `file`; answer 201 with its line of the form, or with a `sentence` that says why not."""
        chosen = request.FILES.get("file")
        if chosen is None:
            return JsonResponse({"sentence": _("没有收到文件。")}, status=400)
        (stored,) = store_each([chosen], by=signed_in(request).user, now=timezone.now())
        if isinstance(stored, Refusal):
            return JsonResponse({"sentence": str(stored)}, status=422 if stored.status == 400 else stored.status)
        return render(request, "files/_items.html", {"attached": [stored]}, status=201)


class Drop(View):
    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        """Remove the sender's own file, unless a step has claimed it."""
        drop([get_object_or_404(_own(request), key=key)])
        return HttpResponse(status=204)


class Download(View):
    def get(self, request: HttpRequest, key: str) -> FileResponse:
        """Send the file. The browser always saves it and never shows it."""
        return response_for(_readable(request, key))


class Preview(View):
    def get(self, request: HttpRequest, key: str) -> FileResponse:
        """Send the small picture of the file."""
        stored = _readable(request, key)
        if not stored.preview:
            raise Http404
        return sent(stored.preview, "image/jpeg", f"{stored.name}.jpg")


def _own(request: HttpRequest) -> QuerySet[StoredFile]:
    return StoredFile.objects.filter(uploaded_by=signed_in(request).user, claimed_at=None)


def _readable(request: HttpRequest, key: str) -> StoredFile:
    stored = get_object_or_404(StoredFile, key=key)
    is_lost = stored.claimed_at is None and not stored.is_there()
    if is_lost or not can_read(stored, signed_in(request).user):
        raise Http404
    return stored
