-- device_spans: from when to when each cookie and mobile advertising id of a profile was seen,
-- and on how many days.
--
-- Grain    one row per device of a profile
-- Reads    events(occurred_at, cookie_id, mobile_id, browser)
--          placements(identifier_id, profile_id)
with seen as (
    select
        cookie_id as device_id,
        'cookie' as type,
        browser,
        occurred_at
    from events
    where cookie_id is not null
    union all
    select
        mobile_id as device_id,
        'mobile_id' as type,
        browser,
        occurred_at
    from events
    where mobile_id is not null
)
select
    p.profile_id,
    s.device_id,
    s.type,
    min(s.browser) as browser,
    min(s.occurred_at) as first_at,
    max(s.occurred_at) as last_at,
    count(distinct cast(s.occurred_at as date)) as days
from seen s
join placements p
    on p.identifier_id = s.device_id
group by
    p.profile_id,
    s.device_id,
    s.type
order by
    s.device_id
