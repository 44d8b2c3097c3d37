-- device_counts: people by how many devices they were ever bound to.
--
-- Grain    one row per devices, 5 standing for five and more
-- Reads    reach(profile_id, devices, live_devices, is_seen_30, reach_30)
select
    cast(least(devices, 5) as bigint) as devices,
    count(*) as people,
    cast(sum(case when live_devices > 0 then 1 else 0 end) as bigint) as live_people,
    cast(sum(case when live_devices = 1 then 1 else 0 end) as bigint) as one_live_people,
    cast(sum(case when live_devices > 1 then 1 else 0 end) as bigint) as several_live_people,
    cast(sum(is_seen_30) as bigint) as seen_people,
    cast(sum(reach_30) as double) as reach_30
from reach
group by
    least(devices, 5)
