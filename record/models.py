"""What was done to anything that a room handles: append-only, one row per verb. A trigger refuses UPDATE and DELETE.

A subject is named by a short text and its key, never by a content type: `petition`, 4711. Each room registers its
subjects and the kinds of their events when Django starts (record/subjects.py); the room that owns a subject may add
checks of its own on its events (petitions/migrations/0002_guards.py).
"""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from record.subjects import label_of, type_of


class EventQuerySet(models.QuerySet["Event"]):
    def of(self, *subjects: models.Model) -> "EventQuerySet":
        """Events of these subjects, all of one type."""
        return self.of_keys(type_of(type(subjects[0])), [subject.pk for subject in subjects])

    def of_keys(self, subject_type: str, keys: Any) -> "EventQuerySet":
        """Events of the subjects with these keys: a list, or a query."""
        return self.filter(subject_type=subject_type, subject_id__in=keys)


class Event(models.Model):
    """`cycle`, `from_state` and `to_state` are of subjects that have them, None for others."""

    subject_type = models.CharField(max_length=20)
    subject_id = models.BigIntegerField()
    kind = models.CharField(_("事项"), max_length=20)
    at = models.DateTimeField(_("时间"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, db_index=False, related_name="+")
    department = models.ForeignKey(
        "departments.Department", on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
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
        """The kind in words, as the subject's room says it."""
        return label_of(self.subject_type, self.kind)
