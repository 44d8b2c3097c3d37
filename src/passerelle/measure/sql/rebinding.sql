-- rebinding: how many people came back in the last 90 days, and by what.
--
-- Grain    one row
-- Reads    reach(profile_id, has_email)
--          bindings(device_id, profile_id, evidence, last_seen_at)
--          devices(device_id, profile_id, kind, bound_at)
--          sightings(device_id, last_seen_90)
-- Rule     clicked: of those with an e-mail address, who followed a link of a mail. gone: whose
--          devices, all bound more than 90 days ago, had by then not been seen for 90 days; returned:
--          of those, who had another device bound since.
with clicks as (
    select distinct profile_id
    from bindings
    where evidence in ('link', 'click')
        and last_seen_at >= $until - interval 90 day
),
before as (
    select
        d.profile_id,
        max(greatest(d.bound_at, coalesce(s.last_seen_90, d.bound_at))) as last_seen_at
    from devices d
    left join sightings s
        on s.device_id = d.device_id
    where d.kind <> 'partner_cookie'
        and d.bound_at < $until - interval 90 day
    group by
        d.profile_id
),
since as (
    select distinct profile_id
    from devices
    where kind <> 'partner_cookie'
        and bound_at >= $until - interval 90 day
)
select
    cast(coalesce(sum(r.has_email), 0) as bigint) as mailed,
    cast(coalesce(sum(case when r.has_email = 1 and c.profile_id is not null then 1 else 0 end), 0) as bigint) as clicked,
    cast(coalesce(sum(case when b.last_seen_at < $until - interval 180 day then 1 else 0 end), 0) as bigint) as gone,
    cast(
        coalesce(
            sum(case when b.last_seen_at < $until - interval 180 day and n.profile_id is not null then 1 else 0 end),
            0
        ) as bigint
    ) as returned
from reach r
left join clicks c
    on c.profile_id = r.profile_id
left join before b
    on b.profile_id = r.profile_id
left join since n
    on n.profile_id = r.profile_id
