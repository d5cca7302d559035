-- Closed findings by age, for they are forgotten.
create index finding_closed on finding (closed_at) where closed_at is not null;

-- Lists of findings: what most filters ask is in the index itself.
drop index finding_newest;
create index finding_newest on finding
    (opened_at desc, id desc, standing, severity, closed_at, rung, verdict, signature);
create index finding_open_newest on finding
    (opened_at desc, id desc, standing, severity, laptop, closed_at)
    where closed_at is null;
create index finding_of_signature on finding
    (signature, opened_at desc, id desc, standing, severity, closed_at);

-- What is known of a laptop, and what of that is open.
create index finding_of_laptop on finding (laptop, signature);
create index finding_open_of_laptop on finding (laptop, standing, severity, closed_at)
    where closed_at is null;

-- The list of laptops, revoked ones last.
create index laptop_by_name on laptop (revoked_at is not null, host collate nocase, id);

-- The company's list is held against the laptops.
create index laptop_of_serial on laptop (serial);
create index laptop_of_host on laptop (host);
