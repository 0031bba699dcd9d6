"""A casting that is done, and its two sides."""

import pytest

from tests import factories
from tests.conftest import Api


@pytest.fixture
def done(db):
    """The accepted response of a completed casting."""
    return factories.done()


@pytest.fixture
def sides(done):
    """(the model's client, what she says of the employer), (the employer's client, what is said of her)"""
    casting, model = done.casting, done.applicant
    of_employer = {"target_type": "employer", "target_id": str(casting.employer_id), "casting_id": str(casting.id)}
    of_model = {"target_type": "model", "target_id": str(model.id), "casting_id": str(casting.id)}
    return (Api(model.user), of_employer), (Api(casting.employer.user), of_model)
