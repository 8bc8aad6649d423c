"""The exceptions that a fault in a room's code or SQL raises, for callers that then go on with the other rooms."""

from django.db import DatabaseError

# Not Exception: Celery's SoftTimeLimitExceeded, which ends a task that takes too long, has to get through.
FAULTS = (DatabaseError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
