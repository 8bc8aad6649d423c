"""What is handed to a gateway, and the two ways in which it fails."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, Protocol


@dataclass(frozen=True)
class Message:
    """One message to one address. `facts` are for programs, `title` and `text` for people."""

    key: str
    address: str
    secret: str
    title: str
    text: str
    url: str
    at: datetime
    facts: dict[str, str] = field(default_factory=dict)


class SendFailed(Exception):
    """It was not sent; the text says why, in words for the administrator and without secrets."""


class Refused(SendFailed):
    """This message was refused; the next one may pass."""


class Unreachable(SendFailed):
    """Nothing can be sent there now; the next message would meet the same."""


class Gateway(Protocol):
    """One channel. `is_shared` means that one gateway serves all addresses, `is_robot` that many people read one."""

    is_shared: ClassVar[bool]
    is_robot: ClassVar[bool]

    @property
    def is_set_up(self) -> bool:
        """Return whether the channel can be used on this installation."""

    def send(self, message: Message) -> None:
        """Send, within a few seconds.

        Raises  Refused, Unreachable
        """
