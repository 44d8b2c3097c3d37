-- contacts: the people whom a message with a personal link could still bind.
--
-- Grain    one row per profile_id with an e-mail address or a login
-- Reads    identifiers(identifier_id, type)
--          placements(identifier_id, profile_id)
select
    p.profile_id,
    1 as has_email
from identifiers i
join placements p
    on p.identifier_id = i.identifier_id
where i.type in ('email', 'login')
group by
    p.profile_id
