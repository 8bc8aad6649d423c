from django.apps import AppConfig


class PledgesConfig(AppConfig):
    name = "tests.pledges"

    def ready(self) -> None:
        from limits.promises import Axis, ClockTable, Effect, register_effect, register_promises
        from notices.subjects import Group, Telling, register_telling
        from record.subjects import register_subject
        from tests.pledges.models import EventKind, Pledge, PledgeClock
        from tests.pledges.verbs import apologise
        from tests.pledges.wording import known, page, word

        def readable(user):
            return PledgeClock.objects.filter(department__memberships__user=user)

        tells = {EventKind.MAKE: (Group.HEAD,), EventKind.KEEP: (Group.SUPERVISOR,)}
        table = ClockTable(model=PledgeClock, path="pledge", subject_type="pledge", readable=readable)
        register_subject(Pledge, "pledge", EventKind)
        register_telling("pledge", Telling(tells=tells, load=known, word=word, page=page))
        register_promises({"pledge": "承诺时限"}, table=table, axes=[Axis("size", "大小", [("large", "大")])])
        register_effect("apologise", Effect("致歉", apologise, frozenset({"pledge"})))
