"""A process that migrates the house's database and puts the cast into it, with the people whom the ladder tells."""

from datetime import timedelta

from django.core.management import call_command
from django.utils import timezone

from notices.models import Subscription
from tests.cast import Stage, build_cast, person


def main() -> None:
    """Say `furnished` at the end."""
    call_command("migrate", interactive=False, verbosity=0)
    cast = build_cast()
    person("han", "韩区长", "head", department=cast.fallback)
    person("jiang", "江局长", "head", department=cast.branch)
    person("shen", "沈经办", "handler", department=cast.branch)
    person("yang", "杨督查", "supervisor", "leader")
    person("zhu", "朱离任", "head", department=cast.lead, is_active=False)
    Subscription.objects.create(user=cast.wu, channel="email", address="wu@lanchuan.example")
    Subscription.objects.create(user=cast.chen, channel="sms", address="13800000002", is_active=False)
    # Others are copied from it (tests/faults/due.py); an imported one's own limits climb no ladder.
    Stage(cast, timezone.now() - timedelta(hours=1)).reported(channel="import")
    print("furnished", flush=True)


if __name__ == "__main__":
    main()
