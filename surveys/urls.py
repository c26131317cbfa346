from django.urls import path

from surveys import views

app_name = "surveys"
urlpatterns = [
    path("tiers/<int:pk>/survey/", views.import_page, name="import"),
    path("tiers/<int:pk>/survey/confirm/", views.confirm, name="confirm"),
    path("tiers/<int:pk>/survey/form.xlsx", views.form_to_fill, name="form"),
    path("tiers/<int:pk>/survey/points.xlsx", views.export, name="export"),
    path("survey-imports/<int:pk>/", views.receipt, name="receipt"),
    path("survey-imports/<int:pk>/workbook.xlsx", views.workbook, name="workbook"),
]
