"""Text messages: to the log (`console:`), or to an HTTP gateway that takes {"to", "text", "key"}.

Leaves out the interfaces of single providers: a small adapter in front of a provider's interface takes this request.
"""

import logging
from typing import ClassVar

from django.conf import settings
from django.utils.translation import gettext as _

from notices.gateways.http import post_json
from notices.gateways.message import Message, Unreachable

CONSOLE = "console:"
# Longer words are cut off: text messages are charged by parts of 70 characters. A link is never cut.
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
        text = text_of(message)
        if settings.SMS_GATEWAY_URL == CONSOLE:
            # Not the whole number: a log would say who asked about the petition that the text names.
            logger.info("SMS to …%s: %s", message.address[-4:], text)
            return
        headers = {"Idempotency-Key": message.key}
        if settings.SMS_GATEWAY_TOKEN:
            headers["Authorization"] = f"Bearer {settings.SMS_GATEWAY_TOKEN}"
        content = {"to": message.address, "text": text, "key": message.key}
        post_json(settings.SMS_GATEWAY_URL, content, headers=headers, is_trusted=True)


def text_of(message: Message) -> str:
    """Return the title and the first line; then the link, if its reader can act by it without signing in.

    No other link is worth a part of its own: whoever has to sign in anyway knows the address. Before a link the words
    are cut further, but never the title.
    """
    link = f" {message.url}" if message.lets_act else ""
    words = f"{message.title} {message.text.partition(chr(10))[0]}"
    room = max(MOST_CHARACTERS - len(link), len(message.title)) if link else MOST_CHARACTERS
    return words[:room].rstrip() + link
