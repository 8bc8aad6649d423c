"""Petitions as resources: list them, file one, read one, its events and its files. The verbs are in verbs.py."""

import re
from collections.abc import Mapping
from functools import partial
from typing import Any

from django.http import FileResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from accounts.models import Role
from files.checking import TYPES
from files.responses import response_for
from petitions import queries
from petitions.api.bodies import ReportBody, ReportForm
from petitions.api.endpoint import Endpoint
from petitions.api.errors import refusals
from petitions.api.filters import ListParameters, found, limits_asked
from petitions.api.pagination import page_of
from petitions.api.parsers import JSONParser, MultiPartParser
from petitions.api.serializers import EventEntry, PetitionPage, PetitionRow, WholePetition
from petitions.api.whole import Whole, whole, whole_of_new
from petitions.clocks.nearest import RunningLimits, of_new
from petitions.models import Channel, Clock, OrderClock, Petition
from petitions.reporting import Report, report_once
from petitions.situations import situation_of
from petitions.timeline import timeline
from verbs.refusals import InvalidInput, NotPermitted

Limits = Mapping[int, Clock | OrderClock]

KEY = "Idempotency-Key"
KEY_FORM = "^[!-~]{0,64}$"
DOWNLOADS = {(200, kind.split(";")[0]): OpenApiTypes.BINARY for kind, _content in TYPES.values()}
NUMBER = OpenApiParameter(
    "number", str, OpenApiParameter.PATH, pattern="^[0-9]{15}$", description="The petition's number."
)


def shown(petition: Petition, whole: Whole, limits: Limits, endpoint: Endpoint) -> Any:
    """Return the JSON of a whole petition.

    petition  from Endpoint.find or whole_of_new, which add what a list row shows
    limits    its running limit that ends first, as petitions/clocks/nearest.py reads it
    """
    context = {
        "request": endpoint.request,
        "now": endpoint.now,
        "limits": limits,
        "situation": situation_of(petition, endpoint.user, endpoint.now),
        "whole": whole,
    }
    return WholePetition(petition, context=context).data


def read(number: str, endpoint: Endpoint) -> Any:
    """Read the petition with that number and return its JSON. Raises Http404."""
    petition = endpoint.find(number)
    limits = RunningLimits(endpoint.user).nearest([petition])
    return shown(petition, whole(petition, endpoint.user), limits, endpoint)


class Petitions(Endpoint):
    parser_classes = [JSONParser, MultiPartParser]

    @extend_schema(
        operation_id="petitions_list",
        parameters=[ListParameters],
        responses={200: PetitionPage, **refusals(400, 401, 409)},
    )
    def get(self, request: Request) -> Response:
        """List the petitions the user may know of, newest first."""
        values = self.parsed(ListParameters, request.query_params)
        find = partial(found, values, user=self.user, now=self.now)
        page, cursor = page_of(find, user=self.user, cursor=values.get("cursor", ""), size=values["page_size"])
        context = {"request": request, "now": self.now, "limits": limits_asked(values, self.user).nearest(page)}
        here = request.build_absolute_uri()
        return Response(
            {
                "next": cursor and replace_query_param(here, "cursor", cursor),
                "results": PetitionRow(page, many=True, context=context).data,
            }
        )

    @extend_schema(
        operation_id="petitions_report",
        parameters=[
            OpenApiParameter(
                KEY,
                {"type": "string", "pattern": KEY_FORM},
                OpenApiParameter.HEADER,
                description="The same key again is the same petition: 200 instead of 201. With another content: 409.",
            )
        ],
        request={"application/json": ReportBody, "multipart/form-data": ReportForm},
        responses={200: WholePetition, 201: WholePetition, **refusals(400, 401, 403, 409, 413, 415, 429)},
    )
    def post(self, request: Request) -> Response:
        """File a petition for an enterprise, as its liaison, or on its behalf as an assistant or a dispatcher.

        Files need a multipart body. With an occasion, the petition's channel is that of the occasion's kind.
        """
        if not self.user.has_role(Role.LIAISON, Role.ASSISTANT, Role.DISPATCHER):
            raise NotPermitted()
        key = self._key(request)
        with self.files_stored(self.parsed(ReportForm, request.data)) as values:
            report = Report(**values, submission_key=key, channel=Channel.API)
            filed = report_once(report=report, by=self.user, now=self.now)
        address = request.build_absolute_uri(reverse("api:petition", args=[filed.petition.number]))
        if not filed.is_new:
            return Response(read(filed.petition.number, self), headers={"Location": address})
        known = whole_of_new(filed.petition, self.user, has_files=bool(report.files))
        answer = shown(filed.petition, known, of_new(filed.petition, filed.clocks, self.user), self)
        return Response(answer, status=201, headers={"Location": address})

    def _key(self, request: Request) -> str:
        key = str(request.headers.get(KEY, ""))
        if not re.fullmatch(KEY_FORM, key):
            raise InvalidInput({KEY: _("提交编号最多64个字符，只用英文字母、数字和标点，不带空格。")})
        return key


class OnePetition(Endpoint):
    @extend_schema(
        operation_id="petitions_retrieve", parameters=[NUMBER], responses={200: WholePetition, **refusals(401, 404)}
    )
    def get(self, request: Request, number: str) -> Response:
        """Read one petition: what the user may know of it, and what they can do with it now."""
        return Response(read(number, self))


class Events(Endpoint):
    @extend_schema(
        operation_id="petitions_events",
        parameters=[NUMBER],
        responses={200: EventEntry(many=True), **refusals(401, 404)},
    )
    def get(self, request: Request, number: str) -> Response:
        """List what happened to a petition, oldest first. The enterprise reads public events only."""
        entries = {entry.event.pk: entry for entry in timeline(self.find(number), self.user)}
        events = [entry.event for entry in entries.values()]
        return Response(EventEntry(events, many=True, context={"entries": entries}).data)


class AttachmentFile(Endpoint):
    @extend_schema(
        operation_id="petitions_attachment",
        parameters=[NUMBER],
        responses={**DOWNLOADS, **refusals(401, 404)},
    )
    def get(self, request: Request, number: str, id: int) -> FileResponse:
        """Download a file of a petition."""
        petition = self.find(number)
        found = queries.readable_attachments(petition, self.user)
        return response_for(get_object_or_404(found, pk=id).stored)
