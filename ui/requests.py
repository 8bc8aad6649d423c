"""Requests that no form or link of ours makes: read as UTF-8, and answered with 400 where a value cannot be held."""

import logging
from collections.abc import Callable
from typing import Any

from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import parse_header_parameters

from verbs.unusable import is_unusable

logger = logging.getLogger(__name__)

PARSED = ("CONTENT_TYPE", "HTTP_ACCEPT")


def read_content_type(request: HttpRequest, meta: dict[str, Any]) -> None:
    """Set a new request's content type; the charset that it names counts for nothing.

    Neither JSON (RFC 8259) nor a form (RFC 7578, WHATWG URL) has one. Django would read the query by it, too, and fail
    with a codec that is none of texts. A header that cannot be read at all is taken as missing.
    """
    for name in PARSED:
        try:
            for one in meta.get(name, "").split(","):
                parse_header_parameters(one)
        except (ValueError, LookupError):
            del meta[name]
    request.content_type, request.content_params = parse_header_parameters(meta.get("CONTENT_TYPE", ""))


def use() -> None:
    """Let every request be read so. Django makes requests before any middleware runs, and has no setting for it."""
    WSGIRequest._set_content_type_params = read_content_type  # type: ignore[attr-defined]


class UsableValues:
    """The middleware that answers 400 to a value which no row can hold (verbs/unusable.py)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer 400 and keep the traceback in the log: should the fault be ours, it is found there."""
        if not is_unusable(exception):
            return None
        logger.warning("%s %s: a value that cannot be held", request.method, request.path, exc_info=exception)
        return render(request, "400.html", status=400)
