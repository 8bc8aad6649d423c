"""Signing in and out, changing one's password."""

from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, PasswordChangeView
from django.contrib.messages.views import SuccessMessageMixin
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from verbs.texts import cleaned


class SignInForm(AuthenticationForm):
    """The name is read as when it was entered, so that no unseen sign makes another name of it for the lock-out."""

    def clean_username(self) -> str:
        return cleaned(self.cleaned_data["username"])


class SignIn(LoginView):
    authentication_form = SignInForm
    template_name = "accounts/sign_in.html"
    redirect_authenticated_user = True


class ChangePassword(SuccessMessageMixin, PasswordChangeView):
    template_name = "accounts/change_password.html"
    success_url = reverse_lazy("home")
    success_message = _("密码已修改。")
