"""Drops a form's draft when the form was taken: no page has to think of drafts."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from accounts.models import User
from drafts.keeping import drop_draft

# The field by which a form says that it may have a draft (ui/static/forms.js); its value is the form's address.
FIELD = "draft"


class DropSent:
    """Middleware: after a POST that was not refused, drops the sender's draft for the form that was sent."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method == "POST" and response.status_code < 400 and isinstance(request.user, User):
            form = request.POST.get(FIELD)
            # What a part of the page asks while somebody types brings the form's fields along, and sends nothing.
            if form == request.get_full_path():
                drop_draft(form=form, by=request.user)
        return response
