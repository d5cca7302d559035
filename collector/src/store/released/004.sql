-- Where laptops come from, and how long the way is.
insert into way values ('a', '2026-11-24T09:00:00Z', '192.0.2.1', 'direct', 31.25, 33.5, 30, 1460);
insert into exit values
    ('a', '192.0.2.1', '2026-11-20T09:00:00Z', '2026-11-24T09:00:00Z'),
    ('a', 'token:abc', '2026-10-20T09:00:00Z', '2026-10-24T09:00:00Z');
