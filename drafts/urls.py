from django.urls import path

from drafts.pages import Drafts, DropDraft

app_name = "drafts"
urlpatterns = [
    path("", Drafts.as_view(), name="drafts"),
    path("drop/", DropDraft.as_view(), name="drop"),
]
