"""What is typed into a search for people never stands in an address."""

import datetime as dt
import re
from urllib.parse import unquote

import pytest
from django.test import Client
from django.urls import reverse

from people import licences, memberships, persons
from people.models import Person, Role

NUMBER = "14301201211001234"
PHONE = "13900001234"
LISTS = ("persons", "memberships", "leaves", "role_grants")


@pytest.fixture
def lawyer(province) -> Person:
    person = persons.create(name="李试", phone=PHONE)
    memberships.join(person, province.yuelu, on=dt.date(2020, 1, 1))
    licences.issue(person, number=NUMBER, practice_type="full_time", on=dt.date(2020, 1, 1))
    return person


@pytest.fixture
def keeper(province, account, client: Client) -> Client:
    client.force_login(account("keeper", Role.PROVINCIAL_COMMITTEE, province.province))
    return client


def searched(client: Client, address: str, term: str, **fields: str):
    answer = client.post(address, {"search_term": term, **fields})
    assert answer.status_code == 302
    assert term not in unquote(answer["Location"])
    return answer["Location"]


def test_the_address_to_which_a_search_leads_only_names_the_term(keeper, lawyer):
    address = searched(keeper, reverse("persons:index"), NUMBER)
    page = keeper.get(address)
    assert [each.pk for each in page.context["object_list"]] == [lawyer.pk]
    # The box shows the term again, and nothing else on the page does.
    html = page.content.decode()
    assert html.count(NUMBER) == 1
    assert f'value="{NUMBER}"' in html


def test_the_same_term_keeps_its_name_and_its_page_can_be_turned(keeper, lawyer):
    first, second = (searched(keeper, reverse("persons:index"), NUMBER) for _time in range(2))
    assert first == second
    assert keeper.get(first + "&p=1").status_code == 200


def test_a_search_keeps_the_other_fields_and_begins_at_the_first_page(keeper, lawyer):
    address = searched(keeper, reverse("memberships:index"), "李试", position="lawyer", p="3")
    assert "position=lawyer" in address
    assert "p=3" not in address


def test_nobody_else_can_read_what_a_name_stands_for(keeper, lawyer, account, province):
    address = searched(keeper, reverse("persons:index"), NUMBER)
    other = Client()
    other.force_login(account("other", Role.PROVINCIAL_COMMITTEE, province.province))
    assert NUMBER not in other.get(address).content.decode()


def test_a_number_written_into_an_address_by_hand_finds_nobody_by_it(keeper, lawyer, member, province):
    member("王某", province.shigu)
    page = keeper.get(reverse("persons:index"), {"q": NUMBER})
    assert len(page.context["object_list"]) >= 2


def test_an_empty_search_leads_to_the_whole_list(keeper, lawyer):
    answer = keeper.post(reverse("persons:index"), {"search_term": "  "})
    assert answer["Location"] == reverse("persons:index")


def test_a_session_keeps_a_bounded_number_of_terms(keeper, lawyer):
    for number in range(50):
        keeper.post(reverse("persons:index"), {"search_term": f"{number}" * 200})
    terms = keeper.session["search_terms"]
    assert len(terms) == 20
    assert max(map(len, terms.values())) <= 60


def test_a_visitor_s_term_is_not_kept(client, province):
    answer = client.post(reverse("persons:index"), {"search_term": NUMBER})
    assert answer.status_code == 302
    assert NUMBER not in answer["Location"]
    assert "search_terms" not in client.session


@pytest.mark.parametrize("name", LISTS)
def test_no_list_of_people_in_the_admin_sends_its_search_by_get(keeper, lawyer, name):
    html = keeper.get(reverse(f"{name}:index")).content.decode()
    assert re.search(r'<form[^>]*method="post"[^>]*data-search-form', html)
    assert 'name="q"' not in html


def test_the_users_list_is_searched_by_post(client, province, account, lawyer):
    user = account("boss")
    user.is_superuser = True
    user.save()
    client.force_login(user)
    address = searched(client, reverse("wagtailusers_users:index"), "boss")
    assert client.get(address).status_code == 200
    assert 'name="q"' not in client.get(reverse("wagtailusers_users:index")).content.decode()


def test_the_chooser_of_persons_finds_what_was_posted(keeper, lawyer, member, province):
    member("王某", province.shigu)
    address = searched(keeper, reverse("person_chooser:choose_results"), "李试")
    found = keeper.get(address).content.decode()
    assert "李试" in found
    assert "王某" not in found
