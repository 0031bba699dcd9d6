"""How complete a model's page is. Pure: the profile and its number of photos in, points out."""

from profiles.models import ModelProfile

PHOTOS_WANTED = 3


def _parts(profile: ModelProfile, photos: int) -> dict[str, tuple[int, bool]]:
    """Part → (points, is it there). The points make 100."""
    return {
        "name": (10, bool(profile.name)),
        "city": (10, bool(profile.city)),
        "age": (5, bool(profile.birth_date)),
        "height": (10, bool(profile.height)),
        "weight": (5, bool(profile.weight)),
        "bio": (10, len(profile.bio) > 10),
        "shoe_size": (5, bool(profile.shoe_size)),
        "clothing_size": (5, bool(profile.clothing_size)),
        "gender": (5, bool(profile.gender)),
        "photos": (20, photos >= PHOTOS_WANTED),
        "languages": (5, bool(profile.languages)),
        "categories": (10, bool(profile.categories)),
    }


def points(profile: ModelProfile, photos: int) -> int:
    """0 to 100."""
    return sum(worth for worth, there in _parts(profile, photos).values() if there)


def missing(profile: ModelProfile, photos: int) -> list[str]:
    """The names of the parts that are open."""
    return [name for name, (_worth, there) in _parts(profile, photos).items() if not there]
