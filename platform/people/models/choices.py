"""The kinds that people's tables name, each with its word on the screen."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class OrganisationKind(models.TextChoices):
    ASSOCIATION = "association", _("Association")
    FIRM = "firm", _("Firm")
    BRANCH = "branch", _("Branch of a firm")
    PUBLIC_BODY = "public_body", _("Public body")
    COMPANY = "company", _("Company")
    LEGAL_AID_CENTRE = "legal_aid_centre", _("Legal-aid centre")
    PARTY_BRANCH = "party_branch", _("Party branch")


class Tree(models.TextChoices):
    """Which tree a parent or a membership belongs to: the profession's or the Party's."""

    PROFESSION = "profession", _("Professional tree")
    PARTY = "party", _("Party tree")


class PracticeType(models.TextChoices):
    FULL_TIME = "full_time", _("Full-time lawyer")
    PART_TIME = "part_time", _("Part-time lawyer")
    PUBLIC_LAWYER = "public_lawyer", _("Public lawyer")
    COMPANY_LAWYER = "company_lawyer", _("Company lawyer")
    LEGAL_AID = "legal_aid", _("Legal-aid lawyer")
    MILITARY = "military", _("Military lawyer")
    HK_MACAO = "hk_macao", _("Lawyer from Hong Kong, Macao or Taiwan")


class Position(models.TextChoices):
    LAWYER = "lawyer", _("Lawyer")
    TRAINEE = "trainee", _("Trainee")
    STAFF = "staff", _("Staff")


class Role(models.TextChoices):
    LEARNER = "learner", _("Learner")
    FIRM_MANAGER = "firm_manager", _("Firm training manager")
    CITY_COMMITTEE = "city_committee", _("City committee")
    PROVINCIAL_COMMITTEE = "provincial_committee", _("Provincial committee")
    EDITOR = "editor", _("Editor")
    REVIEWER = "reviewer", _("Reviewer")
    FINAL_REVIEWER = "final_reviewer", _("Final reviewer")
    LECTURER = "lecturer", _("Lecturer")
    AUDITOR = "auditor", _("Auditor")
    SUPPORT = "support", _("Support")
