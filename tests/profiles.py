"""How long tests with generated input go on: as `HYPOTHESIS_PROFILE` says, `ci` if it says nothing."""

import os

from hypothesis import HealthCheck, settings


def load() -> None:
    """`ci` tries the same every time, `deep` something else, and remembers what failed for the next time."""
    settings.register_profile("ci", deadline=None, derandomize=True, database=None, max_examples=120)
    settings.register_profile("deep", deadline=None, derandomize=False, max_examples=1200)
    settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


def costly(times: int) -> settings:
    """For a test whose examples take so many times as long as others': so many times fewer of them."""
    return settings(
        max_examples=settings.default.max_examples // times,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
