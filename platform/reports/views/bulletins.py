"""Pages of bulletins: the archive, a draft to write on and release, its papers, schedules, what may be ranked."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from courses.certificates import typesetting
from courses.refusals import Refusal
from people.models import Organisation, User
from reports import (
    access,
    bulletin_access,
    bulletin_form,
    bulletin_papers,
    bulletin_schedules,
    rankings,
    snapshot_access,
)
from reports import (
    bulletins as deeds,
)
from reports.models import Bulletin, BulletinLevel, BulletinState, Interval
from reports.questions import read_question
from reports.views.fixed_doors import for_reporters, page_of

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


class LevelForm(forms.Form):
    """To whom a bulletin goes."""

    level = forms.ChoiceField(
        label=gettext_lazy("Sent to"), choices=BulletinLevel.choices, widget=forms.RadioSelect
    )


class ScheduleForm(LevelForm):
    """To whom, and how often."""

    interval = forms.TypedChoiceField(
        label=gettext_lazy("How often"), choices=Interval.choices, coerce=int, widget=forms.RadioSelect
    )


class WordsForm(forms.Form):
    """What a person writes of a bulletin."""

    number = forms.CharField(
        label=gettext_lazy("Document number"), max_length=deeds.MAX_NUMBER, required=False
    )
    title = forms.CharField(label=pgettext_lazy("of a text", "Title"), max_length=deeds.MAX_TITLE)
    text = forms.CharField(
        label=pgettext_lazy("of a bulletin", "Text"),
        max_length=deeds.MAX_TEXT,
        help_text=gettext_lazy("A paragraph a line. Lines that begin with 一、 or 二、 are headings."),
        widget=forms.Textarea(attrs={"rows": 16}),
    )


class RankingForm(forms.Form):
    """What bulletins may rank, and why."""

    cities = forms.BooleanField(label=gettext_lazy("Rank organisations by their coverage"), required=False)
    persons = forms.BooleanField(
        label=gettext_lazy("Name the thirty persons who completed first"), required=False
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=200, widget=forms.Textarea(attrs={"rows": 2})
    )


@for_reporters
def bulletins(request: HttpRequest, user: User) -> HttpResponse:
    """/coverage/bulletins/: what was released and what is being written; a committee's schedules."""
    rows = (
        bulletin_access.accessible_bulletins(user)
        .exclude(state=BulletinState.DISCARDED)
        .select_related("organisation", "snapshot")
    )
    planned = bulletin_access.accessible_schedules(user).filter(is_active=True)
    context = {
        "page": page_of(request, rows),
        "schedules": planned.select_related("requirement", "organisation").order_by("next_on", "pk")[:50],
        "is_fixer": snapshot_access.is_fixer(user),
        "may_rank": _province(user) is not None,
    }
    return render(request, "reports/bulletins.html", context)


@for_reporters
def bulletin_new(request: HttpRequest, user: User, public_id: UUID) -> HttpResponse:
    """/coverage/reports/<uuid>/bulletin/: draft one over a fixed report."""
    rows = snapshot_access.accessible_snapshots(user).select_related("requirement", "organisation")
    snapshot = get_object_or_404(rows, public_id=public_id)
    if not snapshot_access.may_fix(user, snapshot.organisation):
        raise Http404
    form = LevelForm(request.POST or None, initial={"level": BulletinLevel.ASSOCIATIONS})
    if request.method == "POST" and form.is_valid():
        made = deeds.draft(snapshot, BulletinLevel(form.cleaned_data["level"]), by=user)
        return redirect("reports:bulletin", made.public_id)
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "reports/bulletin_new.html", {"form": form, "snapshot": snapshot}, status=status)


@for_reporters
def bulletin(request: HttpRequest, user: User, public_id: UUID) -> HttpResponse:
    """/coverage/bulletins/<uuid>/: as it is; POST act=write, release or discard."""
    found = _bulletin(user, public_id)
    may_write = found.state == BulletinState.DRAFT and snapshot_access.may_fix(user, found.organisation)
    act = request.POST.get("act", "") if request.method == "POST" else ""
    if act and not may_write:
        raise Http404
    form = WordsForm(
        request.POST if act == "write" else None,
        initial={"number": found.number, "title": found.title, "text": found.text},
    )
    problem = ""
    if act:
        try:
            if _do(act, found, form, request.POST.get("seen", ""), user):
                messages.success(request, DONE[act])
                if act == "discard":
                    return redirect("reports:bulletins")
                return redirect("reports:bulletin", found.public_id)
        except Refusal as refusal:
            problem = str(refusal)
    content = deeds.content_of(found)
    context = {
        "bulletin": found,
        "content": content,
        "digest": bulletin_form.digest(content),
        "digest_holds": found.state != BulletinState.RELEASED or deeds.digest_holds(found),
        "line": bulletin_papers.line_of(content),
        "named": bulletin_papers.persons_of(content),
        "is_ranked": any(each["place"] for each in content["units"]),
        "may_write": may_write,
        "is_own_text": found.edited_by_id == user.pk,
        "form": form,
        "problem": problem,
    }
    status = 409 if problem else 422 if form.is_bound and form.errors else 200
    return render(request, "reports/bulletin.html", context, status=status)


