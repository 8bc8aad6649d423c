"""What happens when nobody is signed in any more while somebody types: nothing that was typed is thrown away.

ui/static/forms.js asks `IsSignedIn` before it sends a form, and shows `SignInHere` over the page when the session has
ended. The page stays, with all that was typed, and goes on with the same person.
"""

from collections.abc import Callable
from typing import Any

from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from accounts.pages import SignInForm

ENDED = 401


class SignInRequired(LoginRequiredMiddleware):
    """Leads to the sign-in page, as Django does; answers 401 where that page would take the place of what was typed.

    What a page's scripts ask names the page's person (X-Person, the user's key). When somebody else has signed in, in
    another tab, it is answered as if nobody had: else a step would be theirs, and so would drafts and files.
    """

    def process_view(self, request: HttpRequest, view_func: Callable[..., Any], *address: Any) -> Any:
        person = request.headers.get("X-Person")
        if person and getattr(view_func, "login_required", True) and person != str(request.user.pk):
            return HttpResponse(_("登录已过期，请重新登录。"), status=ENDED)
        return super().process_view(request, view_func, *address)

    def handle_no_permission(self, request: HttpRequest, view_func: Callable[..., Any]) -> Any:
        if request.htmx:  # type: ignore[attr-defined]
            return HttpResponse(_("登录已过期，请重新登录。"), status=ENDED)
        if request.method == "POST":
            return render(request, "accounts/session_ended.html", status=ENDED)
        return super().handle_no_permission(request, view_func)


@method_decorator([login_not_required, never_cache], name="dispatch")
class IsSignedIn(View):
    """Answers 204 while the person whose page asks (`as`, the user's key) is signed in, else 401."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse(status=204 if _is_same(request) else ENDED)


@method_decorator([login_not_required, never_cache], name="dispatch")
class SignInHere(View):
    """The form to sign in over a page whose session ended. Only the page's own person (`as`) can go on with it.

    Answers 204 when that person is signed in.
    """

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._done() if _is_same(request) else self._shown(request, SignInForm(request), 200)

    def post(self, request: HttpRequest) -> HttpResponse:
        form = SignInForm(request, request.POST)
        if form.is_valid():
            user = form.get_user()
            if str(user.pk) == request.POST.get("as"):
                login(request, user)
                return self._done()
            form.add_error(None, _("这一页的内容是另一位用户写的，请用原来的账号登录。"))
        return self._shown(request, form, 422)

    def _done(self) -> HttpResponse:
        return HttpResponse(status=204)

    def _shown(self, request: HttpRequest, form: SignInForm, status: int) -> HttpResponse:
        context = {"form": form, "page_of": request.GET.get("as") or request.POST.get("as", "")}
        return render(request, "accounts/sign_in_here.html", context, status=status)


def _is_same(request: HttpRequest) -> bool:
    return request.user.is_authenticated and str(request.user.pk) == request.GET.get("as")
