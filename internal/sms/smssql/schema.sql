-- Text messages that were asked for: outcome is '' while they wait. To whom they go stands in sms_waiting alone, sealed.
CREATE TABLE sms (
  message BLOB   NOT NULL PRIMARY KEY,
  desk    TEXT   NOT NULL,
  payment BLOB   NOT NULL,
  visit   BLOB   NOT NULL,
  receipt TEXT   NOT NULL,
  at      BIGINT NOT NULL,
  outcome TEXT   NOT NULL
) WITHOUT ROWID;
CREATE INDEX sms_visit ON sms (visit, at);
CREATE INDEX sms_open ON sms (at) WHERE outcome = '';
