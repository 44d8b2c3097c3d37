-- device_consents: what a bound device last said about consent.
--
-- Grain    one row per device_id of which some event states a consent
-- Reads    events(cookie_id, mobile_id, occurred_at, consent)
--          bindings(device_id, evidence, source)
-- Rule     the latest statement before $until; of two at the same instant the last in the alphabet
with bound as (
    select distinct device_id
    from bindings
),
said as (
    select
        cookie_id as device_id,
        consent,
        occurred_at
    from events
    where cookie_id is not null
        and consent is not null
        and occurred_at < $until
    union all
    select
        mobile_id as device_id,
        consent,
        occurred_at
    from events
    where mobile_id is not null
        and consent is not null
        and occurred_at < $until
),
once as (
    select
        s.device_id,
        s.consent,
        max(s.occurred_at) as said_at
    from said s
    join bound b
        on b.device_id = s.device_id
    group by
        s.device_id,
        s.consent
),
placed as (
    select
        device_id,
        consent,
        row_number() over (
            partition by device_id
            order by said_at desc, consent desc
        ) as place
    from once
)
select
    device_id,
    consent
from placed
where place = 1
