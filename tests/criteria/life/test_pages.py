"""The pages of a set's life and of the library, as a person of the standing body walks them."""

from dataclasses import replace
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from criteria.models import CriteriaSet, LegalDocument, SetState
from tests.criteria.life.makers import DECISION, Office, again, document, office
from tests.criteria.tree.outlines import change, good
from tests.factories import rows
from units.models import AuditEvent

pytestmark = pytest.mark.django_db
SENT = {"number": "Quyết định số 2125/QĐ-UBND", "issued_on": "2022-10-17", "signer": "Nguyễn Văn A"}


@pytest.fixture
def here() -> Office:
    return office()


@pytest.fixture
def staff(here: Office, client: Client) -> Client:
    client.force_login(here.staff)
    client.cookies["django_language"] = "en"
    return client


def url(name: str, criteria_set: CriteriaSet) -> str:
    return reverse(f"criteria:{name}", args=[criteria_set.pk])


def told(response: Any) -> str:
    return " ".join(str(each) for each in get_messages(response.wsgi_request))


def page(response: Any) -> str:
    return " ".join(str(response.content.decode()).split())


# ---- the check


def test_findings_lead_to_where_they_are_mended(here: Office, staff: Client) -> None:
    wrong = change(replace(good(), scale=good().scale + 1), "1.2", evidence="")
    draft = here.draft(wrong)

    shown = staff.get(url("set_check", draft))

    text = page(shown)
    assert "2 errors keep the set from being issued" in text
    assert "The areas sum to 10 points; the scale is 11 (1 left)." in text
    edit = url("set_edit", draft)
    assert f'href="{edit}#n-1.2"' in text
    assert f'href="{url("edit_head", draft)}"' in text
    assert again(draft).state == SetState.DRAFT


def test_a_finding_of_the_lineage_or_the_groups_leads_to_its_own_page(here: Office, staff: Client) -> None:
    here.issued()
    after = rows.cycle(here.province, previous=here.cycle)
    draft = Office(here.province, after, here.staff).draft()

    text = page(staff.get(url("set_check", draft)))

    assert text.count(f'href="{url("set_lineage", draft)}"') == 2, "one of this set's leaves, one of the earlier set's"
    assert f'href="{reverse("criteria:cycle", args=[after.code])}"' in text
    panel = page(staff.get(url("edit_findings", draft)))
    assert panel.count(f'href="{url("set_lineage", draft)}"') == 2
    assert "#n-" not in panel, "no row of the table is marked for it"


def test_the_check_is_stored_on_request_only(here: Office, staff: Client) -> None:
    draft = here.draft()

    looked = staff.get(url("set_check", draft))
    before = again(draft).state
    stored = staff.post(url("set_check", draft))

    assert "No error was found" in page(looked)
    assert "9 leaves were checked" in page(looked)
    assert (before, again(draft).state) == (SetState.DRAFT, SetState.CHECKED)
    assert "can be issued" in told(stored)
    assert url("set_issue", draft) in page(staff.get(url("set_check", draft)))


def test_a_check_with_errors_says_so(here: Office, staff: Client) -> None:
    draft = here.draft(change(good(), "1.2", evidence=""))

    assert "cannot be issued yet" in told(staff.post(url("set_check", draft)))
    assert url("set_issue", draft) not in page(staff.get(url("set_check", draft)))


def test_an_issued_set_shows_its_decision_and_that_its_digest_still_fits(here: Office, staff: Client) -> None:
    issued = here.issued()

    text = page(staff.get(url("set_check", issued)))

    assert "2125/QĐ-UBND" in text
    assert issued.digest in text
    assert "computed again just now: the same" in text
    assert url("set_version", issued) in text
    assert "does not change any more" in told(staff.post(url("set_check", issued)))


def test_queries_do_not_grow_with_the_set(here: Office, staff: Client, django_assert_max_num_queries: Any) -> None:
    draft = here.draft()

    with django_assert_max_num_queries(25):
        staff.get(url("set_check", draft))


# ---- issuing


def test_a_checked_set_is_issued(here: Office, staff: Client) -> None:
    checked = here.checked()

    assert "What happens if you issue" in page(staff.get(url("set_issue", checked)))
    response = staff.post(url("set_issue", checked), SENT)

    assert response.headers["Location"] == url("set", checked)
    assert (again(checked).state, again(checked).number) == (SetState.ISSUED, "2125/QĐ-UBND")


@pytest.mark.parametrize(("field", "value"), [("number", "hai nghìn"), ("issued_on", ""), ("signer", " ")])
def test_a_decision_that_says_too_little_issues_nothing(here: Office, staff: Client, field: str, value: str) -> None:
    checked = here.checked()

    response = staff.post(url("set_issue", checked), {**SENT, field: value})

    assert response.status_code == 422
    assert again(checked).state == SetState.CHECKED


