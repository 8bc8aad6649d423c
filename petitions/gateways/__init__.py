"""The ways out of the house: one class a channel, each sends one message or says why not.

A gateway knows nothing of notices and retries (petitions/delivery.py does), and a message that it takes
carries nothing its receiver may not know (petitions/wording.py). Whoever receives gets `key` with every attempt and
can drop a repeat. All HTTP goes through petitions/gateways/http.py: a library of notification services was tried and
left, because it takes the refusal of a robot, which comes with status 200, for a success.
"""

from petitions.gateways.mail import Mail
from petitions.gateways.message import Gateway, Message, Refused, SendFailed, Unreachable
from petitions.gateways.robots import DingTalk, WeCom
from petitions.gateways.sms import Sms
from petitions.gateways.webhook import Webhook
from petitions.models import NoticeChannel

GATEWAYS: dict[str, Gateway] = {
    NoticeChannel.EMAIL: Mail(),
    NoticeChannel.SMS: Sms(),
    NoticeChannel.DINGTALK: DingTalk(),
    NoticeChannel.WECOM: WeCom(),
    NoticeChannel.WEBHOOK: Webhook(),
}

__all__ = ["GATEWAYS", "Gateway", "Message", "Refused", "SendFailed", "Unreachable"]
