"""One shape for every refusal: {"type", "errors": [{"code", "detail", "attr"}]}. Some refusals add a field or two.

A verb's refusal carries its own status and code (verbs/refusals.py, petitions/errors.py); a refused request body is
400 with one entry per field. Nothing a client sends is answered with 500.
"""

import logging
from typing import Any

from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiResponse
from drf_standardized_errors import handler
from rest_framework import serializers
from rest_framework.exceptions import APIException, ErrorDetail, ParseError, ValidationError
from rest_framework.response import Response

from petitions.errors import FollowsParent, SupportsPending, WrongState
from petitions.models import State
from verbs.refusals import InvalidInput, Refusal
from verbs.unusable import is_unusable

logger = logging.getLogger(__name__)


class TooLarge(APIException):
    """The request is larger than anything the API takes."""

    status_code = 413
    default_detail = _("请求内容过大。")
    default_code = "too_large"


def exception_handler(exc: Exception, context: Any) -> Response | None:
    """Turn an exception of a view into the one shape; settings.REST_FRAMEWORK names this function."""
    return ErrorHandler(exc, context).run()


class Refused(APIException):
    """A verb's refusal. `wait`: seconds, which become Retry-After."""

    wait: int | None = None


class ErrorHandler(handler.ExceptionHandler):
    """The handler of drf-standardized-errors, extended by the refusals of the verbs."""

    def convert_known_exceptions(self, exc: Exception) -> Exception:
        if isinstance(exc, InvalidInput):
            return ValidationError({field: [ErrorDetail(sentence, exc.code)] for field, sentence in exc.fields.items()})
        if isinstance(exc, Refusal):
            refused = Refused(str(exc), exc.code)
            refused.status_code = exc.status
            refused.wait = getattr(exc, "wait", None)  # becomes Retry-After
            return refused
        if isinstance(exc, RequestDataTooBig):
            return TooLarge()
        if isinstance(exc, SuspiciousOperation | BadRequest):  # too many fields, too many files, a forged host
            return ParseError()
        if is_unusable(exc):
            logger.warning("a value that cannot be held", exc_info=exc)
            return ParseError()
        return super().convert_known_exceptions(exc)

    def format_exception(self, exc: APIException) -> dict[str, Any]:
        body: dict[str, Any] = super().format_exception(exc)
        if isinstance(self.exc, WrongState):
            body |= {"state": self.exc.state, "possible": list(self.exc.possible)}
        if isinstance(self.exc, FollowsParent):
            body |= {"parent": self.exc.number}
        if isinstance(self.exc, SupportsPending):
            body |= {"departments": self.exc.departments}
        return body


class ErrorEntry(serializers.Serializer):
    code = serializers.CharField(help_text="For programs; never changes.")
    detail = serializers.CharField(help_text="For people, in the language of Accept-Language.")
    attr = serializers.CharField(allow_null=True, help_text="The field it is about, nested ones with dots.")


class ErrorAnswer(serializers.Serializer):
    """Every refusal has this shape."""

    type = serializers.ChoiceField(choices=["validation_error", "client_error", "server_error"])
    errors = ErrorEntry(many=True)  # type: ignore[assignment]


class ConflictAnswer(ErrorAnswer):
    """The answer when a verb cannot be used now. `state` and `possible` come with the code `wrong_state`."""

    state = serializers.ChoiceField(choices=State.choices, required=False)
    possible = serializers.ListField(
        child=serializers.CharField(), required=False, help_text="Verbs this user can use on the petition now."
    )
    parent = serializers.CharField(  # type: ignore[assignment]
        required=False, help_text="With `follows_parent`: number of the petition on which the step is done."
    )
    departments = serializers.ListField(
        child=serializers.CharField(), required=False, help_text="With `supports_pending`: who has not answered yet."
    )


MEANINGS: dict[int, str] = {
    400: "Something in the request is malformed or breaks a rule; one entry per field.",
    401: "No token or session, or one that is wrong or has expired.",
    403: "The petition is visible to this user, but this step is not theirs. Or a session without its CSRF token.",
    404: "There is no such thing, or none that this user may know of.",
    409: "The step cannot be taken now.",
    413: "The request is too large.",
    415: "The content type is none of those named.",
    429: "Too often; Retry-After says when to try again.",
}


def refusals(*statuses: int) -> dict[Any, Any]:
    """Return, for `extend_schema(responses=...)`, the shape and the meaning of each of these statuses."""
    shapes = {status: ConflictAnswer if status == 409 else ErrorAnswer for status in statuses}
    return {status: OpenApiResponse(shape, MEANINGS[status]) for status, shape in shapes.items()}
