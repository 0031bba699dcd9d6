"""Django's PostgreSQL, which looks at a connection before it is used again, and asks nothing over the network."""