def test_what_cannot_be_issued_is_told_why(here: Office, staff: Client) -> None:
    draft, checked = here.draft(), here.checked()
    refused = staff.post(url("set_issue", draft), SENT)
    document("52/2019/QĐ-UBND", is_repealed=True)
    late = staff.post(url("set_issue", checked), SENT)
    LegalDocument.objects.all().delete()
    staff.post(url("set_issue", checked), SENT)
    again_ = staff.post(url("set_issue", checked), SENT)
    other = here.checked()
    second = staff.post(url("set_issue", other), SENT)

    assert [each.status_code for each in (refused, late, again_, second)] == [422] * 4
    assert "Check it first" in page(refused)
    assert "no longer in force. Check it again" in page(late)
    assert "issued by now" in page(again_)
    assert "Version 2 is in force" in page(second)


def test_the_page_of_a_set_that_cannot_be_issued_offers_the_way(here: Office, staff: Client) -> None:
    draft = here.draft()
    issued = here.issued()
    version = here.version(issued)

    assert "Only a set that is checked" in page(staff.get(url("set_issue", draft)))
    assert "issued already" in page(staff.get(url("set_issue", issued)))
    amend = reverse("results:amend", args=[version.pk])
    assert amend in page(staff.get(url("set_issue", version)))
    assert amend in page(staff.get(url("set_check", version)))


# ---- versions and drafts


def test_a_new_version_is_begun_and_thrown_away(here: Office, staff: Client) -> None:
    issued = here.issued()

    begun = staff.post(url("set_version", issued))
    made = CriteriaSet.objects.get(replaces=issued)
    unsaid = staff.post(url("set_discard", made), {"reason": " "})
    gone = staff.post(url("set_discard", made), {"reason": "Không cần nữa"})

    assert begun.headers["Location"] == url("set_edit", made)
    assert unsaid.status_code == 422
    assert gone.headers["Location"] == reverse("criteria:cycle", args=[here.cycle.code])
    assert not CriteriaSet.objects.filter(pk=made.pk).exists()


def test_what_stands_is_neither_copied_nor_thrown_away(here: Office, staff: Client) -> None:
    draft, issued = here.draft(), here.issued()

    assert "Only the version in force" in told(staff.post(url("set_version", draft)))
    assert staff.post(url("set_discard", issued), {"reason": "Không cần"}).status_code == 422
    assert "it stays" in page(staff.get(url("set_discard", issued)))
    assert "All 14 rows go" in page(staff.get(url("set_discard", draft)))


def test_a_draft_with_dossiers_is_not_thrown_away(client: Client) -> None:
    season = rows.season(issued=False)
    client.force_login(season.staff)
    client.cookies["django_language"] = "en"

    response = client.post(url("set_discard", season.criteria_set), {"reason": "Không cần"})

    assert response.status_code == 422
    assert "Dossiers refer to this draft" in page(response)


def test_every_version_is_listed_with_its_decision(here: Office, staff: Client) -> None:
    issued = here.issued()
    version = here.version(issued)
    other_kind = here.draft(kind="commune")

    text = page(staff.get(url("set_check", version)))

    assert text.index(url("set_check", version)) < text.index(url("set_check", issued))
    assert reverse("criteria:set_redline", args=[version.pk, issued.pk]) in text
    assert url("set_check", other_kind) not in text


# ---- the library


def saved(**fields: str) -> dict[str, str]:
    return {"number": "53/2019/QĐ-UBND", "issuer": "UBND tỉnh", "subject": "Quy định", **fields}


def test_a_document_is_added_found_and_changed(here: Office, staff: Client) -> None:
    staff.post(reverse("criteria:legal_new"), saved(issued_on="2019-09-24"))
    added = LegalDocument.objects.get()
    found = staff.get(reverse("criteria:legal"), {"q": "quy dinh"})
    nothing = staff.get(reverse("criteria:legal"), {"q": "nghị quyết"})
    form = staff.get(reverse("criteria:legal_document", args=[added.pk]))
    staff.post(reverse("criteria:legal_document", args=[added.pk]), saved(subject="Quy định mới"))

    assert "53/2019/QĐ-UBND" in page(found)
    assert "No document matches" in page(nothing)
    assert 'value="2019-09-24"' in page(form)
    assert LegalDocument.objects.get().subject == "Quy định mới"
    assert AuditEvent.objects.filter(action="legal.changed").count() == 2


def test_the_library_is_reached_from_the_cycle_by_those_who_keep_it(here: Office, staff: Client) -> None:
    cycle = reverse("criteria:cycle", args=[here.cycle.code])
    mine = page(staff.get(cycle))
    staff.force_login(rows.member("head", rows.unit(parent=here.province), "head"))

    assert reverse("criteria:legal") in mine
    assert reverse("criteria:legal") not in page(staff.get(cycle))


def test_an_empty_library_says_what_it_is_for(here: Office, staff: Client) -> None:
    assert "The library is empty" in page(staff.get(reverse("criteria:legal")))


