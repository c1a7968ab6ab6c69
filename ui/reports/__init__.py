"""Reports that leave the page: one view, as a page that needs nothing else and as PDF."""
