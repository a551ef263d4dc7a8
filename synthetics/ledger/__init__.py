"""What happened: tables, totals and migrations; the truth that everything else is made from."""
