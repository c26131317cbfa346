from django.urls import path

from units.views import audit, divisions, imports, notices, work

app_name = "units"
urlpatterns = [
    path("jobs/", work.listing, name="jobs"),
    path("jobs/<int:pk>/", work.detail, name="job"),
    path("notices/", notices.listing, name="notices"),
    path("notices/read/", notices.read_all, name="notices_read"),
    path("notices/<int:pk>/open/", notices.follow, name="notice_open"),
    path("units/<int:pk>/divisions/", divisions.listing, name="divisions"),
    path("divisions/<int:pk>/", divisions.change, name="division"),
    path("roles/<int:pk>/division/", divisions.place, name="division_place"),
    path("administration/audit/", audit.listing, name="audit"),
    path("administration/audit.xlsx", audit.workbook, name="audit_xlsx"),
    path("administration/units/", imports.units_page, name="import_units"),
    path("administration/units/confirm/", imports.units_confirm, name="import_units_confirm"),
    path("administration/units/template.xlsx", imports.units_template, name="import_units_template"),
    path("administration/accounts/", imports.accounts_page, name="import_accounts"),
    path("administration/accounts/confirm/", imports.accounts_confirm, name="import_accounts_confirm"),
    path("administration/accounts/template.xlsx", imports.accounts_template, name="import_accounts_template"),
]
