from django.urls import path

from councils import views

app_name = "councils"
PAIR = "appraisals/<int:assessment_pk>/<int:criterion_pk>/"
urlpatterns = [
    path("councils/<int:pk>/queue/", views.queue, name="queue"),
    path("councils/<int:pk>/queue.xlsx", views.queue_xlsx, name="queue_xlsx"),
    path("councils/<int:pk>/progress/", views.progress, name="progress"),
    path("councils/<int:pk>/undecided.xlsx", views.undecided_xlsx, name="undecided_xlsx"),
    path("councils/<int:pk>/close/", views.close, name="close"),
    path("councils/<int:pk>/reopen/", views.reopen, name="reopen"),
    path(PAIR, views.pair, name="pair"),
    path(f"{PAIR}decide/", views.decide, name="decide"),
    path(f"{PAIR}evidence/<int:evidence_pk>/<int:number>.png", views.evidence_page, name="evidence_page"),
    path(f"{PAIR}evidence/<int:evidence_pk>/file", views.evidence_file, name="evidence_file"),
]
