from django.urls import path

from criteria import views

app_name = "criteria"
urlpatterns = [
    path("cycles/<slug:code>/", views.cycle, name="cycle"),
    path("criteria/<int:pk>/", views.criteria_set, name="set"),
    path("criteria/<int:pk>/criteria.xlsx", views.export, name="set_export"),
]
