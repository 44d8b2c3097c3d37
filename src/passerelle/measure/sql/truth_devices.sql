-- truth_devices: whether bound devices are their owner's, and whether those alive are.
--
-- Grain    one row per kind of device
-- Reads    devices(device_id, profile_id, kind, is_alive)
--          held_devices(identifier_id, value)
--          true_cookies(cookie, person_id, died_at)
--          told(profile_id, person_id)
-- Rule     a binding is right if the profile holds a record of the cookie's main owner; one whose
--          owner the retailer does not know is wrong
with known as (
    select distinct
        profile_id,
        person_id
    from told
),
cookies as (
    select
        lower(cookie) as cookie,
        max(person_id) as person_id,
        max(died_at) as died_at
    from true_cookies
    group by
        lower(cookie)
)
select
    d.kind,
    count(*) as devices,
    cast(sum(case when k.person_id is not null then 1 else 0 end) as bigint) as right_devices,
    cast(sum(d.is_alive) as bigint) as alive_devices,
    cast(sum(case when c.died_at >= $until then 1 else 0 end) as bigint) as truly_alive_devices,
    cast(sum(case when c.died_at >= $until then d.is_alive else 0 end) as bigint) as rightly_alive_devices
from devices d
join held_devices h
    on h.identifier_id = d.device_id
join cookies c
    on c.cookie = lower(h.value)
left join known k
    on k.profile_id = d.profile_id
    and k.person_id = c.person_id
group by
    d.kind
