from notices.subjects import Known
from notices.wording import Wording
from tests.pledges.models import Pledge


def known(keys, reader):
    return {row.pk: Known(row, reader.has_role("supervisor", "head")) for row in Pledge.objects.filter(pk__in=keys)}


def word(event, subject, *, reader, is_visible, is_outside):
    return Wording(event.get_kind_display(), (subject.text if is_visible and not is_outside else str(subject),))


def page(event, subject, *, reader, may_act):
    return subject.get_absolute_url()
