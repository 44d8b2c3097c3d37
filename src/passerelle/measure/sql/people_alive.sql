-- people_alive: people by how surely a device of theirs lives, and who could be written to.
--
-- Grain    one row per standing: firm, doubtful, lost or never
-- Reads    reach(profile_id, has_email)
--          lives(device_id, profile_id, probability, probability_30)
-- Rule     a person is found if one of their devices lives: 1 - product of (1 - probability). Firm
--          from 0.8, lost below 0.2; never: no device of our own was ever bound. away: expected
--          number of them with no device alive.
with held as (
    select
        profile_id,
        count(*) as devices,
        1.0 - exp(sum(ln(1.0 - least(probability, 0.999999)))) as alive,
        1.0 - exp(sum(ln(1.0 - least(probability_30, 0.999999)))) as alive_30
    from lives
    where probability is not null
    group by
        profile_id
),
stood as (
    select
        p.has_email,
        coalesce(h.devices, 0) as devices,
        cast(coalesce(h.alive, 0.0) as double) as alive,
        cast(coalesce(h.alive_30, 0.0) as double) as alive_30,
        case
            when h.profile_id is null then 'never'
            when h.alive >= 0.8 then 'firm'
            when h.alive < 0.2 then 'lost'
            else 'doubtful'
        end as standing
    from reach p
    left join held h
        on h.profile_id = p.profile_id
)
select
    standing,
    count(*) as people,
    cast(sum(devices) as bigint) as devices,
    cast(sum(alive) as double) as alive,
    cast(sum(alive_30) as double) as alive_30,
    cast(sum(alive * (1.0 - alive)) as double) as spread,
    cast(sum(has_email) as bigint) as with_email,
    cast(sum((1.0 - alive) * has_email) as double) as away_with_email
from stood
group by
    standing
