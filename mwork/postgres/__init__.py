"""Django's PostgreSQL with a pool that looks at a connection before it lends it, and asks nothing over the network."""
