from django.urls import path

from files.pages.uploading import Download, Drop, Preview, Uploads

app_name = "files"
urlpatterns = [
    path("", Uploads.as_view(), name="uploads"),
    path("<str:key>/", Download.as_view(), name="download"),
    path("<str:key>/preview/", Preview.as_view(), name="preview"),
    path("<str:key>/drop/", Drop.as_view(), name="drop"),
]
