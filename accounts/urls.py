from django.contrib.auth.views import LogoutView
from django.urls import path

from accounts import pages

app_name = "accounts"
urlpatterns = [
    path("sign-in/", pages.SignIn.as_view(), name="sign_in"),
    path("sign-out/", LogoutView.as_view(), name="sign_out"),
    path("change-password/", pages.ChangePassword.as_view(), name="change_password"),
]
