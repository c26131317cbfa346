"""Pages of decisions: who sees what, what is kept when something is refused, and the fresh sign-in."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from results.models import Decision, DecisionState, Publication, Run
from tests.factories import rows
from tests.factories.rows import Season
from tests.results import house, papers
from units.models import Job, User

pytestmark = pytest.mark.django_db
FORM = {
    "number": "5/QĐ-UBND",
    "place": "Thử",
    "date": "2023-01-15",
    "on_behalf_of": "",
    "signer_office": "CHỦ TỊCH",
    "signer": "Nguyễn Văn A",
    "grounds": "Căn cứ Luật A;\nTheo đề nghị của Sở Nội vụ.",
}


@pytest.fixture
def season() -> Season:
    return house.ready()


@pytest.fixture
def run(season: Season) -> Run:
    return papers.computed(season)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def fresh(user: User) -> Client:
    """Signed in, and the password given again a moment ago."""
    client = signed_in(user)
    client.post(reverse("account_reauthenticate"), {"password": rows.PASSWORD})
    return client


# --- draft ------------------------------------------------------------------------------------------------------------


def test_new_is_prefilled_from_the_cycle(season: Season, run: Run) -> None:
    response = signed_in(season.staff).get(reverse("results:decision_new", args=[run.pk]))
    form = response.context["form"]
    names = ("number", "place", "signer", "signer_office")
    assert [form.initial[name] for name in names] == ["/QĐ-UBND", "Thử", "Người chairman", "CHỦ TỊCH"]
    assert form.initial["date"] == timezone.localdate()
    assert [unit.name for unit in response.context["withheld"]] == ["Sở Nội vụ"]


def test_new_posted_leads_to_the_job(season: Season, run: Run) -> None:
    response = signed_in(season.staff).post(reverse("results:decision_new", args=[run.pk]), FORM)
    decision = Decision.objects.get()
    assert response["Location"] == reverse("units:job", args=[decision.job_id])
    assert (decision.number, decision.grounds) == ("05/QĐ-UBND", "Căn cứ Luật A\nTheo đề nghị của Sở Nội vụ")


@pytest.mark.parametrize("number", ["", "QĐ-UBND", "5", "năm/QĐ-UBND", "5/KH-UBND"])
def test_new_with_a_wrong_number_keeps_what_was_typed(season: Season, run: Run, number: str) -> None:
    response = signed_in(season.staff).post(
        reverse("results:decision_new", args=[run.pk]), {**FORM, "number": number, "place": "Chỗ khác"}
    )
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["number"]
    assert 'value="Chỗ khác"' in response.content.decode()
    assert Decision.objects.count() == 0


def test_new_with_a_wrong_date_is_refused(season: Season, run: Run) -> None:
    response = signed_in(season.staff).post(
        reverse("results:decision_new", args=[run.pk]), {**FORM, "date": "31/02/2023"}
    )
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["date"])


def test_new_refused_by_the_service_says_why(season: Season) -> None:
    run = house.computed(season)
    response = signed_in(season.staff).post(reverse("results:decision_new", args=[run.pk]), FORM)
    assert response.status_code == 422
    assert len(response.context["form"].non_field_errors()) == 1


def test_new_of_an_approved_run_shows_no_form(season: Season, run: Run) -> None:
    papers.approved(run, season)
    response = signed_in(season.staff).get(reverse("results:decision_new", args=[run.pk]))
    assert "<textarea" not in response.content.decode()


def test_new_of_a_drafted_decision_starts_from_it(season: Season, run: Run) -> None:
    papers.rendered(run, season)
    response = signed_in(season.staff).get(reverse("results:decision_new", args=[run.pk]))
    assert response.context["form"].initial["number"] == "36/QĐ-UBND"


def test_new_beside_a_newer_run_warns(season: Season, run: Run) -> None:
    newer = house.computed(season)
    response = signed_in(season.staff).get(reverse("results:decision_new", args=[run.pk]))
    assert response.context["newer"].pk == newer.pk


def test_new_without_a_chairman_leaves_the_signer_empty(season: Season, run: Run) -> None:
    season.chairman.memberships.all().delete()
    response = signed_in(season.staff).get(reverse("results:decision_new", args=[run.pk]))
    assert response.context["form"].initial["signer"] == ""


@pytest.mark.parametrize(("who", "status"), [("officer", 404), ("outsider", 404), ("chairman", 403), ("staff", 200)])
def test_new_is_for_the_standing_body(season: Season, run: Run, who: str, status: int) -> None:
    response = signed_in(getattr(season, who)).get(reverse("results:decision_new", args=[run.pk]))
    assert response.status_code == status


# --- look -------------------------------------------------------------------------------------------------------------


def test_detail_while_the_document_is_made_asks_again(season: Season, run: Run) -> None:
    decision = papers.drafted(run, season)
    response = signed_in(season.staff).get(reverse("results:decision", args=[decision.pk]))
    assert f'hx-get="{reverse("results:decision", args=[decision.pk])}"' in response.content.decode()


def test_detail_for_htmx_is_the_document_alone(season: Season, run: Run) -> None:
    decision = papers.rendered(run, season)
    response = signed_in(season.staff).get(
        reverse("results:decision", args=[decision.pk]), headers={"HX-Request": "true"}
    )
    page = response.content.decode()
    assert (page.count("<h1"), page.count(reverse("results:decision_pdf", args=[decision.pk]))) == (0, 1)
    assert "hx-get" not in page


def test_detail_of_a_failed_document_says_why(season: Season, run: Run) -> None:
    decision = papers.drafted(run, season)
    Job.objects.update(state="failed", error="Thiếu Pango", finished_at=timezone.now())
    response = signed_in(season.staff).get(reverse("results:decision", args=[decision.pk]))
    assert "Thiếu Pango" in response.content.decode()


def test_detail_offers_approval_to_the_chairman_only(season: Season, run: Run) -> None:
    decision = papers.rendered(run, season)
    link = reverse("results:decision_approve", args=[decision.pk])
    shown = [
        link in signed_in(who).get(reverse("results:decision", args=[decision.pk])).content.decode()
        for who in (season.staff, season.chairman)
    ]
    assert shown == [False, True]


def test_detail_has_as_many_queries_with_more_runs(season: Season, run: Run) -> None:
    decision = papers.rendered(run, season)
    client = signed_in(season.chairman)
    address = reverse("results:decision", args=[decision.pk])
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    for _number in range(3):
        house.computed(season)
    with CaptureQueriesContext(connection) as many:
        client.get(address)
    assert len(many) == len(few)


def test_pdf_is_the_stored_document(season: Season, run: Run) -> None:
    decision = papers.rendered(run, season)
    response = signed_in(season.staff).get(reverse("results:decision_pdf", args=[decision.pk]))
    assert response.content == Path(decision.pdf.path).read_bytes()
    assert (response["Content-Type"], response["Content-Disposition"]) == (
        "application/pdf",
        "inline; filename*=utf-8''36-Q%C4%90-UBND.pdf",
    )


def test_pdf_before_it_is_made_is_not_found(season: Season, run: Run) -> None:
    decision = papers.drafted(run, season)
    assert signed_in(season.staff).get(reverse("results:decision_pdf", args=[decision.pk])).status_code == 404


def test_ranking_workbook_is_a_download(season: Season, run: Run, tmp_path: Path) -> None:
    response = signed_in(season.staff).get(reverse("results:ranking_xlsx", args=[run.pk]))
    (tmp_path / "a.xlsx").write_bytes(response.content)
    assert load_workbook(tmp_path / "a.xlsx").worksheets[0]["B2"].value == "Sở Y tế"
    assert response["Content-Disposition"] == 'attachment; filename="thu-tinh-1.xlsx"'


def test_ranking_workbook_of_an_unfinished_run_is_not_found(season: Season, run: Run) -> None:
    Run.objects.filter(pk=run.pk).update(computed_at=None)
    assert signed_in(season.staff).get(reverse("results:ranking_xlsx", args=[run.pk])).status_code == 404


# --- approve ----------------------------------------------------------------------------------------------------------


def test_approve_page_says_what_happens(season: Season, run: Run) -> None:
    decision = papers.rendered(run, season)
    response = fresh(season.chairman).get(reverse("results:decision_approve", args=[decision.pk]))
    assert response.status_code == 200
    assert [unit.name for unit in response.context["withheld"]] == ["Sở Nội vụ"]


@pytest.mark.parametrize("method", ["get", "post"])
def test_approve_with_a_stale_sign_in_asks_for_the_password(season: Season, run: Run, method: str) -> None:
    decision = papers.rendered(run, season)
    address = reverse("results:decision_approve", args=[decision.pk])
    response = getattr(signed_in(season.chairman), method)(address, {"read": "on"})
    assert response["Location"].partition("?")[0] == reverse("account_reauthenticate")
    assert Decision.objects.get().state == DecisionState.DRAFTED


def test_approve_goes_on_after_the_password(season: Season, run: Run) -> None:
    decision = papers.rendered(run, season)
    client = signed_in(season.chairman)
    asked = client.post(reverse("results:decision_approve", args=[decision.pk]), {"read": "on"})
    client.post(asked["Location"], {"password": rows.PASSWORD})
    assert Decision.objects.get().state == DecisionState.APPROVED


def test_approve_long_after_the_password_asks_again(season: Season, run: Run) -> None:
    decision = papers.rendered(run, season)
    client = fresh(season.chairman)
    session = client.session
    session["account_authentication_methods"] = [
        {**method, "at": method["at"] - 3600} for method in session["account_authentication_methods"]
    ]
    session.save()
    response = client.post(reverse("results:decision_approve", args=[decision.pk]), {"read": "on"})
    assert response["Location"].partition("?")[0] == reverse("account_reauthenticate")
    assert Decision.objects.get().state == DecisionState.DRAFTED


def test_approve_with_a_fresh_sign_in_approves(season: Season, run: Run) -> None:
    decision = papers.rendered(run, season)
    response = fresh(season.chairman).post(reverse("results:decision_approve", args=[decision.pk]), {"read": "on"})
    assert response["Location"] == reverse("results:decision", args=[decision.pk])
    assert Decision.objects.get().approved_by == season.chairman


def test_approve_without_having_looked_is_refused(season: Season, run: Run) -> None:
    decision = papers.rendered(run, season)
    response = fresh(season.chairman).post(reverse("results:decision_approve", args=[decision.pk]))
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["read"])


def test_approve_twice_says_who_did(season: Season, run: Run) -> None:
    decision = papers.approved(run, season)
    response = fresh(season.chairman).post(reverse("results:decision_approve", args=[decision.pk]), {"read": "on"})
    assert response.status_code == 422
    assert "Người chairman" in response.content.decode()


@pytest.mark.parametrize(("who", "status"), [("outsider", 404), ("officer", 404), ("staff", 403)])
def test_approve_sends_others_away_before_asking_a_password(season: Season, run: Run, who: str, status: int) -> None:
    decision = papers.rendered(run, season)
    response = signed_in(getattr(season, who)).post(
        reverse("results:decision_approve", args=[decision.pk]), {"read": "on"}
    )
    assert response.status_code == status


def test_pages_send_the_anonymous_to_sign_in(season: Season, run: Run) -> None:
    decision = papers.rendered(run, season)
    names = ("decision", "decision_pdf", "decision_approve")
    addresses = [reverse(f"results:{name}", args=[decision.pk]) for name in names]
    answers = [Client().get(address)["Location"].partition("?")[0] for address in addresses]
    assert answers == [reverse("account_login")] * 3


# --- publish, withdraw ------------------------------------------------------------------------------------------------


def test_publish_at_once(season: Season, run: Run) -> None:
    decision = papers.approved(run, season)
    response = signed_in(season.chairman).post(reverse("results:publish", args=[decision.pk]), {"when": "now"})
    assert response["Location"] == reverse("results:decision", args=[decision.pk])
    assert Publication.objects.get().publish_at <= timezone.now()


def test_publish_at_an_instant_of_vietnam(season: Season, run: Run) -> None:
    decision = papers.approved(run, season)
    data = {"when": "later", "publish_at": "2099-01-05T08:00"}
    signed_in(season.chairman).post(reverse("results:publish", args=[decision.pk]), data)
    assert Publication.objects.get().publish_at.isoformat() == "2099-01-05T01:00:00+00:00"


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"when": "later"}, "publish_at"),
        ({"when": "later", "publish_at": "mai"}, "publish_at"),
        ({"when": "later", "publish_at": "2001-01-01T00:00"}, "__all__"),
        ({}, "when"),
    ],
)
def test_publish_with_a_wrong_instant_is_refused(season: Season, run: Run, data: dict[str, str], field: str) -> None:
    decision = papers.approved(run, season)
    response = signed_in(season.chairman).post(reverse("results:publish", args=[decision.pk]), data)
    assert (response.status_code, list(response.context["form"].errors)) == (422, [field])
    assert Publication.objects.count() == 0


def test_publish_is_for_the_chairman(season: Season, run: Run) -> None:
    decision = papers.approved(run, season)
    response = signed_in(season.staff).post(reverse("results:publish", args=[decision.pk]), {"when": "now"})
    assert response.status_code == 403


def test_detail_shows_a_standing_publication_and_its_withdrawal(season: Season, run: Run) -> None:
    publication = papers.published(run, season)
    client = signed_in(season.chairman)
    address = reverse("results:decision", args=[publication.decision_id])
    link = reverse("results:withdraw", args=[publication.pk])
    assert link in client.get(address).content.decode()
    client.post(link, {"reason": "sai số liệu"})
    page = client.get(address).content.decode()
    assert (
        link in page,
        "sai số liệu" in page,
        reverse("results:publish", args=[publication.decision_id]) in page,
    ) == (
        False,
        True,
        True,
    )


def test_detail_beside_another_standing_publication_points_to_it(season: Season, run: Run) -> None:
    standing = papers.published(run, season)
    other = papers.approved(house.computed(season), season)
    page = signed_in(season.chairman).get(reverse("results:decision", args=[other.pk])).content.decode()
    assert reverse("results:decision", args=[standing.decision_id]) in page


def test_withdraw_page_says_what_happens(season: Season, run: Run) -> None:
    publication = papers.published(run, season)
    assert signed_in(season.chairman).get(reverse("results:withdraw", args=[publication.pk])).status_code == 200


def test_withdraw_without_a_reason_is_refused(season: Season, run: Run) -> None:
    publication = papers.published(run, season)
    response = signed_in(season.chairman).post(reverse("results:withdraw", args=[publication.pk]), {"reason": "  "})
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["reason"])


def test_withdraw_twice_is_refused(season: Season, run: Run) -> None:
    publication = papers.published(run, season)
    Publication.objects.update(
        withdrawn_at=timezone.now() - timedelta(1), withdrawn_by=season.chairman, withdrawn_reason="a"
    )
    response = signed_in(season.chairman).post(reverse("results:withdraw", args=[publication.pk]), {"reason": "b"})
    assert response.status_code == 422
    assert Publication.objects.get().withdrawn_reason == "a"
