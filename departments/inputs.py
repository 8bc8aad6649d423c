"""Reading what was typed in verbs about scores."""

from django.utils.translation import gettext as _

TEXT_LEAST, TEXT_MOST = 4, 2000  # characters, as for every other reason in the house


def checked_text(value: str) -> tuple[str, str]:
    """Return what was typed without spaces around it and NUL, and what is wrong with it, or ""."""
    text = value.replace("\x00", "").strip()
    if not text:
        return text, _("请填写这一项。")
    if len(text) < TEXT_LEAST:
        return text, _("请至少写%(least)d个字，现在是%(length)d个。") % {"least": TEXT_LEAST, "length": len(text)}
    if len(text) > TEXT_MOST:
        return text, _("最多%(most)d个字，现在是%(length)d个。") % {"most": TEXT_MOST, "length": len(text)}
    return text, ""
