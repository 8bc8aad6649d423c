"""A person's inbox: what they were told, and noting that they read it."""

import uuid

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views import View

from accounts.requests import SignedIn
from notices import queries
from notices.inbox import read_notice, read_notices
from notices.models import Notice
from notices.subjects import page_of, worded
from ui import paging


class Inbox(View):
    """What the person was told, newest first; `?show=unread` leaves out what was read."""

    def get(self, request: SignedIn) -> HttpResponse:
        user = request.user
        show = request.GET.get("show", "")
        rows = queries.notices_of(user)
        if show == "unread":
            rows = rows.filter(read_at__isnull=True)
        page = paging.page_of(rows, request.GET.get("page"))
        said = worded(page.rows, user, is_outside=False)
        return render(request, "notices/inbox.html", {"page": page, "said": said, "show": show})


class ReadNotice(View):
    """Notes that a notice was read and leads to its subject. A GET may do this, because it can be repeated safely."""

    def get(self, request: SignedIn, key: uuid.UUID) -> HttpResponse:
        user = request.user
        try:
            notice = read_notice(key=key, by=user, now=timezone.now())
        except Notice.DoesNotExist as missing:
            raise Http404 from missing
        (said,) = worded([notice], user, is_outside=False)
        return redirect(page_of(notice, said.known, may_act=False))


class ReadAll(View):
    def post(self, request: SignedIn) -> HttpResponse:
        user = request.user
        read_notices(by=user, now=timezone.now())
        return redirect("notices:inbox")
