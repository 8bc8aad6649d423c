"""What every endpoint has in common: how the caller is known, a body is parsed, a petition is found; JSON answers."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from rest_framework.authentication import SessionAuthentication
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from accounts.models import User
from files.storing import stored_for
from petitions import queries
from petitions.api.authentication import TokenAuthentication
from petitions.api.parsers import JSONParser
from petitions.models import Petition
from petitions.models.number import is_number


class AlwaysJSON(DefaultContentNegotiation):
    """Answers are JSON, downloads are files, whatever the Accept header prefers (RFC 9110 allows it)."""

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> Any:
        return renderers[0], renderers[0].media_type


class Endpoint(APIView):
    """Base of every endpoint. Each request reads the clock once, into `now`; `user` is who calls."""

    authentication_classes = [TokenAuthentication, SessionAuthentication]
    content_negotiation_class = AlwaysJSON
    parser_classes = [JSONParser]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.now = timezone.now()
        self.user = cast(User, request.user)

    def parsed(self, shape: type[Serializer], data: Any) -> dict[str, Any]:
        """Return the data as checked and converted by the serializer class.

        shape   the serializer class
        Raises  ValidationError
        """
        serializer = shape(data=data, context={"request": self.request})
        serializer.is_valid(raise_exception=True)
        values: dict[str, Any] = serializer.validated_data
        return values

    @contextmanager
    def files_stored(self, values: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """Yield the values with the body's files stored, and remove those that no step has claimed.

        Raises  InvalidInput
        """
        with stored_for(values.get("files", ()), by=self.user, now=self.now) as stored:
            yield values | {"files": stored} if stored else values

    def find(self, number: str) -> Petition:
        """Return the petition with that number, with all that a list row shows.

        Raises  Http404 when there is none that the user may know of
        """
        return self._found(queries.listed(self.user).select_related("petitioner__filed_by"), number)

    def reach(self, number: str) -> Petition:
        """Return the petition with that number, to use a verb on it: with its petitioner, and nothing that is shown.

        Raises  Http404 when there is none that the user may know of
        """
        return self._found(Petition.objects.visible_to(self.user).select_related("petitioner"), number)

    def _found(self, rows: QuerySet[Petition], number: str) -> Petition:
        petition = rows.filter(number=number).first() if is_number(number) else None
        if petition is None:
            raise Http404
        return petition


class NoSuchEndpoint(Endpoint):
    """Answers every address under the API that no endpoint has: 404 in the API's own JSON, not as a page."""

    authentication_classes = []
    permission_classes = [AllowAny]
    schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        raise Http404
