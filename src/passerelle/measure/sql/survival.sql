-- survival: how likely a bound device is seen again, by what it is, its age and when it was last seen.
--
-- Grain    one row per (horizon, kind, age_step, recency_step), every combination
-- Reads    devices(device_id, kind, bound_at, first_seen_at, last_seen_at)
--          sightings(device_id, last_seen_at, last_seen_7, last_seen_30, last_seen_90)
--          horizons(horizon)
--          kinds(kind)
--          steps(days, step)
-- Rule     fitted on the past: of the devices bound before $until less the horizon, as they stood
--          then, the share seen since. Cells are drawn to the share of their kind and recency, and
--          that to the share of their kind, by the weight of ten devices; a kind never seen in
--          events, such as a partner's cookies, has no probability.
with stood as (
    select
        h.horizon,
        d.kind,
        (
            cast(floor(epoch($until)) as bigint)
            - h.horizon * 86400
            - cast(floor(epoch(d.first_seen_at)) as bigint)
        ) // 86400 as days_old,
        (
            cast(floor(epoch($until)) as bigint)
            - h.horizon * 86400
            - cast(
                floor(
                    epoch(
                        case h.horizon
                            when 7 then s.last_seen_7
                            when 30 then s.last_seen_30
                            else s.last_seen_90
                        end
                    )
                ) as bigint
            )
        ) // 86400 as days_unseen,
        case
            when cast(floor(epoch(s.last_seen_at)) as bigint)
                >= cast(floor(epoch($until)) as bigint) - h.horizon * 86400
            then 1
            else 0
        end as returned
    from devices d
    join sightings s
        on s.device_id = d.device_id
    cross join horizons h
    where cast(floor(epoch(d.bound_at)) as bigint)
        < cast(floor(epoch($until)) as bigint) - h.horizon * 86400
        and case h.horizon
            when 7 then s.last_seen_7
            when 30 then s.last_seen_30
            else s.last_seen_90
        end is not null
),
last_step as (
    select max(days) as days
    from steps
),
counted as (
    select
        t.horizon,
        t.kind,
        o.step as age_step,
        u.step as recency_step,
        count(*) as devices,
        sum(t.returned) as returned
    from stood t
    cross join last_step z
    join steps o
        on o.days = least(greatest(t.days_old, 0), z.days)
    join steps u
        on u.days = least(greatest(t.days_unseen, 0), z.days)
    group by
        t.horizon,
        t.kind,
        o.step,
        u.step
),
starts as (
    select distinct step
    from steps
),
cells as (
    select
        h.horizon,
        k.kind,
        a.step as age_step,
        r.step as recency_step,
        coalesce(c.devices, 0) as devices,
        coalesce(c.returned, 0) as returned
    from horizons h
    cross join kinds k
    cross join starts a
    cross join starts r
    left join counted c
        on c.horizon = h.horizon
        and c.kind = k.kind
        and c.age_step = a.step
        and c.recency_step = r.step
),
summed as (
    select
        horizon,
        kind,
        age_step,
        recency_step,
        devices,
        returned,
        sum(devices) over (partition by horizon, kind, recency_step) as recency_devices,
        sum(returned) over (partition by horizon, kind, recency_step) as recency_returned,
        sum(devices) over (partition by horizon, kind) as kind_devices,
        sum(returned) over (partition by horizon, kind) as kind_returned
    from cells
),
by_recency as (
    select
        horizon,
        kind,
        age_step,
        recency_step,
        devices,
        returned,
        case
            when kind_devices > 0
            then (recency_returned + 10.0 * kind_returned / kind_devices) / (recency_devices + 10.0)
        end as recency_probability
    from summed
)
select
    cast(horizon as bigint) as horizon,
    kind,
    cast(age_step as bigint) as age_step,
    cast(recency_step as bigint) as recency_step,
    cast(devices as bigint) as devices,
    cast(returned as bigint) as returned,
    cast((returned + 10.0 * recency_probability) / (devices + 10.0) as double) as probability
from by_recency
