"""Places in a queryset for values that come with each request, so that its SQL may be compiled once."""

from collections.abc import Callable
from typing import Any

from django.db.models import Expression, Field


class Slot(Expression):
    """Stands in a queryset where a value would. The compiled statement has the slot itself among its parameters."""

    def __init__(self, name: str, function: Callable = lambda value: value, output_field: Field | None = None):
        super().__init__(output_field=output_field)
        self.name, self.function = name, function

    def as_sql(self, compiler, connection):
        return "%s", [self]

    def derived(self, function: Callable) -> "Slot":
        return Slot(self.name, lambda value: function(self.function(value)))

    def filled(self, values: dict[str, Any]) -> Any:
        return self.function(values[self.name])


def derived(value: Any, function: Callable) -> Any:
    """What the function makes of the value; of a slot, a slot that will be filled with that."""
    return value.derived(function) if isinstance(value, Slot) else function(value)
