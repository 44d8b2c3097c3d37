-- people_by_source: the match of the people whom each of our sources knows.
--
-- Grain    one row per source
-- Reads    people(profile_id, source, records)
--          reach(profile_id, devices, live_devices, is_seen_30, reach_30)
-- Rule     a person known to two sources counts in both
select
    p.source,
    cast(sum(p.records) as bigint) as records,
    count(*) as people,
    cast(sum(case when r.devices > 0 then 1 else 0 end) as bigint) as bound_people,
    cast(sum(case when r.live_devices > 0 then 1 else 0 end) as bigint) as live_people,
    cast(sum(r.is_seen_30) as bigint) as seen_people,
    cast(sum(r.reach_30) as double) as reach_30
from people p
join reach r
    on r.profile_id = p.profile_id
group by
    p.source
