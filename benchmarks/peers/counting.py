"""Ours, but the list of models is counted for every request, as if nobody knew in which state it is."""

from mwork.wsgi import application  # noqa: F401  first: it sets up Django
from profiles.views import LISTED

LISTED.state = None
