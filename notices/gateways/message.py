"""What is handed to a gateway, and the two ways in which it fails."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, Protocol


@dataclass(frozen=True)
class Message:
    """One message to one address. `facts` are for programs, `title` and `text` for people.

    lets_act  whether its reader can do at `url`, without signing in, what the message asks for
    """

    key: str
    address: str
    secret: str
    title: str
    text: str
    url: str
    at: datetime
    facts: dict[str, str] = field(default_factory=dict)
    lets_act: bool = False


class SendFailed(Exception):
    """A message was not sent; the text says why, in words for the administrator and without secrets."""


class Refused(SendFailed):
    """This message was refused; the next one may pass."""


class Unreachable(SendFailed):
    """Nothing can be sent to this address now; the next message would fail too."""


class Gateway(Protocol):
    """One channel out of the house.

    is_shared  one server takes the messages for all addresses, so that when it fails, it fails for all of them
    is_robot   many people read what is sent to one address
    """

    is_shared: ClassVar[bool]
    is_robot: ClassVar[bool]

    @property
    def is_set_up(self) -> bool:
        """Return whether the channel can be used on this installation."""

    def send(self, message: Message) -> None:
        """Send, within a few seconds.

        Raises  Refused, Unreachable
        """
