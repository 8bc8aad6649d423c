"""The page of one verb: a form beside the petition it is about. Every verb's page is a few lines on top of this.

GET shows the form (with htmx: only the form, inside the petition's page). POST calls the verb. Whatever the verb
refuses is shown where it belongs and nothing that was typed is lost: 422 for a field, 409 for the state.
"""

from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import HttpResponseClientRedirect

from petitions import queries
from petitions.models import Petition
from petitions.permissions import ON_THE_PARENT, RULES, Relation, check_now, relation_to
from verbs.refusals import InvalidInput, NotPermitted, Refusal


def show_field_errors(form: forms.Form, problem: InvalidInput) -> None:
    """Put the verb's sentences beside the form's fields; one for a field the form does not show goes on top."""
    for name, sentence in problem.fields.items():
        form.add_error(name if name in form.fields else None, sentence)


def show_refusal(form: forms.Form, problem: Refusal) -> int:
    """Put what the verb refused with where it belongs in the form; return the status of the answer that shows it."""
    if isinstance(problem, InvalidInput):
        show_field_errors(form, problem)
        return 422
    form.add_error(None, str(problem))
    return problem.status


@method_decorator(vary_on_headers("HX-Request"), name="dispatch")
class VerbPage(View):
    """Base of a verb's page."""

    verb: ClassVar[str]
    form_class: ClassVar[type[forms.Form]]
    title: ClassVar[Any]
    submit_label: ClassVar[Any]
    done: ClassVar[Any]
    warning: ClassVar[Any] = ""
    is_dangerous: ClassVar[bool] = False
    template_name = "petitions/verb.html"

    petition: Petition
    relation: Relation

    def run(self, *, form: Any, now: datetime) -> Petition:
        """Call the verb with what the form holds."""
        raise NotImplementedError

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.user: Any = request.user

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.petition = get_object_or_404(queries.listed(self.user), number=kwargs["number"])
        self.relation = relation_to(self.petition, self.user)
        return super().dispatch(request, *args, **kwargs)

    def form(self, data: Any = None, files: Any = None) -> Any:
        """Make the verb's form, empty or bound."""
        return self.form_class(data, files, **self.form_arguments())

    def form_arguments(self) -> dict[str, Any]:
        return {}

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        refusal = self.refusal()
        if refusal is not None:
            messages.warning(request, str(refusal))
            return self.leave(request)
        return self.shown(request, self.form(), 200)

    def refusal(self) -> Refusal | None:
        """Return why the person cannot use the verb on the petition now, None when they can."""
        if not RULES[self.verb](self.relation):
            return NotPermitted()
        try:
            check_now(self.petition, self.relation, self.verb)
        except Refusal as refusal:
            return refusal
        return None

    @property
    def is_for_group(self) -> bool:
        """Whether what is done here on a group's parent is done for all of the group."""
        return self.verb in ON_THE_PARENT

    def post(self, request: HttpRequest, number: str) -> HttpResponse:
        if not RULES[self.verb](self.relation):
            return self.denied(request)
        form = self.form(request.POST, request.FILES)
        if not form.is_valid():
            return self.shown(request, form, 422)
        try:
            self.run(form=form, now=timezone.now())
        except InvalidInput as problem:
            self.show_problem(form, problem)
            return self.shown(request, form, 422)
        except Refusal as problem:
            self.show_refusal(form, problem)
            return self.shown(request, form, problem.status)
        messages.success(request, str(self.done))
        return self.leave(request)

    def denied(self, request: HttpRequest) -> HttpResponse:
        """Say that the person may not, without the verb's own form and what stands beside it: not theirs to read."""
        form, refusal = forms.Form(request.POST), NotPermitted()
        form.add_error(None, str(refusal))
        template = "petitions/verb.html#form" if request.htmx else "petitions/verb.html"  # type: ignore[attr-defined]
        return render(request, template, VerbPage.context(self, form), status=refusal.status)

    def show_problem(self, form: Any, problem: InvalidInput) -> None:
        show_field_errors(form, problem)

    def show_refusal(self, form: Any, problem: Refusal) -> None:
        form.add_error(None, str(problem))

    def shown(self, request: HttpRequest, form: Any, status: int) -> HttpResponse:
        template = f"{self.template_name}#form" if request.htmx else self.template_name  # type: ignore[attr-defined]
        return render(request, template, self.context(form), status=status)

    def context(self, form: Any) -> dict[str, Any]:
        return {
            "page": self,
            "form": form,
            "petition": self.petition,
            "here": self.address(),
            "back": self.target(),
            "see_petitioner": queries.can_see_petitioner(self.petition, self.user),
        }

    def address(self) -> str:
        """Where the form is sent to: the page's own address."""
        return reverse(f"petitions:{self.verb}", args=[self.petition.number])

    def target(self) -> str:
        """Where the person is led afterwards, or instead."""
        return reverse("petitions:show", args=[self.petition.number])

    def leave(self, request: HttpRequest) -> HttpResponse:
        """Go on, or home where the verb took the petition out of sight (a department's return)."""
        is_in_sight = Petition.objects.visible_to(self.user).filter(pk=self.petition.pk).exists()
        target = self.target() if is_in_sight else reverse("home")
        return HttpResponseClientRedirect(target) if request.htmx else redirect(target)  # type: ignore[attr-defined]


class RefusedFirst(VerbPage):
    """A verb whose form offers only what the person can choose.

    Whoever may not, or not now, finds nothing to choose: that is said first, not that a choice is missing.
    """

    def post(self, request: HttpRequest, number: str) -> HttpResponse:
        refusal = self.refusal()
        if refusal is None or isinstance(refusal, NotPermitted):
            return super().post(request, number)
        form = self.form(request.POST)
        form.is_valid()
        self.show_refusal(form, refusal)
        return self.shown(request, form, refusal.status)
