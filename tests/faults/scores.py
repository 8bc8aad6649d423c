"""A process that lets the time pass in which ratings can be changed and months are open, and verifies the scores.

Prints one line of JSON: how many facts and frozen scorecards there are, and every difference to the events and facts
that they come from.
"""

import json
from datetime import timedelta
from itertools import chain

from accounts.models import User
from figures.verifying import differences
from petitions.ratings.rating import CHANGEABLE_FOR
from petitions.ratings.window import lock_due_ratings
from scores.freezing import freeze_month, frozen_from
from scores.models import CycleFact, Scorecard
from scores.verifying import frozen_differences
from verbs import database


def main() -> None:
    later = database.now() + CHANGEABLE_FOR + timedelta(hours=1)
    while lock_due_ratings(now=later):
        pass
    for month in CycleFact.objects.order_by("month").values_list("month", flat=True).distinct():
        freeze_month(month=month, by=User.objects.system(), now=frozen_from(month))
    found = [str(difference) for difference in chain(differences(), frozen_differences())]
    print(
        json.dumps({"facts": CycleFact.objects.count(), "cards": Scorecard.objects.count(), "differences": found}),
        flush=True,
    )


if __name__ == "__main__":
    main()
