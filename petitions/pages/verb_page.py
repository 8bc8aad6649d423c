"""The page of one verb: a form beside the petition it is about. Every verb's page is a few lines on top of this.

GET shows the form (with htmx: only the form, inside the petition's page). POST calls the verb, as ui/form_page.py says.
"""

from typing import Any, ClassVar

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import HttpResponseClientRedirect

from petitions import queries
from petitions.models import Petition
from petitions.permissions import ON_THE_PARENT, RULES, Relation, check_now, relation_to
from ui.form_page import FormPage
from verbs.refusals import NotPermitted, Refusal


@method_decorator(vary_on_headers("HX-Request"), name="dispatch")
class VerbPage(FormPage):
    """Base of the page of a verb about a petition. The verb returns the petition."""

    verb: ClassVar[str]
    title: ClassVar[Any]
    submit_label: ClassVar[Any]
    done: ClassVar[Any]
    warning: ClassVar[Any] = ""
    is_dangerous: ClassVar[bool] = False
    template_name = "petitions/verb.html"

    petition: Petition
    relation: Relation

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.user: Any = request.user

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.petition = get_object_or_404(queries.listed(self.user), number=kwargs["number"])
        self.relation = relation_to(self.petition, self.user)
        return super().dispatch(request, *args, **kwargs)

    def refusal(self) -> Refusal | None:
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

    def post(self, request: HttpRequest, **address: Any) -> HttpResponse:
        return super().post(request, **address) if RULES[self.verb](self.relation) else self.denied(request)

    def denied(self, request: HttpRequest) -> HttpResponse:
        """Say that the person may not, without the verb's own form and what stands beside it: not theirs to read."""
        form, refusal = forms.Form(request.POST), NotPermitted()
        form.add_error(None, str(refusal))
        template = "petitions/verb.html#form" if request.htmx else "petitions/verb.html"  # type: ignore[attr-defined]
        return render(request, template, VerbPage.context(self, form), status=refusal.status)

    def shown(self, request: HttpRequest, form: Any, status: int) -> HttpResponse:
        template = f"{self.template_name}#form" if request.htmx else self.template_name  # type: ignore[attr-defined]
        return render(request, template, self.context(form), status=status)

    def context(self, form: Any) -> dict[str, Any]:
        return super().context(form) | {
            "petition": self.petition,
            "here": self.address(),
            "see_petitioner": queries.can_see_petitioner(self.petition, self.user),
        }

    def address(self) -> str:
        """Where the form is sent to: the page's own address."""
        return reverse(f"petitions:{self.verb}", args=[self.petition.number])

    def target(self) -> str:
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

    def post(self, request: HttpRequest, **address: Any) -> HttpResponse:
        refusal = self.refusal()
        if refusal is None or isinstance(refusal, NotPermitted):
            return super().post(request, **address)
        form = self.form(request.POST)
        form.is_valid()
        return self.shown(request, form, self.show_refusal(form, refusal))
