"""From where a visitor comes, and a brake by address in front of what can be tried without signing in."""

import ipaddress
import logging
from typing import Any

from redis.exceptions import RedisError
from rest_framework.throttling import BaseThrottle, SimpleRateThrottle

log = logging.getLogger(__name__)


def address_of(request: Any) -> str | None:
    """Return the visitor's address, as far as the proxies in front are to be believed (NUM_PROXIES); None if unknown.

    request  Django's or the REST framework's
    """
    try:
        return str(ipaddress.ip_address(BaseThrottle().get_ident(request)))
    except ValueError:
        return None


class AddressThrottle(SimpleRateThrottle):
    """So many tries from one address; the rate of its `scope` is in settings. Takes Django's requests as well.

    It lets everybody pass while the cache is away: what it stands in front of is guarded by other means too.
    """

    def get_cache_key(self, request: Any, view: Any) -> str:
        return str(self.cache_format % {"scope": self.scope, "ident": self.get_ident(request)})

    def allow_request(self, request: Any, view: Any) -> bool:
        try:
            return bool(super().allow_request(request, view))
        except RedisError as problem:
            log.warning("%s is not throttled, the cache does not answer: %s", self.scope, problem)
            return True
