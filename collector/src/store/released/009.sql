-- People with roles, and one who is signed in.
insert into account (name, password, role, created_at) values ('vera', 'x', 'viewer', '2026-11-24T09:00:00Z');
insert into session values (x'00', 'vera', 'c', 'password', 'a browser', '2026-11-24T09:00:00Z', '2100-01-01T00:00:00Z');
