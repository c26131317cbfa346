from django.urls import path

from assessments.views import attributes, evidence, exemptions, handing_in, receipts, sheets

app_name = "assessments"
urlpatterns = [
    path("dossiers/", sheets.mine, name="mine"),
    path("dossiers/<int:pk>/", sheets.sheet, name="sheet"),
    path("dossiers/<int:pk>/sheet.xlsx", sheets.export, name="export"),
    path("dossiers/<int:pk>/scores/<int:criterion_pk>/", sheets.save, name="save"),
    path("dossiers/<int:pk>/scores/<int:criterion_pk>/evidence/", evidence.attach, name="attach"),
    path("dossiers/<int:pk>/check/", handing_in.check, name="check"),
    path("dossiers/<int:pk>/submit/", handing_in.submit, name="submit"),
    path("dossiers/<int:pk>/return/", handing_in.give_back, name="return"),
    path("dossiers/<int:pk>/exemption/<int:criterion_pk>/", exemptions.ask, name="exemption_ask"),
    path("criteria/<int:pk>/exemptions/", exemptions.listing, name="exemptions"),
    path("criteria/<int:pk>/exemptions.xlsx", exemptions.export, name="exemptions_xlsx"),
    path("criteria/<int:pk>/exemptions/new/", exemptions.new, name="exemption_new"),
    path("exemptions/<int:pk>/decide/", exemptions.decide, name="exemption_decide"),
    path("exemptions/<int:pk>/withdraw/", exemptions.withdraw, name="exemption_withdraw"),
    path("administration/attributes/", attributes.listing, name="attributes"),
    path("administration/attributes.xlsx", attributes.export, name="attributes_xlsx"),
    path("administration/attributes/new/", attributes.new, name="attribute_new"),
    path("administration/attributes/<int:pk>/end/", attributes.end, name="attribute_end"),
    path("citations/<int:pk>/place/", evidence.place, name="place"),
    path("citations/<int:pk>/remove/", evidence.detach, name="detach"),
    path("evidence/<int:pk>/", evidence.download, name="evidence"),
    path("evidence/<int:pk>/pages/<int:number>/", evidence.page, name="evidence_page"),
    path("receipts/<int:pk>/", receipts.receipt, name="receipt"),
    path("receipts/<int:pk>/content.json", receipts.content, name="receipt_content"),
    path("receipts/<int:pk>/receipt.pdf", receipts.pdf, name="receipt_pdf"),
    path("receipts/<int:pk>/print/", receipts.print_again, name="print"),
]