DONE = {
    "write": gettext_lazy("Saved. Another member of the committee can release it now."),
    "release": gettext_lazy("Released. Those responsible have been told."),
    "discard": gettext_lazy("Discarded."),
}


@for_reporters
def bulletin_paper(request: HttpRequest, user: User, public_id: UUID, kind: str) -> HttpResponse:
    """/coverage/bulletins/<uuid>.pdf and .docx."""
    found = _bulletin(user, public_id)
    content = deeds.content_of(found)
    digest = bulletin_form.digest(content)
    make, media_type = {
        "pdf": (bulletin_papers.pdf, "application/pdf"),
        "docx": (bulletin_papers.docx, DOCX),
    }[kind]
    try:
        made = make(content, digest)
    except (typesetting.FontsMissing, typesetting.SheetFailed):
        return render(request, "500.html", status=503)
    response = HttpResponse(made, content_type=media_type)
    response.headers["Content-Disposition"] = (
        content_disposition_header(as_attachment=True, filename=f"{found.title}.{kind}") or ""
    )
    return response


@for_reporters
def bulletin_schedule(request: HttpRequest, user: User) -> HttpResponse:
    """/coverage/bulletins/schedules/new/?of=<curriculum>&org=: have one drafted regularly."""
    question = read_question(request.GET)
    try:
        scopes = access.report_scopes(user)
        unit = access.accessible_unit(scopes, question.organisation_id, question.day)
        requirement = access.accessible_requirement(scopes, UUID(request.GET.get("of", "")), question.day)
    except (access.NotReadable, ValueError) as error:
        raise Http404 from error
    if not snapshot_access.may_fix(user, unit):
        raise Http404
    initial = {"level": BulletinLevel.ASSOCIATIONS, "interval": Interval.QUARTER}
    form = ScheduleForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        bulletin_schedules.schedule(
            requirement,
            unit,
            level=BulletinLevel(form.cleaned_data["level"]),
            interval=Interval(form.cleaned_data["interval"]),
            by=user,
        )
        messages.success(request, _("Scheduled. You are told when a draft waits for you."))
        return redirect("reports:bulletins")
    status = 422 if form.is_bound and form.errors else 200
    context = {"form": form, "unit": unit, "requirement": requirement}
    return render(request, "reports/bulletin_schedule.html", context, status=status)


@for_reporters
def bulletin_schedule_stop(request: HttpRequest, user: User, public_id: UUID) -> HttpResponse:
    """POST /coverage/bulletins/schedules/<uuid>/stop/."""
    planned = get_object_or_404(
        bulletin_access.accessible_schedules(user).select_related("organisation"), public_id=public_id
    )
    if request.method == "POST":
        bulletin_schedules.stop(planned, by=user)
        messages.success(request, _("Stopped. What was drafted stays."))
    return redirect("reports:bulletins")


@for_reporters
def bulletin_rankings(request: HttpRequest, user: User) -> HttpResponse:
    """/coverage/bulletins/rankings/: whether the province's bulletins rank anybody."""
    top = _province(user)
    if top is None:
        raise Http404
    now = rankings.ranked_in(top)
    form = RankingForm(request.POST or None, initial={"cities": now.cities, "persons": now.persons})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            rankings.choose(
                top, cities=given["cities"], persons=given["persons"], reason=given["reason"], by=user
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Saved. It holds for bulletins that are released from now on."))
            return redirect("reports:bulletins")
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "reports/bulletin_rankings.html", {"form": form, "top": top}, status=status)


def _do(act: str, found: Bulletin, form: WordsForm, seen: str, user: User) -> bool:
    if act == "release":
        deeds.release(found, by=user, seen=seen[:64])
    elif act == "discard":
        deeds.discard(found, by=user)
    elif act == "write" and form.is_valid():
        deeds.write(found, deeds.Words(**form.cleaned_data), by=user)
    else:
        return False
    return True


def _bulletin(user: User, public_id: UUID) -> Bulletin:
    rows = bulletin_access.accessible_bulletins(user).select_related(
        "snapshot__requirement",
        "snapshot__organisation",
        "organisation",
        "release",
        "edited_by__person",
        "released_by__person",
    )
    return get_object_or_404(rows, public_id=public_id)


def _province(user: User) -> Organisation | None:
    """The organisation for which the user may choose what is ranked."""
    return next((each for each in access.report_scopes(user) if rankings.may_choose(user, each)), None)
