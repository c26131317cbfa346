from django.urls import path

from criteria.views import files, importing, legal, life, lineage, public, reading, redline

app_name = "criteria"
urlpatterns = [
    path("cycles/<slug:code>/", reading.cycle, name="cycle"),
    path("cycles/<slug:code>/criteria/import/", importing.upload, name="set_import"),
    path("cycles/<slug:code>/criteria/import/<int:pk>/", importing.preview, name="set_upload"),
    path("cycles/<slug:code>/criteria/import/<int:pk>/cancel/", importing.cancel, name="set_upload_cancel"),
    path("cycles/<slug:code>/criteria/import/mau.xlsx", importing.sample, {"which": "mau"}, name="import_template"),
    path("cycles/<slug:code>/criteria/import/vi-du.xlsx", importing.sample, {"which": "vi-du"}, name="import_example"),
    path("criteria/<int:pk>/", reading.criteria_set, name="set"),
    path("criteria/<int:pk>/criteria.xlsx", files.export, {"suffix": "xlsx"}, name="set_export"),
    path("criteria/<int:pk>/criteria.csv", files.export, {"suffix": "csv"}, name="set_csv"),
    path("criteria/<int:pk>/criteria.docx", files.export, {"suffix": "docx"}, name="set_docx"),
    path("criteria/<int:pk>/criteria.pdf", files.export, {"suffix": "pdf"}, name="set_pdf"),
    path("bo-tieu-chi/", public.sets, name="public_sets"),
    path("bo-tieu-chi/<int:pk>/", public.criteria_set, name="public_set"),
    path("bo-tieu-chi/<int:pk>/criteria.<slug:suffix>", public.export, name="public_file"),
    path("criteria/<int:pk>/check/", life.check, name="set_check"),
    path("criteria/<int:pk>/issue/", life.issue, name="set_issue"),
    path("criteria/<int:pk>/version/", life.version, name="set_version"),
    path("criteria/<int:pk>/discard/", life.discard, name="set_discard"),
    path("legal/", legal.library, name="legal"),
    path("legal/new/", legal.document, name="legal_new"),
    path("legal/<int:pk>/", legal.document, name="legal_document"),
    path("criteria/<int:pk>/lineage/", lineage.lineage, name="set_lineage"),
    path("criteria/<int:pk>/lineage/propose/", lineage.propose, name="set_lineage_propose"),
    path("criteria/<int:pk>/lineage/confirm/", lineage.confirm, name="set_lineage_confirm"),
    path("criteria/<int:pk>/lineage/<int:leaf_pk>/", lineage.leaf, name="set_lineage_leaf"),
    path("criteria/<int:pk>/redline/", redline.first, name="set_redlines"),
    path("criteria/<int:pk>/redline/<int:other>/", redline.redline, name="set_redline"),
    path("criteria/<int:pk>/redline/<int:other>/phu-luc.pdf", redline.pdf, name="set_redline_pdf"),
    path("criteria/<int:pk>/redline/<int:other>/phu-luc.docx", redline.docx, name="set_redline_docx"),
    path("criteria/<int:pk>/redline/<int:other>/phu-luc.xlsx", redline.xlsx, name="set_redline_xlsx"),
]
