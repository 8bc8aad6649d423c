"""What people of each role find in the sidebar, and which page they get after signing in."""

from typing import NamedTuple

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise, SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from accounts.models import Role
from figures.queries import READERS as SCORE_READERS
from notices.queries import unread_count
from petitions.occasion_queries import READERS
from petitions.pages.responsibilities import READERS as CATALOGUE_READERS

# More unread notices than this are shown as "99+".
MOST_COUNTED = 100


class Entry(NamedTuple):
    """One line of the sidebar, for people of these `roles`. The first entry that a person sees is their home."""

    url_name: str
    label: str | Promise
    icon: str
    roles: tuple[str, ...]
    shows_unread: bool = False


# The roles that are ever told of anything (notices/people.py, petitions/telling.py).
TOLD = (
    Role.LIAISON,
    Role.ASSISTANT,
    Role.DISPATCHER,
    Role.HANDLER,
    Role.HEAD,
    Role.SUPERVISOR,
    Role.LEADER,
)
ENTRIES: list[Entry] = [
    Entry("figures:overview", _("总览"), "gauge", (Role.LEADER,)),
    Entry("petitions:to_dispatch", _("待派单"), "inbox", (Role.DISPATCHER,)),
    Entry("petitions:intake", _("受理登记"), "phone-call", (Role.DISPATCHER,)),
    Entry("petitions:auto_dispatched", _("自动派单"), "bot", (Role.DISPATCHER,)),
    Entry("petitions:queue", _("部门待办"), "list-checks", (Role.HANDLER, Role.HEAD)),
    Entry("petitions:mine", _("我的诉求"), "files", (Role.LIAISON, Role.ASSISTANT)),
    Entry("petitions:report", _("我要吹哨"), "megaphone", (Role.LIAISON, Role.ASSISTANT)),
    Entry(
        "petitions:list",
        _("全部诉求"),
        "layout-list",
        (Role.SUPERVISOR, Role.DISPATCHER, Role.LEADER, Role.HANDLER, Role.HEAD),
    ),
    Entry("petitions:orders", _("督办单"), "siren", (Role.SUPERVISOR, Role.LEADER, Role.HEAD, Role.HANDLER)),
    Entry(
        "petitions:extensions_and_holds", _("延期与挂账"), "calendar-clock", (Role.SUPERVISOR, Role.HEAD, Role.HANDLER)
    ),
    Entry("petitions:occasions", _("走访与活动"), "map-pin", READERS),
    Entry("petitions:send_backs", _("退单裁决"), "undo-2", (Role.DISPATCHER, Role.SUPERVISOR)),
    Entry("figures:league", _("部门成绩"), "trophy", SCORE_READERS),
    Entry("petitions:referrals", _("再次差评"), "message-square-warning", (Role.SUPERVISOR,)),
    Entry("petitions:flags", _("诚信核查"), "flag", (Role.SUPERVISOR,)),
    Entry("surveys:calls", _("电话测评"), "phone-outgoing", (Role.EVALUATOR,)),
    Entry("surveys:surveys", _("第三方测评"), "clipboard-check", (Role.SUPERVISOR, Role.LEADER)),
    Entry("petitions:responsibilities", _("职责清单"), "book-open", CATALOGUE_READERS),
    Entry("petitions:absences", _("外出代办"), "plane", (Role.HEAD, Role.HANDLER)),
    Entry("petitions:reply_templates", _("答复模板"), "message-square-text", (Role.HEAD,)),
    Entry("notices:inbox", _("通知"), "bell", TOLD, shows_unread=True),
    Entry("admin:index", _("系统配置"), "settings", (Role.SYSADMIN, Role.SECADMIN)),
]


# Where ui/static/forms.js asks.
FORM_ADDRESSES = {
    "session": "accounts:session",
    "sign_in_here": "accounts:sign_in_here",
    "drafts": "drafts:drafts",
    "drop_draft": "drafts:drop",
}


def navigation(request: HttpRequest) -> dict[str, object]:
    """Give templates the signed-in person's sidebar; one statement on a page that shows it, none elsewhere."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"navigation": []}
    return {
        "navigation": [entry for entry in ENTRIES if user.has_role(*entry.roles)],
        "account": {name: reverse(f"accounts:{name}") for name in ("change_password", "sign_out")},
        "form_addresses": {name: reverse(address) for name, address in FORM_ADDRESSES.items()},
        "unread_notices": SimpleLazyObject(lambda: unread_count(user, MOST_COUNTED)),
    }


def home(request: HttpRequest) -> HttpResponse:
    """Send everybody to the page on which their work starts; people whose roles have no page are told so."""
    for entry in ENTRIES:
        if request.user.has_role(*entry.roles):  # type: ignore[union-attr]
            return redirect(entry.url_name)
    return render(request, "no_page.html")


@login_not_required
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer that the web process runs; for supervisors of processes, no database."""
    return HttpResponse("ok\n", content_type="text/plain")
