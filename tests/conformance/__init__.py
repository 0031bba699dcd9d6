"""Does the API do what its OpenAPI document says? Schemathesis asks every operation, as everybody, in `make check`."""
