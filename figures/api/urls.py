"""Addresses of the API about scores."""

from django.urls import URLPattern, path

from figures.api import scores

urlpatterns: list[URLPattern] = [path("scores/", scores.Scores.as_view(), name="scores")]
