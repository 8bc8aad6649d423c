"""The conditions of a list that a person keeps under a name (常用筛选), and may share with their departments."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from departments.models import Department, Membership


class SavedPage(models.TextChoices):
    """The lists for which filters can be kept. A value is the URL name of the list's page."""

    QUEUE = "queue", _("部门待办")
    LIST = "list", _("全部诉求")


class SavedFilterQuerySet(models.QuerySet["SavedFilter"]):
    def readable_by(self, user: User) -> "SavedFilterQuerySet":
        """Filters of the user, and those shared by somebody who works in one of the user's departments."""
        colleagues = Membership.objects.filter(department__in=Department.objects.of(user)).values("user")
        return self.filter(Q(owner=user) | Q(owner__in=colleagues, is_shared=True, owner__is_active=True))


class SavedFilter(models.Model):
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_filters")
    page = models.CharField(_("列表"), max_length=10, choices=SavedPage.choices)
    name = models.CharField(_("名称"), max_length=20)
    query = models.CharField(_("条件"), max_length=500)
    is_shared = models.BooleanField(_("与本部门共享"), default=False)

    objects = SavedFilterQuerySet.as_manager()

    class Meta:
        verbose_name = _("常用筛选")
        verbose_name_plural = _("常用筛选")
        ordering = ["page", "name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "page", "name"], name="saved_filter_name_once"),
            models.CheckConstraint(name="saved_filter_page_known", condition=Q(page__in=SavedPage.values)),
            models.CheckConstraint(name="saved_filter_narrows", condition=~Q(query="")),
        ]

    def __str__(self) -> str:
        return self.name
