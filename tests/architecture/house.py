"""A province in mid-season with one person for each role, and the questions that ``access.csv`` asks of it.

A row's ``target`` says what the address is filled with and what happened before, in words:
``pk=dossier criterion_pk=leaf when=submitted``. The words are the keys of ``House.things`` and of ``WHEN``.
"""

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from html import unescape
from typing import Any

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.sessions.backends.db import SessionStore
from django.db import transaction
from django.http import HttpResponseBase, StreamingHttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from assessments.models import Assessment, AssessmentState, DelegationPlan
from councils.models import Council, CouncilState
from criteria.models import Phase
from results.models import Publication
from tests.architecture import things as make
from tests.architecture.typed import DATA
from tests.factories import rows
from units.models import AuditEvent, Job, Notice, User

ROLES = (
    "anonymous",
    "outsider",
    "officer",
    "head",
    "member",
    "own_member",
    "chair",
    "staff",
    "district_staff",
    "chairman",
    "administrator",
)
LOGIN, FRESH = "login", "fresh"


@dataclass
class House:
    """``things`` by the words of the table, ``people`` by their role, and a signed-in session for each of them."""

    season: rows.Season
    people: dict[str, User]
    things: dict[str, Any]
    sessions: dict[str, str]

    def answers(self, name: str, method: str, target: str) -> dict[str, str]:
        """What each role gets, each on the house as it stood before."""
        words = dict(word.split("=", 1) for word in target.split())
        when = words.pop("when", "")
        data = words.pop("with", name)
        given = {key: _filled(self.things.get(word, word)) for key, word in words.items()}
        with _Undone():
            WHEN[when](self)
            url = reverse(name, kwargs=given)
            return {role: self._ask(role, method, url, data) for role in ROLES}

    def _ask(self, role: str, method: str, url: str, data: str) -> str:
        client = Client(raise_request_exception=False)
        if role in self.sessions:
            client.cookies["sessionid"] = self.sessions[role]
        sent = {"sent": "1", **self._typed(data)} if method == "POST" else {}
        with _Undone():
            before = AuditEvent.objects.count()
            response = client.generic("HEAD", url) if method == "HEAD" else getattr(client, method.lower())(url, sent)
            answer = _answer(response)
            if isinstance(response, StreamingHttpResponse):
                response.getvalue()  # Reading it to the end closes it; closing it by hand would close the connection.
            if answer in {LOGIN, FRESH, "403", "404", "405"} and AuditEvent.objects.count() != before:
                return f"{answer}, but something was written"
        return answer

    def refused_links(self, role: str, name: str, target: str) -> set[str]:
        """The links of a page that are closed to the very person who is offered them."""
        words = dict(word.split("=", 1) for word in target.split())
        when, opened = words.pop("when", ""), words.pop("open", "")
        client = Client()
        client.cookies["sessionid"] = self.sessions[role]
        with _Undone():
            WHEN[when](self)
            url = reverse(name, kwargs={key: _filled(self.things[word]) for key, word in words.items()})
            page = client.get(url, {"open": str(_filled(self.things[opened]))} if opened else {}).content.decode()
            links = {unescape(link) for link in re.findall(r'href="(/[^"#]*)', page)}
            return {link for link in links if not link.startswith("/static/") and client.get(link).status_code >= 400}

    def _typed(self, data: str) -> dict[str, Any]:
        """What is sent; a word after ``@`` stands for the key of a thing."""
        sent = DATA.get(data, dict)()
        named = {key: value[1:] for key, value in sent.items() if isinstance(value, str) and value.startswith("@")}
        return sent | {key: _filled(self.things[word]) for key, word in named.items()}


class _Undone:
    """What happens inside is taken back."""

    def __enter__(self) -> None:
        self.atomic = transaction.atomic()
        self.atomic.__enter__()

    def __exit__(self, *error: object) -> None:
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)


def _filled(thing: object) -> object:
    """What stands for the thing in an address: a row's key, any other word itself."""
    return getattr(thing, "pk", thing)


def _answer(response: HttpResponseBase) -> str:
    if response.status_code == 302:
        place = response["Location"].split("?")[0]
        if place == reverse("account_login"):
            return LOGIN
        if place in {reverse("account_reauthenticate"), reverse("mfa_reauthenticate")}:
            return FRESH
    return str(response.status_code)


def url_names() -> set[str]:
    """Every name of the resolver, with its namespace."""
    return set(_names(get_resolver(), ""))


