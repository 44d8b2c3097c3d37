-- consent_verdicts: whether each contact point may be used, for each purpose and channel, and why.
--
-- Grain    one row per (profile_id, subject_id, purpose, channel)
-- Reads    contacts(profile_id, subject_id, subject_type)
--          members(profile_id, identifier_id)
--          said(event_id, subject_id, scope, purpose, channel, decision, lifts, notice, occurred_at,
--              recorded_at, valid_until, adult_from)
--          rules(rule_id, purpose, channel, legal_basis, permission, oldest_at, adults_only,
--              is_asked)
--          rule_subjects(rule_id, subject_type)
--          rule_words(rule_id, said_purpose, said_channel)
--          rule_notices(rule_id, notice, effective_from, effective_to)
--          rule_requires(rule_id, required_id)
--          stopped_bases(decision, legal_basis, gravity)
-- Rule     as `gate/judging.py` says it of one profile: a block in force, then the permission that
--          is nearest to counting; of equals the latest, then the one with the highest id. What
--          was said counts from when it was said or learned, whichever is earlier. $at is the
--          instant asked about, $known_at that of what we knew, both in microseconds, and $margin
--          how far ahead a clock may be.
with heard as (
    select
        event_id,
        subject_id,
        scope,
        purpose,
        channel,
        decision,
        lifts,
        notice,
        valid_until,
        adult_from,
        least(occurred_at, recorded_at) as since,
        occurred_at > recorded_at + $margin as is_ahead
    from said
    where recorded_at <= $known_at
        and least(occurred_at, recorded_at) <= $at
),
denials as (
    select
        h.subject_id,
        w.rule_id,
        max(h.since) as denied_at
    from heard h
    join rule_words w
        on w.said_purpose = h.purpose
        and w.said_channel = h.channel
    where h.decision in ('refused', 'withdrawn')
    group by
        h.subject_id,
        w.rule_id
),
permissions as (
    select
        h.subject_id,
        r.rule_id,
        h.event_id,
        h.since,
        case
            when h.is_ahead then 1
            when n.notice is null then 2
            when d.denied_at >= h.since then 3
            when h.since < r.oldest_at or h.valid_until < $at then 4
            when r.adults_only and h.adult_from is null then 5
            when r.adults_only and h.adult_from > $at then 6
            else 7
        end as nearness
    from heard h
    join rule_words w
        on w.said_purpose = h.purpose
        and w.said_channel = h.channel
    join rules r
        on r.rule_id = w.rule_id
        and r.permission = h.decision
    left join rule_notices n
        on n.rule_id = r.rule_id
        and n.notice = h.notice
        and n.effective_from <= h.since
        and (n.effective_to is null or h.since < n.effective_to)
    left join denials d
        on d.subject_id = h.subject_id
        and d.rule_id = r.rule_id
),
topmost as (
    select
        subject_id,
        rule_id,
        max({'nearness': nearness, 'since': since, 'event_id': event_id}) as top
    from permissions
    group by
        subject_id,
        rule_id
),
best as (
    select
        subject_id,
        rule_id,
        top.nearness as nearness,
        top.event_id as event_id
    from topmost
),
blocks as (
    select
        subject_id,
        scope,
        purpose,
        channel,
        decision,
        max(since) as blocked_at
    from heard
    where decision in (select decision from stopped_bases)
        and case
            when decision = 'minor' and adult_from is not null then adult_from > $at
            else valid_until is null or valid_until >= $at
        end
    group by
        subject_id,
        scope,
        purpose,
        channel,
        decision
),
lifted as (
    select
        subject_id,
        scope,
        purpose,
        channel,
        lifts,
        max(since) as lifted_at
    from heard
    where decision = 'lifted'
        and not is_ahead
    group by
        subject_id,
        scope,
        purpose,
        channel,
        lifts
),
standing as (
    select
        b.subject_id,
        b.scope,
        r.rule_id,
        min(s.gravity) as gravity
    from blocks b
    join rule_words w
        on w.said_purpose = b.purpose
        and w.said_channel = b.channel
    join rules r
        on r.rule_id = w.rule_id
    join stopped_bases s
        on s.decision = b.decision
        and s.legal_basis = r.legal_basis
    left join lifted l
        on l.subject_id = b.subject_id
        and l.scope = b.scope
        and l.purpose = b.purpose
        and l.channel = b.channel
        and l.lifts = b.decision
    where l.lifted_at is null
        or l.lifted_at <= b.blocked_at
    group by
        b.subject_id,
        b.scope,
        r.rule_id
),
of_persons as (
    select
        m.profile_id,
        s.rule_id,
        min(s.gravity) as gravity
    from standing s
    join members m
        on m.identifier_id = s.subject_id
    where s.scope = 'person'
    group by
        m.profile_id,
        s.rule_id
),
of_subjects as (
    select
        subject_id,
        rule_id,
        gravity
    from standing
    where scope = 'subject'
),
judged as (
    select
        c.profile_id,
        c.subject_id,
        r.rule_id,
        r.is_asked,
        least(coalesce(p.gravity, 9), coalesce(s.gravity, 9)) as gravity,
        case
            when r.legal_basis = 'legal_obligation' then 8
            else coalesce(b.nearness, case when d.denied_at is null then -1 else 0 end)
        end as nearness,
        b.event_id
    from contacts c
    join rule_subjects t
        on t.subject_type = c.subject_type
    join rules r
        on r.rule_id = t.rule_id
    left join of_persons p
        on p.profile_id = c.profile_id
        and p.rule_id = r.rule_id
    left join of_subjects s
        on s.subject_id = c.subject_id
        and s.rule_id = r.rule_id
    left join best b
        on b.subject_id = c.subject_id
        and b.rule_id = r.rule_id
    left join denials d
        on d.subject_id = c.subject_id
        and d.rule_id = r.rule_id
),
lacking as (
    select distinct
        j.profile_id,
        j.subject_id,
        j.rule_id
    from judged j
    join rule_requires q
        on q.rule_id = j.rule_id
    left join judged o
        on o.profile_id = j.profile_id
        and o.subject_id = j.subject_id
        and o.rule_id = q.required_id
    where o.nearness is null
        or o.nearness < 7
        or o.gravity < 9
)
select
    j.profile_id,
    j.subject_id,
    r.purpose,
    r.channel,
    j.gravity = 9 and (j.nearness = 8 or (j.nearness = 7 and l.subject_id is null)) as is_allowed,
    case
        when j.gravity = 1 then 'suppressed'
        when j.gravity = 2 then 'deceased'
        when j.gravity = 3 then 'restricted'
        when j.gravity = 4 then 'minor'
        when j.gravity = 5 then 'objected'
        when j.nearness = 8 then 'legal_obligation'
        when j.nearness = 7 and l.subject_id is not null then 'requires_other'
        when j.nearness = 7 then 'permitted'
        when j.nearness = 6 then 'under_age'
        when j.nearness = 5 then 'age_unknown'
        when j.nearness = 4 then 'expired'
        when j.nearness = 3 then 'withdrawn'
        when j.nearness = 2 then 'no_notice'
        when j.nearness = 1 then 'future_dated'
        when j.nearness = 0 then 'refused'
        else 'not_asked'
    end as reason,
    case
        when j.gravity = 9 and j.nearness = 7 and l.subject_id is null then j.event_id
    end as event_id
from judged j
join rules r
    on r.rule_id = j.rule_id
left join lacking l
    on l.profile_id = j.profile_id
    and l.subject_id = j.subject_id
    and l.rule_id = j.rule_id
where j.is_asked
