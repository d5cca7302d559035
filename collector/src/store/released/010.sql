-- The ways to landmarks, and first packets.
insert into landmark values ('a', 'eu.example.com:8443', '192.0.2.0/24', 31250, 5,
    '2026-11-24T09:00:00Z', '2026-11-20T09:00:00Z', '2026-11-24T09:00:00Z');
