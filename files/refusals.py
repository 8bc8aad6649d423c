"""How a file is refused: each reason that more than one check has, as one sentence without the file's name."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from verbs.refusals import Refusal


class Busy(Refusal):
    """More pictures are being made anew than the machine or this web process has room for."""

    code = "busy"
    status = 429
    wait = 5  # seconds until it is worth asking again
    message = gettext_lazy("现在上传图片的人较多，请过一会儿再试。")  # type: ignore[assignment]


class Unfit(ValueError):
    """A file is not accepted; the message is one sentence that says why, without the file's name."""


def damaged(extension: str) -> Unfit:
    return Unfit(_("内容与扩展名%(extension)s不符，或文件已损坏。") % {"extension": extension})


def has_macros() -> Unfit:
    return Unfit(_("文件里有宏，请另存为不带宏的文件再上传。"))


def has_password() -> Unfit:
    return Unfit(_("文件加了密码，请去掉密码再上传。"))


def carries(name: str) -> Unfit:
    """Return the refusal of a document with this program, or a file of a kind that is not accepted, inside."""
    return Unfit(_("文件里夹带了程序或不支持的文件（%(name)s），不能上传。") % {"name": name[:60]})


def too_much_inside() -> Unfit:
    return Unfit(_("文件展开后过大，或压缩得异常，不能上传。"))
