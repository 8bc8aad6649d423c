"""Who asks: enterprises, their liaisons, the assistants who file on their behalf; and the occasions of petitions.

Sizes follow 《中小企业划型标准规定》 (工信部联企业〔2011〕300号); credit codes follow GB 32100-2015.
"""

import secrets
from datetime import date

from django.conf import settings
from django.contrib.postgres.indexes import OpClass
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from pypinyin import Style, lazy_pinyin
from stdnum.cn import uscc
from stdnum.exceptions import ValidationError as NumberError

from accounts.models import User
from verbs.columns import Code, Day, Folded, Line, Moment, Phone
from verbs.constraints import Check, Unique
from verbs.phones import Digits

WRONG_CREDIT_CODE = _("统一社会信用代码不正确：应为18位，且校验位相符。")
# Some enterprises are older than this software's other dates; none of ours is older than this (assumption).
FOUNDED_FIRST = date(1850, 1, 1)


def validate_credit_code(value: str) -> None:
    """Raise ValidationError unless value is a unified social credit code with a right check character.

    Source  GB 32100-2015, checked by python-stdnum
    """
    try:
        canonical = uscc.validate(value)
    except NumberError as problem:
        raise ValidationError(WRONG_CREDIT_CODE, code="credit_code") from problem
    if canonical != value:
        raise ValidationError(_("统一社会信用代码请用大写字母，不带空格。"), code="credit_code")


class EnterpriseQuerySet(models.QuerySet["Enterprise"]):
    def of_liaison(self, user: User) -> "EnterpriseQuerySet":
        """The enterprises the user is a liaison of."""
        return self.filter(liaisons__user=user) if user.has_role("liaison") else self.none()

    def of_assistant(self, user: User) -> "EnterpriseQuerySet":
        """The enterprises the user serves as an assistant."""
        return self.filter(assistants__user=user) if user.has_role("assistant") else self.none()


class Enterprise(models.Model):
    class Size(models.TextChoices):
        LARGE = "large", _("大型")
        MEDIUM = "medium", _("中型")
        SMALL = "small", _("小型")
        MICRO = "micro", _("微型")

    class Ownership(models.TextChoices):
        STATE = "state", _("国有")
        COLLECTIVE = "collective", _("集体")
        PRIVATE = "private", _("民营")
        FOREIGN = "foreign", _("外资")
        HMT = "hmt", _("港澳台资")
        SOLE = "sole", _("个体工商户")

    credit_code = Code(
        _("统一社会信用代码"),
        max_length=18,
        unique=True,  # Django adds a second index for LIKE, which finds the beginning of a code
        validators=[validate_credit_code],
        error_messages={"unique": _("这个统一社会信用代码已经登记，请按代码查找这家企业。")},
    )
    name = Line(_("企业名称"), max_length=100)
    short_name = Line(_("简称"), max_length=40, blank=True)
    # Whatever looks for an enterprise by its name looks here.
    folded_name = Folded(of="name")
    folded_short_name = Folded(of="short_name")
    pinyin = models.CharField(_("拼音首字母"), max_length=100, editable=False)
    folded_pinyin = Folded(of="pinyin")
    size = models.CharField(_("规模"), max_length=10, choices=Size.choices)
    ownership = models.CharField(_("所有制"), max_length=10, choices=Ownership.choices)
    founded_date = Day(_("成立日期"), first=FOUNDED_FIRST, null=True, blank=True)
    region = models.ForeignKey("regions.Region", on_delete=models.PROTECT, verbose_name=_("所在区县或园区"))
    industry = Line(_("行业"), max_length=40, blank=True)
    contact_name = Line(_("联系人"), max_length=40, blank=True)
    contact_phone = Phone(_("联系电话"), blank=True)

    objects = EnterpriseQuerySet.as_manager()

    class Meta:
        verbose_name = _("企业")
        verbose_name_plural = _("企业")
        ordering = ["pinyin", "id"]
        indexes = [
            models.Index(fields=["pinyin", "id"], name="enterprise_by_pinyin"),  # the sorted pick lists
            # By these a desk finds an enterprise (enterprises/finding.py); LIKE needs the pattern operators.
            models.Index(fields=["folded_pinyin"], opclasses=["text_pattern_ops"], name="enterprise_by_initials"),
            models.Index(fields=["folded_name"], opclasses=["text_pattern_ops"], name="enterprise_by_name"),
            models.Index(fields=["folded_short_name"], opclasses=["text_pattern_ops"], name="enterprise_by_short_name"),
            models.Index(OpClass(Digits("contact_phone"), name="text_pattern_ops"), name="enterprise_by_phone"),
        ]
        constraints = [
            Check(
                name="enterprise_credit_code_form",
                condition=models.Q(credit_code__regex=r"^[0-9A-HJ-NPQRTUWXY]{18}$"),
                beside="credit_code",
                violation_error_message=WRONG_CREDIT_CODE,
            )
        ]

    def __str__(self) -> str:
        return self.short_name or self.name

    def save(self, **kwargs: object) -> None:
        self.pinyin = "".join(lazy_pinyin(self.name, style=Style.FIRST_LETTER, errors="default")).lower()[:100]
        super().save(**kwargs)  # type: ignore[arg-type]


