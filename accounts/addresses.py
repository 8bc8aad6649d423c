"""A visitor's IP address, and a limit for each address on what can be tried without signing in."""

import ipaddress
import logging
from typing import Any

from redis.exceptions import RedisError
from rest_framework.throttling import BaseThrottle, SimpleRateThrottle

NAME_MAX = 255
log = logging.getLogger(__name__)


def address_of(request: Any) -> str | None:
    """Return the visitor's IP address, as far as the proxies in front can be believed (NUM_PROXIES); None if unknown.

    request  Django's or the REST framework's
    """
    try:
        return str(ipaddress.ip_address(BaseThrottle().get_ident(request)))
    except ValueError:
        return None


def name_tried(request: Any, credentials: dict[str, str] | None = None) -> str | None:
    """Return the name by which somebody tried to sign in, as the lock-out's table can hold it.

    request      Django's or the REST framework's
    credentials  what was tried; without it the name is read of the form
    """
    name = (credentials or request.POST).get("username")
    return name if name is None else name.replace("\x00", "")[:NAME_MAX]


class AddressThrottle(SimpleRateThrottle):
    """Limits the tries from one address; the rate for its `scope` is in settings. Takes Django's requests as well.

    While the cache does not answer, everybody passes: what the throttle protects is guarded by other means too.
    """

    def get_cache_key(self, request: Any, view: Any) -> str:
        return str(self.cache_format % {"scope": self.scope, "ident": self.get_ident(request)})

    def allow_request(self, request: Any, view: Any) -> bool:
        try:
            return bool(super().allow_request(request, view))
        except RedisError as problem:
            log.warning("%s is not throttled, the cache does not answer: %s", self.scope, problem)
            return True
