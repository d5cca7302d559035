-- Remote tools had rungs and verdicts, and findings had steps.
insert into finding values
    (13, 'a', 'remote-tools.rustdesk', 'RustDesk has a session', 'high', 'high', 'T1219.002', '2026-11-22T09:00:00Z',
     '2026-11-22T09:30:00Z', null,
     '{"signature":"remote-tools.rustdesk","title":"RustDesk has a session","severity":"high","confidence":"high","kind":"identity","standing":"alert","tool":{"id":"rustdesk","category":"remote-desktop","rung":"session","verdict":"expired","approval":{"owner":"Grace","reason":"help","expires":"2026-10-31"}},"technique":"T1219.002","why":"w","innocent":"i","references":[],"opened":"2026-11-22T09:00:00Z","evidence":[]}',
     'identity', 'alert', 'session', 'expired', '{"owner":"Grace","reason":"help","expires":"2026-10-31"}');
insert into finding_step values
    (13, 1, '2026-11-22T09:00:00Z', 'RustDesk is installed', 'low', 'lead', 'present', 'expired', 1),
    (13, 2, '2026-11-22T09:30:00Z', 'RustDesk has a session', 'high', 'alert', 'session', 'expired', 1);
