from django.apps import AppConfig

from ui import requests


class UiConfig(AppConfig):
    name = "ui"

    def ready(self) -> None:
        requests.use()
