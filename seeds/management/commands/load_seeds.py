from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from seeds.load import load


class Command(BaseCommand):
    help = "Load the fictional city of Lanchuan; what is already there stays as it is."

    def handle(self, *args: Any, **options: Any) -> None:
        added = load(now=timezone.now())
        self.stdout.write(", ".join(f"{count} {name}" for name, count in added.items()) + " added")
