"""The admin's door: nobody is sent round in circles, whatever the address."""

import pytest

from people.models import Role

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("address", ["/admin/", "/admin/no/such/page/", "/admin/login/"])
def test_whoever_may_not_enter_the_admin_is_told_so_and_not_sent_round_in_circles(
    account, province, client, address
):
    client.force_login(account("firm", Role.FIRM_MANAGER, province.yuelu))
    assert client.get(address, follow=True).status_code == 403


def test_an_address_unknown_to_the_admin_is_missing_for_those_who_work_there(account, province, client):
    client.force_login(account("editor", Role.EDITOR, province.province))
    assert client.get("/admin/no/such/page/", follow=True).status_code == 404


def test_visitors_are_asked_to_sign_in_and_come_back_to_where_they_wanted(db, client):
    answer = client.get("/admin/persons/", follow=True)
    assert answer.redirect_chain[-1][0] == "/accounts/login/?next=%2Fadmin%2Fpersons%2F"
