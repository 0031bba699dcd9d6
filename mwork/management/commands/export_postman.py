"""manage.py export_postman [--to FILE]"""

from pathlib import Path

from django.core.management.base import BaseCommand

from mwork import conf
from mwork.api.docs import document
from mwork.postman.collection import render

FILE = conf.ROOT / "docs" / "postman.json"


class Command(BaseCommand):
    help = "Write the OpenAPI document as a Postman collection, docs/postman.json by default."

    def add_arguments(self, parser):
        parser.add_argument("--to", type=Path, default=FILE, metavar="FILE")

    def handle(self, *, to, **options):
        to.write_text(render(document()))
        self.stdout.write(f"Wrote {to}.")
