"""The type of the requests that pages get: the user is signed in, as middleware ensures for all pages but a few."""

from typing import cast

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from accounts.models import User


class SignedIn(HttpRequest):
    """A request of a user who is signed in, with what htmx says of the request."""

    user: User
    htmx: HtmxDetails


def signed_in(request: HttpRequest) -> SignedIn:
    """Return the same request, typed as SignedIn, where a base class declares a plain request. Checks nothing."""
    return cast(SignedIn, request)
