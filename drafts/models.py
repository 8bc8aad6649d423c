"""The draft: what one person typed into one form, as the form was when it was saved last.

Only its writer reads it: it is in no export and not in the administration. It says nothing of what is sent: the verb
reads the form that is sent, never a draft.
"""

from django.conf import settings
from django.db import models

FORM_MAX = 300


class Draft(models.Model):
    """`form` is the address to which the form is sent; `typed` its fields as pairs of name and value, in order."""

    writer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    form = models.CharField(max_length=FORM_MAX)
    typed = models.JSONField()
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["writer", "form"], name="draft_one_a_form")]
        indexes = [models.Index(fields=["saved_at"], name="draft_by_age")]  # the clean-up

    def __str__(self) -> str:
        return self.form
