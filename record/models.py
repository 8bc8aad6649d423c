"""Events: what a verb did to a subject, one row each time. Append-only: a trigger refuses UPDATE and DELETE.

A subject is named by a short text and its key, such as `petition` and 4711, never by a content type. Each room
registers its subjects and the kinds of their events when Django starts (record/subjects.py). The room that owns a
subject may add database checks of its own on the subject's events (petitions/migrations/0002_guards.py).
"""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from record.subjects import label_of, type_of


class EventQuerySet(models.QuerySet["Event"]):
    def of(self, *subjects: models.Model) -> "EventQuerySet":
        """Return the events of these subjects: at least one subject, all of one type."""
        return self.of_keys(type_of(type(subjects[0])), [subject.pk for subject in subjects])

    def of_keys(self, subject_type: str, keys: Any) -> "EventQuerySet":
        """Return the events of subjects of this type; `keys` is a list or a query of the subjects' keys."""
        return self.filter(subject_type=subject_type, subject_id__in=keys)


class Event(models.Model):
    """One event. `cycle`, `from_state` and `to_state` are None for subjects that have no cycles or states.

    `is_by_enterprise` is kept from the moment of the act: whoever spoke for the enterprise then may be its liaison no
    more. Where it is False, everybody who reads the event is shown the person's name. Where it is True, the name is
    shown only to some; whoever shows the event decides to whom (for petitions: petitions/timeline.py).
    """

    subject_type = models.CharField(max_length=20)
    subject_id = models.BigIntegerField()
    kind = models.CharField(_("事项"), max_length=20)
    at = models.DateTimeField(_("时间"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, db_index=False, related_name="+")
    department = models.ForeignKey(
        "departments.Department", on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    is_by_enterprise = models.BooleanField(_("由企业一方办理"), default=False, db_default=False)
    is_public = models.BooleanField(_("企业可见"), default=True)
    text = models.TextField(_("说明"), blank=True)
    data = models.JSONField(default=dict, blank=True)
    cycle = models.PositiveSmallIntegerField(_("办理轮次"), null=True)
    from_state = models.CharField(max_length=10, blank=True, null=True)
    to_state = models.CharField(max_length=10, null=True)

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("办理记录")
        verbose_name_plural = _("办理记录")
        ordering = ["subject_type", "subject_id", "id"]
        indexes = [models.Index(fields=["subject_id", "subject_type", "id"], name="event_timeline")]

    def __str__(self) -> str:
        return f"{self.subject_type} {self.subject_id} {self.kind}"

    def get_kind_display(self) -> str:
        """Return the kind of the event in words, as the subject's room registered it."""
        return label_of(self.subject_type, self.kind)
