"""A POST of JSON to an address that the recipient chose, signed when they gave a secret.

The header `X-Shaoying-Signature` is `sha256=` and the hexadecimal HMAC-SHA256 of the body, with the secret as its key.
"""

import hashlib
import hmac
import json
from typing import ClassVar

from notices.gateways.http import post_json
from notices.gateways.message import Message


class Webhook:
    is_shared: ClassVar[bool] = False
    is_robot: ClassVar[bool] = False
    is_set_up = True

    def send(self, message: Message) -> None:
        content = {
            "key": message.key,
            **message.facts,
            "title": message.title,
            "text": message.text,
            "url": message.url,
            "sent_at": message.at.isoformat(),
        }
        body = json.dumps(content, ensure_ascii=False).encode()
        headers = {"Idempotency-Key": message.key}
        if message.secret:
            signature = hmac.new(message.secret.encode(), body, hashlib.sha256).hexdigest()
            headers["X-Shaoying-Signature"] = f"sha256={signature}"
        post_json(message.address, body, headers=headers)
