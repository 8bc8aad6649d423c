from django.db import models
from django.urls import reverse

from limits import models as limits


class EventKind(models.TextChoices):
    MAKE = "make", "作出承诺"
    KEEP = "keep", "兑现承诺"
    ESCALATE = "escalate", "超时升级"
    RECOMPUTE = "recompute", "时限重算"


class Pledge(models.Model):
    text = models.CharField(max_length=200)
    is_large = models.BooleanField(default=False)
    apologies = models.PositiveSmallIntegerField(default=0)
    department = models.ForeignKey("departments.Department", on_delete=models.PROTECT)

    def __str__(self) -> str:
        return f"承诺{self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("limits:explain", args=["pledge", self.clocks.get().pk])


class PledgeClock(limits.Clock):
    pledge = models.ForeignKey(Pledge, on_delete=models.PROTECT, related_name="clocks")

    def axes(self) -> dict[str, str]:
        return {"size": "large"} if self.pledge.is_large else {}
