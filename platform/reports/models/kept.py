"""What reports keep of coverage: who counted where and how far he was, and by how much that changed each figure.

Derived from facts, written by `reports.keeping` alone, and made anew from them at any time. Keys are plain numbers:
rows come and go by the ten thousand, and what they point to is never deleted.
"""

from django.db import models

from people.models import Tree


class Stint(models.Model):
    """From `valid_from` until the day before `valid_to` the person counted at this place for this requirement.

    Where he is exempt on these days he is not required. `began_on` and `completed_on` are the days from which he
    counts as started and as completed, whenever they lie; empty until then. What he was on these days stands here
    too (a stint ends where his licence or his Party membership does), so that figures by groups ask nobody else.
    """

    requirement_id = models.BigIntegerField()
    person_id = models.BigIntegerField()
    tree = models.CharField(max_length=12, choices=Tree)
    organisation_id = models.BigIntegerField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    due_on = models.DateField()
    began_on = models.DateField(null=True)
    completed_on = models.DateField(null=True)
    # Empty without a licence.
    practice_type = models.CharField(max_length=20, db_default="")
    admitted_on = models.DateField(null=True)
    born_on = models.DateField(null=True)
    in_party = models.BooleanField(db_default=False)
    is_exempt = models.BooleanField(default=False)

    class Meta:
        indexes = [
            # Lists go from a requirement and the places of a subtree to the persons.
            models.Index(
                fields=["requirement_id", "tree", "organisation_id"], name="stint_requirement_place"
            ),
            models.Index(fields=["person_id", "requirement_id"], name="stint_person"),
            # A place that moves takes all its persons along.
            models.Index(fields=["organisation_id", "tree"], name="stint_place"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.requirement_id}"


class Change(models.Model):
    """By how much the figures of an organisation (with all below it) changed on a day, for a requirement.

    The figures of a day are the sum of all changes up to it. Who has not started is what is left of the required.
    """

    requirement_id = models.BigIntegerField()
    tree = models.CharField(max_length=12, choices=Tree)
    organisation_id = models.BigIntegerField()
    day = models.DateField()
    required = models.IntegerField()
    in_time = models.IntegerField()
    late = models.IntegerField()
    started = models.IntegerField()
    overdue = models.IntegerField()
    exempt = models.IntegerField()

    class Meta:
        constraints = [
            # One row a day: what else changes that day is added to it.
            models.UniqueConstraint(
                fields=["organisation_id", "tree", "requirement_id", "day"], name="change_once_a_day"
            )
        ]
        # Making a requirement's changes anew begins with dropping them.
        indexes = [models.Index(fields=["requirement_id"], name="change_requirement")]

    def __str__(self) -> str:
        return f"{self.organisation_id}: {self.requirement_id}, {self.day}"


class GroupChange(models.Model):
    """The same for one line of a grouping (`reports.groups`): practice type, age, years of practice or the Party.

    Kept for associations alone, under which persons stand by the ten thousand; a firm's are counted from stints. What
    is not on record is no line here, but what is left of the whole.
    """

    requirement_id = models.BigIntegerField()
    organisation_id = models.BigIntegerField()
    grouping = models.CharField(max_length=10)
    line = models.CharField(max_length=20)
    day = models.DateField()
    required = models.IntegerField()
    in_time = models.IntegerField()
    late = models.IntegerField()
    started = models.IntegerField()
    overdue = models.IntegerField()
    exempt = models.IntegerField()

    class Meta:
        constraints = [
            # One row a day: what else changes that day is added to it.
            models.UniqueConstraint(
                fields=["organisation_id", "requirement_id", "grouping", "line", "day"],
                name="group_change_once_a_day",
            )
        ]
        # Making a requirement's changes anew begins with dropping them.
        indexes = [models.Index(fields=["requirement_id"], name="group_change_requirement")]

    def __str__(self) -> str:
        return f"{self.organisation_id}: {self.requirement_id}, {self.line}, {self.day}"


class Path(models.Model):
    """The closure of organisations as the changes were added up through it.

    A copy, so that when the tree is corrected it is known by which way each change had gone up.
    """

    tree = models.CharField(max_length=12, choices=Tree)
    ancestor_id = models.BigIntegerField()
    descendant_id = models.BigIntegerField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        indexes = [models.Index(fields=["descendant_id", "tree"], name="path_up")]

    def __str__(self) -> str:
        return f"{self.ancestor_id} > {self.descendant_id}"


class Stale(models.Model):
    """A note that facts changed, left by the database in the transaction that changed them (`reports.promises`).

    Of a person, of a requirement, of both together, or of the tree of organisations.
    """

    person_id = models.BigIntegerField(null=True)
    requirement_id = models.BigIntegerField(null=True)
    is_tree = models.BooleanField(db_default=False)

    def __str__(self) -> str:
        return f"{self.person_id}, {self.requirement_id}, {self.is_tree}"
