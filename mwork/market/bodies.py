"""Bodies whose numbers belong together: height by gender, weight by height, girths by both."""

from random import Random

from mwork.market.words import weighted

# By gender: height and its spread and limits, body mass index and its spread, girths of the middle body.
FIGURES = {
    "female": {"height": (172, 6, 156, 186), "bmi": (19.4, 1.2), "girths": (85, 63, 91), "shoe": 38},
    "male": {"height": (182, 6, 166, 198), "bmi": (22.0, 1.6), "girths": (97, 79, 96), "shoe": 43},
    "other": {"height": (175, 6, 160, 190), "bmi": (20.5, 1.5), "girths": (90, 70, 93), "shoe": 40},
}
SIZES = {"female": ((82, "XS"), (87, "S"), (92, "M")), "male": ((93, "S"), (99, "M"), (105, "L"))}
LARGEST = {"female": "L", "male": "XL"}

LOOKS = {
    "steppe": {
        "hair_color": {"black": 50, "dark brown": 35, "brown": 12, "light brown": 3},
        "eye_color": {"brown": 55, "dark brown": 35, "hazel": 7, "green": 3},
        "skin_tone": {"fair": 40, "light": 30, "olive": 15, "tan": 15},
    },
    "slavic": {
        "hair_color": {"light brown": 35, "blonde": 25, "brown": 25, "dark brown": 10, "red": 5},
        "eye_color": {"blue": 30, "grey": 25, "green": 20, "brown": 20, "hazel": 5},
        "skin_tone": {"fair": 55, "light": 40, "tan": 5},
    },
}
SLAVIC = {"russian", "german"}


def draw(rng: Random, gender: str, group: str) -> dict:
    """Height always; the other fields of a body and its looks for most, as people leave some empty."""
    figure = FIGURES[gender]
    middle, spread, least, most = figure["height"]
    height = _within(rng.gauss(middle, spread), least, most)
    fields = {"height": height}
    if rng.random() < 0.85:
        fields |= _girths(rng, gender, height)
    if rng.random() < 0.9:
        looks = LOOKS["slavic" if group in SLAVIC else "steppe"]
        fields |= {name: weighted(rng, shares) for name, shares in looks.items()}
    return fields


def _girths(rng: Random, gender: str, height: int) -> dict:
    figure = FIGURES[gender]
    middle_bmi, spread = figure["bmi"]
    bmi = max(middle_bmi - 2 * spread, min(middle_bmi + 2.5 * spread, rng.gauss(middle_bmi, spread)))
    fuller, taller = bmi - middle_bmi, height - figure["height"][0]
    bust, waist, hips = (
        round(girth + fuller * share + taller * 0.2 + rng.gauss(0, 1.2))
        for girth, share in zip(figure["girths"], (2.0, 2.3, 2.0), strict=True)
    )
    kind = "male" if gender == "male" else "female"
    return {
        "weight": round(bmi * (height / 100) ** 2),
        "bust": bust,
        "waist": waist,
        "hips": hips,
        "shoe_size": round(figure["shoe"] + taller * 0.13 + rng.gauss(0, 0.6)),
        "clothing_size": next((size for below, size in SIZES[kind] if bust < below), LARGEST[kind]),
    }


def _within(value: float, least: int, most: int) -> int:
    return max(least, min(most, round(value)))
