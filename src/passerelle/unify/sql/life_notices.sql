-- life_notices: each notice of a life change once, as it was first received.
--
-- Grain    one row per notice_id
-- Reads    notices(source, notice_id, kind, import_id, row_number, received_at, file_name, happened_on, said)
with placed as (
    select
        source,
        notice_id,
        kind,
        file_name,
        row_number,
        happened_on,
        said,
        row_number() over (
            partition by notice_id
            order by received_at, import_id, row_number
        ) as place
    from notices
)
select
    source,
    notice_id,
    kind,
    file_name,
    row_number,
    happened_on,
    said
from placed
where place = 1
order by notice_id
