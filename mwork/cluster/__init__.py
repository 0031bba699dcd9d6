"""`make cluster`: what compose.yaml runs in production, without containers, tried by clients through the proxy.

Every process has the command that stands in compose.yaml, and nginx the template that it has there.
"""
