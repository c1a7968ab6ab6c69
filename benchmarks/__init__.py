"""What is measured, not asserted: `make bench`, one row or all."""
