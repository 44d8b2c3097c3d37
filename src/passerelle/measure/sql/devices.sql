-- devices: each device that was ever bound to a person, and whether it is still alive.
--
-- Grain    one row per device_id
-- Reads    bindings(device_id, type, profile_id, evidence, source, source_kind, first_seen_at, last_seen_at)
--          sightings(device_id, same_as, browser, sightings, first_seen_at, last_seen_at)
--          consents(device_id, state)
--          lifetimes(kind, browser, days_unseen, days_old)
--          steps(days, step)
-- Rule     a cookie that only partners tie to a person and that no event of ours carries is a
--          partner_cookie. Alive: seen within `days_unseen` and first seen within `days_old` days.
--          `lifetimes` has a row for each kind and browser; steps gives each whole number of days
--          up to its last the start of its interval. An app's own id that came with a bound mobile
--          id of the same person is that telephone, and is not counted again.
with bound as (
    select
        device_id,
        min(type) as type,
        min(profile_id) as profile_id,
        min(first_seen_at) as bound_at,
        max(last_seen_at) as bound_again_at,
        max(case when source_kind = 'partner' then 0 else 1 end) as has_own_evidence
    from bindings
    group by
        device_id
),
lives as (
    select
        b.device_id,
        b.profile_id,
        case
            when b.type = 'mobile_id' then 'mobile_id'
            when s.device_id is null and b.has_own_evidence = 0 then 'partner_cookie'
            else 'cookie'
        end as kind,
        coalesce(s.browser, 'unknown') as browser,
        b.bound_at,
        least(b.bound_at, coalesce(s.first_seen_at, b.bound_at)) as first_seen_at,
        greatest(b.bound_again_at, coalesce(s.last_seen_at, b.bound_again_at)) as last_seen_at,
        coalesce(s.sightings, 0) as sightings
    from bound b
    left join sightings s
        on s.device_id = b.device_id
    left join bound m
        on m.device_id = s.same_as
        and m.profile_id = b.profile_id
    where m.device_id is null
),
aged as (
    select
        device_id,
        profile_id,
        kind,
        browser,
        bound_at,
        first_seen_at,
        last_seen_at,
        sightings,
        (cast(floor(epoch($until)) as bigint) - cast(floor(epoch(first_seen_at)) as bigint)) // 86400 as days_old,
        (cast(floor(epoch($until)) as bigint) - cast(floor(epoch(last_seen_at)) as bigint)) // 86400 as days_unseen
    from lives
),
last_step as (
    select max(days) as days
    from steps
)
select
    a.device_id,
    a.profile_id,
    a.kind,
    a.browser,
    a.bound_at,
    a.first_seen_at,
    a.last_seen_at,
    a.sightings,
    a.days_old,
    a.days_unseen,
    o.step as age_step,
    u.step as recency_step,
    case when a.days_unseen < l.days_unseen and a.days_old < l.days_old then 1 else 0 end as is_alive,
    case when a.sightings > 0 and a.last_seen_at >= $until - interval 7 day then 1 else 0 end as is_seen_7,
    case when a.sightings > 0 and a.last_seen_at >= $until - interval 30 day then 1 else 0 end as is_seen_30,
    case when a.sightings > 0 and a.last_seen_at >= $until - interval 90 day then 1 else 0 end as is_seen_90,
    coalesce(c.state, 'unstated') as consent
from aged a
cross join last_step z
join lifetimes l
    on l.kind = a.kind
    and l.browser = a.browser
join steps o
    on o.days = least(greatest(a.days_old, 0), z.days)
join steps u
    on u.days = least(greatest(a.days_unseen, 0), z.days)
left join consents c
    on c.device_id = a.device_id
