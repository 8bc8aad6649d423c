"""A person's own notices and channels."""

from typing import Any

from django.urls import path

from notices.pages import channels, inbox

app_name = "notices"
urlpatterns: list[Any] = [
    path("", inbox.Inbox.as_view(), name="inbox"),
    path("read-all/", inbox.ReadAll.as_view(), name="read_all"),
    path("<uuid:key>/read/", inbox.ReadNotice.as_view(), name="read"),
    path("channels/", channels.Channels.as_view(), name="channels"),
    path("channels/<slug:channel>/choose/", channels.ChooseChannel.as_view(), name="choose_channel"),
    path("channels/<slug:channel>/drop/", channels.DropChannel.as_view(), name="drop_channel"),
]
