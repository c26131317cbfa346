from django.urls import path

from councils.views import asking, desk

app_name = "councils"
PAIR = "appraisals/<int:assessment_pk>/<int:criterion_pk>/"
urlpatterns = [
    path("councils/<int:pk>/queue/", desk.queue, name="queue"),
    path("councils/<int:pk>/queue.xlsx", desk.queue_xlsx, name="queue_xlsx"),
    path("councils/<int:pk>/progress/", desk.progress, name="progress"),
    path("councils/<int:pk>/undecided.xlsx", desk.undecided_xlsx, name="undecided_xlsx"),
    path("councils/<int:pk>/close/", desk.close, name="close"),
    path("councils/<int:pk>/reopen/", desk.reopen, name="reopen"),
    path(PAIR, desk.pair, name="pair"),
    path(f"{PAIR}decide/", desk.decide, name="decide"),
    path(f"{PAIR}evidence/<int:evidence_pk>/<int:number>.png", desk.evidence_page, name="evidence_page"),
    path(f"{PAIR}evidence/<int:evidence_pk>/file", desk.evidence_file, name="evidence_file"),
    path(f"{PAIR}ask/", asking.ask, name="ask"),
    path("appraisals/<int:assessment_pk>/return/", asking.give_back, name="return"),
    path("appraisals/documents/<int:pk>/verdict/", asking.judge, name="judge"),
    path("appraisals/requests/<int:pk>/close/", asking.close, name="request_close"),
    path("councils/<int:pk>/requests/", asking.listing, name="requests"),
    path("councils/<int:pk>/refusals.xlsx", asking.refusals_xlsx, name="refusals_xlsx"),
]
