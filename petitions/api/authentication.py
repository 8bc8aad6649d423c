"""How the API knows who calls: by a token (programs), or by a session (browsers, with CSRF protection)."""

from django.utils import timezone
from drf_spectacular.contrib.knox_auth_token import KnoxTokenScheme
from knox import auth
from knox.crypto import hash_token
from knox.models import AuthToken
from rest_framework.exceptions import AuthenticationFailed

from accounts.models import User
from verbs import reference


class TokenAuthentication(auth.TokenAuthentication):
    """Knox's tokens, found by their digest in one statement, which brings the state of the reference data along.

    Knox looks through all tokens with the same beginning, reads all the others of the person to delete those that have
    expired, and crashes on a token that is not UTF-8. Here expired ones go when the person gets a new one (tokens.py).
    """

    def authenticate_credentials(self, token: bytes) -> tuple[User, AuthToken]:
        try:
            digest = hash_token(token.decode("ascii"))
        except ValueError:  # neither ASCII nor hexadecimal
            raise AuthenticationFailed() from None
        tokens = AuthToken.objects.select_related("user").annotate(state=reference.told())
        found = tokens.filter(digest=digest, expiry__gt=timezone.now()).first()
        if found is None:
            raise AuthenticationFailed()
        reference.know(found.state)
        user, row = self.validate_user(found)
        return user, row


class TokenScheme(KnoxTokenScheme):
    """Describes TokenAuthentication in the OpenAPI document."""

    target_class = "petitions.api.authentication.TokenAuthentication"
    name = "token"
