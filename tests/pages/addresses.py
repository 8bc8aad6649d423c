"""Which pages there are for somebody: every page of the URLconf they may open, of every petition they may know of.

Used by the crawls: for secrets, for markup, in a real browser.
"""

from django.urls import reverse

from accounts.models import User
from petitions.models import Petition
from petitions.permissions import possible_verbs, relation_to
from petitions.urls import one_petition
from tests.pages.typed import FORMS

LISTS = {
    "petitions:mine": ("liaison", "assistant"),
    "petitions:report": ("liaison", "assistant"),
    "petitions:inbox": ("dispatcher",),
    "petitions:queue": ("handler", "head"),
    "petitions:list": ("supervisor", "dispatcher", "leader", "handler", "head"),
}


def lists_of(user: User) -> list[str]:
    """Return the addresses of the lists the user may open, each with the tabs and filters it has."""
    found = [reverse(name) for name, roles in LISTS.items() if user.has_role(*roles)]
    found += [f"{reverse('petitions:mine')}?state=closed"] * user.has_role("liaison", "assistant")
    found += [f"{reverse('petitions:queue')}?show=overdue"] * user.has_role("handler", "head")
    return [*found, reverse("accounts:change_password")]


def pages_of_petition(petition: Petition, user: User) -> list[str]:
    """Return the petition's page and the page of every verb the user can use on it now."""
    possible = possible_verbs(petition, relation_to(petition, user))
    verbs = [verb for verb in FORMS if verb in possible]
    return [reverse(f"petitions:{name}", args=[petition.number]) for name in ("show", *verbs)]


def all_pages_of(user: User) -> list[str]:
    """Return every page the user may open."""
    visible = Petition.objects.visible_to(user).order_by("pk")
    return lists_of(user) + [page for petition in visible for page in pages_of_petition(petition, user)]


def every_address_of(petition: Petition) -> list[str]:
    """Return every address under the petition's number, whoever may open it."""
    attachments = petition.attachments.values_list("pk", flat=True)
    plain = [route.name for route in one_petition if route.name != "download"]
    return [reverse(f"petitions:{name}", args=[petition.number]) for name in plain] + [
        reverse("petitions:download", args=[petition.number, pk]) for pk in attachments
    ]
