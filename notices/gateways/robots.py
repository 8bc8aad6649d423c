"""Robots of DingTalk and WeCom groups: the address is the one that the group's settings show, token included.

Both answer a refusal with status 200 and an `errcode`. Sources: open.dingtalk.com, 自定义机器人安全设置 and 接入;
developer.work.weixin.qq.com, 群机器人配置说明.
"""

import base64
import hashlib
import hmac
import json
from typing import ClassVar
from urllib.parse import quote_plus

from django.utils.translation import gettext as _

from notices.gateways.http import post_json
from notices.gateways.message import Message, Refused, Unreachable

# The robots' codes for too many messages: then they take nothing more for a while.
TOO_MANY = (130101, 410100, 45009)


def sign(secret: str, milliseconds: int) -> str:
    """Return the query parameters that a DingTalk robot with a secret asks for; they are valid for an hour."""
    signed = hmac.new(secret.encode(), f"{milliseconds}\n{secret}".encode(), hashlib.sha256).digest()
    return f"timestamp={milliseconds}&sign={quote_plus(base64.b64encode(signed))}"


class _Robot:
    is_shared: ClassVar[bool] = False
    is_robot: ClassVar[bool] = True
    is_set_up = True
    most_bytes: ClassVar[int]

    def send(self, message: Message) -> None:
        text = "\n".join(part for part in (message.title, message.text, message.url) if part)
        content = {"msgtype": "text", "text": {"content": clipped(text, self.most_bytes)}}
        _check_answer(post_json(self.target(message), content, headers={"Idempotency-Key": message.key}))

    def target(self, message: Message) -> str:
        return message.address


class DingTalk(_Robot):
    most_bytes = 18000

    def target(self, message: Message) -> str:
        if not message.secret:
            return message.address
        return f"{message.address}&{sign(message.secret, int(message.at.timestamp() * 1000))}"


class WeCom(_Robot):
    most_bytes = 2048


def clipped(text: str, most: int) -> str:
    """Return the text, cut off so that it fits into `most` bytes of UTF-8."""
    encoded = text.encode()
    return text if len(encoded) <= most else encoded[: most - 3].decode(errors="ignore") + "…"


def _check_answer(answer: bytes) -> None:
    try:
        code = json.loads(answer)["errcode"]
    except (ValueError, KeyError, TypeError) as problem:
        raise Unreachable(_("机器人的答复无法识别")) from problem
    if code == 0:
        return
    reason = _("机器人拒绝（errcode %(code)s）") % {"code": str(code)[:20]}
    raise Unreachable(reason) if code in TOO_MANY else Refused(reason)
