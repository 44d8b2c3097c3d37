-- events_known: events by people whom we know.
--
-- Grain    one row per source
-- Reads    events(source, browser, occurred_at, cookie_id, mobile_id, login_id, email_id, phone_id)
--          placements(identifier_id, profile_id)
--          reach(profile_id, devices)
-- Rule     an event is a known person's if any identifier it carries is in a person's profile;
--          robots and image proxies are not counted
with known as (
    select p.identifier_id
    from placements p
    join reach r
        on r.profile_id = p.profile_id
),
told as (
    select
        v.source,
        case
            when coalesce(c.identifier_id, m.identifier_id, l.identifier_id, e.identifier_id, t.identifier_id) is null
            then 0
            else 1
        end as is_known
    from events v
    left join known c
        on c.identifier_id = v.cookie_id
    left join known m
        on m.identifier_id = v.mobile_id
    left join known l
        on l.identifier_id = v.login_id
    left join known e
        on e.identifier_id = v.email_id
    left join known t
        on t.identifier_id = v.phone_id
    where v.occurred_at < $until
        and coalesce(v.browser, '') not in ('bot', 'mail_proxy')
)
select
    source,
    count(*) as events,
    cast(sum(is_known) as bigint) as known_events
from told
group by
    source
