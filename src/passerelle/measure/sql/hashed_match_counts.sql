-- hashed_match_counts: how many of the left file's values were found.
--
-- Grain    one row
-- Reads    emails(value)
--          sightings(value)
--          matches(value)
with lefts as (
    select
        count(*) as left_rows,
        count(distinct lower(value)) as left_values
    from emails
),
rights as (
    select count(*) as right_rows
    from sightings
),
found as (
    select
        count(*) as pairs,
        count(distinct value) as matched_values
    from matches
)
select
    l.left_rows,
    l.left_values,
    r.right_rows,
    f.pairs,
    f.matched_values
from lefts l
cross join rights r
cross join found f
