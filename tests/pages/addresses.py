"""Which pages there are for somebody: every page of the URLconf they may open, of every petition they may know of.

Used by the crawls: for secrets, for markup, in a real browser.
"""

from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from figures.queries import departments_scored
from petitions.clocks.reading import clock_readings
from petitions.models import Petition
from petitions.urls import one_order, one_petition
from tests.pages.typed import FORMS
from tests.petitions.offers import offers

LISTS = {
    "petitions:mine": ("liaison", "assistant"),
    "petitions:report": ("liaison", "assistant"),
    "petitions:to_dispatch": ("dispatcher",),
    "petitions:intake": ("dispatcher",),
    "petitions:report_for_new": ("dispatcher",),
    "petitions:occasions": ("dispatcher", "supervisor", "leader"),
    "petitions:create_occasion": ("dispatcher",),
    "petitions:auto_dispatched": ("dispatcher",),
    "petitions:queue": ("handler", "head"),
    "petitions:board": ("handler", "head"),
    "petitions:absences": ("handler", "head"),
    "petitions:reply_templates": ("head",),
    "petitions:add_template": ("head",),
    "petitions:filters": ("supervisor", "dispatcher", "leader", "handler", "head"),
    "petitions:responsibilities": ("dispatcher", "supervisor", "leader", "handler", "head"),
    "petitions:orders": ("supervisor", "leader", "handler", "head"),
    "petitions:extensions_and_holds": ("supervisor", "handler", "head"),
    "petitions:referrals": ("supervisor",),
    "figures:overview": ("supervisor", "leader"),
    "figures:heat_map": ("supervisor", "leader"),
    "figures:equity": ("supervisor", "leader"),
    "figures:awards": ("supervisor", "leader", "handler", "head"),
    "figures:score_report": ("supervisor", "leader", "handler", "head"),
    "petitions:send_backs": ("supervisor", "dispatcher"),
    "petitions:send_back_counts": ("supervisor", "dispatcher"),
    "petitions:flags": ("supervisor",),
    "surveys:calls": ("evaluator",),
    "surveys:surveys": ("supervisor", "leader"),
    "figures:league": ("supervisor", "leader", "handler", "head"),
    "figures:appeals": ("supervisor", "head"),
    "petitions:list": ("supervisor", "dispatcher", "leader", "handler", "head"),
    "notices:inbox": ("liaison", "assistant", "dispatcher", "handler", "head", "supervisor", "leader"),
    "notices:channels": ("liaison", "assistant", "dispatcher", "handler", "head", "supervisor", "leader"),
}

# The pages of a department's month.
SCORES = ("scorecard", "facts")


def lists_of(user: User) -> list[str]:
    """Return the addresses of the lists the user may open, each with the tabs and filters it has."""
    found = [reverse(name) for name, roles in LISTS.items() if user.has_role(*roles)]
    found += [f"{reverse('petitions:mine')}?state=closed"] * user.has_role("liaison", "assistant")
    found += [f"{reverse('petitions:queue')}?show=overdue"] * user.has_role("handler", "head")
    if user.has_role("supervisor", "leader", "handler", "head"):
        found += [reverse(f"figures:{page}", args=[unit.code]) for page in SCORES for unit in departments_scored(user)]
    return [*found, reverse("accounts:change_password")]


def pages_of_petition(petition: Petition, user: User) -> list[str]:
    """Return the petition's page and the page of every verb the user can use on it now."""
    now = timezone.now()
    readings, possible = clock_readings(petition, user, now), offers(petition, user, now)
    verbs = [verb for verb in FORMS if verb in possible]
    limits = [reverse("limits:explain", args=[one.clock.promise, one.clock.pk]) for one in readings]
    return [*(reverse(f"petitions:{name}", args=[petition.number]) for name in ("show", *verbs)), *limits]


def all_pages_of(user: User) -> list[str]:
    """Return every page the user may open."""
    visible = Petition.objects.visible_to(user).order_by("pk")
    return lists_of(user) + [page for petition in visible for page in pages_of_petition(petition, user)]


def every_address_of(petition: Petition) -> list[str]:
    """Return every address under the petition's number and its orders', whoever may open it."""
    found = [reverse(f"petitions:{route.name}", args=[petition.number]) for route in one_petition]
    found += [reverse("files:download", args=[row.stored.key]) for row in petition.attachments.all()]
    found += [reverse("limits:explain", args=[clock.promise, clock.pk]) for clock in petition.clocks.all()]
    return found + [
        reverse(f"petitions:{route.name}", args=[order.number])
        for order in petition.orders.all()
        for route in one_order
    ]