def test_only_what_is_no_longer_in_force_is_shown_on_request(here: Office, staff: Client) -> None:
    new = document("2125/QĐ-UBND")
    document("52/2019/QĐ-UBND", is_repealed=True, replaced_by=new, issuer="UBND tỉnh")

    text = page(staff.get(reverse("criteria:legal"), {"repealed": "on"}))

    assert "52/2019/QĐ-UBND" in text
    assert "replaced by 2125/QĐ-UBND" in text
    assert text.count("<tr>") == 2


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"number": "Quyết định"}, "Write number, slash and symbol"),
        ({"number": "52/2019/qđ-ubnd"}, "Write number"),
        ({"number": "52/2019/QÐ-UBND"}, "has a document with this number"),
        ({"replaced_by": "sáu"}, "Write number, slash and symbol"),
        ({"replaced_by": "99/NQ-CP"}, "has no document with this number"),
        ({"repealed_on": "2020-01-01"}, "tick this, too"),
        ({"repealed_on": "2020-01-01", "is_repealed": "on", "issued_on": "2021-01-01"}, "before the document"),
    ],
)
def test_a_document_that_cannot_be_is_refused(here: Office, staff: Client, fields: dict[str, str], words: str) -> None:
    document("52/2019/QĐ-UBND")

    response = staff.post(reverse("criteria:legal_new"), saved(**fields))

    assert response.status_code == 422
    assert words in page(response)
    assert LegalDocument.objects.count() == 1


def test_two_documents_do_not_take_each_others_place(here: Office, staff: Client) -> None:
    old = document("52/2019/QĐ-UBND")
    document("53/2019/QĐ-UBND", replaced_by=old, is_repealed=True)

    response = staff.post(
        reverse("criteria:legal_document", args=[old.pk]),
        {"number": "52/2019/QĐ-UBND", "replaced_by": "53/2019/QĐ-UBND"},
    )

    assert "itself replaced by this one" in page(response)


def test_a_repealed_basis_waits_on_the_home_page_within_the_same_request(here: Office, staff: Client) -> None:
    """What the standing body marks as repealed stands among its tasks when the next page opens."""
    rows.phase(here.cycle, "self_scoring")
    issued = here.issued(outline=change(good(), "1.2", legal_basis="30c/NQ-CP, Điều 2"))
    draft = here.draft(change(good(), "1.1.1", legal_basis="Theo 52/2019/QĐ-UBND"))
    known = document("52/2019/QĐ-UBND")
    document("2125/QĐ-UBND")
    before = page(staff.get(reverse("home")))

    staff.post(
        reverse("criteria:legal_document", args=[known.pk]),
        {"number": "52/2019/QĐ-UBND", "replaced_by": "2125/QĐ-UBND"},
        follow=True,
    )
    after = page(staff.get(reverse("home")))
    staff.post(reverse("criteria:legal_new"), {"number": "30c/NQ-CP", "is_repealed": "on"})
    last = page(staff.get(reverse("home")))

    assert "no longer in force" not in before
    assert (
        f"52/2019/QĐ-UBND → 2125/QĐ-UBND · {issued.title} (the set itself); {draft.title} (the set itself, 1.1.1)"
        in after
    )
    assert reverse("criteria:legal_document", args=[known.pk]) in after
    assert f"30c/NQ-CP · {issued.title} (1.2)" in last


def test_a_task_names_three_sets_and_counts_the_rest(here: Office, staff: Client) -> None:
    for _number in range(5):
        here.draft()
    document("52/2019/QĐ-UBND", is_repealed=True)

    text = page(staff.get(reverse("home")))

    assert text.count("Bộ tiêu chí (the set itself);") in {3, 6}
    assert "; 2 more" in text


def test_sets_of_cycles_that_are_over_do_not_wait(here: Office, staff: Client) -> None:
    here.issued()
    document("52/2019/QĐ-UBND", is_repealed=True)

    assert "no longer in force" not in page(staff.get(reverse("home")))


def test_a_document_says_what_rests_on_it(here: Office, staff: Client) -> None:
    draft = here.draft(change(good(), "1.2", legal_basis="52/2019/QĐ-UBND, Điều 3"))
    used, unused = document("52/2019/QĐ-UBND"), document("1/NQ-CP")

    text = page(staff.get(reverse("criteria:legal_document", args=[used.pk])))

    assert f"{url('set', draft)}#1.2" in text
    assert "the set itself" in text
    assert "No criteria set names it" in page(staff.get(reverse("criteria:legal_document", args=[unused.pk])))


@pytest.mark.parametrize("count", [1, 3])
def test_the_library_asks_as_often_for_three_documents_as_for_one(
    here: Office, staff: Client, count: int, django_assert_max_num_queries: Any
) -> None:
    new = document("1/NQ-CP")
    for number in range(count):
        document(f"{number}/QĐ-UBND", is_repealed=True, replaced_by=new)

    with django_assert_max_num_queries(14):
        staff.get(reverse("criteria:legal"))


def test_the_decision_of_the_house_is_that_of_the_form() -> None:
    assert SENT["number"].endswith(DECISION["number"])
