"""Every address of the house. A new one gets its row in tests/architecture/access.csv in the same commit."""

from django.urls import include, path

from parindex import views

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
    path("accounts/", include("allauth.account.urls")),
    path("accounts/2fa/", include("allauth.mfa.urls")),
    path("accounts/sessions/", include("allauth.usersessions.urls")),
    path("", include("units.urls")),
    path("", include("criteria.urls")),
    path("", include("assessments.urls")),
    path("", include("surveys.urls")),
    path("", include("councils.urls")),
    path("", include("results.urls")),
]
