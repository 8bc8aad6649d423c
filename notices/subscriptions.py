"""The channels that a person chose beside the inbox: one address for each, checked as far as the text itself tells.

Whether a host name leads into our own network is checked when something is sent there, because the addresses behind a
name change; here only `localhost` and numeric addresses are checked.
"""

import ipaddress
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from notices.gateways import GATEWAYS, Unreachable
from notices.gateways.http import check_public, checked_url
from notices.models import NoticeChannel, Subscription
from verbs.inputs import Problems

ADDRESS_MAX, SECRET_MAX = 500, 200
# A robot's address, as the chat group's settings show it, has this in its query.
ROBOT_TOKENS = {NoticeChannel.DINGTALK: "access_token=", NoticeChannel.WECOM: "key="}


@dataclass(frozen=True)
class Choice:
    """What a person chose for one channel. An empty secret keeps the secret that was given before."""

    channel: str
    address: str
    secret: str = ""
    language: str = settings.LANGUAGE_CODE


def channels() -> list[NoticeChannel]:
    """Return the channels that can be chosen on this installation."""
    return [NoticeChannel(name) for name, gateway in GATEWAYS.items() if gateway.is_set_up]


def choose_channel(*, choice: Choice, by: User) -> Subscription:
    """Send the person's notices to this address from now on, beside the inbox.

    Safe to repeat: a person has one address for each channel.
    Raises  InvalidInput
    """
    problems = Problems()
    problems.need("channel", choice.channel in channels(), _("这个渠道没有开通。"))
    address = problems.text("address", choice.address, most=ADDRESS_MAX)
    secret = problems.text("secret", choice.secret, least=0, most=SECRET_MAX)
    problems.choice("language", choice.language, [code for code, _label in settings.LANGUAGES])
    if address:
        address = _checked_address(problems, choice.channel, address)
    problems.raise_if_any()
    with transaction.atomic():
        before = Subscription.objects.filter(user=by, channel=choice.channel).first()
        if choice.channel == NoticeChannel.DINGTALK:
            problems.need("secret", bool(secret or (before and before.secret)), _("请填写机器人的加签密钥。"))
            problems.raise_if_any()
        kept = {"secret": secret} if secret else {}
        values = {"address": address, "language": choice.language, "is_active": True, **kept}
        return Subscription.objects.update_or_create(user=by, channel=choice.channel, defaults=values)[0]


def drop_channel(*, channel: str, by: User) -> None:
    """Send the person nothing through this channel any more, not even notices that wait for it. Safe to repeat."""
    Subscription.objects.filter(user=by, channel=channel).delete()


def _checked_address(problems: Problems, channel: str, address: str) -> str:
    """Return the address as it is stored; note when nothing can be sent there."""
    if channel == NoticeChannel.SMS:
        return problems.mobile("address", address)
    if channel == NoticeChannel.EMAIL:
        try:
            validate_email(address)
        except ValidationError:
            problems.add("address", _("邮箱地址不正确。"))
    else:
        _check_url(problems, channel, address)
    return address


def _check_url(problems: Problems, channel: str, address: str) -> None:
    try:
        parts = checked_url(address)
        if not settings.WEBHOOK_ALLOW_PRIVATE:
            _check_literal(parts.hostname or "")
    except Unreachable as problem:
        problems.add("address", _("%(problem)s。") % {"problem": problem})
        return
    is_robots = ROBOT_TOKENS.get(NoticeChannel(channel), "") in parts.query
    problems.need("address", is_robots, _("请粘贴机器人设置里显示的完整地址。"))


def _check_literal(host: str) -> None:
    if host == "localhost":
        raise Unreachable(_("不允许发往内部网络地址"))
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return
    check_public(address)
