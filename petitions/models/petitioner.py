"""Who asked: one row per petition, in a table of its own, apart from what was asked (docs/adr/0007).

Whatever shows a petitioner asks permissions.can_see_petitioner first. Lists that find petitions by their enterprise
leave out those that it hides (permissions.of_known_petitioners).
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from petitions.models.petition import Petition
from verbs.columns import Phone


class Petitioner(models.Model):
    petition = models.OneToOneField(Petition, on_delete=models.CASCADE, primary_key=True, related_name="petitioner")
    enterprise = models.ForeignKey(
        "enterprises.Enterprise", on_delete=models.PROTECT, null=True, blank=True, verbose_name=_("企业")
    )
    filed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("提交人")
    )
    is_on_behalf = models.BooleanField(_("代为提交"), default=False)
    contact_name = models.CharField(_("联系人"), max_length=40)
    contact_phone = Phone(_("联系电话"), blank=True)
    submission_key = models.CharField(max_length=64, blank=True, editable=False)
    # SHA-256 of everything that was sent with the key; empty without a key.
    submission_digest = models.CharField(max_length=64, blank=True, default="", db_default="", editable=False)

    class Meta:
        verbose_name = _("诉求人")
        verbose_name_plural = _("诉求人")
        indexes = [models.Index(fields=["enterprise", "-petition"], name="petitioner_by_enterprise")]  # my petitions
        constraints = [
            models.UniqueConstraint(
                fields=["filed_by", "submission_key"],
                condition=~Q(submission_key=""),
                name="petitioner_submission_once",
            )
        ]

    def __str__(self) -> str:
        return str(self.enterprise or self.contact_name)
