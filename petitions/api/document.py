"""The OpenAPI document of the API, and the page on which it is tried out."""

from threading import Lock
from typing import Any

from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.request import Request
from rest_framework.response import Response

READ_ONLY = ["get", "head"]  # what answers OPTIONS by default has no way to show it on a page
# The generator keeps notes of what it does in modules, so that two at once disturb each other.
_generating = Lock()


class Document(SpectacularAPIView):
    """The same for everybody: nobody is asked who they are."""

    http_method_names = READ_ONLY
    authentication_classes = []
    schema = None

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        with _generating:
            answer: Response = super().get(request, *args, **kwargs)
        return answer

    def _get_version_parameter(self, request: Request) -> None:
        """There is one version. A parameter for another one would go into the file's name, with whatever it holds."""


class Page(SpectacularSwaggerSplitView):
    http_method_names = READ_ONLY
    authentication_classes = []
