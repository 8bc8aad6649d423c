"""Text messages: to the log (`console:`), or to an HTTP gateway that takes {"to", "text", "key"}.

Leaves out the interfaces of single providers: a small adapter in front of theirs speaks this one.
"""

import logging
from typing import ClassVar

from django.conf import settings
from django.utils.translation import gettext as _

from petitions.gateways.http import post_json
from petitions.gateways.message import Message, Unreachable

CONSOLE = "console:"
# Longer ones are charged as several (70 characters a part).
MOST_CHARACTERS = 140

logger = logging.getLogger(__name__)


class Sms:
    is_shared: ClassVar[bool] = True
    is_robot: ClassVar[bool] = False

    @property
    def is_set_up(self) -> bool:
        return bool(settings.SMS_GATEWAY_URL)

    def send(self, message: Message) -> None:
        if not self.is_set_up:
            raise Unreachable(_("没有设置 SMS_GATEWAY_URL"))
        text = f"{message.title} {message.text.partition(chr(10))[0]}"[:MOST_CHARACTERS]
        if settings.SMS_GATEWAY_URL == CONSOLE:
            logger.info("SMS to %s: %s", message.address, text)
            return
        headers = {"Idempotency-Key": message.key}
        if settings.SMS_GATEWAY_TOKEN:
            headers["Authorization"] = f"Bearer {settings.SMS_GATEWAY_TOKEN}"
        content = {"to": message.address, "text": text, "key": message.key}
        post_json(settings.SMS_GATEWAY_URL, content, headers=headers, is_trusted=True)
