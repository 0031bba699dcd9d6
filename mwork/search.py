"""Search in names and texts: any case in Cyrillic and Latin, ё as е, all words, one trigram index.

The stored side is a generated column (`SearchText`), the asked side goes through `normalise`; both fold alike.
"""

import re
from collections.abc import Iterable

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Concat, Lower


def normalise(text: str) -> str:
    return text.lower().replace("ё", "е")


def words(text: str) -> list[str]:
    """The words asked for, folded, without repeats."""
    return list(dict.fromkeys(re.findall(r"\w+", normalise(text))))


class Fold(models.Func):
    """ё as е, and one space for whatever stands between words, so that " тв" finds «ТВ» too.

    Lower-casing comes from Lower, as the database's locale does it.
    """

    template = "regexp_replace(translate(%(expressions)s, 'ё', 'е'), '[^[:alnum:]_]+', ' ', 'g')"
    output_field = models.TextField()


def search_column(*fields: str) -> models.GeneratedField:
    """A stored column with these text columns folded, each after a space, so that a word's start can be asked for."""
    parts = [part for field in fields for part in (models.Value(" "), models.F(field))]
    return models.GeneratedField(
        expression=Fold(Lower(Concat(*parts, output_field=models.TextField()))),
        output_field=models.TextField(),
        db_persist=True,
        editable=False,
    )


def search_index(name: str) -> GinIndex:
    """A trigram index. Writes go straight into it: a pending list would make searches slower the more is written."""
    return GinIndex(name=name, fields=["search_text"], opclasses=["gin_trgm_ops"], fastupdate=False)


def matches(text: str) -> models.Q:
    """Rows whose search_text holds every word of the text. No word at all matches nothing."""
    found = parts(text)
    return holds(found) if found else models.Q(pk__in=[])


def parts(text: str) -> list[str]:
    """What a search_text that has every word of the text must hold."""
    return [as_stored(word) for word in words(text)]


def holds(found: Iterable[str | models.Expression]) -> models.Q:
    """Rows whose search_text holds each of these texts, of which there must be one."""
    condition = models.Q()
    for part in found:
        condition &= models.Q(search_text__contains=part)
    return condition


def as_stored(word: str) -> str:
    """What a search_text that has this word must hold: a short one only as a word's start.

    A trigram index needs three letters; a start has a space before it, which gives it two trigrams.
    """
    return word if len(word) > 2 else f" {word}"


def city_key() -> models.GeneratedField:
    """A stored column with `city` in lower case: what city filters compare and indexes hold."""
    return models.GeneratedField(
        expression=Lower("city"),
        output_field=models.CharField(max_length=100),
        db_persist=True,
        editable=False,
    )
