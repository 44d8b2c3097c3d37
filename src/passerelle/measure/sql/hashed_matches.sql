-- hashed_matches: each hashed value of the left file with each cookie seen with it in the right one.
--
-- Grain    one row per (value, cookie)
-- Reads    emails(value)
--          sightings(value, cookie, seen_at)
-- Rule     capitals do not matter in a hash written in hexadecimal; a value that stands twice on
--          the left counts once
select
    lower(s.value) as value,
    s.cookie,
    min(s.seen_at) as first_seen_at,
    max(s.seen_at) as last_seen_at,
    count(*) as sightings
from sightings s
where lower(s.value) in (select lower(value) from emails where value is not null)
group by
    lower(s.value),
    s.cookie
