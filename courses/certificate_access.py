"""What a user may see and do of certificates: the one door. What is forbidden is missing."""

from django.db.models import Q, QuerySet

from courses.desk_access import APPROVERS, DECIDERS, READERS, Visitor
from courses.models import Certificate, CertificateBatch, Completion, Course
from people.access import is_himself
from people.days import today
from people.grants import scopes
from people.models import Membership, Organisation, Tree, User


def accessible_certificates(user: Visitor) -> QuerySet[Certificate]:
    """His own, and those of the persons who stand in the subtree of the user's desks."""
    if not isinstance(user, User) or not user.is_active:
        return Certificate.objects.none()
    return Certificate.objects.filter(Q(person__user=user) | Q(pk__in=desk_certificates(user).values("pk")))


def desk_certificates(user: Visitor) -> QuerySet[Certificate]:
    """Those of the persons who stand in the subtree of the user's desks today."""
    if not isinstance(user, User) or not user.is_active:
        return Certificate.objects.none()
    members = Membership.objects.on(today()).filter(
        tree=Tree.PROFESSION, organisation__in=scopes(user, READERS).values("pk")
    )
    return Certificate.objects.filter(person__in=members.values("person_id"))


def may_revoke(user: Visitor, certificate: Certificate) -> bool:
    """A committee revokes what belongs to its own subtree; nobody revokes his own."""
    if not isinstance(user, User) or is_himself(user, certificate.person):
        return False
    if user.is_superuser and user.is_active:
        return True
    members = Membership.objects.on(today()).filter(
        person=certificate.person_id,
        tree=Tree.PROFESSION,
        organisation__in=scopes(user, APPROVERS).values("pk"),
    )
    return members.exists()


def accessible_batches(user: Visitor) -> QuerySet[CertificateBatch]:
    """The batches of the user's organisations."""
    if not isinstance(user, User):
        return CertificateBatch.objects.none()
    return CertificateBatch.objects.filter(organisation__in=scopes(user, READERS).values("pk"))


def batch_courses(user: Visitor) -> QuerySet[Course]:
    """The courses that somebody in the user's subtree has completed, the latest first."""
    if not isinstance(user, User):
        return Course.objects.none()
    members = Membership.objects.on(today()).filter(
        tree=Tree.PROFESSION, organisation__in=scopes(user, DECIDERS).values("pk")
    )
    done = Completion.objects.filter(
        course__isnull=False, revoked_at__isnull=True, person__in=members.values("person_id")
    )
    return Course.objects.filter(pk__in=done.values("course_id")).order_by("-pk")


def batch_organisations(user: Visitor) -> QuerySet[Organisation]:
    """For whom the user may issue in batches."""
    return scopes(user, DECIDERS) if isinstance(user, User) else Organisation.objects.none()