def _names(resolver: URLResolver, space: str) -> Iterator[str]:
    for each in resolver.url_patterns:
        if isinstance(each, URLPattern):
            yield space + (each.name or str(each.pattern))
        else:
            yield from _names(each, f"{space}{each.namespace}:" if each.namespace else space)


# --- what happened before ---------------------------------------------------------------------------------------------


def _hand_in(house: House) -> None:
    house.things["dossier"].state = AssessmentState.SUBMITTED
    house.things["dossier"].save()


def _close(house: House) -> None:
    closed = {
        "state": CouncilState.CLOSED,
        "closed_at": timezone.now() - timedelta(days=1),
        "closed_by": house.people["chair"],
    }
    Council.objects.filter(pk=house.season.council.pk).update(**closed)
    handed_in = Assessment.objects.filter(tier=house.season.tier, submitted_at__isnull=False)
    handed_in.update(state=AssessmentState.APPRAISED)


def _no_free_appraiser(house: House) -> None:
    """The only seat that the leaf is assigned to comes from the unit itself."""
    _hand_in(house)
    house.season.member.assignments.all().delete()


def _past(house: House) -> None:
    now = timezone.now()
    Phase.objects.update(opens_at=now - timedelta(days=9), closes_at=now - timedelta(days=1))


def _not_yet_public(house: House) -> None:
    Publication.objects.update(publish_at=timezone.now() + timedelta(hours=1))


def _unpublished(house: House) -> None:
    Publication.objects.all().delete()


def _signed_in_long_ago(house: House) -> None:
    for key in house.sessions.values():
        session = SessionStore(key)
        session["account_authentication_methods"] = []
        session.save()


def _second_factor(house: House) -> None:
    for person in house.people.values():
        TOTP.activate(person, generate_totp_secret())
        RecoveryCodes.activate(person)


def _delegated(house: House) -> None:
    """Criterion 1.1 of the dossier is given to the other department, in force."""
    issued = {"issued_at": timezone.now(), "issued_by": house.people["head"]}
    DelegationPlan.objects.filter(assessment=house.things["dossier"]).update(**issued)


WHEN: dict[str, Callable[[House], None]] = {
    "": lambda house: None,
    "submitted": _hand_in,
    "delegated": _delegated,
    "submitted-only-own-appraiser": _no_free_appraiser,
    "council-closed": _close,
    "phases-over": _past,
    "publication-in-an-hour": _not_yet_public,
    "unpublished": _unpublished,
    "signed-in-long-ago": _signed_in_long_ago,
    "second-factor-on": _second_factor,
}


# --- the house --------------------------------------------------------------------------------------------------------


def build() -> House:
    """The season of the factories, a district tier below it, and every kind of row that an address can name."""
    season = rows.season(issued=False)
    last_year = make.last_year(season)
    rows.issue(season.criteria_set)
    district = rows.unit("UBND huyện Thử", "district", season.province, code="H")
    people = {
        **{role: getattr(season, role) for role in ("outsider", "officer", "head", "staff", "chairman")},
        "administrator": season.administrator,
        "member": season.member.user,
        "own_member": season.own_member.user,
        "chair": season.chair.user,
        "district_staff": rows.member("staff", district, "district-staff"),
    }
    things = {"last-year": last_year, **make.season_things(season)}
    things |= make.district_things(season, district, people["district_staff"])
    things |= make.papers(season, things)
    things |= make.outcome(season)
    things |= make.versions(season)
    things |= make.delegations(season, things)
    things["sheet-return"] = make.brought_back(things["dossier"], season.officer)
    things["job"] = things["run"].job
    colleague = rows.member("staff", season.province, "colleague")
    things["colleagues-job"] = Job.objects.create(task="results.tasks.compute", title="Tính", created_by=colleague)
    things |= make.calendar(season, colleague)
    things["notice"] = Notice.objects.create(to=people["officer"], text="Hồ sơ được trả lại", link="/")
    return House(season, people, things, {role: _sign_in(person) for role, person in people.items()})


def _sign_in(person: User) -> str:
    """The key of a session in which the person has just given the password."""
    client = Client()
    client.force_login(person, "allauth.account.auth_backends.AuthenticationBackend")
    session = client.session
    session["account_authentication_methods"] = [
        {"method": "password", "at": time.time(), "username": person.username, "reauthenticated": True}
    ]
    session["account_authentication_methods_user"] = str(person.pk)
    session.save()
    return str(session.session_key)
