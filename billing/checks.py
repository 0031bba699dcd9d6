from django.core import checks

from billing import limits


@checks.register()
def every_limit_is_counted(app_configs, **kwargs) -> list[checks.CheckMessage]:
    """billing.E001: a feature with a maximum needs a counter, or its limit would be a wish."""
    return [
        checks.Error(
            f"Nobody counts the uses of {feature}.",
            hint="Call limits.register in ready().",
            id="billing.E001",
        )
        for feature in sorted(limits.uncounted())
    ]
