"""One POST of JSON, for every gateway that speaks HTTP.

The host name is resolved once, every address found is checked, and the connection goes to a checked address: a name
that leads into the own network, now or at a second lookup, is never reached. No redirect is followed, no proxy used.
The answer is read up to a size and within a time, however slowly it drips.
"""

import contextlib
import http.client
import ipaddress
import json
import socket
import ssl
import threading
from collections.abc import Mapping
from typing import Any
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from notices.gateways.message import Refused, Unreachable

# The longest silence, and the longest exchange (assumption). Resolving the name comes before and has no limit.
SILENCE_SECONDS = 5.0
TOTAL_SECONDS = 10.0
MOST_BYTES = 65536
PORTS = {"http": 80, "https": 443}
# IPv6 addresses that carry an IPv4 address: each is as private as the address it carries.
NAT64 = ipaddress.ip_network("64:ff9b::/96")
# Of the statuses 400 to 499, these are about the sender or the moment, not about this message.
NOT_ABOUT_THE_MESSAGE = (401, 403, 404, 407, 408, 410, 429)

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def post_json(url: str, content: Any, *, headers: Mapping[str, str], is_trusted: bool = False) -> bytes:
    """Send the content and return the beginning of the answer.

    content     bytes are sent as they are, anything else as JSON
    is_trusted  whether the operator named the address: then it may be in our own network
    Raises  Refused, Unreachable
    """
    parts = checked_url(url)
    body = content if isinstance(content, bytes) else json.dumps(content, ensure_ascii=False).encode()
    target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    connection = _Pinned(parts, _resolve(parts, is_trusted=is_trusted))
    guard = threading.Timer(TOTAL_SECONDS, connection.cut)
    guard.daemon = True
    try:
        guard.start()
        connection.request("POST", target, body, {"Content-Type": "application/json; charset=utf-8", **headers})
        answer = connection.getresponse()
        text = answer.read(MOST_BYTES)
    except (OSError, http.client.HTTPException, ValueError) as problem:
        raise Unreachable(_("没有应答（%(kind)s）") % {"kind": type(problem).__name__}) from problem
    finally:
        guard.cancel()
        connection.close()
    _check_status(answer.status)
    return text


def checked_url(url: str) -> SplitResult:
    """Return the parts of a URL that can be posted to.

    Raises  Unreachable for any other
    """
    try:
        parts = urlsplit(url)
        is_usable = parts.scheme in PORTS and bool(parts.hostname) and parts.port != 0 and parts.username is None
    except ValueError:
        is_usable = False
    if not is_usable or not url.isascii() or any(character <= " " for character in url):
        raise Unreachable(_("地址不正确，应以 http:// 或 https:// 开头"))
    return parts


def check_public(address: Address) -> None:
    """Refuse an address that is not of the public Internet.

    Raises  Unreachable
    """
    if not all(inner.is_global and not inner.is_multicast for inner in (address, *_carried(address))):
        raise Unreachable(_("不允许发往内部网络地址"))


def _carried(address: Address) -> list[Address]:
    """Return the IPv4 addresses inside an IPv6 address: mapped, 6to4, Teredo, NAT64."""
    if isinstance(address, ipaddress.IPv4Address):
        return []
    found = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
    if address in NAT64:
        found.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    return [inner for inner in found if inner is not None]


def _resolve(parts: SplitResult, *, is_trusted: bool) -> str:
    try:
        found = socket.getaddrinfo(parts.hostname, _port(parts), type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as problem:
        raise Unreachable(_("找不到主机 %(host)s") % {"host": parts.hostname}) from problem
    addresses = [str(entry[4][0]) for entry in found]
    if not is_trusted and not settings.WEBHOOK_ALLOW_PRIVATE:
        for address in addresses:
            check_public(ipaddress.ip_address(address))
    return addresses[0]


def _port(parts: SplitResult) -> int:
    return parts.port or PORTS[parts.scheme]


def _check_status(status: int) -> None:
    if 200 <= status < 300:
        return
    reason = _("对方答复状态 %(status)d") % {"status": status}
    is_about_the_message = 400 <= status < 500 and status not in NOT_ABOUT_THE_MESSAGE
    raise Refused(reason) if is_about_the_message else Unreachable(reason)


class _Pinned(http.client.HTTPConnection):
    """A connection to an address that was checked; TLS and the Host header use the name from the URL."""

    def __init__(self, parts: SplitResult, address: str) -> None:
        super().__init__(parts.hostname or "", _port(parts), timeout=SILENCE_SECONDS)
        self.address, self.default_port = address, PORTS[parts.scheme]
        self.tls = ssl.create_default_context() if parts.scheme == "https" else None

    def connect(self) -> None:
        self.sock = socket.create_connection((self.address, self.port), self.timeout)
        if self.tls:
            tls = self.tls.wrap_socket(self.sock, server_hostname=self.host, do_handshake_on_connect=False)
            self.sock = tls
            tls.do_handshake()

    def cut(self) -> None:
        """End the connection from another thread; the thread that reads from it gets an error at once."""
        if self.sock:
            with contextlib.suppress(OSError):
                socket.socket.shutdown(self.sock, socket.SHUT_RDWR)  # below TLS, which has no thread-safe end
