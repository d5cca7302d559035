-- Leads came, and kinds of evidence.
insert into finding values
    (12, 'a', 'disguise.keyboard', 'A keyboard', 'medium', 'low', 'T1219.003', '2026-11-22T09:00:00Z',
     '2026-11-22T09:00:00Z', null,
     '{"signature":"disguise.keyboard","title":"A keyboard","severity":"medium","confidence":"low","kind":"structure","standing":"lead","corroboration":{"spoke":[],"silent":["identity"],"blind":["display"]},"technique":"T1219.003","why":"w","innocent":"i","references":[],"opened":"2026-11-22T09:00:00Z","evidence":[]}',
     'structure', 'lead');
