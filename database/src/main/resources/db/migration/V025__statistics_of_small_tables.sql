-- Autovacuum takes no statistics of tables of one row, and without them the planner takes each for some two thousand
-- rows. Every query of a view that is joined with one is then expected to find as many times too many rows, and the
-- first of them at once: a page of one customer's conversations went through all others and took 13 s of 40 000.
ANALYZE store.verdict_settings;
ANALYZE store.days_counted;
