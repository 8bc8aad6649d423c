"""The ways out of the house: one class for each channel, which sends one message or says why it cannot.

A gateway knows nothing of notices and retries (notices/sending.py does), and the messages that it is given
carry nothing their receiver may not know (notices/subjects.py). A receiver gets the same `key` with every attempt and
can drop a repeat. All HTTP goes through notices/gateways/http.py. A library of notification services was tried and
given up: a robot answers a refusal with status 200, which that library takes for a success.
"""

from notices.gateways.mail import Mail
from notices.gateways.message import Gateway, Message, Refused, SendFailed, Unreachable
from notices.gateways.robots import DingTalk, WeCom
from notices.gateways.sms import Sms
from notices.gateways.webhook import Webhook
from notices.models import NoticeChannel

GATEWAYS: dict[str, Gateway] = {
    NoticeChannel.EMAIL: Mail(),
    NoticeChannel.SMS: Sms(),
    NoticeChannel.DINGTALK: DingTalk(),
    NoticeChannel.WECOM: WeCom(),
    NoticeChannel.WEBHOOK: Webhook(),
}

__all__ = ["GATEWAYS", "Gateway", "Message", "Refused", "SendFailed", "Unreachable"]
