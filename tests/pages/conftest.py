from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.models import User

SignIn = Callable[[User], Client]


@pytest.fixture
def sign_in(db: None) -> SignIn:
    """Return a browser that the user has signed in with."""

    def signed_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return signed_in


@pytest.fixture(autouse=True)
def _no_tries_counted() -> None:
    cache.clear()
