"""Models and employers as the market sees them; the teams, rosters and followers of organizations."""

from profiles.models.profiles import (
    COUNTRY,
    LISTED_STATE,
    MAX_AGE,
    MIN_AGE,
    RANGES,
    Category,
    EmployerProfile,
    Experience,
    Gender,
    ListedState,
    ModelProfile,
    ModelProfileQuerySet,
    ModelView,
    ModelViewCount,
    ModelViewDay,
    Photo,
    PhotoQuerySet,
    Visibility,
    WorkExperience,
    present,
)
from profiles.models.rosters import Follow, Representation, RepresentationStatus
from profiles.models.teams import Invitation, Member, MemberRole

__all__ = [
    "COUNTRY", "LISTED_STATE", "MAX_AGE", "MIN_AGE", "RANGES", "Category", "EmployerProfile", "Experience",
    "Follow", "Gender", "Invitation", "ListedState", "Member", "MemberRole", "ModelProfile", "ModelProfileQuerySet",
    "ModelView", "ModelViewCount", "ModelViewDay", "Photo", "PhotoQuerySet", "Representation",
    "RepresentationStatus", "Visibility", "WorkExperience", "present",
]  # fmt: skip
