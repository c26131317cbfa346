"""Every address of the house. A new one gets its row in tests/architecture/access.csv in the same commit."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.usersessions import views as sessions
from django.urls import include, path

from assessments import urls as assessments
from parindex import views, work

handler400 = views.bad_request
handler403 = views.refused
handler404 = views.not_found
handler500 = views.broken

urlpatterns = [
    path("", views.home, name="home"),
    path("help/", views.help_page, name="help"),
    path("health/live/", views.live, name="live"),
    path("health/ready/", views.ready, name="ready"),
    path("language/", include("django.conf.urls.i18n")),
    # Of allauth only what is used here, under its own names: nobody signs up, nothing is sent by e-mail.
    path("accounts/login/", account.login, name="account_login"),
    path("accounts/logout/", account.logout, name="account_logout"),
    path("accounts/inactive/", account.account_inactive, name="account_inactive"),
    path("accounts/reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("accounts/password/", account.password_change, name="account_change_password"),
    path("accounts/2fa/", mfa.index, name="mfa_index"),
    path("accounts/2fa/authenticate/", mfa.authenticate, name="mfa_authenticate"),
    path("accounts/2fa/reauthenticate/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("accounts/2fa/app/activate/", totp.activate_totp, name="mfa_activate_totp"),
    path("accounts/2fa/app/deactivate/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("accounts/2fa/codes/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("accounts/2fa/codes/generate/", codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("accounts/2fa/codes/download/", codes.download_recovery_codes, name="mfa_download_recovery_codes"),
    path("accounts/sessions/", sessions.list_usersessions, name="usersessions_list"),
    path("", include("units.urls")),
    path("", include("criteria.urls")),
    # The list of work is made of what all apps ask for; it goes by the name that the unit's workplace links to.
    path("", include(([*assessments.urlpatterns, path("work/", work.queue, name="queue")], assessments.app_name))),
    path("", include("surveys.urls")),
    path("", include("councils.urls")),
    path("", include("results.urls")),
]
