"""An organisation's own documents: read, cut into passages, kept in the data folder, checked against."""
