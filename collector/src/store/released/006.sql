-- Places.
insert into asset values ('PF1', 'ada',
    '{"serial":"PF1","host":"ada","person":"Ada","homes":["US-TX"]}', '2026-11-20T09:00:00Z');
insert into correction values ('192.0.2.0/24', 'US', 'the provider says so', 'cli', '2100-01-01T00:00:00Z');
insert into place values ('a', '2026-11-24T09:00:00Z',
    '{"country":"US","vote":"v","class":"fixed","organization":null,"expected":["US-TX"],"way":"w","notes":[],"logit":0.5,"band":"none","waits":[]}');
insert into crossing values ('a', '192.0.2.1', '198.51.100.1', '2026-11-24T09:00:00Z', 12.5);
