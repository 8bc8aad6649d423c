"""E-mail through Django's backend, which EMAIL_URL chooses; the Message-ID is the notice's key."""

import smtplib
from email.utils import parseaddr
from typing import ClassVar

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.translation import gettext as _

from notices.gateways.message import Message, Refused, Unreachable


class Mail:
    is_shared: ClassVar[bool] = True
    is_robot: ClassVar[bool] = False

    @property
    def is_set_up(self) -> bool:
        return bool(settings.EMAIL_BACKEND) and "dummy" not in settings.EMAIL_BACKEND

    def send(self, message: Message) -> None:
        if not self.is_set_up:
            raise Unreachable(_("没有设置 EMAIL_URL"))
        domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
        mail = EmailMessage(
            subject=message.title,
            body="\n".join(part for part in (message.text, message.url) if part),
            to=[message.address],
            headers={"Message-ID": f"<{message.key}@{domain}>", "Auto-Submitted": "auto-generated"},
        )
        try:
            mail.send()
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError) as problem:
            raise Refused(_("邮件被拒收（%(kind)s）") % {"kind": type(problem).__name__}) from problem
        except (smtplib.SMTPException, OSError) as problem:
            raise Unreachable(_("邮件服务器没有应答（%(kind)s）") % {"kind": type(problem).__name__}) from problem
        except ValueError as problem:  # an address or a subject that no mail can carry
            raise Refused(_("邮件地址不正确")) from problem
