"""The OpenAPI document as a Postman collection (v2.1): the main story in order, then every operation by its tag.

`collection.build` makes it; `manage.py export_postman` writes it to docs/postman.json. Nothing in it is random, so the
same document gives the same file.
"""
