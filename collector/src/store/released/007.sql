-- What others are to be told.
insert into sink (name, through, sent) values ('siem', 0, 0);
