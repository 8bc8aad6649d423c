"""The channels that a person chose beside the inbox."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views import View

from accounts.requests import SignedIn
from notices.models import NoticeChannel, Subscription
from notices.subscriptions import Choice, channels, choose_channel, drop_channel
from ui.refusals import show_field_errors
from verbs.refusals import InvalidInput


class Channels(View):
    """Lists the channels that can be chosen on this installation, each with the address that the person chose."""

    def get(self, request: SignedIn) -> HttpResponse:
        user = request.user
        chosen = {row.channel: row for row in Subscription.objects.filter(user=user)}
        rows = [(channel, chosen.get(channel)) for channel in channels()]
        return render(request, "notices/channels.html", {"rows": rows})


class ChannelForm(forms.Form):
    """The form of one channel. A stored secret is never shown again; an empty `secret` keeps it."""

    address = forms.CharField(strip=False, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    secret = forms.CharField(
        label=_("签名密钥"),
        strip=False,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=_("已保存的不再显示；不修改就留空。"),
    )
    language = forms.ChoiceField(label=_("消息语言"), choices=settings.LANGUAGES)

    LABELS: dict[NoticeChannel, tuple[Any, Any]] = {
        NoticeChannel.EMAIL: (_("邮箱"), ""),
        NoticeChannel.SMS: (_("手机号"), ""),
        NoticeChannel.DINGTALK: (
            _("机器人地址"),
            _("群设置 → 机器人 → 自定义，安全设置选“加签”，粘贴完整的 Webhook 地址。"),
        ),
        NoticeChannel.WECOM: (_("机器人地址"), _("群聊 → 添加群机器人，粘贴完整的 Webhook 地址。")),
        NoticeChannel.WEBHOOK: (_("地址"), _("每条通知以 JSON 发到这个地址；填了密钥就在请求头里带签名。")),
    }

    def __init__(self, channel: NoticeChannel, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.fields["address"].label, self.fields["address"].help_text = self.LABELS[channel]
        if channel not in (NoticeChannel.DINGTALK, NoticeChannel.WEBHOOK):
            del self.fields["secret"]


class ChooseChannel(View):
    """Shows and stores where one channel leads, and in which language."""

    user: Any
    channel: NoticeChannel

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.user = request.user
        self.channel = _channel(kwargs.pop("channel"))
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        chosen = Subscription.objects.filter(user=self.user, channel=self.channel).first()
        known = {NoticeChannel.EMAIL: self.user.email, NoticeChannel.SMS: self.user.phone}.get(self.channel, "")
        initial = {
            "address": chosen.address if chosen else known,
            "language": chosen.language if chosen else settings.LANGUAGE_CODE,
        }
        return self._shown(request, ChannelForm(self.channel, initial=initial), 200)

    def post(self, request: HttpRequest) -> HttpResponse:
        form = ChannelForm(self.channel, data=request.POST)
        if not form.is_valid():
            return self._shown(request, form, 422)
        try:
            choose_channel(choice=Choice(channel=self.channel, **form.cleaned_data), by=self.user)
        except InvalidInput as problem:
            show_field_errors(form, problem)
            return self._shown(request, form, 422)
        messages.success(request, _("已保存，今后的通知也会发到这里。"))
        return redirect("notices:channels")

    def _shown(self, request: HttpRequest, form: ChannelForm, status: int) -> HttpResponse:
        return render(request, "notices/channel.html", {"form": form, "channel": self.channel}, status=status)


class DropChannel(View):
    def post(self, request: SignedIn, channel: str) -> HttpResponse:
        user = request.user
        drop_channel(channel=_channel(channel), by=user)
        messages.success(request, _("已停用，通知仍在站内。"))
        return redirect("notices:channels")


def _channel(name: str) -> NoticeChannel:
    """Return the channel of that name; 404 for one that cannot be chosen here."""
    if name not in channels():
        raise Http404
    return NoticeChannel(name)
