-- As the first collector kept things.
insert into laptop values
    ('a', 'ada', 'linux', '0.1.0', '2026-11-01T00:00:00Z', '2026-11-24T10:00:00Z',
     '2100-01-01T00:00:00Z', null, '{"usb":"seeing","display":{"blind":{"source":"/x","reason":"y"}}}', 3, 1),
    ('b', 'bob', 'windows', '', '2026-11-02T00:00:00Z', null, '2026-11-03T00:00:00Z',
     '2026-11-02T12:00:00Z', '{}', 0, 0);
insert into numbering values ('a', 'r', 1, 4, '2026-11-24T09:00:00Z'), ('a', 'r', 7, 9, '2026-11-24T10:00:00Z');
insert into finding values
    (1, 'a', 'kvm.pikvm', 'A PiKVM', 'high', 'medium', 'T1219.003', '2026-11-24T09:00:00Z',
     '2026-11-24T09:00:00Z', null,
     '{"signature":"kvm.pikvm","title":"A PiKVM","severity":"high","confidence":"medium","technique":"T1219.003","why":"w","innocent":"i","references":["https://example.com"],"opened":"2026-11-24T09:00:00Z","evidence":[{"sensor":"usb","subject":"1-4","source":"/sys/1-4","fields":{"product":"PiKVM","known":true,"count":4,"ids":["a","b"]}}]}'),
    (2, 'a', 'remote-tools.anydesk', 'AnyDesk runs', 'medium', 'high', 'T1219.002', '2026-11-23T09:00:00Z',
     '2026-11-23T10:00:00Z', '2026-11-23T10:00:00Z',
     '{"signature":"remote-tools.anydesk","title":"AnyDesk runs","severity":"medium","confidence":"high","technique":"T1219.002","why":"w","innocent":"i","references":[],"opened":"2026-11-23T09:00:00Z","closed":"2026-11-23T10:00:00Z","evidence":[]}');
insert into token values (1, x'00', 'May', '2026-11-01T00:00:00Z', '2100-01-01T00:00:00Z', null, 2, null);
insert into account values ('admin', '$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$aGFzaGhhc2hoYXNo');
insert into session values (x'01', 'admin', 'csrf', '2100-01-01T00:00:00Z');
insert into audit (at, actor, action, subject) values
    ('2026-11-01T00:00:00Z', 'laptop:a', 'laptop.enroll', 'laptop:a'),
    ('2026-11-02T12:00:00Z', 'account:admin', 'laptop.revoke', 'laptop:b');
