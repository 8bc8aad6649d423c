from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LogoutView
from django.urls import path

from accounts import pages
from accounts.sessions import IsSignedIn, SignInHere

app_name = "accounts"
urlpatterns = [
    path("sign-in/", pages.SignIn.as_view(), name="sign_in"),
    path("sign-in/here/", SignInHere.as_view(), name="sign_in_here"),
    path("session/", IsSignedIn.as_view(), name="session"),
    path("sign-out/", login_not_required(LogoutView.as_view()), name="sign_out"),
    path("change-password/", pages.ChangePassword.as_view(), name="change_password"),
]
