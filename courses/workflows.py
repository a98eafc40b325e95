"""The three reviews (三审), and what each group of the editorial office may do with pages and texts.

The editor's own is the first: submitting it is his signature. The reviewer's is the second, the final
reviewer's the third, and its approval publishes. Made after every migrate; what an operator changes later in
the admin is not set back, and nothing is taken away.
"""

from collections.abc import Mapping

from django.apps import apps
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from wagtail.models import (
    Collection,
    GroupApprovalTask,
    GroupCollectionPermission,
    GroupPagePermission,
    Workflow,
    WorkflowContentType,
    WorkflowPage,
    WorkflowTask,
)
from wagtail.snippets.models import create_extra_permissions

from courses.models import (
    Assessment,
    CreditRegulation,
    Curriculum,
    HomePage,
    Lecture,
    Question,
    QuestionTopic,
    Reading,
)
from people.wagtail_groups import EDITORS, FINAL_REVIEWERS, REVIEWERS

WORKFLOW = "三审"
TASKS = (("复审", REVIEWERS), ("终审", FINAL_REVIEWERS))

_REVIEWED = (Lecture, Curriculum, CreditRegulation, Reading, Assessment, Question)
_PAGE_PERMISSIONS = {
    EDITORS: ("add", "change"),
    REVIEWERS: ("change",),
    FINAL_REVIEWERS: ("change", "publish", "lock", "unlock"),
}
_TEXT_PERMISSIONS = {
    EDITORS: ("add", "change", "view"),
    REVIEWERS: ("change", "view"),
    FINAL_REVIEWERS: ("change", "publish", "lock", "unlock", "view"),
}
_IMAGE_PERMISSIONS = {
    EDITORS: ("add", "change", "choose"),
    REVIEWERS: ("choose",),
    FINAL_REVIEWERS: ("choose",),
}


@transaction.atomic
def ensure(groups: Mapping[str, Group]) -> Workflow:
    """Make the workflow and give the groups their permissions, once; needs the site's home page."""
    # Other apps make their permissions when Django reports them after a migrate, some of them after us.
    for label in ("courses", "wagtailimages"):
        create_permissions(apps.get_app_config(label), verbosity=0)
    create_extra_permissions(apps.get_app_config("wagtailsnippets"))
    home = HomePage.objects.get()
    _permit(groups, home)
    workflow = Workflow.objects.filter(name=WORKFLOW).first() or _create(groups)
    WorkflowPage.objects.get_or_create(page=home, defaults={"workflow": workflow})
    for model in _REVIEWED:
        WorkflowContentType.objects.get_or_create(
            content_type=ContentType.objects.get_for_model(model, for_concrete_model=False),
            defaults={"workflow": workflow},
        )
    return workflow


def _create(groups: Mapping[str, Group]) -> Workflow:
    workflow = Workflow.objects.create(name=WORKFLOW)
    for position, (name, group) in enumerate(TASKS):
        task = GroupApprovalTask.objects.create(name=name)
        task.groups.set([groups[group]])
        WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=position)
    # Wagtail's first migration makes an approval by groups that nobody here belongs to.
    Workflow.objects.exclude(pk=workflow.pk).filter(name__startswith="Moderators").update(active=False)
    return workflow


def _permit(groups: Mapping[str, Group], home: HomePage) -> None:
    root = Collection.get_first_root_node()
    for name, actions in _PAGE_PERMISSIONS.items():
        for action in actions:
            GroupPagePermission.objects.get_or_create(
                group=groups[name], page_id=home.pk, permission=_permission("courses", f"{action}_basepage")
            )
    for name, actions in _TEXT_PERMISSIONS.items():
        groups[name].permissions.add(
            *(
                _permission("courses", f"{action}_{model._meta.model_name}")
                for model in _REVIEWED
                for action in actions
            )
        )
    for action in ("add", "change", "view"):
        groups[EDITORS].permissions.add(_permission("courses", f"{action}_{QuestionTopic._meta.model_name}"))
    for name, actions in _IMAGE_PERMISSIONS.items():
        for action in actions:
            GroupCollectionPermission.objects.get_or_create(
                group=groups[name],
                collection=root,
                permission=_permission("wagtailimages", f"{action}_image"),
            )


def _permission(label: str, codename: str) -> Permission:
    return Permission.objects.get(content_type__app_label=label, codename=codename)
