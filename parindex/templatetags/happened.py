"""Actions and objects of the audit trail in words: ``{% load happened %}{{ event.action|action_words }}``."""

from django import template
from django.apps import apps
from django.utils.translation import gettext_lazy as _

register = template.Library()

ACTIONS = {
    "accounts.imported": _("accounts imported"),
    "appraisal.decided": _("points appraised"),
    "appraisals.loaded": _("appraisals loaded from a bundle"),
    "assessment.appraised": _("dossier appraised"),
    "assessment.reopened": _("dossier opened again"),
    "assessment.resubmitted": _("dossier submitted again as it was"),
    "assessment.returned": _("dossier returned for supplement"),
    "assessment.scored": _("leaf self-scored"),
    "assessment.submitted": _("dossier submitted"),
    "assessments.moved": _("dossiers moved to another version of their set"),
    "bundle.loaded": _("bundle loaded"),
    "calendar.moved_for_practice": _("calendar moved for practice"),
    "council.closed": _("appraisal closed"),
    "council.reopened": _("appraisal opened again"),
    "councils.loaded": _("councils loaded from a bundle"),
    "councils.moved": _("decisions and seats moved to another version of a set"),
    "criteria.amended": _("criteria set amended in mid-cycle"),
    "criteria.amendment_undone": _("amendment of a criteria set taken back"),
    "criteria.checked": _("criteria set checked"),
    "criteria.discarded": _("draft of a criteria set discarded"),
    "criteria.drafted": _("criteria set drafted"),
    "criteria.edited": _("criteria set edited"),
    "criteria.imported": _("criteria set imported from an annex"),
    "criteria.issued": _("criteria set issued"),
    "criteria.loaded": _("criteria loaded from a bundle"),
    "criteria.restored": _("earlier version of a criteria set back in force"),
    "criteria.upload_cancelled": _("import of an annex cancelled"),
    "criteria.uploaded": _("annex uploaded to be read as a criteria set"),
    "cycle.loaded": _("cycle loaded from a bundle"),
    "decision.approved": _("decision approved"),
    "decision.drafted": _("decision drafted"),
    "decision.rendered": _("decision printed as PDF"),
    "dossiers.loaded": _("dossiers loaded from a bundle"),
    "evidence.attached": _("evidence attached"),
    "evidence.detached": _("evidence detached"),
    "evidence.loaded": _("evidence loaded from a bundle"),
    "evidence.placed": _("place in the evidence named"),
    "exemption.added": _("exemption by rule given"),
    "exemption.asked": _("exemption asked for"),
    "exemption.granted": _("exemption granted"),
    "exemption.refused": _("exemption refused"),
    "exemption.withdrawn": _("exemption withdrawn"),
    "exemptions.moved": _("exemptions moved to another version of a set"),
    "legal.changed": _("legal document recorded or changed"),
    "legal.loaded": _("legal documents loaded"),
    "lineage.changed": _("origin of a criterion changed"),
    "lineage.confirmed": _("origins of criteria confirmed"),
    "lineage.proposed": _("origins of criteria proposed"),
    "notices.read": _("notices read"),
    "people.loaded": _("accounts loaded from a bundle"),
    "publication.made": _("results published"),
    "publication.withdrawn": _("publication withdrawn"),
    "receipt.asked": _("receipt asked for"),
    "receipt.printed": _("receipt printed as PDF"),
    "run.computed": _("index computed"),
    "run.failed": _("computation failed"),
    "run.started": _("computation started"),
    "survey.imported": _("survey points imported"),
    "survey.loaded": _("survey points loaded from a bundle"),
    "survey.moved": _("survey points moved to another version of a set"),
    "unit.attribute_ended": _("attribute of a unit ended"),
    "unit.attribute_given": _("attribute given to a unit"),
    "unit.attribute_removed": _("attribute of a unit removed"),
    "units.imported": _("units imported"),
    "units.loaded": _("units loaded from a bundle"),
}
OBJECTS = {
    "criteria.exemption": _("exemption"),
    "criteria.legaldocument": _("legal document"),
    "criteria.lineage": _("origin of a criterion"),
    "criteria.upload": _("uploaded annex"),
    "criteria.criterion": _("criterion"),
    "results.amendment": _("amendment"),
    "units.unitattribute": _("attribute of a unit"),
    "assessments.assessment": _("dossier"),
    "assessments.receipt": _("receipt"),
    "assessments.score": _("self-score"),
    "assessments.evidence": _("evidence"),
    "assessments.citation": _("evidence"),
    "councils.appraisal": _("appraised points"),
    "councils.council": _("council"),
    "criteria.criteriaset": _("criteria set"),
    "criteria.cycle": _("cycle"),
    "criteria.tier": _("tier"),
    "results.decision": _("decision"),
    "results.publication": _("publication"),
    "results.run": _("run"),
    "surveys.surveyimport": _("survey import"),
    "units.unit": _("unit"),
    "units.user": _("account"),
}


@register.filter
def action_words(action: str) -> str:
    """The action as an official would say it; the bare code of one that has no words yet."""
    return str(ACTIONS.get(action, action))


@register.filter
def target_words(target_type: str) -> str:
    """The kind of object in words; the model's own name where there are none."""
    if target_type in OBJECTS:
        return str(OBJECTS[target_type])
    return str(apps.get_model(target_type)._meta.verbose_name)
