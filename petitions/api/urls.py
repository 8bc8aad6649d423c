"""Addresses of the API about petitions. A verb is a POST under the petition's number, to its name with - for _."""

from django.urls import URLPattern, URLResolver, include, path

from petitions import api
from petitions.api import limits, lookups, proposals, send_backs, similar, tokens, views
from petitions.api.verbs import VERB_ENDPOINTS
from ui.mounting import import_all

import_all(api)
one_petition: list[URLPattern] = [
    path("", views.OnePetition.as_view(), name="petition"),
    path("events/", views.Events.as_view(), name="events"),
    path("attachments/<int:id>/", views.AttachmentFile.as_view(), name="attachment"),
    path("proposals/", proposals.ProposalsOfPetition.as_view(), name="proposals"),
    path("similar/", similar.SimilarPetitions.as_view(), name="similar"),
    path("limits/", limits.Limits.as_view(), name="limits"),
    path("send-backs/", send_backs.SendBacks.as_view(), name="send_backs"),
    *(path(f"{one.verb.address}/", one.as_view(), name=one.verb.name) for one in VERB_ENDPOINTS),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("petitions/", views.Petitions.as_view(), name="petitions"),
    path("petitions/<str:number>/", include(one_petition)),
    path("categories/", lookups.Categories.as_view(), name="categories"),
    path("departments/", lookups.Departments.as_view(), name="departments"),
    path("regions/", lookups.Regions.as_view(), name="regions"),
    path("enterprises/", lookups.Enterprises.as_view(), name="enterprises"),
    path("occasions/", lookups.Occasions.as_view(), name="occasions"),
    path("me/", lookups.WhoAmI.as_view(), name="me"),
    path("token/", tokens.GetToken.as_view(), name="token"),
    path("token/revoke/", tokens.RevokeToken.as_view(), name="revoke_token"),
]
