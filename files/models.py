"""What somebody uploaded: its bytes lie outside the web root under a random name, and it may exist before its owner.

A petition, or whatever else files belong to, links to it by a row of its own room, and claims it with its own step
(storing.claim). Until then only its uploader sees it; what nobody claims within a day is removed.
"""

import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

FIELD = "files"  # of every form that takes files: it sends the keys of those that are attached


def random_path(_instance: "StoredFile", _name: str) -> str:
    """Return a random path for the bytes, which says nothing of the file or its owner."""
    name = secrets.token_hex(16)
    return f"{name[:2]}/{name}"


def new_key() -> str:
    return secrets.token_urlsafe(16)


class StoredFile(models.Model):
    """`key` names it in addresses and forms. `preview` is a small picture of it, empty for what is no picture."""

    key = models.CharField(max_length=22, unique=True, default=new_key)
    content = models.FileField(upload_to=random_path, max_length=60)
    preview = models.FileField(upload_to=random_path, max_length=60, blank=True)
    name = models.CharField(_("文件名"), max_length=120)
    content_type = models.CharField(_("类型"), max_length=80)
    size = models.PositiveIntegerField(_("字节数"))
    sha256 = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False)
    uploaded_at = models.DateTimeField(_("上传时间"))
    claimed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("文件")
        verbose_name_plural = _("文件")
        constraints = [models.CheckConstraint(name="stored_file_not_empty", condition=Q(size__gt=0))]
        indexes = [  # what a person has not sent yet, and the clean-up
            models.Index(
                fields=["uploaded_by", "uploaded_at"], condition=Q(claimed_at=None), name="stored_file_unclaimed"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def is_there(self) -> bool:
        """Return whether the storage has its bytes."""
        return bool(self.content.storage.exists(str(self.content.name)))
