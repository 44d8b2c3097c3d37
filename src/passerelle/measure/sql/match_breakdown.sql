-- match_breakdown: the match by type of identifier, evidence, source, browser, age and consent.
--
-- Grain    one row per (dimension, value)
-- Reads    bindings(device_id, evidence, source)
--          devices(device_id, profile_id, kind, browser, age_step, recency_step, is_alive, is_seen_30, consent)
--          survival(horizon, kind, age_step, recency_step, probability)
-- Rule     a device tied by two kinds of evidence counts in both rows, and so does a person with
--          two browsers: the rows of a dimension do not add up. `only_people` are those whose
--          devices have no other value in the dimension. Ages count from the first sight.
with told as (
    select
        device_id,
        'evidence' as dimension,
        evidence as value
    from bindings
    group by
        device_id,
        evidence
    union all
    select
        device_id,
        'source' as dimension,
        source as value
    from bindings
    group by
        device_id,
        source
    union all
    select
        device_id,
        'type' as dimension,
        kind as value
    from devices
    union all
    select
        device_id,
        'browser' as dimension,
        browser as value
    from devices
    union all
    select
        device_id,
        'age' as dimension,
        cast(age_step as varchar) as value
    from devices
    union all
    select
        device_id,
        'consent' as dimension,
        consent as value
    from devices
),
odds as (
    select
        kind,
        age_step,
        recency_step,
        coalesce(probability, 0.0) as probability,
        ln(1.0 - least(coalesce(probability, 0.0), 0.999999)) as stays_away
    from survival
    where horizon = 30
),
scored as (
    select
        d.device_id,
        d.profile_id,
        d.is_alive,
        d.is_seen_30,
        o.probability,
        o.stays_away
    from devices d
    join odds o
        on o.kind = d.kind
        and o.age_step = d.age_step
        and o.recency_step = d.recency_step
),
persons as (
    select
        t.dimension,
        t.value,
        s.profile_id,
        count(*) as devices,
        sum(s.is_alive) as live_devices,
        sum(s.is_seen_30) as seen_devices,
        sum(s.probability) as returning_devices,
        1.0 - exp(sum(s.stays_away)) as reach_30
    from told t
    join scored s
        on s.device_id = t.device_id
    group by
        t.dimension,
        t.value,
        s.profile_id
),
widened as (
    select
        dimension,
        value,
        devices,
        live_devices,
        seen_devices,
        returning_devices,
        reach_30,
        count(*) over (partition by dimension, profile_id) as values_of_person
    from persons
)
select
    dimension,
    value,
    cast(sum(devices) as bigint) as devices,
    cast(sum(live_devices) as bigint) as live_devices,
    cast(sum(seen_devices) as bigint) as seen_devices,
    cast(sum(returning_devices) as double) as returning_devices,
    count(*) as people,
    cast(sum(case when live_devices > 0 then 1 else 0 end) as bigint) as live_people,
    cast(sum(case when seen_devices > 0 then 1 else 0 end) as bigint) as seen_people,
    cast(sum(case when values_of_person = 1 then 1 else 0 end) as bigint) as only_people,
    cast(sum(reach_30) as double) as reach_30
from widened
group by
    dimension,
    value
