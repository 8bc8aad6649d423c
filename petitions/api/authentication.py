"""How the API knows who calls: by a token (programs), or by a session (browsers, with CSRF protection)."""

from drf_spectacular.contrib.knox_auth_token import KnoxTokenScheme
from knox import auth
from knox.models import AuthToken
from rest_framework.exceptions import AuthenticationFailed

from accounts.models import User


class TokenAuthentication(auth.TokenAuthentication):
    """Knox's token authentication with one repair: Knox itself crashes on a token that is not UTF-8.

    Here a token that is not ASCII is refused like any other wrong token.
    """

    def authenticate_credentials(self, token: bytes) -> tuple[User, AuthToken]:
        if not token.isascii():
            raise AuthenticationFailed()
        return super().authenticate_credentials(token)


class TokenScheme(KnoxTokenScheme):
    """Describes TokenAuthentication in the OpenAPI document."""

    target_class = "petitions.api.authentication.TokenAuthentication"
    name = "token"
