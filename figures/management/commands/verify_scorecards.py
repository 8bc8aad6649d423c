"""manage.py verify_scorecards: recompute facts from events and frozen scorecards from facts, print all differences."""

from itertools import chain
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from figures.verifying import differences
from scores.verifying import frozen_differences


class Command(BaseCommand):
    help = "Recompute every fact and every frozen scorecard and print what differs; ends with 1 when something does."

    def handle(self, *args: Any, **options: Any) -> None:
        count = 0
        for difference in chain(differences(), frozen_differences()):
            self.stdout.write(str(difference))
            count += 1
        self.stdout.write(f"{count} differences")
        if count:
            raise CommandError("what is stored is not what happened")
