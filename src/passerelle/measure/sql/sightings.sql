-- sightings: when each bound device was seen, in events.
--
-- Grain    one row per device_id that some event carries
-- Reads    events(cookie_id, mobile_id, browser, occurred_at)
--          bindings(device_id, evidence, source)
-- Rule     robots and image proxies see nothing for a person. `last_seen_7`, `_30` and `_90` are as
--          they stood so many days before $until. A device is `same_as` the mobile id that an app
--          sent along with its own id: both are one telephone.
with bound as (
    select distinct device_id
    from bindings
),
seen as (
    select
        cookie_id as device_id,
        mobile_id as same_as,
        browser,
        occurred_at
    from events
    where cookie_id is not null
        and occurred_at < $until
        and coalesce(browser, '') not in ('bot', 'mail_proxy')
    union all
    select
        mobile_id as device_id,
        null as same_as,
        browser,
        occurred_at
    from events
    where mobile_id is not null
        and occurred_at < $until
        and coalesce(browser, '') not in ('bot', 'mail_proxy')
)
select
    s.device_id,
    max(s.same_as) as same_as,
    min(s.browser) as browser,
    count(*) as sightings,
    min(s.occurred_at) as first_seen_at,
    max(s.occurred_at) as last_seen_at,
    max(case when s.occurred_at < $until - interval 7 day then s.occurred_at end) as last_seen_7,
    max(case when s.occurred_at < $until - interval 30 day then s.occurred_at end) as last_seen_30,
    max(case when s.occurred_at < $until - interval 90 day then s.occurred_at end) as last_seen_90
from seen s
join bound b
    on b.device_id = s.device_id
group by
    s.device_id
