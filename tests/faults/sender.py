"""A sender as a process of its own, for the faults: the real loop, in seconds instead of hours.

`python -m tests.faults.sender`; SENDER holds the database and the gateways as JSON. Only numbers differ from
`manage.py deliver --loop`.
"""

import json
import os
from datetime import timedelta

import django
from django.conf import settings

WAITS = [0.1, 0.1, 0.2, 0.2, 0.3, 0.3, 0.4, 0.4, 0.5]


def main() -> None:
    """Send until killed."""
    given = json.loads(os.environ["SENDER"])
    settings.DATABASES["default"].update(given["database"])
    for name, value in given["settings"].items():
        setattr(settings, name, value)
    django.setup()
    from notices import outbox, sending  # after setup
    from notices.gateways import http
    from verbs.looping import Loop

    http.SILENCE_SECONDS, http.TOTAL_SECONDS = 0.5, 1.0
    outbox.LADDER = tuple(timedelta(seconds=seconds) for seconds in WAITS)
    outbox.LEASE = timedelta(seconds=given["lease"])
    sending.LEAST_LEASE = timedelta(seconds=given["least_lease"])
    outbox.LEFT_ALONE = timedelta(seconds=0.2)
    Loop(sending.deliver, 0.05).run()


if __name__ == "__main__":
    main()
