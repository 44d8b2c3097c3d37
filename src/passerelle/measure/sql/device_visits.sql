-- device_visits: on how many days each bound device was seen, and its longest absence.
--
-- Grain    one row per device_id that some event carries
-- Reads    events(cookie_id, mobile_id, browser, occurred_at)
--          devices(device_id, bound_at)
-- Rule     days are UTC; visits are the days after the one it was bound on. Robots and image proxies
--          see nothing for a person. An absence lies between two days on which it was seen.
with seen as (
    select
        cookie_id as device_id,
        cast(floor(epoch(occurred_at)) as bigint) // 86400 as day
    from events
    where cookie_id is not null
        and occurred_at < $until
        and coalesce(browser, '') not in ('bot', 'mail_proxy')
    union
    select
        mobile_id as device_id,
        cast(floor(epoch(occurred_at)) as bigint) // 86400 as day
    from events
    where mobile_id is not null
        and occurred_at < $until
        and coalesce(browser, '') not in ('bot', 'mail_proxy')
),
spaced as (
    select
        s.device_id,
        s.day,
        cast(floor(epoch(d.bound_at)) as bigint) // 86400 as bound_day,
        s.day - lag(s.day) over (partition by s.device_id order by s.day) as absence
    from seen s
    join devices d
        on d.device_id = s.device_id
)
select
    device_id,
    cast(sum(case when day > bound_day then 1 else 0 end) as bigint) as visits,
    cast(coalesce(max(absence), 0) as bigint) as longest_absence
from spaced
group by
    device_id
