"""What the two sides of a completed casting say of each other."""

from datetime import timedelta
from random import Random

from django.db.models import Count, Sum

from accounts.models import User
from castings.models import Casting, Response, Review
from castings.review_models import ReviewTarget
from castings.reviews import average
from mwork.market.days import Days
from mwork.market.people import Model
from mwork.market.review_texts import OF_EMPLOYERS, OF_MODELS, REPLIES
from mwork.market.words import gendered, weighted

RATINGS = {5: 58, 4: 28, 3: 9, 2: 3, 1: 2}
ROWS = 500  # profiles that one UPDATE rates


def draw(rng: Random, casting: Casting, response: Response, employer: User, model: Model, days: Days) -> list[Review]:
    """The reviews after an accepted response: both, one or none of the two."""
    rows = []
    if rng.random() < 0.7:
        review = _review(rng, casting, model.user, OF_EMPLOYERS, model, days)
        review.employer_id = casting.employer_id
        if rng.random() < 0.4:
            review.reply = rng.choice(REPLIES[employer.language])
            review.replied_at = min(review.created_at + timedelta(hours=rng.randint(1, 60)), days.midnight)
        rows.append(review)
    if rng.random() < 0.65:
        review = _review(rng, casting, employer, OF_MODELS, model, days)
        review.model_id = response.applicant_id
        rows.append(review)
    return rows


def rate() -> None:
    """Write what the reviews come to on the profiles."""
    for kind in ReviewTarget:
        sums = Review.objects.shown().exclude(**{kind: None}).order_by().values_list(kind)
        rows = [
            kind.profiles(id=profile_id, rating=average(stars, count), reviews_count=count)
            for profile_id, stars, count in sums.annotate(stars=Sum("rating"), count=Count("id"))
        ]
        kind.profiles.objects.bulk_update(rows, ["rating", "reviews_count"], batch_size=ROWS)


def _review(rng: Random, casting: Casting, author: User, texts: dict, model: Model, days: Days) -> Review:
    rating = weighted(rng, RATINGS)
    comment = rng.choice(texts[author.language]["good" if rating > 3 else "mixed"])
    done = casting.shoot_date + timedelta(days=casting.duration_days)
    return Review(
        casting_id=casting.id,
        author_id=author.id,
        rating=rating,
        comment=gendered(comment, model.profile.gender) if rng.random() < 0.85 else "",
        created_at=min(done + timedelta(hours=rng.randint(2, 200)), days.midnight),
    )
