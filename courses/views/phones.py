"""Phones on the roster: a firm's manager confirms new ones of his own people, and the associations see which."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses import persons_shown
from courses.views.desk_doors import for_desks, page_of, signed_in, status_of, user_of
from people import accounts, phone_codes, phones, search_terms
from people.access import accessible_phone_changes, accessible_phone_owners
from people.code_forms import PhoneField
from people.models import Person
from people.refusals import Refused

LATEST = 30


class ConfirmForm(forms.Form):
    phone = PhoneField(
        label=gettext_lazy("Present phone"),
        max_length=30,
        widget=forms.TextInput(
            attrs={"type": "tel", "inputmode": "numeric", "autocomplete": "off", "maxlength": 20}
        ),
    )
    reason = forms.CharField(
        label=gettext_lazy("How you made sure"),
        help_text=gettext_lazy("For instance: called in person. The lawyer and the association read it."),
        max_length=200,
    )


@for_desks
def index(request: HttpRequest) -> HttpResponse:
    """/desk/phones/: the manager's people with their phones, and what was changed lately in the reader's subtree."""
    user = user_of(request)
    owners = accessible_phone_owners(user)
    q = search_terms.asked(request)
    page = page_of(request, _named(owners, q).order_by("name", "pk"))
    people = persons_shown.shown(each.pk for each in page)
    changes = list(accessible_phone_changes(user)[:LATEST])
    changed = persons_shown.shown(each.person_id for each in changes if each.person_id is not None)
    context = {
        "page": page,
        "rows": [(people[each.pk], phones.mask(phones.normalise(each.phone)), each.user_id) for each in page],
        "q": q,
        "is_manager": bool(q) or bool(page.paginator.count),
        "changes": [(each, changed[each.person_id]) for each in changes if each.person_id in changed],
    }
    return render(request, "courses/desk/phones.html", context)


@signed_in
def confirm(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """/desk/phones/<person>/: his present phone, as the manager has made sure."""
    person: Person = get_object_or_404(
        accessible_phone_owners(request.user).select_related("user").distinct(), public_id=public_id
    )
    form = ConfirmForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            accounts.confirm_phone(person, given["phone"], by=user_of(request), reason=given["reason"])
        except Refused as refusal:
            form.add_error(None, str(refusal))
        except ValidationError as error:
            form.add_error("phone", error.messages)
        else:
            messages.success(
                request, _("The phone is confirmed; the lawyer can now sign in with a code sent to it.")
            )
            return redirect("courses:desk_phones")
    context = {
        "form": form,
        "person": persons_shown.shown([person.pk])[person.pk],
        "phone": phones.mask(phones.normalise(person.phone)),
        "is_reachable": phone_codes.is_reachable(person),
        "may": accounts.may_open_by_phone(person),
    }
    return render(request, "courses/desk/phone.html", context, status=status_of(form))


def _named(owners: QuerySet[Person], q: str) -> QuerySet[Person]:
    return owners.filter(name__icontains=q) if q else owners
