"""Who calls the API: a bearer of a token (programs), or a signed-in person (the browser, with CSRF protection)."""

from drf_spectacular.contrib.knox_auth_token import KnoxTokenScheme
from knox import auth
from knox.models import AuthToken
from rest_framework.exceptions import AuthenticationFailed

from accounts.models import User


class TokenAuthentication(auth.TokenAuthentication):
    """Knox' own, which fails on a token that is not UTF-8; here that is a wrong token like any other."""

    def authenticate_credentials(self, token: bytes) -> tuple[User, AuthToken]:
        if not token.isascii():
            raise AuthenticationFailed()
        return super().authenticate_credentials(token)


class TokenScheme(KnoxTokenScheme):
    """Says in the OpenAPI document what TokenAuthentication asks for."""

    target_class = "petitions.api.authentication.TokenAuthentication"
    name = "token"
