"""A made-up market for demonstrations and load tests: people, companies, castings and what happened between them.

`build.fill` writes it. Everything is drawn from one seed and counted back from one day, so the same seed gives the
same market again.
"""
