"""A person's notices: the inbox, and the channels that they chose beside it."""

import uuid
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views import View

from petitions import queries
from petitions.inbox import read_notice, read_notices
from petitions.models import Notice, NoticeChannel, Subscription
from petitions.subscriptions import Choice, channels, choose_channel, drop_channel
from petitions.wording import word_notice
from ui.paging import page_of
from ui.refusals import show_field_errors
from verbs.refusals import InvalidInput


class Inbox(View):
    """What the person was told, newest first; `?show=unread` leaves out what was read."""

    def get(self, request: HttpRequest) -> HttpResponse:
        user: Any = request.user
        show = request.GET.get("show", "")
        rows = queries.notices_of(user)
        if show == "unread":
            rows = rows.filter(read_at__isnull=True)
        page = page_of(rows, request.GET.get("page"))
        known = queries.petitions_told_of(page.rows, user)
        for notice in page.rows:
            petition, is_visible = known[notice.event.subject_id]
            notice.wording = word_notice(notice.event, petition, reader=user, is_visible=is_visible, is_outside=False)
        return render(request, "petitions/notices.html", {"page": page, "show": show})


class ReadNotice(View):
    """Notes that a notice was read and leads to its petition: a link, because it can be followed again and again."""

    def get(self, request: HttpRequest, key: uuid.UUID) -> HttpResponse:
        user: Any = request.user
        try:
            petition = read_notice(key=key, by=user, now=timezone.now())
        except Notice.DoesNotExist as missing:
            raise Http404 from missing
        return redirect("petitions:show", number=petition.number)


class ReadAll(View):
    def post(self, request: HttpRequest) -> HttpResponse:
        user: Any = request.user
        read_notices(by=user, now=timezone.now())
        return redirect("petitions:notices")


class Channels(View):
    """Every channel that can be chosen here, and where the person's own leads."""

    def get(self, request: HttpRequest) -> HttpResponse:
        user: Any = request.user
        chosen = {row.channel: row for row in Subscription.objects.filter(user=user)}
        rows = [(channel, chosen.get(channel)) for channel in channels()]
        return render(request, "petitions/channels.html", {"rows": rows})


class ChannelForm(forms.Form):
    """`secret` is never shown again: empty keeps the one that is stored."""

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
    """Where one channel leads, and in which language."""

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
        return redirect("petitions:channels")

    def _shown(self, request: HttpRequest, form: ChannelForm, status: int) -> HttpResponse:
        return render(request, "petitions/channel.html", {"form": form, "channel": self.channel}, status=status)


class DropChannel(View):
    def post(self, request: HttpRequest, channel: str) -> HttpResponse:
        user: Any = request.user
        drop_channel(channel=_channel(channel), by=user)
        messages.success(request, _("已停用，通知仍在站内。"))
        return redirect("petitions:channels")


def _channel(name: str) -> NoticeChannel:
    """Return the channel of that name; 404 for one that cannot be chosen here."""
    if name not in channels():
        raise Http404
    return NoticeChannel(name)
