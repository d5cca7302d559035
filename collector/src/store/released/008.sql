-- Incidents, what is silent, and where laptops are behind one router.
insert into incident values (1, 'laptop:a', 'A PiKVM', 'acknowledged', null, 'high', 'high', 60,
    '2026-11-24T09:00:00Z', '2026-11-24T09:00:00Z', '2026-11-24T09:00:00Z', null, null, null,
    'admin', null, 0, '["family kvm"]', '{"reasons":[],"refutes":[],"innocent":[],"steps":[]}');
insert into incident_finding select id, 1 from finding order by id limit 1;
insert into incident_step values (1, 1, '2026-11-24T09:00:00Z', 'system', 'opened', 'A PiKVM');
insert into suppression values (1, 'anydesk', null, 'it', null, 'help desk', 'cli',
    '2026-11-24T09:00:00Z', '2100-01-01T00:00:00Z', null);
insert into lapse values ('a', 'blind display', '2026-11-24T09:00:00Z', '/x: y');
insert into router values ('5f1c', 'a', '2026-11-20T09:00:00Z', '2026-11-24T09:00:00Z');
