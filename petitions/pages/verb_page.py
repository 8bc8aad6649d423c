"""The page of one verb: its form beside the petition that it is about. Each verb's page is a few lines on top of this.

GET shows the form (with htmx: only the form, inside the petition's page). POST calls the verb, as ui/form_page.py says.
"""

from typing import Any, ClassVar

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import HttpResponseClientRedirect

from accounts.requests import signed_in
from petitions import queries
from petitions.models import Petition
from petitions.permissions import can_see_petitioner
from petitions.situations import Situation, situation_of
from petitions.verb import Verb
from ui.form_page import FormPage
from verbs.refusals import NotPermitted, Refusal

# The pages that are mounted under a petition's number (petitions/urls.py).
VERB_PAGES: list[type["VerbPage"]] = []


@method_decorator(vary_on_headers("HX-Request"), name="dispatch")
class VerbPage(FormPage):
    """Base of the page of a verb about a petition. A subclass names the verb and its form, and calls it in `run`."""

    verb: ClassVar[Verb]
    is_at_petition: ClassVar[bool] = True  # False: it is at an order's address, for example
    heading: ClassVar[Any] = ""  # the page's title, where a verb has several pages
    submit: ClassVar[Any] = ""  # the button's text, where it differs from the verb's label
    done: ClassVar[Any]
    warning: ClassVar[Any] = ""
    template_name = "petitions/verb.html"

    petition: Petition
    it: Situation

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "verb" in vars(cls) and cls.is_at_petition:
            VERB_PAGES.append(cls)

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.user = signed_in(request).user

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.meet(get_object_or_404(queries.listed(self.user), number=kwargs["number"]))
        return super().dispatch(request, *args, **kwargs)

    def meet(self, petition: Petition) -> None:
        """Read what the page is about: the petition, and the person's situation at this moment."""
        self.petition = petition
        self.it = situation_of(petition, self.user, timezone.now())

    @property
    def title(self) -> Any:
        return self.heading or self.verb.label

    @property
    def submit_label(self) -> Any:
        return self.submit or self.title

    def refusal(self) -> Refusal | None:
        return self.verb.why_not(self.it)

    def post(self, request: HttpRequest, **address: Any) -> HttpResponse:
        is_theirs = self.verb.rule(self.it.relation)
        return super().post(request, **address) if is_theirs else self.denied(request)

    def denied(self, request: HttpRequest) -> HttpResponse:
        """Refuse with an empty form: the person may not read the verb's own form or what stands beside it."""
        form, refusal = forms.Form(request.POST), NotPermitted()
        form.add_error(None, str(refusal))
        template = "petitions/verb.html#form" if signed_in(request).htmx else "petitions/verb.html"
        return render(request, template, VerbPage.context(self, form), status=refusal.status)

    def shown(self, request: HttpRequest, form: Any, status: int) -> HttpResponse:
        template = f"{self.template_name}#form" if signed_in(request).htmx else self.template_name
        return render(request, template, self.context(form), status=status)

    def context(self, form: Any) -> dict[str, Any]:
        return super().context(form) | {
            "petition": self.petition,
            "here": self.address(),
            "see_petitioner": can_see_petitioner(self.petition, self.user),
        }

    def address(self) -> str:
        """Return where the form is sent to: the page's own address."""
        return reverse(f"petitions:{self.verb.name}", args=[self.petition.number])

    def target(self) -> str:
        return reverse("petitions:show", args=[self.petition.number])

    def leave(self, request: HttpRequest) -> HttpResponse:
        """Go to the target; go home if the person may no longer see the petition, as after a send-back."""
        is_in_sight = Petition.objects.visible_to(self.user).filter(pk=self.petition.pk).exists()
        target = self.target() if is_in_sight else reverse("home")
        return HttpResponseClientRedirect(target) if signed_in(request).htmx else redirect(target)


class RefusedFirst(VerbPage):
    """Base of the page of a verb whose form offers only what the person can choose.

    When the verb is not possible, there is nothing to choose. Then the verb's refusal is shown, and not the form's
    error that a choice is missing.
    """

    def post(self, request: HttpRequest, **address: Any) -> HttpResponse:
        refusal = self.refusal()
        if refusal is None or isinstance(refusal, NotPermitted):
            return super().post(request, **address)
        form = self.form(request.POST)
        form.is_valid()
        return self.shown(request, form, self.show_refusal(form, refusal))
