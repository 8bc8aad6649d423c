"""The page of one verb: a form that is shown, sent, and shown again with what the verb refused.

GET shows the form, or says why it cannot be used now. POST calls the verb. What the verb refuses is shown beside the
field or on top of the form, and nothing that was typed is lost. The status is then 422 for wrong fields, else that of
the refusal (verbs/refusals.py).
"""

from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views import View

from ui.refusals import show_refusal
from verbs.refusals import Refusal


class FormPage(View):
    """Base of a page with one verb's form. The subclass reads what the form is about before `get` or `post` runs."""

    form_class: ClassVar[type[forms.Form]]
    template_name: ClassVar[str]
    done: ClassVar[Any]

    def form(self, data: Any = None, files: Any = None) -> Any:
        """Make the verb's form: bound to `data` and `files` if they are given, else empty."""
        return self.form_class(data, files, **self.form_arguments())

    def files(self, request: HttpRequest) -> Any:
        """Return the request's files, as the form's fields expect them."""
        return request.FILES

    def form_arguments(self) -> dict[str, Any]:
        return {}

    def refusal(self) -> Refusal | None:
        """Return why the person cannot use the verb now, None when they can."""
        return None

    def run(self, *, form: Any, now: datetime) -> Any:
        """Call the verb with what the form holds. Raises Refusal."""
        raise NotImplementedError

    def context(self, form: Any) -> dict[str, Any]:
        """Return what the template shows; `back` is the address to which cancelling leads."""
        return {"page": self, "form": form, "back": self.target()}

    def target(self) -> str:
        """Return the address to which the person is led after the verb, or at once when the verb cannot be used now."""
        raise NotImplementedError

    def get(self, request: HttpRequest, **_address: Any) -> HttpResponse:
        refusal = self.refusal()
        if refusal is not None:
            messages.warning(request, str(refusal))
            return self.leave(request)
        return self.shown(request, self.form(), 200)

    def post(self, request: HttpRequest, **_address: Any) -> HttpResponse:
        form = self.form(request.POST, self.files(request))
        if not form.is_valid():
            return self.shown(request, form, 422)
        try:
            self.run(form=form, now=timezone.now())
        except Refusal as problem:
            return self.shown(request, form, self.show_refusal(form, problem))
        messages.success(request, self.said(form))
        return self.leave(request)

    def said(self, form: Any) -> str:
        """Return the sentence that says what was done."""
        return str(self.done)

    def show_refusal(self, form: Any, problem: Refusal) -> int:
        """Put what was refused into the form; return the status of the answer."""
        return show_refusal(form, problem)

    def shown(self, request: HttpRequest, form: Any, status: int) -> HttpResponse:
        return render(request, self.template_name, self.context(form), status=status)

    def leave(self, request: HttpRequest) -> HttpResponse:
        return redirect(self.target())
