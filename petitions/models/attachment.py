"""A file that belongs to a petition. The file itself is the room `files`'."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from files.models import StoredFile
from petitions.models.petition import Petition


class Attachment(models.Model):
    """One stored file may belong to several petitions: what answers a group's parent answers its children."""

    petition = models.ForeignKey(Petition, on_delete=models.PROTECT, related_name="attachments")
    stored = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    attached_at = models.DateTimeField(_("上传时间"))
    is_from_department = models.BooleanField(_("部门材料"), default=False)

    class Meta:
        verbose_name = _("附件")
        verbose_name_plural = _("附件")
        ordering = ["petition", "id"]
        constraints = [models.UniqueConstraint(fields=["petition", "stored"], name="attachment_once_a_petition")]

    def __str__(self) -> str:
        return self.stored.name
