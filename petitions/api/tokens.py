"""Signing in for programs: getting a token for a name and a password, and giving the token back.

Wrong passwords count towards the same lock-out as on the sign-in page (axes), which is kept in PostgreSQL; the
throttle is only a brake in front of it.
"""

from typing import Any

from django.conf import settings
from django.contrib.auth import authenticate
from django.contrib.auth.signals import user_logged_in
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from knox.models import AuthToken
from rest_framework import serializers
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.addresses import AddressThrottle
from accounts.models import User
from petitions.api.authentication import TokenAuthentication
from petitions.api.endpoint import Endpoint
from petitions.api.errors import refusals
from petitions.api.fields import Text


class SignInThrottle(AddressThrottle):
    scope = "token"


class LockedOut(APIException):
    """Too many wrong passwords for this name from this address."""

    status_code = 429
    default_code = "locked_out"
    default_detail = _("密码错误次数过多，账号已临时锁定，请稍后再试。")
    wait = settings.AXES_COOLOFF_TIME.total_seconds()  # seconds; sent as the Retry-After header


class CredentialsBody(serializers.Serializer):
    username = Text(most=150)
    password = Text(most=256, trim_whitespace=False)


class TokenAnswer(serializers.Serializer):
    token = serializers.CharField(help_text="Shown once. Send it as: Authorization: Token …")
    expires_at = serializers.DateTimeField()


class GetToken(Endpoint):
    authentication_classes = []
    permission_classes = [AllowAny]
    throttle_classes = [SignInThrottle]

    @extend_schema(
        operation_id="token_create",
        request=CredentialsBody,
        responses={201: TokenAnswer, **refusals(400, 413, 415, 429)},
    )
    def post(self, request: Request) -> Response:
        """Get a token for a name and a password. A user has twenty tokens at most: one more ends the oldest."""
        values = self.parsed(CredentialsBody, request.data)
        user = self._authenticated(request, values)
        row, token = AuthToken.objects.create(user=user)
        _end_oldest(user)
        # The token stands in for a session here: this signal sets last_login and resets the lock-out's counter.
        user_logged_in.send(sender=User, request=request._request, user=user)
        return Response(TokenAnswer({"token": token, "expires_at": row.expiry}).data, status=201)

    def _authenticated(self, request: Request, values: dict[str, Any]) -> User:
        plain = request._request
        user = authenticate(request=plain, **values)
        if getattr(plain, "axes_locked_out", False):
            plain.axes_locked_out = False  # type: ignore[attr-defined]  # else axes sends its own page instead
            raise LockedOut()
        if not isinstance(user, User):
            raise ValidationError(_("用户名或密码不正确。"), "wrong_credentials")
        return user


def _end_oldest(user: User) -> None:
    """End the person's tokens that have expired, and the oldest beyond the limit."""
    AuthToken.objects.filter(user=user, expiry__lt=timezone.now()).delete()
    newest = AuthToken.objects.filter(user=user).order_by("-created")
    kept = newest.values("pk")[: settings.REST_KNOX["TOKEN_LIMIT_PER_USER"]]
    AuthToken.objects.filter(user=user).exclude(pk__in=list(kept.values_list("pk", flat=True))).delete()


class RevokeToken(Endpoint):
    authentication_classes = [TokenAuthentication]

    @extend_schema(operation_id="token_revoke", request=None, responses={204: None, **refusals(401)})
    def post(self, request: Request) -> Response:
        """Give back the token that this request carries."""
        request.auth.delete()
        return Response(status=204)