class Liaison(models.Model):
    """A person who files, supplements, urges, withdraws and rates for one enterprise."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="liaisons")
    enterprise = models.ForeignKey(Enterprise, on_delete=models.CASCADE, related_name="liaisons")

    class Meta:
        verbose_name = _("企业联络员")
        verbose_name_plural = _("企业联络员")
        constraints = [
            Unique(
                name="liaison_once",
                fields=["user", "enterprise"],
                beside="enterprise",
                violation_error_message=_("这个人已经是这家企业的联络员。"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.enterprise}"


class Assistant(models.Model):
    """A person of the government who files on behalf of the enterprises they serve; never rates."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="assistant")
    enterprises = models.ManyToManyField(Enterprise, related_name="assistants", verbose_name=_("服务企业"))

    class Meta:
        verbose_name = _("产业助理")
        verbose_name_plural = _("产业助理")

    def __str__(self) -> str:
        return str(self.user)


def random_key() -> str:
    """Return a new key of an occasion; the key tells nothing about the occasion."""
    return secrets.token_hex(6)


class Occasion(models.Model):
    """Where petitions are taken down outside the office: an event, a visit, or a home that is there all year.

    Its key stands in the QR code that opens the filing form. The key never changes, because posters show the code.
    """

    class Kind(models.TextChoices):
        HOME = "home", _("企业之家")
        EVENT = "event", _("企业咖啡时")
        VISIT = "visit", _("走访")

    kind = models.CharField(_("类型"), max_length=10, choices=Kind.choices)
    name = Line(_("名称"), max_length=60)
    place = Line(_("地点"), max_length=100)
    region = models.ForeignKey("regions.Region", on_delete=models.PROTECT, verbose_name=_("所在区县或园区"))
    starts_at = Moment(_("开始时间"), null=True, blank=True)
    ends_at = Moment(_("结束时间"), null=True, blank=True)
    host = Line(_("主办方"), max_length=100, blank=True)
    key = models.SlugField(max_length=20, unique=True, default=random_key, editable=False)
    is_open = models.BooleanField(_("开放登记"), default=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False)
    created_at = models.DateTimeField(editable=False)

    class Meta:
        verbose_name = _("走访与活动")
        verbose_name_plural = _("走访与活动")
        ordering = [F("starts_at").desc(nulls_first=True), "id"]  # homes first, then the newest
        constraints = [
            Check(
                name="occasion_time_paired",
                condition=Q(kind="home", starts_at__isnull=True, ends_at__isnull=True)
                | (~Q(kind="home") & Q(starts_at__isnull=False, ends_at__gt=F("starts_at"))),
                beside="ends_at",
                violation_error_message=_("企业之家不填时间；其他的两个时间都要填，结束在开始之后。"),
            ),
            Check(
                name="occasion_kind_known",
                condition=Q(kind__in=["home", "event", "visit"]),
                beside="kind",
                violation_error_message=_("没有这种类型。"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.name}"

    def clean(self) -> None:
        """Refuse, with a sentence for each field, what the constraint `occasion_time_paired` would refuse."""
        if self.kind == self.Kind.HOME:
            wrong = {
                name: _("企业之家常年开放，不填时间。") for name in ("starts_at", "ends_at") if getattr(self, name)
            }
        else:
            wrong = {name: _("请填写这一项。") for name in ("starts_at", "ends_at") if not getattr(self, name)}
            if not wrong and self.ends_at <= self.starts_at:  # type: ignore[operator]
                wrong = {"ends_at": _("结束时间要在开始时间之后。")}
        if wrong:
            raise ValidationError(wrong)
