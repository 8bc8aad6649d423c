"""A file that belongs to a petition: stored outside the web root under a random name, served only after a check."""

import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from petitions.models.petition import Petition


def random_path(instance: "Attachment", original_name: str) -> str:
    """Return a random path for the file, which says nothing of the file or its owner."""
    name = secrets.token_hex(16)
    return f"{name[:2]}/{name}"


class Attachment(models.Model):
    petition = models.ForeignKey(Petition, on_delete=models.PROTECT, related_name="attachments")
    file = models.FileField(upload_to=random_path, max_length=60)
    original_name = models.CharField(_("文件名"), max_length=120)
    content_type = models.CharField(_("类型"), max_length=80)
    size = models.PositiveIntegerField(_("字节数"))
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(_("上传时间"))
    is_from_department = models.BooleanField(_("部门材料"), default=False)

    class Meta:
        verbose_name = _("附件")
        verbose_name_plural = _("附件")
        ordering = ["petition", "id"]
        constraints = [models.CheckConstraint(name="attachment_not_empty", condition=Q(size__gt=0))]

    def __str__(self) -> str:
        return self.original_name
