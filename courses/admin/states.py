"""Where a lecture or a curriculum stands, as one word in a list; in two statements for the whole list."""

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, Exists, OuterRef, Prefetch, QuerySet
from django.db.models.functions import Cast
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.ui.tables import StatusTagColumn
from wagtail.models import Revision, WorkflowState


def with_states(items: QuerySet[Any]) -> QuerySet[Any]:
    """The items with their reviews under way and whether a publication is scheduled."""
    under_review = WorkflowState.objects.active().select_related("current_task_state__task")
    scheduled = Revision.objects.filter(
        base_content_type=ContentType.objects.get_for_model(items.model, for_concrete_model=False),
        object_id=Cast(OuterRef("pk"), CharField()),
        approved_go_live_at__isnull=False,
    )
    return items.annotate(is_scheduled=Exists(scheduled)).prefetch_related(
        Prefetch("workflow_states", under_review, to_attr="_current_workflow_states")
    )


def state_of(item: Any) -> str:
    """Sent back by or waiting for a review, scheduled, published, with a newer draft, or a draft."""
    review = item.current_workflow_state
    if review is not None and review.status == WorkflowState.STATUS_NEEDS_CHANGES:
        return _("Sent back: %(task)s") % {"task": review.current_task_state.task.name}
    if review is not None and review.current_task_state is not None:
        return _("Waiting for %(task)s") % {"task": review.current_task_state.task.name}
    if item.is_scheduled:
        return _("Scheduled")
    if item.live:
        return _("Published, newer draft") if item.has_unpublished_changes else _("Published")
    return _("Draft")


class StateColumn(StatusTagColumn):
    """`state_of` in a list made by `with_states`."""

    def __init__(self) -> None:
        super().__init__(state_of, label=gettext_lazy("State"), primary=lambda item: item.live)
