"""Who was told what, through which channel: one row per event, recipient and channel, sent at least once.

`key` goes with every attempt, so that a receiver can drop a repeat. `attempts` is counted before the attempt;
until `lease_until` a sender holds the row and no other takes it.
"""

from django.conf import settings
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from record.models import Event


class NoticeChannel(models.TextChoices):
    INBOX = "inbox", _("站内")
    EMAIL = "email", _("电子邮件")
    SMS = "sms", _("短信")
    DINGTALK = "dingtalk", _("钉钉机器人")
    WECOM = "wecom", _("企业微信机器人")
    WEBHOOK = "webhook", "Webhook"


class NoticeState(models.TextChoices):
    PENDING = "pending", _("待发送")
    SENT = "sent", _("已发送")
    DEAD = "dead", _("发送失败")


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    def in_use(self) -> "SubscriptionQuerySet":
        """Return the chosen channels that may be used: not switched off, and of active users."""
        return self.filter(is_active=True, user__is_active=True)


class Subscription(models.Model):
    """A channel that a person chose beside the in-app inbox, and where it leads."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="subscriptions")
    channel = models.CharField(_("渠道"), max_length=10, choices=NoticeChannel.choices)
    address = models.CharField(_("地址"), max_length=500)
    secret = models.CharField(_("签名密钥"), max_length=200, blank=True)
    language = models.CharField(_("语言"), max_length=10, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE)
    is_active = models.BooleanField(_("启用"), default=True)

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("通知渠道")
        verbose_name_plural = _("通知渠道")
        constraints = [
            models.UniqueConstraint(fields=["user", "channel"], name="subscription_once_per_channel"),
            models.CheckConstraint(name="subscription_not_inbox", condition=~Q(channel="inbox")),
            models.CheckConstraint(
                name="subscription_sms_to_mobile", condition=~Q(channel="sms") | Q(address__regex=r"^1[3-9][0-9]{9}$")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.channel}"


class Notice(models.Model):
    event = models.ForeignKey(Event, on_delete=models.PROTECT, db_index=False, related_name="notices")
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, db_index=False, related_name="notices"
    )
    channel = models.CharField(_("渠道"), max_length=10, choices=NoticeChannel.choices)
    key = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    is_urgent = models.BooleanField(_("不受免打扰限制"), db_default=False)
    state = models.CharField(_("状态"), max_length=10, choices=NoticeState.choices)
    created_at = models.DateTimeField(_("产生时间"))
    next_attempt_at = models.DateTimeField(_("下次发送"), null=True)
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(_("已尝试"), db_default=0)
    sent_at = models.DateTimeField(_("发送时间"), null=True)
    last_error = models.TextField(_("失败原因"), blank=True, db_default="")
    read_at = models.DateTimeField(_("已读时间"), null=True)

    class Meta:
        verbose_name = _("通知")
        verbose_name_plural = _("通知")
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(  # the sender: notices to be sent now
                fields=["next_attempt_at"], name="notice_to_send", condition=Q(state="pending")
            ),
            models.Index(  # the inbox and its unread count
                fields=["recipient", "-created_at", "-id"], name="notice_inbox", condition=Q(channel="inbox")
            ),
            models.Index(
                fields=["recipient"], name="notice_unread", condition=Q(channel="inbox", read_at__isnull=True)
            ),
            models.Index(  # how many messages a robot had in the last minute
                fields=["recipient", "sent_at"],
                name="notice_robot_rate",
                condition=Q(state="sent", channel__in=["dingtalk", "wecom"]),
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["event", "recipient", "channel"], name="notice_once"),
            models.CheckConstraint(
                name="notice_state_paired",
                condition=Q(state="pending", sent_at__isnull=True, next_attempt_at__isnull=False)
                | Q(state="sent", sent_at__isnull=False, next_attempt_at__isnull=True)
                | Q(state="dead", sent_at__isnull=True, next_attempt_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event_id} {self.recipient_id} {self.channel}"
