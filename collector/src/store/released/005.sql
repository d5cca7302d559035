-- What is told in any case.
update laptop set serial = 'PF1', told =
    '[{"sensor":"clock","subject":"clock","source":"/etc/localtime","fields":{"zone":"Europe/Berlin"}}]'
where id = 'a';
