"""A process that lets the time pass in which ratings can be changed, and verifies what departments are scored by.

Prints one line of JSON: how many facts there are, and every difference to the events that they come from.
"""

import json
from datetime import timedelta
from itertools import chain

from departments.models import CycleFact
from departments.verifying import frozen_differences
from petitions import queries
from petitions.rating import CHANGEABLE_FOR
from petitions.rating_window import lock_due_ratings
from petitions.verifying import differences


def main() -> None:
    later = queries.database_now() + CHANGEABLE_FOR + timedelta(hours=1)
    while lock_due_ratings(now=later):
        pass
    found = [str(difference) for difference in chain(differences(), frozen_differences())]
    print(json.dumps({"facts": CycleFact.objects.count(), "differences": found}), flush=True)


if __name__ == "__main__":
    main()
