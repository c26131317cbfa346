from django.urls import path

from criteria.views import reading

app_name = "criteria"
urlpatterns = [
    path("cycles/<slug:code>/", reading.cycle, name="cycle"),
    path("criteria/<int:pk>/", reading.criteria_set, name="set"),
    path("criteria/<int:pk>/criteria.xlsx", reading.export, name="set_export"),
]
