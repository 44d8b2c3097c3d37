-- golden_records: the value that survives, for each attribute of each profile.
--
-- Grain    one row per (profile_id, attribute)
-- Reads    attributes(profile_id, attribute, value, source, record_key, observed_at, trust, is_declared)
                   -- is_declared: 1 for what the person said when signed in, else 0
--          preferences(attribute, rule, first_by, second_by, third_by, fourth_by)
-- Rule     what the person declared comes before all that others say; then
--          each attribute has a survivorship rule, which names the scores to compare by, in order;
--          then the lowest value, source and record, so that two runs over the same data agree
with voted as (
    select
        profile_id,
        attribute,
        value,
        count(*) as votes
    from attributes
    group by
        profile_id,
        attribute,
        value
),
counted as (
    select
        profile_id,
        attribute,
        count(*) as candidates
    from voted
    group by
        profile_id,
        attribute
),
scored as (
    select
        a.profile_id,
        a.attribute,
        a.value,
        a.source,
        a.record_key,
        a.observed_at,
        c.candidates,
        a.is_declared,
        case when a.is_declared = 1 then 'declared' else p.rule end as rule,
        p.first_by,
        p.second_by,
        p.third_by,
        p.fourth_by,
        cast(a.trust as double) as trust,
        cast(a.observed_at as double) as recency,
        cast(v.votes as double) as votes,
        cast(length(a.value) as double) as letters
    from attributes a
    join voted v
        on v.profile_id = a.profile_id
        and v.attribute = a.attribute
        and v.value = a.value
    join counted c
        on c.profile_id = a.profile_id
        and c.attribute = a.attribute
    join preferences p
        on p.attribute = a.attribute
),
placed as (
    select
        profile_id,
        attribute,
        value,
        source,
        record_key,
        observed_at,
        rule,
        candidates,
        row_number() over (
            partition by profile_id, attribute
            order by
                is_declared desc,
                case first_by when 'trust' then trust when 'recency' then recency when 'votes' then votes else letters end desc,
                case second_by when 'trust' then trust when 'recency' then recency when 'votes' then votes else letters end desc,
                case third_by when 'trust' then trust when 'recency' then recency when 'votes' then votes else letters end desc,
                case fourth_by when 'trust' then trust when 'recency' then recency when 'votes' then votes else letters end desc,
                value,
                source,
                record_key
        ) as place
    from scored
)
select
    profile_id,
    attribute,
    value,
    source,
    record_key,
    observed_at,
    rule,
    candidates
from placed
where place = 1
