"""What the forms of lectures, questions and assessments refuse: what nobody could answer, meet or draw."""

from typing import Any

from django.utils.translation import gettext, ngettext
from wagtail.admin.forms import WagtailAdminModelForm

from courses import recording_use
from courses.models import Question, QuestionKind

_WITH_OPTIONS = frozenset([QuestionKind.SINGLE, QuestionKind.MULTIPLE, QuestionKind.ORDERING])


def staying(form: Any, name: str) -> list[dict[str, Any]]:
    """The values of an inline panel's lines that are filled in and stay."""
    lines = (line.cleaned_data for line in form.formsets[name].forms)
    return [values for values in lines if values and not values.get("DELETE")]


class QuestionForm(WagtailAdminModelForm):
    """Refuses a question of options to which no answer, or more than its kind allows, would be right."""

    def is_valid(self) -> bool:
        """The options are clean only after the form itself is, so they are judged here."""
        if not super().is_valid():
            return False
        kind = self.cleaned_data.get("kind")
        if kind in _WITH_OPTIONS:
            options = staying(self, "options")
            right = sum(bool(option.get("is_right")) for option in options)
            if len(options) < 2:
                self.add_error("kind", gettext("This kind of question needs two options at least."))
            elif kind == QuestionKind.SINGLE and right != 1:
                self.add_error("kind", gettext("Mark exactly one option as the right one."))
            elif kind == QuestionKind.MULTIPLE and not right:
                self.add_error("kind", gettext("Mark at least one option as right."))
        return not self.errors


class LectureForm(WagtailAdminModelForm):
    """Refuses another lecture's recording, and questions that never stop it, stop it twice, or that no one judges."""

    def is_valid(self) -> bool:
        if not super().is_valid():
            return False
        recording = self.cleaned_data.get("recording")
        if recording is not None and "recording" in self.changed_data:
            other = recording_use.lecture_of(recording.pk, besides=self.instance.pk)
            if other is not None:
                self.add_error(
                    "recording",
                    gettext(
                        "This recording belongs to the lecture “%(title)s”. What is watched belongs to the recording:"
                        " whoever watches one of two such lectures would get the hours of both. Put that lecture into"
                        " the course, or upload the recording anew."
                    )
                    % {"title": other.title},
                )
                return False
        ends_ms = recording.duration_ms if recording is not None else None
        seen: set[int] = set()
        is_refused = False
        for line in self.formsets["questions"].forms:
            question, second = line.cleaned_data.get("question"), line.cleaned_data.get("at_second")
            if question is None or line.cleaned_data.get("DELETE"):
                continue
            said: list[tuple[str, str]] = []
            if question.pk in seen:
                said.append(("question", gettext("This question stands in the lecture already.")))
            if question.kind == QuestionKind.SHORT and not question.accepted.strip():
                said.append(
                    ("question", gettext("Give this question accepted answers first: nobody marks it here."))
                )
            if second is not None and ends_ms is not None and second * 1000 >= ends_ms:
                said.append(("at_second", gettext("This lies beyond the end of the recording.")))
            seen.add(question.pk)
            for field, text in said:
                line.add_error(field, text)
            is_refused = is_refused or bool(said)
        return not is_refused and not self.errors


class AssessmentForm(WagtailAdminModelForm):
    """Refuses to draw more questions of a topic than are published in it: every sheet would be shorter than stated."""

    def is_valid(self) -> bool:
        if not super().is_valid():
            return False
        is_short = False
        for line in self.formsets["draws"].forms:
            topic, count = line.cleaned_data.get("topic"), line.cleaned_data.get("count")
            if topic is None or count is None or line.cleaned_data.get("DELETE"):
                continue
            there = Question.objects.filter(topic=topic, live=True).count()
            if count > there:
                is_short = True
                line.add_error(
                    "count",
                    ngettext(
                        "The topic “%(topic)s” has %(count)s published question.",
                        "The topic “%(topic)s” has %(count)s published questions.",
                        there,
                    )
                    % {"topic": topic, "count": there},
                )
        return not is_short and not self.errors
