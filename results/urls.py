from django.urls import path

from results.views import amendments, areas, board, decisions, public, runs, waiting

app_name = "results"
urlpatterns = [
    path("tiers/<int:pk>/progress/", board.progress, name="board"),
    path("tiers/<int:pk>/progress.xlsx", board.workbook, name="board_xlsx"),
    path("tiers/<int:pk>/progress/areas/", areas.progress, name="areas"),
    path("tiers/<int:pk>/progress/areas.xlsx", areas.workbook, name="areas_xlsx"),
    path("tiers/<int:pk>/progress/waiting/", waiting.listing, name="waiting"),
    path("tiers/<int:pk>/progress/waiting.xlsx", waiting.workbook, name="waiting_xlsx"),
    path("tiers/<int:pk>/compute/", runs.start, name="compute"),
    path("tiers/<int:pk>/runs/", runs.listing, name="runs"),
    path("runs/<int:pk>/", runs.detail, name="run"),
    path("runs/<int:pk>/units/<int:unit_pk>/", runs.unit, name="run_unit"),
    path("runs/<int:pk>/ranking.xlsx", decisions.ranking_xlsx, name="ranking_xlsx"),
    path("runs/<int:pk>/decision/", decisions.new, name="decision_new"),
    path("decisions/<int:pk>/", decisions.detail, name="decision"),
    path("decisions/<int:pk>/decision.pdf", decisions.pdf, name="decision_pdf"),
    path("decisions/<int:pk>/approve/", decisions.approve, name="decision_approve"),
    path("decisions/<int:pk>/publish/", decisions.publish, name="publish"),
    path("publications/<int:pk>/withdraw/", decisions.withdraw, name="withdraw"),
    path("criteria/<int:pk>/amend/", amendments.amend, name="amend"),
    path("criteria/<int:pk>/amend.xlsx", amendments.workbook, name="amend_xlsx"),
    path("amendments/<int:pk>/", amendments.detail, name="amendment"),
    path("public/", public.listing, name="public"),
    path("public/<int:tier_pk>/", public.ranking, name="ranking"),
    path("public/<int:tier_pk>/units/<int:unit_pk>/", public.unit, name="public_unit"),
    path("public/<int:tier_pk>/data.csv", public.open_data, name="open_data"),
    path("public/<int:tier_pk>/decision.pdf", public.decision, name="public_decision"),
    path("public/<int:tier_pk>/ranking.xlsx", public.workbook, name="public_xlsx"),
]
