-- truth_lives: the probability that a device lives, beside whether it did.
--
-- Grain    one row per kind and tenth of the probability, 0 to 9
-- Reads    devices(device_id, kind)
--          lives(device_id, probability)
--          held_devices(identifier_id, value)
--          true_cookies(cookie, died_at)
-- Rule     a device lives if the truth has it die on or after $until, or not at all
with cookies as (
    select
        lower(cookie) as cookie,
        max(case when died_at < $until then 0.0 else 1.0 end) as lived
    from true_cookies
    group by
        lower(cookie)
),
compared as (
    select
        d.kind,
        cast(least(floor(l.probability * 10), 9) as bigint) as tenth,
        l.probability,
        c.lived
    from devices d
    join lives l
        on l.device_id = d.device_id
    join held_devices h
        on h.identifier_id = d.device_id
    join cookies c
        on c.cookie = lower(h.value)
    where l.probability is not null
)
select
    kind,
    tenth,
    count(*) as devices,
    cast(sum(probability) as double) as predicted,
    cast(sum(lived) as double) as lived,
    cast(sum((probability - lived) * (probability - lived)) as double) as squared_error
from compared
group by
    kind,
    tenth
