"""The candidate's page: what its buttons do. All state of a talk is in the database."""
